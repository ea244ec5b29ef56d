"""The share card carries the verdict and its one chart, and no more of the list than is wanted."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageFont

from core.pipeline import Analysis, analyse
from core.plots import style
from core.report import fonts
from core.report.card import SIZE, _letters, alternative, card
from core.words import report as said
from tests.conftest import dataset, table


def pixels(picture: bytes) -> np.ndarray:
    """The card's colours (630, 1200, 3)."""
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)


def painted(picture: bytes, colour: str) -> int:
    """How many pixels have this colour."""
    own = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    return int((np.abs(pixels(picture) - own).max(axis=2) <= 6).sum())


def test_drivers_are_shown_in_the_colours_of_their_directions(taste_analysis: Analysis) -> None:
    """Teal for the one that raises, orange for those that lower; the sentence names them."""
    picture = card(taste_analysis)
    assert Image.open(io.BytesIO(picture)).size == SIZE
    assert painted(picture, style.LIGHT.raises) > 200
    assert painted(picture, style.LIGHT.lowers) > 200
    assert "drive your rating" in alternative(taste_analysis)


def test_a_null_list_shows_no_driver(null_analysis: Analysis) -> None:
    """The skill in grey beside the line of luck, and no colour of a direction."""
    nothing = null_analysis
    picture = card(nothing)
    assert painted(picture, style.LIGHT.raises) == painted(picture, style.LIGHT.lowers) == 0
    assert painted(picture, style.LIGHT.noise) > 200
    assert alternative(nothing).startswith("I cannot tell your ratings from guessing. Of the differences")
    assert card(nothing) == picture
    luckless = replace(nothing.verdict.evidence.chance, line=np.nan)
    verdict = replace(nothing.verdict, evidence=replace(nothing.verdict.evidence, chance=luckless))
    assert card(replace(nothing, verdict=verdict)) != picture


def test_a_locked_verdict_hides_its_drivers(taste_analysis: Analysis) -> None:
    """What the drivers' test found before a doubt came up is not shown."""
    doubtful = replace(taste_analysis, verdict=replace(taste_analysis.verdict, level="suspicious"))
    assert painted(card(doubtful), style.LIGHT.raises) == 0
    assert "drive" not in alternative(doubtful).replace("differences", "")


def test_the_name_stands_on_it_only_where_it_is_wanted(taste_analysis: Analysis) -> None:
    """Another name changes the card with it, not the one without; whoever is invented is said to be."""
    own = taste_analysis.dataset
    renamed = replace(taste_analysis, dataset=replace(own, name="Mine <b>æøå 音.csv"))
    assert card(renamed) == card(taste_analysis)
    assert card(renamed, named=True) != card(taste_analysis, named=True) != card(taste_analysis)
    real = replace(taste_analysis, dataset=replace(taste_analysis.dataset, simulated=""))
    assert card(real) != card(taste_analysis)


def test_likes_and_curves_are_told_in_their_own_unit(taste_analysis: Analysis) -> None:
    """Percentage points of likes; an effect between the middle and both ends says so, in neither direction's colour."""
    assert said.card_axis(None, curved=False).startswith("Rating points")
    assert said.card_axis((0.0, 1.0), curved=False).startswith("Percentage points")
    assert "against the middle" in said.card_axis(None, curved=True)
    curves = replace(taste_analysis.drivers, frame=taste_analysis.drivers.frame.assign(direction=0))
    bent = card(replace(taste_analysis, drivers=curves))
    assert painted(bent, style.LIGHT.raises) == painted(bent, style.LIGHT.lowers) == 0
    liked = analyse(dataset(table(80, rating=[n % 2 for n in range(80)])), models=["ridge"], workers=1)
    two = replace(taste_analysis, evaluation=replace(taste_analysis.evaluation, two_ratings=(0.0, 1.0)))
    assert card(two) != card(taste_analysis)
    assert Image.open(io.BytesIO(card(liked))).size == SIZE
    assert card(analyse(liked.dataset, models=["ridge"], workers=2)) == card(liked)  # the same bytes, analysed anew


def test_a_long_sentence_gets_smaller_not_longer(taste_analysis: Analysis) -> None:
    """Names without end stay on the card: its edges are bare paper."""
    frame = taste_analysis.drivers.frame.assign(
        features=[tuple(f"an endless name number {k} of a feature" for k in range(40))]
        * len(taste_analysis.drivers.frame),
        licence="driver",
    )
    frame["lead"] = [names[0] for names in frame["features"]]
    endless = replace(
        taste_analysis, drivers=replace(taste_analysis.drivers, frame=frame),
        dataset=replace(taste_analysis.dataset, name="n" * 900),
    )  # fmt: skip
    edges = pixels(card(endless, named=True))
    paper = [int(style.LIGHT.paper[start : start + 2], 16) for start in (1, 3, 5)]
    for strip in (edges[:, :40], edges[:, -40:], edges[:30], edges[-14:]):
        assert (strip == paper).all()


def test_letters_that_no_typeface_has_are_replaced(taste_analysis: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours has å, ø and é; Pillow's own, taken where ours is not installed, has their plain letters."""
    ours = ImageFont.truetype(io.BytesIO(fonts.font(fonts.SANS) or b""), 20)
    assert _letters(ours, "Åse Ødegård, Café − 音") == "Åse Ødegård, Café − ?"
    plain = ImageFont.load_default(20)
    assert _letters(plain, "Café å") == "Cafe a"
    monkeypatch.setattr("core.report.card.font", lambda name: None)
    assert Image.open(io.BytesIO(card(taste_analysis))).size == SIZE
