"""Several listeners of one file: who is stricter on the same tracks, how far they agree, and whose taste goes with what.

Convention: tracks are the same by id, by ISRC, by title and artist, or by equal features; several ratings of one track by one
listener count as their mean. Severity is the listener's part of rating = track + listener, by least squares over the tracks
that two or more of them rated, told against the mean of the others' parts: below 0 is stricter. Its range and p (two-sided,
normal) are from 1,999 draws of tracks with replacement; Holm over the listeners. Agreement is Krippendorff's alpha of the
ratings (ordinal, interval) and of the ratings less each listener's part: 1 is the same rating everywhere, 0 is what ratings
dealt out at random agree. Taste against taste are rank correlations over the tracks of each pair. Effects side by side are the
rank correlations of two listeners' ratings with each feature, each over the own list; their difference is tested on Fisher's z,
as if the two lists were drawn apart (given the sound, two people's remainders are), with Benjamini and Hochberg's q.

Sources: Krippendorff (2011), Computing Krippendorff's alpha-reliability, for alpha, whose ordinal distance is the squared
difference of mid-ranks; Bonett & Wright (2000), Psychometrika 65, 23-28, for the correlations; Efron & Tibshirani (1993).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core import identity
from core.correlate import correlate, spearman_interval
from core.dataset import Dataset, linked
from core.drivers import holm

LEAST_SHARED = 20  # tracks that two have in common, below which nothing is said of them
LEAST_FOR_ALPHA = 30
LEAST_SEVERITY = 0.5 / 9  # of the scale's length: half a point from 1 to 10
_DRAWS, _FEWER_DRAWS = 1_999, 499
_MANY = 2_000  # tracks, above which fewer draws are as good
_DISTINCT = 0.3  # share of different rows of features from which these tell a track


@dataclass(frozen=True, eq=False)
class Agreement:
    """Krippendorff's alpha over n tracks, each with its 95 % range: of the ratings and of those less severity."""

    tracks: int
    ordinal: tuple[float, float, float]
    interval: tuple[float, float, float]
    without_severity: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Listeners:
    """Several listeners' ratings of the same tracks.

    names (k,); titles (n,) of tracks that two or more rated; ratings (n, k), NaN where not rated. severity: listener, tracks,
    mean, effect, low, high, p_holm, claimed (rating points against the others). agreement: None below 30 tracks.
    tastes: one, other, tracks, spearman, low, high (NaN below 20 tracks).
    """

    names: tuple[str, ...]
    titles: tuple[str, ...]
    ratings: np.ndarray
    severity: pd.DataFrame
    agreement: Agreement | None
    tastes: pd.DataFrame

    @property
    def comparable(self) -> bool:
        """Whether any two have enough tracks in common."""
        return bool(self.tastes["spearman"].notna().any())


def meet(datasets: Mapping[str, Dataset], *, seed: int = 0) -> Listeners | None:
    """What the listeners have in common; None where their scales differ, or where there is one alone."""
    scales = {None if data.scale is None else (data.scale.low, data.scale.high) for data in datasets.values()}
    if len(datasets) < 2 or len(scales) > 1:
        return None
    names = tuple(datasets)
    track = linked(_signs(list(datasets.values())))
    who = np.repeat(np.arange(len(names)), [data.tracks for data in datasets.values()])
    frame = pd.DataFrame({
        "track": track, "who": who, "rating": np.concatenate([data.rating for data in datasets.values()]),
        "title": np.concatenate([np.array(data.titles, dtype=object) for data in datasets.values()]),
    })  # fmt: skip
    table = frame.pivot_table("rating", "track", "who", aggfunc="mean").reindex(columns=range(len(names)))
    table = table[table.notna().sum(axis=1) > 1]
    titles = frame.drop_duplicates("track").set_index("track")["title"].loc[table.index]
    ratings = table.to_numpy(float)
    scale = next(iter(scales))
    length = float(np.ptp(frame["rating"])) if scale is None else scale[1] - scale[0]
    parts = _parts(ratings, np.ones((1, len(ratings))))[0]
    count = len(ratings)
    times = _DRAWS if count <= _MANY else _FEWER_DRAWS
    draw = np.random.default_rng([seed, 15])
    draws = draw.multinomial(count, np.full(count, 1 / count), times).astype(float) if count else np.zeros((times, 0))
    return Listeners(
        names,
        tuple(titles),
        ratings,
        _severity(names, ratings, parts, draws, length),
        _agreement(ratings, parts, draws),
        _tastes(names, ratings),
    )


