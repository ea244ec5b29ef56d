"""Files as people have them: each once misled the reader."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError, SettingsError
from core.reading import Choices, Upload, open_files, read
from core.reading.cells import column, numbers
from tests.conftest import dataset, table, upload


def truth(frame: pd.DataFrame) -> dict[str, int]:
    """Title -> rating."""
    return dict(zip(frame["track_name"], frame["rating"].astype(int), strict=True))


def read_ratings(read_: object) -> dict[str, int]:
    """Title -> rating as it was read."""
    return dict(zip(read_.identity["title"], read_.rating.astype(int), strict=True))  # type: ignore[attr-defined]


def test_row_numbers_called_id_join_nothing() -> None:
    """Two files that number their rows by themselves join by title."""
    frame = table(60)
    features = frame.drop(columns="rating").assign(id=range(1, 61))
    ratings = frame[["track_name", "rating"]].sample(frac=1, random_state=3).assign(id=range(1, 61))
    assert read_ratings(read([upload(features, "f.csv"), upload(ratings, "r.csv")])) == truth(frame)
    far = [features.assign(id=range(1_000_000, 1_000_060)), ratings.assign(id=range(1_000_000, 1_000_060))]
    assert read_ratings(read([upload(one, f"{n}.csv") for n, one in enumerate(far)])) == truth(frame)


@pytest.mark.parametrize("nothing", ["N/A", "undefined", "0", "-"])
def test_words_for_no_id_link_nothing(nothing: str) -> None:
    """Tracks without an id are not one recording."""
    frame = table(60, isrc=nothing, track_id=nothing)
    assert len(np.unique(dataset(frame).recordings)) == 60


def test_listeners_may_have_any_name() -> None:
    """A name with an equals sign, or the name of a column, is a name."""
    frame = table(90, user=["a=b"] * 30 + ["b"] * 35 + ["energy"] * 25)
    for name, tracks in (("a=b", 30), ("b", 35), ("energy", 25), ("user=a=b", 30)):
        read_ = read([upload(frame)], Choices(listener=name))
        assert (read_.listener, read_.tracks) == (name.removeprefix("user="), tracks)


def test_copies_in_the_features_cost_no_rating_in_any_order() -> None:
    """A table with one row per genre joins ratings by title, whichever file comes first."""
    frame = table(60)
    genres = pd.concat([frame.drop(columns="rating").assign(track_genre=genre) for genre in ("pop", "rock")])
    files = [upload(genres, "f.csv"), upload(frame[["track_name", "rating"]][::-1], "r.csv")]
    one, two = read(files), read(files[::-1])
    assert read_ratings(one) == read_ratings(two) == truth(frame)
    assert one.key == two.key


def test_an_empty_column_gives_way_to_a_full_one() -> None:
    """In another file as in the same, whatever its name promises."""
    frame = table(60)
    files = [upload(frame.assign(rating=""), "f.csv"), upload(frame[["track_name", "rating"]], "r.csv")]
    assert read_ratings(read(files)) == read_ratings(read(files[::-1])) == truth(frame)
    assert dataset(frame.rename(columns={"rating": "stars"}).assign(rating="")).rating_column == "stars"
    assert dataset(frame.rename(columns={"rating": "my_stars"}).assign(rate=44_100)).rating_column == "my_stars"


def test_an_unnamed_column_is_never_the_rating() -> None:
    """Without a rating the index stays an index."""
    frame = table(60).drop(columns="rating")
    frame.insert(0, "", range(60))
    entry = next(entry for entry in open_files([upload(frame)]).understood if entry.column == "")
    assert entry.role == "ignored"


@pytest.mark.parametrize(
    "names", [("valence_score", "energy_score"), ("avg_rating", "rating_count"), ("User Score", "Critic Score")]
)
def test_scores_of_nobody_are_no_listeners(names: tuple[str, str]) -> None:
    """Features, averages and critics are not people."""
    frame = table(60).drop(columns="rating").assign(**{name: [n % 7 + 1 for n in range(60)] for name in names})
    reading = open_files([upload(frame)])
    assert reading.dataset is None
    assert reading.listeners == ()


def test_lists_of_unknown_meaning_stay_out() -> None:
    """A list of one number may hold the rating itself."""
    frame = table(60)
    frame["my_scores"] = [f"[{rating}]" for rating in frame["rating"]]
    frame["genre_ids"] = "[3, 1]"
    assert dataset(frame).feature_names == ("valence", "energy", "tempo")


def test_a_second_key_is_no_category() -> None:
    """Two columns called Key are one key and one that is set aside."""
    frame = table(60, Key=[n % 12 for n in range(60)])
    frame.insert(3, "key", [(n * 5) % 12 for n in range(60)])
    assert {name for name in dataset(frame).feature_names if name.startswith("key")} == {"key_sin", "key_cos"}


def test_keys_from_1_to_12_are_keys_from_0_to_11() -> None:
    """It is told, can be undone, and keys that do not exist are faults."""
    keys = [n % 12 for n in range(60)]
    shifted = table(60, key=[key + 1 for key in keys])
    assert dataset(shifted).key == dataset(table(60, key=keys)).key
    assert any("from 1 to 12" in entry.reason for entry in dataset(shifted).understood)
    with pytest.raises(InputError, match="keys that do not exist"):
        dataset(table(60, key=[n % 14 for n in range(60)]))


def test_a_row_of_totals_is_no_track() -> None:
    """A spreadsheet's last row with averages goes, and is told."""
    frame = table(60)
    sums = {"track_name": "Average", "artist_name": "", "energy": 0.5, "valence": 0.5, "tempo": 120, "rating": 5.47}
    read_ = dataset(pd.concat([frame, pd.DataFrame([sums])]))
    assert read_.key == dataset(frame).key
    assert any("sums up the others" in note for note in read_.notes)


