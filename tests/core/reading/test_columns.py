"""What each column is."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import InputError, SettingsError
from core.reading import Choices, Upload, open_files, read
from tests.conftest import dataset, table, upload


def reasons(frame_or_data: object) -> dict[str, str]:
    """Column -> why it was set aside."""
    return {item.column: item.reason for item in frame_or_data.dropped}  # type: ignore[attr-defined]


def test_what_knows_the_rating_is_never_a_feature() -> None:
    """Row numbers, ids, playlists, likes, ranks and other ratings stay out, each with its reason."""
    frame = table().sort_values("rating", ignore_index=True)
    frame.insert(0, "", range(40))
    frame = frame.assign(
        position=range(40), track_id=[f"x{n}" for n in range(40)], playlist=["ja"] * 20 + ["nei"] * 20,
        liked=(frame["rating"] > 5).astype(int), stars=frame["rating"] / 2, my_rank=frame["rating"].rank(),
        playcount=frame["rating"] * 3, order_listened=np.arange(40) * 2 + 7, popularity=50, mystery=frame["rating"] + 0.01,
    )  # fmt: skip
    read_ = dataset(frame)
    assert read_.feature_names == ("valence", "energy", "tempo")
    set_aside = reasons(read_)
    assert set(frame.columns) - {"valence", "energy", "tempo", "rating"} == set(set_aside)
    assert "row number" in set_aside["order_listened"]
    assert "made from your rating" in set_aside["playlist"]
    assert "another rating" in set_aside["stars"]
    assert "do not know" in set_aside["mystery"]


def test_lists_of_numbers_become_columns() -> None:
    """Twelve numbers in brackets are twelve features with their pitch names; a missing list is twelve missing values."""
    draw = np.random.default_rng(0)
    cells = [str([round(float(v), 2) for v in draw.random(12)]) for _ in range(40)]
    cells[3] = ""
    read_ = dataset(table(pitch_avg=cells))
    names = [f"pitch_{n}" for n in range(12)]
    assert set(names) <= set(read_.feature_names)
    assert read_.features[names].isna().all(axis=1).sum() == 1
    row = int(np.flatnonzero(read_.file_order == 7)[0])
    assert read_.features["pitch_4"].iloc[row] == pytest.approx(float(cells[7].strip("[]").split(",")[4]), abs=1e-6)


@pytest.mark.parametrize("bad", ["[__import__('os')]", "[1, 2", "[" * 2000, "[1+1]"])
def test_a_list_cell_that_is_none_is_reported_not_evaluated(bad: str) -> None:
    """Anything but plain numbers in brackets is a fault with its row."""
    cells = ["[1.5, 2.5]" if n % 2 else "[2.0, 1e-3]" for n in range(40)]
    cells[4] = bad
    with pytest.raises(InputError, match="row 6"):
        dataset(table(timbre_avg=cells))


@pytest.mark.parametrize("blank", ["\x1c", "\x1f", "\u00a0", "\u2003", "\t "])
def test_a_blank_of_any_kind_is_a_blank_in_a_list(blank: str) -> None:
    """Also one that Python's numbers do not know: before, between and after them."""
    cells = [f"{blank}[{n},{blank}{n % 7}{blank}]{blank}" for n in range(40)]
    found = dataset(table(pitch_avg=cells))
    assert [name for name in found.feature_names if name.startswith("pitch")] == ["pitch_0", "pitch_1"]


def test_lists_must_be_equally_long() -> None:
    """A list of another length is a fault with its row and length."""
    cells = ["[1, 2, 3]" if n % 2 else "[2, 3, 4]" for n in range(40)]
    cells[10] = "[1, 2]"
    with pytest.raises(InputError, match="2 in row 12"):
        dataset(table(pitch_avg=cells))


def test_text_lists_are_no_features() -> None:
    """Genres in brackets are text."""
    read_ = dataset(table(genres=["['pop', 'rock']"] * 40))
    assert read_.feature_names == ("valence", "energy", "tempo")


def test_keys_lie_on_a_circle() -> None:
    """B and C are neighbours; -1 is missing."""
    keys = [n % 12 for n in range(40)]
    keys[5] = -1
    read_ = dataset(table(key=keys))
    assert {"key_sin", "key_cos"} <= set(read_.feature_names)
    points = {
        keys[place]: read_.features[["key_sin", "key_cos"]].iloc[row].to_numpy()
        for row, place in enumerate(read_.file_order)
    }
    assert np.isnan(points[-1]).all()
    assert np.linalg.norm(points[11] - points[0]) == pytest.approx(np.linalg.norm(points[0] - points[1]), abs=1e-6)


