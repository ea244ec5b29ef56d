"""What must not change what is read: dialect, encoding, order of rows, columns and files, and columns that are noise."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from core import schema
from core.dataset import Dataset
from core.evaluate import evaluate
from core.reading import Choices, Upload, read
from core.reading import cells as of_cells
from core.reading.dialects import SEPARATORS, _irregular, _regular
from core.reading.files import tables_of
from core.reading.limits import Limits
from core.reading.log import Log
from tests.conftest import table

ENDINGS = ("\n", "\r\n", "\r")
ACCENTS = "".join(map(chr, range(0xC0, 0x100)))  # in Windows-1252 no two of these look like one letter of UTF-8
MORE_OF_A_NAME = ("", "", "", "", " (ms)", "\n(best of)", ' "x"', "é", ": 1")
WORDS = ("", "NA", "null", "NaN", "007", "1e5", "True", "-", "=1+1", "a, b; c|d\te", 'say "x"', '"', "\n", "a\r\nb", " x ",
         "\u00a0", "\ufeffA", "[1, 2]", "'", "\\", "0,5", "é")  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """One way to write a table. blank: empty lines before the header. trailing: separators too many in every row."""

    separator: str = ","
    ending: str = "\n"
    encoding: str = "utf-8"
    quote_all: bool = False
    hint: bool = False
    blank: int = 0
    trailing: int = 0
    last_ending: bool = True

    def cell(self, cell: str) -> str:
        """A cell in quotation marks, where it needs them or all have them."""
        needed = any(mark in cell for mark in (self.separator, '"', "\n", "\r"))
        return '"' + cell.replace('"', '""') + '"' if needed or self.quote_all else cell

    def write(self, rows: Sequence[Sequence[str]]) -> bytes:
        """The table as bytes."""
        lines = [self.separator.join(map(self.cell, row)) + self.trailing * self.separator for row in rows]
        lines = ([f"sep={self.separator}"] if self.hint else []) + [""] * self.blank + lines
        decoded = self.ending.join(lines) + self.ending * self.last_ending
        if self.encoding == "utf-16-be":
            return b"\xfe\xff" + decoded.encode(self.encoding)
        return decoded.encode(self.encoding)


def dialects(encodings: Sequence[str] = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be")) -> st.SearchStrategy[Dialect]:
    """Any dialect in one of these encodings."""
    return st.builds(
        Dialect, st.sampled_from(SEPARATORS), st.sampled_from(ENDINGS), st.sampled_from(encodings), st.booleans(),
        st.booleans(), st.integers(0, 3), st.integers(0, 3), st.booleans(),
    )  # fmt: skip


def tables(alphabet: st.SearchStrategy[str], words: Sequence[str]) -> st.SearchStrategy[list[list[str]]]:
    """Tables of any cells under distinct names; no row is blank, since blank rows are none."""
    cell = st.sampled_from(words) | st.text(alphabet, max_size=12)
    name = st.builds(str.__add__, st.from_regex(r"[a-z]{3,8}", fullmatch=True), st.sampled_from(MORE_OF_A_NAME))
    names = st.lists(name, min_size=2, max_size=4, unique_by=lambda name: schema.normalise(name))

    def below(header: list[str]) -> st.SearchStrategy[list[list[str]]]:
        row = st.lists(cell, min_size=len(header), max_size=len(header)).filter(lambda row: any(map(str.strip, row)))
        return st.lists(row, min_size=1, max_size=8).map(lambda body: [header, *body])

    return names.flatmap(below)


def reads_back(rows: list[list[str]], dialect: Dialect) -> None:
    """The table is read as it was written, each row under its number."""
    log = Log()
    (found,) = tables_of([Upload("f.csv", dialect.write(rows))], log)
    assert log.faults == []
    columns = [of_cells.strings(column) for column in found.cells.values()]
    assert [found.columns, *map(list, zip(*columns, strict=True))] == rows
    first = 1 + dialect.hint + dialect.blank
    assert found.origin[rows[0][0]].rows.tolist() == list(range(first + 1, first + len(rows)))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(tables(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), WORDS), dialects(), st.booleans())
def test_any_table_is_read_as_it_was_written(rows: list[list[str]], dialect: Dialect, index: bool) -> None:
    """No dialect of CSV changes a cell, a name or a row's number, with or without an index column."""
    if index:
        rows = [[str(number - 1) if number else "", *row] for number, row in enumerate(rows)]
    reads_back(rows, dialect)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(tables(st.sampled_from("aZ 0,;.|\t\n\r\"'" + ACCENTS), ("", "NA", "Zoë", "Für Élise")), dialects(["cp1252"]))