def test_files_of_two_people_are_two_listeners() -> None:
    """The same tracks, the same headers and other ratings: the files' names are the listeners'."""
    frame = table(60)
    other = frame.assign(rating=[(n * 7) % 10 + 1 for n in range(60)])
    features = upload(frame.drop(columns="rating"), "features.csv")
    files = [upload(one[["track_name", "rating"]], f"{name}.csv") for name, one in (("anna", frame), ("bob", other))]
    read_ = read([*files, features], Choices(listener="bob"))
    assert read_.listeners == (("anna", 60), ("bob", 60))
    assert read_ratings(read_) == truth(other)


def test_an_unrated_playlist_waits_below_a_rated_one() -> None:
    """Tracks of another list keep their sound and wait for a rating; ratings find the tracks of all lists."""
    frame = table(90)
    rated, unrated = frame.iloc[:60], frame.iloc[60:].drop(columns="rating")
    assert read([upload(rated, "a.csv"), upload(unrated, "b.csv")]).unrated == 30
    one = frame.iloc[:50].drop(columns=["rating"])
    two = frame.iloc[50:].drop(columns=["rating"]).assign(liveness=range(40))
    ratings = frame[["track_name", "rating"]]
    for files in ([one, two, ratings], [ratings, one, two]):
        assert read([upload(part, f"{n}.csv") for n, part in enumerate(files)]).tracks == 90


@pytest.mark.parametrize(
    "header",
    ["Rating (1-10)", "Rating 1-10", "My Rating /10", "Stars (out of 5)", "MyRating", "My Stars", "8. Rating", "Bewertung",
     "Note", "Punkte", "Calificación", "Overall Rating", "ra\u00adting", "RATING"],
)  # fmt: skip
def test_ratings_are_known_by_many_names(header: str) -> None:
    """With a scale behind the name or a number before it, and in other languages."""
    assert dataset(table(60).rename(columns={"rating": header})).rating_column == header


@pytest.mark.parametrize(
    ("header", "feature"),
    [("Tempo (BPM)", "tempo"), ("Energy (0-1)", "energy"), ("audio_features.energy", "energy"), ("features.valence", "valence"),
     ("Valence [0-1]", "valence")],
)  # fmt: skip
def test_features_are_known_with_their_unit(header: str, feature: str) -> None:
    """A unit in brackets and the name of a record hide no feature."""
    assert dataset(table(60).rename(columns={feature: header})).key == dataset(table(60)).key


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["1.120,5", "3,5"], [1120.5, 3.5]), (["2.277.712", "214.000"], [2277712, 214000]), (["1,270,775", "9"], [1270775, 9]),
        (["120 BPM", "99"], [120, 99]), (["-5,2 dB", "-3,1 dB"], [-5.2, -3.1]), (["'120", '="121"'], [120, 121]),
        (["1\u202f234", "5"], [1234, 5]), (["#N/A", "-", "1.5"], [np.nan, np.nan, 1.5]),
    ],
)  # fmt: skip
def test_numbers_as_spreadsheets_write_them(cells: list[str], found: list[float]) -> None:
    """Marks between thousands, units, and the marks that keep text."""
    values, unreadable = numbers(column(cells))
    assert np.allclose(values, found, equal_nan=True)
    assert not unreadable.any()