def test_a_person_can_choose() -> None:
    """The rating's column and unknown numbers as features, by header, whatever its case."""
    frame = table(Mystery=np.random.default_rng(1).random(40), Enjoyment=np.random.default_rng(2).integers(1, 6, 40))
    read_ = read([upload(frame)], Choices(rating="enjoyment", also=["mystery"]))
    assert read_.rating_column == "Enjoyment"
    assert "mystery" in read_.feature_names
    assert "another rating" in reasons(read_)["rating"]


def test_an_unknown_choice_gets_a_hint() -> None:
    """A misspelt column is named with its nearest neighbour."""
    with pytest.raises(InputError, match="Did you mean `rating`"):
        read([upload(table())], Choices(rating="ratings_"))


def test_constant_and_empty_features_are_set_aside() -> None:
    """A feature that never differs can tell nothing."""
    set_aside = reasons(dataset(table(liveness=0.5, speechiness="")))
    assert set_aside["liveness"].startswith("the same value")
    assert set_aside["speechiness"].startswith("empty")


def test_a_listener_can_be_chosen() -> None:
    """By name, by column and name, or not at all: then the one with the most ratings, which is said."""
    frame = table(80, user=["Ann"] * 38 + ["Bo"] * 42)
    for choice, who, tracks in (("user=Bo", "Bo", 42), ("Ann", "Ann", 38), ("user", "Bo", 42), (None, "Bo", 42)):
        read_ = read([upload(frame)], Choices(listener=choice))
        assert (read_.listener, read_.tracks) == (who, tracks)
        assert read_.listeners == (("Ann", 38), ("Bo", 42))
        assert ("has the most" in read_.notes[0]) == (choice in {"user", None})
    with pytest.raises(InputError, match="no listener `Cy`"):
        read([upload(frame)], Choices(listener="user=Cy"))


def test_what_is_chosen_by_hand_keeps_what_is_known_of_it() -> None:
    """A known column chosen as a feature is that feature; a header of symbols keeps its own name."""
    frame = table(60, BPM=np.random.default_rng(0).random(60) * 100, key=np.arange(60) % 12).drop(columns="tempo")
    frame["♥"] = np.random.default_rng(1).random(60)
    frame["score"] = frame["rating"] % 4
    frame = frame.rename(columns={"score": "rating", "rating": "score"})
    read_ = read([upload(frame)], Choices(rating="score", also=["BPM", "key", "♥", "rating"]))
    assert {"tempo", "key_sin", "key_cos", "♥", "other_rating"} <= set(read_.feature_names)
    assert "rating" not in read_.feature_names


def test_infinite_numbers_in_lists_are_faults() -> None:
    """A list cell that overflows is told with its row."""
    cells = ["[1, 2]" if n % 2 else "[2, 3]" for n in range(40)]
    cells[6] = "[1e999, 3]"
    with pytest.raises(InputError, match="cannot be right, in row 8"):
        dataset(table(timbre_avg=cells))


def test_a_long_cell_costs_no_time() -> None:
    """A cell made to keep a pattern busy is read at once."""
    import time

    cells = ["[1, 2]" if n % 2 else "[2, 3]" for n in range(40)]
    cells[6] = "[" + "1" * 100_000 + "x]"
    start = time.process_time()
    with pytest.raises(InputError):
        dataset(table(timbre_avg=cells))
    assert time.process_time() - start < 2  # a backtracking pattern needs minutes


def test_the_order_of_the_columns_chooses_nothing() -> None:
    """Of two titles the better known name counts, wherever it stands."""
    frame = table(title=[f"Other {n}" for n in range(40)])
    one, two = dataset(frame), dataset(frame[frame.columns[::-1]])
    assert one.key == two.key
    assert one.titles == two.titles
    assert "Track 3" in one.titles[0] or any(name.startswith("Track 3 ") for name in one.titles)


def test_row_numbers_are_known_in_any_order() -> None:
    """Even steps are a row number also in a shuffled file, and the key does not change."""
    frame = table(counter=np.arange(40) * 3 + 5)
    shuffled = frame.sample(frac=1, random_state=2)
    assert "row number" in reasons(dataset(shuffled))["counter"]
    assert dataset(frame).key == dataset(shuffled).key


