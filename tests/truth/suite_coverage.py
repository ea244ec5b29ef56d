"""Whether the 95 % interval of a skill holds the true skill.

The truth. A figure out of fold says how well models do that learned from a training fold of this person's tracks, so the
interval is held against exactly that: models fitted on the training folds of the first repeat, measured on 6,000 fresh
tracks of the same listener, and averaged. Beside it stand two other truths that a reader may have in mind, reported only:
this person's model fitted on all of the tracks (a little better than its folds), and the average model of all listeners
of this kind, whatever list they happened to rate (the mean of the first truth over the listeners of a cell).

Sources: Bates, Hastie & Tibshirani (2024), J. Am. Stat. Assoc. 119, 1434-1445, for which error cross-validation
estimates; Nadeau & Bengio (2003), Mach. Learn. 52, 239-281, for the interval under test.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from core.evaluate import evaluate, fit, skill
from core.models import AVERAGE, AVERAGED, CATALOGUE
from tests.truth.generators import Simulated, simulate
from tests.truth.scores import Score, rate
from tests.truth.size import Size

FRESH = 6_000
JUDGED = (AVERAGE, "ridge", "extra_trees", "gradient_boosting")
CELLS = tuple((tracks, r2) for tracks in (100, 300) for r2 in (0.0, 0.2, 0.4))
QUICK_CELLS = ((100, 0.0), (100, 0.4), (300, 0.2))
QUICK_CELL, QUICK_FEW = (100, 0.4), 5  # the only one in which models other than ridge are fitted: they take seconds
FAMILIES = ("linear", "single", "sparse", "threshold")


class Held(NamedTuple):
    """One model's interval on one list, and the true skill of the fold's models and of the one from all tracks."""

    skill: float
    low: float
    high: float
    of_folds: float
    of_all: float

    def holds(self, truth: float) -> bool:
        """Whether the interval holds this value."""
        return self.low <= truth <= self.high


def coverage(size: Size) -> Iterator[Score]:
    """The interval of the headline, of a linear model and of trees, cell by cell."""
    pooled: dict[str, list[int]] = {model: [] for model in JUDGED}
    for cell in QUICK_CELLS if size.slack else CELLS:
        whole = not size.slack or cell == QUICK_CELL
        count = min(size.coverage, QUICK_FEW) if size.slack and whole else size.coverage
        jobs = [(FAMILIES[seed % 4], *cell, seed, AVERAGED if whole else ("ridge",)) for seed in range(count)]
        listeners = size.each(measure, jobs)
        for model in (model for model in JUDGED if model in listeners[0]):
            found = [listener[model] for listener in listeners]
            own = [held.holds(held.of_folds) for held in found]
            pooled[model] += own
            name = f"interval holds the skill, {model}, N={cell[0]} r2={cell[1]:g}"
            _tell(name, found)
            _tell_missed(name, [job[:4] for job, hit in zip(jobs, own, strict=True) if not hit])
            yield rate(name, sum(own), len(own), least=0.92, most=0.98, slack=size.slack, basis=".93-.98, ridge")
    for model, own in pooled.items():
        name = f"interval holds the skill, {model}, all cells"
        yield rate(name, sum(own), len(own), least=0.93, most=0.97, slack=size.slack, basis="mean .95, ridge")


def measure(family: str, tracks: int, r2: float, seed: int, parts: tuple[str, ...]) -> dict[str, Held]:
    """Model -> its interval and the truth, on one listener; the average model where its parts are all there."""
    listener = simulate(family if r2 else "null", tracks, r2=r2, seed=seed)
    whole = (AVERAGE,) if set(AVERAGED) <= set(parts) else ()
    evaluation = evaluate(listener.dataset, models=(*parts, *whole), workers=1)
    truths = true_skills(listener, parts, [fold.train for fold in evaluation.folds if fold.repeat == 0])
    found = {}
    for model in (*parts, *whole):
        row = evaluation.row(model)
        found[model] = Held(row["skill"], row["skill_low"], row["skill_high"], *truths[model])
    return found


def true_skills(
    listener: Simulated, parts: tuple[str, ...], trains: list[np.ndarray]
) -> dict[str, tuple[float, float]]:
    """Model -> skill on fresh tracks of models fitted on these training rows (their mean), and on all rows."""
    x, rating = listener.dataset.x, listener.dataset.rating
    fresh, heard = listener.fresh(FRESH)
    found: dict[str, list[float]] = {model: [] for model in (*parts, AVERAGE)}
    for train in (*trains, np.arange(len(rating))):
        predicted = {model: fit(CATALOGUE[model].pipeline(), x[train], rating[train]).predict(fresh) for model in parts}
        predicted[AVERAGE] = np.mean(list(predicted.values()), axis=0)
        for model, given in predicted.items():
            found[model].append(skill(heard, given, rating[train].mean()))
    return {model: (float(np.mean(skills[:-1])), skills[-1]) for model, skills in found.items()}


def _tell(name: str, found: list[Held]) -> None:
    """The other two truths, the bias of the centre, the width, and the true skill."""
    of_all = sum(held.holds(held.of_all) for held in found)
    everyone = float(np.mean([held.of_folds for held in found]))
    average = sum(held.holds(everyone) for held in found)
    bias = float(np.mean([held.skill - held.of_folds for held in found]))
    wide = float(np.mean([held.high - held.low for held in found])) / 2
    sys.stdout.write(
        f"  {name}: true skill {everyone:.3f}, centre off by {bias:+.3f}, half width {wide:.3f}; holds the model from all tracks "
        f"{of_all}/{len(found)}, the average listener's {average}/{len(found)}\n"
    )


def _tell_missed(name: str, jobs: Sequence[tuple[object, ...]]) -> None:
    if jobs:
        listed = "; ".join(" ".join(map(str, job)) for job in jobs[:12])
        sys.stdout.write(f"  outside in `{name}`: {listed}\n")
