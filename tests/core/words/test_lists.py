"""Sentences about a list: its average, how well known it is, and how one feature goes together with its rating."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core import words
from core.biases import scale_use
from core.correlate import Correlations
from core.peaks import Peak
from tests.conftest import dataset, table

EMPTY = pd.DataFrame()


def links(spearman: float, q: float) -> Correlations:
    """Valence with the rating."""
    row = {
        "feature": "valence",
        "spearman": spearman,
        "low": spearman - 0.1,
        "high": spearman + 0.1,
        "p": q,
        "q": q,
        "n": 90,
    }
    return Correlations(EMPTY, EMPTY, pd.DataFrame([row]))


@pytest.mark.parametrize(
    ("spearman", "q", "says"),
    [(0.4, 0.001, "Valence: more of it goes together with higher ratings (rank correlation 0.40, 95 %: 0.30 to 0.50, q 0.001)."),
     (-0.4, 0.001, "Valence: more of it goes together with lower ratings"), (0.1, 0.5, "no link with your rating that luck"),
     (np.nan, np.nan, "Valence: the same everywhere, or known of too few tracks.")],
)  # fmt: skip
def test_one_feature_is_told_with_its_range(spearman: float, q: float, says: str) -> None:
    """More, less, neither, or nothing to compute."""
    assert says in words.level_sentence(links(spearman, q), "valence", ())


@pytest.mark.parametrize(("sign", "way"), [(1, "higher"), (-1, "lower")])
def test_a_middle_that_is_rated_otherwise_is_told_with_its_test(sign: int, way: str) -> None:
    """Where, which way, and p; without a test passed, that none is shown."""
    peak = Peak("valence", 0.55, sign, 0.012)
    assert words.level_sentence(links(0.0, 0.9), "valence", (peak,)).endswith(
        f"Around 0.55 it is rated {way} than towards both ends (two lines; p 0.012 after counting all features)."
    )
    other = words.level_sentence(links(0.0, 0.9), "valence", (Peak("energy", 0.5, 1, 0.01),))
    assert other.endswith("No middle value is shown to be rated otherwise than both ends.")


@pytest.mark.parametrize(
    ("ratings", "says"), [((7, 8, 9), "above the middle of the scale (5.5)"), ((2, 3, 4), "below the middle")]
)
def test_an_average_off_the_middle_is_no_sign_of_character(ratings: tuple[int, ...], says: str) -> None:
    """A list holds what somebody chose: neither mildness nor severity follows; an average in the middle says nothing."""
    data = dataset(table(60, rating=[*([1, 10] * 3), *np.resize(ratings, 54)]))
    sentence = words.leniency_sentence(scale_use(data), data.scale)
    assert says in sentence
    assert "no sign of" in sentence
    even = dataset(table(60, rating=np.resize([1, 4, 5, 6, 7, 10], 60)))
    assert words.leniency_sentence(scale_use(even), even.scale) == ""
    likes = dataset(table(60, rating=np.resize([0, 1, 1, 1], 60)))
    assert words.leniency_sentence(scale_use(likes), likes.scale) == ""


def test_how_well_known_the_tracks_are_is_told_from_twenty_on() -> None:
    """The middle half and the middle; nothing of fewer."""
    assert words.known_sentence(np.arange(0, 101.0)) == (
        "How well known your tracks are: half of them have a popularity from 25 to 75, the one in the middle 50."
    )
    assert words.known_sentence(np.array([50.0] * 19 + [np.nan] * 30)) == ""


def test_the_strongest_link_is_told_in_its_direction() -> None:
    """Higher or lower ratings, more or fewer likes."""
    assert words.rating_links_headline(links(-0.4, 0.001)) == "More valence goes together with lower ratings."
    assert words.rating_links_headline(links(-0.4, 0.001), (0.0, 1.0)) == "More valence goes together with fewer likes."


def test_recordings_in_several_rows_are_counted() -> None:
    """Another rating of the same recording is said, since copies share a fold."""
    frame = table(40)
    again = pd.concat([frame, frame.head(1).assign(rating=(frame["rating"][0] % 10) + 1)])
    assert "1 row is another rating of the same recording; copies share a fold." in words.read_details(dataset(again))
