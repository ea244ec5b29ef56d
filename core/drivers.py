"""Which features earn the word "driver": those that say something about the ratings that all the others do not.

Convention: features that move together (average linkage on 1 - |Spearman|, cut at a correlation of 0.5) are one
cluster and are claimed or not as one; which of them is heard cannot be told apart. The test of a cluster is the
generalised covariance measure: predict the rating and each column of the cluster from the features outside it, by ridge
with each track left out, and ask whether what remains of both goes together. For each column t = mean / standard error
of the products of remainders; Bonferroni inside the cluster, Holm across clusters, alpha 0.05. Tracks of one group (an
artist, a work, a recording that occurs twice) count once: their products are summed and t has groups - 1 degrees of
freedom. With 200 groups or more each feature brings a second column, its curve: the square without its linear part. The
curves of the other clusters are then held equal too; without that an inverted U of one feature is claimed for its
neighbours (any false claim on 15 % instead of 7 % of simulated listeners with 1,000 tracks).

Licences, all behind the gate, which is decided elsewhere (the permutation test of `core.chance` and the verdict):
"driver" for a cluster whose Holm p is at most 0.05 and whose direction is the same in at least 90 % of 200 bootstrap
refits; "goes-together" for others that are associated with the rating by themselves, by a permutation test of the largest
of all rank correlations with the rating (each feature, and its squared distance from its middle rank).

Out of sample: no rating takes part in its own prediction. The refits are the exception; leaving a track out means nothing
where the draw holds it twice. They solve the same ridge regression on drawn groups with the penalty kept, from sums of
products alone, and say how firm a direction is, never whether there is something. More than 500 groups are drawn as 500
random bundles of them.

Effect: the partial slope, in rating points between one standard deviation below and one above the average of the lead
feature (that of the largest |t|), with everything outside the cluster held equal; of a curve, one standard deviation to
either side minus the middle. The 95 % interval is the sandwich's over groups and is not corrected for the number of
clusters.

Missing values are the feature's median; columns that are the same everywhere are left out. A linear test is blind to
interactions.

Sources: Shah & Peters (2020), Ann. Stat. 48, 1514-1538, for the measure; Holm (1979), Scand. J. Stat. 6, 65-70; Liang &
Zeger (1986), Biometrika 73, 13-22, for sums over groups; Westfall & Young (1993), Resampling-based multiple testing, for
the largest of all; Golub, Heath & Wahba (1979), Technometrics 21, 215-223, for the left-out remainders; Gelman (2008),
Stat. Med. 27, 2865-2873, for two standard deviations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.chance import exchange, penalties
from core.dataset import Dataset, linked

ALPHA = 0.05
ALIKE = 0.5  # |Spearman| from which features are one cluster
SURE = 0.9  # share of the refits that agree with the direction
LICENCES = ("driver", "goes-together", "none")
COLUMNS = (
    "features", "lead", "direction", "t", "p", "p_holm", "stability", "effect", "low", "high", "p_together", "licence",
)  # fmt: skip
_FROM_CURVES = 200  # groups; with fewer the second columns cost more than they find
_LEAST = 8  # groups; with fewer a standard error over them says nothing
_REFITS = 200
_EXACT = 2_000  # tracks
_BUNDLES = 500
_CELLS = 10_000_000  # ratings of all permutations together
_FEWEST = 99
_BLOCK = 400_000  # numbers in one piece of work: a few megabytes stay in the cache
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Drivers:
    """What was claimed of each cluster of features, and on what ground.

    frame: one row per cluster, claims first, then by p. features: names; lead: the feature with the largest |t|;
    direction: -1 or 1, or 0 where the lead is a curve (or nothing can be said); t: that of the lead; p: Bonferroni
    inside the cluster; p_holm: Holm across clusters; stability: share of the refits that agree with the direction (NaN
    unless p_holm <= alpha); effect, low, high: in rating points; p_together: max-T p of the cluster's association with
    the rating; licence: one of `LICENCES`. clustered: whether tracks were summed by group.
    """

    gate: bool
    alpha: float
    clustered: bool
    frame: pd.DataFrame

    def licensed(self, licence: str) -> pd.DataFrame:
        """The rows with this licence."""
        return self.frame[self.frame["licence"] == licence]


@dataclass(frozen=True, eq=False)
class _Columns:
    """What is tested: standardised columns (n, p), the number of each one's feature (p,), which of them are curves
    (p,), and how much of each is its effect's distance (p,).
    """

    values: np.ndarray
    feature: np.ndarray
    curve: np.ndarray
    distance: np.ndarray


@dataclass(frozen=True)
class _Lead:
    """The column of a cluster with the largest |t|: its place, its sign, and the rating's penalty there."""

    place: int
    sign: float
    penalty: float


