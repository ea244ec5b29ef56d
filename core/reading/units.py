"""Numbers on another scale than the catalogue's: shares from 0 to 100, lengths in seconds, loudness that is none.

Convention: the scale is told by the whole column, never by one cell; what was done stands on the Data page with its
ground and can be undone there. Shares are judged together, since one exporter writes all of them alike. Sources:
Spotify's units as in `schema`; Chosic, Organize Your Music and Sort Your Music write 0 to 100, the latter two
seconds or minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from core import schema, text
from core.language import mark, say

_FEW = 0.02  # of a column may be typing errors
_PERCENT, _SHARE = mark("0 to 100"), mark("0 to 1")


@dataclass(frozen=True, eq=False)
class Converted:
    """Values (n,) in the catalogue's unit, the scale as it was found and why, and rows that do not fit the scale.

    changed: the numbers are not those of the file. refused: why the column is no such feature; empty if it is.
    """

    values: np.ndarray
    scale: str = ""
    evidence: str = ""
    changed: bool = False
    refused: str = ""
    outliers: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=int))


def convert(
    columns: Mapping[str, np.ndarray], as_written: frozenset[str] = frozenset(), *, header: str = ""
) -> dict[str, Converted]:
    """Feature -> its values in the catalogue's unit. `as_written` are features whose numbers stay as they are; `header`
    is that of the length, which may name its unit.
    """
    shares = {
        name: values for name, values in columns.items()
        if schema.is_share(name) and name not in as_written and not name.startswith("pitch_")
    }  # fmt: skip
    percent = {name for name, values in shares.items() if _is_percent(values)}
    found = {}
    for name, values in columns.items():
        if name in as_written or not (~np.isnan(values)).any():
            found[name] = Converted(values)
        elif name in shares:
            # an exporter that writes whole numbers from 0 to 100 writes the rare kind of share so too
            sisters = any(np.nanmax(columns[other]) > 10 for other in percent - {name})
            rare = sisters and _is_whole(values) and not _is_above_one(values)
            found[name] = _share(values, percent=name in percent, sisters=sisters, rare=rare)
        elif name == "duration_ms":
            found[name] = _duration(values, set(schema.normalise(header).split("_")))
        elif name == "loudness":
            found[name] = _loudness(values)
        else:
            found[name] = Converted(values)
    return found


def _is_whole(values: np.ndarray) -> bool:
    given = values[~np.isnan(values)]
    return bool((given == np.round(given)).all())


def _is_above_one(values: np.ndarray) -> bool:
    return bool(np.nanmax(values, initial=0.0) > 1)


def _is_percent(values: np.ndarray) -> bool:
    """Whether a column of shares runs from 0 to 100: beyond 1, and as a rule or in whole numbers."""
    given = values[~np.isnan(values)]
    if not len(given) or given.max() <= 1:
        return False
    fits = (given >= 0) & (given <= 100)
    if (~fits).sum() > _FEW * len(given):
        return False
    given = given[fits]
    return bool((given > 1).sum() >= 0.5 * (given > 0).sum()) or bool(
        (given == np.round(given)).all() and (given > 1).any()
    )


def _share(values: np.ndarray, *, percent: bool, sisters: bool, rare: bool) -> Converted:
    low, high = text.plain_number(np.nanmin(values)), text.plain_number(np.nanmax(values))
    if percent and np.nanmax(values) <= 10 and not sisters:
        evidence = say("numbers from {low} to {high}, divided by 10", low=low, high=high)
        return Converted(values / 10, say("0 to 10"), evidence, changed=True)
    if percent:
        wild = np.flatnonzero((values < 0) | (values > 100))
        evidence = say("numbers from {low} to {high}, divided by 100", low=low, high=high)
        return Converted(values / 100, say(_PERCENT), evidence, changed=True, outliers=wild)
    if rare:
        evidence = say("whole numbers like the other shares in this file, divided by 100")
        return Converted(values / 100, say(_PERCENT), evidence, changed=True)
    wild = np.flatnonzero((values < 0) | (values > 1))
    if len(wild) > 0.5 * (~np.isnan(values)).sum():
        evidence = say("numbers from {low} to {high}, on no scale that I know", low=low, high=high)
        return Converted(values, say("as written"), evidence)
    return Converted(values, say(_SHARE), outliers=wild)


def _duration(values: np.ndarray, words: set[str]) -> Converted:
    """In the unit that the header names, else: half of all tracks last more than 20 seconds and less than three hours."""
    if words & {"min", "mins", "minutes"}:
        return Converted(values * 60_000, say("minutes"), say("as its header says"), changed=True)
    if words & {"s", "sec", "secs", "seconds"}:
        return Converted(values * 1000, say("seconds"), say("as its header says"), changed=True)
    middle = float(np.nanmedian(values))
    evidence = say("half of them are below {middle}", middle=text.plain_number(middle))
    if middle < 20:
        return Converted(values * 60_000, say("minutes"), evidence, changed=True)
    if middle < 10_000:
        return Converted(values * 1000, say("seconds"), evidence, changed=True)
    return Converted(values, say("milliseconds"))


def _loudness(values: np.ndarray) -> Converted:
    """dB below full scale: mastered tracks lie between -60 and a little above 0."""
    middle = float(np.nanmedian(values))
    if middle > 0:
        why = say("loudness in dB lies below 0, and half of these are above {middle}", middle=text.plain_number(middle))
        return Converted(values, say("no dB"), why, refused=why)
    return Converted(values, "dB")
