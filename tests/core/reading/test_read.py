"""Files -> one Dataset, or one error with every fault."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import translations
from core.dataset import Dataset
from core.errors import InputError
from core.reading import Choices, Upload, open_files, read, read_paths
from core.simulate import LISTENERS
from tests.conftest import ROOT, dataset, table, upload


def faults(*uploads: Upload) -> tuple[str, ...]:
    """The faults that reading these raises."""
    with pytest.raises(InputError) as caught:
        read(uploads)
    return caught.value.faults


def test_the_bach_pair_is_read_as_it_is(bach: Dataset) -> None:
    """100 tracks, exactly the 33 audio features, joined by position; index, title and playlist set aside."""
    assert bach.tracks == 100
    numbered = {f"{stem}_{n}" for stem in ("pitch", "timbre") for n in range(12)}
    expected = numbered | {
        "duration_ms", "energy", "danceability", "loudness", "valence", "tempo", "time_signature",
        "key_change_percentage", "mode_avg",
    }  # fmt: skip
    assert set(bach.feature_names) == expected
    assert {item.column for item in bach.dropped} == {"", "track_name", "playlist"}
    assert "by position" in bach.notes[0]


def test_the_bach_pair_keeps_each_rating_with_its_track(bach: Dataset, bach_files: list[Path]) -> None:
    """Row by row, rating and features are those of the files."""
    features, ratings = (pd.read_csv(path) for path in bach_files)
    assert np.array_equal(ratings["rating"].to_numpy()[bach.file_order], bach.rating)
    assert np.allclose(features["tempo"].to_numpy()[bach.file_order], bach.features["tempo"])


@pytest.mark.parametrize(("name", "tracks"), [("taste", 300), ("no_taste", 300), ("trap", 100)])
def test_the_bundled_lists_are_read(name: str, tracks: int) -> None:
    """Their tracks with 14 features each, from Spotify-style columns; a column of row numbers is none of them."""
    read_ = read_paths([ROOT / "data" / f"simulated_{name}.csv"])
    assert read_.tracks == tracks
    assert len(read_.feature_names) == 14
    assert {"popularity", "explicit", "release_date"} <= set(read_.context.columns)


def test_every_fault_of_every_file_is_told_at_once() -> None:
    """Text among ratings and features, an infinite value and a broken second file make one error."""
    frame = table().astype(object)
    for row, column, cell in ((2, "rating", "good"), (15, "rating", "ok"), (3, "energy", "loud"), (4, "tempo", "inf")):
        frame.loc[row, column] = cell
    found = faults(upload(frame), Upload("other.csv", b"PK\x03\x04"))
    assert len(found) == 4
    assert "rows 4" in found[3]
    assert "(`good`, `ok`)" in found[3]
    assert any("`energy` holds text in row 5" in fault for fault in found)
    assert any("`tempo` has 1 value that cannot be right" in fault for fault in found)
    assert any("Excel" in fault for fault in found)


def test_no_rating_column() -> None:
    """The columns found and the names expected are listed."""
    found = faults(upload(table().drop(columns="rating")))
    assert len(found) == 1
    assert "`energy`" in found[0]
    assert "`rating`" in found[0]


def test_no_usable_feature_offers_what_is_there() -> None:
    """Unknown numeric columns are named, to be chosen by hand."""
    frame = table(mystery=np.random.default_rng(0).random(40)).drop(columns=["energy", "valence", "tempo"])
    found = faults(upload(frame))
    assert len(found) == 1
    assert "`mystery`" in found[0]


def test_too_few_ratings() -> None:
    """19 rated rows are refused with the number that is needed."""
    frame = table().astype({"rating": object})
    frame.loc[19:, "rating"] = ""
    found = faults(upload(frame))
    assert "19 rows have a rating" in found[0]
    assert "20" in found[0]


def test_a_constant_rating() -> None:
    """Where nothing differs there is nothing to explain."""
    assert "All 40 ratings in `rating` are 7" in faults(upload(table(rating=7)))[0]


def test_a_rating_of_text() -> None:
    """A rating column of words is refused with its rows, and nothing else is blamed."""
    found = faults(upload(table(rating=["good", "bad"] * 20)))
    assert len(found) == 1
    assert "and 35 more" in found[0]


@pytest.mark.parametrize("value", ["inf", "1e308", "-2", "101"])
def test_impossible_ratings(value: str) -> None:
    """Infinite, huge and negative ratings are refused with their row."""
    frame = table(120).astype({"rating": object})
    frame.loc[0, "rating"] = value
    assert f"row 2 (`{value}`)" in faults(upload(frame))[0]


def test_unrated_rows_are_counted_not_lost_in_silence() -> None:
    """Rows without a rating stay out and are counted."""
    frame = table().astype({"rating": object})
    frame.loc[:4, "rating"] = ""
    read_ = dataset(frame)
    assert (read_.tracks, read_.unrated) == (35, 5)


def test_missing_feature_values_stay_missing() -> None:
    """They are imputed inside the fold, never on reading; rows without any feature are left out and said."""
    frame = table().astype(object)
    frame.loc[0, "energy"] = "NA"
    frame.loc[1, ["energy", "valence", "tempo"]] = ""
    read_ = dataset(frame)
    assert read_.tracks == 39
    assert read_.features["energy"].isna().sum() == 1
    assert any("without a single audio feature" in note for note in read_.notes)


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    """A wrong path is told like any other fault."""
    with pytest.raises(InputError, match=r"cannot open `none\.csv`"):
        read_paths([tmp_path / "none.csv"])


def test_no_file_at_all() -> None:
    """Nothing given is a fault, not a crash."""
    assert "No file" in faults()[0]


def test_what_can_be_read_is_shown_beside_the_faults() -> None:
    """A broken file stands in the way of an analysis, and the columns of the other are understood all the same."""
    reading = open_files([Upload("x", b"\x00"), upload(table())])
    assert reading.dataset is None
    assert len(reading.faults) == 1
    assert [entry.column for entry in reading.understood][:2] == ["track_name", "artist_name"]


def test_missing_parts_are_not_blamed_on_the_rest(bach_files: list[Path]) -> None:
    """When the ratings file cannot be read, that is the only fault; when ratings are empty, the features are not blamed."""
    broken = Upload("ratings.csv", b"PK\x03\x04")
    assert len(faults(Upload("features.csv", bach_files[0].read_bytes()), broken)) == 1
    assert len(faults(upload(table(rating="")))) == 1


def test_text_features_are_named() -> None:
    """Features that are all text are listed."""
    found = faults(upload(table(energy="high", valence="low", tempo="fast")))
    assert len(found) == 1
    assert "`energy`, `valence` and `tempo`" in found[0]


def test_decimal_commas_are_numbers() -> None:
    """A spreadsheet's commas give the same data as points, in ratings and features."""
    frame = table(rating=[n % 10 / 2 + 1 for n in range(40)])
    commas = frame.astype(str)
    for name in ("energy", "valence", "tempo", "rating"):
        commas[name] = commas[name].str.replace(".", ",")
    data = commas.to_csv(index=False, sep=";").encode("cp1252")
    assert read([Upload("list.csv", data)]).key == dataset(frame).key


