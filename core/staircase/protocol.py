"""The protocol of 2020 as its notebook has it: the row number, the 99 % rule, LDA or PCA, a small network, folds.

Convention: rows in the data's canonical order; the row number is a column before the features, which stand in the
file's order. The reduction is learned from raw units, its outcome is standardised, and the network gets ratings moved
to a scale from 1 to 10, so that its settings mean the same on every scale.

What differs from the notebook, and why: missing values become medians, since it had none; the network takes steps 50
times longer and stops where the loss falls by less than 0.002 in 20 of them, which ends at about the same place (on the
study's list a training R2 of 0.80 both ways) at a thirtieth of the cost; the grid is three of its networks.

Source: A. Tidemann (2020), blog of the master's programme Music, Communication and Technology (mct-master.github.io),
18 September 2020, and `spotify-model-Regressor.ipynb` of aleksati/music-preferance-learning-using-spotifys-web-api.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.dataset import Dataset
from core.folds import Fold

Reduction = Literal["lda", "pca"]
Classes = Literal["ratings", "steps", "tenths"]
REDUCTIONS: tuple[Reduction, ...] = ("lda", "pca")
SPLITS = 5
VARIANCE = 0.99
MOST_CLASSES = 10
NOISE = 0.1  # of the reduced columns' spread
NOISY_SHARE = 1 / 4
_LOW, _HIGH = 1.0, 10.0  # the study's scale


@dataclass(frozen=True)
class Network:
    """A network of the study's grid: the activation, and the units of its layers."""

    activation: Literal["logistic", "tanh", "identity"]
    hidden: tuple[int, ...]


# The one that the study's grid chose, first; the others are of its grid too.
GRID = (Network("logistic", (2, 2)), Network("tanh", (2,)), Network("identity", (1,)))


@dataclass(frozen=True)
class Columns:
    """What the study would have learned from: row number first, features in the file's order, medians where missing.

    raw (N, d) of the features alone still holds NaN; classes (N,) are the labels that LDA tells apart.
    """

    row: np.ndarray
    raw: np.ndarray
    rating: np.ndarray
    classes: np.ndarray
    classes_are: Classes
    components: int

    def whole(self, *, row_number: bool) -> np.ndarray:
        """All columns of all rows, with the row number or without (N, d + 1) or (N, d)."""
        return np.column_stack([self.row, self.raw]) if row_number else self.raw


@dataclass(frozen=True)
class Scored:
    """One network on one fold. r2_test is None where the held-out ratings are all equal.

    error and guess_error are sums of squares over the held-out tracks, the guess being the training tracks' mean.
    """

    repeat: int
    r2_train: float
    r2_test: float | None
    mse_train: float
    mse_test: float
    error: float
    guess_error: float
    cpu_seconds: float


def columns(dataset: Dataset) -> Columns:
    """The study's table made of a data set."""
    place = {entry.used_as: number for number, entry in enumerate(dataset.understood)}
    names = sorted(dataset.feature_names, key=lambda name: place.get(name, len(place)))
    raw = dataset.features[names].to_numpy(float)
    row = dataset.file_order.astype(float)
    classes, are = rating_classes(dataset.rating)
    both = np.column_stack([row, _filled(raw, raw)[0]])
    return Columns(row, raw, _on_its_scale(dataset), classes, are, components(both))


def components(table: np.ndarray) -> int:
    """The study's 99 % rule: how many leading columns (N, d) hold 99 % of the sum of all columns' variances.

    It is not the usual rule, which asks this of the reduced columns. As it adds up raw units, the count hangs on where
    the column in milliseconds stands.
    """
    variances = table.var(axis=0)
    if not variances.sum() > 0:
        return 1
    return int(np.argmax(np.cumsum(variances) / variances.sum() > VARIANCE)) + 1


def rating_classes(rating: np.ndarray) -> tuple[np.ndarray, Classes]:
    """Labels (N,) for LDA: the ratings as they are, as in 2020; of more than ten different ones whole steps, else tenths."""
    ratings, labels = np.unique(rating, return_inverse=True)
    if len(ratings) <= MOST_CLASSES:
        return labels, "ratings"
    steps, labels = np.unique(np.round(rating), return_inverse=True)
    if 3 <= len(steps) <= MOST_CLASSES + 1:  # 0 to 10
        return labels, "steps"
    cuts = np.unique(np.quantile(rating, np.arange(1, MOST_CLASSES) / MOST_CLASSES))
    return np.unique(np.searchsorted(cuts, rating, side="left"), return_inverse=True)[1], "tenths"


