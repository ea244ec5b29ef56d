"""Models side by side: folds, out-of-fold predictions, skill with its interval.

Convention: skill = 1 - SSE(model) / SSE(mean of the training fold), pooled over a repeat's tracks and averaged
over repeats; 0 is "always guess your average", 1 is perfect. Everything that learns is fitted inside the fold,
all models get the same folds, and the folds follow the data's canonical order, never the file's. Where there
are only two different ratings (likes), every fold gets the same share of both as nearly as whole groups allow; the
deal then hangs on the ratings too, but a model still learns nothing of those held out.

AUC, for likes only: the probability that a track with the higher rating is placed above one with the lower, ties
half; 0.5 is guessing. It is the share of all pairs of tracks in one fold, which the same model placed. Pairs across
folds would read too low, by 0.03 to 0.08 on noise: their models differ in what the other one held out.

Sources: Nadeau & Bengio (2003), Mach. Learn. 52, 239-281, for the corrected interval, with the factor 1.15 that
brings its coverage for pooled skill to 93-98 % on simulated listeners of 50 to 300 tracks; Bouckaert & Frank
(2004) for repeated cross-validation; Hanley & McNeil (1982), Radiology 143, 29-36, for the AUC as a share of pairs;
Airola et al. (2011), Comput. Stat. Data Anal. 55, 1828-1844, for its bias when folds are pooled.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core import engine
from core.dataset import Dataset
from core.folds import Fold, grouping, make_folds
from core.language import say
from core.models import AVERAGE, AVERAGED, BASELINE, Model, select

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

# Models fitted on the fold's training rows of x (N, d), the fold, and what is found of each.
Look = Callable[[dict[Model, "Pipeline"], np.ndarray, Fold], dict[str, Any]]
WIDENING = 1.15
_MIN_FOR_ORDER = 15  # tracks in a fold that is to say something about their order
_LEAST_AUC = 0.01  # a fold without a wrong pair counts as one of a hundred, since the logit of 1 is infinite


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Every model on the same folds.

    leaderboard: one row per model, best skill first, with the columns model, skill,
    skill_low, skill_high, mae, mae_low, mae_high, mae_baseline, spearman, spearman_low, spearman_high, auc,
    auc_low, auc_high (NaN unless there are only two ratings), train_skill, seconds. scores: one row per model x
    repeat x fold (skill, mae, spearman, auc, pairs, train_skill, seconds; pairs: how many the AUC is the share of).
    predictions: model -> (repeats, tracks) out of fold, in rating points. left_out: models too slow for this size.
    two_ratings: the lower and the higher rating where there are only two (likes), else None. kinds: what the folds keep
    together beyond copies (artist, work, ...); empty where they are random. sampled: the models that learned from a random
    part of each fold's training tracks, and how many those were.
    """

    seed: int
    folds: tuple[Fold, ...]
    kinds: tuple[str, ...]
    leaderboard: pd.DataFrame
    scores: pd.DataFrame
    predictions: dict[str, np.ndarray]
    left_out: tuple[str, ...] = ()
    two_ratings: tuple[float, float] | None = None
    sampled: tuple[tuple[str, int], ...] = ()

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models, best skill first."""
        return tuple(self.leaderboard["model"])

    @property
    def grouped(self) -> bool:
        """Whether the folds keep artists, albums, works or a chosen column together."""
        return bool(self.kinds)

    @property
    def headline(self) -> str:
        """The model that speaks for all: the average fixed in advance, since the best of several is flattered."""
        if AVERAGE in self.models:
            return AVERAGE
        return next((name for name in self.models if name != BASELINE), BASELINE)

    def row(self, model: str) -> pd.Series:
        """The leaderboard's row of one model."""
        return self.leaderboard.iloc[self.models.index(model)]

    def mean_prediction(self, model: str) -> np.ndarray:
        """Each track's out-of-fold prediction, averaged over the repeats (tracks,)."""
        return np.asarray(self.predictions[model].mean(axis=0))


