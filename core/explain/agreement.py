"""Do the models that beat guessing agree on what they use, and on its direction?

Convention: each model whose whole range of skill lies above guessing (the average and the baseline left out) is explained
out of fold over the first round. A model's direction for a player is the sign of the rank correlation between its values
and the feature that its values follow most; below 0.3 it has none (a curve, or hardly used at all).

Agreement is a caveat, never evidence: models of one list share its accidents. On simulated listeners Kendall's W over
groups of features is 0.75 on pure noise and 0.82 to 0.84 with a taste, so that below 0.6 it warns, and above 0.8 proves
nothing.

Source: Kendall & Babington Smith (1939), Ann. Math. Stat. 10, 275-287, for W.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core import engine
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.explain.groups import Player
from core.explain.out_of_fold import Explanation, explain_several
from core.models import AVERAGE, BASELINE

_DIRECTED = 0.3


@dataclass(frozen=True, eq=False)
class Agreement:
    """How the players are used by each of several models.

    frame: one row per player x model: place (of the player), model, importance, share (of the model's largest),
    direction (1, 0, -1). lead: place -> the feature whose value the directions are about. w: Kendall's W of the
    importances' ranks, NaN with fewer than two models or players.
    """

    models: tuple[str, ...]
    players: tuple[Player, ...]
    frame: pd.DataFrame
    lead: tuple[str, ...]
    w: float


def ask(
    dataset: Dataset, evaluation: Evaluation, *, seed: int = 0, workers: int | None = None,
    progress: engine.Progress | None = None,
) -> dict[str, Explanation]:  # fmt: skip
    """The explanations, over one round of folds, of all models that beat guessing; best skill first."""
    better = evaluation.leaderboard["skill_low"] > 0
    names = [name for name in evaluation.leaderboard.loc[better, "model"] if name not in {AVERAGE, BASELINE}]
    return explain_several(dataset, names, rounds=1, seed=seed, workers=workers, progress=progress)


def agreement(explanations: dict[str, Explanation], dataset: Dataset, players: tuple[Player, ...]) -> Agreement:
    """How far these models agree on these players."""
    from scipy.stats import rankdata

    grouped = {name: one.grouped(players) for name, one in explanations.items()}
    sizes = np.array([np.abs(one.values).mean(axis=0) for one in grouped.values()]).reshape(len(grouped), len(players))
    lead = tuple(_lead(player, list(explanations.values())) for player in players)
    rows = []
    for number, (name, one) in enumerate(grouped.items()):
        most = sizes[number].max(initial=0.0)
        for place in range(len(players)):
            own = dataset.features[lead[place]].to_numpy()[one.rows]
            rows.append({
                "place": place, "model": name, "importance": sizes[number, place],
                "share": sizes[number, place] / most if most else 0.0, "direction": _direction(own, one.values[:, place]),
            })  # fmt: skip
    columns = ["place", "model", "importance", "share", "direction"]
    frame = pd.DataFrame(rows, columns=columns)
    w = float("nan")
    if len(grouped) > 1 and len(players) > 1:
        sums = rankdata(sizes, axis=1).sum(axis=0)
        m, n = sizes.shape
        w = float(12 * ((sums - sums.mean()) ** 2).sum() / (m**2 * (n**3 - n)))
    return Agreement(tuple(grouped), players, frame, lead, w)


def _lead(player: Player, explanations: list[Explanation]) -> str:
    """The feature of a player that these models use most, each model counting the same."""
    if len(player.features) == 1 or not explanations:
        return player.features[0]
    use = np.zeros(len(player.features))
    for one in explanations:
        size = np.abs(one.values).mean(axis=0)
        use += np.array([size[one.features.index(name)] for name in player.features]) / (size.max(initial=0.0) or 1.0)
    return player.features[int(np.argmax(use))]


def _direction(own: np.ndarray, values: np.ndarray) -> int:
    """1 where more of the feature raises, -1 where it lowers, 0 where neither can be said."""
    from scipy.stats import rankdata

    given = ~np.isnan(own)
    if given.sum() < 3 or np.ptp(own[given]) == 0 or np.ptp(values[given]) == 0:
        return 0
    rho = float(np.corrcoef(rankdata(own[given]), rankdata(values[given]))[0, 1])
    return int(np.sign(rho)) if abs(rho) >= _DIRECTED else 0
