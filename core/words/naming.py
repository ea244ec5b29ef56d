"""What several sentences need: names for people, ranges, and how many decimals a figure can bear.

Of likes, two different ratings (`two`: the lower and the higher), a figure on the rating's scale is said as a share
of the higher one: 0 and 1 are "not liked" and "liked", others go by their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from core import schema, text
from core.dataset import GROUPS
from core.models import CATALOGUE

if TYPE_CHECKING:
    from core.evaluate import Evaluation
    from core.explain.groups import Player

Figures = TypeVar("Figures", float, np.ndarray)
Two = tuple[float, float]
LIKED = (0.0, 1.0)


def label(model: str) -> str:
    """The catalogue's name of a model for people."""
    return CATALOGUE[model].label


def feature_label(name: str) -> str:
    """The catalogue's name of a feature for people; `rating` is theirs."""
    return "Your rating" if name == "rating" else schema.describe(name).label


def together(kinds: tuple[str, ...]) -> str:
    """What folds keep together, for a sentence: `artists and works`; of a chosen column its groups."""
    return text.listing([f"{kind}s" if kind in GROUPS else f"groups of {text.quoted(kind)}" for kind in kinds])


def percent_range(low: float, high: float) -> str:
    """`10 to 38 %`."""
    return f"{text.number(100 * low, 0)} to {text.number(100 * high, 0)} %"


def beats_guessing(model: str, evaluation: Evaluation) -> bool:
    """Whether a model's whole range of skill lies above always guessing the average."""
    return bool(evaluation.row(model)["skill_low"] > 0)


def digits(spread: float) -> int:
    """Decimals that a figure on the rating's scale can bear: one on ten steps, two on likes or five stars."""
    return 1 if spread >= 0.8 else 2


def share(value: Figures, two: Two) -> Figures:
    """A figure on the scale of two ratings as the share of the higher one: 5 between 3 and 7 -> 0.5."""
    return (value - two[0]) / (two[1] - two[0])


def expected(prediction: float, two: Two) -> str:
    """A prediction of the share as a percentage. A model may run past 0 and 1; words stop there."""
    return text.percent(min(max(share(prediction, two), 0.0), 1.0))


def moved(size: float, two: Two | None, *, finer: int = 0) -> str:
    """How far something moves a prediction: `0.12 rating points`; of likes `12 percentage points`."""
    if two is None:
        return f"{text.number(size, 2 + finer)} rating points"
    points = text.number(100 * size / (two[1] - two[0]), finer)
    return f"{points} percentage point{'' if points == '1' else 's'}"


def exact(rating: float) -> str:
    """One of two ratings to the letter: 7, 3.25, −1."""
    return f"{rating:.12g}".replace("-", "−")


def answers(two: Two) -> tuple[str, str]:
    """The lower and the higher of two ratings, for the columns of a chart: `not liked`, `liked`."""
    return ("not liked", "liked") if two == LIKED else (f"rated {exact(two[0])}", f"rated {exact(two[1])}")


def rated(rating: float, two: Two | None) -> str:
    """A rating beside a title: `7`; of likes `liked`, or `rated 7`."""
    return answers(two)[int(rating == two[1])] if two else text.plain_number(rating)


def higher(two: Two) -> str:
    """What a model of likes gives a chance to: `a like`, or the higher rating."""
    return "a like" if two == LIKED else exact(two[1])


def in_sentence(feature: str) -> str:
    """A feature's label in the middle of a sentence: lower case, except what has a name of its own."""
    name = feature_label(feature)
    return name if name.startswith(("Pitch ", "MFCC")) else name[0].lower() + name[1:]


def capital(sentence: str) -> str:
    """With a capital letter in front."""
    return sentence[:1].upper() + sentence[1:]


def cluster_label(features: Sequence[str], lead: str) -> str:
    """A cluster's name for a chart, its lead first: `Valence, danceability + 1`."""
    others = [in_sentence(name) for name in features if name != lead]
    rest = f" + {len(others) - 1}" if len(others) > 1 else ""
    return capital(in_sentence(lead) + (f", {others[0]}{rest}" if others else ""))


def player_label(player: Player) -> str:
    """What a chart calls a feature or a group of features; a group's size is always told."""
    if player.name:
        return f"{capital(player.name)} ({len(player.features)})"
    return cluster_label(player.features, player.features[0])


def player_in_sentence(player: Player) -> str:
    """The same in the middle of a sentence."""
    if player.name:
        return f"{player.name} ({text.count(len(player.features), 'feature')})"
    return text.listing([in_sentence(name) for name in player.features], limit=3)
