"""Sentences about a model that learns from ratings with habits taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core import text
from core.language import mark, say
from core.words.biases import bias_name
from core.words.versus import named

if TYPE_CHECKING:
    from core.biases.without import Without

OFFER = mark(
    "A habit of yours that stands out can be taken out of the ratings before a model learns from them: what it adds is learned "
    "inside each fold, from the tracks that the model learns from, and put back for those that it has not seen."
)


def without_headline(found: Without) -> str:
    """Whether it helps."""
    return say({
        "better": mark("With your habits taken out, a model foretells more."),
        "same": mark("Taking your habits out makes no difference to a model."),
        "worse": mark("With your habits taken out, a model foretells less."),
        "open": mark("Whether it helps to take your habits out cannot be told."),
    }[found.verdict])  # fmt: skip


def without_sentence(found: Without) -> str:
    """The model's skill with and without, the difference with its range, and what the habits tell alone."""
    habits = text.listing([bias_name(one.code, one.column) for one in found.habits])
    if np.isnan(found.low):
        return say("There are too few folds in which to compare.")
    gain, low, high = (text.number(100 * value, 0) for value in (found.difference, found.low, found.high))
    return say(
        "Taken out and put back: {habits}. The skill of {model} is then {without} instead of {as_is}, a difference of {gain} "
        "points of skill (95 %: {low} to {high}). The habits alone, without any sound, reach {alone}.",
        habits=habits, model=named(found.model), without=text.percent(found.without), as_is=text.percent(found.as_is),
        gain=gain, low=low, high=high, alone=text.percent(found.alone),
    )  # fmt: skip
