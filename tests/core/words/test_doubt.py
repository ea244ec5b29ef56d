"""Sentences about how firm bars are and how far models agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.dataset import Dataset
from core.explain.agreement import Agreement
from core.explain.doubt import Doubt
from core.explain.groups import Player
from core.explain.out_of_fold import Explanation, explain
from core.words.doubt import agreement_headline, agreement_of, agreement_sentences, agreement_table, doubt_sentences
from core.words.naming import player_in_sentence, player_label


def agreeing(*ways: int, w: float = 0.85, players: tuple[Player, ...] = (Player(("energy",)),)) -> Agreement:
    """Models with these directions on the first player, which all of them use most."""
    models = ("ridge", "elastic_net", "extra_trees", "lightgbm")[: len(ways)]
    frame = pd.DataFrame({"place": 0, "model": models, "importance": 1.0, "share": 1.0, "direction": ways})
    return Agreement(models, players, frame, tuple(player.features[0] for player in players), w)


@pytest.fixture(scope="module")
def ridge(taste: Dataset) -> Explanation:
    """What ridge uses."""
    return explain(taste, "ridge", rounds=1, workers=1)


@pytest.mark.parametrize(
    ("halves", "low", "firm"), [(0.6, 0.2, ": stable."), (0.6, -0.1, "not stable"), (0.3, 0.1, "not stable")]
)
def test_bars_are_told_with_their_luck(ridge: Explanation, halves: float, low: float, firm: str) -> None:
    """How far luck reaches, how many go beyond, that this is no driver, and whether halves agree."""
    size = ridge.importance["importance"].iloc[2]
    said = " ".join(doubt_sentences(Doubt(pd.DataFrame(), size, halves, low, 0.7, 239), ridge))
    assert "2 of 14 go beyond that, which is not yet a driver" in said
    assert firm in said
    none = " ".join(doubt_sentences(Doubt(pd.DataFrame(), 9.0, halves, low, 0.7, 239), ridge))
    assert "none goes beyond that. Two halves" in none
    assert "halves" not in " ".join(doubt_sentences(Doubt(pd.DataFrame(), 9.0, *[np.nan] * 3, 239), ridge))


@pytest.mark.parametrize(
    ("ways", "sentence"),
    [((1, 1, 0), "2 of 3: more energy, higher."), ((-1, -1), "2 of 2: more energy, lower."),
     ((1, -1, 1), "Energy: contested, 2 higher and 1 lower."), ((0, 0), "Energy: no model has a clear direction.")],
)  # fmt: skip
def test_directions_are_counted(ways: tuple[int, ...], sentence: str) -> None:
    """For, against, and nobody."""
    assert agreement_of(agreeing(*ways), 0) == sentence


def test_a_groups_companions_are_named() -> None:
    """The direction is about its lead; the others, or the family's name and size, stand beside it."""
    both = ("energy", "loudness")
    assert agreement_of(agreeing(1, 1, players=(Player(both),)), 0) == "2 of 2: more energy (with loudness), higher."
    family = agreeing(1, 1, players=(Player(both, "noise"),))
    assert agreement_of(family, 0) == "2 of 2: more energy (noise (2 features)), higher."
    assert (player_label(Player(both, "noise")), player_label(Player(both))) == ("Noise (2)", "Energy, loudness")
    assert player_in_sentence(Player(both)) == "energy and loudness"


@pytest.mark.parametrize(
    ("w", "says"), [(0.4, "a warning"), (0.7, "no more than models of pure noise"), (0.9, "proves nothing")]
)
def test_agreement_is_a_caveat(w: float, says: str) -> None:
    """Little of it warns, much of it proves nothing."""
    assert says in agreement_sentences(agreeing(1, 1, w=w))[-1]


def test_nobody_and_one_alone_are_told() -> None:
    """Without two models there is no agreement to speak of."""
    nobody = replace(agreeing(1), models=())
    assert agreement_headline(nobody) == "No model beats guessing, so none is asked."
    assert "Only ridge beats guessing" in agreement_headline(agreeing(1))
    assert agreement_sentences(agreeing(1)) == []


def test_the_table_has_names_for_people() -> None:
    """One row per player and model."""
    table = agreement_table(agreeing(1, -1), ["Energy"])
    assert table[["player", "model"]].to_numpy().tolist() == [["Energy", "Ridge"], ["Energy", "Elastic net"]]
