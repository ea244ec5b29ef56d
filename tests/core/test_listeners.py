"""Contract of `core.listeners`: severity on the same tracks, agreement as Krippendorff has it, tastes side by side."""

from __future__ import annotations

from dataclasses import replace

import krippendorff
import numpy as np
import pandas as pd
import pytest

from core.dataset import Dataset
from core.listeners import Listeners, alpha, meet, side_by_side
from core.reading import Choices, Upload, read
from tests.conftest import table


def lists(
    people: int = 2, tracks: int = 120, *, stricter: float = 0.0, common: float = 0.7, seed: int = 0, missing: float = 0.0
) -> dict[str, Dataset]:  # fmt: skip
    """Listeners of one long file, who share a part of their liking; the first one rates lower by `stricter`."""
    draw = np.random.default_rng(seed)
    shared = draw.normal(size=tracks)
    features = table(tracks, seed=seed).drop(columns="rating")
    frames = []
    for number in range(people):
        liking = np.sqrt(common) * shared + np.sqrt(1 - common) * draw.normal(size=tracks)
        rating = np.clip(np.round(5.5 + 1.6 * liking - stricter * (number == 0)), 1, 10).astype(int)
        keep = draw.random(tracks) >= missing
        frames.append(features.assign(listener=f"P{number}", rating=rating)[keep])
    data = pd.concat(frames).to_csv(index=False).encode()
    return {f"P{number}": read([Upload("all.csv", data)], Choices(listener=f"P{number}")) for number in range(people)}


def met(found: dict[str, Dataset]) -> Listeners:
    """They do have something in common."""
    result = meet(found)
    assert result is not None
    return result


@pytest.mark.parametrize("seed", range(5))
def test_alpha_is_krippendorffs(seed: int) -> None:
    """Interval and, of mid-ranks, ordinal, with gaps: what the library of that name says, weights of 1 and others alike."""
    from scipy.stats import rankdata

    draw = np.random.default_rng(seed)
    ratings = np.clip(np.round(5 + draw.normal(size=(60, 1)) + draw.normal(size=(60, 4))), 1, 10)
    ratings[draw.random(ratings.shape) < 0.3] = np.nan
    ranks = np.full_like(ratings, np.nan)
    ranks[~np.isnan(ratings)] = rankdata(ratings[~np.isnan(ratings)])
    once = np.ones((1, 60))
    assert alpha(ratings, once)[0] == pytest.approx(krippendorff.alpha(ratings.T, level_of_measurement="interval"))
    # ranks of all ratings, of which those of tracks rated once are no part of the ordinal alpha
    kept = (~np.isnan(ratings)).sum(axis=1) > 1
    own = np.full_like(ratings[kept], np.nan)
    own[~np.isnan(ratings[kept])] = rankdata(ratings[kept][~np.isnan(ratings[kept])])
    expected = krippendorff.alpha(ratings[kept].T, level_of_measurement="ordinal")
    assert alpha(own, np.ones((1, kept.sum())))[0] == pytest.approx(expected)
    twice = np.repeat(ratings, 2, axis=0)
    expected = krippendorff.alpha(twice.T, level_of_measurement="interval")
    assert alpha(ratings, 2 * once)[0] == pytest.approx(expected)


def test_a_stricter_listener_is_told_with_the_size() -> None:
    """One and a half points lower on the same tracks, whatever else each of them rated."""
    found = met(lists(2, stricter=1.5, missing=0.2)).severity.set_index("listener")
    assert found.loc["P0", "claimed"]
    assert found.loc["P0", "effect"] == pytest.approx(-1.5, abs=0.4)
    assert found.loc["P0", "low"] < found.loc["P0", "effect"] < found.loc["P0", "high"] < 0
    assert found.loc["P1", "effect"] == pytest.approx(-found.loc["P0", "effect"])


def test_nobody_is_called_strict_by_luck() -> None:
    """Of 40 pairs of equally strict people at most 3 are told apart."""
    told = sum(met(lists(2, 60, seed=seed)).severity["claimed"].any() for seed in range(40))
    assert told <= 3


