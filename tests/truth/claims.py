"""Right and wrong among the drivers that the app names, cluster by cluster, against the causes of a simulated taste.

Convention: a cluster is a cause where it holds one. precision: named clusters that hold a cause; recall: clusters with
a cause that are named. The direction of a cluster is that of its lead column: right where it is the sign of the
correlation of that column with the part of the liking that the cluster's causes make up; humps have none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.truth import sound
from tests.truth.tastes import Taste


@dataclass(frozen=True)
class Claims:
    """Counts of one listener. auc: how often a cluster with a cause is ranked above one without, by p; NaN where
    all or none hold one. alone: whether the companion of a proxy trap was named without the cause beside it.
    """

    named: int
    true: int
    causes: int
    signs: int
    right_signs: int
    auc: float
    alone: bool

    @property
    def false(self) -> int:
        """Named clusters without a cause."""
        return self.named - self.true


def judge(frame: pd.DataFrame, taste: Taste) -> Claims:
    """Compares the clusters of `core.drivers` with the truth."""
    causes = {cause.feature for cause in taste.causes}
    holds = np.array([not causes.isdisjoint(features) for features in frame["features"]], dtype=bool)
    named = (frame["licence"] == "driver").to_numpy()
    signs = right = 0
    for row in frame[named & holds].itertuples():
        true = lead_sign(taste, row.features, row.lead)
        if true != 0 and row.direction != 0:
            signs, right = signs + 1, right + int(row.direction == true)
    alone = [
        taste.companion in row.features and causes.isdisjoint(row.features) for row in frame[named].itertuples()
    ]  # fmt: skip
    p = frame["p" if "p" in frame else "p_holm"].to_numpy(float)
    return Claims(
        int(named.sum()), int((named & holds).sum()), int(holds.sum()), signs, right, auc(-p, holds), any(alone)
    )


def lead_sign(taste: Taste, features: tuple[str, ...], lead: str) -> int:
    """The direction in which the lead goes along with what the cluster's causes contribute; 0 where it has none."""
    inside = [cause for cause in taste.causes if cause.feature in features]
    if taste.together or not inside or any(cause.sign == 0 for cause in inside):
        return 0
    place = sound.COLUMNS.index
    along = sum(cause.weight * sound.correlations()[place(cause.feature), place(lead)] for cause in inside)
    if taste.companion == lead:
        along = taste.causes[0].weight * taste.rho
    return int(np.sign(along))


def auc(rank: np.ndarray, holds: np.ndarray) -> float:
    """How often a value of `rank` (n,) where `holds` is true exceeds one where it is not; ties half."""
    above, below = rank[holds], rank[~holds]
    if not len(above) or not len(below):
        return float("nan")
    differences = above[:, None] - below
    return float((differences > 0).mean() + 0.5 * (differences == 0).mean())
