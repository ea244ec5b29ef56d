"""The whole analysis as one call, and the summary document that the command line writes.

The document's keys are a contract (see docs/command-line.md). Parts that are not computed are empty
lists and nulls, never invented.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from core import engine, words
from core.biases import Biases, ScaleUse, biases, scale_use
from core.correlate import Correlations, correlate
from core.dataset import Dataset
from core.drivers import Drivers, drivers
from core.evaluate import Evaluation, evaluate
from core.explain.out_of_fold import Explanation, evaluate_and_explain
from core.folds import grouping
from core.language import say
from core.leaks import order_is_known
from core.verdict import Verdict, gather, judge
from core.words.biases import bias_sentence

VERSION = 1


@dataclass(frozen=True, eq=False)
class Analysis:
    """Everything that is known of one data set.

    seconds: step -> wall-clock seconds. answers: what the person said of the doubts, as `leaks.find` takes them.
    explanations: model -> what it used; empty unless they were asked for.
    """

    dataset: Dataset
    use: ScaleUse
    correlations: Correlations
    evaluation: Evaluation
    verdict: Verdict
    drivers: Drivers
    biases: Biases
    seconds: dict[str, float] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    explanations: dict[str, Explanation] = field(default_factory=dict)


def analyse(
    dataset: Dataset, *, models: Iterable[str] | None = None, answers: Mapping[str, str] | None = None, seed: int = 0,
    explained: bool = False, workers: int | None = None, progress: engine.Progress | None = None,
) -> Analysis:  # fmt: skip
    """The rating's distribution, the correlations, the models' comparison, the verdict and the drivers.

    answers: as `leaks.find` takes them. explained: whether to say what each model used for every track too, which about doubles
    the work. Raises what `evaluate` raises.
    """
    seconds: dict[str, float] = {}
    start = time.perf_counter()
    with engine.loading(workers):
        use, correlations = scale_use(dataset), correlate(dataset)
        seconds["correlate"] = time.perf_counter() - start
        start = time.perf_counter()
    explanations: dict[str, Explanation] = {}
    if explained:
        evaluation, explanations = evaluate_and_explain(
            dataset, models=models, seed=seed, workers=workers, progress=progress
        )  # fmt: skip
    else:
        evaluation = evaluate(dataset, models=models, seed=seed, workers=workers, progress=progress)
    seconds["evaluate"] = time.perf_counter() - start
    start = time.perf_counter()
    evidence = gather(dataset, evaluation, seed=seed, workers=workers, progress=progress)
    verdict = judge(dataset, evaluation, evidence, answers=answers, seed=seed)
    seconds["verdict"] = time.perf_counter() - start
    start = time.perf_counter()
    found = drivers(dataset, gate=not verdict.locked, groups=evidence.grouping.exchangeable, seed=seed)
    seconds["drivers"] = time.perf_counter() - start
    start = time.perf_counter()
    labels = tuple(
        {name for one in verdict.findings if one.code in {"rating-copy", "rating-label"} for name in one.columns}
    )
    habits = biases(dataset, in_order=order_is_known(answers or {}), labels=labels, seed=seed)
    seconds["biases"] = time.perf_counter() - start
    return Analysis(
        dataset, use, correlations, evaluation, verdict, found, habits, seconds, dict(answers or {}), explanations
    )  # fmt: skip


def summary(analysis: Analysis) -> dict[str, Any]:
    """The summary document: plain dicts, lists, text and finite numbers, ready for JSON."""
    dataset, evaluation = analysis.dataset, analysis.evaluation
    document: dict[str, Any] = _finite({
        "version": VERSION,
        "seconds": {step: round(seconds, 3) for step, seconds in analysis.seconds.items()},
        "dataset": _dataset(dataset, analysis.use),
        "findings": [
            {"code": one.code, "severity": one.severity, "columns": list(one.columns), "statistic": one.statistic,
             "sentence": one.sentence}
            for one in analysis.verdict.findings
        ],
        "verdict": _verdict(analysis.verdict, evaluation, dataset),
        "models": evaluation.leaderboard[[
            "model", "skill", "skill_low", "skill_high", "mae", "mae_baseline", "spearman", "auc", "train_skill",
            "seconds",
        ]].rename(columns={"model": "name"}).to_dict("records"),
        "drivers": [_driver(row) for row in analysis.drivers.frame.to_dict("records")],
        "correlations": analysis.correlations.with_rating[
            ["feature", "spearman", "low", "high", "q"]
        ].to_dict("records"),
        "biases": [
            {"code": one.code, "effect": one.effect, "low": one.low, "high": one.high, "p": one.p, "q": one.q, "n": one.n,
             "claimed": one.claimed, "sentence": bias_sentence(one, analysis.use.two_ratings)}
            for one in analysis.biases.tested
        ],
    })  # fmt: skip
    return document


def shap_table(analysis: Analysis) -> pd.DataFrame:
    """One row per model, track and feature of an analysis with explanations: model, track, feature, shap_value, standard_error
    (0 where the values are exact); rating points. The models with the best skill first.
    """
    titles = analysis.dataset.titles
    parts = [one.frame(titles) for one in analysis.explanations.values()]
    for name, part in zip(analysis.explanations, parts, strict=True):
        part.insert(0, "model", name)
    return pd.concat(parts, ignore_index=True)


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


def _verdict(verdict: Verdict, evaluation: Evaluation, dataset: Dataset) -> dict[str, Any]:
    return {
        "level": verdict.level, "skill": verdict.skill, "skill_low": verdict.low, "skill_high": verdict.high,
        "p_value": verdict.p_value, "permutations": verdict.evidence.chance.permutations,
        "folds": "grouped" if evaluation.grouped else "random",
        "sentence": " ".join([
            *([say(words.SIMULATED)] if dataset.simulated else []), words.verdict_headline(verdict),
            *words.verdict_sentences(verdict, evaluation), *words.size_sentences(evaluation, dataset),
        ]),
    }  # fmt: skip


def _driver(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "group": row["lead"], "features": list(row["features"]), "licence": row["licence"],
        "direction": int(row["direction"]), "importance": row["effect"], "low": row["low"], "high": row["high"],
        "p_holm": row["p_holm"],
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
