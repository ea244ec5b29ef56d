"""What the summaries of many listeners say together: whose ratings can be predicted, and which drivers are common.

Convention: each listener's p is that of the verdict, one test per listener. Of L tests at 5 % about 0.05 L pass by luck where
nothing can be predicted, so that "can be predicted" asks for more: a verdict of weak or clear, and a q of at most 0.05 over all
tests of the file. Listeners without a possible test have no q and are not counted among the tests. With 999 permutations no p
is below 0.001: of 1,000 listeners at least 20 must reach it before any q is within 0.05.

A feature's group is that of the listener's own list; the direction is that of the group's lead, and counted with it alone.

Source: Benjamini & Hochberg (1995), J. R. Statist. Soc. B 57, 289-300.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from core import schema

AT = 0.05
LEVELS = ("clear", "weak", "none", "suspicious")
_FOUND = frozenset(LEVELS[:2])
VERSION = 1


@dataclass(frozen=True)
class Driver:
    """A group of features that is a driver of one listener's ratings; direction is that of the lead: -1, 1, or 0 for a curve."""

    lead: str
    features: tuple[str, ...]
    direction: int


@dataclass(frozen=True)
class One:
    """What the whole needs to know of one listener. p_value: NaN where no test was possible."""

    listener: str
    tracks: int
    level: str
    skill: float
    low: float
    high: float
    p_value: float
    features: tuple[str, ...]
    drivers: tuple[Driver, ...]


@dataclass(frozen=True)
class Refused:
    """A listener whose list cannot be analysed, and why."""

    listener: str
    fault: str


@dataclass(frozen=True)
class Whole:
    """All listeners of some files, by name. unnamed: rated rows that name no listener."""

    name: str
    ones: tuple[One, ...]
    refused: tuple[Refused, ...]
    unnamed: int = 0

    @cached_property
    def q(self) -> tuple[float, ...]:
        """Benjamini and Hochberg's q of each of `ones`, NaN without a test."""
        from scipy import stats

        p = np.array([one.p_value for one in self.ones], dtype=float)
        q, tested = np.full(len(p), np.nan), ~np.isnan(p)
        if tested.any():
            q[tested] = stats.false_discovery_control(p[tested])
        return tuple(q.tolist())

    @property
    def tests(self) -> int:
        """How many listeners' ratings were tested against luck."""
        return sum(not math.isnan(one.p_value) for one in self.ones)

    @property
    def passed(self) -> int:
        """How many of these tests have p up to 5 %."""
        return sum(one.p_value <= AT for one in self.ones)

    @property
    def by_luck(self) -> float:
        """How many would pass on average where nothing can be predicted."""
        return AT * self.tests

    @property
    def found(self) -> tuple[One, ...]:
        """Those with a verdict of weak or clear: whose drivers are told at all."""
        return tuple(one for one in self.ones if one.level in _FOUND)

    @property
    def predictable(self) -> tuple[One, ...]:
        """Whose ratings can be predicted, the many tests considered."""
        return tuple(one for one, q in zip(self.ones, self.q, strict=True) if one.level in _FOUND and q <= AT)

    @property
    def levels(self) -> dict[str, int]:
        """Level -> how many listeners."""
        counts = Counter(one.level for one in self.ones)
        return {level: counts[level] for level in LEVELS}

    @cached_property
    def features(self) -> pd.DataFrame:
        """One row per feature, the commonest driver first. lists: how many listeners have it; listeners: for how many its group
        is a driver; predictable: how many of these can be predicted; lead: for how many it leads its group, with which
        direction: up, down, curve.
        """
        sure = set(self.predictable)
        rows: dict[str, Counter[str]] = {}
        for one in self.ones:
            for feature in one.features:
                rows.setdefault(feature, Counter())["lists"] += 1
            for driver in one.drivers:
                for feature in driver.features:
                    rows.setdefault(feature, Counter()).update(["listeners", *(["predictable"] if one in sure else [])])
                rows[driver.lead].update(["lead", {1: "up", -1: "down"}.get(driver.direction, "curve")])
        names = ("lists", "listeners", "predictable", "lead", "up", "down", "curve")
        ordered = sorted(rows, key=lambda name: (-rows[name]["listeners"], schema.order(name)))
        return pd.DataFrame(
            [[name, *(rows[name][kind] for kind in names)] for name in ordered], columns=["feature", *names]
        )

    def document(
        self, file_of: Mapping[str, str], settings: Mapping[str, Any], sentences: Sequence[str]
    ) -> dict[str, Any]:
        """Everything as plain dicts, lists, text and finite numbers; the same however often the work was interrupted."""
        sure = set(self.predictable)
        return {
            "version": VERSION, "name": self.name, "settings": dict(settings),
            "levels": self.levels,
            "tests": {"number": self.tests, "at": AT, "passed": self.passed, "expected_by_luck": round(self.by_luck, 6),
                      "predictable": len(sure)},
            "listeners": [
                {"listener": one.listener, "file": file_of[one.listener], "tracks": one.tracks, "level": one.level,
                 "skill": _plain(one.skill), "skill_low": _plain(one.low), "skill_high": _plain(one.high),
                 "p_value": _plain(one.p_value), "q_value": _plain(q), "predictable": one in sure,
                 "drivers": [{"group": driver.lead, "features": list(driver.features), "direction": driver.direction}
                             for driver in one.drivers]}
                for one, q in zip(self.ones, self.q, strict=True)
            ],
            "refused": [{"listener": one.listener, "fault": one.fault} for one in self.refused],
            "unnamed_rows": self.unnamed,
            "features": self.features.to_dict("records"),
            "sentences": list(sentences),
        }  # fmt: skip

    def table(self, file_of: Mapping[str, str]) -> pd.DataFrame:
        """One row per listener, those who were refused last."""
        sure = set(self.predictable)
        rows: list[list[object]] = [
            [one.listener, file_of[one.listener], one.tracks, one.level, one.skill, one.low, one.high, one.p_value, q,
             "yes" if one in sure else "no", "; ".join(f"{driver.lead} {_WAYS[driver.direction]}" for driver in one.drivers), ""]
            for one, q in zip(self.ones, self.q, strict=True)
        ]  # fmt: skip
        rows += [[one.listener, "", None, "", *[None] * 5, "", "", one.fault] for one in self.refused]
        frame = pd.DataFrame(rows, columns=[
            "listener", "file", "tracks", "level", "skill", "skill_low", "skill_high", "p_value", "q_value", "predictable",
            "drivers", "fault",
        ])  # fmt: skip
        numbers = dict.fromkeys(("skill", "skill_low", "skill_high", "p_value", "q_value"), "float64")
        return frame.astype({**numbers, "tracks": "Int64"})


_WAYS = {1: "up", -1: "down", 0: "curve"}


def one_of(listener: str, document: Mapping[str, Any]) -> One:
    """What the whole needs of a summary document. Raises KeyError, TypeError or ValueError for anything else."""
    verdict = document["verdict"]
    if verdict["level"] not in LEVELS:
        raise ValueError("no verdict is called so")
    drivers = tuple(
        Driver(str(row["group"]), tuple(map(str, row["features"])), int(row["direction"]))
        for row in document["drivers"] if row["licence"] == "driver"
    )  # fmt: skip
    return One(
        listener=listener, tracks=int(document["dataset"]["tracks"]), level=verdict["level"], skill=_number(verdict["skill"]),
        low=_number(verdict["skill_low"]), high=_number(verdict["skill_high"]), p_value=_number(verdict["p_value"]),
        features=tuple(map(str, document["dataset"]["features"])), drivers=drivers,
    )  # fmt: skip


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else value
