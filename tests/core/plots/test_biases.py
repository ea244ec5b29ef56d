"""The picture of each habit."""

from __future__ import annotations

import numpy as np
import pytest

from core.biases import KINDS, Bias, biases, scale_use
from core.plots import style
from core.plots.biases import data, picture
from tests.conftest import dataset, table
from tests.truth.generators import simulate


def test_every_tested_habit_has_a_picture_and_data() -> None:
    """A list with every column: each test draws, and gives what it draws."""
    draw = np.random.default_rng(0)
    n = 240
    frame = table(
        n, artist_name=[f"A{number}" for number in draw.integers(0, 40, n)], popularity=draw.integers(0, 100, n),
        release_date=draw.integers(1960, 2020, n), explicit=draw.random(n) < 0.3, mood=draw.choice(["a", "b"], n),
        added_at=[f"2024-01-{1 + day % 28:02d} {day % 24:02d}:{day % 60:02d}" for day in range(n)],
        duration_ms=draw.integers(60_000, 400_000, n), key_change_percentage=draw.random(n).round(3),
    )  # fmt: skip
    given = dataset(frame)
    found, use = biases(given, in_order=True, birth_year=1970), scale_use(given)
    assert {bias.code for bias in found.tested} >= set(KINDS) - {"album", "work", "added"}
    for bias in found.tested:
        made = picture(bias, use, style.LIGHT)
        assert made is not None
        assert len(made.data) > 0
        assert len(data(bias, use)) > 1


def test_the_steps_that_are_counted_have_the_accent() -> None:
    """Ends of the scale in colour, the others grey."""
    given = simulate("ends", 200, size=0.3, seed=1).dataset
    bias = next(bias for bias in biases(given).tested if bias.code == "ends")
    colours = picture(bias, scale_use(given), style.LIGHT).data[1].marker.color
    assert [colour == style.LIGHT.accent for colour in colours] == [True, *[False] * 8, True]


def test_pieces_are_means_of_what_sound_leaves() -> None:
    """A line that rises has means that rise, in pieces of equally many tracks."""
    along = np.arange(80.0)
    made = picture(
        Bias("popularity", 80, 0.9, 0.8, 1.0, 0.0, along=along, left=along / 10), scale_use(dataset()), style.LIGHT
    )
    means = made.data[1]
    assert list(means.y) == sorted(means.y)
    assert set(means.customdata) == {10}


@pytest.mark.parametrize("groups", [5, 40])
def test_levels_are_text_and_at_most_twelve(groups: int) -> None:
    """The highest and the lowest of many; names are no markup, and two of one name are two rows."""
    draw = np.random.default_rng(1)
    own = draw.integers(0, groups, 240)
    frame = table(240, artist_name=[f"<b>{number}</b>" for number in own], rating=np.clip(own % 10 + 1, 1, 10))
    found = {bias.code: bias for bias in biases(dataset(frame)).tested}
    if groups == 5:
        assert "artist" not in found
        return
    made = picture(found["artist"], scale_use(dataset(frame)), style.LIGHT)
    names = [trace.y[0] for trace in made.data]
    assert len(set(names)) == 12
    assert all("<b>" not in name for name in names)
