"""How the scale is used."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from core.biases.scale import scale_use
from tests.conftest import dataset, table


def test_every_rating_is_counted_once() -> None:
    """Counts add up to the tracks, and so does the smooth expectation."""
    for ratings in (np.arange(40) % 10 + 1, np.arange(40) % 9 / 2 + 1, np.arange(40) * 2.37, np.arange(40) % 2):
        use = scale_use(dataset(table(rating=ratings)))
        assert use.steps["count"].sum() == 40
        assert use.two_ratings or use.steps["expected"].sum() == pytest.approx(40)


def test_a_ten_step_scale_shows_its_empty_steps() -> None:
    """Ratings of 2 to 9 stand on a scale of 1 to 10."""
    steps = scale_use(dataset(table(rating=np.arange(40) % 8 + 2))).steps
    assert list(steps["label"]) == [str(n) for n in range(1, 11)]
    assert steps["count"].iloc[[0, -1]].tolist() == [0, 0]


def test_half_steps_are_seen() -> None:
    """A scale of half stars has a step for each half."""
    labels = list(scale_use(dataset(table(rating=np.arange(40) % 9 / 2 + 1))).steps["label"])
    assert labels == ["1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5", "5"]


def test_shifting_the_scale_shifts_only_the_place() -> None:
    """One more point for every track: mean and median move by one, the spread does not."""
    one, two = (scale_use(dataset(table(rating=np.arange(40) % 7 + shift))) for shift in (2, 3))
    assert two.mean == pytest.approx(one.mean + 1)
    assert two.median == one.median + 1
    assert (two.sd, two.sd_low, two.sd_high) == pytest.approx((one.sd, one.sd_low, one.sd_high))


def test_the_intervals_hold_the_figures() -> None:
    """Mean and spread lie within their ranges."""
    use = scale_use(dataset())
    assert use.mean_low < use.mean < use.mean_high
    assert use.sd_low < use.sd < use.sd_high


@pytest.mark.parametrize(("low", "high"), [(0, 1), (3, 7), (0.25, 0.75)])
def test_two_ratings_are_two_steps_without_a_hill(low: float, high: float) -> None:
    """Only the two ratings are steps, nothing smooth is expected, and the mean's range is Wilson's for the share."""
    use = scale_use(dataset(table(rating=[low] * 30 + [high] * 10)))
    assert use.two_ratings == (low, high)
    assert use.steps["count"].tolist() == [30, 10]
    assert use.steps["expected"].isna().all()
    z, p, n = stats.norm.ppf(0.975), 0.25, 40
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert (use.mean_low - low) / (high - low) == pytest.approx(middle - half)
    assert (use.mean_high - low) / (high - low) == pytest.approx(middle + half)


def test_more_ratings_than_two_are_no_likes() -> None:
    """Three different ratings are a scale."""
    assert scale_use(dataset(table(rating=np.arange(40) % 3 + 1))).two_ratings is None
