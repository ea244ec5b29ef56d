"""Sentences about habits that were taken out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.biases.without import Habit, Without
from core.words.without import without_headline, without_sentence

FOUND = Without(
    "ridge", (Habit("drift", "", np.zeros(3)), Habit("source", "mood", np.zeros(3))), 0.2, 0.35, 0.1, 0.15, 0.04, 0.26, "better"
)  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "says"),
    [("better", "foretells more"), ("same", "no difference"), ("worse", "foretells less"), ("open", "cannot be told")],
)
def test_whether_it_helps_is_said_first(verdict: str, says: str) -> None:
    """One headline for each verdict."""
    assert says in without_headline(replace(FOUND, verdict=verdict))


def test_the_figures_stand_with_their_range() -> None:
    """Skill with and without, the difference, and what the habits reach alone."""
    assert without_sentence(FOUND) == (
        "Taken out and put back: From first to last and Where it stands (`mood`). The skill of ridge is then 35 % instead of "
        "20 %, a difference of 15 points of skill (95 %: 4 to 26). The habits alone, without any sound, reach 10 %."
    )
    nothing = replace(FOUND, low=float("nan"))
    assert without_sentence(nothing) == "There are too few folds in which to compare."
