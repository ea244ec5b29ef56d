"""A table of text: columns under unique headers, and where each cell stands. Nothing is converted here.

Convention: every cell stays exactly as written (`NA`, `007` and `True` are titles too); a missing cell is the empty
string. Rows are numbered as a spreadsheet shows them: the first line is row 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from core import schema, text
from core.language import say
from core.reading import cells as of_cells
from core.reading.log import Log


@dataclass(frozen=True)
class Upload:
    """A file as it came: the name is text to show, never a path."""

    name: str
    data: bytes


@dataclass(frozen=True, eq=False)
class Origin:
    """Where the rows of a column stand: row numbers (n,), and `which` of the `files` (n,)."""

    rows: np.ndarray
    files: tuple[str, ...]
    which: np.ndarray

    def take(self, rows: np.ndarray) -> Origin:
        """The origin of these rows."""
        return Origin(self.rows[rows], self.files, self.which[rows])

    @property
    def file(self) -> str:
        """The names of the files, for people."""
        return text.listing(self.files)


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of text by header, of one or several files.

    formats: file -> what it was recognised as. hint: the rating's scale as the format has it. several: there are other
    files, so that places name theirs. as_understood: it is a cleaned list of ours, whose units and zeros are settled.
    """

    name: str
    cells: dict[str, pa.Array]
    origin: dict[str, Origin]
    formats: dict[str, str] = field(default_factory=dict)
    hint: str | None = None
    several: bool = False
    as_understood: bool = False

    @property
    def columns(self) -> list[str]:
        """The headers, in the file's order."""
        return list(self.cells)

    def __len__(self) -> int:
        return len(next(iter(self.cells.values()))) if self.cells else 0

    def take(self, rows: np.ndarray) -> Table:
        """The table of these rows."""
        taken = {id(origin): origin.take(rows) for origin in self.origin.values()}
        return replace(
            self,
            cells={name: of_cells.take(cells, rows) for name, cells in self.cells.items()},
            origin={name: taken[id(origin)] for name, origin in self.origin.items()},
        )

    def place(self, column: str, row: int) -> str:
        """Where a cell stands, for people: `17`, or ``17 of `b.csv` ``."""
        origin = self.origin[column]
        if not self.several:
            return str(origin.rows[row])
        file = text.shorten(origin.files[origin.which[row]])
        return say("{row} of `{file}`", row=origin.rows[row], file=file)


def table(name: str, header: Sequence[str], columns: Sequence[pa.Array], rows: np.ndarray, log: Log) -> Table:
    """One file's columns under headers that are made unique, which is told."""
    origin = Origin(rows, (name,), np.zeros(len(rows), dtype=int))
    cells: dict[str, pa.Array] = {}
    seen: dict[str, str] = {}
    same, renamed = [], []
    for number, (head, column) in enumerate(zip(header, columns, strict=True), start=1):
        key = schema.normalise(head) or head
        if key in seen:
            if cells[seen[key]].equals(column):
                same.append(head)
                continue
            # no number behind the name: `Key 2` would be another column
            head = f"{head} (again)" if head else f"column {number}"
            while schema.normalise(head) in seen:
                head = f"{head} (column {number})"
            renamed.append(head)
            key = schema.normalise(head)
        seen[key] = head
        cells[head] = column
    who = f"`{text.shorten(name)}`"
    if same:
        log.note(
            say(
                "{file} has {columns} twice with the same cells; one of them is enough.", file=who, columns=_named(same)
            )
        )
    if renamed:
        log.note(
            say(
                "{file} has several columns of one name; I call the later ones {columns}.",
                file=who,
                columns=_named(renamed),
            )
        )
    return Table(name, cells, dict.fromkeys(cells, origin))


def _named(headers: Sequence[str]) -> str:
    return text.listing([f"`{text.shorten(head)}`" if head else say("a column without a name") for head in headers])
