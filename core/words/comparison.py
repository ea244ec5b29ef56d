"""Sentences about the comparison of models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from core import text
from core.biases.groups import LIKELY
from core.dataset import SEARCHED
from core.language import mark, say
from core.leaks.alone import TRIED
from core.models import AVERAGE, BASELINE
from core.words.fixed import PREDICTED
from core.words.naming import LIKED, Two, digits, exact, higher, label, percent_range, together

if TYPE_CHECKING:
    import pandas as pd

    from core.dataset import Dataset
    from core.evaluate import Evaluation


TOO_GOOD = 0.60
FAINT = 0.10
_SOMETHING = mark("There is probably something here, too faint to say what.")


def models_headline(evaluation: Evaluation) -> str:
    """Can the taste be predicted, in one line."""
    row = evaluation.row(evaluation.headline)
    if not row["skill_low"] > 0:
        return say(_SOMETHING) if _order_alone(row) else say("I cannot tell your ratings from guessing.")
    if row["skill"] > TOO_GOOD:
        return say("This looks too good.")
    if row["skill"] < FAINT:
        return say(_SOMETHING)
    return say("Sound tells about {share} of how you rate.", share=text.percent(row["skill"]))


def size_sentences(evaluation: Evaluation, dataset: Dataset) -> Iterator[str]:
    """What a large list costs: what learns from or looks at a random part of it, and what is left out."""
    for name, most in evaluation.sampled:
        yield say(
            "{model}: in a list of this size each fit learns from a random {most} tracks of those that it may learn from.",
            model=label(name), most=text.whole(most),
        )  # fmt: skip
    if evaluation.left_out:
        names = text.listing([label(name) for name in evaluation.left_out])
        yield say("Left out, too slow for a list of this size: {names}.", names=names)
    if dataset.tracks > TRIED:
        yield say(
            "Single columns are tried as leaks on a random {tried} of your {tracks} tracks, and the share that goes with an "
            "artist is measured on a random {likely} of them.",
            tried=text.whole(TRIED), likely=text.whole(LIKELY), tracks=text.whole(dataset.tracks),
        )  # fmt: skip
    if dataset.tracks > SEARCHED:
        yield say(
            "Copies under several names are found by id and by equal features alone: in more than {most} tracks I do not "
            "search for nearly equal ones.",
            most=text.whole(SEARCHED),
        )  # fmt: skip


def models_sentence(evaluation: Evaluation, tracks: int) -> str:
    """The headline's figures with their interval, and the error in rating points; of likes the pairs told apart."""
    name = evaluation.headline
    row = evaluation.row(name)
    who = say("the average of four models")
    if name != AVERAGE:
        who = say("the model {model}", model=label(name))
    unseen = say("On tracks that it has not seen")
    if evaluation.grouped:
        unseen = say("On tracks of {groups} that it has not heard", groups=together(evaluation.kinds))
    skill = f"{text.percent(row['skill'])} ({percent_range(row['skill_low'], row['skill_high'])})"
    two = evaluation.two_ratings
    error = _pairs_sentence(row, two) if two else _miss_sentence(row)
    if row["skill_high"] < 0:
        return say(
            "{unseen}, {who} does worse than always guessing your average: skill {skill}. {error}",
            unseen=unseen, who=who, skill=skill, error=error,
        )  # fmt: skip
    if not row["skill_low"] > 0:
        return say(
            "With {tracks} ratings, and on tracks that it has not seen, {who} does no better than always guessing your "
            "average, as far as I can tell: skill {skill}, a range that holds zero. {error}",
            tracks=text.whole(tracks), who=who, skill=skill, error=error,
        )  # fmt: skip
    explains = say(
        "{unseen}, {who} explains {skill} of the differences between your ratings.", unseen=unseen, who=who, skill=skill
    )
    if row["skill"] > TOO_GOOD:
        error = say(
            "Honest tastes stay below {most}. Does a column among the features know your "
            "rating? Look at the Data page before you believe any of this.",
            most=text.percent(TOO_GOOD),
        )  # fmt: skip
    return f"{explains} {error}"


def _order_alone(row: pd.Series) -> bool:
    """Whether likes are told apart better than by guessing though skill is not: the order shows before the size."""
    return bool(row["auc_low"] > 0.5 and not row["skill_low"] > 0)


def _miss_sentence(row: pd.Series) -> str:
    d = digits(row["mae_baseline"])
    return say(
        "Its typical miss is {miss} rating points ({low} to {high}); always guessing your average misses by {baseline}.",
        miss=text.number(row["mae"], d), low=text.number(row["mae_low"], d), high=text.number(row["mae_high"], d),
        baseline=text.number(row["mae_baseline"], d),
    )  # fmt: skip


