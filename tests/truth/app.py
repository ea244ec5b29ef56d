"""What the app says of a simulated listener: the one place where the benchmark asks the code under test for a verdict."""

from __future__ import annotations

import pandas as pd

from core import verdict
from core.chance import Chance, chance
from core.dataset import Dataset
from core.drivers import drivers
from core.evaluate import evaluate
from core.folds import grouping, make_folds
from core.leaks import Finding, find, too_good
from core.models import AVERAGE


def chance_of(dataset: Dataset, *, permutations: int) -> Chance:
    """The test against luck, groups respected."""
    return chance(dataset, make_folds(dataset), permutations=permutations)


def is_open(luck: Chance) -> bool:
    """Whether the gate is open, behind which drivers may be named. A p that cannot be had keeps it shut."""
    return luck.p_value <= verdict.FOUND


def level_of(dataset: Dataset, luck: Chance) -> str:
    """The verdict's level. Models are fitted only where it hangs on them."""
    if not is_open(luck):
        return "none"
    row = evaluate(dataset, models=[AVERAGE], workers=1).row(AVERAGE)
    doubtful = too_good(row["skill"]) is not None or any(found.among_features for found in find(dataset))
    return verdict.level_of(row["skill"], row["skill_low"], luck.p_value, doubtful=doubtful)


def findings_of(dataset: Dataset) -> tuple[Finding, ...]:
    """All doubts about a file."""
    return find(dataset)


def locks(finding: Finding) -> bool:
    """Whether a finding says that something is wrong with an honest list: a lock, a sorted file, a copy or a label."""
    sorted_file = finding.code == "row-order" and finding.severity == "warning"
    return finding.severity == "lock" or sorted_file or finding.code in {"rating-copy", "rating-label"}


def drivers_of(dataset: Dataset, *, gate: bool, permutations: int) -> pd.DataFrame:
    """The table of clusters: features, lead, direction, p_holm, licence."""
    groups = grouping(dataset).exchangeable
    return drivers(dataset, gate=gate, groups=groups, permutations=permutations).frame
