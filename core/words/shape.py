"""Sentences about what a model makes of more of one feature, about peaks of the ratings, and features that act together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core import schema, text
from core.interactions import LEAST_SKILL, LEAST_TRACKS
from core.language import mark, say
from core.models import AVERAGE
from core.words.naming import Two, in_sentence, label, moved, moved_figure, p_shown

if TYPE_CHECKING:
    from core.explain.shape import Shape
    from core.interactions import Pair
    from core.peaks import Peak

SHAPE = mark("More of one feature")
NO_SHAPE = mark(
    "Every feature is the same for nearly all of your tracks, so there is no more and no less to ask about."
)
SHAPE_READING = mark(
    "The line is how much more or less the model expects where a track has little or much of this feature, all else as it is on "
    "that track (accumulated local effects: no track is moved further than to its neighbours, so that the model is not asked "
    "about music that does not exist). The band is how far the line moves when the model is fitted again on other draws of your "
    "tracks; the ticks below are your tracks (1,000 of them at most). Nothing is drawn over the outermost twentieth at either "
    "end."
)
DEPENDENCE = mark("Track by track: its value of the feature, and by how much that moved what the model expected of it.")
DEPENDENCE_READING = mark(
    "Each dot is one of your tracks: to the right, it has more of the feature; higher up, the feature raised what the model "
    "expected. The colour is another column of your choice, grey for low and full for high. Where dots of one colour lie "
    "above those of the other at the same place, the model reads the two together; whether your ratings do is asked above."
)
_TURN = 0.25  # share of a curve's height by which its inside goes beyond both ends


def shape_headline(shape: Shape) -> str:
    """Which way the model goes with more of the feature, where its refits agree."""
    name, (low, _, high) = in_sentence(shape.feature), shape.rise
    if low <= 0 <= high:
        return say("With more {feature} the model has no firm direction.", feature=name)
    if low > 0:
        return say("The more {feature}, the more the model expects.", feature=name)
    return say("The more {feature}, the less the model expects.", feature=name)


def shape_sentence(shape: Shape, model: str, two: Two | None = None) -> str:
    """From one end of the feature's range to the other: how much more or less is expected, with the range of refits."""
    name = say("the average of four") if model == AVERAGE else label(model)
    start, end = (schema.shown(shape.feature, shape.edges[at]) for at in (0, -1))
    low, middle, high = shape.rise
    found = {"feature": in_sentence(shape.feature), "start": start, "end": end, "model": name}
    if low <= 0 <= high:
        return say(
            "From {feature} {start} to {end}, the range of nine in ten of your tracks, {model} has no firm direction: fitted "
            "again, the difference is anything from {low} to {high}.",
            **found, low=_figure(low, two), high=moved(high, two),
        )  # fmt: skip
    least, most = sorted((abs(low), abs(high)))
    found |= {"points": moved(abs(middle), two), "low": _figure(least, two), "high": _figure(most, two)}
    if middle > 0:
        return say(
            "From {feature} {start} to {end}, the range of nine in ten of your tracks, {model} expects {points} more ({low} to "
            "{high} when it is fitted again).", **found,
        )  # fmt: skip
    return say(
        "From {feature} {start} to {end}, the range of nine in ten of your tracks, {model} expects {points} less ({low} to "
        "{high} when it is fitted again).", **found,
    )  # fmt: skip


def peak_sentence(shape: Shape, peaks: Sequence[Peak]) -> str:
    """Whether the ratings themselves are highest, or lowest, somewhere inside; empty where neither curve nor test says so."""
    name = in_sentence(shape.feature)
    for peak in peaks:
        if peak.feature == shape.feature:
            found = {"feature": name, "value": schema.shown(peak.feature, peak.at), "p": p_shown(peak.p_holm)}
            if peak.sign > 0:
                return say(
                    "Your ratings themselves turn there: tracks with {feature} around {value} are rated higher than those "
                    "towards both ends (p {p} after counting all features).", **found,
                )  # fmt: skip
            return say(
                "Your ratings themselves turn there: tracks with {feature} around {value} are rated lower than those "
                "towards both ends (p {p} after counting all features).", **found,
            )  # fmt: skip
    inside, ends_of = shape.middle[1:-1], shape.middle[[0, -1]]
    beyond = max(inside.max() - ends_of.max(), ends_of.min() - inside.min()) if len(inside) else 0.0
    if beyond > _TURN * float(np.ptp(shape.middle)):
        return say("That the curve turns inside may be luck: your ratings passed no test of it.")
    return ""


def together_sentence(pair: Pair | None, two: Two | None = None) -> str:
    """Whether two features act together; None where it was not asked."""
    if pair is None:
        return say(
            "Whether two features act together I ask from {tracks} ratings and a skill of {skill} on; with less it could hardly "
            "be found.",
            tracks=LEAST_TRACKS, skill=text.number(LEAST_SKILL, 2),
        )  # fmt: skip
    one, other = (in_sentence(name) for name in pair.features)
    if not pair.told:
        return say(
            "No two features act together beyond what each does by itself, as far as I can tell: the strongest pair, {one} and "
            "{other}, is one that luck would make (p {p}).",
            one=one, other=other, p=p_shown(pair.p_value),
        )  # fmt: skip
    least, most = sorted((abs(pair.low), abs(pair.high)))
    figures = {"points": moved(abs(pair.effect), two), "low": _figure(least, two), "high": _figure(most, two)}
    return say(
        "{one} and {other} act together (p {p}): tracks with much or little of both are rated {points} {higher} ({low} to "
        "{high}) than those with much of one and little of the other, beyond what each does by itself. Features that sound alike "
        "stand for each other here.",
        one=text.capital(one), other=other, p=p_shown(pair.p_value),
        higher=say("higher") if pair.effect > 0 else say("lower"), **figures,
    )  # fmt: skip


def _figure(size: float, two: Two | None) -> str:
    """The figure of `moved` without its unit, with its sign."""
    return ("\u2212" if size < 0 else "") + moved_figure(abs(size), two)
