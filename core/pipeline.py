"""The whole analysis as one call, and the summary document that the command line writes.

The document's keys are a contract (see README, "The summary document"). Parts that are not computed are empty
lists and nulls, never invented.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core import engine, words
from core.biases import ScaleUse, scale_use
from core.correlate import Correlations, correlate
from core.dataset import Dataset
from core.evaluate import Evaluation, evaluate
from core.folds import grouping

VERSION = 1


@dataclass(frozen=True, eq=False)
class Analysis:
    """Everything that is known of one data set. seconds: step -> wall-clock seconds."""

    dataset: Dataset
    use: ScaleUse
    correlations: Correlations
    evaluation: Evaluation
    seconds: dict[str, float]


def analyse(
    dataset: Dataset, *, models: Iterable[str] | None = None, seed: int = 0, workers: int | None = None,
    progress: engine.Progress | None = None,
) -> Analysis:  # fmt: skip
    """The rating's distribution, the correlations and the models' comparison. Raises what `evaluate` raises."""
    seconds: dict[str, float] = {}
    start = time.perf_counter()
    use, correlations = scale_use(dataset), correlate(dataset)
    seconds["correlate"] = time.perf_counter() - start
    start = time.perf_counter()
    evaluation = evaluate(dataset, models=models, seed=seed, workers=workers, progress=progress)
    seconds["evaluate"] = time.perf_counter() - start
    return Analysis(dataset, use, correlations, evaluation, seconds)


def summary(analysis: Analysis) -> dict[str, Any]:
    """The summary document: plain dicts, lists, text and finite numbers, ready for JSON."""
    dataset, evaluation = analysis.dataset, analysis.evaluation
    document: dict[str, Any] = _finite({
        "version": VERSION,
        "seconds": {step: round(seconds, 3) for step, seconds in analysis.seconds.items()},
        "dataset": _dataset(dataset, analysis.use),
        "findings": [],
        "verdict": _verdict(evaluation, dataset),
        "models": evaluation.leaderboard[[
            "model", "skill", "skill_low", "skill_high", "mae", "mae_baseline", "spearman", "auc", "train_skill",
            "seconds",
        ]].rename(columns={"model": "name"}).to_dict("records"),
        "drivers": [],
        "correlations": analysis.correlations.with_rating[
            ["feature", "spearman", "low", "high", "q"]
        ].to_dict("records"),
        "biases": [],
    })  # fmt: skip
    return document


def _dataset(dataset: Dataset, use: ScaleUse) -> dict[str, Any]:
    kept = grouping(dataset)
    return {
        "key": dataset.key, "name": dataset.name, "tracks": dataset.tracks, "features": list(dataset.feature_names),
        "dropped": [{"column": item.column, "reason": item.reason} for item in dataset.dropped],
        "group_column": " and ".join(kept.kinds) or None, "groups": kept.groups if kept.kinds else None,
        "rating": {
            "column": dataset.rating_column, "min": float(dataset.rating.min()), "max": float(dataset.rating.max()),
            "mean": use.mean, "sd": use.sd, "levels": use.levels,
        },
    }  # fmt: skip


def _verdict(evaluation: Evaluation, dataset: Dataset) -> dict[str, Any]:
    """Skill and interval of the average model. The level needs a test against luck, so it stays null."""
    row = evaluation.row(evaluation.headline)
    return {
        "level": None, "skill": row["skill"], "skill_low": row["skill_low"], "skill_high": row["skill_high"],
        "p_value": None, "permutations": 0, "folds": "grouped" if evaluation.grouped else "random",
        "sentence": " ".join([
            *([words.SIMULATED] if dataset.simulated else []), words.models_headline(evaluation),
            words.models_sentence(evaluation, dataset.tracks), words.UNTESTED,
        ]),
    }  # fmt: skip


def _finite(value: Any) -> Any:  # noqa: ANN401 any part of a JSON document
    """NaN and numpy's numbers have no place in JSON: null and plain numbers."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
