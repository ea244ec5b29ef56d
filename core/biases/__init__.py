"""How this person rates: the use of the scale, and whether anything beside the sound moves the ratings.

Every test is asked with what sound leaves of the ratings; see `core.biases.bias` for what is claimed and when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core import schema
from core.biases.bias import ALPHA, KINDS, Bias, Biases, Kind, Obstacle
from core.biases.columns import along, numbers, youth
from core.biases.groups import HALOS, explicit, halos, source
from core.biases.order import order
from core.biases.scale import ScaleUse, scale_use
from core.biases.sound import Heard, heard
from core.biases.style import style
from core.dataset import Dataset

__all__ = ["ALPHA", "KINDS", "Bias", "Biases", "Kind", "Obstacle", "ScaleUse", "biases", "judged", "scale_use"]

_SOURCES = 4  # columns of a few words that are asked about
_LEVELS = (2, 12)
_DIFFERENT = 0.5  # share of different dates from which they are an order


def biases(
    dataset: Dataset,
    *,
    in_order: bool = False,
    labels: tuple[str, ...] = (),
    birth_year: int | None = None,
    seed: int = 0,
) -> Biases:
    """Everything that the columns at hand allow to ask.

    in_order: whether the person says that the rows stand in the order in which they rated. labels: headers of columns that
    look made from the rating (`core.leaks`). birth_year: of the person, where they gave it.
    """
    found = list(_all(dataset, in_order, labels, birth_year, seed))
    tested = judged([one for one in found if isinstance(one, Bias)])
    return Biases(tested, tuple(one for one in found if isinstance(one, Obstacle)))


def judged(tested: list[Bias]) -> tuple[Bias, ...]:
    """The same with q over all tests that gave a p, and what may be claimed; claimed ones first, then by q."""
    from scipy import stats

    known = [number for number, bias in enumerate(tested) if np.isfinite(bias.p)]
    q = np.full(len(tested), np.nan)
    if known:
        weights = np.array([KINDS[tested[number].code].weight for number in known])
        p = np.array([tested[number].p for number in known]) / (weights / weights.mean())
        q[known] = stats.false_discovery_control(np.minimum(p, 1.0))
    said = [
        replace(bias, q=float(own), claimed=bool(own <= ALPHA and abs(bias.effect) >= KINDS[bias.code].effect))
        for bias, own in zip(tested, q, strict=True)
    ]
    return tuple(sorted(said, key=lambda bias: (not bias.claimed, bias.q if np.isfinite(bias.q) else 2.0)))


def _all(
    dataset: Dataset, in_order: bool, labels: tuple[str, ...], birth_year: int | None, seed: int
) -> Iterator[Bias | Obstacle]:
    yield from style(dataset, seed=seed)
    sound, columns = heard(dataset), numbers(dataset)
    dates = columns.get("added")
    dated = (
        dates is not None and not np.isnan(dates[1]).any() and len(np.unique(dates[1])) >= _DIFFERENT * dataset.tracks
    )
    place = dataset.file_order.astype(float) if in_order else dates[1] if dates is not None and dated else None
    by_date = dates[0] if dates is not None and dated and not in_order else ""
    yield from order(sound, place, by_date)
    rows = np.arange(dataset.tracks)
    left = sound.left(np.arange(dataset.tracks, dtype=float), rows)[0]
    groups = {kind: dataset.labels(kind) for kind in HALOS}
    shown = {
        kind: dataset.identity[kind].to_numpy(object) if kind in dataset.identity else groups[kind] for kind in HALOS
    }
    yield from halos(sound, groups, shown, left, seed=seed)
    for code in ("popularity", "year", "added", "duration", "complexity"):
        if code == "added" and by_date:
            continue  # asked already, as the order
        if code in columns:
            yield from along(sound, code, *columns[code])
        else:
            yield from (Obstacle(name, "column") for name in (code, f"{code}-middle") if name in KINDS)
    if "year" in columns:
        yield youth(sound, *columns["year"], birth_year)
    if "explicit" in columns:
        yield explicit(sound, *columns["explicit"], left)
    else:
        yield Obstacle("explicit", "column")
    yield from _sources(dataset, sound, left, labels, seed)


def _sources(
    dataset: Dataset, sound: Heard, left: np.ndarray, labels: tuple[str, ...], seed: int
) -> Iterator[Bias | Obstacle]:
    """Columns of a few words, such as playlists and genres; numbers and dates are asked about elsewhere, or not at all."""
    asked = 0
    for header in map(str, dataset.context.columns):
        cells = dataset.context[header].astype(str).str.strip().to_numpy(object)
        if schema.context(header) not in {None, "genre"} or not _LEVELS[0] <= len(set(cells) - {""}) <= _LEVELS[1]:
            continue
        if schema.rating(header) is not None or schema.names_an_index(header):
            continue
        if asked < _SOURCES:
            asked += 1
            yield source(sound, header, cells, left, is_label=header in labels, seed=seed)
    if not asked:
        yield Obstacle("source", "column")
