"""Sentences about what drives the ratings. Only a cluster with the licence "driver" gets that word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core import text
from core.words.naming import LIKED, Two, capital, digits, in_sentence

if TYPE_CHECKING:
    import pandas as pd

    from core.drivers import Drivers

_NAMED = 3


def drivers_headline(found: Drivers) -> str:
    """What was claimed, in one line: what drives the ratings, else what goes together with them, else nothing."""
    if not found.gate:
        return "No feature is singled out: the list as a whole did not pass its test."
    driving, going = found.licensed("driver"), found.licensed("goes-together")
    if len(driving):
        names = [_with_companions(row["lead"], row["features"]) for _, row in driving.iterrows()]
        return capital(f"{text.listing(names)} {'drive' if len(names) > 1 else 'drives'} your rating.")
    if len(going) == 1:
        return driver_sentence(going.iloc[0])
    if len(going):
        names = [_with_companions(row["lead"], row["features"]) for _, row in going.iterrows()]
        return capital(
            f"{text.listing(names, limit=_NAMED)} go together with your rating; none of them passed a test of its own."
        )
    return "Nothing passed its test."


def drivers_sentences(found: Drivers, two: Two | None = None) -> list[str]:
    """What stands behind the headline: each driver's effect, what only goes together, and what was asked."""
    if not found.gate:
        return []
    said = [driver_sentence(row, two) for _, row in found.licensed("driver").iterrows()]
    going = found.licensed("goes-together")
    if said and len(going):
        names = [_with_companions(row["lead"], row["features"]) for _, row in going.iterrows()]
        verb, own = (
            ("goes", "it passed no test of its own") if len(names) == 1 else ("go", "none passed a test of its own")
        )
        said.append(capital(f"{text.listing(names, limit=_NAMED)} {verb} together with your rating; {own}."))
    asked = f"I asked of {text.count(len(found.frame), 'group')} of features what each adds to all the others"
    asked += " (tracks that belong together count once)" if found.clustered else ""
    if not said:
        asked += "; that models foretell something together while no part passes alone is common in lists of this size"
    return [*said, f"{asked}. Nothing here says why."]


def driver_sentence(row: pd.Series, two: Two | None = None) -> str:
    """One row of `Drivers.frame`: its licence in words, and for a driver its effect with the interval.

    `two`: the lower and the higher rating where there are only these; the effect is then a share of the higher one.
    """
    names = [in_sentence(name) for name in row["features"]]
    several = len(names) > 1
    subject = capital(text.listing(names, limit=len(names)))
    if row["licence"] == "goes-together":
        return (
            f"{subject} go together with your rating; they passed no test of their own."
            if several
            else f"{subject} goes together with your rating; it passed no test of its own."
        )
    if row["licence"] != "driver":
        return f"{subject} passed no test."
    what = f" of {in_sentence(row['lead'])}" if several else ""
    figures, way = (row["effect"], row["low"], row["high"]), f"from a typical low to a typical high{what}"
    if not row["direction"]:  # a curve: between the middle and both ends, told in the direction of the higher ratings
        way = f"from the middle{what} to its typical lows and highs"
        if row["effect"] < 0:
            figures, way = (
                (-row["effect"], -row["high"], -row["low"]),
                f"from typical lows and highs{what} to its middle",
            )
    effect = f"{_effect(*figures, two)} {way}, beyond what the other features say."
    if several:
        return f"{subject} drive your rating; which of them you hear cannot be told apart. It is {effect}"
    return f"{subject} drives your rating: {effect}"


def driver_evidence(row: pd.Series) -> str:
    """The tests behind a row's licence, for those who look."""
    if np.isnan(row["p"]):
        return "Nothing could be tested: too few groups of tracks, or no differences left."
    firm = "" if np.isnan(row["stability"]) else f"; the direction holds in {text.percent(row['stability'])} of refits"
    return (
        f"Given all other features p {_p(row['p'])}, and {_p(row['p_holm'])} after counting all tests; by itself p "
        f"{_p(row['p_together'])}{firm}."
    )


def effects_legend(two: Two | None = None) -> str:
    """How to read the chart of effects."""
    points = "rating points" if two is None else "percentage points"
    return (
        f"Each line is a group of features that sound alike: how many {points} lie between a typical low and a typical high of "
        "the first one, with all other groups held equal, and the 95 % range. A full dot passed its test; a hollow one goes "
        "together with your rating but passed no test of its own; a small grey one did neither."
    )


def _with_companions(lead: str, features: Sequence[str]) -> str:
    """`valence (or danceability or timbre 3)`."""
    others = [in_sentence(name) for name in features if name != lead]
    if len(others) > _NAMED:
        others = [*others[: _NAMED - 1], f"{len(others) - _NAMED + 1} more"]
    return in_sentence(lead) + (f" (or {' or '.join(others)})" if others else "")


def _effect(effect: float, low: float, high: float, two: Two | None) -> str:
    """`+0.8 points (95 %: 0.5 to 1.1)`; of likes `+12 percentage points (95 %: 5 to 19) of likes`."""
    scale = 1.0 if two is None else 100 / (two[1] - two[0])
    unit = "points" if two is None else "percentage points of likes" if two == LIKED else "percentage points"
    d = digits(high - low) if two is None else 0
    size = text.number(scale * effect, d)
    sign = "+" if round(scale * effect, d) > 0 else ""
    return f"{sign}{size} {unit} (95 %: {text.number(scale * low, d)} to {text.number(scale * high, d)})"


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else text.number(value, 2 if value >= 0.1 else 3)
