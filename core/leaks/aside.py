"""What was set aside when the file was read, and which values are missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core import schema, text
from core.dataset import Dataset
from core.leaks.finding import Finding, Severity, headers, named

_OFTEN, _MOSTLY = 0.20, 0.50
_IDENTIFIERS = frozenset({"id", "ids", "uri", "uris", "isrc", "url"})
_WHY = {
    "row-index": "a row number or a rank knows the order of the file, not the sound",
    "identifier": "an identifier names a track, and tells nothing of its sound",
    "constant": "a column that is the same or empty in every rated row tells nothing",
}


def set_aside(dataset: Dataset) -> Iterator[Finding]:
    """Row numbers, identifiers and constant columns, none of which is a feature."""
    found: dict[str, list[str]] = {code: [] for code in _WHY}
    for dropped in dataset.dropped:
        if dropped.reason.startswith("a row number or an identifier"):
            names_a_track = not _IDENTIFIERS.isdisjoint(schema.normalise(dropped.column).split("_"))
            found["identifier" if names_a_track else "row-index"].append(dropped.column)
        elif dropped.reason.endswith("in every rated row"):
            found["constant"].append(dropped.column)
    for code, columns in found.items():
        if columns:
            sentence = f"I set aside {named(columns)}: {_WHY[code]}."
            yield Finding(code, "note", tuple(columns), float(len(columns)), sentence)


def missing(dataset: Dataset) -> Iterator[Finding]:
    """Features that many tracks lack."""
    names = np.array(list(headers(dataset).values()), dtype=object)
    share = np.isnan(dataset.x).mean(axis=0)
    mostly = share > _MOSTLY
    kinds: tuple[tuple[Severity, np.ndarray, float], ...] = (
        ("warning", mostly, _MOSTLY), ("note", (share > _OFTEN) & ~mostly, _OFTEN),
    )  # fmt: skip
    for severity, chosen, limit in kinds:
        if chosen.any():
            yield Finding(
                "missing-values", severity, tuple(names[chosen]), float(share[chosen].max()),
                f"More than {text.percent(limit)} of the tracks have no value in {named(names[chosen])}. Models take the "
                "median of the other tracks there.",
            )  # fmt: skip