def evaluate(
    dataset: Dataset, *, models: Iterable[str] | None = None, seed: int = 0, grouped: bool = True,
    repeats: int | None = None, workers: int | None = None, progress: engine.Progress | None = None,
) -> Evaluation:  # fmt: skip
    """Fit every model on every fold and gather what it predicts for the tracks that it has not seen.

    `models` are names of the catalogue (all by default; the baseline always). Without `grouped` the folds keep nothing
    together but copies of one recording. `repeats`: only the first so many rounds of folds. The result does not depend
    on `workers`. Raises `SettingsError` on an unknown model, `InputError` where groups allow no folds.
    """
    return evaluate_and_look(
        dataset, None, models=models, seed=seed, grouped=grouped, repeats=repeats, workers=workers, progress=progress
    )[0]


def evaluate_and_look(
    dataset: Dataset, look: Look | None, *, models: Iterable[str] | None = None, seed: int = 0, grouped: bool = True,
    repeats: int | None = None, workers: int | None = None, progress: engine.Progress | None = None,
) -> tuple[Evaluation, list[dict[str, Any]]]:  # fmt: skip
    """As `evaluate`, and what `look` finds in the very fits: for each of the folds model -> what it returned.

    `look(fitted, x, fold)` runs where the models were fitted, so that no model is kept or sent; it must be a function that can be
    sent. The average is not among the fitted where it is the mean of others' predictions.
    """
    chosen = select(models, tracks=dataset.tracks)
    folds = make_folds(dataset, seed=seed, grouped=grouped)
    folds = tuple(fold for fold in folds if repeats is None or fold.repeat < repeats)
    # A fold is one task with all its models: the folds are many and alike, so that the workers end together.
    tasks = [(_fit_fold, (chosen, dataset.x, dataset.rating, fold, seed, look)) for fold in folds]
    fitted = engine.run(tasks, workers=workers, progress=progress, label=say("Comparing models"))
    scores = pd.DataFrame([score for fold in fitted for score in fold.scores])
    predictions = _gather(fitted, folds, chosen, dataset.tracks)
    board = pd.DataFrame(_board(dataset.rating, scores, predictions, folds))
    board = board.sort_values("skill", ascending=False, kind="stable", ignore_index=True)
    left_out = {model.name for model in select(models)} - {model.name for model in chosen}
    least = min(len(fold.train) for fold in folds)
    sampled = tuple((model.name, most) for model in chosen if (most := model.learns_from) is not None and least > most)
    found = Evaluation(
        seed, folds, grouping(dataset).kinds if grouped else (), board, scores, predictions, tuple(sorted(left_out)),
        _two_ratings(dataset.rating), sampled,
    )  # fmt: skip
    return found, [fold.looked for fold in fitted]


@dataclass(frozen=True, eq=False)
class _Fitted:
    """One fold's outcome: model -> predictions (test tracks,), one row of scores per model, and what was looked for."""

    predictions: dict[str, np.ndarray]
    scores: list[dict[str, object]]
    looked: dict[str, Any]


