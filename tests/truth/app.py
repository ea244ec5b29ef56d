"""What the app says of a simulated listener: the one place where the benchmark asks the code under test for a verdict.

Convention: levels are those of the ladder: none (p > .05, or no skill), weak, clear (p <= .01, the interval above 0 and
skill >= .10), suspicious (a doubt about a feature, or skill above what honest tastes reach).
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.chance import Chance, chance
from core.dataset import Dataset
from core.evaluate import WIDENING, Evaluation, evaluate, interval, skill
from core.folds import make_folds
from core.leaks import Finding, find, too_good
from core.models import AVERAGED, BASELINE

GATE, SURE, ENOUGH = 0.05, 0.01, 0.10


@dataclass(frozen=True)
class Skill:
    """A pooled skill out of fold with its 95 % interval."""

    skill: float
    low: float
    high: float


def chance_of(dataset: Dataset, *, permutations: int) -> Chance:
    """The test against luck, groups respected."""
    return chance(dataset, make_folds(dataset), permutations=permutations)


def is_open(luck: Chance) -> bool:
    """Whether the gate is open, behind which drivers may be named. A p that cannot be had keeps it shut."""
    return luck.p_value <= GATE


def level_of(dataset: Dataset, luck: Chance) -> str:
    """The verdict's level. Models are fitted only where it hangs on them."""
    if not is_open(luck):
        return "none"
    found = average_of(evaluate(dataset, models=AVERAGED, workers=1), dataset)
    if found.skill <= 0:
        return "none"
    if too_good(found.skill) is not None or any(finding.among_features for finding in findings_of(dataset)):
        return "suspicious"
    return "clear" if luck.p_value <= SURE and found.low > 0 and found.skill >= ENOUGH else "weak"


def average_of(evaluation: Evaluation, dataset: Dataset) -> Skill:
    """The headline's skill and interval as `evaluate` has them for the average model, from its four parts' predictions.

    Their mean is what the average model predicts; fitting it would fit all four again.
    """
    predicted = np.mean([evaluation.predictions[name] for name in AVERAGED], axis=0)
    guess, rating = evaluation.predictions[BASELINE], dataset.rating
    centre = float(np.mean([skill(rating, *both) for both in zip(predicted, guess, strict=True)]))
    of_folds = [
        skill(rating[fold.test], predicted[fold.repeat, fold.test], guess[fold.repeat, fold.test])
        for fold in evaluation.folds
    ]
    share = float(np.mean([len(fold.test) / len(fold.train) for fold in evaluation.folds]))
    low, high = interval(np.array(of_folds), centre, test_share=share)
    return Skill(centre, centre - WIDENING * (centre - low), centre + WIDENING * (high - centre))


def findings_of(dataset: Dataset) -> tuple[Finding, ...]:
    """All doubts about a file."""
    return find(dataset)


def locks(finding: Finding) -> bool:
    """Whether a finding says that something is wrong with an honest list: a lock, a sorted file, a copy or a label."""
    sorted_file = finding.code == "row-order" and finding.severity == "warning"
    return finding.severity == "lock" or sorted_file or finding.code in {"rating-copy", "rating-label"}


def drivers_exist() -> bool:
    """Whether this version of the app names drivers at all."""
    return importlib.util.find_spec("core.drivers") is not None


def drivers_of(dataset: Dataset, *, gate: bool, permutations: int) -> Any:
    """The table of clusters: features, lead, direction, p_holm, licence."""
    drivers = importlib.import_module("core.drivers").drivers
    return drivers(dataset, gate=gate, groups=dataset.group, permutations=permutations).frame
