"""Sentences about one track: how sure its expectation is, what sounds like it, and what if it sounded otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core import schema, text
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

INTERVAL = (
    " The thin line below it is the range that 8 of 10 such expectations keep: as far as the model missed your other tracks, "
    "to either side, when it had not seen them."
)
NEAREST_HIGHER = "The nearest track that is expected to please you more"
MATCHED = "The nearest track that you rated otherwise"
NO_MATCHED = "No track that sounds much like it got a clearly different rating from you."
_UNHEARD = "words, memories and people, nor of the day and the place where you first heard a track"


def interval_sentence(interval: Interval, evaluation: Evaluation, model: str) -> str:
    """By how much such expectations are off, and the range that this makes."""
    d = digits(evaluation.row(model)["mae_baseline"])
    off, low, high = (text.number(value, d) for value in (interval.off, interval.low, interval.high))
    return (
        f"{text.number(100 * interval.level, 0)} of 100 times such an expectation is off by less than {off} points: {low} to "
        f"{high}."
    )


def surprise_sentence(interval: Interval, rating: float) -> str:
    """Whether the rating lies where four of five do."""
    if interval.holds(rating):
        return "Your rating lies inside: no surprise to the model."
    return "Your rating lies outside: it surprised the model."


def missing_sentence(filled_in: Mapping[str, float]) -> str:
    """Which features the track lacks and what is taken instead; empty where it lacks none."""
    if not filled_in:
        return ""
    named = [f"{in_sentence(name)} ({schema.shown(name, value)})" for name, value in filled_in.items()]
    one = len(named) == 1
    return (
        f"This track lacks {text.count(len(named), 'feature')}: {text.listing(named)}. In brackets is what a model takes "
        f"instead, the middle value of the tracks that it learns from; {'its bar' if one else 'their bars'} in the charts "
        f"{'is' if one else 'are'} about that value, not about this track."
    )


def neighbours_sentence(dataset: Dataset, row: int, found: Sequence[Near]) -> str:
    """How the tracks that sound most like it were rated, beside its own rating."""
    if not found:
        return "There is no other track to compare it with."
    ratings = [near.rating for near in found]
    them = f"the {text.count(len(found), 'track')} that {'sounds' if len(found) == 1 else 'sound'} most like it"
    if dataset.likes:
        two = (float(dataset.rating.min()), float(dataset.rating.max()))
        verb = "liked" if two == LIKED else f"gave {exact(two[1])} to"
        return f"Of {them} you {verb} {sum(rating == two[1] for rating in ratings)}."
    d = digits(float(dataset.rating.std()))
    average, spread = float(np.mean(ratings)), sorted(ratings)
    if len(ratings) == 1:
        return f"To {them} you gave {text.plain_number(average)}."
    return (
        f"To {them} you gave {text.number(average, d)} on average ({text.plain_number(spread[0])} to "
        f"{text.plain_number(spread[-1])}); to this one {text.plain_number(dataset.rating[row])}."
    )


def neighbours_table(dataset: Dataset, found: Sequence[Near], evaluation: Evaluation) -> pd.DataFrame:
    """One row per neighbour, for a table: titles as they are, untrusted."""
    return pd.DataFrame({
        "You": [rated(near.rating, evaluation.two_ratings) for near in found],
        "Track": [dataset.titles[near.row] for near in found],
        "Nearer than": [nearer_than(near) for near in found],
        "Differs most in": [
            text.listing([feature_label(one.feature) for one in near.differences]) or "nothing" for near in found
        ],
    })  # fmt: skip


def nearer_than(near: Near) -> str:
    """Of how many pairs of tracks in the list these two sound more alike than: `99 % of pairs`."""
    share = np.floor(1000 * (1 - near.nearer)) / 10  # 100 only where no pair is nearer
    return f"{text.number(share, 1 if 99 < share < 100 else 0)} % of pairs"


def higher_sentence(evaluation: Evaluation, model: str, row: int, found: Near) -> str:
    """The real track that sounds nearest among those of which the model expects more; its title stands beside it."""
    predicted = evaluation.mean_prediction(model)
    two = evaluation.two_ratings
    if two:
        figures = f"{higher(two)} with a chance of {expected(predicted[found.row], two)}"
        own = expected(predicted[row], two)
    else:
        d = digits(evaluation.row(model)["mae_baseline"])
        figures, own = (text.number(predicted[track], d) for track in (found.row, row))
    return (
        f"{label(model)} expected {figures} instead of {own}. {_differs(found.differences)} {_given(found, evaluation)}"
    )


def no_higher(model: str) -> str:
    """What stands there instead, where no track is expected clearly higher."""
    return f"{label(model)} expects clearly more of no other track in your list."


def _given(found: Near, evaluation: Evaluation) -> str:
    two = evaluation.two_ratings
    if two == LIKED:
        return f"You {'liked' if found.rating == two[1] else 'did not like'} it."
    return f"You gave it {exact(found.rating) if two else text.plain_number(found.rating)}."


def _differs(differences: Sequence[Difference]) -> str:
    if not differences:
        return "In its features nothing differs."
    named = [
        f"{in_sentence(one.feature)} ({schema.shown(one.feature, one.other)} instead of {schema.shown(one.feature, one.own)})"
        for one in differences
    ]
    return f"It differs most in {text.listing(named)}."


def matched_sentence(evaluation: Evaluation, rating: float, found: Near) -> str:
    """Two tracks that sound alike and were rated apart; the other one's title stands beside it."""
    two = evaluation.two_ratings
    if two == LIKED:
        apart = _given(found, evaluation)
    else:
        one, other = (exact(given) if two else text.plain_number(given) for given in (found.rating, rating))
        apart = f"You gave it {one} instead of {other}."
    return (
        f"{apart} The two sound more alike than {nearer_than(found)} do. {_differs(found.differences)} Either you hear that, "
        "or what parts them is no matter of sound."
    )


