"""What each column is."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import InputError
from core.reading import Choices, read
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
