"""What may be said: none, weak, clear or suspicious, and on what evidence.

Convention: the headline is the model fixed in advance (`Evaluation.headline`) on folds that keep artists and works
together. The level is

- suspicious: skill above 0.60, or a doubt that is still open about a column among the features;
- none: p above 0.05, skill not above 0, or no test possible;
- clear: p up to 0.01, the whole range of skill above 0, and skill of 0.10 or more;
- weak: the rest.

p is that of `core.chance` on the same folds. With none and suspicious, and where the ratings hardly differ, nothing is
explained: a model that learned nothing has SHAP values too.

Source: Kapoor & Narayanan (2023), Patterns 4, 100804, for what makes a result suspicious; Efron & Tibshirani (1993),
An Introduction to the Bootstrap, for the range of the gap, groups drawn as wholes; Holm (1979), Scand. J. Statist. 6,
65-70, for the two piles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core import engine, leaks
from core.chance import Chance, chance, panel_prediction
from core.curve import Ceiling, ceiling
from core.dataset import Dataset
from core.errors import InputError
from core.evaluate import WIDENING, Evaluation, evaluate, interval, skill
from core.folds import Grouping, grouping, make_folds

Level = Literal["none", "weak", "clear", "suspicious"]
TOO_GOOD, FAINT = 0.60, 0.10
FOUND, SURE = 0.05, 0.01
_RANDOM_REPEATS = 3
_BOOTSTRAPS = 2_000
_GAP_WIDENING = 3.0
_LEAST_IN_PILE = 20


@dataclass(frozen=True)
class Familiar:
    """Song or artist? The same model on folds that tear groups apart, and what it gains by knowing them again.

    skill with its range, on the first rounds of random folds; gap: this skill less that of whole groups held out, with
    its 95 % range. p_value: of the test against luck on the random folds with tracks exchanged singly, where whole
    groups held out passed none; else NaN.
    """

    skill: float
    low: float
    high: float
    gap: float
    gap_low: float
    gap_high: float
    p_value: float


@dataclass(frozen=True)
class Pile:
    """One of two piles: how many tracks, around which rating, and what sound tells inside it.

    skill of the test's smoothers, averaged, with its range; p_value and p_holm (of two) of the test against luck. NaN
    where there are too few tracks, or their ratings do not differ.
    """

    tracks: int
    around: float
    skill: float
    low: float
    high: float
    p_value: float
    p_holm: float

    @property
    def told(self) -> bool:
        """Whether sound tells anything inside this pile."""
        return self.p_holm <= FOUND and self.skill > 0


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the level rests on besides the comparison of models; it does not hang on what a person answers.

    familiar: None where the folds are random anyway. piles: the lower and the higher one, None where there are none.
    alone: the feature that tells most by itself, and its skill.
    """

    chance: Chance
    grouping: Grouping
    familiar: Familiar | None
    piles: tuple[Pile, Pile] | None
    ceiling: Ceiling | None
    alone: tuple[str, float]


@dataclass(frozen=True, eq=False)
class Verdict:
    """The level and everything a sentence about it needs.

    model: whose skill it is, with its 95 % range. findings: all doubts, locks first.
    """

    level: Level
    model: str
    skill: float
    low: float
    high: float
    tracks: int
    findings: tuple[leaks.Finding, ...]
    evidence: Evidence

    @property
    def p_value(self) -> float:
        """Of the test against luck; NaN where none is possible."""
        return self.evidence.chance.p_value

    @property
    def locks(self) -> tuple[leaks.Finding, ...]:
        """Doubts that must be settled first."""
        return tuple(finding for finding in self.findings if finding.severity == "lock")

    @property
    def locked(self) -> bool:
        """Whether nothing may be explained."""
        return self.level in {"none", "suspicious"} or bool(self.locks)

    @property
    def found(self) -> bool:
        """Whether there is something beyond luck that nothing is known against."""
        return self.level in {"weak", "clear"}

    @property
    def pile_alone(self) -> bool:
        """Whether sound tells which of two piles a track belongs to, and nothing inside either."""
        return self.found and self.evidence.piles is not None and not any(pile.told for pile in self.evidence.piles)

    @property
    def known_again(self) -> bool:
        """Whether what can be foretold is gone once whole artists or works are held out."""
        familiar = self.evidence.familiar
        return self.level == "none" and familiar is not None and familiar.p_value <= FOUND and familiar.skill > 0


