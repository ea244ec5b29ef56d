"""Tables to take away."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from core import export
from core.dataset import Dataset
from core.reading import Choices, Upload, open_files, read
from core.reading.cells import column, strings
from tests.conftest import ROOT, dataset, table, upload

BLNS = ROOT.parent / "shared" / "torture" / "blns.json"
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[-+]\d+)?")
ANY = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=12)
NASTY = ANY | st.sampled_from(["=1+1", "'=1+1", "''=", "'", "'x", "-1", "+", "@a", "\t=", "\r", "\n", "a\rb", "\r\n", '"', "＝1",
                               " =1", "NA", "", "1e5", "a,b;c", "\ufeff", "'\u2212"])  # fmt: skip


def cells_of(data: bytes) -> list[list[str]]:
    """The cells of a CSV file, by a strict reader."""
    return list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))


def again(first: Dataset) -> Dataset:
    """The data set that its cleaned list is read as."""
    return read([Upload("earprint-cleaned.csv", export.csv_of(export.cleaned(first)))])


def waiting(found: Dataset) -> tuple[list[list[str]], np.ndarray]:
    """Identity and features of the unrated tracks; one name may be that of a column of each."""
    assert found.waiting is not None
    kinds = len(found.identity.columns)
    features = found.waiting.iloc[:, kinds:][list(found.feature_names)]
    return found.waiting.iloc[:, :kinds].to_numpy().tolist(), features.to_numpy(np.float32)


def holds_no_formula(written: bytes) -> None:
    """No cell is one that a spreadsheet would run; numbers are numbers."""
    for cell in [cell for row in cells_of(written) for cell in row]:
        assert not FORMULA.match(cell) or NUMBER.fullmatch(cell)


def assert_reads_back(first: Dataset) -> None:
    """The cleaned list is the same data set, stays what it is when it is cleaned again, and holds no formula."""
    written = export.csv_of(export.cleaned(first))
    holds_no_formula(written)
    second = read([Upload("earprint-cleaned.csv", written)])
    assert export.csv_of(export.cleaned(second)) == written
    assert second.key == first.key
    assert second.feature_names == first.feature_names
    assert np.array_equal(second.x, first.x, equal_nan=True)
    assert np.array_equal(second.rating, first.rating)
    assert second.titles == first.titles
    assert np.array_equal(second.file_order, first.file_order)
    assert (second.unrated, second.likes, second.groups) == (first.unrated, first.likes, first.groups)
    assert waiting(second)[0] == waiting(first)[0]
    assert np.array_equal(waiting(second)[1], waiting(first)[1], equal_nan=True)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(NASTY, min_size=1, max_size=20), NASTY)
def test_the_guard_comes_off_without_loss(cells: list[str], head: str) -> None:
    """Every text is written so that no spreadsheet runs it, and is got back to the letter."""
    (written_head, _), *written = cells_of(export.csv_of(pd.DataFrame({head: cells, "-number": -1.5})))
    assert not any(FORMULA.match(cell) for cell in (written_head, *(cell for cell, _ in written)))
    assert strings(export.unguarded(column(cell for cell, _ in written))) == cells
    assert strings(export.unguarded(column([written_head]))) == [head]
    assert {number for _, number in written} == {"-1.5"}


def test_missing_values_and_kinds_of_columns() -> None:
    """Missing is empty, whatever the kind of column; numbers and truths stay; two columns of one name stay two."""
    frame = pd.DataFrame({"a": ["x", None], "b": [np.nan, -1.0], "c": [True, False], "d": ["=1", "'=1"]})
    frame.columns = pd.Index(["a", "b", "c", "a"])
    assert cells_of(export.csv_of(frame)) == [
        ["a", "b", "c", "a"],
        ["x", "", "True", "'=1"],
        ["", "-1.0", "False", "''=1"],
    ]


@pytest.mark.skipif(not BLNS.exists(), reason="the naughty strings are not beside the project")
def test_naughty_strings_come_back_from_the_cleaned_list() -> None:
    """All 515 strings survive as titles and artists, also of tracks that wait for a rating; none becomes a formula."""
    strings_ = json.loads(BLNS.read_text())
    draw = np.random.default_rng(0)
    rated = [str(n % 10 + 1) if n % 9 else "" for n in range(len(strings_))]
    body = [[s, s, f"{draw.random():.4f}", r] for s, r in zip(strings_, rated, strict=True)]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([["track_name", "artist_name", "energy", "rating"], *body])
    first = read([Upload("blns.csv", buffer.getvalue().encode())])
    expected = [s for s, r in zip(strings_, rated, strict=True) if r]
    for found in (first, again(first)):
        order = np.argsort(found.file_order)
        assert found.identity["title"].iloc[order].tolist() == expected
        assert found.identity["artist"].iloc[order].tolist() == expected
        assert found.waiting is not None
        assert found.waiting["title"].tolist() == [s for s, r in zip(strings_, rated, strict=True) if not r]
    assert_reads_back(first)


RATINGS: dict[str, list[str]] = {
    "points": [str(n % 10 + 1) for n in range(40)],
    "likes": ["like", "dislike"] * 20,
    "thumbs": ["1", "-1", "0", "1"] * 10,
    "drawn stars": [(n % 5 + 1) * "★" for n in range(40)],
    "half stars": [f"{n % 10 / 2 + 0.5}" for n in range(40)],
    "bytes": [("1", "64", "128", "196", "255", "0")[n % 6] for n in range(40)],
    "percentages": [f"{n} %" for n in range(40)],
    "out of ten, low": [f"{n % 6}/10" for n in range(40)],
    "shares": [f"{n / 40:.4f}" for n in range(40)],
    "tiny": [f"{n}e-7" for n in range(40)],
    "some": [str(n % 7) if n % 3 else "" for n in range(40)],
}


@st.composite
def lists(draw: st.DrawFn) -> tuple[pd.DataFrame, Choices]:
    """A readable list of 40 tracks, and choices with which it is read."""
    numbers = np.random.default_rng(draw(st.integers(0, 2**32)))
    nasty = [draw(NASTY) for _ in range(4)]
    frame = table(40, rating=RATINGS[draw(st.sampled_from(sorted(RATINGS)))]).astype(object)
    for name in draw(st.lists(st.sampled_from(["track_name", "artist_name"]), unique=True)):
        frame[name] = (nasty * 10)[:40]
    more: dict[str, list[object] | np.ndarray] = {
        "album": nasty * 10,
        "key": (["C Major", "F# Minor", "", "B♭ Major"] * 10),
        "duration": [f"{n % 5 + 1}:{n:02d}" for n in range(40)],
        "danceability": numbers.integers(0, 101, 40),
        "instrumentalness": numbers.integers(0, 2, 40),
        "loudness": (-30 * numbers.random(40)).round(2),
        "pitch_avg": [f"[{a:.3f}, {b:.3f}]" for a, b in numbers.random((40, 2))],
        "Mystery (x)": numbers.normal(size=40) * 1e5,
        "★": numbers.random(40),
        "user": ["anna"] * 40,
        "notes": nasty * 10,
        "popularity": numbers.integers(0, 101, 40),
        "earprint_track": numbers.permutation(1000)[:40],
    }
    for name in draw(st.lists(st.sampled_from(sorted(more)), unique=True)):
        frame[name] = more[name]
    for name in draw(st.lists(st.sampled_from(["energy", "valence", "tempo"]), max_size=2, unique=True)):
        frame.loc[draw(st.lists(st.integers(0, 39), max_size=9)), name] = ""
    if draw(st.booleans()):
        frame = pd.concat([frame, frame.iloc[:3]])
    chosen = [name for name in ("Mystery (x)", "★", "popularity") if name in frame and draw(st.booleans())]
    return frame.astype(str), Choices(
        also=chosen,
        key=draw(st.sampled_from(["circle", "categories"])),
        missing=draw(st.sampled_from(["fill", "leave-out"])),
    )


@settings(max_examples=50, deadline=None, derandomize=True, phases=[Phase.generate])
@given(lists())
def test_a_cleaned_list_reads_back_as_the_same_data(given_: tuple[pd.DataFrame, Choices]) -> None:
    """Whatever was read and chosen, the cleaned list needs no choice to be the same data set."""
    frame, choices = given_
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([list(frame), *frame.to_numpy().tolist()])
    first = open_files([Upload("list.csv", buffer.getvalue().encode())], choices).dataset
    assume(first is not None)  # with so much left out there may be too little to read
    assert first is not None
    assert_reads_back(first)


@pytest.mark.parametrize("choices", [
    Choices(zero="rating"), Choices(scale="hundred"), Choices(as_written=["danceability"]), Choices(also=["loudness"]),
    Choices(roles={"artist_name": "context"}), Choices(roles={"user": "context"}), Choices(roles={"key": "context"}),
    Choices(roles={"chroma": "context"}), Choices(roles={"album": "feature"}),
    Choices(roles={"tempo": "feature:title", "energy": "feature:artist"}),
    Choices(listener="ben"),
])  # fmt: skip
def test_what_a_person_chose_stays_chosen(choices: Choices) -> None:
    """A scale, a unit, a role or a listener that was chosen once needs no choice in the cleaned list."""
    draw = np.random.default_rng(2)
    frame = table(
        60, rating=draw.integers(0, 6, 60), user=["anna"] * 35 + ["ben"] * 25, danceability=draw.integers(0, 101, 60),
        loudness=draw.integers(1, 60, 60), key=draw.integers(0, 12, 60), album=draw.integers(0, 9, 60),
        album_name=[f"Album {n // 5}" for n in range(60)], chroma=[f"[{n}, {n * n}]" for n in range(60)],
    )  # fmt: skip
    assert_reads_back(read([upload(frame)], choices))


def test_what_numbers_only_the_rows_that_are_left_stays() -> None:
    """Beside another listener's rows it is no row number; without these it must not become one."""
    places = [*range(30), *range(500, 900, 20)]
    whose = ["anna"] * 30 + ["ben"] * 20
    found = dataset(table(50, place=places, user=whose).sample(frac=1, random_state=0).sort_values("user"))
    assert list(found.context) == ["place"]
    assert_reads_back(found)


