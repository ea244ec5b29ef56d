"""Numbers that exporters spell as words."""

from __future__ import annotations

import numpy as np
import pytest

from core.reading.cells import column, strings
from core.reading.spellings import mode_of_key, spelled
from tests.conftest import dataset, table


@pytest.mark.parametrize(
    ("name", "cells", "numbers"),
    [
        ("key", ["C", "C#", "D\u266d", "B\u266d Minor", "C\u266f/D\u266d Major", "G major", "Cb"], [0, 1, 1, 10, 1, 7, 11]),
        ("key", ["8B", "9B", "8A", "12A", "1B", "5A"], [0, 7, 9, 1, 11, 0]),
        ("mode", ["Major", "minor"], [1, 0]),
        ("mode", ["M", "m"], [1, 0]),
        ("energy", ["67 %", "4.5%", "100%"], [0.67, 0.045, 1]),
        ("time_signature", ["4/4", "3/4", "6/8"], [4, 3, 6]),
        ("time_signature", ["4-Apr", "4-Mar", "4-May", "4-Jan", "4/4"], [4, 3, 5, 1, 4]),
        ("duration_ms", ["3:34", "12:05", "1:02:03"], [214_000, 725_000, 3_723_000]),
        ("duration_ms", ["225s", "31.5 s"], [225_000, 31_500]),
    ],
)  # fmt: skip
def test_spellings_are_numbers(name: str, cells: list[str], numbers: list[float]) -> None:
    """Each way of writing gives Spotify's number."""
    found = spelled(name, column(cells))
    assert found is not None
    assert [float(number) for number in strings(found[0])] == numbers


@pytest.mark.parametrize(
    ("name", "cells"), [("key", ["C", "8"]), ("mode", ["Major", "dorian"]), ("energy", ["3:34"]), ("key", [])]
)
def test_mixed_spellings_are_not_guessed(name: str, cells: list[str]) -> None:
    """One cell that is spelled otherwise leaves the column as it is."""
    assert spelled(name, column(cells)) is None


def test_a_file_with_words_is_the_file_with_numbers() -> None:
    """Key names, modes, fractions and clock times give the same data set as Spotify's numbers."""
    draw = np.random.default_rng(0)
    keys, seconds = draw.integers(0, 12, 40), draw.integers(60, 400, 40)
    modes, beats = draw.integers(0, 2, 40), draw.choice([3, 4], 40)
    names = "C C# D D# E F F# G G# A A# B".split()
    one = dataset(table(key=keys, mode=modes, time_signature=beats, duration_ms=1000 * seconds))
    two = dataset(table(
        key=[names[k] for k in keys], mode=["Major" if m else "Minor" for m in modes],
        time_signature=[f"{b}/4" for b in beats], duration_ms=[f"{s // 60}:{s % 60:02d}" for s in seconds],
    ))  # fmt: skip
    assert one.key == two.key
    assert any("minutes and seconds" in entry.reason for entry in two.understood)


def test_a_key_with_its_mode_gives_both() -> None:
    """`G Major` and `8A` say the mode too; where one key lacks it, none is taken from the others."""
    names = ["G Major", "A minor", "Bb min"] * 14
    both = dataset(table(key=names[:40]))
    assert {"key_sin", "key_cos", "mode"} <= set(both.feature_names)
    assert mode_of_key(column(["8A", "8B", ""])).to_pylist() == ["0", "1", ""]
    assert mode_of_key(column(["G Major", "A"])) is None
    explicit = dataset(table(key=names[:40], mode=["major", "minor", "minor"] * 13 + ["major"]))
    assert explicit.key == both.key
