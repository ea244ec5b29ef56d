"""What in this file would let a model cheat, or make a figure false: every doubt is a `Finding` with a code.

Convention: the skill of one column is that of `core.evaluate`, out of five folds, from the column alone: 0 tells
nothing of the rating, 1 everything. p are from permutations, (1 + #{T_b >= T}) / (B + 1), up to 2,000 tracks. Only the
order of the rows is judged in the file's order; all else hangs on the data's canonical order. Each limit was tried on
simulated lists of 100 and 300 tracks, of which honest ones are locked less than once in a hundred.

Source: Kapoor & Narayanan (2023), Patterns 4, 100804, for the kinds of leaks.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core import text
from core.dataset import Dataset
from core.language import say
from core.leaks.alone import Trial, context, features
from core.leaks.aside import missing, set_aside, sources
from core.leaks.finding import (
    ANSWERS,
    IN_ORDER,
    NOT_SOUND,
    ORDER_ANSWERS,
    ORDER_QUESTION,
    SEVERITIES,
    Finding,
    headers,
    named,
)
from core.leaks.mixture import Piles, piles
from core.leaks.order import row_order
from core.leaks.repeats import Repeated, copies, groups, repeated_groups
from core.leaks.spread import ratings

__all__ = [
    "ANSWERS", "NOT_SOUND", "ORDER_ANSWERS", "ORDER_QUESTION", "SEVERITIES", "Finding", "Piles", "Repeated",
    "best_alone", "find", "gap",
    "order_is_known", "piles", "repeated_groups", "too_good",
]  # fmt: skip

_TOO_GOOD, _ONE_COLUMN, _FAINT, _GAP = 0.60, 0.80, 0.10, 0.10


def find(
    dataset: Dataset, *, answers: Mapping[str, str] | None = None, permutations: int = 999, seed: int = 0
) -> tuple[Finding, ...]:
    """Everything that is doubtful about a file, locks first.

    answers: `code` or `code:column` -> the key of the answer that the person chose; what is unknown changes nothing.
    With fewer than 999 permutations no file is ever said to be sorted.
    """
    given = answers or {}
    trial = Trial.of(dataset, seed)
    found = [
        *features(dataset, trial, given),
        *row_order(dataset, trial, given, permutations=permutations, seed=seed),
        *context(dataset, trial),
        *groups(dataset, permutations=permutations, seed=seed),
        *copies(dataset),
        *ratings(dataset),
        *missing(dataset),
        *sources(dataset),
        *set_aside(dataset),
    ]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def order_is_known(answers: Mapping[str, str]) -> bool:
    """Whether the person says that the rows stand in the order in which they rated; else it tells nothing of them."""
    return answers.get("row-order") == IN_ORDER


def gap(random_skill: float, grouped_skill: float) -> Finding | None:
    """Whether a model gains by knowing the artist, album or work: skill in random folds against skill in grouped ones."""
    lost = random_skill - grouped_skill
    if not lost > _GAP:
        return None
    return Finding(
        "repeated-group", "warning", (), lost,
        say(
            "The skill falls from {random} to {grouped} on groups that no model has seen: that much comes from knowing the "
            "group, not from its sound.",
            random=text.percent(random_skill), grouped=text.percent(grouped_skill),
        ),
    )  # fmt: skip


def too_good(skill: float, *, alone: float = 0.0, column: str = "") -> Finding | None:
    """Whether a skill is beyond what honest tastes reach, or rests on one column.

    alone: the skill that `column` reaches by itself, as `best_alone` gives them.
    """
    if skill > _TOO_GOOD:
        return Finding(
            "too-good", "lock", (), skill,
            say(
                "A skill of {share} is too good: honest tastes stay below {limit}. A column among the features may know your "
                "rating.",
                share=text.percent(skill), limit=text.percent(_TOO_GOOD),
            ),
            among_features=True,
        )  # fmt: skip
    share = min(alone / skill, 1.0) if skill >= _FAINT else 0.0
    if share > _ONE_COLUMN:
        return Finding(
            "too-good", "note", (column,), share,
            say(
                "{name} alone carries {share} of what the model knows. Set it aside if it does not measure sound.",
                name=text.capital(named([column])), share=text.percent(share),
            ),
        )  # fmt: skip
    return None


def best_alone(dataset: Dataset, *, seed: int = 0) -> tuple[str, float]:
    """The feature that tells most of the rating by itself, as the file names it, and its skill."""
    trial = Trial.of(dataset, seed)
    skills = [trial.of_numbers(column[trial.take]) for column in dataset.x.T]
    best = int(np.argmax(skills))
    return headers(dataset)[dataset.feature_names[best]], float(skills[best])