def side_by_side(one: Dataset, other: Dataset) -> pd.DataFrame:
    """Both listeners' correlations with the features that both lists have, the largest difference first.

    Columns: feature; one, one_low, one_high, other, other_low, other_high; difference (one less other), low, high, p, q.
    """
    from scipy import stats

    first, second = (correlate(data).with_rating.set_index("feature") for data in (one, other))
    rows = []
    for feature in [name for name in one.feature_names if name in other.feature_names]:
        a, b = first.loc[feature], second.loc[feature]
        z = [float(np.arctanh(np.clip(row["spearman"], -0.999999, 0.999999))) for row in (a, b)]
        error = float(np.sqrt(sum((1 + row["spearman"] ** 2 / 2) / max(row["n"] - 3, 1) for row in (a, b))))
        p = float(2 * stats.norm.sf(abs(z[0] - z[1]) / error))
        rows.append({
            "feature": feature, "one": a["spearman"], "one_low": a["low"], "one_high": a["high"], "other": b["spearman"],
            "other_low": b["low"], "other_high": b["high"], "difference": a["spearman"] - b["spearman"], "p": p,
        })  # fmt: skip
    frame = pd.DataFrame(
        rows, columns=["feature", "one", "one_low", "one_high", "other", "other_low", "other_high", "difference", "p"]
    )
    known = frame["p"].notna()
    frame["q"] = np.nan
    if known.any():
        frame.loc[known, "q"] = stats.false_discovery_control(frame.loc[known, "p"])
    return frame.sort_values("p", kind="stable", ignore_index=True)


