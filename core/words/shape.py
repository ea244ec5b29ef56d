"""Sentences about what a model makes of more of one feature, about peaks of the ratings, and features that act together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core import schema, text
from core.interactions import LEAST_SKILL, LEAST_TRACKS
from core.models import AVERAGE
from core.words.naming import Two, capital, in_sentence, label, moved

if TYPE_CHECKING:
    from core.explain.shape import Shape
    from core.interactions import Pair
    from core.peaks import Peak

SHAPE = "More of one feature"
NO_SHAPE = "Every feature is the same for nearly all of your tracks, so there is no more and no less to ask about."
SHAPE_READING = (
    "The line is how much more or less the model expects where a track has little or much of this feature, all else as it is on "
    "that track (accumulated local effects: no track is moved further than to its neighbours, so that the model is not asked "
    "about music that does not exist). The band is how far the line moves when the model is fitted again on other draws of your "
    "tracks; the ticks below are your tracks (1,000 of them at most). Nothing is drawn over the outermost twentieth at either "
    "end."
)
DEPENDENCE = "Track by track: its value of the feature, and by how much that moved what the model expected of it."
DEPENDENCE_READING = (
    "Each dot is one of your tracks: to the right, it has more of the feature; higher up, the feature raised what the model "
    "expected. The colour is another column of your choice, grey for low and full for high. Where dots of one colour lie "
    "above those of the other at the same place, the model reads the two together; whether your ratings do is asked above."
)
_TURN = 0.25  # share of a curve's height by which its inside goes beyond both ends


def shape_headline(shape: Shape) -> str:
    """Which way the model goes with more of the feature, where its refits agree."""
    name, (low, _, high) = in_sentence(shape.feature), shape.rise
    if low <= 0 <= high:
        return f"With more {name} the model has no firm direction."
    return f"The more {name}, the {'more' if low > 0 else 'less'} the model expects."


def shape_sentence(shape: Shape, model: str, two: Two | None = None) -> str:
    """From one end of the feature's range to the other: how much more or less is expected, with the range of refits."""
    name = "the average of four" if model == AVERAGE else label(model)
    start, end = (schema.shown(shape.feature, shape.edges[at]) for at in (0, -1))
    low, middle, high = shape.rise
    where = f"From {in_sentence(shape.feature)} {start} to {end}, the range of nine in ten of your tracks, {name}"
    if low <= 0 <= high:
        ends = f"{_figure(low, two)} to {moved(high, two)}"
        return f"{where} has no firm direction: fitted again, the difference is anything from {ends}."
    sizes = sorted((abs(low), abs(high)))
    return (
        f"{where} expects {moved(abs(middle), two)} {'more' if middle > 0 else 'less'} "
        f"({_figure(sizes[0], two)} to {_figure(sizes[1], two)} when it is fitted again)."
    )


def peak_sentence(shape: Shape, peaks: Sequence[Peak]) -> str:
    """Whether the ratings themselves are highest, or lowest, somewhere inside; empty where neither curve nor test says so."""
    name = in_sentence(shape.feature)
    for peak in peaks:
        if peak.feature == shape.feature:
            what = "higher" if peak.sign > 0 else "lower"
            return (
                f"Your ratings themselves turn there: tracks with {name} around {schema.shown(peak.feature, peak.at)} are rated "
                f"{what} than those towards both ends (p {_p(peak.p_holm)} after counting all features)."
            )
    inside, ends_of = shape.middle[1:-1], shape.middle[[0, -1]]
    beyond = max(inside.max() - ends_of.max(), ends_of.min() - inside.min()) if len(inside) else 0.0
    if beyond > _TURN * float(np.ptp(shape.middle)):
        return "That the curve turns inside may be luck: your ratings passed no test of it."
    return ""


def together_sentence(pair: Pair | None, two: Two | None = None) -> str:
    """Whether two features act together; None where it was not asked."""
    if pair is None:
        return (
            f"Whether two features act together I ask from {LEAST_TRACKS} ratings and a skill of {text.number(LEAST_SKILL, 2)} "
            "on; with less it could hardly be found."
        )
    one, other = (in_sentence(name) for name in pair.features)
    if not pair.told:
        return (
            "No two features act together beyond what each does by itself, as far as I can tell: the strongest pair, "
            f"{one} and {other}, is one that luck would make (p {_p(pair.p_value)})."
        )
    more = pair.effect > 0
    sizes = sorted((abs(pair.low), abs(pair.high)))
    return (
        f"{capital(one)} and {other} act together (p {_p(pair.p_value)}): tracks with much or little of both are rated "
        f"{moved(abs(pair.effect), two)} {'higher' if more else 'lower'} ({_figure(sizes[0], two)} to {_figure(sizes[1], two)}) "
        "than those with much of one and little of the other, beyond what each does by itself. Features that sound alike "
        "stand for each other here."
    )


def _figure(size: float, two: Two | None) -> str:
    """The figure of `moved` without its unit, with its sign."""
    return ("\u2212" if size < 0 else "") + moved(abs(size), two).split(" ")[0]


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else text.number(value, 2 if value >= 0.1 else 3)