def _fit_fold(
    models: tuple[Model, ...], x: np.ndarray, rating: np.ndarray, fold: Fold, seed: int, look: Look | None
) -> _Fitted:
    train, test = fold.train, fold.test
    guess = rating[train].mean()
    two = _two_ratings(rating)
    liked = rating[test] == two[1] if two else np.zeros(len(test), dtype=bool)  # without two, there are no pairs
    predictions: dict[str, np.ndarray] = {}
    scores: list[dict[str, object]] = []
    trained: dict[str, np.ndarray] = {}
    seconds: dict[str, float] = {}
    # The steps before a regressor are one of two: each is learned once for all models, from this fold's training tracks.
    prepared: dict[bool, tuple[Pipeline, np.ndarray, np.ndarray]] = {}
    fitted: dict[Model, Pipeline] = {}
    # The average comes last: where its members were fitted on this fold anyway, it is the mean of what they say.
    for model in sorted(models, key=lambda model: model.name == AVERAGE):
        name = model.name
        if name == AVERAGE and set(AVERAGED) <= set(predictions):
            predictions[name], trained[name] = (
                np.average(np.array([found[member] for member in AVERAGED]).T, axis=1)
                for found in (predictions, trained)
            )
            seconds[name] = sum(seconds[member] for member in AVERAGED)
            continue
        pipeline = model.pipeline(seed=seed)  # outside the clock: the first call imports the library
        if model.scaled not in prepared:
            steps = pipeline[:-1].fit(x[train])
            prepared[model.scaled] = steps, steps.transform(x[train]), steps.transform(x[test])
        steps, known, new = prepared[model.scaled]
        start = time.perf_counter()
        regressor = fit(pipeline[-1], known, rating[train])
        predictions[name] = regressor.predict(new)
        seconds[name] = time.perf_counter() - start
        trained[name] = regressor.predict(known)
        if look is not None:
            pipeline.steps = [*steps.steps, pipeline.steps[-1]]
            fitted[model] = pipeline
    for model in models:
        name = model.name
        predicted = predictions[name]
        scores.append({
            "model": name, "repeat": fold.repeat, "fold": fold.number, "tracks": len(test),
            "skill": skill(rating[test], predicted, guess),
            "mae": float(np.abs(rating[test] - predicted).mean()),
            "spearman": _spearman(rating[test], predicted),
            "auc": auc(liked, predicted), "pairs": int(liked.sum() * (~liked).sum()),
            "train_skill": skill(rating[train], trained[name], guess),
            "seconds": seconds[name],
        })  # fmt: skip
    return _Fitted(
        {model.name: predictions[model.name] for model in models}, scores, look(fitted, x, fold) if look else {}
    )


def fit(pipeline: Pipeline, x: np.ndarray, rating: np.ndarray) -> Pipeline:
    """The pipeline (or its last step, on what the others made of the tracks) fitted on (n, d) and ratings (n,)."""
    from sklearn import config_context

    # Checking the parameters of each tree of each model, which are the catalogue's own, would be a tenth of the work.
    with warnings.catch_warnings(), config_context(skip_parameter_validation=True):
        # A Gaussian process that finds no signal ends at the bound of its signal's size. That is its answer.
        warnings.filterwarnings("ignore", "The optimal value found for dimension")
        # LightGBM gives its columns names of its own and then misses them in a plain matrix.
        warnings.filterwarnings("ignore", "X does not have valid feature names")
        return pipeline.fit(x, rating)


def skill(rating: np.ndarray, predicted: np.ndarray, guess: np.ndarray | float) -> float:
    """1 - SSE(predicted) / SSE(guess); NaN where the guess is perfect, so that nothing can be better."""
    worst = float(((rating - guess) ** 2).sum())
    return float("nan") if worst == 0 else 1 - float(((rating - predicted) ** 2).sum()) / worst


def auc(liked: np.ndarray, predicted: np.ndarray) -> float:
    """The share of pairs, one liked and one not, whose liked track is placed higher; ties half; NaN without pairs.

    liked (n,) of truth values; predicted (n,).
    """
    from scipy import stats

    likes, others = int(liked.sum()), int((~liked).sum())
    if not likes or not others:
        return float("nan")
    above = stats.rankdata(predicted)[liked].sum() - likes * (likes + 1) / 2
    return float(above / (likes * others))


def interval(values: np.ndarray, centre: float, *, test_share: float, level: float = 0.95) -> tuple[float, float]:
    """Corrected resampled-t interval around `centre` from fold values (J,), NaN left out.

    Half width = t(J - 1) * sd * sqrt(1 / J + n_test / n_train): folds share training tracks, so that the plain
    standard error over folds is several times too small (Nadeau & Bengio 2003).
    """
    from scipy import stats

    given = values[~np.isnan(values)]
    if len(given) < 2 or np.isnan(centre):
        return float("nan"), float("nan")
    width = stats.t.ppf(0.5 + level / 2, len(given) - 1) * given.std(ddof=1) * np.sqrt(1 / len(given) + test_share)
    return float(centre - width), float(centre + width)


def _gather(
    fitted: list[_Fitted], folds: tuple[Fold, ...], models: tuple[Model, ...], tracks: int
) -> dict[str, np.ndarray]:
    repeats = folds[-1].repeat + 1
    out = {model.name: np.full((repeats, tracks), np.nan) for model in models}
    for fold, result in zip(folds, fitted, strict=True):
        for name, predicted in result.predictions.items():
            out[name][fold.repeat, fold.test] = predicted
    return out


