"""How the ratings, or a feature, differ between groups of tracks: artists, albums, works, decades, and columns of a few words.

Convention: groups of 5 tracks or more. The size is the share of the ranks' variance that lies between the groups, corrected for
their number (epsilon squared), with the 95 % range of the F statistic of the ranks, turned round; p is Kruskal and Wallis's.
Each group's mean has a range of its own by t. Nothing is adjusted for sound here: whether artists or lists move the ratings
beside it is asked in `core.biases`.

Sources: Kelley (1935), PNAS 21, 554-559, for epsilon squared; Kruskal & Wallis (1952), JASA 47, 583-621; Steiger (2004),
Psychol. Methods 9, 164-182, for the range.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core import schema
from core.biases.columns import numbers
from core.biases.groups import epsilon, means, ranked
from core.dataset import GROUPS, Dataset

LEAST = 5  # tracks of a group
DECADE = "decade"
_WORDS = 30  # different cells up to which a column is one of words
_COLUMNS = 8


@dataclass(frozen=True, eq=False)
class Between:
    """what: `rating` or a feature; by: a key of `divisions`. groups: label, mean, low, high, tracks, the highest mean first.
    share, low, high: of the ranks' variance that lies between groups; NaN, like p, where the values do not differ.
    """

    what: str
    by: str
    tracks: int
    mean: float
    groups: pd.DataFrame
    share: float
    low: float
    high: float
    p: float


def divisions(dataset: Dataset) -> dict[str, np.ndarray]:
    """Kind (artist, album, work, decade) or header -> each track's group as people read it (N,), empty for none; those alone
    that have two groups of 5 tracks or more.
    """
    found: dict[str, np.ndarray] = {}
    for kind in GROUPS:
        labels = dataset.labels(kind)
        shown = dataset.identity[kind].to_numpy(object) if kind in dataset.identity else labels
        names = pd.Series(shown).groupby(labels).first()
        found[kind] = np.array([names[label] if label else "" for label in labels], dtype=object)
    if (years := numbers(dataset).get("year")) is not None:
        found[DECADE] = np.array(
            ["" if np.isnan(year) else f"{int(year) // 10 * 10}" for year in years[1]], dtype=object
        )
    words = 0
    for header in map(str, dataset.context.columns):
        cells = dataset.context[header].astype(str).str.strip().to_numpy(object)
        of_words = schema.context(header) in {None, "genre", "explicit"} and len(set(cells) - {""}) <= _WORDS
        if of_words and words < _COLUMNS and schema.rating(header) is None and not schema.names_an_index(header):
            words += 1
            found[header] = cells
    return {kind: labels for kind, labels in found.items() if len(_large(labels)) > 1}


def between(dataset: Dataset, what: str, by: str) -> Between:
    """How `rating` or a feature differs between the groups of one of `divisions`. Raises KeyError on any other."""
    from scipy import stats

    labels = divisions(dataset)[by]
    values = dataset.rating if what == "rating" else dataset.features[what].to_numpy(float)
    rows = np.flatnonzero(np.isin(labels, list(_large(np.where(np.isnan(values), "", labels)))) & ~np.isnan(values))
    own, names = pd.factorize(labels[rows])
    nothing = (float("nan"),) * 4
    if len(names) < 2 or np.ptp(values[rows]) == 0:
        frame = pd.DataFrame({"label": [], "mean": [], "low": [], "high": [], "tracks": []})
        return Between(what, by, len(rows), float(values[rows].mean()) if len(rows) else float("nan"), frame, *nothing)
    centre = float(values[rows].mean())
    frame = means(values[rows], own, [str(name) for name in names]).rename(columns={"effect": "mean"})
    frame[["mean", "low", "high"]] += centre
    order = ranked(values[rows])
    share = epsilon(order, own)
    p = float(stats.kruskal(*(values[rows][own == group] for group in range(len(names)))).pvalue)
    low, high = _range(order, own)
    return Between(what, by, len(rows), centre, frame, share, min(low, share), max(high, share), p)


def _large(labels: np.ndarray) -> set[str]:
    sizes = pd.Series(labels[labels != ""]).value_counts()
    return set(sizes[sizes >= LEAST].index)


def _range(order: np.ndarray, own: np.ndarray) -> tuple[float, float]:
    """The share's 95 % range: the noncentralities of F whose 2.5 % and 97.5 % points are what was found."""
    from scipy import optimize, stats

    n, groups = len(order), int(own.max()) + 1
    between_groups = float((np.bincount(own, order) ** 2 / np.bincount(own)).sum())
    inside = float((order**2).sum()) - between_groups
    if inside <= 1e-12 * between_groups:
        return 1.0, 1.0
    free, rest = groups - 1, n - groups
    f = between_groups / free / (inside / rest)

    def beyond(size: float) -> float:
        return float(stats.ncf.cdf(f, free, rest, size) if size > 0 else stats.f.cdf(f, free, rest))

    ends = []
    for level in (0.975, 0.025):
        top = max(10.0, 4 * f * free)
        while beyond(top) > level:
            top *= 2
        ends.append(optimize.brentq(lambda size, at=level: beyond(size) - at, 0.0, top) if beyond(0.0) > level else 0.0)
    low, high = (size / (size + n) for size in ends)
    return float(low), float(high)