def test_a_header_that_would_be_a_formula_comes_back() -> None:
    """To the letter, in a column that is no feature."""
    draw = np.random.default_rng(0)
    names = ["-27.877", "'-x", "+ 1", "=y", "''=z"]
    found = dataset(table(40, **{name: draw.random(40) for name in names}))
    assert list(found.context) == list(again(found).context) == names
    assert_reads_back(found)


def test_numbers_have_no_needless_digits() -> None:
    """What was 0.651 in the file is 0.651 in the cleaned list."""
    frame = table(40)
    written = cells_of(export.csv_of(export.cleaned(dataset(frame))))
    place = written[0].index("energy")
    assert [float(row[place]) for row in written[1:]] == frame["energy"].tolist()
    assert max(len(row[place]) for row in written) <= len("energy")


def test_a_cleaned_list_may_be_edited_and_cleaned_again() -> None:
    """Rows that were removed and sorted in a spreadsheet leave a list that can be taken away as well."""
    edited = export.cleaned(dataset()).drop(index=[3, 7, 8]).sample(frac=1, random_state=1)
    found = read([Upload("edited.csv", export.csv_of(edited))])
    assert found.tracks == 37
    assert_reads_back(found)


def test_only_the_chosen_listener_is_in_the_list() -> None:
    """A cleaned list is one person's: nobody else's ratings are in it."""
    both = pd.concat([table(30, seed=1).assign(user="anna"), table(25, seed=2).assign(user="ben")])
    kept = export.cleaned(dataset(both))
    assert len(kept) == 30
    assert "ben" not in export.csv_of(kept).decode()


