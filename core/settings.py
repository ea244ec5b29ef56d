"""Limits that an operator changes by environment variables: fields of a dataclass, `EARPRINT_MAX_` before each name."""

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
    changed, faults = {}, []
    for field in fields(kind):
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
    return kind(**changed)