def drivers(
    dataset: Dataset, *, gate: bool, groups: np.ndarray | None = None, permutations: int = 999, seed: int = 0
) -> Drivers:
    """Test every cluster of features for what it adds to all the others.

    `gate`: whether anything may be claimed at all; p values are there without it. `groups` (N,) are labels of tracks
    that belong together, empty text where a track stands alone; rows of one recording always belong together.
    """
    together = joined(dataset, groups)
    clustered = int(together.max()) + 1 < dataset.tracks
    x, names = filled(dataset)
    if not names:
        return Drivers(gate, ALPHA, clustered, pd.DataFrame(columns=list(COLUMNS)))
    clusters = alike(x)
    columns = _columns(x, curves=together.max() + 1 >= _FROM_CURVES)
    owner = clusters[columns.feature]
    blocks = [np.flatnonzero(owner == number) for number in range(clusters.max() + 1)]
    rating, rest, penalty = left_out(columns.values, dataset.rating, owner)
    rating *= np.ptp(dataset.rating) > 0  # what rounding leaves of one rating for all is no rating
    tests = [
        _test(rating[:, number], rest[:, own], float(penalty[number]), columns, own, together)
        for number, own in enumerate(blocks)
    ]
    frame = pd.DataFrame([test for test, _ in tests])
    frame["features"] = [tuple(np.array(names)[clusters == number].tolist()) for number in range(len(frame))]
    frame["p_holm"] = holm(frame["p"].to_numpy(float))
    frame["p_together"] = _associated(x, dataset.rating, clusters, together, permutations, seed)
    passed = frame["p_holm"] <= ALPHA
    frame["stability"] = np.nan
    frame.loc[passed, "stability"] = _stability(
        dataset.rating, columns, owner, together, [tests[number][1] for number in np.flatnonzero(passed)], seed
    )
    driver = gate & passed & (frame["stability"] >= SURE)
    goes = gate & (frame["p_together"] <= ALPHA)
    frame["licence"] = np.select([driver, goes], LICENCES[:2], LICENCES[2])
    frame["lead"] = [names[number] for number in frame["lead"]]
    rank = frame["licence"].map(LICENCES.index)
    frame = frame.iloc[np.lexsort((frame["p"].fillna(2.0), rank))]
    return Drivers(gate, ALPHA, clustered, frame[list(COLUMNS)].reset_index(drop=True))


def alike(x: np.ndarray) -> np.ndarray:
    """The cluster of each feature of `x` (n, d), which vary and have no gaps: numbers from 0 in the features' order (d,)."""
    from scipy.cluster import hierarchy
    from scipy.spatial.distance import squareform
    from scipy.stats import rankdata

    if x.shape[1] == 1:
        return np.zeros(1, dtype=int)
    distance = 1 - np.abs(np.corrcoef(rankdata(x, axis=0), rowvar=False))
    np.fill_diagonal(distance, 0)
    tree = hierarchy.linkage(squareform(np.clip(distance, 0, 1), checks=False), "average")
    return np.asarray(pd.factorize(hierarchy.fcluster(tree, 1 - ALIKE, "distance"))[0])


