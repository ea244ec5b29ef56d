"""Bytes -> text: UTF-8 and UTF-16 with or without a mark, else Windows-1252; or why it is no text.

Convention: nothing is guessed silently. A file that is nearly UTF-8 is a damaged UTF-8 file and refused with its
rows; only one with hardly a multi-byte character of UTF-8 among them is read as Windows-1252, in which every byte is a
letter.
"""

from __future__ import annotations

import re

from core import text
from core.reading.limits import Limits

_NOT_TEXT = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an XZ archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    **{b"\x80" + bytes([protocol]): "a Python pickle" for protocol in range(2, 6)},
    b"SQLite format 3": "an SQLite database",
    b"PAR1": "a Parquet file",
    b"ARROW1": "a Feather file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"OggS": "a sound file",
    b"fLaC": "a sound file",
    b"ID3\x03": "a sound file",
    b"ID3\x04": "a sound file",
}

_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class NotTextError(ValueError):
    """The end of a sentence that begins with the file's name: what was found, expected, and what to do."""


def decode(data: bytes, limits: Limits) -> tuple[str, str]:
    """The text in `data` and the name of its encoding for people. Raises `NotTextError`."""
    if len(data) > limits.megabytes * 1_000_000:
        found = f"has {len(data) / 1e6:,.1f} MB; I read at most {limits.megabytes:,} MB"
        raise NotTextError(f"{found}. Split it or drop columns.")
    kind = next((kind for magic, kind in _NOT_TEXT.items() if data.startswith(magic)), None)
    if kind:
        raise NotTextError(f"is not text but {kind}. Open it where it was made and save it as CSV (UTF-8).")
    decoded, encoding = _decoded(data)
    if not decoded[:1000].strip() and not decoded.strip():  # a copy of a long text costs time
        raise NotTextError("is empty. I expected a header row and one row per track.")
    if "\x00" in decoded:
        raise NotTextError("is not a text file: it holds zero bytes. Save it as CSV (UTF-8).")
    return decoded, encoding


def _decoded(data: bytes) -> tuple[str, str]:
    wide = _wide_encoding(data)
    if wide:
        try:
            return data.decode(wide), "UTF-16"
        except UnicodeDecodeError as error:
            raise NotTextError("is broken UTF-16 text. Save it again as CSV (UTF-8).") from error
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
    where = f"row{'' if len(rows) == 1 else 's'} {text.listing(rows)}"
    raise NotTextError(f"holds bytes that are no UTF-8 text, in {where}. Save it again as CSV (UTF-8).")


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
