"""Bytes -> text."""

from __future__ import annotations

import pytest

from core.reading.encoding import NotTextError, decode
from core.reading.limits import Limits

TEXT = "titre,note\nÀ la claire fontaine,7\nÇa ira,8\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_common_encoding_gives_the_same_text(encoding: str) -> None:
    """With and without a mark."""
    assert decode(TEXT.encode(encoding), Limits())[0] == TEXT


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"), (b" \n\n", "is empty"), (b"\xef\xbb\xbf", "is empty"),
        (b"PK\x03\x04rest", "Excel workbook"), (b"\x1f\x8b\x08", "gzip"), (b"\x80\x04\x95", "pickle"),
        (b"a,b\n1,\x00\n" * 9, "zero bytes"), (b"x" * 50_000_001, "at most 50 MB"),
        (TEXT.encode() + b"\nbroken \xff here\n", "row 5"), (b"a,b\n\x81\x8d,1\n", "row 2"),
        (b"\xff\xfea", "broken UTF-16"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused_with_advice(data: bytes, says: str) -> None:
    """Archives, workbooks, pickles, damaged and huge files, each with what to do."""
    with pytest.raises(NotTextError, match=says):
        decode(data, Limits())
