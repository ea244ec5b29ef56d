"""Sentences about files."""

from __future__ import annotations

from core.reading import Report
from core.words.reading import formats_sentence, groups_sentence, join_headline
from tests.conftest import dataset, table


def test_what_a_file_is_recognised_as_is_named() -> None:
    """Two files by their programs; nothing where nothing was recognised."""
    assert formats_sentence({"a.csv": "Chosic", "b.csv": "Soundiiz"}) == (
        "I recognise `a.csv` as a file of Chosic and `b.csv` as a file of Soundiiz."
    )
    assert formats_sentence({}) == ""


def test_works_are_counted_by_their_catalogue_number() -> None:
    """Tracks that share one, and how many works those are."""
    names = [f"Prelude in C, BWV {846 + n // 2}" for n in range(40)]
    said = groups_sentence(dataset(table(40, track_name=names, artist_name=["Bach"] * 40)), choice=False)
    assert "40 share a work with another (20 works)" in said


def test_a_join_is_told_in_one_line() -> None:
    """Matched, alone, and those that stand for several; one in the singular."""
    report = Report("a.csv", "b.csv", {"id": 1}, {"a.csv": ("x", "y"), "b.csv": ()}, ("z",))
    assert join_headline(report) == "1 row matched, 2 rows without a match, 1 title that could not be told apart."
