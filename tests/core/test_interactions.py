"""Do two features act together?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.dataset import Dataset
from core.evaluate import Evaluation, evaluate
from core.interactions import ADDITIVE, may_be_asked, strongest_pair
from tests.conftest import dataset, table

N = 400


def listener(product: float, seed: int = 0, tracks: int = N) -> Dataset:
    """Ratings from energy, from valence, and from their product, with noise of the size of one of them."""
    draw = np.random.default_rng(seed)
    energy, valence = draw.uniform(size=tracks), draw.uniform(size=tracks)
    z = [(values - 0.5) * np.sqrt(12) for values in (energy, valence)]
    liking = z[0] - 0.6 * z[1] + product * z[0] * z[1] + draw.normal(size=tracks)
    rating = np.clip(np.round(5.5 + 0.6 * liking), 1, 10)
    return dataset(table(tracks, seed=seed, energy=energy, valence=valence, rating=rating))


def additive(data: Dataset) -> Evaluation:
    """The additive curves, out of fold."""
    return evaluate(data, models=[ADDITIVE], workers=1, repeats=2)


def test_a_planted_pair_is_found_with_its_size() -> None:
    """A product that moves ratings by 0.6 points for each deviation is told, with twice that in 95 of 100 ranges."""
    held = 0
    for seed in range(12):
        data = listener(1.0, seed)
        found = strongest_pair(data, additive(data), permutations=99, seed=seed)
        assert found is not None
        assert set(found.features) == {"energy", "valence"}
        assert found.told
        held += found.low < 1.2 < found.high
    assert held >= 10


def test_its_sign_is_that_of_the_product() -> None:
    """Where much of both lowers, the effect is negative."""
    data = listener(-0.8)
    found = strongest_pair(data, additive(data))
    assert found is not None
    assert found.high < 0


def test_added_tastes_are_no_pair() -> None:
    """Of thirty listeners with two added tastes at most five are told of a pair; the limit is 5 %."""
    told = 0
    for seed in range(30):
        data = listener(0.0, seed, 300)
        found = strongest_pair(data, additive(data), permutations=99, seed=seed)
        assert found is not None
        told += found.told
    assert told <= 5


def test_what_is_no_product_of_its_own_counts_for_nothing() -> None:
    """The square of a feature, and two features that are one, make no pair, whatever the ratings."""
    draw = np.random.default_rng(1)
    energy = draw.uniform(size=N)
    frame = table(N, energy=energy, valence=energy, rating=np.clip(np.round(5 + 8 * (energy - 0.5) ** 2 * 4), 1, 10))
    data = dataset(frame)
    found = strongest_pair(data, additive(data), permutations=99)
    assert found is not None
    assert set(found.features) != {"energy", "valence"}


def test_groups_move_as_wholes() -> None:
    """A mood of each of twenty artists that looks like a product of two features of theirs is no pair."""
    draw = np.random.default_rng(2)
    artist = np.repeat(np.arange(20), 15)
    energy, valence = draw.uniform(size=20)[artist], draw.uniform(size=20)[artist]
    mood = 3 * draw.normal(size=20)[artist] + draw.normal(size=300)
    names = [f"A{number}" for number in artist]
    rating = np.clip(np.round(5.5 + mood), 1, 10)
    data = dataset(table(300, energy=energy, valence=valence, rating=rating, artist_name=names))
    flat = replace(additive(data), predictions={ADDITIVE: np.full((1, 300), data.rating.mean())})
    singly = strongest_pair(data, flat, permutations=199)
    groups = data.identity["artist"].to_numpy(object)
    whole = strongest_pair(data, flat, groups=groups, permutations=199)
    assert singly is not None
    assert whole is not None
    assert singly.p_value < whole.p_value
    assert whole.high - whole.low > singly.high - singly.low


def test_the_same_seed_gives_the_same_pair() -> None:
    """Nothing hangs on anything but the data and the seed."""
    data = listener(0.2)
    given = additive(data)
    assert strongest_pair(data, given, permutations=99) == strongest_pair(data, given, permutations=99)


def test_many_features_and_tracks_are_thinned() -> None:
    """With more than sixty features one of each cluster is asked; of more than 2,000 tracks 2,000."""
    draw = np.random.default_rng(3)
    extra = {f"feature: x{number}": draw.normal(size=2_300) for number in range(70)}
    data = dataset(table(2_300, **extra))
    flat = replace(
        evaluate(data, models=["ridge"], workers=1, repeats=1),
        predictions={ADDITIVE: np.full((1, 2_300), data.rating.mean())},
    )
    found = strongest_pair(data, flat, permutations=49)
    assert found is not None
    assert np.isfinite([found.effect, found.low, found.high]).all()


def test_one_feature_makes_no_pair() -> None:
    """Where only one feature varies there is nothing to ask."""
    data = dataset(table(60, energy=0.5, valence=0.5))
    compared = evaluate(data, models=["ridge"], workers=1, repeats=1)
    flat = replace(compared, predictions={ADDITIVE: np.full((1, 60), data.rating.mean())})
    assert strongest_pair(data, flat) is None


@pytest.mark.parametrize(("tracks", "skill", "asked"), [(299, 0.5, False), (300, 0.2, True), (1000, 0.19, False)])
def test_little_is_not_asked(tracks: int, skill: float, asked: bool) -> None:
    """Below 300 tracks or a skill of 0.20 the question is not put."""
    assert may_be_asked(tracks, skill) is asked
