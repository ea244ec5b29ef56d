"""What goes with what."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.correlate import correlate, first_pair, levels, pair, spearman_interval
from core.dataset import Dataset
from tests.conftest import dataset, table


def test_figures_are_those_of_scipy(taste: Dataset) -> None:
    """Each feature's rank correlation is scipy's, strongest first."""
    found = correlate(taste).with_rating
    for row in found.itertuples():
        expected = stats.spearmanr(taste.features[row.feature], taste.rating)
        assert row.spearman == pytest.approx(expected.statistic)
        assert row.p == pytest.approx(expected.pvalue)
        assert row.low < row.spearman < row.high
    assert found["spearman"].abs().is_monotonic_decreasing


def test_planted_causes_stand_out_and_noise_does_not(taste: Dataset, no_taste: Dataset) -> None:
    """The three causes pass the count of looks with their signs; the listener without a taste passes nothing."""
    found = correlate(taste).with_rating.set_index("feature")
    for name, sign in (("acousticness", 1), ("valence", -1), ("tempo", -1)):
        assert found.loc[name, "q"] <= 0.05
        assert np.sign(found.loc[name, "spearman"]) == sign
    assert (correlate(no_taste).with_rating["q"] > 0.05).all()


def test_missing_values_leave_only_their_pair() -> None:
    """A correlation uses the tracks that have both."""
    frame = table().astype(object)
    frame.loc[:9, "energy"] = ""
    found = correlate(dataset(frame)).with_rating.set_index("feature")["n"]
    assert (found["energy"], found["valence"]) == (30, 40)


def test_companions_stand_together() -> None:
    """Two features that move together are neighbours in the clustered order."""
    draw = np.random.default_rng(0)
    base = draw.random(60)
    frame = table(60, energy=base, loudness=-20 + 10 * base + 0.1 * draw.random(60), liveness=draw.random(60))
    order = list(correlate(dataset(frame)).spearman.columns)
    assert abs(order.index("energy") - order.index("loudness")) == 1


def test_the_interval_covers() -> None:
    """At n = 60 and a true correlation of 0.4 the 95 % interval holds it in about 95 of 100 samples."""
    draw = np.random.default_rng(0)
    truth = 6 / np.pi * np.arcsin(0.4 / 2)  # Spearman of a normal pair with Pearson 0.4
    held = 0
    for _ in range(1000):
        x, e = draw.normal(size=(2, 60))
        low, high = spearman_interval(stats.spearmanr(x, 0.4 * x + np.sqrt(1 - 0.16) * e).statistic, 60)
        held += low <= truth <= high
    assert 925 <= held <= 975


def test_the_studys_pair_comes_first(bach: Dataset, taste: Dataset) -> None:
    """Valence against mode; else what goes together most."""
    assert first_pair(bach) == ("mode_avg", "valence")
    assert first_pair(taste) == ("mode", "valence")
    assert set(first_pair(dataset(table().assign(loudness=lambda f: 20 * f["energy"] - 30)))) == {"energy", "loudness"}


def test_any_pair_with_the_rating() -> None:
    """The rating can stand on either side, and a pair keeps its tracks."""
    data = dataset()
    two = pair(data, "energy", "rating")
    assert np.array_equal(two.y, data.rating[two.rows])
    assert two.spearman == pytest.approx(pair(data, "rating", "energy").spearman)


def test_one_feature_is_enough() -> None:
    """A list with a single feature has a 1 x 1 matrix and a pair with the rating."""
    data = dataset(table().drop(columns=["valence", "tempo"]))
    assert correlate(data).spearman.shape == (1, 1)
    assert first_pair(data) == ("energy", "rating")
    assert isinstance(correlate(data).with_rating, pd.DataFrame)


def test_steps_of_the_rating_hold_every_track_once() -> None:
    """Ten steps stay steps; a hundred become five parts of about equally many tracks, in order, without overlap."""
    few = np.array([1, 1, 7, 10, 7])
    assert levels(few)[0] == ((1, 1), (7, 7), (10, 10))
    assert levels(few)[1].tolist() == [0, 0, 1, 2, 1]
    many = np.random.default_rng(0).integers(0, 101, 500).astype(float)
    parts, own = levels(many)
    assert len(parts) == 5
    assert all(before[1] < after[0] for before, after in pairwise(parts))
    assert all(parts[number][0] <= value <= parts[number][1] for number, value in zip(own, many, strict=True))
    assert np.bincount(own).min() > 75
