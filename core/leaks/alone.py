"""What one column alone tells of the rating: copies of it, labels made from it, and row numbers.

Convention: a column is tried out of fold, so that noise scores about 0 and an honest measure of sound with half of the
rating's variance behind it at most 0.61 (99 of 100 lists of 100 tracks); a copy with an error of one point scores from
0.65 on. A missing value counts as a value, since it may be missing for a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core import schema, text
from core.dataset import Dataset
from core.language import mark, say
from core.leaks.finding import NOT_SOUND, SOUND, UNKNOWN, Finding, headers, named

_CERTAIN, _COPY = 0.85, 0.65
_TWO_LABELS, _FEW_LABELS, _MANY_LABELS, _NAMED_LABEL = 0.25, 0.35, 0.50, 0.15
_FEW = 10
_ROW_NUMBER = 0.999
_FOLDS = 5
_BINS = 8
_SHRINKING = 5.0  # a label's mean counts as if five average tracks stood beside its own
TRIED = 10_000  # more would not change the second digit of a skill


@dataclass(frozen=True, eq=False)
class Trial:
    """The rows on which columns are tried: take (m,) of the data set's rows, their rating, fold and baseline (m,)."""

    take: np.ndarray
    rating: np.ndarray
    fold: np.ndarray
    guess: np.ndarray

    @classmethod
    def of(cls, dataset: Dataset, seed: int) -> Trial:
        """All rows of a data set, or 10,000 of them, in five folds."""
        take = np.random.default_rng([seed, 0]).permutation(dataset.tracks)[:TRIED]
        rating, fold = dataset.rating[take], np.arange(len(take)) % _FOLDS
        sums, counts = np.bincount(fold, rating, _FOLDS), np.bincount(fold, minlength=_FOLDS)
        guess = (rating.sum() - sums) / np.maximum(len(rating) - counts, 1)
        return cls(take, rating, fold, guess[fold])

    def of_labels(self, codes: np.ndarray) -> float:
        """Skill of a label (m,), numbered from 0."""
        return self._skill(self._means(codes, _SHRINKING))

    def of_numbers(self, values: np.ndarray) -> float:
        """Skill of a number (m,): the best of a rising curve, a falling one, and eight steps. Only its ranks count."""
        ranks = pd.Series(values).rank(pct=True).to_numpy(float)
        given = ~np.isnan(ranks)
        steps = np.where(given, np.ceil(_BINS * np.where(given, ranks, 1.0)), 0).astype(int)
        best = self._skill(self._means(steps, 0.0))
        for rising in (True, False):
            predicted = self._means(given.astype(int), 0.0)
            for fold in range(_FOLDS):
                train, test = given & (self.fold != fold), given & (self.fold == fold)
                if train.any():
                    predicted[test] = _monotone(ranks[train], self.rating[train], ranks[test], rising=rising)
            best = max(best, self._skill(predicted))
        return best

    def _skill(self, predicted: np.ndarray) -> float:
        worst = float(((self.rating - self.guess) ** 2).sum())
        return 1 - float(((self.rating - predicted) ** 2).sum()) / worst if worst else 0.0

    def _means(self, codes: np.ndarray, shrinking: float) -> np.ndarray:
        """Mean rating of each row's label in the other folds (m,), drawn towards the mean of all."""
        cells = codes * _FOLDS + self.fold
        size = (int(codes.max()) + 1) * _FOLDS
        sums, counts = (np.bincount(cells, weights, size).reshape(-1, _FOLDS) for weights in (self.rating, None))
        others = (sums.sum(axis=1, keepdims=True) - sums).ravel()[cells]
        number = (counts.sum(axis=1, keepdims=True) - counts).ravel()[cells] + shrinking
        return np.where(number > 0, (others + shrinking * self.guess) / np.maximum(number, 1), self.guess)


_BY_NAME = mark(
    "{name} alone tells {share} of the differences between your ratings, and by its name it may be made from them."
)
_RARE = mark("{name} alone tells {share} of the differences between your ratings, and few measures of sound do that.")
_SAME = mark("{name} alone tells {share} of the differences between your ratings, and says nearly the same as they do.")
_MADE = mark("{name} alone tells {share} of the differences between your ratings, and is probably made from them.")


def _monotone(x: np.ndarray, y: np.ndarray, at: np.ndarray, *, rising: bool) -> np.ndarray:
    """Isotonic regression of y on x, read off at other places."""
    from scipy.optimize import isotonic_regression

    knots, which = np.unique(x, return_inverse=True)
    counts = np.bincount(which)
    fitted = isotonic_regression(np.bincount(which, y) / counts, weights=counts, increasing=rising).x
    return np.asarray(np.interp(at, knots, fitted))


