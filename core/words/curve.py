"""Sentences about more ratings: whether they would help, what so many can show, and how good a model could get."""

from __future__ import annotations

import math

from core import text
from core.curve import LEAST_TWICE, Ceiling, Curve, Detectable
from core.words.naming import percent_range

_FLAT = 0.03  # of skill; who would rate as many tracks again for less
# Up to this share of lists -> how often. Coarse, since the measured shares may be off by .10.
_OFTEN = (
    (0.10, "hardly ever"), (0.27, "only about one time in five"), (0.42, "only about one time in three"),
    (0.60, "only about half the time"), (0.72, "about two times in three"), (0.87, "about four times in five"),
    (0.94, "about nine times in ten"),
)  # fmt: skip


def curve_sentence(curve: Curve) -> str:
    """Whether more ratings would lift what sound tells: yes with a range, hardly, or that it cannot be said."""
    rows = curve.forecast
    last = rows.iloc[-1]
    unknown = "I cannot say whether more ratings would help"
    if math.isnan(curve.today) or rows.isna().to_numpy().any():
        return f"{unknown}: the ratings differ too little."
    today = text.percent(curve.today)
    if last["gain_high"] < _FLAT and last["gain_low"] > -_FLAT:
        return (
            f"More ratings would hardly help: sound tells {today} now, and with {last['ratings']:,.0f} ratings probably "
            f"about as much ({percent_range(curve.today + last['gain_low'], curve.today + last['gain_high'])})."
        )
    reached = rows["gain"].add(curve.today).clip(upper=1).mul(100).round()
    helpful = rows.assign(reached=reached)[(rows["gain_low"] > 0) & (reached > round(100 * curve.today))]
    if not len(helpful):
        return (
            f"{unknown}. Sound tells {today} now; {last['more']:,.0f} more ratings may change that by anything from "
            f"{_signed(last['gain_low'])} to {_signed(last['gain_high'])} points."
        )
    first, last = helpful.iloc[0], helpful.iloc[-1]
    more = f"{first['more']:,.0f} to {last['more']:,.0f}" if len(helpful) > 1 else f"{last['more']:,.0f}"
    ends = [text.number(row["reached"], 0) for row in (first, last)]
    where = f"{ends[0]} %" if ends[0] == ends[1] else f"{ends[0]} to {ends[1]} %"
    least, most = _points(first["gain_low"]), _points(last["gain_high"])
    return (
        f"About {more} more ratings would probably lift what sound tells from {today} to {where}; the gain may be as small as "
        f"{least} or as large as {most}. Further than {last['ratings']:,.0f} ratings I do not look ahead."
    )


def detectable_sentence(found: Detectable) -> str:
    """What so many ratings can show at all, for a list in which nothing was found."""
    faint, strong = _often(found.faint), _often(found.strong)
    tail = f"one of 40 % {strong}" if faint != strong else "and so is one of 40 %"
    start = "With" if found.tracks == found.ratings else "Already with" if found.tracks > found.ratings else "Even with"
    ratings = text.count(found.ratings, "rating")
    return f"{start} {ratings} a taste that sound explains to 20 % is found {faint}, {tail}."


def ceiling_sentence(found: Ceiling | None) -> str:
    """How well two ratings of one track agree, and what no model can exceed."""
    ask = (
        f"Rate {LEAST_TWICE} or more tracks again, into a column `rating_2`, and I can say how good a model could get."
    )
    if found is None:
        return f"No track is rated twice. {ask}"
    if not found.tracks:
        return (
            f"{text.count(found.repeats, 'recording')} {'stands' if found.repeats == 1 else 'stand'} in your file in rows that "
            "differ in the rating alone. Rows with the same rating twice were left out as copies, so this says nothing on "
            f"how well your ratings agree. {ask}"
        )
    often = "twice" if found.ratings == 2 * found.tracks else "more than once"
    rated = f"You rated {text.count(found.tracks, 'track')} {often}"
    if found.tracks < LEAST_TWICE:
        return f"{rated}; from {LEAST_TWICE} on I can say how good a model could get."
    if found.copied:
        return f"{rated}, and never differently. That looks like a copy, so it says nothing on how well your ratings agree."
    if math.isnan(found.reliability):
        return f"{rated}, with the same rating throughout. That says nothing on how well your ratings agree."
    span = f"{text.number(found.low, 2)} to {text.number(found.high, 2)}"
    own = "your two ratings" if often == "twice" else "your ratings"
    agree = f"{rated}; {own} agree with r = {text.number(found.reliability, 2)} ({span})."
    if not found.low > 0:
        return f"{agree} That range holds zero, so I cannot say how good a model could get."
    return (
        f"{agree} No model can tell more than about {text.percent(found.reliability)} "
        f"({percent_range(found.low, found.high)})."
    )


def ceiling_share_sentence(found: Ceiling, skill: float, low: float, high: float) -> str:
    """A model's skill as a part of what could be reached, with its range; empty where that cannot be said."""
    share, share_low, share_high = found.share(skill, low, high)
    if math.isnan(share):
        return ""
    if not share_low > 0:
        return f"Of what any model could reach, this one reaches at most about {text.percent(max(share_high, 0.0))}."
    return (
        f"Of what any model could reach, this one reaches about {text.percent(share)} "
        f"({percent_range(share_low, share_high)})."
    )


def _often(share: float) -> str:
    return next((words for most, words in _OFTEN if share < most), "nearly always")


def _points(share: float) -> str:
    number = text.number(100 * share, 0)
    return "less than half a point" if number == "0" else f"{number} point{'' if number == '1' else 's'}"


def _signed(share: float) -> str:
    return f"{'+' if round(100 * share) > 0 else ''}{text.number(100 * share, 0)}"
