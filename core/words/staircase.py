"""Sentences about the study of 2020, re-run on the list in hand, and what is left of its figure.

R2 and skill are said as percentages, and a change between two of them as points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import text
from core.language import many, mark, say
from core.words.fixed import KINDS

if TYPE_CHECKING:
    from core.staircase import Fit, Flight, Staircase, Step

_POINT = 0.005  # what rounds to no point at all
_LITTLE = 0.02  # of which nobody can say that it is more than the luck of the folds
_PLACE = 0.2  # rank correlation of rating and row number that goes together with something
HONEST = mark("What is left")
STAIRS_AXIS = mark("R² and skill (%)")
STAIRCASE_OFFER = mark(
    "This project grew from a study of 2020 that claimed R² = 0.75 on 100 tracks by Bach. I can do on your list what it did, "
    "take its leaks out one by one, and show what each was worth. Nothing of it enters any other page. It takes up to a minute."
)
STAIRCASE_READING = mark(
    "The grey bar is what the study's protocol would claim on this list. Each row below changes one thing and keeps what the "
    "rows above changed: orange takes off, teal adds. The last bar is the honest figure. *R²* is the usual "
    "mean over folds, each compared with its own mean; *skill* is the same for all held-out tracks together, compared with the "
    "mean of the tracks learned from, and the figure of all other pages. The order of the steps matters: a leak taken out "
    "later would have another share. The average of four comes with the folds of the other pages, which keep copies of one "
    "recording together. LDA (linear discriminant analysis) looks for the directions that tell the ratings "
    "apart, so it reads the ratings; PCA (principal component analysis) does not. How many components they keep is decided "
    "by the study's rule (99 % of the variance, added up column by column in the file's order)."
)
FITS_LEGEND = mark(
    "The study took a small difference between training and test for a sign that nothing was learned by heart. It cannot "
    "be: where the row number and the ratings have entered before the split, both sides know them. Its own table, on "
    "Bach: R² 0.75 (difference 4 to 5 %) and MSE 0.9 (18 to 20 %); with a quarter of noisy copies, R² 0.8 (3 %) and MSE 0.7 "
    "(13 to 15 %)."
)
_LABELS = {
    "claimed": mark("Claimed:<br>{reduction} on all rows"),
    "row_number": mark("Row number<br>taken out"),
    "reduction": mark("{reduction} learned<br>inside the fold"),
    "yardstick": mark("R² per fold<br>becomes skill"),
    "models": mark("Network becomes<br>average of four"),
    "groups": mark("Groups kept<br>together"),
}


def staircase_headline(found: Staircase) -> str:
    """What would have been claimed, and what is left of it."""
    flight = found.flight()
    claimed, honest = text.percent(flight.claimed), text.percent(flight.honest)
    if flight.claimed <= _POINT and flight.honest <= _POINT:
        return say("The study of 2020 would have found nothing here; and nothing is there.")
    if flight.claimed <= _POINT:
        return say("The study of 2020 would have found nothing here; honest models find {honest}.", honest=honest)
    if flight.honest <= _POINT:
        return say("The study of 2020 would have claimed {claimed}; nothing of it is left.", claimed=claimed)
    if flight.claimed - flight.honest <= _LITTLE:
        return say(
            "The study of 2020 would have claimed {claimed}; the honest figure is {honest}, no less.",
            claimed=claimed, honest=honest,
        )  # fmt: skip
    return say("The study of 2020 would have claimed {claimed}; {honest} is left.", claimed=claimed, honest=honest)


def staircase_sentence(found: Staircase) -> str:
    """What was looked at and how, and the way down with PCA in a sentence."""
    parts = [
        say(
            "Its protocol, with LDA to {components}, {network} and {repeats} × 5 folds, on {tracks}.",
            components=many(found.flight().components, "{number} component", "{number} components"),
            network=_network(found.flight()), repeats=found.repeats,
            tracks=many(found.tracks, "{number} track", "{number} tracks"),
        )
    ]  # fmt: skip
    if found.tracks < found.listed:
        parts.append(
            say(
                "They are a random part of your {listed}, and so is the honest figure here.",
                listed=text.whole(found.listed),
            )
        )
    if found.classes == "steps":
        parts.append(
            say("LDA needs classes: your ratings, rounded to {classes} whole steps.", classes=found.class_count)
        )
    elif found.classes == "tenths":
        parts.append(
            say(
                "LDA needs classes: your ratings, cut into {classes} parts of about equal size.",
                classes=found.class_count,
            )
        )
    other = found.flight("pca").claimed
    claimed = text.percent(other)
    if other <= _POINT:
        parts.append(
            say(
                "With PCA, which reads no ratings, it would have claimed {claimed}, no better than guessing.",
                claimed=claimed,
            )
        )
    else:
        parts.append(say("With PCA, which reads no ratings, it would have claimed {claimed}.", claimed=claimed))
    return " ".join(parts)


def step_label(step: Step, flight: Flight) -> str:
    """A step's name on the chart, in two short lines."""
    return say(_LABELS[step.name], reduction=flight.reduction.upper())


