"""Bytes -> text: UTF-8 and UTF-16 with or without a mark, else Windows-1252; or why it is no text.

Convention: nothing is guessed silently. A file that is nearly UTF-8 is a damaged UTF-8 file and refused with its
rows; only one with hardly a multi-byte character of UTF-8 among them is read as Windows-1252, in which every byte is a
letter.
"""

from __future__ import annotations

import re

from core import text
from core.language import many, mark, say
from core.reading.limits import Limits

_NOT_TEXT = {
    b"PK\x03\x04": mark("a ZIP archive or an Excel workbook"),
    b"\x1f\x8b": mark("a gzip archive"),
    b"BZh": mark("a bzip2 archive"),
    b"\xfd7zXZ": mark("an XZ archive"),
    b"7z\xbc\xaf": mark("a 7-Zip archive"),
    b"Rar!": mark("a RAR archive"),
    b"\x28\xb5\x2f\xfd": mark("a Zstandard archive"),
    b"\xd0\xcf\x11\xe0": mark("an old Excel workbook"),
    b"%PDF": mark("a PDF"),
    **{b"\x80" + bytes([protocol]): mark("a Python pickle") for protocol in range(2, 6)},
    b"SQLite format 3": mark("an SQLite database"),
    b"PAR1": mark("a Parquet file"),
    b"ARROW1": mark("a Feather file"),
    b"\x89PNG": mark("a picture"),
    b"\xff\xd8\xff": mark("a picture"),
    b"OggS": mark("a sound file"),
    b"fLaC": mark("a sound file"),
    b"ID3\x03": mark("a sound file"),
    b"ID3\x04": mark("a sound file"),
}

_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class NotTextError(ValueError):
    """The end of a sentence that begins with the file's name: what was found, expected, and what to do."""


def decode(data: bytes, limits: Limits) -> tuple[str, str]:
    """The text in `data` and the name of its encoding for people. Raises `NotTextError`."""
    if len(data) > limits.megabytes * 1_000_000:
        size, most = text.number(len(data) / 1e6), text.whole(limits.megabytes)
        raise NotTextError(
            say("has {size} MB; I read at most {most} MB. Split it or drop columns.", size=size, most=most)
        )
    kind = next((kind for magic, kind in _NOT_TEXT.items() if data.startswith(magic)), None)
    if kind:
        raise NotTextError(
            say("is not text but {kind}. Open it where it was made and save it as CSV (UTF-8).", kind=say(kind))
        )
    decoded, encoding = _decoded(data)
    if not decoded[:1000].strip() and not decoded.strip():  # a copy of a long text costs time
        raise NotTextError(say("is empty. I expected a header row and one row per track."))
    if "\x00" in decoded:
        raise NotTextError(say("is not a text file: it holds zero bytes. Save it as CSV (UTF-8)."))
    return decoded, encoding


def _decoded(data: bytes) -> tuple[str, str]:
    wide = _wide_encoding(data)
    if wide:
        try:
            return data.decode(wide), "UTF-16"
        except UnicodeDecodeError as error:
            raise NotTextError(say("is broken UTF-16 text. Save it again as CSV (UTF-8).")) from error
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    broken = data.decode("utf-8", "replace").count("\ufffd")
    if 2 * len(_MULTIBYTE.findall(data)) < broken or not _MULTIBYTE.search(data):
        try:
            return data.decode("cp1252"), "Windows-1252"
        except UnicodeDecodeError:
            pass
    rows = _broken_rows(data)
    raise NotTextError(
        many(
            len(rows),
            "holds bytes that are no UTF-8 text, in row {rows}. Save it again as CSV (UTF-8).",
            "holds bytes that are no UTF-8 text, in rows {rows}. Save it again as CSV (UTF-8).",
            rows=text.listing(rows),
        )
    )


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 by its mark, or by the zero byte beside every second letter of plain text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:200]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < 0.4 * len(head) / 2 or min(even, odd) > 0:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _broken_rows(data: bytes) -> list[int]:
    rows = []
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            rows.append(number)
    return rows