def reduce(
    kind: Reduction, count: int, known: np.ndarray, labels: np.ndarray, new: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Both tables (n, d), (m, d) as at most `count` standardised columns, all of it learned from the known rows."""
    from sklearn.decomposition import PCA
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    from core.scaling import SteadyScaler

    known, new = _filled(known, new)
    differs = np.ptp(known, axis=0) > 0
    classes = len(np.unique(labels))
    if not differs.any() or (kind == "lda" and classes < 2):  # nothing to learn
        return np.zeros((len(known), 1)), np.zeros((len(new), 1))
    known, new = known[:, differs], new[:, differs]
    if kind == "lda":
        learner = LinearDiscriminantAnalysis(n_components=min(count, classes - 1, known.shape[1]))
    else:
        learner = PCA(n_components=min(count, *known.shape), svd_solver="full")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # collinear columns, classes of one track: what the study would have met too
        learner.fit(known, labels)
    scale = SteadyScaler().fit(learner.transform(known))
    return scale.transform(learner.transform(known)), scale.transform(learner.transform(new))


def noisy(known: np.ndarray, rating: np.ndarray, row: np.ndarray, draw: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Reduced training rows and their ratings with a quarter more: the first ones in the file again, with noise."""
    again = np.argsort(row, kind="stable")[: round(NOISY_SHARE * len(known))]
    copies = known[again] + draw.normal(0, NOISE, known[again].shape)
    order = draw.permutation(len(known) + len(again))
    return np.vstack([known, copies])[order], np.concatenate([rating, rating[again]])[order]


def score(
    network: Network, known: np.ndarray, new: np.ndarray, rating: np.ndarray, fold: Fold, *, seed: int,
    row: np.ndarray | None = None,
) -> Scored:  # fmt: skip
    """Train on the reduced training rows (n, k), predict them and the held-out ones (m, k).

    With the file's row numbers `row` (N,), a quarter of noisy copies joins the training, never the scores.
    """
    from sklearn.neural_network import MLPRegressor

    start = time.process_time()
    train, test = rating[fold.train], rating[fold.test]
    at = [seed, fold.repeat, fold.number]
    x, y = (known, train) if row is None else noisy(known, train, row[fold.train], np.random.default_rng(at))
    state = int(np.random.SeedSequence(at).generate_state(1)[0])
    learner = MLPRegressor(
        hidden_layer_sizes=network.hidden, activation=network.activation, learning_rate_init=0.05, tol=2e-3, n_iter_no_change=20,
        max_iter=20_000, random_state=state,
    )  # fmt: skip
    learner.fit(x, y)
    misses, missed = test - learner.predict(new), train - learner.predict(known)
    spread = float(((test - test.mean()) ** 2).sum())
    error = float((misses**2).sum())
    return Scored(
        repeat=fold.repeat,
        r2_train=1 - float((missed**2).sum()) / max(float(((train - train.mean()) ** 2).sum()), 1e-12),
        r2_test=1 - error / spread if spread > 0 else None,
        mse_train=float((missed**2).mean()),
        mse_test=float((misses**2).mean()),
        error=error,
        guess_error=float(((test - train.mean()) ** 2).sum()),
        cpu_seconds=time.process_time() - start,
    )


def points(dataset: Dataset) -> float:
    """How many points of the person's scale one point of the study's scale is."""
    low, high = _ends(dataset)
    return (high - low) / (_HIGH - _LOW)


def _ends(dataset: Dataset) -> tuple[float, float]:
    if dataset.scale is not None and dataset.scale.low < dataset.scale.high:
        return dataset.scale.low, dataset.scale.high
    return float(dataset.rating.min()), float(dataset.rating.max())


def _on_its_scale(dataset: Dataset) -> np.ndarray:
    return np.asarray(_LOW + (dataset.rating - _ends(dataset)[0]) / points(dataset))


def _filled(known: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Missing values as the known rows' medians; 0 in a column without any."""
    from sklearn.impute import SimpleImputer

    medians = SimpleImputer(strategy="median", keep_empty_features=True).fit(known)
    return medians.transform(known), medians.transform(new)