def _pairs_sentence(row: pd.Series, two: Two) -> str:
    pair = say("a track rated {higher} and one rated {lower}", higher=exact(two[1]), lower=exact(two[0]))
    if two == LIKED:
        pair = say("a liked and a disliked track")
    if np.isnan(row["auc"]):
        return say("Of {pair} it cannot tell which is which.", pair=pair)
    which, share, span = _picked(row, two)
    if _order_alone(row):
        return say(
            "Yet of {pair} it picks the {which} in {share} of pairs ({span}; guessing: 50 %).",
            pair=pair, which=which, share=share, span=span,
        )  # fmt: skip
    return say(
        "Of {pair} it picks the {which} in {share} of pairs ({span}; guessing: 50 %).",
        pair=pair, which=which, share=share, span=span,
    )  # fmt: skip


def told_apart(row: pd.Series, two: Two) -> str:
    """Of likes, in how many pairs the model of this row of the leaderboard places the higher rating higher."""
    if np.isnan(row["auc"]):
        return say("cannot tell which is which")
    which, share, span = _picked(row, two)
    return say("picks the {which} in {share} of pairs ({span}; guessing: 50 %)", which=which, share=share, span=span)


def _picked(row: pd.Series, two: Two) -> tuple[str, str, str]:
    """Which track of a pair, in how many pairs, and the range of that."""
    which = say("liked one") if two == LIKED else exact(two[1])
    if np.isnan(row["auc_low"]):
        return which, text.percent(row["auc"]), say("too few tracks for a range")
    return which, text.percent(row["auc"]), percent_range(row["auc_low"], row["auc_high"])


def best_model_sentence(evaluation: Evaluation) -> str:
    """Which models lead, and whether that can be told."""
    rows = evaluation.leaderboard[evaluation.leaderboard["model"] != BASELINE]
    if len(rows) < 2:
        return say("One model beside the baseline: nothing to compare.")
    if not (rows["skill_low"] > 0).any():
        return say(
            "As far as I can tell, none of the {models} models is better than always guessing your average.",
            models=len(rows),
        )
    best = rows.iloc[0]
    model, others = label(best["model"]), len(rows) - 1
    rivals = int((rows.iloc[1:]["skill_high"] >= best["skill"]).sum())
    if rivals == others:
        return say(
            "{model} is on top, but the range of every other model reaches its figure: I cannot tell which "
            "of the {models} is best.",
            model=model, models=len(rows),
        )  # fmt: skip
    if rivals == 0:
        return say("{model} is on top, and no other model's range reaches its figure.", model=model)
    return say(
        "{model} is on top; the ranges of {rivals} of the other {others} models reach its figure.",
        model=model, rivals=rivals, others=others,
    )  # fmt: skip


def training_sentence(evaluation: Evaluation) -> str:
    """Why the figure on the tracks it learned from proves nothing."""
    rows = evaluation.leaderboard[evaluation.leaderboard["model"] != BASELINE]
    widest = rows.iloc[int(np.argmax(rows["train_skill"] - rows["skill"]))]
    return say(
        "{model} reaches {known} on the tracks that it learned from and "
        "{unseen} on the others. Only the second figure says something about you.",
        model=label(widest["model"]), known=text.percent(widest["train_skill"]), unseen=text.percent(widest["skill"]),
    )  # fmt: skip


def folds_sentence(evaluation: Evaluation) -> str:
    """How far single folds lie apart."""
    name = evaluation.headline
    skills = evaluation.scores.loc[evaluation.scores["model"] == name, "skill"].to_numpy(float)
    low, high = np.nanmin(skills), np.nanmax(skills)
    return say(
        "In single folds, {model} came out anywhere from {low} to {high}. A tool "
        "that splits once reports one of these; here all {folds} count together.",
        model=label(name).lower(), low=text.percent(low), high=text.percent(high), folds=len(skills),
    )  # fmt: skip


def predicted_sentence(evaluation: Evaluation, model: str) -> str:
    """A model's order and error, beside its picture; of likes the pairs told apart."""
    row = evaluation.row(model)
    skill = text.percent(row["skill"])
    if evaluation.two_ratings:
        return f"{label(model)}: {skill}, {told_apart(row, evaluation.two_ratings)}"
    miss = text.number(row["mae"], digits(row["mae_baseline"]))
    if np.isnan(row["spearman"]):
        return say(
            "{model}: {skill}, typical miss {miss}, order not defined", model=label(model), skill=skill, miss=miss
        )
    return say(
        "{model}: {skill}, typical miss {miss}, order {order}",
        model=label(model), skill=skill, miss=miss, order=text.number(row["spearman"], 2),
    )  # fmt: skip


def predicted_legend(evaluation: Evaluation) -> str:
    """How to read expected against rated."""
    if evaluation.two_ratings is None:
        return say(PREDICTED)
    return say(
        "Each dot is a track, in the column of your rating; the higher, the surer the model is of "
        "{higher}. The short lines are the columns' averages, the dashed one is your own. The "
        "further the columns part, the better the model tells them.",
        higher=higher(evaluation.two_ratings),
    )  # fmt: skip
