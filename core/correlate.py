"""What goes with what: features among each other, and each feature with the rating.

Convention: pairs with a missing value are left out of that pair. Spearman intervals: Fisher's z with the variance
(1 + r^2 / 2) / (n - 3) of Bonett & Wright (2000), Psychometrika 65, 23-28. q: Benjamini & Hochberg (1995) over
the features. A correlation says "goes together with", nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.dataset import Dataset

_STEPS, _PARTS = 10, 5


@dataclass(frozen=True, eq=False)
class Correlations:
    """pearson, spearman (d, d) in clustered order; with_rating: feature, spearman, low, high, p, q, n by strength."""

    pearson: pd.DataFrame
    spearman: pd.DataFrame
    with_rating: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Pair:
    """Two features over the tracks that have both: rows (k,), x, y (k,), and their Spearman correlation."""

    first: str
    second: str
    rows: np.ndarray
    x: np.ndarray
    y: np.ndarray
    spearman: float
    low: float
    high: float


def correlate(dataset: Dataset) -> Correlations:
    """All correlations of a data set."""
    from scipy import stats

    features = dataset.features
    spearman = features.corr("spearman")
    order = _clustered(spearman)
    rows = []
    for name in features:
        given = features[name].notna().to_numpy()
        x, y = features[name].to_numpy()[given], dataset.rating[given]
        rho, p = _spearman(x, y)
        low, high = spearman_interval(rho, len(x))
        rows.append({"feature": name, "spearman": rho, "low": low, "high": high, "p": p, "n": len(x)})
    frame = pd.DataFrame(rows)
    known = frame["p"].notna()
    frame["q"] = np.nan
    if known.any():
        frame.loc[known, "q"] = stats.false_discovery_control(frame.loc[known, "p"])
    strength = frame["spearman"].abs().fillna(-1)
    frame = frame.iloc[np.argsort(-strength.to_numpy(), kind="stable")].reset_index(drop=True)
    return Correlations(features.corr("pearson").loc[order, order], spearman.loc[order, order], frame)


def pair(dataset: Dataset, first: str, second: str) -> Pair:
    """Two columns of the data set against each other; `rating` names the rating."""
    both = [dataset.rating if name == "rating" else dataset.features[name].to_numpy() for name in (first, second)]
    rows = np.flatnonzero(~np.isnan(both[0]) & ~np.isnan(both[1]))
    x, y = both[0][rows], both[1][rows]
    rho, _ = _spearman(x, y)
    return Pair(first, second, rows, x, y, rho, *spearman_interval(rho, len(rows)))


def first_pair(dataset: Dataset) -> tuple[str, str]:
    """The pair to show first: the study's own, valence against mode, else the two that go together most."""
    names = dataset.feature_names
    mode = next((name for name in ("mode_avg", "mode") if name in names), None)
    if "valence" in names and mode:
        return mode, "valence"
    if len(names) == 1:
        return names[0], "rating"
    strength = dataset.features.corr("spearman").abs().to_numpy(copy=True)
    np.fill_diagonal(strength, 0)
    best = np.unravel_index(np.argmax(np.nan_to_num(strength)), strength.shape)
    return names[best[0]], names[best[1]]


def levels(rating: np.ndarray) -> tuple[tuple[tuple[float, float], ...], np.ndarray]:
    """The rating's steps, lowest first, as (from, to), and each track's step (N,). More than 10 different ratings are five parts
    of about equally many tracks.
    """
    values = np.unique(rating)
    if len(values) <= _STEPS:
        return tuple((float(value), float(value)) for value in values), np.searchsorted(values, rating)
    edges = np.unique(np.quantile(rating, np.linspace(0, 1, _PARTS + 1)[1:-1], method="inverted_cdf"))
    raw = np.searchsorted(edges, rating, side="left")
    own = np.unique(raw, return_inverse=True)[1]
    parts = [rating[own == number] for number in range(int(own.max()) + 1)]
    return tuple((float(part.min()), float(part.max())) for part in parts), own


def spearman_interval(rho: float, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Interval of a Spearman correlation of `n` pairs; NaN where it is undefined."""
    from scipy import stats

    if n < 5 or np.isnan(rho):
        return float("nan"), float("nan")
    width = stats.norm.ppf(0.5 + level / 2) * np.sqrt((1 + rho**2 / 2) / (n - 3))
    z = np.arctanh(np.clip(rho, -0.999999, 0.999999))
    return float(np.tanh(z - width)), float(np.tanh(z + width))


def _spearman(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    from scipy import stats

    if len(x) < 5 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan"), float("nan")
    found = stats.spearmanr(x, y)
    return float(found.statistic), float(found.pvalue)


def _clustered(correlation: pd.DataFrame) -> list[str]:
    """Names in the order of average linkage on 1 - |correlation|: what moves together stands together."""
    from scipy.cluster import hierarchy
    from scipy.spatial.distance import squareform

    names = list(correlation.columns)
    if len(names) < 3:
        return names
    distance = 1 - correlation.abs().fillna(0).to_numpy(copy=True)
    distance = np.clip((distance + distance.T) / 2, 0, None)
    np.fill_diagonal(distance, 0)
    tree = hierarchy.linkage(squareform(distance, checks=False), "average", optimal_ordering=True)
    return [names[leaf] for leaf in hierarchy.leaves_list(tree)]
