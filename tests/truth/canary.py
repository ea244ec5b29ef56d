"""The canary: a whole pipeline on shuffled ratings, where any skill above 0 is a leak of the pipeline.

Convention: clean means a mean skill of at most 0 over the shuffles and mean + 2 standard errors of at most 0.02. Honest
learners lie a little below 0. The leaking pipelines here fit something that looks at the ratings before the split; the
first is the one of the study this project grew from.

Sources: Kapoor & Narayanan (2023), Patterns 4, 100804, leak L1.2; Ambroise & McLachlan (2002), PNAS 99, 6562-6566, for
selection before the split.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.dataset import Dataset
from core.evaluate import fit, skill
from core.folds import Fold, make_folds
from core.models import CATALOGUE

Pipeline = Callable[[np.ndarray, np.ndarray, tuple[Fold, ...]], float]  # features, ratings, folds -> skill
MOST = 0.02


@dataclass(frozen=True)
class Canary:
    """Skills on shuffled ratings."""

    skills: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean over the shuffles."""
        return float(np.mean(self.skills))

    @property
    def high(self) -> float:
        """Two standard errors above the mean."""
        return self.mean + 2 * float(np.std(self.skills, ddof=1) / np.sqrt(len(self.skills)))

    @property
    def clean(self) -> bool:
        """Whether the pipeline learns nothing where there is nothing."""
        return bool(self.mean <= 0 and self.high <= MOST)


def sing(pipeline: Pipeline, dataset: Dataset, seeds: range) -> Canary:
    """The pipeline on one shuffle of the ratings per seed, in the folds of the first repeat."""
    folds = tuple(fold for fold in make_folds(dataset) if fold.repeat == 0)
    shuffled = (np.random.default_rng([seed, 7]).permutation(dataset.rating) for seed in seeds)
    return Canary(tuple(pipeline(dataset.x, ratings, folds) for ratings in shuffled))


def honest(model: str) -> Pipeline:
    """A model of the catalogue as `core.evaluate` runs it: everything is fitted inside the fold."""

    def run(x: np.ndarray, ratings: np.ndarray, folds: tuple[Fold, ...]) -> float:
        predicted, guess = np.empty((2, len(ratings)))
        for fold in folds:
            fitted = fit(CATALOGUE[model].pipeline(), x[fold.train], ratings[fold.train])
            predicted[fold.test], guess[fold.test] = fitted.predict(x[fold.test]), ratings[fold.train].mean()
        return skill(ratings, predicted, guess)

    return run


def discriminant_first(x: np.ndarray, ratings: np.ndarray, folds: tuple[Fold, ...]) -> float:
    """LDA of the ratings on all rows, its components in the place of the features."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    parts = LinearDiscriminantAnalysis().fit(x, ratings.astype(int)).transform(x)
    return honest("ridge")(parts, ratings, folds)


def selection_first(x: np.ndarray, ratings: np.ndarray, folds: tuple[Fold, ...]) -> float:
    """The five features that go best with the ratings of all rows."""
    from sklearn.feature_selection import f_regression

    best = np.argsort(f_regression(x, ratings)[1])[:5]
    return honest("ridge")(x[:, best], ratings, folds)


def encoding_first(x: np.ndarray, ratings: np.ndarray, folds: tuple[Fold, ...]) -> float:
    """The mean rating of each of 30 meaningless labels over all rows, as a feature."""
    label = np.random.default_rng(30).integers(0, 30, len(ratings))
    means = np.bincount(label, ratings, 30) / np.maximum(np.bincount(label, minlength=30), 1)
    return honest("ridge")(np.column_stack([x, means[label]]), ratings, folds)


LEAKING: dict[str, Pipeline] = {
    "discriminants of all rows": discriminant_first,
    "features chosen on all rows": selection_first,
    "labels encoded on all rows": encoding_first,
}
