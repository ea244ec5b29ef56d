"""Sentences about more ratings: whether they would help, what so many can show, and how good a model could get."""

from __future__ import annotations

import math

from core import text
from core.curve import LEAST_TWICE, Ceiling, Curve, Detectable
from core.language import many, mark, say
from core.words.naming import Two, percent_range
from core.words.naming import rated as rated_as

_FLAT = 0.03  # of skill; who would rate as many tracks again for less
# Up to this share of lists -> how often. Coarse, since the measured shares may be off by .10.
_OFTEN = (
    (0.10, mark("hardly ever")), (0.27, mark("only about one time in five")), (0.42, mark("only about one time in three")),
    (0.60, mark("only about half the time")), (0.72, mark("about two times in three")),
    (0.87, mark("about four times in five")), (0.94, mark("about nine times in ten")),
)  # fmt: skip


def curve_sentence(curve: Curve) -> str:
    """Whether more ratings would lift what sound tells: yes with a range, hardly, or that it cannot be said."""
    rows = curve.forecast
    last = rows.iloc[-1]
    if math.isnan(curve.today) or rows.isna().to_numpy().any():
        return say("I cannot say whether more ratings would help: the ratings differ too little.")
    today = text.percent(curve.today)
    if last["gain_high"] < _FLAT and last["gain_low"] > -_FLAT:
        return say(
            "More ratings would hardly help: sound tells {today} now, and with {ratings} ratings probably "
            "about as much ({span}).",
            today=today, ratings=text.number(last["ratings"], 0),
            span=percent_range(curve.today + last["gain_low"], curve.today + last["gain_high"]),
        )  # fmt: skip
    reached = rows["gain"].add(curve.today).clip(upper=1).mul(100).round()
    helpful = rows.assign(reached=reached)[(rows["gain_low"] > 0) & (reached > round(100 * curve.today))]
    if not len(helpful):
        return say(
            "I cannot say whether more ratings would help. Sound tells {today} now; {more} more ratings may change that by "
            "anything from {low} to {high} points.",
            today=today, more=text.number(last["more"], 0), low=_signed(last["gain_low"]), high=_signed(last["gain_high"]),
        )  # fmt: skip
    first, last = helpful.iloc[0], helpful.iloc[-1]
    more = text.number(last["more"], 0)
    if len(helpful) > 1:
        more = say("{low} to {high}", low=text.number(first["more"], 0), high=more)
    where = text.percent(last["reached"] / 100)
    if text.percent(first["reached"] / 100) != where:
        where = percent_range(first["reached"] / 100, last["reached"] / 100)
    return say(
        "About {more} more ratings would probably lift what sound tells from {today} to {where}; the gain may be as small as "
        "{least} or as large as {most}. Further than {ratings} ratings I do not look ahead.",
        more=more, today=today, where=where, least=_points(first["gain_low"]), most=_points(last["gain_high"]),
        ratings=text.number(last["ratings"], 0),
    )  # fmt: skip


def detectable_sentence(found: Detectable) -> str:
    """What so many ratings can show at all, for a list in which nothing was found."""
    faint, strong = _often(found.faint), _often(found.strong)
    if found.tracks == found.ratings:
        start = many(found.ratings, "With {number} rating", "With {number} ratings")
    elif found.tracks > found.ratings:
        start = many(found.ratings, "Already with {number} rating", "Already with {number} ratings")
    else:
        start = many(found.ratings, "Even with {number} rating", "Even with {number} ratings")
    if faint == strong:
        return say(
            "{start} a taste that sound explains to 20 % is found {often}, and so is one of 40 %.",
            start=start, often=faint,
        )  # fmt: skip
    return say(
        "{start} a taste that sound explains to 20 % is found {faint}, one of 40 % {strong}.",
        start=start, faint=faint, strong=strong,
    )  # fmt: skip


def ceiling_sentence(found: Ceiling | None) -> str:
    """How well two ratings of one track agree, and what no model can exceed."""
    ask = say(
        "Rate {least} or more tracks again, into a column `rating_2`, and I can say how good a model could get.",
        least=LEAST_TWICE,
    )
    if found is None:
        return say("No track is rated twice. {ask}", ask=ask)
    if not found.tracks:
        return many(
            found.repeats,
            "{number} recording stands in your file in rows that "
            "differ in the rating alone. Rows with the same rating twice were left out as copies, so this says nothing on "
            "how well your ratings agree. {ask}",
            "{number} recordings stand in your file in rows that "
            "differ in the rating alone. Rows with the same rating twice were left out as copies, so this says nothing on "
            "how well your ratings agree. {ask}",
            ask=ask,
        )
    twice = found.ratings == 2 * found.tracks
    rated = many(found.tracks, "You rated {number} track more than once", "You rated {number} tracks more than once")
    if twice:
        rated = many(found.tracks, "You rated {number} track twice", "You rated {number} tracks twice")
    if found.tracks < LEAST_TWICE:
        return say("{rated}; from {least} on I can say how good a model could get.", rated=rated, least=LEAST_TWICE)
    if found.copied:
        return say(
            "{rated}, and never differently. That looks like a copy, so it says nothing on how well your ratings agree.",
            rated=rated,
        )
    if math.isnan(found.reliability):
        return say(
            "{rated}, with the same rating throughout. That says nothing on how well your ratings agree.", rated=rated
        )
    r, low, high = (text.number(value, 2) for value in (found.reliability, found.low, found.high))
    if twice:
        agree = say(
            "{rated}; your two ratings agree with r = {r} ({low} to {high}).", rated=rated, r=r, low=low, high=high
        )
    else:
        agree = say("{rated}; your ratings agree with r = {r} ({low} to {high}).", rated=rated, r=r, low=low, high=high)
    if not found.low > 0:
        return say("{agree} That range holds zero, so I cannot say how good a model could get.", agree=agree)
    return say(
        "{agree} No model can tell more than about {most} ({span}).",
        agree=agree, most=text.percent(found.reliability), span=percent_range(found.low, found.high),
    )  # fmt: skip


def ceiling_share_sentence(found: Ceiling, skill: float, low: float, high: float) -> str:
    """A model's skill as a part of what could be reached, with its range; empty where that cannot be said."""
    share, share_low, share_high = found.share(skill, low, high)
    if math.isnan(share):
        return ""
    if not share_low > 0:
        return say(
            "Of what any model could reach, this one reaches at most about {share}.",
            share=text.percent(max(share_high, 0.0)),
        )
    return say(
        "Of what any model could reach, this one reaches about {share} ({span}).",
        share=text.percent(share), span=percent_range(share_low, share_high),
    )  # fmt: skip


def _often(share: float) -> str:
    return next((say(words) for most, words in _OFTEN if share < most), say("nearly always"))


def _points(share: float) -> str:
    number = text.number(100 * share, 0)
    if number == "0":
        return say("less than half a point")
    return say("{points} point", points=number) if number == "1" else say("{points} points", points=number)


def _signed(share: float) -> str:
    return f"{'+' if round(100 * share) > 0 else ''}{text.number(100 * share, 0)}"


def widest_sentence(found: Ceiling, two: Two | None = None) -> str:
    """The track whose ratings lie furthest apart; empty where none do."""
    if found.widest is None:
        return ""
    title, low, high = found.widest
    return say(
        "Furthest apart: {title}, {low} and {high}.",
        title=text.quoted(title, 60), low=rated_as(low, two), high=rated_as(high, two),
    )  # fmt: skip
