"""Would more ratings help, and how good could any model get.

Three answers. `learning_curve`: skill after learning from a part of the tracks, in the evaluation's own folds, and
where the curve s(n) = s_inf - a * n^-b would lead. `detectable`: how often a taste is found at all with so many
ratings, measured on simulated listeners. `ceiling`: how well two ratings of one track agree, which bounds what any
model can tell.

Convention: skill as in `evaluate`. `ratings` counts all rated tracks of a list, of which each fold learns from a part.

Sources: Cortes, Jackel, Solla, Vapnik & Denker (1994), NIPS 6, 327-334, for power laws as learning curves; Nadeau &
Bengio (2003), Mach. Learn. 52, 239-281, for what folds that share tracks are worth; Shrout & Fleiss (1979), Psychol.
Bull. 86, 420-428, for ICC(1) and its interval; Amatriain, Pujol & Oliver (2009), doi 10.1007/978-3-642-02247-0_24,
for the noise in repeated ratings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core import engine, schema
from core.dataset import Dataset
from core.evaluate import WIDENING, fit, skill
from core.folds import Fold, make_folds
from core.language import say
from core.models import AVERAGE, Model, select
from core.reading.ratings import read_ratings

SHARES = (0.4, 0.55, 0.7, 0.85, 1.0)  # of the tracks that a fold learns from
TIMES = (1.5, 2.0, 4.0)  # the list's size, forecast; never further
RANGE = 0.90
_DRAWS = 1_000
_MAX_FOLDS = 50
_LARGE = 2_000  # tracks, beyond which one round of folds is enough and anything more takes minutes
_LEAST = 16  # the neighbours need 15
_POWERS = np.linspace(0.3, 1.5, 25)
_STEPS = 40


@dataclass(frozen=True, eq=False)
class Curve:
    """Skill by the number of ratings, measured up to today's and forecast up to four times as many.

    frame: n (tracks learned from, the mean over the folds), repeat, fold, skill, error, guess_error (sums of squares).
    measured: n, ratings, skill (pooled over the folds). path: ratings, skill, low, high of the fitted curve, finely.
    forecast: one row per entry of `TIMES`: ratings, more, skill (median), low, high (90 % range), gain, gain_low,
    gain_high (over today's, within each draw). NaN where the folds say nothing.
    """

    model: str
    seed: int
    tracks: int
    frame: pd.DataFrame
    measured: pd.DataFrame
    path: pd.DataFrame
    forecast: pd.DataFrame

    @property
    def today(self) -> float:
        """The measured skill with all ratings."""
        return float(self.measured["skill"].iloc[-1])


def learning_curve(
    dataset: Dataset, *, model: str = AVERAGE, seed: int = 0, workers: int | None = None,
    progress: engine.Progress | None = None,
) -> Curve:  # fmt: skip
    """The learning curve of one model of the catalogue; worth a look only where there is a signal at all.

    The held-out tracks are the same for every size, and those of `evaluate` with the same seed, so groups stay
    respected. The result does not depend on `workers`. Raises what `make_folds` raises, and `SettingsError` on an
    unknown model.
    """
    chosen = next(entry for entry in select([model]) if entry.name == model)
    folds = make_folds(dataset, seed=seed)[:_MAX_FOLDS]
    if dataset.tracks > _LARGE:
        folds = tuple(fold for fold in folds if fold.repeat == 0)
    whole = float(np.mean([len(fold.train) for fold in folds]))
    sizes = {max(round(share * whole), _LEAST): share for share in SHARES}
    tasks = [(_fit_sizes, (chosen, dataset.x, dataset.rating, fold, sizes, seed)) for fold in folds]
    parts = engine.run(tasks, workers=workers, progress=progress, label=say("Learning from fewer ratings"))
    frame = pd.DataFrame([row for part in parts for row in part])
    return _curve(chosen.name, seed, dataset.tracks, folds, frame)


def _fit_sizes(
    model: Model, x: np.ndarray, rating: np.ndarray, fold: Fold, sizes: dict[int, float], seed: int
) -> list[dict[str, float]]:
    """One fold: the errors after learning from these shares of its training tracks; small samples lie in large ones."""
    order = np.random.default_rng([seed, fold.repeat, fold.number]).permutation(fold.train)
    rows = []
    for size, share in sizes.items():
        own = max(round(share * len(order)), _LEAST)  # groups make folds of unequal size
        train = np.sort(order[:own])  # with all tracks the very fit of `evaluate`
        predicted = fit(model.pipeline(seed=seed), x[train], rating[train]).predict(x[fold.test])
        held = rating[fold.test]
        guess = rating[train].mean()
        rows.append({
            "n": size, "repeat": fold.repeat, "fold": fold.number, "skill": skill(held, predicted, guess),
            "error": float(((held - predicted) ** 2).sum()), "guess_error": float(((held - guess) ** 2).sum()),
        })  # fmt: skip
    return rows


def _skill(error: np.ndarray, guess_error: np.ndarray) -> np.ndarray:
    """As `evaluate.skill`, from sums of squares (any shape); NaN where the guess is perfect."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(guess_error > 0, 1 - error / guess_error, np.nan)


def _curve(model: str, seed: int, tracks: int, folds: tuple[Fold, ...], frame: pd.DataFrame) -> Curve:
    # pooled within each repeat, then averaged, as the leaderboard's figures are
    sums = frame.groupby(["n", "repeat"], as_index=False)[["error", "guess_error"]].sum()
    pooled = sums.assign(skill=_skill(sums["error"].to_numpy(), sums["guess_error"].to_numpy())).groupby("n")["skill"]
    sizes = np.array(sorted(frame["n"].unique()), dtype=float)
    per_track = tracks / sizes[-1]  # ratings in the list for each track learned from
    measured = pd.DataFrame({"n": sizes.astype(int), "ratings": sizes * per_track, "skill": pooled.mean().to_numpy()})
    draws = _draws(frame, folds, seed)
    along = np.sort([tracks, *np.geomspace(sizes[0] * per_track, max(TIMES) * tracks, _STEPS)])
    path = pd.DataFrame({"ratings": along, **_ranges(extrapolate(sizes, draws, along / per_track), "skill", "")})
    ahead = np.array(TIMES) * tracks
    then, now = (extrapolate(sizes, draws, ratings / per_track) for ratings in (ahead, np.array([tracks])))
    forecast = pd.DataFrame({
        "ratings": ahead, "more": ahead - tracks, **_ranges(then, "skill", ""), **_ranges(then - now, "gain", "gain_"),
    })  # fmt: skip
    return Curve(model, seed, tracks, frame, measured, path, forecast)


def _ranges(drawn: np.ndarray, middle: str, prefix: str) -> dict[str, np.ndarray]:
    """Median and 90 % range over the draws (draws, k), by name; NaN where most draws say nothing."""
    told = drawn[~np.isnan(drawn).any(axis=1)]
    if len(told) < _DRAWS / 2:
        told = np.full((1, drawn.shape[1]), np.nan)
    names = (f"{prefix}low", middle, f"{prefix}high")
    return dict(zip(names, np.quantile(told, [(1 - RANGE) / 2, 0.5, (1 + RANGE) / 2], axis=0), strict=True))


def _draws(frame: pd.DataFrame, folds: tuple[Fold, ...], seed: int) -> np.ndarray:
    """Bootstrapped skills (draws, sizes): folds drawn anew, the same ones for every size.

    Folds share training tracks, so J of them are worth only 1 / (1 / J + n_test / n_train) independent ones, or less by
    the square of `WIDENING`; each draw takes that many, so that its spread is that of the leaderboard's interval. On 220
    simulated listeners (ridge, 100 and 300 tracks) the 90 % range of the gain held the true one for 90 to 93 % of
    them at 1.5 times the tracks and for 97 to 100 % beyond, and that of the skill for 78 to 95 %.
    """
    errors, guesses = (
        frame.pivot(index=["repeat", "fold"], columns="n", values=name).to_numpy() for name in ("error", "guess_error")
    )
    share = float(np.mean([len(fold.test) / len(fold.train) for fold in folds]))
    worth = max(2, round(1 / (WIDENING**2 * (1 / len(folds) + share))))
    taken = np.random.default_rng(seed).integers(len(folds), size=(_DRAWS, worth))
    return _skill(errors[taken].sum(axis=1), guesses[taken].sum(axis=1))


def extrapolate(sizes: np.ndarray, skills: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Skill (draws, k) at the `wanted` sizes from curves s_inf - a * n^-b fitted to skills (draws, sizes).

    For each power b the other two follow by least squares; the b with the smallest error counts. A curve may fall,
    since a forecast that could only rise would promise a gain to everybody. No skill is above 1. NaN below three sizes.
    """
    best = np.full(len(skills), np.inf)
    found = np.full((len(skills), len(wanted)), np.nan)
    middle = skills.mean(axis=1, keepdims=True)
    for power in _POWERS if len(sizes) >= 3 else ():
        terms = sizes**-power
        centred = terms - terms.mean()
        slope = (skills - middle) @ centred / (centred @ centred)
        errors = ((skills - middle - slope[:, None] * centred) ** 2).sum(axis=1)
        better = errors < best
        best[better] = errors[better]
        found[better] = (middle + slope[:, None] * (wanted**-power - terms.mean()))[better]
    return np.asarray(np.minimum(found, 1.0))


@dataclass(frozen=True)
class Detectable:
    """How often a taste is found with `ratings` ratings, out of 1: faint and strong are tastes that sound explains to
    20 % and to 40 %. ratings is `tracks`, brought into the range that was measured.
    """

    tracks: int
    ratings: int
    faint: float
    strong: float


# Ratings -> how often a taste of r2 = .2 and of r2 = .4 passed the test against luck (p <= .05) on simulated listeners.
# 25 to 34 listeners per cell with linear, single, sparse and threshold tastes (at 50: linear ones alone), so a figure
# may be off by .10; 33 features, 5-fold, 99 permutations. Pure interactions are found far less often.
FOUND: dict[int, tuple[float, float]] = {50: (0.19, 0.63), 100: (0.56, 0.96), 300: (1.00, 1.00)}


def detectable(tracks: int) -> Detectable:
    """Between the measured sizes by the logarithm of the number of ratings; beyond them the nearest one's figures."""
    sizes = np.array(list(FOUND))
    ratings = int(np.clip(tracks, sizes[0], sizes[-1]))
    faint, strong = (
        float(np.interp(np.log(ratings), np.log(sizes), column)) for column in zip(*FOUND.values(), strict=True)
    )
    return Detectable(tracks, ratings, faint, strong)


LEAST_TWICE = 15
_COLUMN_OF_SECONDS = (
    "{}_2", "{}2", "2_{}", "{}_again", "again_{}", "second_{}", "{}_second", "2nd_{}", "{}_2nd", "{}_retest", "retest_{}",
    "{}_repeat", "repeat_{}", "repeated_{}", "{}_repeated", "re_{}", "re{}",
)  # fmt: skip


@dataclass(frozen=True)
class Ceiling:
    """How well a person's two ratings of one track agree, which bounds the skill of any model.

    tracks were rated more than once, with `ratings` ratings in all. reliability is ICC(1) with its 95 % interval low to
    high; NaN below `LEAST_TWICE` tracks, and where no two ratings of a track differ, which looks like a copy.
    repeats counts recordings that stand in several rows alike in all but the rating: reading leaves out such a row
    where the rating is the same too, so that only disagreement would be left. They are not among `tracks`.
    widest: the track whose ratings lie furthest apart, as people read it, the lowest and the highest of them; None where none do.
    """

    tracks: int
    ratings: int
    reliability: float
    low: float
    high: float
    repeats: int = 0
    copied: bool = False
    widest: tuple[str, float, float] | None = None

    def share(self, skill: float, low: float, high: float) -> tuple[float, float, float]:
        """What part of the reachable skill a model reaches, with an interval from the ends of both, at most 1.

        Its coverage is at least that of both intervals together, in practice above 95 %. NaN where the ceiling may be 0.
        """
        if not self.low > 0:
            return float("nan"), float("nan"), float("nan")
        ends = low / (self.high if low > 0 else self.low), high / (self.low if high > 0 else self.high)
        return min(skill / self.reliability, 1.0), min(ends[0], 1.0), min(ends[1], 1.0)


def ceiling(dataset: Dataset) -> Ceiling | None:
    """The agreement of repeated ratings: of one recording in several rows, and of a second column such as `rating_2`.

    None where no track was rated twice.
    """
    again = _stands_again(dataset)
    repeats = len(np.unique(dataset.recordings[again]))
    # a track that stands again is a recording of its own here, which a second column may still rate twice
    label = np.where(again, dataset.tracks + np.arange(dataset.tracks), dataset.recordings)
    second = _second_ratings(dataset)
    given = ~np.isnan(second)
    rated = pd.DataFrame({
        "track": np.concatenate([label, label[given]]), "rating": np.concatenate([dataset.rating, second[given]]),
    })  # fmt: skip
    rated = rated[rated.groupby("track")["track"].transform("size") > 1]
    tracks = int(rated["track"].nunique())
    if not tracks:
        return Ceiling(0, 0, float("nan"), float("nan"), float("nan"), repeats) if repeats else None
    copied = bool((rated.groupby("track")["rating"].nunique() == 1).all())
    nothing = tracks < LEAST_TWICE or copied
    figures = (float("nan"),) * 3 if nothing else agreement(rated["track"].to_numpy(), rated["rating"].to_numpy())
    return Ceiling(tracks, len(rated), *figures, repeats, copied, _widest(dataset, rated, label))


def _widest(dataset: Dataset, rated: pd.DataFrame, label: np.ndarray) -> tuple[str, float, float] | None:
    """The track of `rated` (track, rating) whose ratings lie furthest apart; `label` (N,) are the tracks of the rows."""
    ends = rated.groupby("track")["rating"].agg(["min", "max"])
    track = int(np.argmax(ends["max"].to_numpy() - ends["min"].to_numpy()))
    low, high = (float(end) for end in ends.iloc[track])
    track = int(ends.index[track])
    return (dataset.titles[int(np.flatnonzero(label == track)[0])], low, high) if high > low else None


def agreement(tracks: np.ndarray, ratings: np.ndarray, *, level: float = 0.95) -> tuple[float, float, float]:
    """ICC(1) of ratings (n,) of tracks (n,), with the interval from the F distribution (exact for equal numbers).

    One-way: a listener who is milder the second time agrees less. NaN where all ratings are equal.
    """
    from scipy import stats

    groups = pd.Series(ratings).groupby(tracks)
    sizes, means = groups.size().to_numpy(), groups.mean().to_numpy()
    n, g = len(ratings), len(sizes)
    size = (n - (sizes**2).sum() / n) / (g - 1)  # ratings per track; their mean, where all have as many
    between = float((sizes * (means - ratings.mean()) ** 2).sum()) / (g - 1)
    within = float(((ratings - groups.transform("mean").to_numpy()) ** 2).sum()) / (n - g)
    if within == 0:
        return (float("nan"),) * 3 if between == 0 else (1.0, 1.0, 1.0)
    ratio, tail = between / within, (1 + level) / 2
    ends = ratio, ratio / stats.f.ppf(tail, g - 1, n - g), ratio * stats.f.ppf(tail, n - g, g - 1)
    reliability, low, high = (float((f - 1) / (f + size - 1)) for f in ends)
    return reliability, low, high


def _stands_again(dataset: Dataset) -> np.ndarray:
    """Tracks (N,) of recordings of which two rows are alike in identity and every feature."""
    alike = pd.concat([dataset.identity, pd.DataFrame(dataset.x)], axis=1).duplicated(keep=False).to_numpy()
    return np.isin(dataset.recordings, dataset.recordings[alike])


def _second_ratings(dataset: Dataset) -> np.ndarray:
    """The ratings (N,) of the first column that by its name holds second ones on the same scale; NaN where none."""
    stems = dict.fromkeys([schema.normalise(dataset.rating_column), "rating", "score", "stars"])
    names = {"retest", *(form.format(stem) for stem in stems for form in _COLUMN_OF_SECONDS)}
    for column in dataset.context:
        if schema.normalise(str(column)) in names:
            values = _on_scale(dataset, [str(cell) for cell in dataset.context[column].fillna("")])
            if values is not None:
                return values
    return np.full(dataset.tracks, np.nan)


def _on_scale(dataset: Dataset, cells: list[str]) -> np.ndarray | None:
    """The cells (N,) as ratings on the data set's scale; None where they are on another one."""
    if dataset.scale is None:
        return None
    name = dataset.scale.name
    zero = None if name == "likes" else "rating" if (dataset.rating == 0).any() else "unrated"
    found = read_ratings(cells, scale=name, zero=zero)
    odd, good = len(found.unreadable) + len(found.out_of_range), int((~np.isnan(found.values)).sum())
    if not good or odd > 0.05 * good:  # beyond a few typing errors it is something else
        return None
    if name == "free":
        given = found.values[~np.isnan(found.values)]
        return found.values if dataset.scale.low <= given.min() and given.max() <= dataset.scale.high else None
    # five stars would pass for low points out of ten
    smaller = {"ten": ("likes", "stars"), "hundred": ("likes", "stars", "ten")}.get(name, ())
    return None if read_ratings(cells).scale.name in smaller else found.values
