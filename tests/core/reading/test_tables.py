"""Bytes -> a table of text, or faults."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.reading.cells import strings
from core.reading.files import tables_of
from core.reading.log import Log
from core.reading.tables import Upload
from tests.conftest import ROOT

TORTURE = ROOT.parent / "shared" / "torture"
SPECTRUM = (
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates", "newlines",
    "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
)  # fmt: skip


def parse(data: bytes) -> tuple[list[list[str]] | None, list[str]]:
    """Cells and faults of one file."""
    log = Log()
    found = tables_of([Upload("f.csv", data)], log)
    if not found:
        return None, log.faults
    columns = [strings(cells) for cells in found[0].cells.values()]
    return [found[0].columns, *map(list, zip(*columns, strict=True))], log.faults


def test_text_stays_as_it_was_written() -> None:
    """Titles that look like numbers, truths or nothing are still titles."""
    rows, faults = parse(b'a,b\nNA,007\nTrue,1e5\nnull,"x, ""y"""\n')
    assert faults == []
    assert rows == [["a", "b"], ["NA", "007"], ["True", "1e5"], ["null", 'x, "y"']]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_header_tells_the_separator(separator: str) -> None:
    """The mark that the header uses most separates the cells."""
    rows, _ = parse(f"a{separator}b\n1{separator}2\n".encode())
    assert rows == [["a", "b"], ["1", "2"]]


def test_bom_crlf_blank_lines_and_short_rows() -> None:
    """Byte order marks and blank lines vanish, short rows are filled, trailing empty columns dropped."""
    rows, faults = parse(b"\xef\xbb\xbfa,b,c,,\r\n1,2,3,,\r\n\r\n4,5\r\n")
    assert faults == []
    assert rows == [["a", "b", "c"], ["1", "2", "3"], ["4", "5", ""]]


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    """The header is row 1, and a line break inside quotes makes no new row."""
    found = tables_of([Upload("f.csv", b'a\n"x\ny"\nz\n')], Log())[0]
    assert [found.place("a", row) for row in range(2)] == ["2", "3"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"), (b"a,b\n", "header and no rows"), (b"PK\x03\x04rest", "Excel workbook"),
        (b'a,b\n1,2\n"1,2\n', "after row 2"),
        (b"a,b\n1,2,3\n1,2\n1,2,3\n", "rows 2 and 4"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_advice(data: bytes, says: str) -> None:
    """One sentence says what was found and what to do."""
    rows, faults = parse(data)
    assert rows is None
    assert len(faults) == 1
    assert says in faults[0]
    assert faults[0].startswith("`f.csv`")


def test_the_rows_tell_the_separator_too() -> None:
    """A header full of commas inside a semicolon file does not mislead."""
    rows, faults = parse(b"a, b or c;d\n1;2\n3;4\n")
    assert faults == []
    assert rows == [["a, b or c", "d"], ["1", "2"], ["3", "4"]]


def test_rows_wrapped_in_quotes_as_a_whole_are_unwrapped() -> None:
    """Some exporters quote each line once more."""
    rows, faults = parse(b'\xef\xbb\xbf"title,rating";;\n"""A, B"",7";;\n"C,8";;\n')
    assert faults == []
    assert rows == [["title", "rating"], ["A, B", "7"], ["C", "8"]]


def table_cells() -> st.SearchStrategy[list[list[str]]]:
    """Small tables of any text that a CSV file can hold, with a header of distinct names."""
    cell = st.text(st.characters(exclude_characters="\x00\r", exclude_categories=("Cs",)), max_size=12)
    names = st.lists(st.from_regex(r"[a-z]{3,8}", fullmatch=True), min_size=2, max_size=5, unique=True)
    return names.flatmap(
        lambda header: st.lists(
            st.lists(cell, min_size=len(header), max_size=len(header)).filter(lambda row: any(c.strip() for c in row)),
            min_size=3,
            max_size=8,
        ).map(lambda body: [header, *body])
    )


@settings(max_examples=150, deadline=None)
@given(
    table_cells(),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_table_reads_back_equal_in_any_dialect(
    rows: list[list[str]], mark: str, encoding: str, ending: str
) -> None:
    """Separator, encoding, line ends and quoting change no cell."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=mark, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(rows)
    found, faults = parse(buffer.getvalue().encode(encoding))
    assert faults == []
    assert found == rows


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_bytes_give_a_table_or_faults(data: st.DataObject) -> None:
    """Whatever happens to a file's bytes, reading ends with a table or with sentences, never otherwise."""
    whole = bytearray(b'title,energy,rating\n"A, B",0.5,7\nC,0.25,8\nD,"[1, 2]",9\n' * 3)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        what = data.draw(st.sampled_from(["flip", "cut", "double", "insert"]))
        if what == "flip":
            whole[at] = data.draw(st.integers(0, 255))
        elif what == "cut":
            del whole[at : at + data.draw(st.integers(1, 20))]
            whole = whole or bytearray(b"x")
        elif what == "double":
            whole[at:at] = whole[at : at + 30]
        else:
            whole[at:at] = data.draw(st.sampled_from([b"\x00", b'"', b"\xef\xbb\xbf", b"\xff", b"\n", b";"]))
    rows, faults = parse(bytes(whole))
    assert (rows is None) == bool(faults)


@pytest.mark.skipif(not TORTURE.is_dir(), reason="the torture files are not beside the project")
@pytest.mark.parametrize("name", SPECTRUM)
def test_csv_spectrum(name: str) -> None:
    """Each file of csv-spectrum gives the rows that its JSON says."""
    rows, faults = parse((TORTURE / "csv-spectrum" / "csvs" / f"{name}.csv").read_bytes())
    assert faults == []
    assert rows is not None
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    expected = json.loads((TORTURE / "csv-spectrum" / "json" / f"{name}.json").read_text())
    if name == "newlines_crlf":  # this copy of the file has lost the carriage return that its JSON has
        expected[1]["a"] = expected[1]["a"].replace("\r\n", "\n")
    if name == "location_coordinates":  # and this one's JSON is one row with another telephone number
        expected = [{**expected, "Contact Phone Number": found[0]["Contact Phone Number"]}]
    assert found == expected


@pytest.mark.skipif(not TORTURE.is_dir(), reason="the torture files are not beside the project")
def test_naughty_strings_survive_as_titles_and_artists() -> None:
    """All 515 strings come out exactly as they went in."""
    strings = json.loads((TORTURE / "blns.json").read_text())
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([["track_name", "artist_name", "rating"], *([s, s, "7"] for s in strings)])
    rows, faults = parse(buffer.getvalue().encode())
    assert faults == []
    assert rows is not None
    assert [row[:2] for row in rows[1:]] == [[s, s] for s in strings]
