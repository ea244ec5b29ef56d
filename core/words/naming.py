"""What several sentences need: names for people, ranges, and how many decimals a figure can bear.

Of likes, two different ratings (`two`: the lower and the higher), a figure on the rating's scale is said as a share
of the higher one: 0 and 1 are "not liked" and "liked", others go by their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from core import schema, text
from core.language import figure, many, mark, say
from core.models import CATALOGUE

if TYPE_CHECKING:
    from core.evaluate import Evaluation
    from core.explain.groups import Player

Figures = TypeVar("Figures", float, np.ndarray)
Two = tuple[float, float]
LIKED = (0.0, 1.0)
_KINDS = {"artist": mark("artists"), "album": mark("albums"), "work": mark("works")}


def label(model: str) -> str:
    """The catalogue's name of a model for people."""
    return say(CATALOGUE[model].label)


def feature_label(name: str) -> str:
    """The catalogue's name of a feature for people; `rating` is theirs."""
    return say("Your rating") if name == "rating" else schema.describe(name).label


def together(kinds: tuple[str, ...]) -> str:
    """What folds keep together, for a sentence: `artists and works`; of a chosen column its groups."""
    return text.listing([
        say(_KINDS[kind]) if kind in _KINDS else say("groups of {column}", column=text.quoted(kind)) for kind in kinds
    ])  # fmt: skip


def groups_counted(kind: str, number: int) -> str:
    """`3 artists`, `1 work`: a kind of `core.dataset.GROUPS`."""
    if kind == "artist":
        return many(number, "{number} artist", "{number} artists")
    if kind == "album":
        return many(number, "{number} album", "{number} albums")
    return many(number, "{number} work", "{number} works")


def percent_range(low: float, high: float) -> str:
    """`10 to 38 %`."""
    return say("{low} to {high} %", low=text.number(100 * low, 0), high=text.number(100 * high, 0))


def p_shown(value: float) -> str:
    """A test's p: `0.12`, `0.004`, `below 0.001`."""
    return say("below 0.001") if value < 0.001 else text.number(value, 2 if value >= 0.1 else 3)


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
    points = moved_figure(size, two, finer=finer)
    if two is None:
        return say("{points} rating points", points=points)
    if points == "1":
        return say("{points} percentage point", points=points)
    return say("{points} percentage points", points=points)


def moved_figure(size: float, two: Two | None, *, finer: int = 0) -> str:
    """The same without its unit: `0.12`; of likes `12`."""
    if two is None:
        return text.number(size, 2 + finer)
    return text.number(100 * size / (two[1] - two[0]), finer)


def exact(rating: float) -> str:
    """One of two ratings to the letter: 7, 3.25, −1."""
    return figure(f"{rating:.12g}").replace("-", "−")


def answers(two: Two) -> tuple[str, str]:
    """The lower and the higher of two ratings, for the columns of a chart: `not liked`, `liked`."""
    if two == LIKED:
        return say("not liked"), say("liked")
    return say("rated {rating}", rating=exact(two[0])), say("rated {rating}", rating=exact(two[1]))


def rated(rating: float, two: Two | None) -> str:
    """A rating beside a title: `7`; of likes `liked`, or `rated 7`."""
    return answers(two)[int(rating == two[1])] if two else text.plain_number(rating)


def higher(two: Two) -> str:
    """What a model of likes gives a chance to: `a like`, or the higher rating."""
    return say("a like") if two == LIKED else exact(two[1])


def in_sentence(feature: str) -> str:
    """A feature's label in the middle of a sentence: lower case, except what has a name of its own."""
    name = feature_label(feature)
    return name if name.startswith(("Pitch ", "MFCC")) else name[0].lower() + name[1:]


def cluster_label(features: Sequence[str], lead: str) -> str:
    """A cluster's name for a chart, its lead first: `Valence, danceability + 1`."""
    others = [in_sentence(name) for name in features if name != lead]
    rest = f" + {len(others) - 1}" if len(others) > 1 else ""
    return text.capital(in_sentence(lead) + (f", {others[0]}{rest}" if others else ""))


def player_label(player: Player) -> str:
    """What a chart calls a feature or a group of features; a group's size is always told."""
    if player.name:
        return f"{text.capital(schema.family_label(player.name))} ({len(player.features)})"
    return cluster_label(player.features, player.features[0])


def player_in_sentence(player: Player) -> str:
    """The same in the middle of a sentence."""
    if player.name:
        name = schema.family_label(player.name)
        return many(len(player.features), "{name} ({number} feature)", "{name} ({number} features)", name=name)
    return text.listing([in_sentence(name) for name in player.features], limit=3)


def rating_step(label: str) -> str:
    """A step of the rating's scale as `core.biases.scale` writes it, with the marks of the language: `6.5`, `1.2 to 1.8`."""
    ends = [figure(end) for end in label.split(" to ")]
    return say("{low} to {high}", low=ends[0], high=ends[1]) if len(ends) > 1 else ends[0]
