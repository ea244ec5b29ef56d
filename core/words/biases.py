"""Sentences about how a person rates: what was claimed, what was looked for and not found, and what could not be tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core import schema, text
from core.language import many, mark, say
from core.words.naming import Two, p_shown, percent_range, rating_step

if TYPE_CHECKING:
    from core.biases import Bias, Biases, Obstacle

TITLES = {
    "middle": mark("The middle of the scale"), "ends": mark("The ends of the scale"), "round": mark("Round ratings"),
    "drift": mark("From first to last"), "contrast": mark("The rating before"), "start": mark("The start"),
    "finish": mark("The finish"), "artist": mark("The artist"), "album": mark("The album"), "work": mark("The work"),
    "source": mark("Where it stands"), "popularity": mark("How known it is"), "year": mark("How old it is"),
    "added": mark("When it was added"), "duration": mark("How long it is"),
    "popularity-middle": mark("Neither known nor unknown"), "year-middle": mark("A certain time"),
    "duration-middle": mark("A certain length"), "complexity-middle": mark("A certain complexity"),
    "youth": mark("Music of your youth"), "explicit": mark("Explicit words"),
}  # fmt: skip
READING = mark(
    "What lies *beyond what sound tells* is the rating less what tracks of that sound usually get from you (each track "
    "predicted from all others). In a chart with dots, each grey dot is one of your tracks and each full one the mean of an "
    "eighth of them, with its 95 % range. In a chart of names, each line is one group: its level beyond the sound, drawn "
    "towards 0 the fewer tracks it has, and the 95 % range; grey where that holds 0. In a chart of steps, those that were "
    "counted have the colour, and the grey hill is a smooth scale. Favour, habit and quality look alike here: nothing says "
    "why."
)
_BESIDE = {
    "popularity": mark(
        "You rate better known tracks {way}, also among tracks that sound alike: {points} from the least known tenth to the best "
        "known tenth ({correlation})."
    ),
    "year": mark(
        "You rate newer tracks {way}, also among tracks that sound alike: {points} from the oldest tenth to the newest tenth "
        "({correlation})."
    ),
    "added": mark(
        "You rate later added tracks {way}, also among tracks that sound alike: {points} from the tenth added first to the tenth "
        "added last ({correlation})."
    ),
    "duration": mark(
        "You rate longer tracks {way}, also among tracks that sound alike: {points} from the shortest tenth to the longest tenth "
        "({correlation})."
    ),
}
_MIDDLES = {
    "popularity": mark("a popularity"), "year": mark("a year"), "duration": mark("a length"),
    "complexity": mark("a share of key changes"),
}  # fmt: skip
_COLUMN = {"popularity": "popularity", "year": "year", "duration": "duration_ms", "complexity": "key changes"}
_NEEDED = {
    "artist": mark("a column with the artist"), "album": mark("a column with the album"),
    "work": mark("titles that name works by a catalogue number"),
    "source": mark("a column of a few words, such as a playlist or a genre"), "popularity": mark("a column `popularity`"),
    "year": mark("a column `release_date` or `year`"), "added": mark("a column `added_at` with dates"),
    "duration": mark("a column `duration_ms`"), "explicit": mark("a column `explicit`"),
    "complexity": mark("a column `key_change_percentage`"),
}  # fmt: skip
_GROUPS = {
    "artist": mark("{share} of what sound leaves open goes with the artist ({span})."),
    "album": mark("{share} of what sound leaves open goes with the album ({span})."),
    "work": mark("{share} of what sound leaves open goes with the work ({span})."),
}  # fmt: skip
_PARTS = {
    "start": mark("The first tenth was rated {way}: by {points}, {size} standard deviations ({span})."),
    "finish": mark("The last tenth was rated {way}: by {points}, {size} standard deviations ({span})."),
    "youth": mark(
        "Tracks that came out when you were 10 to 24 are rated {way}: by {points}, {size} standard deviations ({span})."
    ),
}
_OBSTACLES = {
    "order": mark(
        "needs the order in which you rated: say on the Data page that the rows stand in it, or add a column of dates"
    ),
    "same": mark("does not apply: the ratings hardly differ"),
    "coarse": mark("does not apply to a scale of so few or so many steps"),
    "piles": mark("does not apply: your ratings are two piles, and no one smooth scale is behind them"),
    "birth-year": mark("needs your year of birth, which you may give above; it is kept in this session alone"),
}
_FEW_GROUPS = {
    "artist": mark("needs {need} artists with several tracks; so far {have}"),
    "album": mark("needs {need} albums with several tracks; so far {have}"),
    "work": mark("needs {need} works with several tracks; so far {have}"),
}  # fmt: skip


def biases_headline(found: Biases) -> str:
    """How many habits stand out, or that none does."""
    if found.claimed:
        return many(len(found.claimed), "{number} habit of yours stands out.", "{number} habits of yours stand out.")
    if not found.tested:
        return say("No habit of rating could be tested on this list.")
    return say("No habit of rating stands out.")


def biases_sentence(found: Biases) -> str:
    """What was asked, and what claiming means."""
    if not found.tested:
        return say("What is missing is listed below.")
    return many(
        len(found.tested),
        "{number} habit was looked for; told are those that stay beyond luck after counting all looks, and are large enough to "
        "matter. Wherever sound could stand behind one, it was asked among tracks that sound alike.",
        "{number} habits were looked for; told are those that stay beyond luck after counting all looks, and are large enough to "
        "matter. Wherever sound could stand behind one, it was asked among tracks that sound alike.",
    )


def bias_sentence(bias: Bias, two: Two | None = None) -> str:
    """What was found, with its range; of a bias that is not claimed, that it may be luck."""
    said = _said(bias, two)
    flat = bias.code.endswith("-middle") and bias.p >= 1  # nothing was found that luck could have made
    return said if bias.claimed or flat else f"{said} {_luck(bias)}"


def obstacle_sentence(obstacle: Obstacle) -> str:
    """Why it could not be tested, and what would allow it."""
    return f"{say(TITLES[obstacle.code])}: {_why(obstacle)}."


def _why(obstacle: Obstacle) -> str:
    column = text.quoted(obstacle.column) if obstacle.column else ""
    have, need, base = obstacle.have, obstacle.need, obstacle.code.removesuffix("-middle")
    if obstacle.why == "column":
        needed = say(_NEEDED[base]) if base in _NEEDED else say("a column of its own")
        return say("needs {column}", column=needed)
    if obstacle.why == "few" and column:
        return many(
            have, "needs {need} tracks with {column}; there is {number}", "needs {need} tracks with {column}; there are {number}",
            need=need, column=column,
        )  # fmt: skip
    if obstacle.why == "few":
        return many(
            have, "needs {need} tracks; there is {number}", "needs {need} tracks; there are {number}", need=need
        )
    if obstacle.why == "few-groups":
        return say(_FEW_GROUPS.get(base, _FEW_GROUPS["artist"]), need=need, have=have)
    if obstacle.why == "few-kind":
        return many(
            have, "needs {need} tracks of either kind; of the rarer one there is {number}",
            "needs {need} tracks of either kind; of the rarer one there are {number}", need=need,
        )  # fmt: skip
    if obstacle.why == "few-apart":
        return many(
            have, "needs tracks of {need} artists or works; there is {number}",
            "needs tracks of {need} artists or works; there are {number}", need=need,
        )  # fmt: skip
    if obstacle.why == "same" and column:
        return say("does not apply: {column} hardly differs from track to track", column=column)
    if obstacle.why == "label":
        name = column or say("the column")
        return say("does not apply: {column} is probably made from your ratings", column=name)
    return say(_OBSTACLES[obstacle.why])


def bias_title(bias: Bias) -> str:
    """A short name for a chart and a list."""
    return say(TITLES[bias.code])


def bias_name(code: str, column: str = "") -> str:
    """The same with the column it is about, where only that tells it from others."""
    return f"{say(TITLES[code])} ({text.quoted(column)})" if code == "source" else say(TITLES[code])


def _said(bias: Bias, two: Two | None) -> str:
    if bias.code in {"middle", "ends", "round"}:
        return _of_scale(bias)
    if bias.code in _GROUPS:
        return _of_groups(bias)
    if bias.code in _BESIDE:
        return _of_column(bias, two)
    if bias.code.endswith("-middle"):
        return _of_middle(bias, two)
    return _others(bias, two)


def _of_scale(bias: Bias) -> str:
    size, span = round(100 * abs(bias.effect)), _span(*(text.number(100 * end, 0) for end in _sizes(bias)))
    steps = text.listing([rating_step(step) for step in bias.steps])
    if bias.code == "middle":
        where = say("In the middle of the scale ({steps})", steps=steps)
    elif bias.code == "ends":
        where = say("At the ends of the scale ({steps})", steps=steps)
    else:
        where = say("On the scale's round steps")
    if bias.effect > 0:
        return many(
            size,
            "{where} lies {number} percentage point more of your ratings than a smooth scale would put there ({span}).",
            "{where} lie {number} percentage points more of your ratings than a smooth scale would put there ({span}).",
            where=where, span=span,
        )  # fmt: skip
    return many(
        size,
        "{where} lies {number} percentage point fewer of your ratings than a smooth scale would put there ({span}).",
        "{where} lie {number} percentage points fewer of your ratings than a smooth scale would put there ({span}).",
        where=where, span=span,
    )  # fmt: skip


def _of_groups(bias: Bias) -> str:
    found = say(_GROUPS[bias.code], share=text.percent(max(bias.effect, 0.0)), span=percent_range(bias.low, bias.high))
    raw = (
        ""
        if np.isnan(bias.raw)
        else say("Of the ratings themselves it is {share}.", share=text.percent(max(bias.raw, 0)))
    )
    return " ".join(filter(None, [found, raw, say("Favour and quality cannot be told apart here.")]))


def _of_column(bias: Bias, two: Two | None) -> str:
    return say(_BESIDE[bias.code], way=_way(bias), points=_points(bias.points, two), correlation=_correlation(bias))


def _of_middle(bias: Bias, two: Two | None) -> str:
    base = bias.code.removesuffix("-middle")
    if bias.p >= 1:  # the bend's top lies outside, or a line leans away from it: there is no height to tell
        return say("Nothing turns between the two ends.")
    place = f"{bias.place:.0f}" if base == "year" else schema.shown(_COLUMN[base], bias.place)
    return say(
        "Tracks with {what} around {place} are rated {way} than those to both sides, also among tracks that sound alike: by "
        "{points} ({span}).",
        what=say(_MIDDLES[base]), place=place, way=_way(bias), points=_points(abs(bias.effect), two),
        span=_span(*(_points_figure(end, two) for end in _sizes(bias))),
    )  # fmt: skip


def _others(bias: Bias, two: Two | None) -> str:
    low, high = _sizes(bias)
    span, size = _span(text.number(low, 2), text.number(high, 2)), text.number(abs(bias.effect), 2)
    points, more = "" if np.isnan(bias.points) else _points(abs(bias.points), two), bias.effect > 0
    if bias.code == "drift":
        rose = mark("Your ratings rose by {points} from the first to the last track ({correlation}).")
        fell = mark("Your ratings fell by {points} from the first to the last track ({correlation}).")
        return say(rose if more else fell, points=points, correlation=_correlation(bias))
    if bias.code == "contrast":
        return say(
            "After a high rating the next one tends to be {way}, by {size} points for each point ({span}).",
            way=_way(bias), size=size, span=span,
        )  # fmt: skip
    if bias.code in _PARTS:
        return say(_PARTS[bias.code], way=_way(bias), points=points, size=size, span=span)
    if bias.code == "explicit":
        return say(
            "Explicit tracks are rated {way}, also among tracks that sound alike: by {points} on average (Cliff's delta {delta}, "
            "{low} to {high}).",
            way=_way(bias), points=points, delta=text.number(bias.effect, 2), low=text.number(bias.low, 2),
            high=text.number(bias.high, 2),
        )  # fmt: skip
    share, column, span = text.percent(bias.effect), text.quoted(bias.column), percent_range(bias.low, bias.high)
    if bias.levels is not None and len(bias.levels) and bias.claimed:
        top = text.quoted(str(bias.levels.iloc[0]["label"]))
        return say(
            "{share} of what sound leaves open goes with {column} ({span}); highest for {top}.",
            share=share, column=column, span=span, top=top,
        )  # fmt: skip
    return say("{share} of what sound leaves open goes with {column} ({span}).", share=share, column=column, span=span)


def _way(bias: Bias) -> str:
    return say("higher") if bias.effect > 0 else say("lower")


def _luck(bias: Bias) -> str:
    if np.isnan(bias.p):
        return say("There is too little to test it.")
    if bias.q <= 0.05:
        return say("This is more than luck, but too small to matter.")
    return say("Luck does this too (p {p}; {q} after counting all looks).", p=p_shown(bias.p), q=p_shown(bias.q))


def _sizes(bias: Bias) -> tuple[float, float]:
    """The range's ends in the direction of the effect: the smaller first, below 0 where it crosses."""
    return (bias.low, bias.high) if bias.effect > 0 else (-bias.high, -bias.low)


def _span(low: str, high: str) -> str:
    return say("95 %: {low} to {high}", low=low, high=high)


def _correlation(bias: Bias) -> str:
    r, low, high = (text.number(value, 2) for value in (bias.effect, bias.low, bias.high))
    return say("correlation {r}, 95 %: {low} to {high}", r=r, low=low, high=high)


def _points(points: float, two: Two | None) -> str:
    size = _points_figure(points, two)
    one = round(points, 2) == 1 if two is None else size.lstrip("\u2212") == "1"
    if two is not None:
        single, several = (
            mark("{size} percentage point of the higher rating"),
            mark("{size} percentage points of the higher rating"),
        )
    else:
        single, several = mark("{size} point"), mark("{size} points")
    return say(single if one else several, size=size)


def _points_figure(points: float, two: Two | None) -> str:
    if two is not None:
        return text.number(100 * points / (two[1] - two[0]), 0)
    return text.number(points, 1 if abs(points) >= 0.95 else 2)