def whatif_sentence(model: str, prediction: float, start: float, evaluation: Evaluation) -> str:
    """What the model expects of the track as it is set now, against the track as it is."""
    two, name = evaluation.two_ratings, label(model)
    if two:
        now, before = expected(prediction, two), expected(start, two)
        what = f"{name} would expect {higher(two)} with a chance of {now}"
    else:
        d = digits(evaluation.row(model)["mae_baseline"])
        now, before = text.number(prediction, d), text.number(start, d)
        what = f"{name} would expect {now}"
    return f"{what}, as for the track as it is." if now == before else f"{what}; as the track is, {before}."


def whatif_legend(found: WhatIf) -> str:
    """What the sliders ask, and whom."""
    return (
        f"The model that I ask here ({label(found.model)}) learned from all tracks but this one and what belongs with it. Its "
        "answer is the model's, not yours, and for a mix that no track of yours has it is a guess."
    )


def companions_sentence(names: Sequence[str]) -> str:
    """Which features were moved along; empty where none was."""
    if not names:
        return ""
    return f"Moved along, as in your other tracks: {text.listing([in_sentence(name) for name in names])}."


def surprises_sentence(evaluation: Evaluation, model: str) -> str:
    """What the two lists are; of a model that does no better than a guess, that they are hardly more than the ratings."""
    if not beats_guessing(model, evaluation):
        return (
            f"{label(model)} does no better than a guess as far as I can tell, so that these are hardly more than your "
            "highest and your lowest ratings."
        )
    return (
        f"The tracks that you rated furthest above what {label(model)} expects, and furthest below. What it cannot hear may "
        "be what these are about."
    )


def outside_sentence(frame: pd.DataFrame) -> str:
    """How many of the surprises lie outside the range that 8 of 10 ratings keep."""
    outside = int(frame["outside"].sum())
    return f"{outside} of these {len(frame)} lie outside the range that 8 of 10 ratings keep."


def surprises_titles(evaluation: Evaluation, model: str) -> tuple[str, str]:
    """The heads of the two lists; without a pet name where the model does no better than a guess."""
    above, below = "rated above what sound suggests", "rated below it"
    if not beats_guessing(model, evaluation):
        return above.capitalize(), below.capitalize()
    return f"Guilty pleasures, {above}", f"Should love, {below}"


def surprises_table(frame: pd.DataFrame, evaluation: Evaluation, model: str) -> pd.DataFrame:
    """One side of the surprises, for a table: titles as they are, untrusted."""
    two = evaluation.two_ratings
    d = digits(evaluation.row(model)["mae_baseline"])
    shown = [expected(value, two) if two else text.number(value, d) for value in frame["expected"]]
    return pd.DataFrame({
        "You": [rated(rating, two) for rating in frame["rating"]], "Expected": shown, "Track": list(frame["title"]),
    })  # fmt: skip


def unheard_sentence(evaluation: Evaluation, model: str) -> str:
    """What the features cannot see, and how much of the differences they leave open."""
    row = evaluation.row(model)
    if beats_guessing(model, evaluation):
        left = 1 - np.array([row["skill"], row["skill_high"], row["skill_low"]])
        open_ = (
            f"Of the differences between your ratings sound leaves about {text.percent(left[0])} "
            f"({percent_range(max(left[1], 0.0), left[2])}) open, as far as {label(model)} can hear"
        )
    else:
        open_ = f"As far as {label(model)} can hear, sound may leave all differences between your ratings open"
    return f"{open_}. The features know nothing of {_UNHEARD}."