def test_another_list_is_no_severity() -> None:
    """Who rated the better tracks alone has the higher average, and is not called generous for it."""
    people = lists(2, 200)
    better = np.flatnonzero(people["P0"].rating >= 6)
    found = met({"P0": people["P0"].subset(better), "P1": people["P1"]})
    own = found.severity.set_index("listener").loc["P0"]
    assert people["P0"].rating[better].mean() - people["P1"].rating.mean() > 1
    assert own["tracks"] == len(better)


def test_three_listeners_are_told_against_the_mean_of_the_others() -> None:
    """By least squares over the tracks that at least two rated: the parts add up to nothing."""
    found = met(lists(3, stricter=1.2, missing=0.3))
    effect = found.severity.set_index("listener")["effect"]
    assert effect.sum() == pytest.approx(0, abs=1e-9)
    assert effect["P0"] == pytest.approx(-1.2, abs=0.4)
    assert len(found.tastes) == 3


def test_agreement_rises_when_severity_is_removed() -> None:
    """Two who differ by two points agree little to the letter, and much beside that."""
    found = met(lists(2, stricter=2.0, common=0.9)).agreement
    assert found is not None
    assert found.without_severity[0] > found.interval[0] + 0.15
    for point, low, high in (found.ordinal, found.interval, found.without_severity):
        assert low < point < high


def test_relabelling_and_shifting_change_what_they_should() -> None:
    """Other names, the same figures; a constant added to one listener moves severity alone."""
    people = lists(2)
    first = met(people)
    renamed = met({"X": people["P0"], "Y": people["P1"]})
    np.testing.assert_array_equal(first.severity["effect"], renamed.severity["effect"])
    assert first.tastes["spearman"][0] == renamed.tastes["spearman"][0]
    higher = people["P0"].rating + 1.0
    moved = met({"P0": _with(people["P0"], higher), "P1": people["P1"]})
    before, after = (one.severity.set_index("listener").loc["P0", "effect"] for one in (first, moved))
    assert after - before == pytest.approx(1.0)
    assert moved.tastes["spearman"][0] == pytest.approx(first.tastes["spearman"][0])
    assert first.agreement is not None
    assert moved.agreement is not None
    np.testing.assert_allclose(moved.agreement.without_severity, first.agreement.without_severity)


def _with(data: Dataset, rating: np.ndarray) -> Dataset:
    return replace(data, rating=rating)


def test_tastes_that_differ_in_a_feature_are_told_apart() -> None:
    """One rates by valence, the other against it: that feature stands first, with a small q; a shared one does not."""
    features = table(150, seed=1).drop(columns="rating")
    draw = np.random.default_rng(1)
    z = (features["valence"] - features["valence"].mean()) / features["valence"].std()
    frames = [
        features.assign(
            listener=name, rating=np.clip(np.round(5.5 + way * z + draw.normal(size=150)), 1, 10).astype(int)
        )
        for name, way in (("A", 1.5), ("B", -1.5))
    ]
    data = pd.concat(frames).to_csv(index=False).encode()
    a, b = (read([Upload("all.csv", data)], Choices(listener=name)) for name in "AB")
    found = side_by_side(a, b)
    assert found["feature"][0] == "valence"
    assert found["q"][0] < 1e-6
    assert found["difference"][0] > 0.8
    assert (side_by_side(a, a)["q"] == 1).all()


def test_two_who_share_nothing_are_not_compared() -> None:
    """Different tracks: no severity, no agreement, no common taste; and none where the scales differ, or somebody is alone."""
    one, other = lists(2)["P0"], lists(2, seed=9)["P1"]
    renamed = replace(other, identity=other.identity.assign(title=[f"Other {n}" for n in range(other.tracks)]))
    found = met({"P0": one, "P1": renamed})
    assert found.titles == ()
    assert not found.comparable
    assert found.severity["effect"].isna().all()
    assert found.agreement is None
    assert meet({"P0": one}) is None


def test_ties_everywhere_are_no_crash() -> None:
    """One who gives every track the same rating has no correlation, and alpha is a number or nothing."""
    people = lists(2)
    flat = _with(people["P0"], np.full(people["P0"].tracks, 5.0))
    found = met({"P0": flat, "P1": people["P1"]})
    assert found.tastes["spearman"].isna().all()
    both = met({"P0": flat, "P1": _with(people["P1"], np.full(people["P1"].tracks, 5.0))})
    assert both.agreement is not None
    assert np.isnan(both.agreement.interval[0])
    assert not both.severity["claimed"].any()