def gather(
    dataset: Dataset, evaluation: Evaluation, *, permutations: int = 999, seed: int = 0, workers: int | None = None,
    progress: engine.Progress | None = None,
) -> Evidence:  # fmt: skip
    """Everything but the doubts about the file. `evaluation` is that of the same data set and seed."""
    kept = grouping(dataset)
    luck = chance(
        dataset, evaluation.folds, permutations=permutations, seed=seed, workers=workers, progress=progress
    )  # fmt: skip
    familiar = None
    if evaluation.grouped:
        familiar = _familiar(dataset, evaluation, kept, luck, permutations, seed, workers, progress)
    return Evidence(
        luck,
        kept,
        familiar,
        _piles(dataset, permutations, seed, workers),
        ceiling(dataset),
        leaks.best_alone(dataset, seed=seed),
    )


def judge(
    dataset: Dataset, evaluation: Evaluation, evidence: Evidence, *, answers: Mapping[str, str] | None = None,
    doubts: tuple[leaks.Finding, ...] | None = None, seed: int = 0,
) -> Verdict:  # fmt: skip
    """The verdict, with what the person answered to the doubts (as `leaks.find` takes it), or with doubts found before."""
    row = evaluation.row(evaluation.headline)
    reached = float(row["skill"])
    found = list(leaks.find(dataset, answers=answers, seed=seed) if doubts is None else doubts)
    column, alone = evidence.alone
    found += filter(None, [leaks.too_good(reached, alone=alone, column=column)])
    if evidence.familiar is not None:
        found += filter(None, [leaks.gap(evidence.familiar.skill, reached)])
    found.sort(key=lambda finding: leaks.SEVERITIES.index(finding.severity))
    level = level_of(
        reached, float(row["skill_low"]), evidence.chance.p_value,
        doubtful=any(finding.severity == "lock" and finding.among_features for finding in found),
    )  # fmt: skip
    return Verdict(
        level, evaluation.headline, reached, float(row["skill_low"]), float(row["skill_high"]), dataset.tracks,
        tuple(found), evidence,
    )  # fmt: skip


def level_of(skill: float, low: float, p_value: float, *, doubtful: bool = False) -> Level:
    """The ladder of the module's head. NaN means that it could not be told."""
    if doubtful or skill > TOO_GOOD:
        return "suspicious"
    if not (p_value <= FOUND and skill > 0):
        return "none"
    return "clear" if p_value <= SURE and low > 0 and skill >= FAINT else "weak"


def _familiar(
    dataset: Dataset, evaluation: Evaluation, kept: Grouping, luck: Chance, permutations: int, seed: int,
    workers: int | None, progress: engine.Progress | None,
) -> Familiar | None:  # fmt: skip
    model = evaluation.headline
    random = evaluate(
        dataset, models=[model], seed=seed, grouped=False, repeats=_RANDOM_REPEATS, workers=workers, progress=progress
    )
    row, whole = random.row(model), float(evaluation.row(model)["skill"])
    low, high = gap_range(dataset.rating, kept.labels, random, evaluation, model, seed=seed)
    p_value = float("nan")
    if not luck.p_value <= FOUND:
        alone = np.arange(dataset.tracks)
        again = chance(
            dataset, random.folds, together=alone, permutations=permutations, seed=seed, workers=workers,
            progress=progress,
        )  # fmt: skip
        p_value = again.p_value
    gap = float(row["skill"]) - whole
    return Familiar(float(row["skill"]), row["skill_low"], row["skill_high"], gap, low, high, p_value)


