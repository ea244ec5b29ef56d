"""What a doubt is, what can be answered to it, and how columns are named in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core import text
from core.dataset import Dataset
from core.language import mark, say

Severity = Literal["lock", "warning", "note"]
SEVERITIES = ("lock", "warning", "note")

UNKNOWN, IN_ORDER, SORTED_LATER = "unknown", "rated-in-this-order", "sorted-later"
SOUND, NOT_SOUND = "sound", "not-sound"
ANSWERS = (UNKNOWN, IN_ORDER, SORTED_LATER, SOUND, NOT_SOUND)
ORDER_QUESTION = mark("Is this the order in which you rated?")
ORDER_ANSWERS = (
    (UNKNOWN, mark("I do not know")), (IN_ORDER, mark("Yes, from the first row to the last")),
    (SORTED_LATER, mark("No, it was sorted or put together later")),
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One doubt about a file.

    severity: a lock keeps explanations shut until it is settled, a warning changes how figures read, a note tells.
    columns: as the file names them; one of the features made of a list has its own name, and a kind of group is artist,
    album or work. sentence: plain text with untrusted names in backticks. question: what only the person can answer;
    answers are (key, label), the first one for "not answered". among_features: a feature is locked, so that any figure
    may be false and the verdict is suspicious.
    """

    code: str
    severity: Severity
    columns: tuple[str, ...]
    statistic: float
    sentence: str
    question: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    among_features: bool = False


def headers(dataset: Dataset) -> dict[str, str]:
    """Feature -> how the file names it; columns that became several features keep the features' own names."""
    found = {entry.used_as: entry.column for entry in dataset.understood if entry.role == "feature"}
    several = Counter(found.values())
    return {name: found[name] if several[found.get(name, "")] == 1 else name for name in dataset.feature_names}


def named(columns: Sequence[str]) -> str:
    """`a`, `b` and a column without a name."""
    names = [text.quoted(column, 40) if column.strip() else say("a column without a name") for column in columns]
    return text.listing(names)
