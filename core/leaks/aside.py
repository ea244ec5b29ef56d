"""What was set aside when the file was read, which values are missing, and whether features come from several sources."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core import schema, text
from core.dataset import Dataset
from core.language import mark, say
from core.leaks.finding import Finding, Severity, headers, named

_OFTEN, _MOSTLY = 0.20, 0.50
_IDENTIFIERS = frozenset({"id", "ids", "uri", "uris", "isrc", "url"})
_WHY = {
    "row-index": mark("I set aside {columns}: a row number or a rank knows the order of the file, not the sound."),
    "identifier": mark("I set aside {columns}: an identifier names a track, and tells nothing of its sound."),
    "constant": mark("I set aside {columns}: a column that is the same or empty in every rated row tells nothing."),
}


def set_aside(dataset: Dataset) -> Iterator[Finding]:
    """Row numbers, identifiers and constant columns, none of which is a feature."""
    found: dict[str, list[str]] = {code: [] for code in _WHY}
    for dropped in dataset.dropped:
        if dropped.code == "index":
            names_a_track = not _IDENTIFIERS.isdisjoint(schema.normalise(dropped.column).split("_"))
            found["identifier" if names_a_track else "row-index"].append(dropped.column)
        elif dropped.code == "constant":
            found["constant"].append(dropped.column)
    for code, columns in found.items():
        if columns:
            sentence = say(_WHY[code], columns=named(columns))
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
                say(
                    "More than {share} of the tracks have no value in {columns}. Models take the median of the other tracks "
                    "there.",
                    share=text.percent(limit), columns=named(names[chosen]),
                ),
            )  # fmt: skip


def sources(dataset: Dataset) -> Iterator[Finding]:
    """Features of several sources in one list: the same name can mean another scale in each."""
    column = next((header for header in map(str, dataset.context.columns) if schema.context(header) == "source"), None)
    if column is None:
        return
    names = sorted(set(dataset.context[column].astype(str).str.strip()))
    if len(names) > 1:
        shown = text.listing([text.quoted(name, 40) if name else say("one that is not named") for name in names])
        yield Finding(
            "mixed-sources", "warning", (column,), float(len(names)),
            say(
                "Your features come from several sources: {sources}. The same name can mean another scale in each, so that a "
                "model may tell the sources apart instead of the sound. Choose one of them on the Data page.",
                sources=shown,
            ),
        )  # fmt: skip
