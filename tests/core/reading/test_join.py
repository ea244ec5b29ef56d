"""Several tables -> one."""

from __future__ import annotations

import pandas as pd
import pytest

from core.errors import InputError
from core.reading import Choices, open_files, read
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


def test_addresses_and_uris_are_ids() -> None:
    """A Spotify address, its URI and the bare id are one track; case matters in it."""
    ids = [f"{'aA' if n % 2 else 'AA'}bcdefghijklmnopqr{n // 2:02d}"[:22].ljust(22, "0") for n in range(40)]
    frame = table(track_id=[f"spotify:track:{one}" for one in ids])
    ratings = frame[["rating"]].assign(url=[f"https://open.spotify.com/intl-de/track/{one}?si=x" for one in ids])
    read_ = read([upload(frame.drop(columns="rating"), "f.csv"), upload(ratings[::-1], "r.csv")])
    assert read_.tracks == 40
    assert "40 by id" in read_.notes[0]


def test_isrcs_join_whatever_their_spelling() -> None:
    """Dashes and case do not matter."""
    frame = table(isrc=[f"US-ABC-20-{n:05d}" for n in range(40)])
    ratings = frame[["rating"]].assign(ISRC=[f"usabc20{n:05d}" for n in range(40)])
    assert read([upload(frame.drop(columns="rating"), "f.csv"), upload(ratings[::-1], "r.csv")]).tracks == 40


def test_remarks_in_titles_do_not_part_tracks() -> None:
    """Titles as written match first, then those that differ in remarks, accents, case and further artists."""
    frame = table()
    ratings = frame[["track_name", "artist_name", "rating"]].copy()
    ratings.loc[:9, "track_name"] += " - Remastered 2011"
    ratings.loc[5:14, "artist_name"] += "; Somebody Else"
    reading = open_files([upload(frame.drop(columns="rating"), "f.csv"), upload(ratings[::-1], "r.csv")])
    assert reading.dataset is not None
    assert reading.dataset.tracks == 40
    assert list(reading.reports[0].by.values()) == [25, 15]


def test_a_report_says_what_did_not_match() -> None:
    """Titles without a match, by file, and titles that stand for several rows."""
    frame = table(60)
    frame.loc[5, "track_name"] = frame.loc[12, "track_name"]
    features, ratings = halves(frame)
    reading = open_files([upload(features.iloc[:50], "f.csv"), upload(ratings.iloc[3:][::-1], "r.csv")])
    report = reading.reports[0]
    assert report.by == {"title": 45}
    assert report.alone["f.csv"] == ("Track 0", "Track 1", "Track 2")
    assert set(report.alone["r.csv"]) == {f"Track {n}" for n in range(50, 60)}
    assert report.ambiguous == ("track 12",)


def test_a_track_listed_once_per_genre_is_one_track() -> None:
    """A table of features that repeats a track under several genres joins as if it did not."""
    frame = table(track_id=[f"id{n}" for n in range(40)])
    genres = pd.concat([frame.drop(columns="rating").assign(track_genre=g) for g in ("pop", "rock")])
    read_ = read([upload(frame[["track_id", "rating"]][::-1], "r.csv"), upload(genres, "f.csv")])
    assert read_.tracks == 40


def test_many_listeners_rate_the_tracks_of_one_table() -> None:
    """Each rating of each listener finds its track, also by title."""
    frame = table()
    features = frame.drop(columns="rating")
    long = pd.concat([
        frame[["track_name", "artist_name"]].assign(user=user, rating=[(n * step) % 10 + 1 for n in range(40)])
        for user, step in (("Ann", 3), ("Bo", 7))
    ]).sample(frac=1, random_state=0)  # fmt: skip
    for files in (
        [upload(features, "f.csv"), upload(long, "r.csv")],
        [upload(long, "r.csv"), upload(features, "f.csv")],
    ):
        ann = read(files, Choices(listener="Ann"))
        assert (ann.tracks, ann.listeners) == (40, (("Ann", 40), ("Bo", 40)))
        expected = frame.set_index("track_name")["energy"]
        for title, energy, rating in zip(ann.identity["title"], ann.features["energy"], ann.rating, strict=True):
            assert energy == pytest.approx(expected[title], abs=1e-6)
            assert rating == (int(title.split()[1]) * 3) % 10 + 1


def test_two_piles_are_one_list_of_likes() -> None:
    """Files named after likes and dislikes give the rating; without such names they do not."""
    frame = table(80).drop(columns="rating")
    one, two = frame.iloc[:50], frame.iloc[50:].drop(columns="tempo")
    read_ = read([upload(one, "Liked Songs.csv"), upload(two, "disliked.csv")])
    assert (read_.tracks, read_.rating.sum(), read_.rating_column) == (80, 50, "liked")
    assert read_.likes
    assert read_.features["tempo"].isna().sum() == 30
    assert "By the files' names" in read_.notes[0]
    with pytest.raises(InputError):
        read([upload(one, "a.csv"), upload(two, "b.csv")])


def test_two_complete_lists_are_one_below_the_other() -> None:
    """Lists of different tracks with ratings and sound of their own need no common track."""
    frame = table(80)
    one, two = frame.iloc[:40], frame.iloc[40:].assign(liveness=range(40))
    read_ = read([upload(one, "a.csv"), upload(two, "b.csv")])
    assert read_.tracks == 80
    assert read_.features["liveness"].isna().sum() == 40


def test_a_wide_table_holds_one_listener_per_column() -> None:
    """Columns named after listeners' ratings are listeners, and the others' ratings stay out of the models."""
    frame = table(
        60, rating_anna=[n % 7 + 1 for n in range(60)], rating_ben=[n % 5 + 1 if n % 2 else "" for n in range(60)]
    )
    wide = frame.drop(columns="rating")
    anna = read([upload(wide)])
    assert (anna.listener, anna.tracks, anna.listeners) == ("anna", 60, (("anna", 60), ("ben", 30)))
    ben = read([upload(wide)], Choices(listener="ben"))
    assert (ben.rating_column, ben.tracks, ben.unrated) == ("rating_ben", 30, 30)
    assert not {"rating_anna", "rating_ben"} & set(ben.feature_names)
    with pytest.raises(InputError, match="no listener `cy`"):
        read([upload(wide)], Choices(listener="cy"))
    assert read([upload(frame)]).listeners == ()  # beside a rating they are other ratings


def test_chosen_rating_columns_make_a_wide_table() -> None:
    """Bare names are not guessed; they are offered, and chosen by hand they are listeners."""
    frame = table(60, Ann=[n % 7 + 1 for n in range(60)], Bo=[n % 5 + 1 for n in range(60)]).drop(columns="rating")
    reading = open_files([upload(frame)])
    assert "`Ann` and `Bo` could be one" in reading.faults[0]
    chosen = read([upload(frame)], Choices(roles={"Ann": "rating", "Bo": "rating"}, listener="Bo"))
    assert (chosen.listener, chosen.rating_column) == ("Bo", "Bo")


def test_two_playlists_with_row_numbers_are_one_persons() -> None:
    """Numbers called id that come again in another list of other tracks make no second listener."""
    frame = table(80)
    one, two = (part.assign(id=range(1, 41)) for part in (frame.iloc[:40], frame.iloc[40:]))
    read_ = read([upload(one, "a.csv"), upload(two, "b.csv")])
    assert (read_.tracks, read_.listeners) == (80, ())
