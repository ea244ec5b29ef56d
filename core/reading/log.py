"""What reading has to say, gathered on the way: notes, and faults of which all are told at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass
class Log:
    """`notes` are for the Data page; any fault stops the analysis.

    skip: leave out the rows that are at fault rather than refuse the file. skippable: rows that this would leave out.
    """

    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    skip: bool = False
    skippable: int = 0

    def copy(self) -> Log:
        """What was said so far, to go on from."""
        return replace(self, notes=list(self.notes), faults=list(self.faults))

    def note(self, sentence: str) -> None:
        """Say what was done."""
        self.notes.append(sentence)

    def fault(self, sentence: str) -> None:
        """Say what stands in the way: what was found, what was expected, what to do."""
        self.faults.append(sentence)

    def rows_at_fault(self, rows: int, sentence: str, left_out: str) -> bool:
        """A fault of some rows alone: `sentence`, or the note `left_out` where such rows may go. Whether they go."""
        if self.skip:
            self.note(left_out)
        else:
            self.fault(sentence)
            self.skippable += rows
        return self.skip
