"""What the ratings themselves forbid: too few of them, too much alike, or in two piles."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core import text
from core.dataset import Dataset
from core.language import many, say
from core.leaks.finding import Finding
from core.leaks.mixture import piles

_MIN_TRACKS = 50
_NARROW, _TOO_NARROW = 1.0, 0.7  # sd on a scale of 1 to 10
_OFTEN, _TOO_OFTEN = 0.40, 0.60
_COARSE = 0.20  # on five stars an even list has 40 % at one of them, so that coarse scales may have more


def ratings(dataset: Dataset) -> Iterator[Finding]:
    """Doubts that hang on the ratings alone."""
    n = dataset.tracks
    if n < _MIN_TRACKS:
        yield Finding(
            "too-few", "warning", (), float(n),
            many(
                n, "You have {number} rated track. Below {least} most true links stay hidden.",
                "You have {number} rated tracks. Below {least} most true links stay hidden.", least=_MIN_TRACKS,
            ),
        )  # fmt: skip
    narrow = _spread(dataset) or (None if dataset.likes else _one_value(dataset))
    if narrow:
        yield narrow
    two = None if dataset.likes else piles(dataset)  # likes are two by their scale
    if two:
        below, above = np.bincount(two.labels, minlength=2)
        yield Finding(
            "two-piles", "warning", (dataset.rating_column,), two.d,
            many(
                int(below),
                "Your ratings are two piles, {number} track around {low} and {above} around {high}. What tells the piles apart "
                "need not tell anything within a pile.",
                "Your ratings are two piles, {number} tracks around {low} and {above} around {high}. What tells the piles apart "
                "need not tell anything within a pile.",
                low=text.number(two.low), above=text.whole(int(above)), high=text.number(two.high),
            ),
        )  # fmt: skip


def _spread(dataset: Dataset) -> Finding | None:
    """Whether the ratings lie close together. Where a scale has no ends of its own, nothing is close."""
    scale = dataset.scale
    if scale is None or scale.name == "free" or scale.low >= scale.high:
        return None
    sd, point = float(dataset.rating.std(ddof=1)), (scale.high - scale.low) / 9
    if sd >= _NARROW * point:
        return None
    found = say(
        "Your ratings hardly differ: on a scale of {low} to {high} they typically lie {size} from their average.",
        low=text.plain_number(scale.low), high=text.plain_number(scale.high), size=text.number(sd, 2),
    )  # fmt: skip
    return _narrow(dataset, sd, found, refuse=sd < _TOO_NARROW * point)


def _one_value(dataset: Dataset) -> Finding | None:
    """Whether one value is given to most tracks."""
    values, counts = np.unique(dataset.rating, return_counts=True)
    share, scale = float(counts.max() / dataset.tracks), dataset.scale
    coarse = scale is not None and scale.step > 0 and (scale.high - scale.low) / scale.step < 7
    more = _COARSE if coarse else 0.0
    if share < _OFTEN + more:
        return None
    most = text.plain_number(values[counts.argmax()])
    found = say("{share} of your ratings are {rating}.", share=text.percent(share), rating=most)
    return _narrow(dataset, share, found, refuse=share >= _TOO_OFTEN + more)


def _narrow(dataset: Dataset, statistic: float, found: str, *, refuse: bool) -> Finding:
    rest = say("That leaves too little to explain.") if refuse else say("That leaves less to explain.")
    return Finding(
        "narrow-rating", "lock" if refuse else "note", (dataset.rating_column,), statistic, f"{found} {rest}"
    )