def left_out(x: np.ndarray, rating: np.ndarray, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What ridge on the columns outside each cluster leaves, with each row left out in turn.

    `x` (n, p) are standardised columns, `owner` (p,) their clusters from 0. Of the rating for each cluster (n, clusters);
    of each column given all outside its cluster (n, p); and the rating's penalty (clusters,). Each has the penalty of its
    smallest squared error; the intercept is refitted and not penalised. The penalties are for rows with a mean squared
    length of 1.

    One inverse M of the columns' Gram matrix plus penalty serves all clusters. Leaving the block g out of a regression
    subtracts its share: with B = XM, what remains of X_g is Q = B_g M_gg^-1 (the inverse of a block matrix), the
    rating's remainder grows by Q times the coefficients of g, and the leverages shrink by the rows of Q * B_g.
    """
    n, p = x.shape
    y = rating - rating.mean()
    centred = (x - x.mean(axis=0)) / np.sqrt(p)
    blocks = [np.flatnonzero(owner == number) for number in range(owner.max() + 1)]
    values, vectors = np.linalg.eigh(centred.T @ centred)
    of_rating, of_columns = np.empty((n, len(blocks))), np.empty((n, p))
    errors, column_errors, chosen = np.full(len(blocks), np.inf), np.full(p, np.inf), np.zeros(len(blocks))
    for alpha in grid(n):
        inverse = (vectors / (np.maximum(values, 0) + alpha)) @ vectors.T
        fitted = centred @ inverse
        slopes = fitted.T @ y
        rest, free = y - centred @ slopes, 1 - 1 / n - (fitted * centred).sum(axis=1)
        for number, own in enumerate(blocks):
            part = fitted[:, own]
            beyond = part @ np.linalg.inv(inverse[np.ix_(own, own)])
            left = 1 / (free + (beyond * part).sum(axis=1))
            found = (rest + beyond @ slopes[own]) * left
            if (error := found @ found) < errors[number]:
                errors[number], of_rating[:, number], chosen[number] = error, found, alpha
            beyond *= left[:, None]
            error_each = (beyond**2).sum(axis=0)
            better = own[error_each < column_errors[own]]
            of_columns[:, better] = beyond[:, error_each < column_errors[own]]
            column_errors[own] = np.minimum(column_errors[own], error_each)
    return of_rating, of_columns * np.sqrt(p), chosen


def grid(n: int) -> np.ndarray:
    """The penalties to choose from: those of `core.chance`, up to 2,000 tracks twice as close, where they cost little."""
    alphas = penalties(n)
    return alphas if n > _EXACT else np.geomspace(alphas[0], alphas[-1], 2 * len(alphas))


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's p values; NaN stays NaN and is not counted."""
    found = np.full(len(p), np.nan)
    order = np.argsort(p)[: np.isfinite(p).sum()]
    steps = p[order] * np.arange(len(order), 0, -1)
    found[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return found


def joined(dataset: Dataset, groups: np.ndarray | None) -> np.ndarray:
    """Which tracks belong together (N,), numbered by first appearance."""
    labels = [dataset.recordings]
    if groups is not None:
        texts = np.asarray(groups, dtype=object)
        labels.append(np.where(texts == "", -1, pd.factorize(texts)[0]))
    return np.asarray(pd.factorize(linked(labels))[0])


def filled(dataset: Dataset) -> tuple[np.ndarray, list[str]]:
    """The features that vary, gaps filled (N, d), and their names."""
    given = ~np.isnan(dataset.x).all(axis=0)
    x = dataset.x[:, given]
    x = np.where(np.isnan(x), np.nanmedian(x, axis=0), x) if x.size else x
    vary = np.ptp(x, axis=0) > 0
    return x[:, vary], list(dataset.features.columns[given][vary])


def _columns(x: np.ndarray, *, curves: bool) -> _Columns:
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    places = np.arange(x.shape[1])
    if not curves:
        return _Columns(z, places, np.zeros(len(places), dtype=bool), np.full(len(places), 2.0))
    bent = z**2 - 1
    bent -= z * (bent * z).mean(axis=0)
    size = bent.std(axis=0)
    kept = size > 1e-6  # the square of a feature with two values is a line
    return _Columns(
        values=np.hstack([z, bent[:, kept] / size[kept]]),
        feature=np.concatenate([places, places[kept]]),
        curve=np.repeat([False, True], [len(places), kept.sum()]),
        distance=np.concatenate([np.full(len(places), 2.0), 1 / size[kept]]),
    )


def _test(
    y: np.ndarray, z: np.ndarray, penalty: float, columns: _Columns, own: np.ndarray, together: np.ndarray
) -> tuple[dict[str, float], _Lead]:
    """One cluster from the remainders of the rating (n,) and of its columns (n, k), whose places are `own` (k,): its row
    of the frame, and its lead.
    """
    from scipy import stats

    units = int(together.max()) + 1
    nothing = dict.fromkeys(("t", "p", "effect", "low", "high"), float("nan"))
    none = {"lead": columns.feature[own[0]], "direction": 0, **nothing}, _Lead(int(own[0]), 0.0, 0.0)
    if units < _LEAST:
        return none
    sums = _sums(y[:, None] * z, together)
    spread = np.sqrt(units / (units - 1) * ((sums - sums.mean(axis=0)) ** 2).sum(axis=0))
    told = (np.sqrt((z**2).mean(axis=0)) > _ROUNDING) & (spread > 0)
    if not told.any():
        return none
    t = np.where(told, sums.sum(axis=0) / np.where(told, spread, 1), 0)
    lead = int(np.argmax(np.abs(t)))
    place = int(own[lead])
    squares = _sums(z[:, [lead]] ** 2, together)[:, 0]
    slope = sums[:, lead].sum() / squares.sum()
    half = stats.t.ppf(0.975, units - 1) / squares.sum()
    half *= np.sqrt(units / (units - 1) * ((sums[:, lead] - slope * squares) ** 2).sum())
    low, effect, high = columns.distance[place] * (slope + half * np.array([-1, 0, 1]))
    return {
        "lead": columns.feature[place],
        "direction": 0 if columns.curve[place] else int(np.sign(t[lead])),
        "t": float(t[lead]),
        "p": min(1.0, float(2 * stats.t.sf(abs(t[lead]), units - 1) * told.sum())),
        "effect": float(effect),
        "low": float(low),
        "high": float(high),
    }, _Lead(place, float(np.sign(t[lead])), penalty)


def _sums(values: np.ndarray, together: np.ndarray) -> np.ndarray:
    """The sum of each column (n, k) over each group (groups, k)."""
    return np.column_stack([np.bincount(together, weights=column) for column in values.T])


def _stability(
    rating: np.ndarray, columns: _Columns, owner: np.ndarray, together: np.ndarray, leads: list[_Lead], seed: int
) -> np.ndarray:
    """Share of the refits in which each lead has the sign that it has in the test (leads,)."""
    if not leads:
        return np.zeros(0)
    draw = np.random.default_rng([seed, 4])
    table = np.column_stack([np.ones(len(rating)), columns.values, rating - rating.mean()])
    width, units = table.shape[1], int(together.max()) + 1
    bundles = min(_BUNDLES, max(20, 2 * _CELLS // width**2))
    bundle = together if units <= bundles else (draw.permutation(units) % bundles)[together]
    parts = np.split(table[np.argsort(bundle, kind="stable")], np.cumsum(np.bincount(bundle))[:-1])
    products = np.stack([part.T @ part for part in parts])
    weights = draw.multinomial(len(parts), np.full(len(parts), 1 / len(parts)), size=_REFITS)
    agree, step = np.zeros(len(leads)), max(1, _BLOCK // width**2)
    for start in range(0, _REFITS, step):
        total = np.tensordot(weights[start : start + step], products, 1)  # (draws, width, width)
        total -= total[:, :, :1] * total[:, :1] / total[:, :1, :1]
        inner, target = total[:, 1:-1, 1:-1], total[:, 1:-1, -1:]
        for place, lead in enumerate(leads):
            others = np.flatnonzero(owner != owner[lead.place])
            held = inner[:, others[:, None], others] + lead.penalty * len(owner) * np.eye(len(others))
            # The slope's sign is that of the lead's covariance with the rating beyond the others (Frisch & Waugh).
            beyond = target[:, lead.place, 0]
            beyond = beyond - (inner[:, lead.place, others] * np.linalg.solve(held, target[:, others])[:, :, 0]).sum(
                axis=1
            )
            agree[place] += (np.sign(beyond) == lead.sign).sum()
    return agree / _REFITS


def _associated(
    x: np.ndarray, rating: np.ndarray, clusters: np.ndarray, together: np.ndarray, permutations: int, seed: int
) -> np.ndarray:
    """Max-T p of each cluster: how often rearranged ratings have anywhere as large a rank correlation as it has.

    Each correlation is measured in its own mean and standard deviation over all arrangements, the observed one among
    them, since groups that keep together move some features' correlations further than others'.
    """
    from scipy.stats import rankdata

    ranks = rankdata(x, axis=0)
    ranks -= ranks.mean(axis=0)
    looks = np.hstack([ranks, ranks**2])
    looks -= looks.mean(axis=0)
    order = rankdata(rating)
    order -= order.mean()
    count = min(permutations, max(_FEWEST, _CELLS // len(order)))
    draw, step = np.random.default_rng([seed, 5]), max(1, _BLOCK // len(order))
    parts = [exchange(order, together, min(step, count - done), draw) @ looks for done in range(0, count, step)]
    whole = np.vstack([order @ looks, *parts])
    whole -= whole.mean(axis=0)
    size = whole.std(axis=0)
    moves = size > _ROUNDING * np.sqrt((looks**2).sum(axis=0) * (order**2).sum())
    whole = np.where(moves, np.abs(whole) / np.where(moves, size, 1), 0)
    most, own = whole.max(axis=1), np.tile(clusters, 2)
    best = np.array([whole[0, own == number].max() for number in range(clusters.max() + 1)])
    return np.asarray((most[:, None] >= best - _ROUNDING).mean(axis=0))
