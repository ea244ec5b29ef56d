"""Which tracks some files name: by id, and by title where they have no ids. Nothing of a file that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core import identity, schema
from core.reading import cells as of_cells
from core.reading.files import tables_of
from core.reading.log import Log
from core.reading.tables import Upload


@dataclass(frozen=True)
class Named:
    """ids: the track ids, of a file without them its ISRCs. titles: title and artist (perhaps empty) of the tracks of files that
    have neither. Each once.
    """

    ids: tuple[str, ...]
    titles: tuple[tuple[str, str], ...]


def named_tracks(uploads: Sequence[Upload]) -> Named:
    """The tracks that these files name."""
    ids: dict[str, None] = {}
    titles: dict[tuple[str, str], None] = {}
    for table in tables_of(uploads, Log(faults=[], skip=False), has_header=None):
        columns = {kind: table.cells[name] for kind, name in schema.identities(table.columns).items()}
        cells = {kind: of_cells.strings(of_cells.strip(column)) for kind, column in columns.items()}
        if "id" in cells:
            ids |= dict.fromkeys(filter(None, map(identity.plain_id, cells["id"])))
        elif "isrc" in cells:
            ids |= dict.fromkeys(filter(None, map(identity.plain_isrc, cells["isrc"])))
        elif "title" in cells:
            artists = cells.get("artist", [""] * len(table))
            titles |= dict.fromkeys((title, who) for title, who in zip(cells["title"], artists, strict=True) if title)
    return Named(tuple(ids), tuple(titles))
