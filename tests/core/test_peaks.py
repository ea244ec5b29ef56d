"""Is some middle value of a feature rated otherwise than its ends?"""

from __future__ import annotations

import numpy as np
import pytest

from core.dataset import Dataset
from core.peaks import Peak, peaks
from tests.conftest import dataset, table
from tests.truth.generators import simulate

N = 300
TEMPO = np.random.default_rng(3).uniform(60, 180, N)


def listener(liking: np.ndarray, *, noise: float = 1.0, bent: bool = False) -> Dataset:
    """Ratings from a liking of the tempo, which the list has as it is, or squared."""
    rest = noise * np.random.default_rng(4).normal(size=N)
    rating = np.clip(np.round(5.5 + liking + rest), 1, 10)
    return dataset(table(N, tempo=TEMPO**2 / 100 if bent else TEMPO, rating=rating))


def test_a_planted_peak_is_found_where_it_is() -> None:
    """A taste for 110 beats per minute is one peak, near 110."""
    (found,) = peaks(listener(2 - ((TEMPO - 110) / 30) ** 2), gate=True)
    assert (found.feature, found.sign) == ("tempo", 1)
    assert found.at == pytest.approx(110, abs=8)
    assert found.p_holm < 0.001


def test_a_valley_is_a_peak_upside_down() -> None:
    """A distaste for the middle has the sign -1."""
    (found,) = peaks(listener(((TEMPO - 125) / 30) ** 2 - 2), gate=True)
    assert found.sign == -1
    assert found.at == pytest.approx(125, abs=8)


@pytest.mark.parametrize(
    "liking",
    [
        np.minimum((TEMPO - 60) / 15, 3) - 2, 2.0 * (TEMPO > 150), -2.0 * (TEMPO > 90), (TEMPO - 120) / 25,
        np.exp((TEMPO - 180) / 15) * 4,
    ],
    ids=["rises, then flat", "a late step", "an early step down", "a line", "flat, then rises"],
)  # fmt: skip
def test_what_only_bends_is_no_peak(liking: np.ndarray) -> None:
    """A curve that rises and stays, a step and a line have no middle that is rated otherwise than both ends."""
    assert not [peak for peak in peaks(listener(liking, noise=0.7), gate=True) if peak.feature == "tempo"]


def test_a_shut_gate_tells_nothing() -> None:
    """Without the gate not even a true peak is told."""
    assert peaks(listener(2 - ((TEMPO - 110) / 30) ** 2), gate=False) == ()


def test_the_unit_changes_nothing() -> None:
    """Any rising transform of the feature keeps the peak at the same track."""
    liking = 2 - ((TEMPO - 110) / 30) ** 2
    (before,) = peaks(listener(liking), gate=True)
    bent = listener(liking, bent=True)
    (after,) = peaks(bent, gate=True)
    assert np.sqrt(100 * after.at) == pytest.approx(before.at, abs=0.5)
    assert after.p_holm == pytest.approx(before.p_holm)


def test_groups_count_once() -> None:
    """What thirty artists, with ten tracks of one tempo each, happen to be rated is a peak only to who counts each track."""
    artist, told = np.repeat(np.arange(30), 10), {"alone": 0, "clustered": 0}
    for seed in range(60):
        draw = np.random.default_rng(seed)
        tempo = np.repeat(draw.uniform(60, 180, 30), 10) + draw.normal(size=N) / 100
        rating = np.clip(np.round(5.5 + np.repeat(2 * draw.normal(size=30), 10) + draw.normal(size=N)), 1, 10)
        data = dataset(table(N, tempo=tempo, rating=rating, artist_name=[f"A{number}" for number in artist]))
        groups = data.identity["artist"].to_numpy(object)
        for name, given in (("alone", None), ("clustered", groups)):
            told[name] += "tempo" in {peak.feature for peak in peaks(data, gate=True, groups=given)}
    assert told["alone"] >= 6
    assert told["clustered"] <= 1


def test_few_values_and_few_groups_are_not_asked() -> None:
    """A feature of five steps has no middle to speak of; seven groups have no standard error."""
    steps = np.digitize(TEMPO, [80, 100, 120, 140]) * 10.0
    rating = np.clip(np.round(8 - np.abs(steps - 20) / 5), 1, 10)
    assert not [
        peak for peak in peaks(dataset(table(N, tempo=steps, rating=rating)), gate=True) if peak.feature == "tempo"
    ]
    data = listener(2 - ((TEMPO - 110) / 30) ** 2)
    assert peaks(data, gate=True, groups=np.array([f"g{n % 7}" for n in range(N)], dtype=object)) == ()


def test_without_a_peak_few_are_told() -> None:
    """Of forty simulated listeners with a linear taste at most five are told of a peak, the gate open; the limit is 5 %."""
    told = sum(bool(peaks(simulate("linear", 100, r2=0.4, seed=seed).dataset, gate=True)) for seed in range(40))
    assert told <= 5


def test_the_surest_comes_first() -> None:
    """Peaks are sorted by p."""
    found = peaks(simulate("sparse", 1000, r2=0.4, seed=1).dataset, gate=True)
    assert found
    assert all(isinstance(peak, Peak) for peak in found)
    assert [peak.p_holm for peak in found] == sorted(peak.p_holm for peak in found)
