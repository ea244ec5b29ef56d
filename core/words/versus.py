"""Sentences about one model against another."""

from __future__ import annotations

import pandas as pd

from core import text
from core.compare import ROPE
from core.language import many, say
from core.models import AVERAGE, BASELINE
from core.words.naming import label


def versus_sentence(row: pd.Series, reference: str, *, rope: float = ROPE) -> str:
    """One row of `compare.against`: who is ahead, or that it cannot be told, with the range of the difference."""
    one, other = named(row["model"]), named(reference)
    if pd.isna(row["low"]):
        return say(
            "I cannot tell {one} from {other}: there are too few rounds in which to compare them.", one=one, other=other
        )
    span = _difference(row["low"], row["high"])
    if row["verdict"] == "same":
        return say(
            "{one} and {other} are practically the same: {difference}, and less than {points} count as none.",
            one=text.capital(one), other=other, difference=span, points=_points(rope),
        )  # fmt: skip
    if row["verdict"] == "open":
        return say("I cannot tell {one} from {other}: {difference}.", one=one, other=other, difference=span)
    if row["verdict"] == "worse":
        one, other, span = other, one, _difference(-row["high"], -row["low"])
    return say("{one} is ahead of {other}: {difference}.", one=text.capital(one), other=other, difference=span)


def versus_summary(table: pd.DataFrame, reference: str) -> str:
    """All rows of `compare.against` in one sentence; guessing is no model and is not counted."""
    rows = table[table["model"] != BASELINE]
    if not len(rows):
        return say("One model beside the baseline: nothing to compare.")
    number = rows["verdict"].value_counts()
    better, same, worse, unclear = (int(number.get(verdict, 0)) for verdict in ("better", "same", "worse", "open"))
    models, other = many(len(rows), "{number} model", "{number} models"), named(reference)
    shown = say("none is shown to be better than {other}", other=other)
    if better:
        shown = many(
            better, "{number} is shown to be better than {other}", "{number} are shown to be better than {other}",
            other=other,
        )  # fmt: skip
    if worse:
        shown += say(", and {worse} to be worse", worse=worse)
    rest = [many(same, "{number} is practically the same", "{number} are practically the same")] if same else []
    if unclear:
        rest.append(say("{unclear} cannot be told", unclear=unclear))
    if not rest:
        return say("Of {models} {shown}.", models=models, shown=shown)
    return say("Of {models} {shown}; {rest}.", models=models, shown=shown, rest=", ".join(rest))


def named(model: str) -> str:
    """A model in the middle of a sentence: lower case, except what has capitals of its own."""
    if model == AVERAGE:
        return say("the average of four")
    if model == BASELINE:
        return say("always guessing your average")
    name = label(model)
    return name if name[1:] != name[1:].lower() else name.lower()


def _difference(low: float, high: float) -> str:
    """`the difference is −1 to +4 points of skill`; `about 0 points` where both ends round to the same."""
    ends = [f"{'+' if round(100 * end) > 0 else ''}{text.number(100 * end, 0)}" for end in (low, high)]
    if ends[0] == ends[1]:
        return say("the difference is about {points} points of skill", points=ends[0])
    return say("the difference is {low} to {high} points of skill", low=ends[0], high=ends[1])


def _points(share: float) -> str:
    points = text.plain_number(100 * share)
    return say("{points} point", points=points) if round(100 * share, 2) == 1 else say("{points} points", points=points)