def test_keys_can_be_categories() -> None:
    """One column per key, for those who want no circle; a key that nobody has is set aside."""
    keys = [n % 11 for n in range(40)]
    read_ = read([upload(table(key=keys))], Choices(key="categories"))
    assert {name for name in read_.feature_names if name.startswith("key_")} == {f"key_{n}" for n in range(11)}
    found = read_.features[[f"key_{n}" for n in range(11)]].to_numpy()
    assert (found.sum(axis=1) == 1).all()
    assert [int(row.argmax()) for row in found] == [keys[place] for place in read_.file_order]


def test_tracks_with_a_missing_feature_can_be_left_out() -> None:
    """A column that nobody has costs no track then."""
    frame = table(60, liveness="").astype(object)
    frame.loc[:4, "energy"] = ""
    assert read([upload(frame)], Choices(missing="leave-out")).tracks == 55
    assert read([upload(frame)]).tracks == 60


def test_a_chosen_role_goes_before_the_name() -> None:
    """A known column is left out, another takes its place, and a title is told by hand."""
    frame = table(60, arousal=np.random.default_rng(3).random(60), label=[f"L{n}" for n in range(60)])
    roles = {"arousal": "feature:energy", "label": "title", "valence": "ignored"}
    read_ = read([upload(frame)], Choices(roles=roles))
    assert read_.feature_names == ("energy", "tempo")
    assert read_.features["energy"].iloc[0] == pytest.approx(frame["arousal"][read_.file_order[0]], abs=1e-6)
    assert "L" in read_.titles[0]
    assert "you set it aside" in reasons(read_)["valence"]
    assert "I use `arousal`" in reasons(read_)["energy"]


@pytest.mark.parametrize(
    "choice", [{"roles": {"energy": "driver"}}, {"key": "line"}, {"missing": "guess"}, {"zero": "maybe"}]
)
def test_an_unknown_choice_is_an_error_of_the_settings(choice: dict[str, object]) -> None:
    """It is told before any file is read."""
    with pytest.raises(SettingsError, match="I do not know the choice"):
        Choices(**choice)  # type: ignore[arg-type]


def test_a_file_without_a_header_is_read() -> None:
    """A first row of data is a track too; its columns are named by a person, who may also insist."""
    frame = table(60)
    data = frame.to_csv(index=False, header=False).encode()
    reading = open_files([Upload("bare.csv", data)])
    assert [entry.column for entry in reading.understood] == [f"column {n}" for n in range(1, 7)]
    roles = {"column 1": "title", "column 2": "artist", "column 3": "feature:energy", "column 4": "feature:valence",
             "column 5": "feature:tempo", "column 6": "rating"}  # fmt: skip
    assert read([Upload("bare.csv", data)], Choices(roles=roles)).key == dataset(frame).key
    insisted = open_files([upload(frame)], Choices(has_header=False))
    assert insisted.understood[0].example == "track_name"


def test_rows_at_fault_can_be_left_out() -> None:
    """Rows with cells that cannot be read, and rows that are too long, go if the person says so, and it is told."""
    frame = table(60).astype(object)
    frame.loc[2, "rating"], frame.loc[3, "energy"], frame.loc[4, "rating"] = "good", "loud", "1e9"
    data = upload(frame).data + b"A title, with a comma,X,0.5,0.5,120,7\n"
    reading = open_files([Upload("list.csv", data)])
    assert len(reading.faults) == 1  # the long row is told first, since nothing behind its comma can be trusted
    rest = read([Upload("list.csv", data)], Choices(skip_faulty=True))
    assert rest.tracks == 57
    assert sum("Left out" in note for note in rest.notes) == 4


def test_unrated_tracks_wait_apart() -> None:
    """They keep identity and features, for predictions, and no model sees them."""
    frame = table(60).astype({"rating": object})
    frame.loc[50:, "rating"] = ""
    read_ = dataset(frame)
    assert (read_.tracks, read_.unrated) == (50, 10)
    assert read_.waiting is not None
    assert read_.waiting["title"].tolist() == [f"Track {n}" for n in range(50, 60)]
    assert np.allclose(read_.waiting["energy"], frame["energy"][50:])


def test_zero_is_a_rating_or_none() -> None:
    """On a scale from 0 to 10 it counts, on stars it does not; a person may say otherwise."""
    ten = table(66, rating=[n % 11 for n in range(66)])
    stars = table(66, rating=[n % 6 for n in range(66)])
    assert (dataset(ten).tracks, read([upload(ten)], Choices(zero="unrated")).tracks) == (66, 60)
    assert (dataset(stars).tracks, read([upload(stars)], Choices(zero="rating")).tracks) == (55, 66)
    assert any("11 ratings of 0 count as not rated" in note for note in dataset(stars).notes)
