"""What more ratings would show, and how good a model could get."""

from __future__ import annotations

import pytest

from core.curve import Ceiling, Detectable
from core.words.curve import ceiling_sentence, detectable_sentence, widest_sentence

NAN = float("nan")


@pytest.mark.parametrize(
    ("share", "often"),
    [
        (0.05, "hardly ever"),
        (0.2, "only about one time in five"),
        (0.9, "about nine times in ten"),
        (1.0, "nearly always"),
    ],
)
def test_how_often_is_told_coarsely(share: float, often: str) -> None:
    """The measured shares may be off by a tenth."""
    assert often in detectable_sentence(Detectable(100, 100, share, 0.63))


def test_ratings_that_are_all_the_same_say_nothing() -> None:
    """Twice the same rating throughout has no agreement."""
    assert "with the same rating throughout" in ceiling_sentence(Ceiling(20, 40, NAN, NAN, NAN))


def test_the_track_that_lies_furthest_apart_is_named() -> None:
    """With its lowest and highest rating; of likes in words; nothing where no two differ."""
    found = Ceiling(23, 46, 0.7, 0.5, 0.85, widest=("Song `x`", 3.0, 8.5))
    assert widest_sentence(found) == "Furthest apart: `Song 'x'`, 3 and 8.5."
    likes = Ceiling(23, 46, 0.7, 0.5, 0.85, widest=("Song", 0.0, 1.0))
    assert widest_sentence(likes, (0.0, 1.0)) == "Furthest apart: `Song`, not liked and liked."
    assert widest_sentence(Ceiling(23, 46, 0.7, 0.5, 0.85)) == ""
