"""Numbers that an operator sets by environment variables; limits are fields of a dataclass, `EARPRINT_MAX_` before each name."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

from core.errors import SettingsError
from core.language import say

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    T = TypeVar("T", bound=DataclassInstance)


def in_force(kind: type[T]) -> T:
    """The limits that hold now; each field of `kind` is a whole number. Raises `SettingsError` where a variable holds no whole
    number above 0, for all of them at once.
    """
    changed: dict[str, int] = {}
    faults: list[str] = []
    for field in fields(kind):
        try:
            given = whole_number(f"EARPRINT_MAX_{field.name.upper()}")
        except SettingsError as error:
            faults += error.faults
        else:
            if given is not None:
                changed[field.name] = given
    if faults:
        raise SettingsError(faults)
    return kind(**changed)


def whole_number(name: str) -> int | None:
    """What this environment variable holds; None where it is not set. Raises `SettingsError` if it is no whole number above 0."""
    given = os.environ.get(name)
    if given is None:
        return None
    if given.isdecimal() and int(given) > 0:
        return int(given)
    raise SettingsError(
        [
            say(
                "The environment variable {name} holds {given}. I expected a whole number above 0.",
                name=name,
                given=repr(given),
            )
        ]
    )
