"""Sentences about how a person rates: what was claimed, what was looked for and not found, and what could not be tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core import schema, text
from core.words.naming import Two

if TYPE_CHECKING:
    from core.biases import Bias, Biases, Obstacle

TITLES = {
    "middle": "The middle of the scale", "ends": "The ends of the scale", "round": "Round ratings", "drift": "From first to last",
    "contrast": "The rating before", "start": "The start", "finish": "The finish", "artist": "The artist", "album": "The album",
    "work": "The work", "source": "Where it stands", "popularity": "How known it is", "year": "How old it is",
    "added": "When it was added", "duration": "How long it is", "popularity-middle": "Neither known nor unknown",
    "year-middle": "A certain time", "duration-middle": "A certain length", "complexity-middle": "A certain complexity",
    "youth": "Music of your youth", "explicit": "Explicit words",
}  # fmt: skip
READING = (
    "What lies *beyond what sound tells* is the rating less what tracks of that sound usually get from you (each track "
    "predicted from all others). In a chart with dots, each grey dot is one of your tracks and each full one the mean of an "
    "eighth of them, with its 95 % range. In a chart of names, each line is one group: its level beyond the sound, drawn "
    "towards 0 the fewer tracks it has, and the 95 % range; grey where that holds 0. In a chart of steps, those that were "
    "counted have the colour, and the grey hill is a smooth scale. Favour, habit and quality look alike here: nothing says "
    "why."
)
_WHAT = {
    "popularity": ("better known", "the least known tenth", "the best known tenth"),
    "year": ("newer", "the oldest tenth", "the newest tenth"),
    "added": ("later added", "the tenth added first", "the tenth added last"),
    "duration": ("longer", "the shortest tenth", "the longest tenth"),
}
_COLUMN = {"popularity": "popularity", "year": "year", "duration": "duration_ms", "complexity": "key changes"}
_NEEDED = {
    "artist": "a column with the artist", "album": "a column with the album",
    "work": "titles that name works by a catalogue number",
    "source": "a column of a few words, such as a playlist or a genre", "popularity": "a column `popularity`",
    "year": "a column `release_date` or `year`", "added": "a column `added_at` with dates", "duration": "a column `duration_ms`",
    "explicit": "a column `explicit`", "complexity": "a column `key_change_percentage`",
}  # fmt: skip
_MANY = {"artist": "artists", "album": "albums", "work": "works"}


def biases_headline(found: Biases) -> str:
    """How many habits stand out, or that none does."""
    if found.claimed:
        return f"{text.count(len(found.claimed), 'habit')} of yours {'stands' if len(found.claimed) == 1 else 'stand'} out."
    if not found.tested:
        return "No habit of rating could be tested on this list."
    return "No habit of rating stands out."


def biases_sentence(found: Biases) -> str:
    """What was asked, and what claiming means."""
    if not found.tested:
        return "What is missing is listed below."
    asked = text.count(len(found.tested), "habit was", "habits were")
    return (
        f"{asked} looked for; told are those that stay beyond luck after counting all looks, and are large enough to matter. "
        "Wherever sound could stand behind one, it was asked among tracks that sound alike."
    )


def bias_sentence(bias: Bias, two: Two | None = None) -> str:
    """What was found, with its range; of a bias that is not claimed, that it may be luck."""
    said = _said(bias, two)
    return said if bias.claimed else f"{said} {_luck(bias)}"


def obstacle_sentence(obstacle: Obstacle) -> str:
    """Why it could not be tested, and what would allow it."""
    name, column = TITLES[obstacle.code], text.quoted(obstacle.column) if obstacle.column else ""
    have, need = obstacle.have, obstacle.need
    are = f"{'is' if have == 1 else 'are'} {have}"
    base = obstacle.code.removesuffix("-middle")
    why = {
        "column": f"needs {_NEEDED.get(base, 'a column of its own')}",
        "few": f"needs {need} tracks{f' with {column}' if column else ''}; there {are}",
        "few-groups": f"needs {need} {_MANY.get(base, 'groups')} with several tracks; there {are}",
        "few-kind": f"needs {need} tracks of either kind; of the rarer one there {are}",
        "few-apart": f"needs tracks of {need} artists or works; there {are}",
        "order": "needs the order in which you rated: say on the Data page that the rows stand in it, or add a column of dates",
        "same": f"does not apply: {f'{column} hardly differs from track to track' if column else 'the ratings hardly differ'}",
        "label": f"does not apply: {column or 'the column'} is probably made from your ratings",
        "coarse": "does not apply to a scale of so few or so many steps",
        "piles": "does not apply: your ratings are two piles, and no one smooth scale is behind them",
        "birth-year": "needs your year of birth, which you may give above; it is kept in this session alone",
    }[obstacle.why]
    return f"{name}: {why}."


def bias_title(bias: Bias) -> str:
    """A short name for a chart and a list."""
    return TITLES[bias.code]


def _said(bias: Bias, two: Two | None) -> str:
    if bias.code in {"middle", "ends", "round"}:
        return _of_scale(bias)
    if bias.code in _MANY:
        return _of_groups(bias)
    if bias.code in _WHAT:
        return _of_column(bias, two)
    if bias.code.endswith("-middle"):
        return _of_middle(bias, two)
    return _others(bias, two)


def _of_scale(bias: Bias) -> str:
    which = {
        "middle": f"In the middle of the scale ({text.listing(bias.steps)})",
        "ends": f"At the ends of the scale ({text.listing(bias.steps)})", "round": "On the scale's round steps",
    }[bias.code]  # fmt: skip
    size, low, high = (text.number(100 * value, 0) for value in (abs(bias.effect), *_sizes(bias)))
    return (
        f"{which} lie {size} percentage point{'' if size == '1' else 's'} {'more' if bias.effect > 0 else 'fewer'} of your "
        f"ratings than a smooth scale would put there ({_span(low, high)})."
    )


def _of_groups(bias: Bias) -> str:
    kind = bias.code
    level = "" if np.isnan(bias.raw) else f" Of the ratings themselves it is {text.percent(max(bias.raw, 0.0))}."
    return (
        f"{text.percent(max(bias.effect, 0.0))} of what sound leaves open goes with the {kind} "
        f"({text.number(100 * bias.low, 0)} to {text.number(100 * bias.high, 0)} %).{level} Favour and quality cannot be told "
        "apart here."
    )


def _of_column(bias: Bias, two: Two | None) -> str:
    kind, first, last = _WHAT[bias.code]
    way = "higher" if bias.effect > 0 else "lower"
    return (
        f"You rate {kind} tracks {way}, also among tracks that sound alike: {_points(bias.points, two)} from {first} to {last} "
        f"({_correlation(bias)})."
    )


def _of_middle(bias: Bias, two: Two | None) -> str:
    base = bias.code.removesuffix("-middle")
    place = f"{bias.place:.0f}" if base == "year" else schema.shown(_COLUMN[base], bias.place)
    what = {
        "popularity": "a popularity",
        "year": "a year",
        "duration": "a length",
        "complexity": "a share of key changes",
    }[base]
    way = "higher" if bias.effect > 0 else "lower"
    low, high = _sizes(bias)
    return (
        f"Tracks with {what} around {place} are rated {way} than those to both sides, also among tracks that sound alike: by "
        f"{_points(abs(bias.effect), two)} ({_span(*(_points(one, two).split(' ')[0] for one in (low, high)))})."
    )


def _others(bias: Bias, two: Two | None) -> str:
    low, high = _sizes(bias)
    span = _span(text.number(low, 2), text.number(high, 2))
    size, more = text.number(abs(bias.effect), 2), bias.effect > 0
    if bias.code == "drift":
        return (
            f"Your ratings {'rose' if more else 'fell'} by {_points(abs(bias.points), two)} from the first to the last track "
            f"({_correlation(bias)})."
        )
    if bias.code == "contrast":
        return (
            f"After a high rating the next one tends to be {'higher' if more else 'lower'}, by {size} points for each point "
            f"({span})."
        )
    if bias.code in {"start", "finish"}:
        which = "first" if bias.code == "start" else "last"
        return (
            f"The {which} tenth was rated {'higher' if more else 'lower'}: by {_points(abs(bias.points), two)}, {size} standard "
            f"deviations ({span})."
        )
    if bias.code == "youth":
        return (
            f"Tracks that came out when you were 10 to 24 are rated {'higher' if more else 'lower'}: by "
            f"{_points(abs(bias.points), two)}, {size} standard deviations ({span})."
        )
    if bias.code == "explicit":
        return (
            f"Explicit tracks are rated {'higher' if more else 'lower'}, also among tracks that sound alike: by "
            f"{_points(abs(bias.points), two)} on average (Cliff's delta {text.number(bias.effect, 2)}, "
            f"{text.number(bias.low, 2)} to {text.number(bias.high, 2)})."
        )
    shown = bias.levels.iloc[0] if bias.levels is not None and len(bias.levels) else None
    top = f"; highest for {text.quoted(str(shown['label']))}" if shown is not None and bias.claimed else ""
    return (
        f"{text.percent(bias.effect)} of what sound leaves open goes with {text.quoted(bias.column)} "
        f"({text.number(100 * bias.low, 0)} to {text.number(100 * bias.high, 0)} %){top}."
    )


def _luck(bias: Bias) -> str:
    if np.isnan(bias.p):
        return "There is too little to test it."
    if bias.q <= 0.05:
        return "This is more than luck, but too small to matter."
    return f"Luck does this too (p {_p(bias.p)}; {_p(bias.q)} after counting all looks)."


def _sizes(bias: Bias) -> tuple[float, float]:
    """The range's ends in the direction of the effect: the smaller first, below 0 where it crosses."""
    return (bias.low, bias.high) if bias.effect > 0 else (-bias.high, -bias.low)


def _span(low: str, high: str) -> str:
    return f"95 %: {low} to {high}"


def _correlation(bias: Bias) -> str:
    return f"correlation {text.number(bias.effect, 2)}, 95 %: {text.number(bias.low, 2)} to {text.number(bias.high, 2)}"


def _points(points: float, two: Two | None) -> str:
    if two is not None:
        share = text.number(100 * points / (two[1] - two[0]), 0)
        return f"{share} percentage point{'' if share in {'1', chr(0x2212) + '1'} else 's'} of the higher rating"
    size = text.number(points, 1 if abs(points) >= 0.95 else 2)
    return f"{size} point{'' if size in {'1.0', '1.00'} else 's'}"


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else text.number(value, 2 if value >= 0.1 else 3)
