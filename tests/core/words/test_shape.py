"""Sentences about more of one feature, peaks, and features that act together."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.shape import Shape
from core.interactions import Pair
from core.peaks import Peak
from core.words.shape import peak_sentence, shape_headline, shape_sentence, together_sentence


def shape(*curve: float, spread: float = 0.1, feature: str = "tempo") -> Shape:
    """A curve of ten folds and 101 refits of slopes that differ by a share."""
    line = np.array(curve)
    tilts = np.linspace(-spread, spread, 101)[:, None] * np.linspace(-1, 1, len(line))
    return Shape(feature, np.linspace(80, 160, len(line)), np.tile(line, (10, 1)), line + tilts)


def test_a_firm_direction_is_told_with_its_range() -> None:
    """From end to end, how much less, and what refits make of it."""
    falls = shape(0.5, 0.1, -0.4)
    assert shape_headline(falls) == "The more tempo, the less the model expects."
    assert shape_sentence(falls, "average") == (
        "From tempo 80 to 160, the range of nine in ten of your tracks, the average of four expects 0.90 rating points less "
        "(0.71 to 1.09 when it is fitted again)."
    )
    assert shape_headline(shape(-0.5, 0.4)) == "The more tempo, the more the model expects."


def test_a_direction_that_refits_disagree_on_is_none() -> None:
    """Where the range holds 0 neither more nor less is said."""
    open_one = shape(0.02, -0.05)
    assert shape_headline(open_one) == "With more tempo the model has no firm direction."
    said = shape_sentence(open_one, "ridge")
    assert "Ridge has no firm direction" in said
    assert "from \u22120.26 to 0.12 rating points" in said
    assert "less" not in said


def test_of_likes_it_is_percentage_points() -> None:
    """Shares of the higher rating, as everywhere."""
    said = shape_sentence(shape(0.2, -0.1, spread=0.01), "ridge", (0.0, 1.0))
    assert "expects 30 percentage points less (28 to 32 when" in said


def test_a_peak_is_told_only_with_its_test() -> None:
    """A curve that turns is luck until the ratings themselves pass; one that hardly turns is not spoken of."""
    turns = shape(-0.3, 0.4, -0.2)
    assert peak_sentence(turns, []) == "That the curve turns inside may be luck: your ratings passed no test of it."
    peak = Peak("tempo", 112.3, 1, 0.0004)
    assert peak_sentence(turns, [Peak("energy", 0.4, 1, 0.01), peak]) == (
        "Your ratings themselves turn there: tracks with tempo around 112 are rated higher than those towards both ends "
        "(p below 0.001 after counting all features)."
    )
    assert "rated lower" in peak_sentence(turns, [Peak("tempo", 112.3, -1, 0.04)])
    assert peak_sentence(shape(-0.3, 0.32, 0.3), []) == ""
    assert peak_sentence(shape(-0.3, 0.3), []) == ""


@pytest.mark.parametrize(("effect", "way"), [(1.2, "higher"), (-1.2, "lower")])
def test_a_pair_is_told_with_its_effect(effect: float, way: str) -> None:
    """Which two, how sure, how much, and beyond what."""
    low, high = sorted((effect * 0.5, effect * 1.5))
    said = together_sentence(Pair(("energy", "pitch_3"), 0.002, effect, low, high))
    assert said.startswith("Energy and Pitch D# act together (p 0.002): tracks with much or little of both are rated ")
    assert f"1.20 rating points {way} (0.60 to 1.80) than those with much of one and little of the other" in said


def test_luck_and_too_little_are_told_as_such() -> None:
    """The strongest pair of luck is named as luck; below the limits the question is not put."""
    assert "is one that luck would make (p 0.41)" in together_sentence(Pair(("energy", "tempo"), 0.41, 0.1, -0.1, 0.3))
    assert together_sentence(None).startswith(
        "Whether two features act together I ask from 300 ratings and a skill of 0.20"
    )