def test_any_western_table_is_read_as_it_was_written(rows: list[list[str]], dialect: Dialect) -> None:
    """The same holds for Windows-1252."""
    reads_back(rows, dialect)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.floats(allow_infinity=False) | st.integers(-(10**6), 10**6), min_size=1), st.booleans())
@example([0.5, float("nan")], True)
def test_numbers_are_the_same_with_commas(numbers: list[float], plus: bool) -> None:
    """Decimal commas, a plus or a true minus sign and blanks change no number, to the last digit."""
    plain = ["" if np.isnan(number) else f"{number:+}" if plus else str(number) for number in numbers]
    written = [f" {cell} ".replace(".", ",").replace("-", "\u2212") for cell in plain]
    expected = np.array(numbers, dtype=float)
    for cells in (plain, written, [*plain, "NA"], [*written, "x"]):
        values, unreadable = of_cells.numbers(of_cells.column(cells))
        assert np.array_equal(values[: len(numbers)], expected, equal_nan=True)
        assert np.flatnonzero(unreadable).tolist() == ([len(numbers)] if cells[-1] == "x" else [])


@pytest.mark.parametrize("cell", ["nan(1)", "-nan", "1e99999", "1e-99999", "9" * 3000, "0x10", "1_000", "٣"])
def test_a_number_does_not_hang_on_its_neighbours(cell: str) -> None:
    """A cell is the same number, or none, beside plain numbers and beside text."""
    beside = [of_cells.numbers(of_cells.column([cell, other])) for other in ("1", "x")]
    assert np.array_equal(beside[0][0][:1], beside[1][0][:1], equal_nan=True)
    assert beside[0][1][0] == beside[1][1][0]


@pytest.mark.parametrize(
    "dialect", [Dialect(), Dialect(";", "\r\n", "utf-16", blank=2), Dialect("\t", "\r", hint=True)]
)
def test_a_line_break_in_a_name_ends_no_line(dialect: Dialect) -> None:
    """A name of two lines is a name, also where its second line looks like a header."""
    reads_back([["Loved by\nme", "title", "artist"], ["7", "A\ntitle", "B"], ["8", "title", "artist"]], dialect)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("above", [["My list"], ["My list; 2024", "", '"title, artist"'], ["x" * 300] * 5, ["", "a"]])
def test_a_title_above_the_table_is_left_out(above: list[str], ending: str) -> None:
    """What stands above the names is told and left out, and the rows keep their numbers."""
    rows = [["title", "artist", "rating"], ["A", "B", "7"]]
    log = Log()
    written = ending.join(above).encode() + ending.encode() + Dialect(ending=ending).write(rows)
    (found,) = tables_of([Upload("f.csv", written)], log)
    assert found.columns == rows[0]
    assert found.origin["title"].rows.tolist() == [len(above) + 2]
    assert "above its header" in log.notes[0]


# --- The fast way and the slow way ---


def same_both_ways(decoded: str, separator: str) -> bool:
    """Whether the fast way takes the text; then the slow way must give the same."""
    fast = _regular(decoded, separator, Limits())
    if fast is None:
        return False
    log = Log()
    slow = _irregular(decoded, separator, "`f`", log, Limits())
    assert log.faults == []
    assert slow is not None
    assert (fast.header, fast.top, fast.rows.tolist()) == (slow.header, slow.top, slow.rows.tolist())
    assert [of_cells.strings(column) for column in fast.columns] == [
        of_cells.strings(column) for column in slow.columns
    ]
    return True


