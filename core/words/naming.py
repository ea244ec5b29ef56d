"""What several sentences need: names for people, ranges, and how many decimals a figure can bear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import schema, text
from core.models import AVERAGE, BASELINE, CATALOGUE

if TYPE_CHECKING:
    from core.evaluate import Evaluation


def label(model: str) -> str:
    """The catalogue's name of a model for people."""
    return CATALOGUE[model].label


def feature_label(name: str) -> str:
    """The catalogue's name of a feature for people; `rating` is theirs."""
    return "Your rating" if name == "rating" else schema.describe(name).label


def headline_model(evaluation: Evaluation) -> str:
    """The model that speaks for all: the average fixed in advance, since the best of several is flattered."""
    if AVERAGE in evaluation.models:
        return AVERAGE
    return next((name for name in evaluation.models if name != BASELINE), BASELINE)


def percent_range(low: float, high: float) -> str:
    """`10 to 38 %`."""
    return f"{text.number(100 * low, 0)} to {text.number(100 * high, 0)} %"


def beats_guessing(model: str, evaluation: Evaluation) -> bool:
    """Whether a model's whole range of skill lies above always guessing the average."""
    return bool(evaluation.row(model)["skill_low"] > 0)


def digits(spread: float) -> int:
    """Decimals that a figure on the rating's scale can bear: one on ten steps, two on likes or five stars."""
    return 1 if spread >= 0.8 else 2


def in_sentence(feature: str) -> str:
    """A feature's label in the middle of a sentence: lower case, except what has a name of its own."""
    name = feature_label(feature)
    return name if name.startswith(("Pitch ", "MFCC")) else name[0].lower() + name[1:]
