"""Contract of `core.between`: how ratings and features differ between groups, with the size and its range."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.between import DECADE, between, divisions
from core.dataset import Dataset
from tests.conftest import dataset, table


def grouped(apart: float, *, tracks: int = 120, seed: int = 0) -> Dataset:
    """Six genres of equal size, whose ratings from 0 to 100 differ by `apart` standard deviations of what is left."""
    draw = np.random.default_rng(seed)
    genre = np.arange(tracks) % 6
    rating = np.clip(np.round(50 + 12 * (apart * (genre - 2.5) / 1.7 + draw.normal(size=tracks))), 0, 100)
    rating[:2] = 0, 100
    frame = table(
        tracks, seed=seed, rating=rating, genre=[f"G{g}" for g in genre], release_date=1960 + draw.integers(0, 40, tracks)
    )  # fmt: skip
    return dataset(frame)


def test_every_kind_of_group_that_is_there_can_be_asked() -> None:
    """Artists, decades and a column of a few words; not titles, each of which is one of its kind."""
    found = divisions(grouped(0.5))
    assert set(found) == {"artist", DECADE, "genre"}
    assert set(found[DECADE]) == {"1960", "1970", "1980", "1990"}


def test_groups_that_differ_have_a_share_with_its_range() -> None:
    """Planted: half of the variance lies between six genres; their means are in order."""
    found = between(grouped(1.0, tracks=600), "rating", "genre")
    assert found.share == pytest.approx(0.5, abs=0.08)
    assert 0.3 < found.low < found.share < found.high < 0.65
    assert found.p < 1e-9
    assert list(found.groups["label"]) == ["G5", "G4", "G3", "G2", "G1", "G0"]
    assert (found.groups["low"] < found.groups["mean"]).all()
    assert found.groups["tracks"].sum() == found.tracks == 600


def test_the_range_holds_the_truth_about_as_often_as_it_says() -> None:
    """Of 100 lists whose genres share a tenth of the variance, the range of 95 % holds it in at least 88 and at most 99."""
    truth = (0.34**2) / (0.34**2 + 1)
    inside = [
        found.low <= truth <= found.high
        for seed in range(100)
        for found in [between(grouped(0.34, seed=seed), "rating", "genre")]
    ]
    assert 88 <= sum(inside) <= 99


def test_groups_that_do_not_differ_are_seldom_told_apart() -> None:
    """By luck p is up to 0.05 in about 5 of 100 lists, and the range then still begins at or near 0."""
    found = [between(grouped(0.0, seed=seed), "rating", "genre") for seed in range(100)]
    assert sum(one.p <= 0.05 for one in found) <= 11
    assert sum(one.low > 0 for one in found) <= 11


def test_a_feature_can_be_asked_too() -> None:
    """Energy between decades, in its own unit."""
    data = grouped(0.0)
    found = between(data, "energy", DECADE)
    assert found.mean == pytest.approx(data.features["energy"].mean())
    assert found.groups["mean"].between(0, 1).all()


def test_where_nothing_differs_there_is_no_figure() -> None:
    """The same rating everywhere, or groups that lack the feature: no share, no p, no crash."""
    data = grouped(0.0)
    same = between(replace(data, rating=np.full(data.tracks, 5.0)), "rating", "genre")
    assert np.isnan([same.share, same.low, same.high, same.p]).all()
    gaps = data.features.assign(energy=np.nan)
    empty = between(replace(data, features=gaps), "energy", "genre")
    assert empty.tracks == 0
    assert np.isnan(empty.p)


def test_small_groups_are_left_out() -> None:
    """A genre of four tracks has no mean of its own, and alone it is no division."""
    data = grouped(0.0, tracks=24)
    assert "genre" not in divisions(data)
