"""Sentences about what a model used, over all tracks and for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core import text
from core.models import AVERAGE
from core.words.naming import (
    LIKED,
    Two,
    beats_guessing,
    capital,
    digits,
    exact,
    expected,
    higher,
    label,
    moved,
    player_label,
)

if TYPE_CHECKING:
    from core.dataset import Dataset
    from core.evaluate import Evaluation
    from core.explain.doubt import Doubt
    from core.explain.out_of_fold import Explanation


def explanation_headline(explanation: Explanation, evaluation: Evaluation) -> str:
    """What the model used most, or that it found nothing to use."""
    name = "The average of four" if explanation.model == AVERAGE else label(explanation.model)
    if not beats_guessing(explanation.model, evaluation):
        return f"{name} found nothing that holds up on new tracks."
    top = [_name(explanation, place) for place in explanation.importance["place"].head(3)]
    return f"{name} leans most on {text.listing(top)}."


def explanation_sentence(explanation: Explanation, doubt: Doubt, evaluation: Evaluation) -> str:
    """What the bars mean, with the longest one's range over refits, and what they do not."""
    top = explanation.importance.iloc[0]
    two = evaluation.two_ratings
    ends = doubt.frame.set_index("place").loc[top["place"]]
    low, high = (moved(ends[end], two).split(" ")[0] for end in ("low", "high"))  # without the unit
    moves = (
        f"{capital(_name(explanation, top['place']))} moves its predictions by {moved(top['importance'], two)} on average "
        f"({low} to {high})."
    )
    if not beats_guessing(explanation.model, evaluation):
        return (
            "Its predictions are no better than guessing as far as I can tell, so what follows is what the model picked "
            f"up, and may be noise. {moves}"
        )
    return (
        f"{moves} This describes the model. Features that sound alike share the credit at random, so it does not show "
        "which of them you hear."
    )


def _name(explanation: Explanation, place: int) -> str:
    return player_label(explanation.players[place])


def bars_alternative(explanation: Explanation, evaluation: Evaluation) -> str:
    """The bars' three largest, for those who cannot see them."""
    rows = explanation.importance.head(3)
    return text.listing([
        f"{_name(explanation, place)} {moved(size, evaluation.two_ratings)}"
        for place, size in zip(rows["place"], rows["importance"], strict=True)
    ])  # fmt: skip


def explanation_route(explanation: Explanation, tracks: int, evaluation: Evaluation) -> str:
    """How the values were made: rounds, sample and exactness."""
    two = evaluation.two_ratings
    rounds = text.count(explanation.rounds, "round")
    who = f"all {tracks:,} tracks" if len(explanation.rows) == tracks else (
        f"a random sample of {len(explanation.rows):,} of {tracks:,} tracks"
    )  # fmt: skip
    how = "exact"
    if explanation.standard_error is not None:
        error = float(np.median(explanation.standard_error))
        least = 0.01 * (two[1] - two[0]) if two else 0.01
        size = f"below {moved(least, two)}" if error < least / 2 else f"of {moved(error, two)}"
        how = f"sampled, with a typical error {size}"
    if len(explanation.rows) == 1:
        who = "this track"
    missed = ""
    if explanation.gap > 1e-6:
        missed = f" Here they miss it by up to {moved(explanation.gap, two, finer=1)}."
    return (
        f"SHAP values of {who}, {how}, each from models that had not seen the track, over {rounds} of "
        f"cross-validation. Together with the base they add up to the prediction.{missed}"
    )


def track_sentence(explanation: Explanation, row: int, evaluation: Evaluation) -> str:
    """One track under one model: rating, expectation and the two strongest features."""
    at = int(np.searchsorted(explanation.rows, row))
    two = evaluation.two_ratings
    values = explanation.values[at]
    least = 0.005 * (two[1] - two[0]) if two else 0.005
    strongest = [j for j in np.argsort(-np.abs(values), kind="stable")[:2] if abs(values[j]) >= least]
    parts = [
        f"{_name(explanation, j)} {'raises' if values[j] > 0 else 'lowers'} it by "
        f"{moved(abs(values[j]), two) if two else text.number(abs(values[j]), 2)}"
        for j in strongest
    ]
    moves = f" {text.listing(parts)}." if parts else " No feature moves it."
    name, base, prediction = label(explanation.model), explanation.base[at], explanation.prediction[at]
    if two:
        return (
            f"{name} expected {higher(two)} with a chance of {expected(prediction, two)}, without knowing your rating. It "
            f"starts from {expected(base, two)}, what it expects of your tracks on average.{moves}"
        )
    d = digits(evaluation.row(explanation.model)["mae_baseline"])
    return (
        f"{name} expected {text.number(prediction, d)} without knowing your rating. It starts from "
        f"{text.number(base, d)}, what it expects of your tracks on average.{moves}"
    )


def track_headline(dataset: Dataset, row: int, explanation: Explanation, evaluation: Evaluation) -> str:
    """Rated against expected, in one line; of a model that found nothing, no more than its figure."""
    at = int(np.searchsorted(explanation.rows, row))
    rating, prediction = dataset.rating[row], explanation.prediction[at]
    sure = beats_guessing(explanation.model, evaluation)
    if evaluation.two_ratings:
        return _likes_headline(rating, prediction, evaluation.two_ratings, sure=sure)
    board = evaluation.row(explanation.model)
    d = digits(board["mae_baseline"])
    gap = rating - prediction
    rated = f"You gave it {text.plain_number(rating)}"
    if not sure:
        return f"{rated}. The model expected {text.number(prediction, d)}, no better than a guess."
    if abs(gap) < board["mae"] / 2:
        return f"{rated}, about what its sound suggests."
    return f"{rated}, {text.number(abs(gap), d)} {'more' if gap > 0 else 'less'} than its sound suggests."


def _likes_headline(rating: float, prediction: float, two: Two, *, sure: bool) -> str:
    chance = expected(prediction, two)
    if two == LIKED:
        rated = "You liked it" if rating == two[1] else "You did not like it"
    else:
        rated, chance = f"You gave it {exact(rating)}", f"{chance} for {higher(two)}"
    if not sure:
        return f"{rated}. The model expected {chance}, no better than a guess."
    return f"{rated}; its sound suggests {chance}."
