"""Contract of `reading.read_asked`: everybody's lists from one reading, each as it is read alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.dataset import Dataset
from core.errors import InputError
from core.reading import Choices, Everyone, read_asked, read_paths
from tests.conftest import table


def long(who: list[str], tracks: int = 30, **columns: object) -> pd.DataFrame:
    """Listeners one below the other, in shuffled rows; some tracks are unrated, one feature is the same for the first of them."""
    parts = [table(tracks, seed=seed, user=name, popularity=np.arange(tracks)) for seed, name in enumerate(who)]
    parts[0]["valence"] = 0.5
    frame = pd.concat(parts).sample(frac=1, random_state=3).reset_index(drop=True).assign(**columns)
    frame["rating"] = frame["rating"].astype(object)
    frame.loc[::9, "rating"] = ""
    return frame


def wide(who: list[str]) -> pd.DataFrame:
    """Listeners side by side; each has own gaps."""
    frame = table(60).drop(columns="rating")
    draw = np.random.default_rng(1)
    for place, name in enumerate(who):
        ratings = draw.integers(1, 11 if place else 6, 60).astype(object)
        ratings[place::7] = ""
        frame[f"rating_{name}"] = ratings
    return frame


def equal(one: Dataset, other: Dataset) -> None:
    """The same list, and the same said of it."""
    for name in ("key", "name", "notes", "understood", "dropped", "scale", "rating_column", "group_column", "unrated",
                 "listener", "listeners", "simulated"):  # fmt: skip
        assert getattr(one, name) == getattr(other, name), name
    np.testing.assert_array_equal(one.file_order, other.file_order)
    np.testing.assert_array_equal(one.rating, other.rating)
    for name in ("features", "identity", "context", "waiting"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize(
    ("frame", "asked", "given"),
    [
        (long(["Ann", "ann", "Bo", "=1"]), "user", {}),
        (long(["Ann", "ann", "Bo", "=1"]), "all", {"missing": "leave-out", "group": "artist"}),
        (long(["Ann", "Bo"], features_from="x"), "user", {"source": "x"}),
        (long(["Ann", "Bo"]).rename(columns={"user": "Person Nr"}), "Person Nr", {}),
        (long(["Ann", "Bo"]).rename(columns={"user": "Person Nr"}), "person nr", {"key": "categories"}),
        (wide(["anna", "ben", "carl"]), "all", {}),
    ],
)
def test_everybodys_list_is_as_it_is_read_alone(
    frame: pd.DataFrame, asked: str, given: dict[str, str], tmp_path: Path
) -> None:
    """By a column's name as written or nearly, and by `all`; long and wide."""
    path = tmp_path / "list.csv"
    frame.to_csv(path, index=False)
    everyone = read_asked([path], Choices(listener=asked, **given))
    assert isinstance(everyone, Everyone)
    column = next((name for name in ("user", "Person Nr") if name in frame), "")
    assert len(everyone.counts) == (frame[column].nunique() if column else 3)
    for name, reading in everyone.readings():
        assert reading.dataset is not None, reading.faults
        assert reading.dataset.listener == name
        choice = f"{column}={name}" if column == "Person Nr" else name
        alone = read_paths([path], Choices(listener=choice, **given))
        equal(reading.dataset, alone)


def test_a_name_goes_before_a_column_and_before_all(tmp_path: Path) -> None:
    """Somebody called `energy` or `all` is one listener, which a note says; so in a wide table."""
    path = tmp_path / "list.csv"
    for frame, name in (
        (long(["energy", "Bo"]), "energy"),
        (long(["all", "Bo"]), "all"),
        (wide(["all", "ben"]), "all"),
    ):
        frame.to_csv(path, index=False)
        found = read_asked([path], Choices(listener=name))
        assert isinstance(found, Dataset)
        assert found.listener == name
        assert any("is the name of a listener, and could mean all listeners too" in note for note in found.notes)


def test_who_asks_for_one_gets_one(tmp_path: Path) -> None:
    """No choice, a name, a column with a name, a name that nobody has: as without everybody."""
    path = tmp_path / "list.csv"
    long(["Ann", "Bo"]).to_csv(path, index=False)
    for asked in (None, "Bo", "user=Bo"):
        found = read_asked([path], Choices(listener=asked))
        assert isinstance(found, Dataset)
        equal(found, read_paths([path], Choices(listener=asked)))
    with pytest.raises(InputError, match="names no listener `Cy`"):
        read_asked([path], Choices(listener="user=Cy"))


def test_a_fault_of_the_file_is_everybodys_and_a_fault_of_a_list_its_own(tmp_path: Path) -> None:
    """Cells that cannot be read stop all lists, unless rows may be left out; in a wide table they are the column's owner's."""
    path = tmp_path / "list.csv"
    frame = long(["Ann", "Bo"]).astype(object)
    frame.loc[2, "energy"] = "loud"
    frame.to_csv(path, index=False)
    with pytest.raises(InputError, match="loud"):
        read_asked([path], Choices(listener="user"))
    everyone = read_asked([path], Choices(listener="user", skip_faulty=True))
    assert isinstance(everyone, Everyone)
    for name, reading in everyone.readings():
        assert reading.dataset is not None
        equal(reading.dataset, read_paths([path], Choices(listener=name, skip_faulty=True)))
    frame = wide(["anna", "ben"])
    frame.loc[3, "rating_ben"] = "good"
    frame.to_csv(path, index=False)
    everyone = read_asked([path], Choices(listener="all"))
    assert isinstance(everyone, Everyone)
    faults = {name: reading.faults for name, reading in everyone.readings()}
    assert faults["anna"] == ()
    assert "`good`" in faults["ben"][0]


def test_rows_of_nobody_are_counted(tmp_path: Path) -> None:
    """A rated row without a name is no listener's; an unrated one is not counted."""
    path = tmp_path / "list.csv"
    frame = long(["Ann", "Bo"])
    rated = frame.index[frame["rating"] != ""][:3]
    frame.loc[[*rated, 0], "user"] = " "
    frame.to_csv(path, index=False)
    everyone = read_asked([path], Choices(listener="user"))
    assert isinstance(everyone, Everyone)
    assert (sorted(everyone.counts), everyone.unnamed) == (["Ann", "Bo"], 3)