MARKS = ["a", "b", "c", "1", " ", ",", ";", "\t", '"', '""', "\n", "\r\n", "\r", "\u00a0", "\u2003", "\u3000", "\x1c", "\x1f",
         "\x0b", "\u2028", "\u200b", "\ufeff", "é", "\U0001f3b5", "\\", "'", "0,5"]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_the_fast_way_gives_what_the_slow_way_gives(seed: int) -> None:
    """Whatever text Arrow is trusted with, the csv module reads the same cells in the same rows."""
    draw = random.Random(seed)  # noqa: S311
    fast = 0
    for _ in range(1500):
        width = draw.randrange(2, 5)
        rows = [["".join(draw.choices(MARKS, k=draw.randrange(4))) for _ in range(width)] for _ in range(6)]
        dialect = Dialect(
            draw.choice(SEPARATORS), draw.choice(ENDINGS[:2]), quote_all=draw.random() < 0.5,
            trailing=draw.choice([0, 0, 1]), last_ending=draw.random() < 0.7,
        )  # fmt: skip
        decoded = dialect.write([list("abcd")[:width], *rows]).decode()
        for _ in range(draw.choice([0, 0, 1, 2])):
            at = draw.randrange(len(decoded) + 1)
            decoded = decoded[:at] + draw.choice(["", *MARKS]) + decoded[at + draw.randrange(2) :]
        fast += same_both_ways(decoded, dialect.separator)
    assert fast > 300


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(MARKS), max_size=24).map("".join))
@example("\ufeffA,1\nb,2\n")
@example('"a""b",""""\n')
@example(" ,\u3000\n\x1c,\x1f\na,b\n")
def test_the_fast_way_gives_what_the_slow_way_gives_for_any_marks(body: str) -> None:
    """The same holds for texts that are hardly tables."""
    event(f"fast: {same_both_ways('ab,cd' + chr(10) + body, ',')}")
    same_both_ways(body, ",")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("quote_all", [False, True])
def test_regular_files_go_the_fast_way(ending: str, quote_all: bool) -> None:
    """Files as spreadsheets and pandas write them are not left to the slow way, however long."""
    draw = random.Random(0)  # noqa: S311
    rows = [["title", "note", "energy"]]
    words = ["a", "é,", 'say "x"', ";", "b\nc", "", " "]
    rows += [[" ".join(draw.choices(words, k=draw.randrange(100))), f"x{n}", f"0.{n}"] for n in range(5000)]
    assert same_both_ways(Dialect(ending=ending, quote_all=quote_all).write(rows).decode(), ",")


@pytest.mark.parametrize("cell", ["x" * 99_999, "é" * 99_999, "x" * 99_998 + '"', "a\nb" * 30_000])
def test_long_cells_are_read(cell: str) -> None:
    """Cells up to the limit of 100,000 characters are read, also several in a row; one beyond is told with its row."""
    reads_back([["aaa", "bbb", "ccc", "ddd"], ["1", "", "", ""], [cell] * 4, ["", "x", "", ""]], Dialect())
    log = Log()
    assert tables_of([Upload("f.csv", Dialect().write([["a", "b"], ["1", "2"], ["1", cell + "xx" * 6000]]))], log) == []
    assert "more than 100,000 characters in row 3" in log.faults[0]


# --- One list in many forms ---

Change = Callable[[pd.DataFrame], pd.DataFrame]
SHARES = ("energy", "valence", "danceability", "acousticness", "instrumentalness")


def rated_list() -> pd.DataFrame:
    """A list as people have them: 0 to 100, key names, mm:ss, stars, gaps, copies, two listeners, artists with guests."""
    draw = np.random.default_rng(5)
    n = 70
    seconds = draw.integers(90, 400, n)
    artists = ["Zoë", "AC/DC", "Zoë feat. Béla", "Tyler, The Creator", "Béla, Zoë", "Él Niño"]
    frame = pd.DataFrame({
        "Spotify ID": [f"{number:022d}" for number in range(n)],
        "Song": [f'Name "{number}", No. {number % 9}' for number in range(n)],
        "Artist": [artists[number % 6] for number in range(n)],
        "Album": [f"Album {number // 4}" for number in range(n)],
        **{name: draw.integers(0, 101, n) for name in SHARES},
        "BPM": (60 + 120 * draw.random(n)).round(2),
        "Loud (Db)": (-25 * draw.random(n)).round(3),
        "Key": draw.choice(["C Major", "C#/Db Minor", "F♯ Major", "B♭ Minor"], n),
        "Duration": [f"{second // 60}:{second % 60:02d}" for second in seconds],
        "Popularity": draw.integers(0, 101, n),
    }).astype(str)  # fmt: skip
    frame.loc[[3, 9, 20], "energy"] = ["", "NA", "n/a"]
    frame.loc[[5, 6], ["Key", "Duration"]] = ""
    frame.loc[7, "Artist"] = ""
    parts = [
        frame.assign(User="anna", Stars=[5 * "★" if number % 5 else "★★☆☆☆" for number in draw.integers(0, 9, n)]),
        frame.iloc[:50].assign(User="ben", Stars=["★" * number for number in draw.integers(1, 6, 50)]),
    ]
    whole = pd.concat(parts, ignore_index=True)
    whole.loc[[2, 60], "Stars"] = ""
    return pd.concat([whole, whole.iloc[[0, 4, 69]]], ignore_index=True)


