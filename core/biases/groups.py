"""Whether tracks of one artist, album, work or source share a level that sound does not tell.

Convention: artists, albums and works, where at least 8 of them have several tracks. The model is rating = sound (ridge, read
as a random effect of every feature) + the group's level + rest. The test: the groups' sums of what sound leaves, squared and
divided by their sizes plus 4 (which finds a share of 0.2 best), against the same after 1,999 rearrangements of the ratings
freed of sound's share of their covariance (tracks of one artist sound alike, so that their remainders are not exchangeable as
they stand). The effect: which share of what sound leaves lies between groups, where the likelihood is largest; its range is
where twice the log likelihood falls by 3.84; both of a random 1,000 tracks in larger lists. `raw`: that share of the ratings
themselves (ICC(1)). The groups' levels are shrunken towards 0 by how little is known of each (best linear unbiased
prediction). A halo may be favour or quality: no figure can tell.

A source is a column of 2 to 12 words, each beside 5 tracks or more (a playlist, a genre): the share of the ranks' variance
that lies between them (epsilon squared), p likewise. Above 0.35 the column is taken for a label made from
the rating, and no bias is spoken of. Two kinds of tracks (explicit or not): the difference of the probabilities that a
track of either kind has the higher remainder (Cliff's delta), p by Mann and Whitney.

Sources: Lin (1997), Biometrika 84, 309-326, for the score test of a variance; Searle (1971), Linear Models, for ICC(1);
Robinson (1991), Stat. Sci. 6, 15-32, for shrunken levels;
Kelley (1935), PNAS 21, 554-559, for epsilon squared; Cliff (1993), Psychol. Bull. 114, 494-509, for delta.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.biases.bias import KINDS, Bias, Obstacle
from core.biases.sound import Heard

HALOS = ("artist", "album", "work")
LABEL = 0.35
_GROUPS, _TRACKS = 8, 2
_LEVELS, _PER_LEVEL, _PER_KIND = 12, 5, 10
_PERMUTATIONS = 1_999
_BLOCK = 4_000_000  # numbers rearranged at once
LIKELY = 1_000  # tracks of which the likelihood is computed
_FOUND_BEST = 0.2  # share of the variance between groups
_SHARES = np.round(np.arange(0.0, 0.96, 0.02), 2)


def halo(
    heard: Heard, code: str, labels: np.ndarray, names: np.ndarray, left: np.ndarray, *, seed: int = 0
) -> Bias | Obstacle:
    """One kind of groups: `labels` (N,) of text, empty where a track has none; `names` (N,) as people read them."""
    given = labels != ""
    if not given.any():
        return Obstacle(code, "column")
    sizes = pd.Series(labels[given]).value_counts()
    large = set(sizes[sizes >= _TRACKS].index)
    if len(large) < _GROUPS:
        return Obstacle(code, "few-groups", have=len(large), need=_GROUPS)
    rows = np.flatnonzero([label in large for label in labels])
    if len(rows) < KINDS[code].tracks:
        return Obstacle(code, "few", have=len(rows), need=KINDS[code].tracks)
    if np.ptp(left[rows]) < 1e-9:
        return Obstacle(code, "same")
    own, own_left = pd.factorize(labels[rows])[0], left[rows] - left[rows].mean()
    draw = np.random.default_rng([seed, 10, HALOS.index(code)])
    root = _Freed.of(heard, rows)
    p = _rearranged(root.freed(heard.rating[rows] - heard.rating[rows].mean()), own, draw, root)
    effect, low, high = _share(heard, rows, own, draw)
    shown = [str(name) for name in names[rows][np.unique(own, return_index=True)[1]]]
    return Bias(
        code,
        len(rows),
        effect,
        low,
        high,
        p,
        raw=intraclass(heard.rating[rows], own),
        levels=_shrunken(own_left, own, effect, shown),
        of_tracks=np.where(given, pd.factorize(labels)[0], -1),
    )


def source(
    heard: Heard, column: str, cells: np.ndarray, left: np.ndarray, *, is_label: bool, seed: int = 0
) -> Bias | Obstacle:
    """A column of a few words, text (N,)."""
    sizes = pd.Series(cells[cells != ""]).value_counts()
    kept = sizes[sizes >= _PER_LEVEL].index
    rows = np.flatnonzero(np.isin(cells, kept))
    if len(kept) < 2:
        return Obstacle("source", "same", column)
    if len(rows) < KINDS["source"].tracks:
        return Obstacle("source", "few", column, len(rows), KINDS["source"].tracks)
    own, words = pd.factorize(cells[rows])
    order = ranked(left[rows])
    p = _rearranged(order, own, np.random.default_rng([seed, 11]))
    effect = epsilon(order, own)
    if is_label or epsilon(ranked(heard.rating[rows]), own) > LABEL:
        return Obstacle("source", "label", column)
    draw = np.random.default_rng([seed, 12])
    again = []
    for _ in range(499):
        taken = draw.integers(0, len(rows), len(rows))
        again.append(epsilon(ranked(left[rows][taken]), own[taken]))
    low, high = np.quantile(again, [0.025, 0.975])
    levels = means(left[rows], own, [str(word) for word in words])
    return Bias(
        "source", len(rows), effect, float(min(low, effect)), float(max(high, effect)), p, column,
        raw=epsilon(ranked(heard.rating[rows]), own), levels=levels,
        of_tracks=np.where(np.isin(cells, kept), pd.factorize(cells)[0], -1),
    )  # fmt: skip


def explicit(heard: Heard, column: str, kinds: np.ndarray, left: np.ndarray) -> Bias | Obstacle:
    """Explicit tracks (1) against the others (0); NaN where it is not known (N,)."""
    from scipy import stats

    yes, no = np.flatnonzero(kinds == 1), np.flatnonzero(kinds == 0)
    fewest = min(len(yes), len(no))
    if fewest < _PER_KIND:
        return Obstacle("explicit", "few-kind", column, fewest, _PER_KIND)
    if len(yes) + len(no) < KINDS["explicit"].tracks:
        return Obstacle("explicit", "few", column, len(yes) + len(no), KINDS["explicit"].tracks)
    found = stats.mannwhitneyu(left[yes], left[no])
    above = np.sign(left[yes][:, None] - left[no][None, :]) if len(yes) * len(no) <= _BLOCK else None
    delta = float(2 * found.statistic / (len(yes) * len(no)) - 1)
    if above is None:
        error = float(np.sqrt((len(yes) + len(no) + 1) / (3 * len(yes) * len(no))))
    else:  # Cliff's own: how the tracks of either kind differ in how often they are above
        a, b = above.mean(axis=1), above.mean(axis=0)
        error = float(np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)))
    half = float(stats.norm.ppf(0.975)) * error
    both = np.concatenate([yes, no])
    levels = means(left[both], np.repeat([1, 0], [len(yes), len(no)]), ["not explicit", "explicit"])
    raw = stats.mannwhitneyu(heard.rating[yes], heard.rating[no]).statistic
    return Bias(
        "explicit", len(both), delta, max(delta - half, -1.0), min(delta + half, 1.0), float(found.pvalue), column,
        raw=float(2 * raw / (len(yes) * len(no)) - 1), points=float(left[yes].mean() - left[no].mean()), levels=levels,
        of_tracks=kinds,
    )  # fmt: skip


def halos(
    heard: Heard, labels: dict[str, np.ndarray], names: dict[str, np.ndarray], left: np.ndarray, *, seed: int = 0
) -> Iterator[Bias | Obstacle]:
    """All three kinds; of two that divide the tracks alike (an album of each artist) the first alone is asked."""
    seen: list[np.ndarray] = []
    for code in HALOS:
        own = pd.factorize(labels[code])[0]
        if any(np.array_equal(own, other) for other in seen):
            continue
        seen.append(own)
        yield halo(heard, code, labels[code], names[code], left, seed=seed)


def _between(left: np.ndarray, own: np.ndarray) -> float:
    """Sum over groups of the squared sums divided by their sizes."""
    counts = np.bincount(own)
    return float((np.bincount(own, left) ** 2 / counts).sum())


@dataclass(frozen=True, eq=False)
class _Freed:
    """The inverse square root of I + K / penalty, K being the inner products of the tracks' features: of its part in the
    features' span (n, d) it keeps `shrink` (d,) more or less than of the rest, which stays as it is.
    """

    span: np.ndarray
    shrink: np.ndarray

    @classmethod
    def of(cls, heard: Heard, rows: np.ndarray) -> _Freed:
        """For these tracks (n,) and the penalty that foretells their ratings best."""
        z = heard.z[rows] - heard.z[rows].mean(axis=0)
        span, size, _ = np.linalg.svd(z / np.sqrt(max(z.shape[1], 1)), full_matrices=False)
        return cls(span, 1 / np.sqrt(1 + size**2 / heard.penalty(rows)) - 1)

    def freed(self, values: np.ndarray) -> np.ndarray:
        """The root times each row of values (n,) or (m, n)."""
        return np.asarray(values + (values @ self.span * self.shrink) @ self.span.T)


def _share(heard: Heard, rows: np.ndarray, own: np.ndarray, draw: np.random.Generator) -> tuple[float, float, float]:
    """The most likely share of what sound leaves that lies between groups, and its range."""
    if len(rows) > LIKELY:
        order = draw.permutation(own.max() + 1)
        kept = np.isin(own, order[np.cumsum(np.bincount(own)[order]) <= LIKELY])
        rows, own = rows[kept], np.unique(own[kept], return_inverse=True)[1]
    z = heard.z[rows] - heard.z[rows].mean(axis=0)
    y = heard.rating[rows] - heard.rating[rows].mean()
    fits = likelihoods(y, z / np.sqrt(max(z.shape[1], 1) * heard.penalty(rows)), own, _SHARES)
    inside = _SHARES[2 * (fits.max() - fits) <= 3.84]
    return float(_SHARES[int(fits.argmax())]), float(inside.min()), float(inside.max())


def likelihoods(y: np.ndarray, u: np.ndarray, own: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """The log likelihood (k,) of normal y (n,) for each share (k,) below 1, the best scale taken: of covariance
    u u' + (1 - share) I + share for tracks of one group, with u (n, d) and groups `own` (n,) from 0.

    Without u the covariance is one block per group, whose inverse and determinant are known; u is a change of rank d to it
    (Woodbury's identity).
    """
    counts, table = np.bincount(own), np.column_stack([u, y])
    sums = np.column_stack([np.bincount(own, column) for column in table.T])  # (groups, d + 1)
    products, fits = table.T @ table, np.empty(len(shares))
    for place, share in enumerate(shares):
        whole = 1 - share + share * counts  # the variance of a group's mean times its size; of all else 1 - share
        inner = (products - sums.T @ (sums * (share / whole)[:, None])) / (1 - share)
        change, beside = inner[:-1, :-1] + np.eye(u.shape[1]), inner[:-1, -1]
        spread = (inner[-1, -1] - beside @ np.linalg.solve(change, beside)) / len(y)
        determinant = np.log(whole).sum() + (len(y) - len(counts)) * np.log(1 - share) + np.linalg.slogdet(change)[1]
        fits[place] = -0.5 * (len(y) * np.log(spread) + determinant)
    return fits


def _rearranged(left: np.ndarray, own: np.ndarray, draw: np.random.Generator, root: _Freed | None = None) -> float:
    """p of the groups' squared sums; `left` (n,) is exchangeable, and `root` puts back what it lacks."""
    order = np.argsort(own, kind="stable")
    starts, counts = np.flatnonzero(np.diff(own[order], prepend=-1)), np.bincount(own)
    weights = 1 / (counts + (1 - _FOUND_BEST) / _FOUND_BEST)
    observed = float((np.bincount(own, root.freed(left) if root else left) ** 2 * weights).sum())
    above = 0
    step = max(1, _BLOCK // len(left))
    for done in range(0, _PERMUTATIONS, step):
        block = draw.permuted(np.tile(left, (min(step, _PERMUTATIONS - done), 1)), axis=1)
        block = root.freed(block) if root else block
        sums = np.add.reduceat(block[:, order], starts, axis=1)
        above += int((sums**2 @ weights >= observed - 1e-9).sum())
    return (1 + above) / (_PERMUTATIONS + 1)


def intraclass(rating: np.ndarray, own: np.ndarray) -> float:
    """ICC(1) of ratings (n,) in groups `own` (n,), from 0; NaN where they do not differ."""
    n, counts, centred = len(rating), np.bincount(own), rating - rating.mean()
    groups, between = len(counts), _between(centred, own)
    size = float((n - (counts**2).sum() / n) / (groups - 1))  # the size that stands for unequal ones
    within = float((centred @ centred - between) / (n - groups))
    ratio = between / (groups - 1) / within if within > 0 else float("nan")
    return float((ratio - 1) / (ratio + size - 1))


def _shrunken(left: np.ndarray, own: np.ndarray, icc: float, names: list[str]) -> pd.DataFrame:
    """label, effect, low, high, tracks of each group, in rating points, the highest first."""
    counts, share = np.bincount(own), float(np.clip(icc, 0.0, 0.999))
    total = float(left.var(ddof=1))
    known = shrinkage(counts, share)
    effect = known * np.bincount(own, left) / counts
    half = 1.96 * np.sqrt(share * total * (1 - known))
    frame = pd.DataFrame(
        {"label": names, "effect": effect, "low": effect - half, "high": effect + half, "tracks": counts}
    )
    return frame.sort_values("effect", ascending=False, kind="stable", ignore_index=True)


def shrinkage(counts: np.ndarray, share: float) -> np.ndarray:
    """How much of a group's mean is kept as its level (groups,), by its number of tracks and the share between groups."""
    return np.asarray(counts * share / (1 + (counts - 1) * share))


def means(left: np.ndarray, own: np.ndarray, names: list[str]) -> pd.DataFrame:
    """Each group's mean remainder less that of all, with its 95 % range by t."""
    from scipy import stats

    counts = np.bincount(own)
    mean = np.bincount(own, left) / counts - left.mean()
    spread = [float(left[own == number].std(ddof=1)) for number in range(len(counts))]
    half = [stats.t.ppf(0.975, n - 1) * s / np.sqrt(n) for n, s in zip(counts, spread, strict=True)]
    frame = pd.DataFrame({"label": names, "effect": mean, "low": mean - half, "high": mean + half, "tracks": counts})
    return frame.sort_values("effect", ascending=False, kind="stable", ignore_index=True)


def ranked(values: np.ndarray) -> np.ndarray:
    """Mid-ranks less their mean."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(values) - (len(values) + 1) / 2)


def epsilon(order: np.ndarray, own: np.ndarray) -> float:
    """Epsilon squared of ranks with mean 0: the share between groups, corrected for their number; not below 0."""
    n, groups, total = len(order), len(np.unique(own)), float((order**2).sum())
    if not total > 0 or n <= groups:
        return 0.0
    return max(0.0, 1 - (total - _between(order, own)) / total * (n - 1) / (n - groups))
