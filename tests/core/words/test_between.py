"""Sentences about groups of tracks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.between import Between
from core.words.between import between_sentence, division_label


def found(by: str, p: float, *, what: str = "rating", groups: int = 8) -> Between:
    """A difference between groups, with this p."""
    frame = pd.DataFrame({"label": [f"G{n}" for n in range(groups)]})
    nothing = np.isnan(p)
    return Between(what, by, 120, 5.0, frame, *((np.nan,) * 3 if nothing else (0.12, 0.03, 0.25)), p)


def test_a_difference_is_told_with_its_share_and_range() -> None:
    """Artists, decades, and a column by its header; the rating or a feature."""
    assert between_sentence(found("artist", 0.01)) == (
        "In this list your rating differs between artists (12 % of the differences lie between them, 95 %: 3 to 25 %; p 0.010; "
        "120 tracks in 8 groups)."
    )
    assert "energy differs between decades" in between_sentence(found("decade", 0.01, what="energy"))
    assert "between the groups of `mood`" in between_sentence(found("mood", 0.01))


def test_what_luck_does_too_is_not_told_as_a_difference() -> None:
    """Above 0.05, and where it could not be asked."""
    assert between_sentence(found("album", 0.3)).startswith(
        "I cannot tell whether your rating differs between albums ("
    )
    assert "takes two groups of 5 tracks" in between_sentence(found("work", np.nan))


def test_kinds_have_their_names() -> None:
    """In a menu a kind is said, a header is shown."""
    assert [division_label(by) for by in ("artist", "album", "work", "decade", "mood")] == [
        "artists", "albums", "works", "decades", "mood",
    ]  # fmt: skip