def change(step: Step) -> str:
    """What a step takes off or adds, in points: `−42`, `+3`, `0`."""
    points = round(-100 * step.drop)
    return f"{'+' if points > 0 else ''}{text.number(points, 0)}"


def step_hover(step: Step, flight: Flight) -> str:
    """A step's figures for the chart: both of them, where there are two."""
    lines = [f"<b>{step_label(step, flight).replace('<br>', ' ')}</b>"]
    if step.name != "claimed":
        lines.append(say("{points} points", points=change(step)))
    if step.mean_r2 is not None:
        lines.append(say("R², mean of the folds: {figure}", figure=text.percent(step.mean_r2)))
    if step.skill is not None:
        lines.append(say("skill, pooled: {figure}", figure=text.percent(step.skill)))
    return "<br>".join(lines)


def honest_hover(flight: Flight) -> str:
    """The last bar's figure for the chart."""
    return f"<b>{say(HONEST)}</b><br>" + say("skill, pooled: {figure}", figure=text.percent(flight.honest))


def stairs_alternative(flight: Flight) -> str:
    """The chart in words."""
    steps = [f"{step_label(step, flight).replace('<br>', ' ')} {change(step)}" for step in flight.steps[1:]]
    return say(
        "From {claimed} claimed to {honest} left: {steps}.",
        claimed=text.percent(flight.claimed), honest=text.percent(flight.honest), steps=", ".join(steps),
    )  # fmt: skip


def step_sentence(step: Step, flight: Flight, found: Staircase) -> str:
    """What a step changes, and what that did here."""
    start = {
        "claimed": _claimed, "row_number": _row_number, "reduction": _reduction, "yardstick": _yardstick,
        "models": _models, "groups": _groups,
    }[step.name]  # fmt: skip
    return start(step, flight, found)


def _claimed(step: Step, flight: Flight, found: Staircase) -> str:
    return say(
        "{figure}: the row number stands among the columns, {reduction} has learned from all "
        "rows before the folds are dealt, and the best network of the grid is reported.",
        figure=text.percent(step.value), reduction=flight.reduction.upper(),
    )  # fmt: skip


def _row_number(step: Step, flight: Flight, found: Staircase) -> str:
    points, in_order = _points(step), abs(found.place) >= _PLACE
    if abs(step.drop) <= _LITTLE and not in_order:
        return say("{points}: in your file the row number tells nothing.", points=points)
    if abs(step.drop) <= _LITTLE:
        return say(
            "{points}: your file is put in order by rating, at least in part, but with {reduction} that "
            "does not come through.",
            points=points, reduction=flight.reduction.upper(),
        )  # fmt: skip
    if step.drop < 0:
        return say("{points}: in your file the row number was only in the way.", points=points)
    if in_order:
        return say(
            "{points}: your file is put in order by rating, so that the row number knew the answer.", points=points
        )
    return say("{points}: in your file it told something, so that the row number knew the answer.", points=points)


def _reduction(step: Step, flight: Flight, found: Staircase) -> str:
    points, name = _points(step), flight.reduction.upper()
    reads_ratings = flight.reduction == "lda"
    if abs(step.drop) <= _LITTLE and reads_ratings:
        return say(
            "{points}: {reduction} now learns from the training tracks alone; it had read the ratings of the held-out tracks, "
            "to no use.",
            points=points, reduction=name,
        )  # fmt: skip
    if abs(step.drop) <= _LITTLE:
        return say(
            "{points}: {reduction} now learns from the training tracks alone; it reads no ratings.",
            points=points, reduction=name,
        )  # fmt: skip
    if step.drop < 0:
        return say(
            "{points}: here {reduction} does better when it learns from the training tracks alone.",
            points=points, reduction=name,
        )  # fmt: skip
    if reads_ratings:
        leak = say(
            "{points}: {reduction} had read the ratings of the tracks to be predicted.", points=points, reduction=name
        )
    else:
        leak = say("{points}: {reduction} had seen those tracks.", points=points, reduction=name)
    under = say(" What it learns from the others alone is worse than guessing.") if step.value < -_LITTLE else ""
    return leak + under


