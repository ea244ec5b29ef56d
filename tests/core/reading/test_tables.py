"""Bytes -> a table of text, or faults."""

from __future__ import annotations

import pytest

from core.reading.tables import MAX_BYTES, Upload, read_table


def parse(data: bytes) -> tuple[list[list[str]] | None, list[str]]:
    """Cells and faults of one file."""
    faults: list[str] = []
    found = read_table(Upload("f.csv", data), faults)
    return (None if found is None else [found.columns, *found.cells.to_numpy().tolist()]), faults


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
    faults: list[str] = []
    found = read_table(Upload("f.csv", b'a\n"x\ny"\nz\n'), faults)
    assert found is not None
    assert found.place["a"].tolist() == ["2", "3"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"), (b" \n\n", "is empty"), (b"a,b\n", "header and no rows"),
        (b"PK\x03\x04rest", "Excel workbook"), (b"\x1f\x8b\x08", "gzip"), (b"\x80\x04\x95", "pickle"),
        (b"a,b\n\xff\xfe,1\n", "row 2 holds a byte"), (b"a,b\n1,\x00\n", "zero bytes"),
        (b"a,a\n1,2\n", "columns with the same name: `a` and `a`"), (b'a,b\n"1,2\n', "quotation mark"),
        (b"a,b\n1,2,3\n1,2\n1,2,3\n", "rows 2 and 4"), (b"x" * (MAX_BYTES + 1), "at most 20 MB"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_advice(data: bytes, says: str) -> None:
    """One sentence says what was found and what to do."""
    rows, faults = parse(data)
    assert rows is None
    assert len(faults) == 1
    assert says in faults[0]
    assert faults[0].startswith("`f.csv`")
