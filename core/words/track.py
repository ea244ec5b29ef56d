"""Sentences about one track: how sure its expectation is, what sounds like it, and what if it sounded otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core import schema, text
from core.language import many, mark, say
from core.words.naming import (
    LIKED,
    beats_guessing,
    digits,
    exact,
    expected,
    feature_label,
    higher,
    in_sentence,
    label,
    percent_range,
    rated,
)

if TYPE_CHECKING:
    from core.dataset import Dataset
    from core.evaluate import Evaluation
    from core.explain.track import Difference, Interval, Near, WhatIf

INTERVAL = mark(
    " The thin line below it is the range that 8 of 10 such expectations keep: as far as the model missed your other tracks, "
    "to either side, when it had not seen them."
)
NEAREST_HIGHER = mark("The nearest track that is expected to please you more")
MATCHED = mark("The nearest track that you rated otherwise")
NO_MATCHED = mark("No track that sounds much like it got a clearly different rating from you.")


def interval_sentence(interval: Interval, evaluation: Evaluation, model: str) -> str:
    """By how much such expectations are off, and the range that this makes."""
    d = digits(evaluation.row(model)["mae_baseline"])
    off, low, high = (text.number(value, d) for value in (interval.off, interval.low, interval.high))
    return say(
        "{times} of 100 times such an expectation is off by less than {off} points: {low} to {high}.",
        times=text.number(100 * interval.level, 0), off=off, low=low, high=high,
    )  # fmt: skip


def surprise_sentence(interval: Interval, rating: float) -> str:
    """Whether the rating lies where four of five do."""
    if interval.holds(rating):
        return say("Your rating lies inside: no surprise to the model.")
    return say("Your rating lies outside: it surprised the model.")


def missing_sentence(filled_in: Mapping[str, float]) -> str:
    """Which features the track lacks and what is taken instead; empty where it lacks none."""
    if not filled_in:
        return ""
    named = [f"{in_sentence(name)} ({schema.shown(name, value)})" for name, value in filled_in.items()]
    return many(
        len(named),
        "This track lacks {number} feature: {features}. In brackets is what a model takes instead, the middle value of the "
        "tracks that it learns from; its bar in the charts is about that value, not about this track.",
        "This track lacks {number} features: {features}. In brackets is what a model takes instead, the middle value of the "
        "tracks that it learns from; their bars in the charts are about that value, not about this track.",
        features=text.listing(named),
    )


def neighbours_sentence(dataset: Dataset, row: int, found: Sequence[Near]) -> str:
    """How the tracks that sound most like it were rated, beside its own rating."""
    if not found:
        return say("There is no other track to compare it with.")
    ratings = [near.rating for near in found]
    them = many(
        len(found), "the {number} track that sounds most like it", "the {number} tracks that sound most like it"
    )
    if dataset.likes:
        two = (float(dataset.rating.min()), float(dataset.rating.max()))
        some = sum(rating == two[1] for rating in ratings)
        if two == LIKED:
            return say("Of {them} you liked {some}.", them=them, some=some)
        return say("Of {them} you gave {rating} to {some}.", them=them, rating=exact(two[1]), some=some)
    d = digits(float(dataset.rating.std()))
    average, spread = float(np.mean(ratings)), sorted(ratings)
    if len(ratings) == 1:
        return say("To {them} you gave {rating}.", them=them, rating=text.plain_number(average))
    return say(
        "To {them} you gave {average} on average ({low} to {high}); to this one {rating}.",
        them=them, average=text.number(average, d), low=text.plain_number(spread[0]), high=text.plain_number(spread[-1]),
        rating=text.plain_number(dataset.rating[row]),
    )  # fmt: skip


def neighbours_table(dataset: Dataset, found: Sequence[Near], evaluation: Evaluation) -> pd.DataFrame:
    """One row per neighbour, for a table: titles as they are, untrusted."""
    return pd.DataFrame({
        say("You"): [rated(near.rating, evaluation.two_ratings) for near in found],
        say("Track"): [dataset.titles[near.row] for near in found],
        say("Nearer than"): [nearer_than(near) for near in found],
        say("Differs most in"): [
            text.listing([feature_label(one.feature) for one in near.differences]) or say("nothing") for near in found
        ],
    })  # fmt: skip


def nearer_than(near: Near) -> str:
    """Of how many pairs of tracks in the list these two sound more alike than: `99 % of pairs`."""
    share = np.floor(1000 * (1 - near.nearer)) / 10  # 100 only where no pair is nearer
    return say("{share} % of pairs", share=text.number(share, 1 if 99 < share < 100 else 0))


def higher_sentence(evaluation: Evaluation, model: str, row: int, found: Near) -> str:
    """The real track that sounds nearest among those of which the model expects more; its title stands beside it."""
    predicted = evaluation.mean_prediction(model)
    two = evaluation.two_ratings
    if two:
        figures = say(
            "{rating} with a chance of {chance}", rating=higher(two), chance=expected(predicted[found.row], two)
        )
        own = expected(predicted[row], two)
    else:
        d = digits(evaluation.row(model)["mae_baseline"])
        figures, own = (text.number(predicted[track], d) for track in (found.row, row))
    return say(
        "{model} expected {expected} instead of {own}. {differs} {given}",
        model=label(model), expected=figures, own=own, differs=_differs(found.differences), given=_given(found, evaluation),
    )  # fmt: skip


def no_higher(model: str) -> str:
    """What stands there instead, where no track is expected clearly higher."""
    return say("{model} expects clearly more of no other track in your list.", model=label(model))


def _given(found: Near, evaluation: Evaluation) -> str:
    two = evaluation.two_ratings
    if two == LIKED:
        return say("You liked it.") if found.rating == two[1] else say("You did not like it.")
    return say("You gave it {rating}.", rating=exact(found.rating) if two else text.plain_number(found.rating))


def _differs(differences: Sequence[Difference]) -> str:
    if not differences:
        return say("In its features nothing differs.")
    named = [
        say(
            "{feature} ({other} instead of {own})",
            feature=in_sentence(one.feature), other=schema.shown(one.feature, one.other), own=schema.shown(one.feature, one.own),
        )
        for one in differences
    ]  # fmt: skip
    return say("It differs most in {features}.", features=text.listing(named))


def matched_sentence(evaluation: Evaluation, rating: float, found: Near) -> str:
    """Two tracks that sound alike and were rated apart; the other one's title stands beside it."""
    two = evaluation.two_ratings
    if two == LIKED:
        apart = _given(found, evaluation)
    else:
        one, other = (exact(given) if two else text.plain_number(given) for given in (found.rating, rating))
        apart = say("You gave it {rating} instead of {other}.", rating=one, other=other)
    return say(
        "{apart} The two sound more alike than {pairs} do. {differs} Either you hear that, or what parts them is no matter of "
        "sound.",
        apart=apart, pairs=nearer_than(found), differs=_differs(found.differences),
    )  # fmt: skip


