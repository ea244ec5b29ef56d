"""Columns of cells as Arrow arrays of text, and numbers out of them.

Convention: a column is a `pyarrow` string array without nulls, every cell exactly as written; a missing cell is the
empty string or one of `schema.MISSING`. Numbers are read on purpose, here, and the same text gives the same number always.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core import schema

_MISSING = pa.array(sorted(schema.MISSING))
_NUMBER = r"^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf|infinity)$"
_ADDED = r"""(?i)^(?:=?["']?)([-+]?[\d.,]+(?:e[-+]?\d+)?)\s*(?:"?|bpm|db|lufs|ms)$"""
_COMMAS_BETWEEN_THOUSANDS = r"^[-+]?\d{1,3}(?:,\d{3})+\.\d+$|^[-+]?\d{1,3}(?:,\d{3}){2,}$"
_POINTS_BETWEEN_THOUSANDS = r"^[-+]?\d{1,3}(?:\.\d{3})+,\d+$|^[-+]?\d{1,3}(?:\.\d{3}){2,}$"
_DECIMAL_COMMA = r"^([-+]?\d*),(\d+(?:[eE][-+]?\d+)?)$"


def column(cells: Iterable[str]) -> pa.Array:
    """A column of these cells. A lone surrogate, which no encoding can hold, becomes U+FFFD."""
    given = list(cells)
    try:
        return pa.array(given, pa.string())
    except (UnicodeEncodeError, pa.ArrowInvalid):
        return pa.array([cell.encode("utf-8", "replace").decode() for cell in given], pa.string())


def strip(cells: pa.Array) -> pa.Array:
    """The cells without the blanks around them."""
    return pc.utf8_trim_whitespace(cells)


def take(cells: pa.Array, rows: np.ndarray) -> pa.Array:
    """The cells of these rows."""
    return cells.take(pa.array(rows))


def strings(cells: pa.Array) -> list[str]:
    """The cells as Python's strings."""
    found: list[str] = cells.to_pylist()
    return found


def series(cells: pa.Array) -> pd.Series:
    """The cells as pandas' strings."""
    found: pd.Series = cells.to_pandas()
    return found


def unique(cells: pa.Array) -> list[str]:
    """The different cells, in the order of their first row."""
    return strings(pc.unique(cells))


def is_missing(cells: pa.Array) -> np.ndarray:
    """Which cells hold nothing (n,): empty, or a word for it."""
    return np.asarray(pc.is_in(pc.utf8_lower(cells), _MISSING))


def is_blank(cells: pa.Array) -> np.ndarray:
    """Which cells hold not even a word (n,)."""
    return np.asarray(pc.equal(strip(cells), ""))


def numbers(cells: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The cells (n,) as floats, NaN where missing or no number, and which are given and no number (n,).

    The whole column tells what its points and commas are: of `1.120,5` the last is the decimal mark, `2.277.712` has
    none, `0,5` is half where no cell has a point. `0,5` beside `0.5` is not guessed. Units behind a number (`120 BPM`,
    `-5,2 dB`) and the marks by which spreadsheets keep text (`'120`, `="120"`) fall away.
    """
    try:
        values = np.asarray(pc.cast(cells, pa.float64()))
        if not np.isnan(values).any():  # Arrow takes `nan(x)` for a number too
            return values, np.zeros(len(cells), dtype=bool)
    except pa.ArrowInvalid:
        pass  # blanks, words, commas: looked at one by one below
    cells = strip(cells)
    missing = is_missing(cells)
    plain = pc.replace_substring(cells, "\u2212", "-")
    plain = pc.replace_substring_regex(plain, _ADDED, r"\1")
    plain = _with_points(pc.replace_substring_regex(plain, "(\\d)['\u2019\u00a0\u2009\u202f ](\\d{3})\\b", r"\1\2"))
    readable = np.asarray(pc.match_substring_regex(plain, _NUMBER, ignore_case=True)) & ~missing
    plain = pc.if_else(pa.array(readable), pc.replace_substring_regex(plain, r"^\+", ""), None)
    values = np.asarray(pc.cast(plain, pa.float64()).fill_null(float("nan")))
    return values, ~readable & ~missing


def _with_points(plain: pa.Array) -> pa.Array:
    """Number texts with a point as the decimal mark and no mark between thousands."""

    def has(pattern: str) -> bool:
        return bool(pc.any(pc.match_substring_regex(plain, pattern)).as_py())

    if has(_POINTS_BETWEEN_THOUSANDS):
        return pc.replace_substring(pc.replace_substring(plain, ".", ""), ",", ".")
    if has(_COMMAS_BETWEEN_THOUSANDS):
        return pc.replace_substring(plain, ",", "")
    return plain if has(r"\.") else pc.replace_substring_regex(plain, _DECIMAL_COMMA, r"\1.\2")


def chosen(where: np.ndarray, cells: pa.Array, others: pa.Array) -> pa.Array:
    """`cells` in the rows (n,) of `where`, `others` elsewhere."""
    return pc.if_else(pa.array(where), cells, others)


def equal(one: pa.Array, other: pa.Array) -> np.ndarray:
    """Which cells are the same in both columns (n,)."""
    return np.asarray(pc.equal(one, other))


def replaced(cells: pa.Array, words: dict[str, str]) -> pa.Array:
    """The cells with those that are keys of `words` replaced by their values."""
    encoded = cells.dictionary_encode()
    changed = [words.get(word, word) for word in strings(encoded.dictionary)]
    return column(changed).take(encoded.indices)


def joined(columns: Sequence[pa.Array], mark: str) -> pa.Array:
    """The cells of several columns, row by row, with a mark between them."""
    return pc.binary_join_element_wise(*columns, mark)
