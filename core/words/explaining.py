"""Sentences about what a model used, over all tracks and for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core import text
from core.language import many, say
from core.models import AVERAGE
from core.words.naming import (
    LIKED,
    Two,
    beats_guessing,
    digits,
    exact,
    expected,
    higher,
    label,
    moved,
    moved_figure,
    player_label,
)

if TYPE_CHECKING:
    from core.dataset import Dataset
    from core.evaluate import Evaluation
    from core.explain.doubt import Doubt
    from core.explain.out_of_fold import Explanation


def explanation_headline(explanation: Explanation, evaluation: Evaluation) -> str:
    """What the model used most, or that it found nothing to use."""
    name = say("The average of four") if explanation.model == AVERAGE else label(explanation.model)
    if not beats_guessing(explanation.model, evaluation):
        return say("{model} found nothing that holds up on new tracks.", model=name)
    top = [_name(explanation, place) for place in explanation.importance["place"].head(3)]
    return say("{model} leans most on {features}.", model=name, features=text.listing(top))


def explanation_sentence(explanation: Explanation, doubt: Doubt, evaluation: Evaluation) -> str:
    """What the bars mean, with the longest one's range over refits, and what they do not."""
    top = explanation.importance.iloc[0]
    two = evaluation.two_ratings
    ends = doubt.frame.set_index("place").loc[top["place"]]
    moves = say(
        "{feature} moves its predictions by {points} on average ({low} to {high}).",
        feature=text.capital(_name(explanation, top["place"])), points=moved(top["importance"], two),
        low=moved_figure(ends["low"], two), high=moved_figure(ends["high"], two),
    )  # fmt: skip
    if not beats_guessing(explanation.model, evaluation):
        return say(
            "Its predictions are no better than guessing as far as I can tell, so what follows is what the model picked up, and "
            "may be noise. {moves}", moves=moves,
        )  # fmt: skip
    return say(
        "{moves} This describes the model. Features that sound alike share the credit at random, so it does not show which of "
        "them you hear.", moves=moves,
    )  # fmt: skip


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
    some, all_ = text.whole(len(explanation.rows)), text.whole(tracks)
    who = say("a random sample of {some} of {all} tracks", some=some, all=all_)
    if len(explanation.rows) == 1:
        who = say("this track")
    elif len(explanation.rows) == tracks:
        who = say("all {number} tracks", number=all_)
    how = say("exact")
    if explanation.standard_error is not None:
        error = float(np.median(explanation.standard_error))
        least = 0.01 * (two[1] - two[0]) if two else 0.01
        how = say("sampled, with a typical error of {points}", points=moved(error, two))
        if error < least / 2:
            how = say("sampled, with a typical error below {points}", points=moved(least, two))
    missed = ""
    if explanation.gap > 1e-6:
        missed = say(" Here they miss it by up to {points}.", points=moved(explanation.gap, two, finer=1))
    return many(
        explanation.rounds,
        "SHAP values of {who}, {how}, each from models that had not seen the track, over {number} round of cross-validation. "
        "Together with the base they add up to the prediction.{missed}",
        "SHAP values of {who}, {how}, each from models that had not seen the track, over {number} rounds of cross-validation. "
        "Together with the base they add up to the prediction.{missed}",
        who=who, how=how, missed=missed,
    )  # fmt: skip


def track_sentence(explanation: Explanation, row: int, evaluation: Evaluation) -> str:
    """One track under one model: rating, expectation and the two strongest features."""
    at = int(np.searchsorted(explanation.rows, row))
    two = evaluation.two_ratings
    values = explanation.values[at]
    least = 0.005 * (two[1] - two[0]) if two else 0.005
    strongest = [j for j in np.argsort(-np.abs(values), kind="stable")[:2] if abs(values[j]) >= least]
    parts = []
    for place in strongest:
        size = abs(values[place])
        found = {"feature": _name(explanation, place), "points": moved(size, two) if two else text.number(size, 2)}
        parts.append(
            say("{feature} raises it by {points}", **found)
            if values[place] > 0
            else say("{feature} lowers it by {points}", **found)
        )
    moves = f" {text.listing(parts)}." if parts else say(" No feature moves it.")
    name, base, prediction = label(explanation.model), explanation.base[at], explanation.prediction[at]
    if two:
        return say(
            "{model} expected {what} with a chance of {chance}, without knowing your rating. It starts from {base}, what it "
            "expects of your tracks on average.{moves}",
            model=name, what=higher(two), chance=expected(prediction, two), base=expected(base, two), moves=moves,
        )  # fmt: skip
    d = digits(evaluation.row(explanation.model)["mae_baseline"])
    return say(
        "{model} expected {rating} without knowing your rating. It starts from {base}, what it expects of your tracks on "
        "average.{moves}",
        model=name, rating=text.number(prediction, d), base=text.number(base, d), moves=moves,
    )  # fmt: skip


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
    figures = {"rating": text.plain_number(rating), "gap": text.number(abs(gap), d)}
    if not sure:
        return say(
            "You gave it {rating}. The model expected {expected}, no better than a guess.",
            rating=figures["rating"], expected=text.number(prediction, d),
        )  # fmt: skip
    if abs(gap) < board["mae"] / 2:
        return say("You gave it {rating}, about what its sound suggests.", rating=figures["rating"])
    if gap > 0:
        return say("You gave it {rating}, {gap} more than its sound suggests.", **figures)
    return say("You gave it {rating}, {gap} less than its sound suggests.", **figures)


def _likes_headline(rating: float, prediction: float, two: Two, *, sure: bool) -> str:
    chance = expected(prediction, two)
    if two == LIKED:
        rated = say("You liked it") if rating == two[1] else say("You did not like it")
    else:
        rated = say("You gave it {rating}", rating=exact(rating))
        chance = say("{chance} for {rating}", chance=chance, rating=higher(two))
    if not sure:
        return say("{rated}. The model expected {expected}, no better than a guess.", rated=rated, expected=chance)
    return say("{rated}; its sound suggests {expected}.", rated=rated, expected=chance)
