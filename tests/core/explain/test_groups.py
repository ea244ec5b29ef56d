"""Features as players."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.dataset import Dataset
from core.drivers import drivers
from core.explain.groups import Player, chosen, families, membership, singly, sounding_alike
from core.explain.out_of_fold import explain
from tests.conftest import dataset, table


@pytest.fixture(scope="module")
def wide() -> Dataset:
    """60 tracks with two features that say the same, and one that is the same everywhere (which the reader leaves out)."""
    frame = table(60, seed=2)
    found = dataset(frame.assign(loudness=-30 + 20 * frame["energy"]))
    return replace(found, features=found.features.assign(liveness=0.5))


def test_every_feature_is_in_exactly_one_group(wide: Dataset) -> None:
    """Whatever the way of grouping, the groups' features are the list's, each once; a key names a group."""
    for players in (singly(wide.feature_names), families(wide.feature_names), sounding_alike(wide)):
        assert sorted(name for player in players for name in player.features) == sorted(wide.feature_names)
        assert len({player.key for player in players}) == len(players)


def test_what_sounds_alike_is_what_the_drivers_take_for_one(wide: Dataset) -> None:
    """The clusters are those of the test; what is the same everywhere, or empty, stands alone."""
    found = {frozenset(player.features) for player in sounding_alike(wide)}
    tested = {frozenset(names) for names in drivers(wide, gate=False, permutations=99).frame["features"]}
    assert tested <= found
    assert frozenset({"energy", "loudness"}) in found
    assert found - tested == {frozenset({"liveness"})}


def test_the_persons_own_groups() -> None:
    """Equal names are one group, an empty one or blanks none, and a group may be called as a feature is."""
    names = ("energy", "tempo", "valence", "mode")
    found = chosen(names, {"energy": " party ", "tempo": "Party", "valence": "  ", "mode": "valence"})
    assert found == (Player(("energy", "tempo"), "party"), Player(("valence",)), Player(("mode",), "valence"))


def test_a_feature_in_two_groups_or_none_is_refused() -> None:
    """Sums would not add up to the prediction."""
    with pytest.raises(ValueError, match="exactly one"):
        membership(("a", "b"), (Player(("a",)), Player(("a", "b"))))
    with pytest.raises(ValueError, match="exactly one"):
        membership(("a", "b"), (Player(("a",)),))


def test_grouped_values_are_sums_with_their_signs(wide: Dataset) -> None:
    """A group's value is its features' sum, base plus values still is the prediction, and the bar is the sum's size."""
    single = explain(wide, "ridge", workers=1)
    whole = single.grouped(families(wide.feature_names))
    for place, player in enumerate(whole.players):
        columns = [single.features.index(name) for name in player.features]
        assert np.allclose(whole.values[:, place], single.values[:, columns].sum(axis=1), atol=1e-12)
        bar = whole.importance.set_index("place")["importance"][place]
        assert bar == pytest.approx(np.abs(single.by_round[:, :, columns].sum(axis=2)).mean(), rel=1e-5)
    assert np.allclose(whole.base + whole.values.sum(axis=1), whole.prediction)


def test_parts_that_pull_against_each_other_take_each_other_away(wide: Dataset) -> None:
    """All features as one group are the prediction minus the base, less than the sum of the bars."""
    single = explain(wide, "ridge", workers=1)
    whole = single.grouped((Player(wide.feature_names, "all"),))
    assert np.allclose(whole.values[:, 0], whole.prediction - whole.base)
    assert whole.importance["importance"].sum() < single.importance["importance"].sum()


def test_a_group_has_the_colour_of_the_feature_that_it_follows(wide: Dataset) -> None:
    """That whose ranks its values go with most; never one that is the same everywhere."""
    whole = explain(wide, "ridge", workers=1).grouped((Player(wide.feature_names, "all"),))
    rho = wide.features.drop(columns="liveness").corrwith(pd.Series(whole.values[:, 0]), method="spearman").abs()
    assert whole.followed(0, wide.features) == rho.idxmax()
    assert whole.followed(0, wide.features.assign(**{str(rho.idxmax()): 0.5})) == rho.drop(rho.idxmax()).idxmax()