def test_a_guessed_encoding_is_told() -> None:
    """What is read as Windows-1252 says so on the Data page."""
    frame = table(track_name="É")
    data = frame.to_csv(index=False).encode("cp1252")
    read_ = read([Upload("list.csv", data)])
    assert read_.notes == ("`list.csv` is read as Windows-1252 text.",)
    assert read_.identity["title"].iloc[0] == "É"


def test_points_and_commas_in_one_column_are_not_guessed() -> None:
    """`1.5` beside `2,5` is a fault with its row."""
    frame = table().astype(object)
    frame.loc[3, "energy"] = "0,5"
    assert "row 5 (`0,5`)" in faults(upload(frame))[0]


def test_all_faults_of_paths_are_told(tmp_path: Path) -> None:
    """A missing file hides no fault of another."""
    bad = tmp_path / "bad.csv"
    table(rating=7).to_csv(bad, index=False)
    with pytest.raises(InputError) as caught:
        read_paths([tmp_path / "none.csv", bad])
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf", "\u00a0\n".encode(), b"\xef\xbb\xbf\n \n"])
def test_invisible_files_are_empty(data: bytes) -> None:
    """A byte order mark or a blank is no content."""
    assert "is empty" in faults(Upload("x.csv", data))[0]


def test_columns_of_one_name() -> None:
    """Equal ones are one column; of different ones the first keeps the name, the others are set aside, and it is said."""
    frame = table()
    twice = dataset(frame.assign(Energy=frame["energy"]))
    assert twice.key == dataset(frame).key
    assert "twice with the same cells" in twice.notes[0]
    other = dataset(frame.assign(Energy=0.5 * frame["valence"]))
    assert other.key == dataset(frame).key
    assert "I call the later ones `Energy (again)`" in other.notes[0]
    assert "Energy (again)" in {item.column for item in other.dropped}


