"""How firm are the bars?"""

from __future__ import annotations

import numpy as np
import pytest

from core.dataset import Dataset
from core.explain.doubt import USUAL, Doubt, Refits, doubt, refit
from core.explain.groups import families, sounding_alike
from core.explain.out_of_fold import Explanation, explain
from core.folds import grouping
from tests.conftest import dataset, table


@pytest.fixture(scope="module")
def ridge(taste: Dataset) -> Explanation:
    """What ridge uses."""
    return explain(taste, "ridge", workers=1)


@pytest.fixture(scope="module")
def refits(taste: Dataset, ridge: Explanation) -> Refits:
    """Ridge fitted again."""
    return refit(taste, ridge, workers=1)


def told(found: Doubt, explanation: Explanation) -> dict[str, tuple[float, float, float]]:
    """Player -> its bar with its range."""
    rows = explanation.importance.merge(found.frame, on="place")
    return {row["feature"]: (row["low"], row["importance"], row["high"]) for _, row in rows.iterrows()}


def test_the_planted_causes_lie_beyond_luck_and_nothing_else_does(
    taste: Dataset, ridge: Explanation, refits: Refits
) -> None:
    """Three groups of features are longer than the longest bar of rearranged ratings; every range holds its bar."""
    grouped = ridge.grouped(sounding_alike(taste))
    found = doubt(refits, grouped)
    bars = told(found, grouped)
    assert {name for name, (_, bar, _) in bars.items() if bar > found.line} == {
        "energy + loudness + acousticness", "valence", "tempo",
    }  # fmt: skip
    assert all(0 <= low <= bar <= high for low, bar, high in bars.values())
    assert not found.frame.set_index("place")["loose"].loc[grouped.importance["place"].head(3)].any()
    assert found.refits == USUAL.draws + USUAL.rearranged + 2 * USUAL.halves


def test_without_a_taste_no_bar_goes_beyond_luck(no_taste: Dataset) -> None:
    """Of a list of noise the longest bar is one that rearranged ratings make, and halves disagree."""
    single = explain(no_taste, "ridge", workers=1)
    grouped = single.grouped(sounding_alike(no_taste))
    found = doubt(refit(no_taste, single, workers=1), grouped)
    assert grouped.importance["importance"].max() < found.line
    assert found.halves < 0.5


def test_halves_agree_more_with_a_taste_than_their_order_shuffled(refits: Refits, ridge: Explanation) -> None:
    """The rank correlation of two halves is positive for a real taste, and lies inside its range."""
    found = doubt(refits, ridge)
    assert 0 < found.halves_low <= found.halves <= found.halves_high <= 1


def test_the_same_seed_gives_the_same_refits(taste: Dataset, ridge: Explanation, refits: Refits) -> None:
    """Draws depend on the seed alone, not on the number of workers."""
    again = refit(taste, ridge, workers=2)
    assert np.array_equal(again.drawn, refits.drawn, equal_nan=True)
    assert not np.array_equal(refit(taste, ridge, seed=1, workers=1).drawn, refits.drawn, equal_nan=True)


def test_no_model_is_explained_on_what_it_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learned from and explained never share a group, in draws, halves and rearranged ratings alike."""
    data = dataset(table(60, artist_name=[f"A{n // 3}" for n in range(60)]))
    labels = grouping(data).labels
    seen: list[tuple[np.ndarray, np.ndarray]] = []

    def watch(model: object, x: np.ndarray, jobs: list, grid: object, seed: int) -> list[tuple[np.ndarray, list]]:
        seen.extend((job.rows, job.explained) for job in jobs if job.explained is not None)
        flat = [np.zeros(len(ends)) for ends in grid.ends]
        return [(np.zeros((0 if job.explained is None else len(job.explained), x.shape[1])), flat) for job in jobs]

    monkeypatch.setattr("core.explain.doubt._refit", watch)
    refit(data, explain(data, "ridge", workers=1), workers=1)
    assert len(seen) == USUAL.draws + USUAL.rearranged + 2 * USUAL.halves
    assert not any(np.intersect1d(labels[rows], labels[explained]).size for rows, explained in seen)


def test_a_short_list_and_a_model_that_uses_nothing_break_nothing() -> None:
    """Twenty tracks have no halves to compare; bars of length 0 stay 0."""
    data = dataset(table(24, rating=[5, 6] * 12))
    single = explain(data, "elastic_net", workers=1)
    found = doubt(refit(data, single, workers=1), single.grouped(families(data.feature_names)))
    assert np.isfinite(found.line)
    assert np.isnan(found.halves)
    assert (found.frame["high"] >= found.frame["low"]).all()
