"""Whether 80 of 100 new tracks of the same listener are rated inside the 80 % range around what is expected of them.

The truth. A listener has rated many more tracks than the list: the model learns from the list alone, all of it, and the
range made from the list's out-of-fold misses is laid around what it expects of the others. Of lists by artists the others
are by artists that the list does not hold, as the folds promise. The score is the mean over listeners of the share inside,
since the tracks of one listener share one range; new tracks of one listener differ from list to list (standard deviation
0.05 with 100 tracks, 0.03 with 300).

Source: Barber, Candès, Ramdas & Tibshirani (2021), Ann. Stat. 49, 486-507, for what such ranges guarantee.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.dataset import Dataset
from core.evaluate import evaluate, fit
from core.explain.track import prediction_interval
from core.models import AVERAGE, CATALOGUE
from tests.truth.generators import simulate
from tests.truth.scores import Score, mean
from tests.truth.size import Size

MORE = 600  # tracks beside the list
HALO = 0.3
KINDS = (("linear", 0.4), ("single", 0.2), ("sparse", 0.4), ("threshold", 0.2), ("null", 0.0), ("artist", 0.4))


def interval80(size: Size) -> Iterator[Score]:
    """Of a linear model and of the headline's; tastes, and artists held together."""
    count, repeats = (2, 2) if size.slack else (size.per_cell, None)
    jobs = [(*kind, n, seed, "ridge", repeats) for kind in KINDS for n in (100, 300) for seed in range(count)]
    few = (100,) if size.slack else (100, 300)  # the average takes seconds
    jobs += [(*kind, n, seed, AVERAGE, repeats) for kind in KINDS for n in few for seed in range(count)]
    shares = size.each(measure, jobs)
    scores = {
        "ridge": ([job[4] == "ridge" for job in jobs], ".81"),
        AVERAGE: ([job[4] == AVERAGE for job in jobs], ".81"),
        "both, new artists": ([job[0] == "artist" for job in jobs], ".79"),
    }
    for name, (own, basis) in scores.items():
        found = [share for share, chosen in zip(shares, own, strict=True) if chosen]
        yield mean(
            f"new tracks inside their 80 % range, {name}", found, least=0.77, most=0.87, slack=size.slack, basis=basis
        )


def measure(family: str, r2: float, tracks: int, seed: int, model: str, repeats: int | None) -> float:
    """The share of new tracks of one listener that are rated inside their range."""
    everything, rows = listener(family, r2, tracks, seed)
    dataset = everything.subset(rows)
    others = np.setdiff1d(np.arange(everything.tracks), rows)
    evaluation = evaluate(dataset, models=[model], repeats=repeats, workers=1)
    predicted = fit(CATALOGUE[model].pipeline(), dataset.x, dataset.rating).predict(everything.x[others])
    off = prediction_interval(evaluation, dataset, model, expected=0.0).off
    return float((np.abs(everything.rating[others] - predicted) <= off).mean())


def listener(family: str, r2: float, tracks: int, seed: int) -> tuple[Dataset, np.ndarray]:
    """All that a listener rated, and the rows of the list (about `tracks`): at random, or whole artists at random."""
    draw = np.random.default_rng([seed, 8])
    if family != "artist":
        found = simulate(family, tracks + MORE, r2=r2, seed=seed).dataset
        return found, np.sort(draw.choice(found.tracks, tracks, replace=False))
    found = simulate(family, tracks + MORE, r2=r2, seed=seed, size=HALO, grouped=True).dataset
    assert found.group is not None
    names, place = np.unique(found.group.astype(str), return_inverse=True)
    sizes, rows = np.bincount(place), np.zeros(0, dtype=int)
    for artist in draw.permutation(len(names)):
        if sizes[artist] <= tracks / 6 and len(rows) < tracks:  # one that is the whole list makes no folds
            rows = np.concatenate([rows, np.flatnonzero(place == artist)])
    return found, np.sort(rows)
