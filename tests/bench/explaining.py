"""SHAP values per row, beside shap's own explainers in the same process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from core.evaluate import fit
from core.explain.contributions import contributions
from core.folds import make_folds
from core.models import BASELINE, CATALOGUE
from core.reading import read_paths
from tests.bench.fitting import BUNDLED, cpu
from tests.bench.table import Row, plain


def rows(files: list[Path]) -> Iterator[Row]:
    """CPU per row of each model, exact or sampled, and by how much the values miss the prediction."""
    dataset = read_paths(files or [BUNDLED])
    fold = make_folds(dataset)[0]
    background, unseen = dataset.x[fold.train[:100]], dataset.x[fold.test[:20]]
    with threadpool_limits(limits=1):
        for name in CATALOGUE:
            if name == BASELINE:
                continue
            pipeline = fit(CATALOGUE[name].pipeline(), background, dataset.rating[fold.train[:100]])
            ours = 1000 * cpu(lambda: contributions(pipeline, unseen, background)) / len(unseen)  # noqa: B023 called at once
            found = contributions(pipeline, unseen, background)
            off = np.abs(found.base + found.values.sum(axis=1) - pipeline.predict(unseen)).max()
            theirs, their_off, kind = by_shap(pipeline, unseen, background)
            yield plain(
                f"SHAP of {name} ({found.route}), background of {len(background)}; CPU a row",
                f"{ours:.2f} ms, off by {off:.0e}", f"{kind}: {theirs:.1f} ms, off by {their_off:.0e}", ours / theirs,
            )  # fmt: skip


def by_shap(pipeline: Pipeline, rows: np.ndarray, background: np.ndarray) -> tuple[float, float, str]:
    """shap as people use it: TreeExplainer for trees it knows, else KernelExplainer on two rows. ms per row, gap, which."""
    import shap

    last = pipeline[-1]
    kind = type(last).__name__
    if kind in {"LGBMRegressor", "GradientBoostingRegressor"} and getattr(last, "boosting_type", "") != "rf":
        imputed = pipeline[:-1].transform
        used, explainer = (
            "TreeExplainer",
            shap.TreeExplainer(last, imputed(background), feature_perturbation="interventional"),
        )

        def explain() -> np.ndarray:
            return explainer.shap_values(imputed(rows), check_additivity=False)
    else:
        rows = rows[:2]
        used, explainer = "KernelExplainer", shap.KernelExplainer(pipeline.predict, background)

        def explain() -> np.ndarray:
            return explainer.shap_values(rows, l1_reg=False, silent=True)

    start = time.process_time()
    values = explain()
    spent = 1000 * (time.process_time() - start) / len(rows)
    gap = np.abs(explainer.expected_value + values.sum(axis=1) - pipeline.predict(rows)).max()
    return spent, float(gap), f"shap.{used}"