def _board(
    rating: np.ndarray, scores: pd.DataFrame, predictions: dict[str, np.ndarray], folds: tuple[Fold, ...]
) -> Iterator[dict[str, object]]:
    test_share = float(np.mean([len(fold.test) / len(fold.train) for fold in folds]))
    guesses = predictions[BASELINE]  # the baseline predicts the training fold's mean: skill's reference
    baseline_mae = float(np.abs(rating - guesses).mean())
    for name, predicted in predictions.items():
        own = scores[scores["model"] == name]
        pooled = float(np.mean([skill(rating, row, guess) for row, guess in zip(predicted, guesses, strict=True)]))
        low, high = _widened(own["skill"].to_numpy(float), pooled, test_share)
        mae = float(np.abs(rating - predicted).mean())
        mae_low, mae_high = _widened(own["mae"].to_numpy(float), mae, test_share)
        # The training mean is high where the held-out ratings are low, so a model that hardly moves from it would
        # seem to order tracks the wrong way round: on pure noise -0.3, and about -0.1 for its departures from the mean.
        rho = float("nan") if name == BASELINE else _spearman(rating, (predicted - guesses).mean(axis=0))
        rho_low, rho_high = _spearman_interval(own, rho, test_share)
        right, right_low, right_high = _pooled_auc(own, test_share) if name != BASELINE else [float("nan")] * 3
        yield {
            "model": name, "skill": pooled, "skill_low": low, "skill_high": high,
            "mae": mae, "mae_low": mae_low, "mae_high": mae_high, "mae_baseline": baseline_mae,
            "spearman": rho, "spearman_low": rho_low, "spearman_high": rho_high,
            "auc": right, "auc_low": right_low, "auc_high": right_high,
            "train_skill": float(own["train_skill"].mean()), "seconds": float(own["seconds"].sum()),
        }  # fmt: skip


def _widened(values: np.ndarray, centre: float, test_share: float) -> tuple[float, float]:
    low, high = interval(values, centre, test_share=test_share)
    return centre - WIDENING * (centre - low), centre + WIDENING * (high - centre)


def _spearman(rating: np.ndarray, predicted: np.ndarray) -> float:
    """Rank correlation, NaN where one side is constant."""
    from scipy import stats

    if len(rating) < 3 or np.ptp(rating) == 0 or np.ptp(predicted) == 0:
        return float("nan")
    return float(stats.spearmanr(rating, predicted).statistic)


def _spearman_interval(scores: pd.DataFrame, rho: float, test_share: float) -> tuple[float, float]:
    """As `interval`, on Fisher's z of the folds; folds of fewer than 15 tracks say too little."""
    folds = scores.loc[scores["tracks"] >= _MIN_FOR_ORDER, "spearman"].to_numpy(float)
    z = np.arctanh(np.clip(folds, -0.999, 0.999))
    low, high = _widened(z, float(np.arctanh(np.clip(rho, -0.999, 0.999))), test_share)
    return float(np.tanh(low)), float(np.tanh(high))


def _pooled_auc(scores: pd.DataFrame, test_share: float) -> tuple[float, float, float]:
    """The share of all folds' pairs, and its interval as `interval`, on the logit of folds of at least 15 tracks."""
    from scipy import special

    given = scores[scores["pairs"] > 0]
    if given.empty:
        return float("nan"), float("nan"), float("nan")
    pooled = float(np.average(given["auc"].to_numpy(float), weights=given["pairs"]))
    folds = given.loc[given["tracks"] >= _MIN_FOR_ORDER, "auc"].to_numpy(float)
    logits, centre = (special.logit(np.clip(share, _LEAST_AUC, 1 - _LEAST_AUC)) for share in (folds, pooled))
    low, high = _widened(logits, float(centre), test_share)
    return pooled, min(float(special.expit(low)), pooled), max(float(special.expit(high)), pooled)


def _two_ratings(rating: np.ndarray) -> tuple[float, float] | None:
    """The lower and the higher rating where there are only two."""
    values = np.unique(rating)
    return (float(values[0]), float(values[1])) if len(values) == 2 else None