def test_one_odd_cell_costs_one_row() -> None:
    """A key that is no key among many is told with its row; the column stays a key."""
    frame = table(60, key=["C", "G#", "A", "F", "D", "E", "B", "C#", "D#", "F#", "A#", "G"] * 5).astype(object)
    frame.loc[7, "key"] = "H?"
    reading = open_files([upload(frame)])
    assert len(reading.faults) == 1
    assert "row 9 (`H?`)" in reading.faults[0]
    frame.loc[7, "key"] = "-1"
    assert "key_sin" in dataset(frame).feature_names


def test_minus_one_waits_for_a_rating() -> None:
    """Programs that write -1 mean that nothing was rated."""
    frame = table(60)
    frame.loc[:4, "rating"] = -1
    read_ = dataset(frame)
    assert (read_.tracks, read_.unrated) == (55, 5)
    assert any("count as not rated" in note for note in read_.notes)


def test_remarks_do_not_part_titles_without_artists() -> None:
    """`Café - Remastered 2011` is `cafe`, and `Artist - Title` in one cell is both."""
    frame = table(60, track_name=[f"Café {n}" for n in range(60)])
    ratings = pd.DataFrame({"title": [f"cafe {n} - Remastered 2011" for n in range(60)], "rating": frame["rating"]})
    assert read([upload(frame.drop(columns="rating"), "f.csv"), upload(ratings[::-1], "r.csv")]).tracks == 60
    one_cell = pd.DataFrame({"title": frame["artist_name"] + " - " + frame["track_name"], "rating": frame["rating"]})
    assert read([upload(frame.drop(columns="rating"), "f.csv"), upload(one_cell[::-1], "r.csv")]).tracks == 60


def test_old_western_files_are_read_for_all_coincidences() -> None:
    """Two letters that happen to be one of UTF-8 do not make a Windows file a broken one."""
    frame = table(60, artist_name=["Zoë", "José", "Björk", "Mötley"] * 15).astype(object)
    frame.loc[0, "track_name"] = "CAFÉ\u2019S"
    read_ = read([Upload("w.csv", frame.to_csv(index=False).encode("cp1252"))])
    assert "CAFÉ\u2019S" in set(read_.identity["title"])


def test_percentages_are_divided_once() -> None:
    """A column with percent signs is no sister of those without."""
    frame = table(60, instrumentalness=["0%", "100%"] * 30)
    frame["energy"] = (100 * frame["energy"]).round()
    assert dataset(frame).features["instrumentalness"].max() == 1


def test_lengths_in_long_minutes() -> None:
    """The header's unit goes before what is usual."""
    frame = table(60, **{"Length (min)": [20 + n % 30 for n in range(60)]})
    assert dataset(frame).features["duration_ms"].min() == 20 * 60_000


def test_names_of_others_are_not_kept() -> None:
    """Who added a track to a playlist is nobody's business."""
    read_ = dataset(table(60, **{"Added By": "canary"}))
    assert "canary" not in repr(read_.context.to_dict()) + repr(read_.notes)


def test_an_unknown_column_is_told_wherever_it_is_named() -> None:
    """Also where a unit is to stay; and a role with an ending that means nothing is refused."""
    with pytest.raises(InputError, match="no column `nope`"):
        read([upload(table(60))], Choices(as_written=["nope"]))
    for role in ("rating:x", "feature:rating"):
        with pytest.raises(SettingsError):
            Choices(roles={"energy": role})


def test_ordinary_words_in_file_names_make_no_piles() -> None:
    """A band's name is no verdict."""
    frame = table(60).drop(columns="rating")
    assert not open_files([upload(frame.iloc[:30], "Yes.csv"), upload(frame.iloc[30:], "No Doubt.csv")]).rating


@pytest.mark.parametrize(
    "title", ["My ratings 2024\n", "My ratings 2024\n\n", "# exported by a player\n", "My ratings,,,,,\n"]
)
def test_a_title_above_the_table_is_no_header(title: str) -> None:
    """The first line with known names is the header; rows keep the numbers that a spreadsheet shows."""
    frame = table(60).astype(object)
    read_ = read([Upload("t.csv", title.encode() + frame.to_csv(index=False).encode())])
    assert read_.key == dataset(frame).key
    assert any("above its header" in note for note in read_.notes)
    frame.loc[0, "energy"] = "loud"
    reading = open_files([Upload("t.csv", title.encode() + frame.to_csv(index=False).encode())])
    assert f"row {2 + title.count(chr(10))} (`loud`)" in reading.faults[0]