def test_a_file_that_would_fill_the_memory_is_refused() -> None:
    """Many short rows under many headers are refused before they are filled."""
    data = ",".join(f"c{n}" for n in range(500)).encode() + b"\n" + b"1\n" * 30_000
    assert "cells" in faults(Upload("wide.csv", data))[0]


def test_the_bundled_listeners_are_known_by_their_content() -> None:
    """Shuffled and renamed, a bundled list still says that it is simulated; anybody else's does not."""
    for listener in LISTENERS:
        frame = pd.read_csv(ROOT / "data" / f"simulated_{listener.name}.csv")
        assert dataset(frame.sample(frac=1, random_state=1)).simulated == listener.description
    assert dataset(table()).simulated == ""


@pytest.mark.parametrize("language", list(translations.LANGUAGES))
def test_exports_in_every_language_are_the_same_data(language: str) -> None:
    """exportify.app writes its headers in the reader's language; the data set and its key do not change."""
    draw = np.random.default_rng(0)
    values = {field: draw.random(40).round(4) for field in translations.FIELDS}
    values |= {"id": [f"spotify:track:{n}" for n in range(40)], "title": [f"T{n}" for n in range(40)],
               "artist": "A, B", "album": "C", "release_date": "2020-01-01", "explicit": "false", "added_at": "2024",
               "genre": "pop", "loudness": -20 * draw.random(40).round(4), "key": draw.integers(0, 12, 40)}  # fmt: skip
    frame = pd.DataFrame(values).assign(rating=draw.integers(1, 11, 40))
    words = dict(zip(translations.FIELDS, translations.LANGUAGES[language], strict=True))
    local = dataset(frame.rename(columns=words))
    assert local.key == dataset(frame).key
    assert len(local.feature_names) == 14
    assert local.titles[0].endswith("A, B")


def test_one_source_of_features_can_be_chosen() -> None:
    """Its rows alone are read; the sources are known with their rows; an unknown one is a fault that names those found."""
    frame = table(60, features_from=["a"] * 25 + ["b"] * 35)
    upload = Upload("list.csv", frame.to_csv(index=False).encode())
    whole = open_files([upload])
    assert whole.sources == (("a", 25), ("b", 35))
    assert whole.dataset is not None
    assert whole.dataset.tracks == 60
    one = open_files([upload], Choices(source="b"))
    assert one.dataset is not None
    assert one.dataset.tracks == 35
    assert any("35 rows with features from `b`" in note for note in one.notes)
    assert "Found: `a` and `b`" in open_files([upload], Choices(source="c")).faults[0]
    plain = Upload("list.csv", table(30).to_csv(index=False).encode())
    assert "`features_from` would" in open_files([plain], Choices(source="a")).faults[0]