def _yardstick(step: Step, flight: Flight, found: Staircase) -> str:
    points = _points(step)
    if abs(step.drop) <= _POINT:
        return say(
            "{points}: the same predictions, measured as skill; on this list it makes no difference.", points=points
        )
    if step.drop < 0:
        return say(
            "{points}: the same predictions, measured as skill. The mean of the folds' R² reads lower.", points=points
        )
    return say(
        "{points}: the same predictions, measured as skill. The mean of the folds' R² reads higher.", points=points
    )


def _models(step: Step, flight: Flight, found: Staircase) -> str:
    points = _points(step)
    if abs(step.drop) <= _LITTLE:
        return say(
            "{points}: the average of four models does about as well as the network on this list.", points=points
        )
    if step.drop < 0 and step.value <= _POINT:
        return say(
            "{points}: the average of four models is less far below guessing than the network was.", points=points
        )
    if step.drop < 0:
        return say(
            "{points}: models that are held back learn more from {tracks} tracks than the network did.",
            points=points, tracks=text.whole(found.tracks),
        )  # fmt: skip
    return say(
        "{points}: on this list the network does better than the average of four models that was fixed in advance.",
        points=points,
    )


def _groups(step: Step, flight: Flight, found: Staircase) -> str:
    points, kept = _points(step), say("tracks of one group")
    if found.group:
        kept = say("tracks with the same `{group}`", group=_group(found.group))
    if abs(step.drop) <= _LITTLE:
        return say("{points}: {tracks} share a fold; that changes little.", points=points, tracks=kept)
    if step.drop > 0:
        return say("{points}: {tracks} share a fold, so that none is known from its kin.", points=points, tracks=kept)
    return say("{points}: {tracks} share a fold; on this list that does no harm.", points=points, tracks=kept)


def _group(group: str) -> str:
    """What keeps tracks together, one kind or several, or a column by its name."""
    kinds = group.split(" or ")
    if not set(kinds) <= set(KINDS):
        return text.shorten(group)
    return say(" or ").join(say(KINDS[kind]) for kind in kinds)


def fits_sentence(flight: Flight) -> str:
    """How near training and test are in the study's way, with and without noisy copies."""
    plain, noisy = flight.fits
    return say(
        "In the study's way training and test differ by {gap}; with a quarter of noisy copies among the training "
        "tracks by {noisy_gap}.",
        gap=_gap(plain), noisy_gap=_gap(noisy),
    )  # fmt: skip


def fits_rows(flight: Flight) -> list[dict[str, str]]:
    """The study's table, ready to show."""
    return [
        {
            say("Training tracks"): say("and a quarter of noisy copies") if fit.noisy else say("as they are"),
            say("R², training"): text.number(fit.r2_train, 2),
            say("R², test"): text.number(fit.r2_test, 2),
            say("R², difference"): text.percent(fit.r2_gap),
            say("MSE, training"): text.number(fit.mse_train, 2),
            say("MSE, test"): text.number(fit.mse_test, 2),
            say("MSE, difference"): text.percent(fit.mse_relative),
        }
        for fit in flight.fits
    ]


def staircase_cost(found: Staircase) -> str:
    """What it took."""
    return many(
        found.networks, "{number} network trained, {seconds} s of computing.",
        "{number} networks trained, {seconds} s of computing.", seconds=text.number(found.cpu_seconds, 0),
    )  # fmt: skip


def _gap(fit: Fit) -> str:
    return say(
        "{points} points of R² and {share} of the squared error",
        points=text.number(100 * fit.r2_gap, 0), share=text.percent(fit.mse_relative),
    )  # fmt: skip


def _points(step: Step) -> str:
    return many(abs(round(-100 * step.drop)), "{change} point", "{change} points", change=change(step))


def _network(flight: Flight) -> str:
    hidden, activation = flight.network.hidden, flight.network.activation
    units, several = text.listing(hidden), sum(hidden)
    if activation == "logistic":
        return many(several, "a network of {units} logistic unit", "a network of {units} logistic units", units=units)
    if activation == "tanh":
        return many(several, "a network of {units} tanh unit", "a network of {units} tanh units", units=units)
    return many(several, "a network of {units} linear unit", "a network of {units} linear units", units=units)
