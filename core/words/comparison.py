"""Sentences about the comparison of models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core import text
from core.models import AVERAGE, BASELINE
from core.words.fixed import PREDICTED
from core.words.naming import LIKED, Two, digits, exact, higher, label, percent_range, together

if TYPE_CHECKING:
    import pandas as pd

    from core.evaluate import Evaluation


TOO_GOOD = 0.60
FAINT = 0.10
_SOMETHING = "There is probably something here, too faint to say what."


def models_headline(evaluation: Evaluation) -> str:
    """Can the taste be predicted, in one line."""
    row = evaluation.row(evaluation.headline)
    if not row["skill_low"] > 0:
        return _SOMETHING if _order_alone(row) else "I cannot tell your ratings from guessing."
    if row["skill"] > TOO_GOOD:
        return "This looks too good."
    if row["skill"] < FAINT:
        return _SOMETHING
    return f"Sound tells about {text.percent(row['skill'])} of how you rate."


def models_sentence(evaluation: Evaluation, tracks: int) -> str:
    """The headline's figures with their interval, and the error in rating points; of likes the pairs told apart."""
    name = evaluation.headline
    row = evaluation.row(name)
    who = "the average of four models" if name == AVERAGE else f"the model {label(name)}"
    unseen = "On tracks that it has not seen"
    if evaluation.grouped:
        unseen = f"On tracks of {together(evaluation.kinds)} that it has not heard"
    figure = f"{text.percent(row['skill'])} ({percent_range(row['skill_low'], row['skill_high'])})"
    two = evaluation.two_ratings
    error = _pairs_sentence(row, two) if two else _miss_sentence(row)
    if row["skill_high"] < 0:
        return f"{unseen}, {who} does worse than always guessing your average: skill {figure}. {error}"
    if not row["skill_low"] > 0:
        return (
            f"With {tracks:,} ratings, and on tracks that it has not seen, {who} does no better than always guessing your "
            f"average, as far as I can tell: skill {figure}, a range that holds zero. {error}"
        )
    explains = f"{unseen}, {who} explains {figure} of the differences between your ratings."
    if row["skill"] > TOO_GOOD:
        return (
            f"{explains} Honest tastes stay below {text.percent(TOO_GOOD)}. Does a column among the features know your "
            "rating? Look at the Data page before you believe any of this."
        )
    return f"{explains} {error}"


def _order_alone(row: pd.Series) -> bool:
    """Whether likes are told apart better than by guessing though skill is not: the order shows before the size."""
    return bool(row["auc_low"] > 0.5 and not row["skill_low"] > 0)


def _miss_sentence(row: pd.Series) -> str:
    d = digits(row["mae_baseline"])
    return (
        f"Its typical miss is {text.number(row['mae'], d)} rating points ({text.number(row['mae_low'], d)} to "
        f"{text.number(row['mae_high'], d)}); always guessing your average misses by {text.number(row['mae_baseline'], d)}."
    )


def _pairs_sentence(row: pd.Series, two: Two) -> str:
    pair = f"a track rated {exact(two[1])} and one rated {exact(two[0])}"
    if two == LIKED:
        pair = "a liked and a disliked track"
    return f"{'Yet of' if _order_alone(row) else 'Of'} {pair} it {told_apart(row, two)}."


def told_apart(row: pd.Series, two: Two) -> str:
    """Of likes, in how many pairs the model of this row of the leaderboard places the higher rating higher."""
    if np.isnan(row["auc"]):
        return "cannot tell which is which"
    which = "liked one" if two == LIKED else exact(two[1])
    span = "too few tracks for a range" if np.isnan(row["auc_low"]) else percent_range(row["auc_low"], row["auc_high"])
    return f"picks the {which} in {text.percent(row['auc'])} of pairs ({span}; guessing: 50 %)"


def best_model_sentence(evaluation: Evaluation) -> str:
    """Which models lead, and whether that can be told."""
    rows = evaluation.leaderboard[evaluation.leaderboard["model"] != BASELINE]
    if len(rows) < 2:
        return "One model beside the baseline: nothing to compare."
    if not (rows["skill_low"] > 0).any():
        return f"As far as I can tell, none of the {len(rows)} models is better than always guessing your average."
    best = rows.iloc[0]
    rivals = int((rows.iloc[1:]["skill_high"] >= best["skill"]).sum())
    if rivals == len(rows) - 1:
        return (
            f"{label(best['model'])} is on top, but the range of every other model reaches its figure: I cannot tell which "
            f"of the {len(rows)} is best."
        )
    if rivals == 0:
        return f"{label(best['model'])} is on top, and no other model's range reaches its figure."
    return f"{label(best['model'])} is on top; the ranges of {rivals} of the other {len(rows) - 1} models reach its figure."


def training_sentence(evaluation: Evaluation) -> str:
    """Why the figure on the tracks it learned from proves nothing."""
    rows = evaluation.leaderboard[evaluation.leaderboard["model"] != BASELINE]
    widest = rows.iloc[int(np.argmax(rows["train_skill"] - rows["skill"]))]
    return (
        f"{label(widest['model'])} reaches {text.percent(widest['train_skill'])} on the tracks that it learned from and "
        f"{text.percent(widest['skill'])} on the others. Only the second figure says something about you."
    )


def folds_sentence(evaluation: Evaluation) -> str:
    """How far single folds lie apart."""
    name = evaluation.headline
    skills = evaluation.scores.loc[evaluation.scores["model"] == name, "skill"].to_numpy(float)
    low, high = np.nanmin(skills), np.nanmax(skills)
    return (
        f"In single folds, {label(name).lower()} came out anywhere from {text.percent(low)} to {text.percent(high)}. A tool "
        f"that splits once reports one of these; here all {len(skills)} count together."
    )


def predicted_sentence(evaluation: Evaluation, model: str) -> str:
    """A model's order and error, beside its picture; of likes the pairs told apart."""
    row = evaluation.row(model)
    if evaluation.two_ratings:
        return f"{label(model)}: {text.percent(row['skill'])}, {told_apart(row, evaluation.two_ratings)}"
    order = "order not defined" if np.isnan(row["spearman"]) else f"order {text.number(row['spearman'], 2)}"
    miss = text.number(row["mae"], digits(row["mae_baseline"]))
    return f"{label(model)}: {text.percent(row['skill'])}, typical miss {miss}, {order}"


def predicted_legend(evaluation: Evaluation) -> str:
    """How to read expected against rated."""
    if evaluation.two_ratings is None:
        return PREDICTED
    return (
        "Each dot is a track, in the column of your rating; the higher, the surer the model is of "
        f"{higher(evaluation.two_ratings)}. The short lines are the columns' averages, the dashed one is your own. The "
        "further the columns part, the better the model tells them."
    )
