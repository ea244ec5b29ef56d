"""Sentences about the study of 2020, re-run on the list in hand, and what is left of its figure.

R2 and skill are said as percentages, and a change between two of them as points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import text

if TYPE_CHECKING:
    from core.staircase import Fit, Flight, Staircase, Step

_POINT = 0.005  # what rounds to no point at all
_LITTLE = 0.02  # of which nobody can say that it is more than the luck of the folds
_PLACE = 0.2  # rank correlation of rating and row number that goes together with something
HONEST = "What is left"
STAIRS_AXIS = "R² and skill (%)"
STAIRCASE_OFFER = (
    "This project grew from a study of 2020 that claimed R² = 0.75 on 100 tracks by Bach. I can do on your list what it did, "
    "take its leaks out one by one, and show what each was worth. Nothing of it enters any other page. It takes up to a minute."
)
STAIRCASE_READING = (
    "The grey bar is what the study's protocol would claim on this list. Each row below changes one thing and keeps what the "
    "rows above changed: orange takes off, teal adds. The last bar is the honest figure. *R²* is the usual "
    "mean over folds, each compared with its own mean; *skill* is the same for all held-out tracks together, compared with the "
    "mean of the tracks learned from, and the figure of all other pages. The order of the steps matters: a leak taken out "
    "later would have another share. The average of four comes with the folds of the other pages, which keep copies of one "
    "recording together. LDA (linear discriminant analysis) looks for the directions that tell the ratings "
    "apart, so it reads the ratings; PCA (principal component analysis) does not. How many components they keep is decided "
    "by the study's rule (99 % of the variance, added up column by column in the file's order)."
)
FITS_LEGEND = (
    "The study took a small difference between training and test for a sign that nothing was learned by heart. It cannot "
    "be: where the row number and the ratings have entered before the split, both sides know them. Its own table, on "
    "Bach: R² 0.75 (difference 4 to 5 %) and MSE 0.9 (18 to 20 %); with a quarter of noisy copies, R² 0.8 (3 %) and MSE 0.7 "
    "(13 to 15 %)."
)
_ACTIVATIONS = {"logistic": "logistic", "tanh": "tanh", "identity": "linear"}


def staircase_headline(found: Staircase) -> str:
    """What would have been claimed, and what is left of it."""
    flight = found.flight()
    claimed, honest = text.percent(flight.claimed), text.percent(flight.honest)
    if flight.claimed <= _POINT:
        return f"The study of 2020 would have found nothing here; {_left(flight)}."
    if flight.honest <= _POINT:
        return f"The study of 2020 would have claimed {claimed}; nothing of it is left."
    if flight.claimed - flight.honest <= _LITTLE:
        return f"The study of 2020 would have claimed {claimed}; the honest figure is {honest}, no less."
    return f"The study of 2020 would have claimed {claimed}; {honest} is left."


def staircase_sentence(found: Staircase) -> str:
    """What was looked at and how, and the way down with PCA in a sentence."""
    parts = [
        f"Its protocol, with LDA to {text.count(found.flight().components, 'component')}, {_network(found.flight())} and "
        f"{found.repeats} × 5 folds, on {text.count(found.tracks, 'track')}."
    ]
    if found.tracks < found.listed:
        parts.append(f"They are a random part of your {found.listed:,}, and so is the honest figure here.")
    if found.classes == "steps":
        parts.append(f"LDA needs classes: your ratings, rounded to {found.class_count} whole steps.")
    elif found.classes == "tenths":
        parts.append(f"LDA needs classes: your ratings, cut into {found.class_count} parts of about equal size.")
    other = found.flight("pca")
    parts.append(
        f"With PCA, which reads no ratings, it would have claimed {text.percent(other.claimed)}"
        + (", no better than guessing." if other.claimed <= _POINT else ".")
    )
    return " ".join(parts)


def step_label(step: Step, flight: Flight) -> str:
    """A step's name on the chart, in two short lines."""
    return {
        "claimed": f"Claimed:<br>{flight.reduction.upper()} on all rows",
        "row_number": "Row number<br>taken out",
        "reduction": f"{flight.reduction.upper()} learned<br>inside the fold",
        "yardstick": "R² per fold<br>becomes skill",
        "models": "Network becomes<br>average of four",
        "groups": "Groups kept<br>together",
    }[step.name]


def change(step: Step) -> str:
    """What a step takes off or adds, in points: `−42`, `+3`, `0`."""
    points = round(-100 * step.drop)
    return f"{'+' if points > 0 else ''}{text.number(points, 0)}"


def step_hover(step: Step, flight: Flight) -> str:
    """A step's figures for the chart: both of them, where there are two."""
    name = step_label(step, flight).replace("<br>", " ")
    figures = [("R², mean of the folds", step.mean_r2), ("skill, pooled", step.skill)]
    lines = [f"{label}: {text.percent(value)}" for label, value in figures if value is not None]
    return "<br>".join([f"<b>{name}</b>", *([] if step.name == "claimed" else [f"{change(step)} points"]), *lines])


def honest_hover(flight: Flight) -> str:
    """The last bar's figure for the chart."""
    return f"<b>{HONEST}</b><br>skill, pooled: {text.percent(flight.honest)}"


def stairs_alternative(flight: Flight) -> str:
    """The chart in words."""
    steps = [f"{step_label(step, flight).replace('<br>', ' ')} {change(step)}" for step in flight.steps[1:]]
    return f"From {text.percent(flight.claimed)} claimed to {text.percent(flight.honest)} left: {', '.join(steps)}."