def test_a_track_with_nothing_but_a_constant_feature() -> None:
    """The first reading keeps a row whose only value is a mode that all tracks share; the second has nothing of it."""
    frame = table(40, mode=1).astype(object)
    frame.loc[0, ["energy", "valence", "tempo"]] = ""
    assert_reads_back(dataset(frame))


def test_rows_that_differ_beyond_single_precision_are_copies() -> None:
    """Rows that become equal are one track given twice."""
    frame = table(80, rating=[n // 2 % 5 + 1 for n in range(80)], energy=[0.5 + 1e-9 * (n % 2) for n in range(80)],
                  valence=[n // 4 / 20 for n in range(80)], tempo=[n // 2 for n in range(80)])  # fmt: skip
    first = dataset(frame.drop(columns=["track_name", "artist_name"]))
    assert len(np.unique(first.x, axis=0)) == first.tracks


def test_a_name_that_a_person_gave_stays() -> None:
    """A feature named by hand is called the same after reading back."""
    assert_reads_back(read([upload(table(x=np.arange(40) ** 2))], Choices(roles={"x": "feature:Foo Bar"})))


def test_no_rating_of_a_cleaned_list_is_a_typing_error() -> None:
    """A high rating among high ones that had no features is still a rating when it stands alone."""
    high = table(40, rating=range(150, 190)).astype(object)
    high.loc[1:, ["energy", "valence", "tempo"]] = ""
    assert_reads_back(dataset(pd.concat([table(40, seed=1), high])))
