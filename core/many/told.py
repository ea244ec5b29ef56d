"""Sentences about many listeners: whose ratings can be predicted, what luck does among so many tests, what drivers are common."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from core import text
from core.language import many, mark, say
from core.many.whole import Driver, One, Whole
from core.words.naming import feature_label, in_sentence, p_shown

_LINES = 20  # listeners with a line of their own
_NAMED = 10
_LEVELS = {
    "clear": mark("clear"), "weak": mark("weak"), "none": mark("none"), "suspicious": mark("suspicious"),
}  # fmt: skip
_WAYS = {
    1: mark("{feature} (more goes with a higher rating)"),
    -1: mark("{feature} (more goes with a lower rating)"),
    0: mark("{feature} (along a curve)"),
}


def sentences(whole: Whole) -> list[str]:
    """What the whole says, most important first."""
    if not whole.ones:
        return [*_refused(whole)]
    return [_predictable(whole), *_luck(whole), _verdicts(whole), *_drivers(whole), *_refused(whole)]


def lines(whole: Whole) -> list[str]:
    """One sentence for each listener, the surest first; of many, the first of them."""
    order = sorted(
        zip(whole.ones, whole.q, strict=True),
        key=lambda pair: (math.isnan(pair[1]), pair[1], -pair[0].skill, pair[0].listener),
    )
    said = [_line(one, q) for one, q in order[:_LINES]]
    rest = len(order) - len(said)
    if rest:
        said.append(
            many(rest, "{number} more stands in `{file}`.", "{number} more stand in `{file}`.", file="whole.csv")
        )
    return said


def faults(whole: Whole) -> list[str]:
    """Each listener who cannot be analysed, with the reason."""
    return [say("{who}: {fault}", who=_who(one.listener), fault=one.fault) for one in whole.refused]


def progress(done: int, total: int, there: int) -> str:
    """`12 of 50 listeners, 3 were there already`."""
    so_far = many(
        total, "{done} of {number} listener", "{done} of {number} listeners", done=text.whole(done)
    )  # fmt: skip
    if not there:
        return so_far
    return many(there, "{so_far}, {number} was there already", "{so_far}, {number} were there already", so_far=so_far)


def renewed(damaged: Sequence[str], outdated: Sequence[str]) -> list[str]:
    """Which documents were made again, and why."""
    said = [
        say("The document of {who} was damaged, and was made again.", who=_who(listener)) for listener in damaged
    ]  # fmt: skip
    if outdated:
        said.append(many(
            len(outdated),
            "{number} document was of another list, other settings or another version, and was made again.",
            "{number} documents were of another list, other settings or another version, and were made again.",
        ))  # fmt: skip
    return said


def _predictable(whole: Whole) -> str:
    sure, everybody = whole.predictable, len(whole.ones)
    given = many(everybody, "{number} analysed listener", "{number} analysed listeners")
    if not sure:
        return say(
            "Of {listeners}, nobody's ratings are shown to be predictable (q up to 0.05 over all tests).",
            listeners=given,
        )
    return many(
        len(sure),
        "Of {listeners}, the ratings of {number} can be predicted (q up to 0.05 over all tests): {names}.",
        "Of {listeners}, the ratings of {number} can be predicted (q up to 0.05 over all tests): {names}.",
        listeners=given, names=text.listing([_who(one.listener) for one in sure], limit=_NAMED),
    )  # fmt: skip


def _luck(whole: Whole) -> list[str]:
    if not whole.tests:
        return []
    said = many(
        whole.tests,
        "{number} list was tested against luck: {passed} with p up to 0.05, where luck alone gives {expected} on average.",
        "{number} lists were tested against luck: {passed} with p up to 0.05, where luck alone gives {expected} on average.",
        passed=text.whole(whole.passed), expected=text.number(whole.by_luck, 1 if whole.by_luck >= 0.1 else 2),
    )  # fmt: skip
    return [said]


def _verdicts(whole: Whole) -> str:
    counts = [
        say("{level} {number}", level=say(_LEVELS[level]), number=text.whole(count)) for level, count in whole.levels.items()
    ]  # fmt: skip
    return say("Verdicts, each by itself: {counts}.", counts=", ".join(counts))


def _drivers(whole: Whole) -> list[str]:
    """The common drivers; how many lists may name a wrong one is told too, since the tests are each list's own."""
    found = len(whole.found)
    if not found:
        return []
    common = whole.features[whole.features["listeners"] > 0]
    if common.empty:
        return [say("No feature is a driver of anybody's ratings.")]
    named = [
        say("{feature} for {number} ({ways})", feature=in_sentence(row["feature"]), number=text.whole(row["listeners"]),
            ways=_ways(row))
        for row in common.head(_NAMED).to_dict("records")
    ]  # fmt: skip
    more = len(common) - len(named)
    if more:
        named.append(many(more, "{number} other feature", "{number} other features"))
    return [
        many(
            found,
            "Drivers are told of {number} list with a verdict of weak or clear: {features}.",
            "Drivers are told of {number} lists with a verdict of weak or clear: {features}.",
            features=text.listing(named, limit=len(named)),
        ),
        say(
            "Each list's drivers are tested at 5 % by themselves: up to about {number} of these lists would name a wrong one by "
            "luck.",
            number=text.number(0.05 * found, 1 if found >= 2 else 2),
        ),
    ]


def _ways(row: Mapping[Hashable, Any]) -> str:
    """In which direction, where the feature leads its group; the direction of others is not the group's."""
    beside = row["listeners"] - row["lead"]
    counts = (
        (row["up"], mark("more goes with higher ratings for {number}")),
        (row["down"], mark("more goes with lower ratings for {number}")),
        (row["curve"], mark("along a curve for {number}")),
        (beside, mark("in the group of another feature for {number}")),
    )
    return ", ".join(say(way, number=text.whole(count)) for count, way in counts if count)


def _refused(whole: Whole) -> list[str]:
    said = []
    if whole.refused:
        said.append(many(
            len(whole.refused), "{number} listener could not be analysed.", "{number} listeners could not be analysed."
        ))  # fmt: skip
    if whole.unnamed:
        said.append(many(
            whole.unnamed, "{number} rated row names no listener, and is left out.",
            "{number} rated rows name no listener, and are left out.",
        ))  # fmt: skip
    return said


def _line(one: One, q: float) -> str:
    tested = say("no test was possible") if math.isnan(q) else say("p {p}, q {q}", p=p_shown(one.p_value), q=p_shown(q))
    told = say(
        "{who}: {tracks}, {level}; skill {skill} ({low} to {high}); {tested}",
        who=_who(one.listener), tracks=many(one.tracks, "{number} track", "{number} tracks"), level=say(_LEVELS[one.level]),
        skill=text.number(one.skill, 2), low=text.number(one.low, 2), high=text.number(one.high, 2), tested=tested,
    )  # fmt: skip
    if not one.drivers:
        return f"{told}."
    return say("{told}; drivers: {drivers}.", told=told, drivers=text.listing([_driver(one) for one in one.drivers]))


def _driver(driver: Driver) -> str:
    return say(_WAYS[driver.direction], feature=feature_label(driver.lead))


def _who(listener: str) -> str:
    """A listener's name as code, in which nothing is read."""
    return text.quoted(listener, 30)
