"""Whether ratings go along with a column beside the sound: how known, how old, how long a track is, when it was added.

Convention: asked of what sound leaves of the ratings and of the column's ranks (for a feature of sound, such as the length:
all other features), by the generalised covariance measure (`core.biases.sound.goes_along`), so that what a column owes to
the sound that it goes along with is not claimed for it. Popularity is spoken of in this form alone: by itself, it would be
named for four in ten listeners of 300 tracks who like loud music and nothing else. A middle that is rated otherwise than both
ends is asked by two lines (`core.peaks.turn`), of 150 tracks or more.

Youth: with a birth year, tracks released when the person was 10 to 24 against all others (Hedges' g).

Sources: Shah & Peters (2020), Ann. Stat. 48, 1514-1538; Simonsohn (2018), Adv. Methods Pract. Psychol. Sci. 1, 538-555;
Krumhansl & Zupnick (2013), Psychol. Sci. 24, 2057-2068, for music of one's youth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from core import schema
from core.biases.bias import KINDS, Bias, Obstacle
from core.biases.order import apart
from core.biases.sound import LEAST_APART, Heard, goes_along, ranks
from core.dataset import Dataset
from core.peaks import turn

_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_YOUTH = (10, 24)
_LEAST_YOUNG = 10
_VALUES = 8  # different ones, without which nothing has a middle
_KNOWN = 0.5  # share of the tracks that must have the column
_YES, _NO = (
    frozenset(["1", "1.0", "true", "yes", "explicit"]),
    frozenset(["0", "0.0", "false", "no", "clean", "not explicit"]),
)
DURATION, COMPLEXITY = "duration_ms", "key_change_percentage"


def numbers(dataset: Dataset) -> dict[str, tuple[str, np.ndarray]]:
    """Code -> header and values (N,), NaN for a missing one, of the columns that can be asked about."""
    found: dict[str, tuple[str, np.ndarray]] = {}
    for header in map(str, dataset.context.columns):
        kind = schema.context(header)
        cells = dataset.context[header].astype(str).str.strip()
        if kind == "popularity" and kind not in found:
            found[kind] = (
                header,
                pd.to_numeric(cells.str.replace(",", ".", regex=False), errors="coerce").to_numpy(float),
            )
        elif kind == "release_date" and "year" not in found:
            years = [_YEAR.search(cell) for cell in cells]
            found["year"] = header, np.array([float(year[0]) if year else np.nan for year in years])
        elif kind == "added_at" and "added" not in found:
            dates = pd.to_datetime(cells, errors="coerce", utc=True, format="mixed")
            seconds = (dates - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
            found["added"] = header, seconds.to_numpy(float)
        elif kind == "explicit" and kind not in found:
            said = cells.str.casefold()
            found[kind] = header, np.where(said.isin(_YES), 1.0, np.where(said.isin(_NO), 0.0, np.nan))
    for code, name in (("duration", DURATION), ("complexity", COMPLEXITY)):
        if name in dataset.feature_names:
            found[code] = name, dataset.features[name].to_numpy(float)
    return found


def along(heard: Heard, code: str, column: str, values: np.ndarray) -> Iterator[Bias | Obstacle]:
    """One column (N,): whether it goes along, and whether its middle is rated otherwise."""
    rows = np.flatnonzero(~np.isnan(values))
    lines = [name for name in (code, f"{code}-middle") if name in KINDS]
    different = len(np.unique(values[rows]))
    if len(rows) < _KNOWN * len(values) or different < 2 or np.ptp(heard.rating) == 0:
        yield from (Obstacle(name, "column" if len(rows) == 0 else "same", column) for name in lines)
        return
    order = ranks(values[rows])
    left, own = heard.left(order, rows, without=column)
    _, together = np.unique(heard.together[rows], return_inverse=True)
    for name in lines:
        if len(rows) < KINDS[name].tracks:
            yield Obstacle(name, "few", column, len(rows), KINDS[name].tracks)
        elif heard.apart(rows) < LEAST_APART:
            yield Obstacle(name, "few-apart", column, heard.apart(rows), LEAST_APART)
        elif name == code:
            effect, low, high, p = goes_along(left, own, together)
            slope = float(left @ own / max(own @ own, 1e-12)) / order.std()
            yield Bias(
                code, len(rows), effect, low, high, p, column, raw=_correlation(order, ranks(heard.rating[rows])),
                points=0.8 * slope, along=values[rows], left=left, of_tracks=values,
            )  # fmt: skip
        elif different < _VALUES:
            yield Obstacle(name, "same", column)
        else:
            found = turn(2 * order - 1, left, together)
            place = float(np.quantile(values[rows], np.clip((found.at + 1) / 2, 0, 1)))
            yield Bias(
                name, len(rows), found.height, found.low, found.high, found.p, column, points=found.height, place=place,
                along=values[rows], left=left,
            )  # fmt: skip


def youth(heard: Heard, column: str, years: np.ndarray, birth_year: int | None) -> Bias | Obstacle:
    """Tracks of one's youth against all others; `years` (N,) of release, NaN where unknown."""
    if birth_year is None:
        return Obstacle("youth", "birth-year", column)
    rows = np.flatnonzero(~np.isnan(years))
    young = (years[rows] - birth_year >= _YOUTH[0]) & (years[rows] - birth_year <= _YOUTH[1])
    fewest = int(min(young.sum(), (~young).sum()))
    if len(rows) < KINDS["youth"].tracks or fewest < _LEAST_YOUNG or np.ptp(heard.rating) == 0:
        return Obstacle("youth", "few-kind", column, fewest, _LEAST_YOUNG)
    left, _ = heard.left(ranks(years[rows]), rows)
    found = apart("youth", left[young], left[~young], len(rows), column, years[rows], left)
    own = np.full(len(years), np.nan)
    own[rows] = young
    return replace(found, of_tracks=own)


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one, other)[0, 1]) if np.ptp(one) > 0 and np.ptp(other) > 0 else float("nan")