def alpha(ratings: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Krippendorff's alpha for squared distances of ratings (n, k), NaN for none, each track taken `weights` (draws, n) times.

    Of mid-ranks it is the ordinal alpha. NaN where all ratings are the same.
    """
    given = ~np.isnan(ratings)
    counts = given.sum(axis=1)
    used = counts > 1
    values, counts, weights = np.where(given, ratings, 0.0)[used], counts[used], weights[:, used]
    sums, squares = values.sum(axis=1), (values**2).sum(axis=1)
    # over ordered pairs of one track, and of all ratings: sum (a - b)^2 = 2 (m * sum of squares - square of the sum)
    inside = weights @ (2 * (counts * squares - sums**2) / (counts - 1))
    total, whole, square = weights @ counts, weights @ sums, weights @ squares
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = 2 * (total * square - whole**2) / (total - 1)
        return np.where(expected > 1e-12, 1 - inside / expected, np.nan)


def _signs(datasets: list[Dataset]) -> list[np.ndarray]:
    """What tells a track, as labels over all rows of all listeners, -1 for none."""
    signs = []
    for kind, plain in (("id", identity.plain_id), ("isrc", identity.plain_isrc)):
        cells = [cell for data in datasets for cell in data.identity.get(kind, [""] * data.tracks)]
        signs.append([plain(cell) or None for cell in cells])
    titles = [
        identity.plain_title(cell) for data in datasets for cell in data.identity.get("title", [""] * data.tracks)
    ]
    artists = [artist for data in datasets for artist in data.labels("artist")]
    named = any(artists)
    signs.append([
        f"{title}\x1f{artist}" if title and (artist or not named) else None
        for title, artist in zip(titles, artists, strict=True)
    ])  # fmt: skip
    shared = sorted(set.intersection(*(set(data.feature_names) for data in datasets)))
    rows = [[row.tobytes() for row in data.features[shared].to_numpy(float)] for data in datasets]
    if shared and all(len(set(own)) >= _DISTINCT * len(own) for own in rows):
        signs.append([cell.hex() for own in rows for cell in own])
    return [pd.factorize(pd.Series(sign, dtype=object))[0] for sign in signs]


def _parts(ratings: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Each listener's part (draws, k) of rating = track + listener, mean 0, each track taken `weights` (draws, n) times."""
    given = ~np.isnan(ratings)
    counts = given.sum(axis=1)
    filled = np.where(given, ratings, 0.0)
    centred = np.where(given, ratings - (filled.sum(axis=1) / np.maximum(counts, 1))[:, None], 0.0)
    shares = given[:, :, None] * given[:, None, :] / counts[:, None, None]
    k = given.shape[1]
    normal = (weights @ (given[:, :, None] * np.eye(k) - shares).reshape(-1, k * k)).reshape(-1, k, k)
    return np.asarray((np.linalg.pinv(normal, hermitian=True) @ (weights @ centred)[:, :, None])[:, :, 0])


def _severity(
    names: tuple[str, ...], ratings: np.ndarray, parts: np.ndarray, draws: np.ndarray, length: float
) -> pd.DataFrame:
    from scipy import stats

    k = len(names)
    tracks = (~np.isnan(ratings)).sum(axis=0)
    enough = tracks >= LEAST_SHARED
    against = k / max(k - 1, 1)  # of a part against the mean of all, to one against the mean of the others
    effect, low, high, p = against * parts, np.full(k, np.nan), np.full(k, np.nan), np.full(k, np.nan)
    if enough.any():
        again = against * _parts(ratings, draws)
        low, high = np.quantile(again, [0.025, 0.975], axis=0)
        spread = again.std(axis=0, ddof=1)
        p = np.where(spread > 0, 2 * stats.norm.sf(np.abs(effect) / np.maximum(spread, 1e-12)), np.nan)
    p_holm = np.full(k, np.nan)
    asked = enough & ~np.isnan(p)
    if asked.any():
        p_holm[asked] = holm(p[asked])
    columns = {"effect": effect, "low": low, "high": high}
    frame = pd.DataFrame({"listener": names, "tracks": tracks, "mean": pd.DataFrame(ratings).mean().to_numpy()})
    frame = frame.assign(**{name: np.where(enough, values, np.nan) for name, values in columns.items()}, p_holm=p_holm)
    frame["claimed"] = (frame["p_holm"] <= 0.05) & (frame["effect"].abs() >= LEAST_SEVERITY * length)
    return frame.sort_values("effect", kind="stable", ignore_index=True)


def _agreement(ratings: np.ndarray, parts: np.ndarray, draws: np.ndarray) -> Agreement | None:
    from scipy.stats import rankdata

    if len(ratings) < LEAST_FOR_ALPHA:
        return None
    given = ~np.isnan(ratings)
    ranks = np.full_like(ratings, np.nan)
    ranks[given] = rankdata(ratings[given])

    def ranged(values: np.ndarray) -> tuple[float, float, float]:
        found = float(alpha(values, np.ones((1, len(values))))[0])
        again = alpha(values, draws)
        again = again[~np.isnan(again)]
        low, high = np.quantile(again, [0.025, 0.975]) if len(again) else (np.nan, np.nan)
        return found, float(low), float(high)

    return Agreement(len(ratings), ranged(ranks), ranged(ratings), ranged(ratings - parts))


def _tastes(names: tuple[str, ...], ratings: np.ndarray) -> pd.DataFrame:
    from scipy.stats import spearmanr

    rows = []
    for i, one in enumerate(names):
        for j in range(i + 1, len(names)):
            a, b = ratings[(~np.isnan(ratings[:, [i, j]])).all(axis=1)][:, [i, j]].T
            rho = float("nan")
            if len(a) >= LEAST_SHARED and np.ptp(a) > 0 and np.ptp(b) > 0:
                rho = float(spearmanr(a, b).statistic)
            low, high = spearman_interval(rho, len(a))
            rows.append([one, names[j], len(a), rho, low, high])
    return pd.DataFrame(rows, columns=["one", "other", "tracks", "spearman", "low", "high"])