def step_sentence(step: Step, flight: Flight, found: Staircase) -> str:
    """What a step changes, and what that did here."""
    start = {
        "claimed": _claimed, "row_number": _row_number, "reduction": _reduction, "yardstick": _yardstick,
        "models": _models, "groups": _groups,
    }[step.name]  # fmt: skip
    return start(step, flight, found)


def _claimed(step: Step, flight: Flight, found: Staircase) -> str:
    return (
        f"{text.percent(step.value)}: the row number stands among the columns, {flight.reduction.upper()} has learned from all "
        "rows before the folds are dealt, and the best network of the grid is reported."
    )


def _row_number(step: Step, flight: Flight, found: Staircase) -> str:
    if abs(step.drop) <= _LITTLE:
        if abs(found.place) < _PLACE:
            return f"{_points(step)}: in your file the row number tells nothing."
        return (
            f"{_points(step)}: your file is put in order by rating, at least in part, but with {flight.reduction.upper()} that "
            "does not come through."
        )
    if step.drop > 0:
        known = (
            "your file is put in order by rating" if abs(found.place) >= _PLACE else "in your file it told something"
        )
        return f"{_points(step)}: {known}, so that the row number knew the answer."
    return f"{_points(step)}: in your file the row number was only in the way."


def _reduction(step: Step, flight: Flight, found: Staircase) -> str:
    name = flight.reduction.upper()
    if abs(step.drop) <= _LITTLE:
        reads = (
            "it had read the ratings of the held-out tracks, to no use"
            if flight.reduction == "lda"
            else "it reads no ratings"
        )
        return f"{_points(step)}: {name} now learns from the training tracks alone; {reads}."
    if step.drop > 0:
        leak = (
            "had read the ratings of the tracks to be predicted"
            if flight.reduction == "lda"
            else "had seen those tracks"
        )
        under = " What it learns from the others alone is worse than guessing." if step.value < -_LITTLE else ""
        return f"{_points(step)}: {name} {leak}.{under}"
    return f"{_points(step)}: here {name} does better when it learns from the training tracks alone."


def _yardstick(step: Step, flight: Flight, found: Staircase) -> str:
    if abs(step.drop) <= _POINT:
        return f"{_points(step)}: the same predictions, measured as skill; on this list it makes no difference."
    reads = "lower" if step.drop < 0 else "higher"
    return f"{_points(step)}: the same predictions, measured as skill. The mean of the folds' R² reads {reads}."


def _models(step: Step, flight: Flight, found: Staircase) -> str:
    if abs(step.drop) <= _LITTLE:
        return f"{_points(step)}: the average of four models does about as well as the network on this list."
    if step.drop < 0 and step.value <= _POINT:
        return f"{_points(step)}: the average of four models is less far below guessing than the network was."
    if step.drop < 0:
        return (
            f"{_points(step)}: models that are held back learn more from {found.tracks:,} tracks than the network did."
        )
    return f"{_points(step)}: on this list the network does better than the average of four models that was fixed in advance."


def _groups(step: Step, flight: Flight, found: Staircase) -> str:
    kept = f"tracks with the same `{text.shorten(found.group)}`" if found.group else "tracks of one group"
    if abs(step.drop) <= _LITTLE:
        return f"{_points(step)}: {kept} share a fold; that changes little."
    if step.drop > 0:
        return f"{_points(step)}: {kept} share a fold, so that none is known from its kin."
    return f"{_points(step)}: {kept} share a fold; on this list that does no harm."


def fits_sentence(flight: Flight) -> str:
    """How near training and test are in the study's way, with and without noisy copies."""
    plain, noisy = flight.fits
    return (
        f"In the study's way training and test differ by {_gap(plain)}; with a quarter of noisy copies among the training "
        f"tracks by {_gap(noisy)}."
    )


def fits_rows(flight: Flight) -> list[dict[str, str]]:
    """The study's table, ready to show."""
    return [
        {
            "Training tracks": "and a quarter of noisy copies" if fit.noisy else "as they are",
            "R², training": text.number(fit.r2_train, 2),
            "R², test": text.number(fit.r2_test, 2),
            "R², difference": text.percent(fit.r2_gap),
            "MSE, training": text.number(fit.mse_train, 2),
            "MSE, test": text.number(fit.mse_test, 2),
            "MSE, difference": text.percent(fit.mse_relative),
        }
        for fit in flight.fits
    ]


def staircase_cost(found: Staircase) -> str:
    """What it took."""
    return f"{text.count(found.networks, 'network')} trained, {text.number(found.cpu_seconds, 0)} s of computing."


def _gap(fit: Fit) -> str:
    return f"{text.number(100 * fit.r2_gap, 0)} points of R² and {text.percent(fit.mse_relative)} of the squared error"


def _points(step: Step) -> str:
    points = change(step)
    return f"{points} point{'' if points in ('+1', '−1') else 's'}"


def _left(flight: Flight) -> str:
    return "and nothing is there" if flight.honest <= _POINT else f"honest models find {text.percent(flight.honest)}"


def _network(flight: Flight) -> str:
    units = " and ".join(map(str, flight.network.hidden))
    return f"a network of {units} {_ACTIVATIONS[flight.network.activation]} unit{'' if units == '1' else 's'}"
