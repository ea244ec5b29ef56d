"""What the reader takes at most, and the environment variables by which an operator changes it.

A limit guards the machine, not the person: each is far above a rated list, and what exceeds it is told with the
limit's name. `EARPRINT_MAX_MEGABYTES=200` and so on are read when a file is read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields

from core.errors import SettingsError
from core.language import say


@dataclass(frozen=True)
class Limits:
    """Of one file: megabytes, rows, columns, cells; and characters of one cell."""

    megabytes: int = 50
    rows: int = 200_000
    columns: int = 500
    cells: int = 10_000_000  # short rows are filled, so that a small file could ask for all memory
    cell_characters: int = 100_000


def limits() -> Limits:
    """The limits in force. Raises `SettingsError` where a variable holds no whole number above 0."""
    changed, faults = {}, []
    for field in fields(Limits):
        name = f"EARPRINT_MAX_{field.name.upper()}"
        given = os.environ.get(name)
        if given is None:
            continue
        if given.isdecimal() and int(given) > 0:
            changed[field.name] = int(given)
        else:
            faults.append(
                say(
                    "The environment variable {name} holds {given}. I expected a whole number above 0.",
                    name=name,
                    given=repr(given),
                )
            )
    if faults:
        raise SettingsError(faults)
    return Limits(**changed)
