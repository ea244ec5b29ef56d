"""Could this be luck? A permutation test of the whole cross-validation.

Convention: the statistic T is the best pooled out-of-fold skill (as `core.evaluate.skill`, averaged over the first
repeats of the folds) of a fixed panel of smoothers. The same is done, to the last step, with permuted ratings; then
p = (1 + #{T_b >= T}) / (B + 1). Taking the best of the panel on both sides makes the choice part of the test.
Everything that learns is fitted inside the fold: median imputation, scaling, the mean rating, landmarks, and the
penalty, chosen anew for each permutation.

What is exchanged. Without groups every rating may change place with every other. Tracks of one group (an artist, a
work, a recording that occurs twice) may share a level that has nothing to do with sound: rating = level of the group +
rest. Under the null hypothesis that neither part depends on the features, and with levels and rests each exchangeable,
two moves leave the joint distribution of the ratings as it is: a permutation inside a group, and an exchange of the
ratings of two whole groups of equal size. Both are drawn at once, uniformly from the group of moves that they generate,
so the test keeps its level in finite samples whatever the size of the levels and however the features cluster.
Permuting tracks singly does not: on simulated listeners whose artists' levels are 0.3 of the variance it finds a taste
that is not there in 8 % (artists kept in one fold) to 15-30 % (random folds) instead of 5 %. The price: a group of a
size that no other group has keeps its mean, and with it whatever sound says about it; the more tracks lie in such
groups, the less the test can find. p is NaN where fewer than 8 tracks ever get another rating.

Every smoother is linear in the ratings once its penalty is fixed, so that all permutations are columns beside one
eigendecomposition per fold. Up to 300 training tracks the kernels are exact; above, 300 of them drawn by the seed serve
as landmarks (Nystroem's method). Up to 2,000 tracks: three repeats, and the penalty by the exact leave-one-out error;
above: one repeat, and generalised cross-validation, the same error with the average leverage for each. Above 10,000
tracks there are fewer permutations (never below 99), and above 20,000 fewer landmarks (never below 100), for memory's
sake; no track is left out.

Sources: Phipson & Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9, 39, for p; Westfall & Young (1993), Resampling-based
multiple testing, for the maximum; Winkler, Webster, Vidaurre, Nichols & Smith (2015), NeuroImage 123, 253-268, for
permutation of and within blocks; Golub, Heath & Wahba (1979), Technometrics 21, 215-223, for the penalty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core import engine
from core.dataset import Dataset
from core.folds import Fold, grouping
from core.language import say
from core.models import CATALOGUE

PANEL = ("ridge", "kernel_ridge", "additive_kernel_ridge")
_LEAST = 8  # tracks that can get another rating; with fewer there are hardly a hundred different arrangements
_UNSURE = (0.03, 0.07)
_REPEATS = 3
_EXACT = 2_000  # tracks
_LANDMARKS = 300
_CELLS = 10_000_000  # ratings of all permutations together
_FEWEST = 99
_ALPHAS = 12
_BLOCK = 400_000  # numbers rearranged at once; another number would draw other arrangements
_PIECE = 40_000  # numbers smoothed at once: a third of a megabyte stays in the processor's cache
_ROUNDING = 1e-12  # arrangements that give the same ratings give the same skill, but for rounding


@dataclass(frozen=True, eq=False)
class Chance:
    """What luck alone reaches.

    observed is T; panel its parts, smoother -> skill. null (permutations,) are the skills of permuted ratings, line
    their 95 % quantile. scheme: "tracks" were exchanged singly, "groups" within and as wholes, or "none" where too few
    can change place; p_value and line are then NaN. exchangeable: how many tracks get another rating at all.
    """

    p_value: float
    permutations: int
    observed: float
    panel: dict[str, float]
    null: np.ndarray
    line: float
    scheme: str
    exchangeable: int


def chance(
    dataset: Dataset, folds: tuple[Fold, ...], *, together: np.ndarray | None = None, permutations: int = 999,
    seed: int = 0, workers: int | None = None, progress: engine.Progress | None = None,
) -> Chance:  # fmt: skip
    """Test on these folds whether sound says anything about the ratings.

    `together` (N,) are labels of groups from 0; by default those that `folds.grouping` holds exchangeable. A p between
    0.03 and 0.07 is settled with twice as many permutations. The result does not depend on `workers`; `progress` may
    raise to cancel.
    """
    together = grouping(dataset).exchangeable if together is None else together
    rating, alone = dataset.rating, len(np.unique(together)) == dataset.tracks
    count = min(permutations, max(_FEWEST, _CELLS // dataset.tracks))
    columns = np.vstack([rating, exchange(rating, together, count, np.random.default_rng([seed, 0]))])
    exchangeable = int((columns != rating).any(axis=0).sum())
    possible = exchangeable >= _LEAST
    columns = columns if possible else columns[:1]
    skills = panel_skills(
        dataset, columns, folds, seed=seed, workers=workers, progress=progress, label=say("Testing against chance")
    )
    best = skills.max(axis=0)
    observed, null = float(best[0]), best[1:]
    if possible and _UNSURE[0] <= p_value(observed, null) <= _UNSURE[1]:
        more = exchange(rating, together, count + 1, np.random.default_rng([seed, 1]))
        again = panel_skills(
            dataset, more, folds, seed=seed, workers=workers, progress=progress,
            label=say("Testing against chance again"),
        )  # fmt: skip
        null = np.concatenate([null, again.max(axis=0)])
    return Chance(
        p_value=p_value(observed, null) if possible else float("nan"),
        permutations=len(null),
        observed=observed,
        panel=dict(zip(PANEL, skills[:, 0].tolist(), strict=True)),
        null=null,
        line=float(np.quantile(null, 0.95)) if possible else float("nan"),
        scheme="none" if not possible else "tracks" if alone else "groups",
        exchangeable=exchangeable,
    )


def p_value(observed: float, null: np.ndarray) -> float:
    """(1 + #{null >= observed}) / (B + 1): the observed arrangement is one of those that luck could have drawn."""
    return float((1 + (null >= observed - _ROUNDING).sum()) / (len(null) + 1))


def exchange(rating: np.ndarray, together: np.ndarray, count: int, draw: np.random.Generator) -> np.ndarray:
    """`count` random rearrangements of the ratings (count, N).

    `together` (N,) are group labels from 0. Ratings change place inside their group, and groups of equal size change
    places as wholes; where every track is a group of its own, that is every permutation.
    """
    sizes = np.bincount(together)
    n = len(rating)
    # A group's place in the order of sizes, its tracks one after another: where each rating goes.
    slots = np.argsort(_places(np.argsort(sizes, kind="stable")[None])[0][together], kind="stable")
    found = np.empty((count, n))
    step = max(1, _BLOCK // n)
    for start in range(0, count, step):
        rows = found[start : start + step]
        order = np.argsort(sizes + draw.random((len(rows), len(sizes))), axis=1)
        keys = _places(order)[:, together] + draw.random((len(rows), n))
        rows[:, slots] = rating[np.argsort(keys, axis=1)]
    return found


def panel_skills(
    dataset: Dataset, ratings: np.ndarray, folds: tuple[Fold, ...], *, seed: int = 0, workers: int | None = None,
    progress: engine.Progress | None = None, label: str = "",
) -> np.ndarray:  # fmt: skip
    """Pooled out-of-fold skill of each smoother of the panel for each row of `ratings` (B, N): (smoothers, B).

    A row without variance has skill NaN.
    """
    repeats = 1 if dataset.tracks > _EXACT else min(_REPEATS, folds[-1].repeat + 1)
    used = [fold for fold in folds if fold.repeat < repeats]
    # Few different numbers in many places: which one stands where is a quarter to an eighth of what workers must be sent.
    places, values = pd.factorize(ratings.ravel())
    places = places.reshape(ratings.shape).astype(np.min_scalar_type(len(values)))
    tasks = [(_fold_errors, (dataset.x, values, places, fold, seed)) for fold in used]
    errors, worst = np.zeros((len(PANEL), repeats, len(ratings))), np.zeros((repeats, len(ratings)))
    found = engine.run(tasks, workers=workers, progress=progress, label=label)
    for fold, (of_guess, of_panel) in zip(used, found, strict=True):
        worst[fold.repeat] += of_guess
        errors[:, fold.repeat] += of_panel
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(worst > 0, 1 - errors / worst, np.nan).mean(axis=1))


def _fold_errors(
    x: np.ndarray, values: np.ndarray, places: np.ndarray, fold: Fold, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """One fold's sums of squared errors for each row of ratings, `values[places]` (B, N): of the training mean (B,), and
    of each smoother (smoothers, B).
    """
    ratings = values[places]
    test = ratings[:, fold.test] - ratings[:, fold.train].mean(axis=1, keepdims=True)
    of_panel = [((test - predicted) ** 2).sum(axis=1) for predicted in _predictions(x, ratings, fold, seed)]
    return (test**2).sum(axis=1), np.array(of_panel)


def panel_prediction(dataset: Dataset, folds: tuple[Fold, ...], *, seed: int = 0) -> np.ndarray:
    """The plain mean of the panel's out-of-fold predictions, in rating points (repeats, N): a model that costs little."""
    from threadpoolctl import threadpool_limits

    found = np.full((folds[-1].repeat + 1, dataset.tracks), np.nan)
    with threadpool_limits(limits=1):
        for fold in folds:
            guess = dataset.rating[fold.train].mean()
            parts = _predictions(dataset.x, dataset.rating[None], fold, seed)
            found[fold.repeat, fold.test] = guess + np.mean(parts, axis=0)[0]
    return found


def _predictions(x: np.ndarray, ratings: np.ndarray, fold: Fold, seed: int) -> list[np.ndarray]:
    """What each smoother expects of the held-out tracks, beyond the training mean, for each row of ratings (B, t)."""
    draw = np.random.default_rng([seed, fold.repeat, fold.number])
    train = ratings[:, fold.train]
    train = train - train.mean(axis=1, keepdims=True)
    return [smooth(known, new, train, exact=len(x) <= _EXACT) for known, new in _views(x, fold, draw)]


def smooth(known: np.ndarray, new: np.ndarray, ratings: np.ndarray, *, exact: bool = True) -> np.ndarray:
    """Ridge predictions (B, t) for features `new` (t, k) from features `known` (n, k) and ratings (B, n) of mean 0.

    Each row of ratings has its own penalty, the one with the smallest leave-one-out error (the intercept is refitted
    and not penalised), or unless `exact` with the smallest generalised cross-validation error.
    """
    n = len(known)
    centre = known.mean(axis=0)
    known, new = known - centre, new - centre
    values, vectors = np.linalg.eigh(known.T @ known)
    values, vectors = np.maximum(values[-n:], 0), vectors[:, -n:]
    axes = known @ vectors  # (n, r), orthogonal columns with these squared lengths
    alphas = penalties(n)
    shrink = 1 / (values + alphas[:, None])  # (A, r)
    leverage = 1 / n + shrink @ (axes**2).T  # (A, n)
    found = np.empty((len(ratings), len(new)))
    step = max(128, _PIECE // n)
    for start in range(0, len(ratings), step):
        y = ratings[start : start + step]
        scores = y @ axes
        if exact:
            loss = np.stack([
                ((y - (scores * weights) @ axes.T) ** 2) @ (1 - own) ** -2
                for weights, own in zip(shrink, leverage, strict=True)
            ])  # fmt: skip
        else:
            explained = (2 * shrink - values * shrink**2) @ (scores**2).T
            loss = ((y**2).sum(axis=1) - explained) / (1 - leverage.mean(axis=1, keepdims=True)) ** 2
        found[start : start + step] = (scores * shrink[loss.argmin(axis=0)]) @ (new @ vectors).T
    return found


def penalties(n: int) -> np.ndarray:
    """The penalties to choose from, for features whose rows have a mean squared length of 1: from hardly any to all."""
    return np.geomspace(0.05, 4 * n, _ALPHAS)


def _places(order: np.ndarray) -> np.ndarray:
    """The inverse of each row's permutation."""
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(order.shape[1])[None], axis=1)
    return places


def _views(x: np.ndarray, fold: Fold, draw: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """What each smoother of the panel sees of the fold's training and test tracks, in the panel's order."""
    prepare = CATALOGUE["ridge"].pipeline()[:-1].fit(x[fold.train])
    known, new = prepare.transform(x[fold.train]), prepare.transform(x[fold.test])
    landmarks = known
    if len(known) > _LANDMARKS:
        most = min(_LANDMARKS, max(100, _CELLS // (2 * len(known))))
        landmarks = known[np.sort(draw.choice(len(known), most, replace=False))]
    views = [(known, new), *(_nystroem(kernel, known, new, landmarks) for kernel in (_gaussian, _additive))]
    return [_unit(*view) for view in views]


def _unit(known: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both divided by the training rows' root mean squared distance from their mean, so that one set of penalties fits all."""
    size = np.sqrt(known.var(axis=0).sum())
    return (known, new) if size == 0 else (known / size, new / size)


def _nystroem(
    kernel: Callable[[np.ndarray, np.ndarray], np.ndarray], known: np.ndarray, new: np.ndarray, landmarks: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Features whose inner products are the kernel: exactly where the landmarks are all training rows."""
    values, vectors = np.linalg.eigh(kernel(landmarks, landmarks))
    kept = values > 1e-12 * values[-1]
    weights = vectors[:, kept] / np.sqrt(values[kept])
    return kernel(known, landmarks) @ weights, kernel(new, landmarks) @ weights


def _gaussian(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """exp(-|a - b|^2 / d), (rows of a, rows of b)."""
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    return np.asarray(np.exp(-np.maximum(squares, 0) / a.shape[1]))


def _additive(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The sum over the columns of exp(-(a - b)^2 / 2)."""
    found = np.zeros((len(a), len(b)))
    for one, other in zip(a.T, b.T, strict=True):
        found += np.exp(-0.5 * (one[:, None] - other) ** 2)
    return found