def whatif_sentence(model: str, prediction: float, start: float, evaluation: Evaluation) -> str:
    """What the model expects of the track as it is set now, against the track as it is."""
    two, name = evaluation.two_ratings, label(model)
    if two:
        now, before = expected(prediction, two), expected(start, two)
        what = say(
            "{model} would expect {rating} with a chance of {chance}", model=name, rating=higher(two), chance=now
        )
    else:
        d = digits(evaluation.row(model)["mae_baseline"])
        now, before = text.number(prediction, d), text.number(start, d)
        what = say("{model} would expect {rating}", model=name, rating=now)
    if now == before:
        return say("{what}, as for the track as it is.", what=what)
    return say("{what}; as the track is, {before}.", what=what, before=before)


def whatif_legend(found: WhatIf) -> str:
    """What the sliders ask, and whom."""
    return say(
        "The model that I ask here ({model}) learned from all tracks but this one and what belongs with it. Its answer is the "
        "model's, not yours, and for a mix that no track of yours has it is a guess.",
        model=label(found.model),
    )


def companions_sentence(names: Sequence[str]) -> str:
    """Which features were moved along; empty where none was."""
    if not names:
        return ""
    return say(
        "Moved along, as in your other tracks: {features}.",
        features=text.listing([in_sentence(name) for name in names]),
    )


def surprises_sentence(evaluation: Evaluation, model: str) -> str:
    """What the two lists are; of a model that does no better than a guess, that they are hardly more than the ratings."""
    if not beats_guessing(model, evaluation):
        return say(
            "{model} does no better than a guess as far as I can tell, so that these are hardly more than your highest and your "
            "lowest ratings.",
            model=label(model),
        )
    return say(
        "The tracks that you rated furthest above what {model} expects, and furthest below. What it cannot hear may be what "
        "these are about.",
        model=label(model),
    )


def outside_sentence(frame: pd.DataFrame) -> str:
    """How many of the surprises lie outside the range that 8 of 10 ratings keep."""
    outside = int(frame["outside"].sum())
    return say("{some} of these {all} lie outside the range that 8 of 10 ratings keep.", some=outside, all=len(frame))


def surprises_titles(evaluation: Evaluation, model: str) -> tuple[str, str]:
    """The heads of the two lists; without a pet name where the model does no better than a guess."""
    if not beats_guessing(model, evaluation):
        return say("Rated above what sound suggests"), say("Rated below it")
    return say("Guilty pleasures, rated above what sound suggests"), say("Should love, rated below it")


def surprises_table(frame: pd.DataFrame, evaluation: Evaluation, model: str) -> pd.DataFrame:
    """One side of the surprises, for a table: titles as they are, untrusted."""
    two = evaluation.two_ratings
    d = digits(evaluation.row(model)["mae_baseline"])
    shown = [expected(value, two) if two else text.number(value, d) for value in frame["expected"]]
    return pd.DataFrame({
        say("You"): [rated(rating, two) for rating in frame["rating"]], say("Expected"): shown,
        say("Track"): list(frame["title"]),
    })  # fmt: skip


def unheard_sentence(evaluation: Evaluation, model: str) -> str:
    """What the features cannot see, and how much of the differences they leave open."""
    row = evaluation.row(model)
    if beats_guessing(model, evaluation):
        left = 1 - np.array([row["skill"], row["skill_high"], row["skill_low"]])
        open_ = say(
            "Of the differences between your ratings sound leaves about {share} ({range}) open, as far as {model} can hear.",
            share=text.percent(left[0]), range=percent_range(max(left[1], 0.0), left[2]), model=label(model),
        )  # fmt: skip
    else:
        open_ = say(
            "As far as {model} can hear, sound may leave all differences between your ratings open.", model=label(model)
        )
    return open_ + say(
        " The features know nothing of words, memories and people, nor of the day and the place where you first heard a track."
    )