def as_bytes(frame: pd.DataFrame, dialect: Dialect | None = None) -> bytes:
    """The list as a file."""
    return (dialect or Dialect()).write([[str(name) for name in frame], *frame.to_numpy().tolist()])


def opened(*files: bytes, choices: Choices | None = None) -> Dataset:
    """The list as it is read."""
    return read([Upload(f"{number}.csv", data) for number, data in enumerate(files)], choices)


def assert_same(found: Dataset, expected: Dataset) -> None:
    """Everything that a figure may hang on is identical."""
    assert found.key == expected.key
    assert found.feature_names == expected.feature_names
    assert np.array_equal(found.x, expected.x, equal_nan=True)
    assert np.array_equal(found.rating, expected.rating)
    assert found.scale == expected.scale
    assert found.groups == expected.groups
    assert np.array_equal(found.recordings, expected.recordings)
    assert (found.listener, found.listeners, found.unrated) == (expected.listener, expected.listeners, expected.unrated)
    assert found.titles == expected.titles


def shuffled_rows(frame: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """The rows in another order."""
    return frame.sample(frac=1, random_state=seed)


def shuffled_columns(frame: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """The columns in another order."""
    return frame.sample(frac=1, random_state=seed, axis=1)


def with_commas(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers with decimal commas."""
    return frame.assign(**{name: frame[name].str.replace(".", ",") for name in ("BPM", "Loud (Db)")})


CHANGES: dict[str, Change] = {
    "rows": shuffled_rows,
    "rows backwards": lambda frame: frame.iloc[::-1],
    "columns": shuffled_columns,
    "rows and columns": lambda frame: shuffled_rows(shuffled_columns(frame, 2), 3),
    "decimal commas": with_commas,
    "blanks around cells of numbers": lambda frame: frame.assign(**{name: " " + frame[name] + " " for name in SHARES}),
    "capitals": lambda frame: frame.rename(columns=str.upper),
    "text": lambda frame: frame.assign(Thoughts=["so, so; la\nla", "NA", "[x", "'", ""] * 24 + ["", "", ""]),
    "numbers": lambda frame: frame.assign(Mystery=np.random.default_rng(9).random(len(frame)).astype(str)),
    "a copy of the rating": lambda frame: frame.assign(Score2=frame["Stars"]),
    "row numbers": lambda frame: frame.assign(**{"#": [str(number) for number in range(len(frame))]}),
    "an empty column": lambda frame: frame.assign(Empty=""),
    "index": lambda frame: frame.reset_index(names="").astype(str),
}


@pytest.fixture(scope="module")
def expected() -> Dataset:
    """The list as it is read when nothing was changed."""
    return opened(as_bytes(rated_list()))


def test_the_list_is_read_as_it_is_meant(expected: Dataset) -> None:
    """One listener's 68 ratings without the copies, shares from 0 to 1, lengths in milliseconds, keys on their circle."""
    assert (expected.listener, expected.tracks, expected.unrated) == ("anna", 68, 2)
    assert {*SHARES, "tempo", "loudness", "duration_ms", "key_sin", "key_cos", "mode"} == set(expected.feature_names)
    assert expected.features[list(SHARES)].max().max() == 1
    assert expected.features["duration_ms"].between(90_000, 400_000).sum() == 66
    assert expected.groups == {"artist": (5, 67), "album": (18, 68)}


@pytest.mark.parametrize("name", CHANGES)
def test_what_does_not_matter_changes_nothing(name: str, expected: Dataset) -> None:
    """Neither the order of rows and columns nor a column of noise changes the data set."""
    assert_same(opened(as_bytes(CHANGES[name](rated_list()))), expected)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    st.integers(0, 10**6), dialects(), st.lists(st.sampled_from(sorted(CHANGES)), max_size=4, unique=True)
)  # fmt: skip
def test_all_that_does_not_matter_at_once(expected: Dataset, seed: int, dialect: Dialect, names: list[str]) -> None:
    """Any mixture of such changes in any dialect gives the same data set."""
    frame = rated_list()
    for name in names:
        frame = CHANGES[name](frame)
    assert_same(opened(as_bytes(shuffled_columns(shuffled_rows(frame, seed), seed), dialect)), expected)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("separator", SEPARATORS)
def test_no_dialect_changes_the_list(encoding: str, separator: str) -> None:
    """Separators, encodings and quotation marks give one data set."""
    frame = rated_list().replace({"★": "*", "☆": "", "♯": "#", "♭": "b"}, regex=True)  # which Windows-1252 can write
    found = opened(as_bytes(frame, Dialect(separator, "\r\n", encoding, quote_all=encoding != "utf-16")))
    assert_same(found, opened(as_bytes(frame)))


IN_RATINGS = ["Spotify ID", "User", "Stars"]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("turned", [False, True])
def test_two_files_are_one_list(seed: int, turned: bool, expected: Dataset) -> None:
    """Features in one file and ratings in another, in any order of files, rows and columns, are the whole list."""
    whole = rated_list()
    ratings = shuffled_columns(shuffled_rows(whole[IN_RATINGS], seed), seed)
    features = shuffled_rows(whole.drop(columns=["User", "Stars"]).drop_duplicates(), seed + 1)
    files = [as_bytes(features, Dialect(";")), as_bytes(ratings, Dialect("\t", "\r\n", "utf-16"))]
    assert_same(opened(*(files[::-1] if turned else files)), expected)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_files_are_one_list(order: tuple[int, ...], expected: Dataset) -> None:
    """Names and shares, all else that is heard, and ratings in three files are the whole list in any order of files."""
    whole = rated_list()
    tracks = whole.drop(columns=["User", "Stars"]).drop_duplicates()
    heard = ["BPM", "Loud (Db)", "Key", "Duration"]
    files = [
        as_bytes(shuffled_rows(tracks.drop(columns=heard), 1)),
        as_bytes(shuffled_rows(tracks[["Spotify ID", *heard]], 2)),
        as_bytes(whole[IN_RATINGS]),
    ]
    assert_same(opened(*(files[place] for place in order)), expected)


@pytest.mark.parametrize("turned", [False, True])
def test_two_halves_are_one_list(turned: bool, expected: Dataset) -> None:
    """A list cut in two between any rows, with columns in another order, is the whole list."""
    whole = rated_list()
    files = [as_bytes(whole.iloc[:50]), as_bytes(shuffled_columns(whole.iloc[50:]))]
    assert_same(opened(*(files[::-1] if turned else files)), expected)


@pytest.mark.parametrize("choices", [
    Choices(key="categories"), Choices(missing="leave-out"), Choices(listener="ben"), Choices(group="Album"),
    Choices(group="artist"), Choices(also=["Popularity"]), Choices(as_written=["Duration"]), Choices(scale="ten"),
])  # fmt: skip
def test_order_does_not_matter_to_choices(choices: Choices) -> None:
    """The same choice on a shuffled list gives the same data set."""
    frame = rated_list()
    whole = opened(as_bytes(frame), choices=choices)
    assert_same(opened(as_bytes(shuffled_rows(shuffled_columns(frame))), choices=choices), whole)
    if whole.group is not None:
        assert whole.group.tolist() == opened(as_bytes(shuffled_rows(frame)), choices=choices).group.tolist()


def test_no_figure_hangs_on_the_order(expected: Dataset) -> None:
    """The same models on a shuffled, requoted list with noise beside it have the same scores, bit by bit."""
    small = table(24, seed=3)
    noisy = shuffled_columns(shuffled_rows(small)).assign(thoughts="x", mystery=np.random.default_rng(1).random(24))
    buffer = io.StringIO()
    noisy.to_csv(buffer, sep=";", quoting=1, index=False)
    files = [small.to_csv(index=False).encode(), buffer.getvalue().encode("utf-16")]
    boards = [evaluate(opened(data), models=["ridge"], workers=1).leaderboard.drop(columns="seconds") for data in files]
    pd.testing.assert_frame_equal(*boards, check_exact=True)
