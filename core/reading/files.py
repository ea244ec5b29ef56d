"""Uploads -> one table per file, each named by its format; whatever is no table becomes a fault."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from core import export, schema, text
from core.language import say
from core.reading import cells as of_cells
from core.reading import formats
from core.reading.dialects import parse
from core.reading.documents import DocumentError, is_document, read_documents
from core.reading.encoding import NotTextError, decode
from core.reading.formats import Format
from core.reading.limits import limits
from core.reading.log import Log
from core.reading.tables import Table, Upload, table


def tables_of(uploads: Sequence[Upload], log: Log, *, has_header: bool | None = None) -> list[Table]:
    """The tables of all files that can be read. Years of one listening history are one table."""
    documents: list[tuple[str, str]] = []
    found: list[Table | None] = []
    for upload in uploads:
        who = f"`{text.shorten(upload.name)}`"
        try:
            decoded, encoding = decode(upload.data, limits())
        except NotTextError as error:
            log.fault(f"{who} {error}")
            continue
        if encoding != "UTF-8":
            log.note(say("{file} is read as {encoding} text.", file=who, encoding=encoding))
        if is_document(decoded):
            documents.append((upload.name, decoded))
        else:
            found.append(_from_csv(upload.name, decoded, log, has_header=has_header))
    for name, document in read_documents(documents, limits()):
        if isinstance(document, DocumentError):
            log.fault(f"`{text.shorten(name)}` {document}")
            continue
        for sentence in document.notes:
            log.note(sentence)
        columns = [of_cells.column(column) for column in zip(*document.rows, strict=True)]
        rows = np.array(document.number or range(1, len(document.rows) + 1))
        found.append(_recognised(table(name, document.header, columns, rows, log), log))
    several = len(uploads) > 1
    return [replace(one, several=several) for one in found if one is not None]


def _from_csv(name: str, decoded: str, log: Log, *, has_header: bool | None) -> Table | None:
    parsed = parse(name, decoded, log, limits(), has_header=has_header)
    if parsed is None:
        return None
    header, columns, rows = parsed
    who = f"`{text.shorten(name)}`"
    if header is None:
        header = formats.without_header([column[0].as_py() for column in columns])
        if header is None:
            header = [f"column {number}" for number in range(1, len(columns) + 1)]
            log.note(
                say("{file} seems to have no header: its first row is data. Say by hand what each column is.", file=who)
            )
        else:
            log.note(say("{file} has no header; its cells tell what the columns are.", file=who))
    return _recognised(table(name, header, columns, rows, log), log)


def _recognised(found: Table, log: Log) -> Table:
    """The table with the name of its format, and with the columns that the format makes of others."""
    known = formats.recognise(found.columns)
    if known is None:
        return found
    if known.advice:
        log.note(f"`{text.shorten(found.name)}`: {say(known.advice)}")
    cells = dict(found.cells)
    if known.entities:
        cells = {
            name: of_cells.replaced(
                column, {cell: html.unescape(cell) for cell in of_cells.unique(column) if "&" in cell}
            )
            for name, column in cells.items()
        }
    for made, parts in known.joined.items():
        sources = [next(name for name in found.columns if schema.normalise(name) == part) for part in parts]
        cells[made] = of_cells.strip(of_cells.joined([of_cells.strip(cells[name]) for name in sources], " "))
    origin = next(iter(found.origin.values()))
    origins = {name: found.origin.get(name, origin) for name in cells}
    if known.guarded:
        heads = dict(zip(cells, of_cells.strings(export.unguarded(of_cells.column(cells))), strict=True))
        cells = {heads[name]: export.unguarded(column) for name, column in cells.items()}
        origins = {heads[name]: one for name, one in origins.items()}
    whole = replace(
        found, cells=cells, origin=origins,
        formats={found.name: known.name}, hint=known.rating, as_understood=known.guarded,
    )  # fmt: skip
    return _counted(whole, known, log) if known.plays else whole


def _counted(found: Table, known: Format, log: Log) -> Table:
    """One row per track of a table with one row per listening, with the number of plays."""
    named = schema.identities(found.columns)
    kinds = [kind for kind in ("title", "artist", "album") if kind in named]
    keys = pd.MultiIndex.from_arrays([of_cells.series(found.cells[named[kind]]).str.casefold() for kind in kinds])
    numbers, first = pd.factorize(keys)[0], ~keys.duplicated()
    counts = np.bincount(numbers)
    kept = found.take(np.flatnonzero(first))
    log.note(
        say(
            "`{file}` has one row per play: I counted {plays} plays of {tracks} tracks. How often a track was played is no "
            "rating.",
            file=text.shorten(found.name),
            plays=text.whole(len(found)),
            tracks=text.whole(len(counts)),
        )
    )
    names = [named[kind] for kind in kinds]
    return replace(
        kept,
        cells={name: kept.cells[name] for name in names} | {"plays": of_cells.column(map(str, counts))},
        origin=dict.fromkeys((*names, "plays"), kept.origin[names[0]]),
    )
