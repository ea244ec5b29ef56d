"""Sentences about what drives the ratings. Only a cluster with the licence "driver" gets that word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core import text
from core.language import many, say
from core.words.naming import LIKED, Two, digits, in_sentence, p_shown

if TYPE_CHECKING:
    import pandas as pd

    from core.drivers import Drivers

_NAMED = 3


def drivers_headline(found: Drivers) -> str:
    """What was claimed, in one line: what drives the ratings, else what goes together with them, else nothing."""
    if not found.gate:
        return say("No feature is singled out: the list as a whole did not pass its test.")
    driving, going = found.licensed("driver"), found.licensed("goes-together")
    if len(driving):
        names = [_with_companions(row["lead"], row["features"]) for _, row in driving.iterrows()]
        if len(names) == 1:
            return text.capital(say("{names} drives your rating.", names=names[0]))
        return text.capital(say("{names} drive your rating.", names=text.listing(names)))
    if len(going) == 1:
        return driver_sentence(going.iloc[0])
    if len(going):
        names = [_with_companions(row["lead"], row["features"]) for _, row in going.iterrows()]
        return text.capital(
            say(
                "{names} go together with your rating; none of them passed a test of its own.",
                names=text.listing(names, limit=_NAMED),
            )
        )
    return say("Nothing passed its test.")


def drivers_sentences(found: Drivers, two: Two | None = None) -> list[str]:
    """What stands behind the headline: each driver's effect, what only goes together, and what was asked."""
    if not found.gate:
        return []
    said = [driver_sentence(row, two) for _, row in found.licensed("driver").iterrows()]
    going = found.licensed("goes-together")
    if said and len(going):
        names = [_with_companions(row["lead"], row["features"]) for _, row in going.iterrows()]
        listed = text.listing(names, limit=_NAMED)
        said.append(text.capital(
            say("{names} goes together with your rating; it passed no test of its own.", names=listed) if len(names) == 1 else
            say("{names} go together with your rating; none passed a test of its own.", names=listed)
        ))  # fmt: skip
    asked = many(
        len(found.frame),
        "I asked of {number} group of features what each adds to all the others",
        "I asked of {number} groups of features what each adds to all the others",
    )
    asked += say(" (tracks that belong together count once)") if found.clustered else ""
    if not said:
        asked += say(
            "; that models foretell something together while no part passes alone is common in lists of this size"
        )
    return [*said, say("{asked}. Nothing here says why.", asked=asked)]


def driver_sentence(row: pd.Series, two: Two | None = None) -> str:
    """One row of `Drivers.frame`: its licence in words, and for a driver its effect with the interval.

    `two`: the lower and the higher rating where there are only these; the effect is then a share of the higher one.
    """
    names = [in_sentence(name) for name in row["features"]]
    several = len(names) > 1
    subject = text.capital(text.listing(names, limit=len(names)))
    if row["licence"] == "goes-together":
        if several:
            return say("{names} go together with your rating; they passed no test of their own.", names=subject)
        return say("{names} goes together with your rating; it passed no test of its own.", names=subject)
    if row["licence"] != "driver":
        return say("{names} passed no test.", names=subject)
    of = say(" of {feature}", feature=in_sentence(row["lead"])) if several else ""
    figures, way = (row["effect"], row["low"], row["high"]), say("from a typical low to a typical high{of}", of=of)
    if not row["direction"]:  # a curve: between the middle and both ends, told in the direction of the higher ratings
        way = say("from the middle{of} to its typical lows and highs", of=of)
        if row["effect"] < 0:
            figures, way = (
                (-row["effect"], -row["high"], -row["low"]),
                say("from typical lows and highs{of} to its middle", of=of),
            )
    effect = _effect(*figures, two)
    if several:
        return say(
            "{names} drive your rating; which of them you hear cannot be told apart. It is {effect} {way}, beyond what the other "
            "features say.",
            names=subject, effect=effect, way=way,
        )  # fmt: skip
    return say(
        "{names} drives your rating: {effect} {way}, beyond what the other features say.",
        names=subject, effect=effect, way=way,
    )  # fmt: skip


def driver_evidence(row: pd.Series) -> str:
    """The tests behind a row's licence, for those who look."""
    if np.isnan(row["p"]):
        return say("Nothing could be tested: too few groups of tracks, or no differences left.")
    firm = ""
    if not np.isnan(row["stability"]):
        firm = say("; the direction holds in {share} of refits", share=text.percent(row["stability"]))
    return say(
        "Given all other features p {given}, and {counted} after counting all tests; by itself p {alone}{firm}.",
        given=p_shown(row["p"]), counted=p_shown(row["p_holm"]), alone=p_shown(row["p_together"]), firm=firm,
    )  # fmt: skip


def effects_legend(two: Two | None = None) -> str:
    """How to read the chart of effects."""
    return say(
        "Each line is a group of features that sound alike: how many {points} lie between a typical low and a typical high of "
        "the first one, with all other groups held equal, and the 95 % range. A full dot passed its test; a hollow one goes "
        "together with your rating but passed no test of its own; a small grey one did neither.",
        points=say("rating points") if two is None else say("percentage points"),
    )


def effects_reading(two: Two | None = None) -> str:
    """The legend, and what it takes to pass."""
    return say(
        "{two} A group of features passes where it carries information about your ratings that all the other "
        "features together do not (generalised covariance measure, Holm's correction over all groups), and "
        "where nine of ten refits agree on its direction.",
        two=effects_legend(two),
    )


def _with_companions(lead: str, features: Sequence[str]) -> str:
    """`valence (or danceability or timbre 3)`."""
    others = [in_sentence(name) for name in features if name != lead]
    if len(others) > _NAMED:
        others = [*others[: _NAMED - 1], say("{number} more", number=len(others) - _NAMED + 1)]
    if not others:
        return in_sentence(lead)
    return say("{feature} (or {others})", feature=in_sentence(lead), others=say(" or ").join(others))


def _effect(effect: float, low: float, high: float, two: Two | None) -> str:
    """`+0.8 points (95 %: 0.5 to 1.1)`; of likes `+12 percentage points (95 %: 5 to 19) of likes`."""
    scale = 1.0 if two is None else 100 / (two[1] - two[0])
    unit = say("percentage points of likes") if two == LIKED else say("percentage points")
    d = 0
    if two is None:
        unit, d = say("points"), digits(high - low)
    size = text.number(scale * effect, d)
    sign = "+" if round(scale * effect, d) > 0 else ""
    return say(
        "{size} {unit} (95 %: {low} to {high})",
        size=sign + size, unit=unit, low=text.number(scale * low, d), high=text.number(scale * high, d),
    )  # fmt: skip
