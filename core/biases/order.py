"""Whether ratings change on the way: with the order, with the rating before, at the start and at the end.

Convention: the order is the file's where the person says so, else that of a column of dates where it has one for nearly every
track. All four are asked of what sound leaves of the ratings, so that a list whose later tracks sound otherwise is no drift.
Drift is the correlation with the place. Contrast is the slope of what is left over the rating before, the place held equal:
below 0 the next rating moves away from the last, above 0 towards it (standard error HC3). The start and the finish are the
first and the last tenth against all between, in standard deviations (Hedges' g; Welch's t).

Sources: MacKinnon & White (1985), J. Econometrics 29, 305-325, for HC3; Hedges (1981), J. Educ. Stat. 6, 107-128, for g;
Adomavicius, Bockstedt, Curley & Zhang (2013), Inf. Syst. Res. 24, 956-975, for ratings that follow what was seen before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core.biases.bias import KINDS, Bias, Obstacle
from core.biases.sound import LEAST_APART, Heard, goes_along, ranks

CODES = ("drift", "contrast", "start", "finish")
_TENTH = 0.1


def order(heard: Heard, place: np.ndarray | None, column: str = "") -> Iterator[Bias | Obstacle]:
    """The four tests of ratings given in the order of `place` (N,), read from `column` (empty: the rows' own)."""
    if place is None:
        yield from (Obstacle(code, "order") for code in CODES)
        return
    rows = np.argsort(place, kind="stable")
    n = len(rows)
    if np.ptp(heard.rating) == 0:
        yield from (Obstacle(code, "same") for code in CODES)
        return
    turn = np.arange(n, dtype=float)
    left, along = heard.left(turn, rows)
    for code in CODES:
        if n < KINDS[code].tracks:
            yield Obstacle(code, "few", column, n, KINDS[code].tracks)
        elif code == "drift" and heard.apart(rows) < LEAST_APART:
            yield Obstacle(code, "few-apart", column, heard.apart(rows), LEAST_APART)
        elif code == "drift":
            effect, low, high, p = goes_along(left, along, heard.together[rows])
            points = float(left @ along / (along @ along)) * (turn[-1] - turn[0]) / turn.std()
            yield Bias(
                code, n, effect, low, high, p, column, raw=_correlation(ranks(heard.rating[rows]), turn), points=points,
                along=turn + 1, left=left, of_tracks=place,
            )  # fmt: skip
        elif code == "contrast":
            yield replace(_contrast(left, heard.rating[rows], turn, column), of_tracks=place)
        else:
            start, finish = tenths(n)
            ends, middle = left[start if code == "start" else finish], left[start.stop : finish.start]
            yield replace(apart(code, ends, middle, n, column, turn + 1, left), of_tracks=place)


def tenths(n: int) -> tuple[slice, slice]:
    """The first and the last tenth of n tracks, of two or more each."""
    tenth = max(round(_TENTH * n), 2)
    return slice(0, tenth), slice(n - tenth, n)


def _contrast(left: np.ndarray, rating: np.ndarray, turn: np.ndarray, column: str) -> Bias:
    from scipy import stats

    before = rating[:-1]
    design = np.column_stack([before - before.mean(), turn[1:] - turn[1:].mean(), np.ones(len(before))])
    inverse = np.linalg.pinv(design.T @ design)
    slopes = inverse @ design.T @ left[1:]
    leverage = (design @ inverse * design).sum(axis=1)
    scores = design * ((left[1:] - design @ slopes) / (1 - np.minimum(leverage, 0.999)))[:, None]
    error = float(np.sqrt((inverse @ scores.T @ scores @ inverse)[0, 0]))
    free = len(before) - design.shape[1]
    half, slope = float(stats.t.ppf(0.975, free)) * error, float(slopes[0])
    p = float(2 * stats.t.sf(abs(slope) / error, free)) if error > 0 else float("nan")
    return Bias(
        "contrast", len(left), slope, slope - half, slope + half, p, column, raw=_correlation(rating[1:], before),
        points=slope, along=before, left=left[1:],
    )  # fmt: skip


def apart(
    code: str, ends: np.ndarray, middle: np.ndarray, n: int, column: str, along: np.ndarray, left: np.ndarray
) -> Bias:
    """Two parts of the tracks (remainders of the ratings) against each other, in standard deviations: Hedges' g by Welch's t."""
    from scipy import stats

    a, b = len(ends), len(middle)
    pooled = float(np.sqrt(((a - 1) * ends.var(ddof=1) + (b - 1) * middle.var(ddof=1)) / (a + b - 2)))
    difference = float(ends.mean() - middle.mean())
    shrunk = 1 - 3 / (4 * (a + b) - 9)
    error = float(np.sqrt(ends.var(ddof=1) / a + middle.var(ddof=1) / b))
    if not pooled > 0 or not error > 0:
        return Bias(code, n, 0.0, 0.0, 0.0, float("nan"), column, along=along, left=left)
    found = stats.ttest_ind(ends, middle, equal_var=False)
    half = float(stats.t.ppf(0.975, found.df)) * error
    effect, low, high = (shrunk * one / pooled for one in (difference, difference - half, difference + half))
    return Bias(code, n, effect, low, high, float(found.pvalue), column, points=difference, along=along, left=left)


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])
