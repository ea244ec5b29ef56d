"""The columns of one table as far as they are understood, each with its role and the ground for it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from core import schema, text
from core.dataset import Dropped, Understood
from core.language import many, say
from core.reading import cells as of_cells
from core.reading.log import Log
from core.reading.ratings import Ratings
from core.reading.tables import Table


@dataclass(eq=False)
class Columns:
    """The columns of one table as understood so far; filled by `columns.understand`, frozen into a `Dataset` after.

    faulty: rows with a cell that cannot be read. listeners: column of each listener in a wide table, else empty.
    listener: the name asked for, None for whoever rated most.
    """

    rating: Ratings | None = None
    rating_column: str | None = None
    features: dict[str, np.ndarray] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)
    identity: dict[str, pa.Array] = field(default_factory=dict)
    context: dict[str, pa.Array] = field(default_factory=dict)
    understood: list[Understood] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    unknown_numbers: list[str] = field(default_factory=list)
    text_features: list[str] = field(default_factory=list)
    listener_column: str | None = None
    listeners: dict[str, str] = field(default_factory=dict)
    listener: str | None = None
    faulty: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    lost: bool = False

    @property
    def rating_is_sound(self) -> bool:
        """Whether the ratings could be read; else no other fault is to follow from them."""
        return self.rating is not None and not self.lost

    def take(self, rows: np.ndarray) -> Columns:
        """The columns of these rows; what is changed there is not changed here."""
        return replace(
            self,
            rating=None if self.rating is None else replace(self.rating, values=self.rating.values[rows]),
            features={name: values[rows] for name, values in self.features.items()},
            identity={name: of_cells.take(cells, rows) for name, cells in self.identity.items()},
            context={name: of_cells.take(cells, rows) for name, cells in self.context.items()},
            understood=list(self.understood),
            dropped=list(self.dropped),
            faulty=self.faulty[rows],
        )


def find(table: Table, name: str, log: Log) -> str | None:
    """The header that a person means by `name`: exact, else the only one equal after normalising."""
    if name in table.cells:
        return name
    wanted = schema.normalise(name)
    same = [column for column in table.columns if wanted and schema.normalise(column) == wanted]
    if len(same) == 1:
        return same[0]
    near = difflib.get_close_matches(name[:200], table.columns, n=1)
    given = {"column": text.shorten(name), "columns": names_of(table.columns)}
    if near:
        log.fault(say("There is no column `{column}`. Did you mean `{near}`? Found: {columns}.", near=near[0], **given))
    else:
        log.fault(say("There is no column `{column}`. Found: {columns}.", **given))
    return None


def aside(columns: Columns, table: Table, column: str, role: schema.Role, reason: str, *, code: str = "") -> None:
    """Set a column aside for a reason; `code` as in `Dropped`."""
    columns.dropped.append(Dropped(column, reason, code))
    note(columns, table, column, role, "nothing" if role == "ignored" else role, reason,
          missing=int(of_cells.is_missing(table.cells[column]).sum()), code=code)  # fmt: skip


def note(
    columns: Columns, table: Table, column: str, role: schema.Role, used_as: str, reason: str, *, scale: str = "",
    reversible: bool = False, missing: int = 0, code: str = "",
) -> None:  # fmt: skip
    """Say what a column was taken for."""
    example = next((cell for cell in of_cells.strings(table.cells[column][:200]) if cell.strip()), "")
    columns.understood.append(
        Understood(column, table.origin[column].file, role, used_as, reason, scale, example, missing, reversible, code)
    )


def where(table: Table, column: str, rows: Sequence[int] | np.ndarray) -> str:
    """`rows 4, 17 and 80 ('good', 'ok', '?')`."""
    places = [table.place(column, row) for row in rows[:1000]]
    shown = ", ".join(text.quoted(table.cells[column][int(row)].as_py().strip()) for row in rows[:5])
    more = [""] * (len(rows) - len(places))
    listed = text.listing(places + more)
    return many(len(rows), "row {rows} ({cells})", "rows {rows} ({cells})", rows=listed, cells=shown)


def names_of(columns: Sequence[str]) -> str:
    """Headers in backticks, the first twelve."""
    return text.listing([f"`{text.shorten(name, 40)}`" if name else say("(no name)") for name in columns], limit=12)
