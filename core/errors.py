"""The exceptions that a page or the command line may catch. Everything else is a bug and stays loud.

EarprintError
├── InputError      the person's files cannot be analysed; lists every fault at once
└── SettingsError   an option names something that does not exist (a model, a column)
"""

from __future__ import annotations

from collections.abc import Sequence


class EarprintError(Exception):
    """One or more faults, each a sentence: what was found, what was expected, what to do."""

    def __init__(self, faults: Sequence[str]) -> None:
        if not faults:
            raise ValueError("an EarprintError needs at least one fault")
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))

    def __reduce__(self) -> tuple[type[EarprintError], tuple[tuple[str, ...]]]:
        return type(self), (self.faults,)  # so that it comes whole out of a worker process


class InputError(EarprintError):
    """The uploaded files cannot become a `Dataset`."""


class SettingsError(EarprintError):
    """A setting names something that is not there."""
