"""Sentences about what a model used, over all tracks and for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core import text
from core.models import AVERAGE
from core.words.naming import beats_guessing, digits, feature_label, label

if TYPE_CHECKING:
    from core.dataset import Dataset
    from core.evaluate import Evaluation
    from core.explain.out_of_fold import Explanation


def explanation_headline(explanation: Explanation, evaluation: Evaluation) -> str:
    """What the model used most, or that it found nothing to use."""
    name = "The average of four" if explanation.model == AVERAGE else label(explanation.model)
    if not beats_guessing(explanation.model, evaluation):
        return f"{name} found nothing that holds up on new tracks."
    top = [feature_label(str(f)) for f in explanation.importance["feature"].head(3)]
    return f"{name} leans most on {text.listing(top)}."


def explanation_sentence(explanation: Explanation, evaluation: Evaluation) -> str:
    """What the bars mean, and what they do not."""
    top = explanation.importance.iloc[0]
    moves = (
        f"{feature_label(str(top['feature']))} moves its predictions by {text.number(top['importance'], 2)} rating points "
        f"on average ({text.number(top['low'], 2)} to {text.number(top['high'], 2)})."
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


def bars_alternative(explanation: Explanation) -> str:
    """The bars' three largest, for those who cannot see them."""
    rows = explanation.importance.head(3)
    return text.listing([
        f"{feature_label(str(name))} {text.number(size, 2)}"
        for name, size in zip(rows["feature"], rows["importance"], strict=True)
    ])  # fmt: skip


def explanation_route(explanation: Explanation, tracks: int) -> str:
    """How the values were made: rounds, sample and exactness."""
    rounds = text.count(explanation.rounds, "round")
    who = f"all {tracks:,} tracks" if len(explanation.rows) == tracks else (
        f"a random sample of {len(explanation.rows):,} of {tracks:,} tracks"
    )  # fmt: skip
    how = "exact"
    if explanation.standard_error is not None:
        error = float(np.median(explanation.standard_error))
        how = f"sampled, with a typical error {'below 0.01' if error < 0.005 else f'of {text.number(error, 2)}'} points"
    if len(explanation.rows) == 1:
        who = "this track"
    missed = ""
    if explanation.gap > 1e-6:
        missed = f" Here they miss it by up to {text.number(explanation.gap, 3)} points."
    return (
        f"SHAP values of {who}, {how}, each from models that had not seen the track, over {rounds} of "
        f"cross-validation. Together with the base they add up to the prediction.{missed}"
    )


def track_sentence(explanation: Explanation, row: int, evaluation: Evaluation) -> str:
    """One track under one model: rating, expectation and the two strongest features."""
    at = int(np.searchsorted(explanation.rows, row))
    d = digits(evaluation.row(explanation.model)["mae_baseline"])
    values = explanation.values[at]
    strongest = [j for j in np.argsort(-np.abs(values), kind="stable")[:2] if abs(values[j]) >= 0.005]
    parts = [
        f"{feature_label(explanation.features[j])} {'raises' if values[j] > 0 else 'lowers'} it by "
        f"{text.number(abs(values[j]), 2)}"
        for j in strongest
    ]
    moved = f" {text.listing(parts)}." if parts else " No feature moves it."
    return (
        f"{label(explanation.model)} expected {text.number(explanation.prediction[at], d)} without knowing your rating. It "
        f"starts from {text.number(explanation.base[at], d)}, what it expects of your tracks on average.{moved}"
    )


def track_headline(dataset: Dataset, row: int, explanation: Explanation, evaluation: Evaluation) -> str:
    """Rated against expected, in one line; of a model that found nothing, no more than its figure."""
    at = int(np.searchsorted(explanation.rows, row))
    expected = explanation.prediction[at]
    board = evaluation.row(explanation.model)
    d = digits(board["mae_baseline"])
    gap = dataset.rating[row] - expected
    rated = f"You gave it {text.plain_number(dataset.rating[row])}"
    if not beats_guessing(explanation.model, evaluation):
        return f"{rated}. The model expected {text.number(expected, d)}, no better than a guess."
    if abs(gap) < board["mae"] / 2:
        return f"{rated}, about what its sound suggests."
    return f"{rated}, {text.number(abs(gap), d)} {'more' if gap > 0 else 'less'} than its sound suggests."
