"""Sentences about how a person rates: all of them are made here, from planted results."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.biases import KINDS, Bias, Biases, Obstacle
from core.words.biases import TITLES, bias_sentence, biases_headline, biases_sentence, obstacle_sentence

WHYS = (
    "column",
    "few",
    "few-groups",
    "few-kind",
    "few-apart",
    "order",
    "same",
    "label",
    "coarse",
    "piles",
    "birth-year",
)
LEVELS = pd.DataFrame({"label": ["a"], "effect": [1.0], "low": [0.5], "high": [1.5], "tracks": [9]})
EFFECTS = {"artist": 0.2, "album": 0.2, "work": 0.2, "source": 0.2}


def planted(code: str, sign: int = 1, **other: object) -> Bias:
    """A claimed habit of this kind."""
    size = sign * EFFECTS.get(code, 0.31)
    low, high = sorted((size - 0.1, size + 0.1))
    made = Bias(
        code, 300, size, low, high, 0.0004, "column", raw=0.35, points=1.234 * sign, place=1985.3, q=0.004, claimed=True,
        steps=("1", "10") if code in {"middle", "ends", "round"} else (), levels=LEVELS if code == "source" else None,
    )  # fmt: skip
    return replace(made, **other)


def clean(sentence: str) -> bool:
    """Whether it has no figure that is none, is too long or of one thing in the plural, no double spaces, and ends."""
    wrong = r"nan|None|\d\.\d{3,}|\b1 (tracks|habits|points|artists)\b|  |-\d|\bbecause\b|\bcauses?\b|you like\b"
    return not re.search(wrong, sentence) and sentence.endswith(".")


@pytest.mark.parametrize("code", KINDS)
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("two", [None, (0.0, 1.0)])
def test_every_habit_has_its_sentence(code: str, sign: int, two: tuple[float, float] | None) -> None:
    """Claimed, too small, by luck and untestable, in both directions, of ratings and of likes: no figure that is none."""
    bias = planted(code, sign if code not in EFFECTS else 1)
    kinds = (
        bias, replace(bias, claimed=False), replace(bias, claimed=False, q=0.4, p=0.2),
        replace(bias, claimed=False, p=np.nan, q=np.nan), replace(bias, raw=np.nan),
    )  # fmt: skip
    said = [bias_sentence(one, two) for one in kinds]
    assert all(clean(one) for one in said), said
    assert len(set(said[:4])) == 4
    assert "Luck does this too (p 0.20; 0.40 after counting all looks)." in said[2]
    assert "too small to matter" in said[1]


@pytest.mark.parametrize(
    ("code", "more", "less"),
    [("ends", "At the ends of the scale (1 and 10) lie 31 percentage points more of your", "31 percentage points fewer"),
     ("drift", "Your ratings rose by 1.2 points from the first to the last track", "fell by 1.2 points"),
     ("contrast", "tends to be higher, by 0.31 points for each point", "tends to be lower"),
     ("start", "The first tenth was rated higher: by 1.2 points, 0.31 standard deviations (95 %: 0.21 to 0.41)", "lower"),
     ("popularity", "You rate better known tracks higher, also among tracks that sound alike: 1.2 points from", "tracks lower"),
     ("year-middle", "Tracks with a year around 1985 are rated higher than those to both sides", "rated lower"),
     ("duration-middle", "a length around 0:02", "rated lower"),
     ("youth", "Tracks that came out when you were 10 to 24 are rated higher", "rated lower"),
     ("explicit", "Explicit tracks are rated higher, also among tracks that sound alike", "rated lower")],
)  # fmt: skip
def test_each_says_which_way(code: str, more: str, less: str) -> None:
    """The direction is a word, and its figures are in its unit."""
    assert more in bias_sentence(planted(code))
    assert less in bias_sentence(planted(code, -1))


def test_a_halo_says_what_it_cannot_tell() -> None:
    """Share, range, the share in the ratings themselves, and that favour and quality are one here."""
    said = bias_sentence(planted("artist"))
    assert said == (
        "20 % of what sound leaves open goes with the artist (10 to 30 %). Of the ratings themselves it is 35 %. Favour and "
        "quality cannot be told apart here."
    )


@pytest.mark.parametrize("why", WHYS)
def test_every_obstacle_has_its_sentence(why: str) -> None:
    """What is missing, by which column or how many; never a bare refusal."""
    for code in KINDS:
        for have in (0, 1, 40):
            for column in ("", "mood"):
                said = obstacle_sentence(Obstacle(code, why, column, have, 60))
                assert clean(said), said
                assert said.startswith(f"{TITLES[code]}: ")
                assert not (have == 1 and "are 1" in said)


def test_a_columns_name_is_text() -> None:
    """A header stands in backticks, where nothing is laid out."""
    assert "`<b>x</b>`" in obstacle_sentence(Obstacle("source", "label", "<b>x</b>"))
    assert "`# x`" in bias_sentence(planted("source", column="# x"))


def test_the_headline_counts() -> None:
    """One habit, two, none, and nothing to ask."""
    one = planted("drift")
    assert biases_headline(Biases((one,), ())) == "1 habit of yours stands out."
    assert biases_headline(Biases((one, planted("ends")), ())) == "2 habits of yours stand out."
    assert biases_headline(Biases((replace(one, claimed=False),), ())) == "No habit of rating stands out."
    assert biases_headline(Biases((), ())) == "No habit of rating could be tested on this list."
    assert biases_sentence(Biases((one,), ())).startswith("1 habit was looked for")
    assert clean(biases_sentence(Biases((), ())))


def test_one_is_singular() -> None:
    """One point, one percentage point."""
    assert "by 1.0 point from" in bias_sentence(planted("drift", points=1.0))
    assert "1 percentage point of the higher rating" in bias_sentence(planted("drift", points=0.01), (0.0, 1.0))


def test_a_middle_that_does_not_turn_has_no_height() -> None:
    """Where the bend's top lies outside there is nothing between the ends to tell."""
    none = replace(planted("year-middle"), p=1.0, q=1.0, claimed=False)
    assert bias_sentence(none) == "Nothing turns between the two ends."
