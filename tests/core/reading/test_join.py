"""Several tables -> one."""

from __future__ import annotations

import pandas as pd
import pytest

from core.errors import InputError
from core.reading import read
from tests.conftest import table, upload


def halves(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Features and ratings as two files."""
    return frame.drop(columns="rating"), frame[["track_name", "rating"]]


def test_titles_that_agree_row_by_row_join_by_position() -> None:
    """A title that occurs twice is no obstacle then, and the note says how it was done."""
    frame = table()
    frame.loc[5, "track_name"] = frame.loc[9, "track_name"]
    features, ratings = halves(frame)
    read_ = read([upload(features, "f.csv"), upload(ratings, "r.csv")])
    assert read_.tracks == 40
    assert "by position" in read_.notes[0]


def test_another_order_joins_by_title() -> None:
    """Every rating finds its track, whatever the order of the files."""
    frame = table()
    features, ratings = halves(frame)
    read_ = read([upload(ratings.sample(frac=1, random_state=3), "r.csv"), upload(features, "f.csv")])
    assert "by title" in read_.notes[0]
    expected = frame.set_index("track_name")
    for title, energy, rating in zip(read_.identity["title"], read_.features["energy"], read_.rating, strict=True):
        assert rating == expected.loc[title, "rating"]
        assert energy == pytest.approx(expected.loc[title, "energy"], abs=1e-6)


def test_what_cannot_be_told_apart_is_left_out_and_named() -> None:
    """A title that stands for two rows in both files is not guessed."""
    frame = table()
    frame.loc[5, "track_name"] = frame.loc[9, "track_name"]
    features, ratings = halves(frame)
    read_ = read([upload(features, "f.csv"), upload(ratings.sample(frac=1, random_state=3), "r.csv")])
    assert read_.tracks == 38
    assert any("`track 9`" in note and "2 rows" in note for note in read_.notes)


def test_rows_without_a_match_are_counted() -> None:
    """Tracks that only one file knows are left out, and said."""
    features, ratings = halves(table())
    read_ = read([upload(features.iloc[:30], "f.csv"), upload(ratings.iloc[5:], "r.csv")])
    assert read_.tracks == 25
    assert sum("without a match" in note for note in read_.notes) == 2


def test_an_id_beats_the_title() -> None:
    """Where both files have an id, renamed titles do not matter."""
    frame = table(track_id=[f"id{n}" for n in range(40)])
    ratings = frame[["track_id", "track_name", "rating"]].sample(frac=1, random_state=1)
    ratings["track_name"] += " (Remastered 2011)"
    assert read([upload(frame.drop(columns="rating"), "f.csv"), upload(ratings, "r.csv")]).tracks == 40


def test_files_with_equal_columns_stand_below_each_other() -> None:
    """Two halves of a list make the whole list, and places name their file."""
    frame = table()
    whole = read([upload(frame.iloc[:15], "a.csv"), upload(frame.iloc[15:], "b.csv")])
    assert whole.tracks == 40
    bad = frame.astype({"rating": object})
    bad.loc[20, "rating"] = "good"
    with pytest.raises(InputError, match=r"row 7 of `b\.csv`"):
        read([upload(bad.iloc[:15], "a.csv"), upload(bad.iloc[15:], "b.csv")])


def test_files_without_a_common_identity_are_refused() -> None:
    """Rows are never matched on faith."""
    features, ratings = halves(table())
    with pytest.raises(InputError, match="no column in common"):
        read([upload(features, "f.csv"), upload(ratings[["rating"]], "r.csv")])


def test_files_about_different_tracks_are_refused() -> None:
    """No match at all is a fault, not an empty list."""
    features, ratings = halves(table())
    ratings["track_name"] = "Other " + ratings["track_name"]
    with pytest.raises(InputError, match="about the same tracks"):
        read([upload(features, "f.csv"), upload(ratings, "r.csv")])


def test_a_column_that_both_files_have_is_told_where_it_differs() -> None:
    """The first file's ratings are used, and the note says so; equal columns need no note."""
    frame = table()
    other = frame[["track_name", "energy", "rating"]].assign(rating=frame["rating"].to_numpy()[::-1])
    read_ = read([upload(frame, "a.csv"), upload(other, "b.csv")])
    assert [note for note in read_.notes if "differs" in note] == [
        "Column `rating` differs between the files; I use that of `a.csv`."
    ]


def test_blank_titles_match_nothing() -> None:
    """Files whose titles are blank are not joined on faith."""
    features, ratings = halves(table(track_name=""))
    with pytest.raises(InputError, match="about the same tracks"):
        read([upload(features, "f.csv"), upload(ratings, "r.csv")])


def test_the_same_list_twice_is_the_list_once() -> None:
    """Rows that repeat another in every respect are one track, and the note counts them."""
    frame = table(60)
    read_ = read([upload(frame, "a.csv"), upload(frame, "b.csv")])
    assert read_.tracks == 60
    assert any("60 rows that repeat" in note for note in read_.notes)
