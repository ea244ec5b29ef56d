"""Numbers on another scale than the catalogue's."""

from __future__ import annotations

import numpy as np
import pytest

from core.reading import Choices, open_files, read
from core.reading.units import convert
from tests.conftest import dataset, table, upload


def test_shares_from_0_to_100_are_divided() -> None:
    """The same list with shares from 0 to 100 is the same data; the ground stands beside the column."""
    frame = table(60, liveness=np.random.default_rng(1).integers(0, 100, 60) / 100)
    percent = frame.assign(**{name: (100 * frame[name]).round(1) for name in ("energy", "valence", "liveness")})
    one, two = dataset(frame), dataset(percent)
    assert np.allclose(one.x, two.x)
    entry = next(entry for entry in two.understood if entry.column == "energy")
    assert entry.scale == "0 to 100"
    assert "divided by 100" in entry.reason
    assert entry.reversible


def test_a_rare_share_follows_its_sisters() -> None:
    """Where the others run from 0 to 100, a column of zeros and ones is on that scale too; without sisters it is not."""
    rare = np.array([0.0, 1.0, 0.0, 1.0])
    sister = np.array([10.0, 90.0, 40.0, 3.0])
    assert convert({"instrumentalness": rare, "energy": sister})["instrumentalness"].values.max() == 0.01
    assert convert({"instrumentalness": rare})["instrumentalness"].values.max() == 1


def test_a_single_value_beyond_is_a_fault_not_a_scale() -> None:
    """One 74 among shares from 0 to 1 is named with its row, and does not divide the others."""
    frame = table()
    frame.loc[3, "energy"] = 74.5
    reading = open_files([upload(frame)])
    assert len(reading.faults) == 1
    assert "row 5 (`74.5`)" in reading.faults[0]
    assert reading.skippable == 1
    assert read([upload(frame)], Choices(skip_faulty=True)).tracks == 39


@pytest.mark.parametrize(
    ("written", "milliseconds", "scale"),
    [
        ([214, 180, 90], 214_000, "seconds"), ([3.5, 4, 2], 210_000, "minutes"),
        ([214_000, 90_000, 9_000], 214_000, "milliseconds"),
    ],
)  # fmt: skip
def test_lengths_are_milliseconds(written: list[float], milliseconds: float, scale: str) -> None:
    """Half of all tracks last longer than 20 seconds, which tells minutes, seconds and milliseconds apart."""
    found = convert({"duration_ms": np.array(written, dtype=float)})["duration_ms"]
    assert (found.values[0], found.scale) == (milliseconds, scale)


def test_loudness_above_zero_is_no_loudness() -> None:
    """Positive numbers are refused with the ground, and taken where a person insists."""
    frame = table(loudness=np.arange(40) * 2.5 % 37 + 10)
    assert "loudness" not in dataset(frame).feature_names
    assert any("below 0" in item.reason for item in dataset(frame).dropped)
    assert "loudness" in read([upload(frame)], Choices(roles={"loudness": "feature:loudness"})).feature_names
    assert "loudness" in dataset(table(loudness=-np.arange(40.0))).feature_names


def test_a_scale_can_be_kept() -> None:
    """What a person wants as written stays, and says so."""
    frame = table(60)
    frame["energy"] *= 100
    kept = read([upload(frame)], Choices(as_written=["ENERGY"]))
    assert kept.features["energy"].max() > 1
    assert "as it is written" in next(entry.reason for entry in kept.understood if entry.column == "energy")


def test_scales_that_nobody_knows_stay() -> None:
    """Numbers beyond 100 or below 0 are left alone, which is said."""
    found = convert({"energy": np.array([120.0, 740.0, 3.0])})["energy"]
    assert found.values.tolist() == [120.0, 740.0, 3.0]
    assert "no scale that I know" in found.evidence


def test_missing_values_stay_missing() -> None:
    """A conversion keeps every gap."""
    found = convert({"energy": np.array([np.nan, 50.0, 70.0]), "duration_ms": np.array([np.nan] * 3)})
    assert np.isnan(found["energy"].values).tolist() == [True, False, False]
    assert np.isnan(found["duration_ms"].values).all()
