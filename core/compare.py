"""Model against model: how much skill one has over another on the same folds, and whether that can be told.

Convention: differences are model minus reference, in skill (0.01 is one point). The posterior of the true difference
is Student's t with J - 1 degrees of freedom around the pooled difference, J the number of folds, and of scale
sd * sqrt(1 / J + n_test / n_train), where sd is that of the paired differences fold by fold. Differences smaller than
`ROPE`, the region of practical equivalence, count as none. A verdict needs a probability of `SURE`.

Sources: Nadeau & Bengio (2003), Mach. Learn. 52, 239-281, for the scale; Bouckaert & Frank (2004) for repeated
cross-validation; Benavoli, Corani, Demsar & Zaffalon (2017), JMLR 18(77), for the posterior and the region.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.errors import SettingsError
from core.evaluate import Evaluation
from core.language import figure, say

ROPE = 0.02
SURE = 0.95


def against(evaluation: Evaluation, reference: str, *, rope: float = ROPE) -> pd.DataFrame:
    """Every other model against `reference`, one row each in the leaderboard's order.

    Columns: model, difference (of the pooled skills), low, high (95 %), p_better, p_same, p_worse (posterior
    probability that the difference lies above, within or below plus or minus `rope`), verdict (`better`, `same`,
    `worse` or `open`). Where folds say nothing, figures are NaN and the verdict is open. Raises `SettingsError` where
    `reference` was not compared, or `rope` is negative.
    """
    if reference not in evaluation.models:
        known = ", ".join(evaluation.models)
        raise SettingsError(
            [say("The model {model} was not compared. Compared: {models}.", model=reference, models=known)]
        )
    if not rope >= 0:
        given = figure(f"{rope:g}")
        raise SettingsError(
            [say("The smallest difference that counts cannot be {given}. Choose 0 or more.", given=given)]
        )
    skills = evaluation.scores.pivot(index=["repeat", "fold"], columns="model", values="skill").astype(float)
    pooled = evaluation.leaderboard.set_index("model")["skill"].astype(float)
    test_share = float(np.mean([len(fold.test) / len(fold.train) for fold in evaluation.folds]))
    columns = ["model", "difference", "low", "high", "p_better", "p_same", "p_worse", "verdict"]
    rows = []
    for model in evaluation.models:
        if model != reference:
            folds = (skills[model] - skills[reference]).dropna().to_numpy()
            rows.append([model, *difference(folds, float(pooled[model] - pooled[reference]), test_share, rope)])
    return pd.DataFrame(rows, columns=columns)


def difference(
    folds: np.ndarray, centre: float, test_share: float, rope: float = ROPE
) -> tuple[float, float, float, float, float, float, str]:
    """Difference, its 95 % interval, the three probabilities and the verdict from paired fold differences (J,)."""
    from scipy import stats

    if len(folds) < 2 or np.isnan(centre):
        nothing = float("nan")
        return centre, nothing, nothing, nothing, nothing, nothing, "open"
    scale = float(folds.std(ddof=1) * np.sqrt(1 / len(folds) + test_share))
    if scale == 0:  # the same in every fold: all probability is at one point
        better, worse = float(centre > rope), float(centre < -rope)
        low = high = centre
    else:
        t = stats.t(len(folds) - 1, loc=centre, scale=scale)
        better, worse = float(t.sf(rope)), float(t.cdf(-rope))
        low, high = (float(end) for end in t.interval(0.95))
    same = max(1 - better - worse, 0.0)
    verdicts = {"better": better, "same": same, "worse": worse}
    verdict = next((name for name, p in verdicts.items() if p >= SURE), "open")
    return centre, low, high, better, same, worse, verdict