def features(dataset: Dataset, trial: Trial, given: Mapping[str, str]) -> Iterator[Finding]:
    """Features that tell too much of the rating, or count the rows."""
    header_of = headers(dataset)
    for place, name in enumerate(dataset.feature_names):
        values, header = dataset.x[:, place], header_of[name]
        known = schema.describe(name).family != "other"
        rho = None if known else _as_row_number(values, dataset.file_order)
        if rho is not None:
            said = say(
                "{name} counts the rows of a file. The order of a file can give your ratings away.",
                name=text.capital(named([header])),
            )
            yield _locked("row-index", header, rho, said, say("It is a row number or a rank"), given)
            continue
        tried = values[trial.take]
        skill, levels = trial.of_numbers(tried), len(np.unique(tried))
        if levels <= _FEW:
            skill = max(skill, trial.of_labels(np.unique(tried, return_inverse=True)[1]))
        code = _code(header, skill, levels, number=True, known=known, likes=dataset.likes)
        if code:
            said = _tells(_BY_NAME if _weak_but_named(header, skill) else _RARE, text.capital(named([header])), skill)
            yield _locked(code, header, skill, said, say("It was made from my rating"), given)


def context(dataset: Dataset, trial: Trial) -> Iterator[Finding]:
    """Columns that were set aside, and would have given the rating away."""
    for header in map(str, dataset.context):
        cells = dataset.context[header].iloc[trial.take].astype(str).str.strip()
        codes, labels = pd.factorize(cells.str.casefold())
        if len(labels) < 2:
            continue
        values = _numbers(cells)
        skill = -np.inf if values is None else trial.of_numbers(values)
        if values is None or len(labels) <= _FEW:
            skill = max(skill, trial.of_labels(codes))
        code = _code(header, skill, len(labels), number=values is not None, known=False, likes=dataset.likes)
        if code:
            first = sorted(cells.iloc[np.unique(codes, return_index=True)[1]]) if len(labels) <= 3 else []
            shown = text.listing([text.quoted(label) if label else say("empty") for label in first])
            doubt = _BY_NAME if _weak_but_named(header, skill) else _SAME if skill >= _COPY else _MADE
            told = _tells(doubt, f"{named([header])}{f' ({shown})' if shown else ''}", skill)
            yield Finding(
                code, "note", (header,), skill, say("{told} It is set aside and takes no part.", told=told),
            )  # fmt: skip


def _numbers(cells: pd.Series) -> np.ndarray | None:
    """The cells as numbers (m,), NaN where there is none; nothing where most given cells hold something else."""
    values = pd.to_numeric(cells.str.replace(",", ".", regex=False), errors="coerce").to_numpy(float)
    values = np.where(np.isfinite(values), values, np.nan)
    return values if np.isfinite(values).sum() >= 0.9 * (cells != "").sum() > 0 else None


def _code(header: str, skill: float, levels: int, *, number: bool, known: bool, likes: bool) -> str:
    """`rating-copy` or `rating-label` where a column tells too much of the rating, else empty."""
    if number and skill >= _COPY and (levels > 2 or likes):
        return "rating-copy"
    if known:
        return ""
    few = _TWO_LABELS if levels <= 2 else _FEW_LABELS
    limit = few if levels <= _FEW else np.inf if number else _MANY_LABELS
    return "rating-label" if skill >= (_NAMED_LABEL if schema.names_a_label(header) else limit) else ""


def _tells(doubt: str, name: str, skill: float) -> str:
    """How much a column tells, and why that is too much."""
    return say(doubt, name=name, share=text.percent(skill))


def _weak_but_named(header: str, skill: float) -> bool:
    return skill < _FEW_LABELS and schema.names_a_label(header)


def _locked(code: str, header: str, statistic: float, said: str, no: str, given: Mapping[str, str]) -> Finding:
    """A doubt about a feature, which the person can settle."""
    answer = given.get(f"{code}:{header}", given.get(code, UNKNOWN))
    then = say("Until you tell me what it is, I explain nothing.")
    if answer == SOUND:
        then = say("You say that it measures the sound, so it stays.")
    elif answer == NOT_SOUND:
        then = say("Set it aside on the Data page.")
    return Finding(
        code, "warning" if answer == SOUND else "lock", (header,), statistic, f"{said} {then}",
        say("Is {name} a measure of sound?", name=named([header])),
        ((UNKNOWN, say("I do not know")), (SOUND, say("It measures the sound")), (NOT_SOUND, no)), answer != SOUND,
    )  # fmt: skip


def _as_row_number(values: np.ndarray, file_order: np.ndarray) -> float | None:
    """The rank correlation with the row, where all values differ and lie in even steps or in the file's order."""
    if np.isnan(values).any() or len(np.unique(values)) < len(values):
        return None
    rho = float(np.corrcoef(np.argsort(np.argsort(values)), file_order)[0, 1])
    steps = np.diff(np.sort(values))
    return rho if abs(rho) >= _ROW_NUMBER or np.allclose(steps, steps[0]) else None
