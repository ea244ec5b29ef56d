"""Features as players: one by one, or several that are explained as one.

Convention: the value of a group is the sum of its features' SHAP values with their signs, so that base + values still is
the prediction; parts of a group that pull against each other take each other away. Importance is the mean size of that
sum. Larger groups have larger sums even of noise, so that a group's size is always shown with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core import schema
from core.dataset import Dataset
from core.drivers import alike, filled


@dataclass(frozen=True)
class Player:
    """One or several features that are explained as one. name: a family's or the person's; empty where the features name
    themselves.
    """

    features: tuple[str, ...]
    name: str = ""

    @property
    def key(self) -> str:
        """What tables call it: its name, else its features."""
        return self.name or " + ".join(self.features)


def singly(names: tuple[str, ...]) -> tuple[Player, ...]:
    """Every feature by itself."""
    return tuple(Player((name,)) for name in names)


def families(names: tuple[str, ...]) -> tuple[Player, ...]:
    """The catalogue's families, such as mood or rhythm, in the features' order."""
    return _gathered({name: schema.describe(name).family for name in names})


def sounding_alike(dataset: Dataset) -> tuple[Player, ...]:
    """The clusters of features that the test of drivers takes for one (average linkage, |Spearman| of 0.5).

    Features that are the same everywhere, or empty, stand alone.
    """
    x, names = filled(dataset)
    labels = dict(zip(names, alike(x).tolist(), strict=True)) if names else {}
    kept: dict[object, list[str]] = {}
    for name in dataset.feature_names:
        kept.setdefault(labels.get(name, name), []).append(name)
    return tuple(Player(tuple(members)) for members in kept.values())


def chosen(names: tuple[str, ...], groups: Mapping[str, str]) -> tuple[Player, ...]:
    """The person's own groups: feature -> its group's name, whatever its capitals; features without one stand alone."""
    given = {name: groups.get(name, "").strip() for name in names}
    spelled: dict[str, str] = {}
    for group in given.values():
        spelled.setdefault(group.casefold(), group)
    return _gathered({name: spelled[group.casefold()] for name, group in given.items()})


def membership(names: tuple[str, ...], players: tuple[Player, ...]) -> np.ndarray:
    """Which feature belongs to which player (d, players), 1 or 0: values (n, d) @ this are the players' values.

    Raises ValueError unless every feature belongs to exactly one player.
    """
    place = {name: number for number, name in enumerate(names)}
    given = [name for player in players for name in player.features]
    if sorted(given) != sorted(names):
        raise ValueError("Every feature must belong to exactly one group.")
    member = np.zeros((len(names), len(players)))
    for number, player in enumerate(players):
        member[[place[name] for name in player.features], number] = 1
    return member


def _gathered(group: Mapping[str, str]) -> tuple[Player, ...]:
    """Players from feature -> name of its group; an empty name leaves the feature alone."""
    kept: dict[tuple[str, str], list[str]] = {}
    for feature, name in group.items():
        kept.setdefault((name, "" if name else feature), []).append(feature)
    return tuple(Player(tuple(features), name) for (name, _), features in kept.items())