def gap_range(
    rating: np.ndarray, labels: np.ndarray, random: Evaluation, grouped: Evaluation, model: str, *, seed: int = 0
) -> tuple[float, float]:
    """95 % range of the gap between two evaluations of one model, groups (N,) drawn with replacement as wholes.

    Both have the same tracks with the same noise, so that the gap is surer than either skill. The draws know nothing of
    how models and folds would differ for another list: on simulated listeners their own range holds the mean gap of
    such listeners in 58 to 70 % instead of 95 %, at thrice the width in 83 to 95 % (ridge; 100 and 300 tracks, halo of an
    intraclass correlation of .1 and .3).
    """
    sums = []
    for found in (random, grouped):
        for name in (model, "baseline"):
            errors = ((rating - found.predictions[name]) ** 2).mean(axis=0)
            sums.append(np.bincount(labels, errors))
    parts = np.array(sums).T  # (groups, 4)
    draw = np.random.default_rng([seed, 7])
    drawn = draw.multinomial(len(parts), np.full(len(parts), 1 / len(parts)), size=_BOOTSTRAPS) @ parts
    with np.errstate(divide="ignore", invalid="ignore"):
        gaps = drawn[:, 2] / drawn[:, 3] - drawn[:, 0] / drawn[:, 1]
    if not np.isfinite(gaps).all():
        return float("nan"), float("nan")
    whole = parts.sum(axis=0)
    gap = float(whole[2] / whole[3] - whole[0] / whole[1])
    low, high = np.quantile(gaps, [0.025, 0.975])
    return gap + _GAP_WIDENING * (float(low) - gap), gap + _GAP_WIDENING * (float(high) - gap)


def _piles(dataset: Dataset, permutations: int, seed: int, workers: int | None) -> tuple[Pile, Pile] | None:
    found = None if dataset.likes else leaks.piles(dataset)
    if found is None:
        return None
    parts = [
        _inside(dataset, np.flatnonzero(found.labels == which), around, permutations, seed, workers)
        for which, around in enumerate((found.low, found.high))
    ]
    given = [part.p_value for part in parts if not np.isnan(part.p_value)]
    adjusted = dict(zip(sorted(given), holm(sorted(given)), strict=True))
    low, high = (
        Pile(part.tracks, part.around, part.skill, part.low, part.high, part.p_value,
             adjusted.get(part.p_value, float("nan")))
        for part in parts
    )  # fmt: skip
    return low, high


def _inside(
    dataset: Dataset, rows: np.ndarray, around: float, permutations: int, seed: int, workers: int | None
) -> Pile:
    """What sound tells of the ratings of these tracks alone."""
    nothing = Pile(len(rows), around, *[float("nan")] * 5)
    if len(rows) < _LEAST_IN_PILE or np.ptp(dataset.rating[rows]) == 0:
        return nothing
    part = dataset.subset(rows)
    try:
        folds = make_folds(part, seed=seed)
    except InputError:  # the groups that were chosen allow no folds among so few
        return nothing
    folds = tuple(fold for fold in folds if fold.repeat < _RANDOM_REPEATS)  # those of the test
    luck = chance(part, folds, permutations=permutations, seed=seed, workers=workers)
    predicted = panel_prediction(part, folds, seed=seed)
    guesses = np.full_like(predicted, np.nan)
    scores = []
    for fold in folds:
        guess = guesses[fold.repeat, fold.test] = part.rating[fold.train].mean()
        scores.append(skill(part.rating[fold.test], predicted[fold.repeat, fold.test], guess))
    pooled = float(np.mean([skill(part.rating, *row) for row in zip(predicted, guesses, strict=True)]))
    share = float(np.mean([len(fold.test) / len(fold.train) for fold in folds]))
    low, high = interval(np.array(scores), pooled, test_share=share)
    return Pile(
        len(rows), around, pooled, pooled - WIDENING * (pooled - low), pooled + WIDENING * (high - pooled), luck.p_value,
        luck.p_value,
    )  # fmt: skip


def holm(ascending: list[float]) -> list[float]:
    """Holm's adjusted p of p in ascending order."""
    adjusted = [min(1.0, p * (len(ascending) - place)) for place, p in enumerate(ascending)]
    return [float(value) for value in np.maximum.accumulate(adjusted)]
