"""Sentences about one model against another."""

from __future__ import annotations

import pandas as pd

from core import text
from core.compare import ROPE
from core.models import AVERAGE, BASELINE
from core.words.naming import label


def versus_sentence(row: pd.Series, reference: str, *, rope: float = ROPE) -> str:
    """One row of `compare.against`: who is ahead, or that it cannot be told, with the range of the difference."""
    one, other = _named(row["model"]), _named(reference)
    if pd.isna(row["low"]):
        return f"I cannot tell {one} from {other}: there are too few rounds in which to compare them."
    span = f"the difference is {_span(row['low'], row['high'])} of skill"
    if row["verdict"] == "same":
        return f"{_capital(one)} and {other} are practically the same: {span}, and less than {_points(rope)} count as none."
    if row["verdict"] == "open":
        return f"I cannot tell {one} from {other}: {span}."
    if row["verdict"] == "worse":
        one, other, span = other, one, f"the difference is {_span(-row['high'], -row['low'])} of skill"
    return f"{_capital(one)} is ahead of {other}: {span}."


def versus_summary(table: pd.DataFrame, reference: str) -> str:
    """All rows of `compare.against` in one sentence; guessing is no model and is not counted."""
    rows = table[table["model"] != BASELINE]
    if not len(rows):
        return "One model beside the baseline: nothing to compare."
    number = rows["verdict"].value_counts()
    better, same, worse, unclear = (int(number.get(verdict, 0)) for verdict in ("better", "same", "worse", "open"))
    shown = f"{better or 'none'} {'are' if better > 1 else 'is'} shown to be better than {_named(reference)}"
    if worse:
        shown += f", and {worse} to be worse"
    rest = [f"{same} {'is' if same == 1 else 'are'} practically the same"] * bool(same)
    rest += [f"{unclear} cannot be told"] * bool(unclear)
    return f"Of {text.count(len(rows), 'model')} {shown}{'; ' if rest else ''}{', '.join(rest)}."


def _named(model: str) -> str:
    """A model in the middle of a sentence: lower case, except what has capitals of its own."""
    if model == AVERAGE:
        return "the average of four"
    if model == BASELINE:
        return "always guessing your average"
    name = label(model)
    return name if name[1:] != name[1:].lower() else name.lower()


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _span(low: float, high: float) -> str:
    """`−1 to +4 points`; `about 0 points` where both ends round to the same."""
    ends = [f"{'+' if round(100 * end) > 0 else ''}{text.number(100 * end, 0)}" for end in (low, high)]
    return f"about {ends[0]} points" if ends[0] == ends[1] else f"{ends[0]} to {ends[1]} points"


def _points(share: float) -> str:
    return f"{text.plain_number(100 * share)} point{'' if round(100 * share, 2) == 1 else 's'}"
