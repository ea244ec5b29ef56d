"""Tables to take away: CSV without formulas, and the cleaned list that reads back as the same data set.

A spreadsheet takes a text cell that begins with `=`, `+`, `-` or `@` for a formula, and a title can begin so. Such a
cell gets an apostrophe in front (OWASP, "CSV Injection"); a cell that has apostrophes before such a sign gets one more,
so that the mark can be taken off again without loss.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core import schema
from core.dataset import Dataset

_FORMULA = r"^'*[=+\-@\t\r\n＝＋－＠]"
_GUARDED = r"^'+[=+\-@\t\r\n＝＋－＠]"
_HEADERS = {"title": "track_name", "artist": "artist_name", "album": "album_name", "id": "track_id", "isrc": "isrc"}


def csv_of(data: pd.DataFrame) -> bytes:
    """UTF-8 CSV whose text cells and headers no spreadsheet takes for a formula; missing values are empty."""
    safe = data.copy()
    for place, kind in enumerate(data.dtypes):
        if not pd.api.types.is_numeric_dtype(kind):
            cells = data.iloc[:, place].fillna("").astype(str)
            safe.isetitem(place, cells.where(~cells.str.match(_FORMULA), "'" + cells).to_numpy())
    heads = pd.Series([str(name) for name in data.columns], dtype=object)
    safe.columns = pd.Index(heads.where(~heads.str.match(_FORMULA), "'" + heads))
    # The writer quotes a line break only where it is part of a line's end: with both, also a lone \r in a title.
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8", "replace")


def write_whole(path: Path, content: bytes) -> None:
    """All of it or nothing: whoever looks meanwhile, or after a crash, finds the file of before or this one, for the same
    people to read. Raises OSError.

    A writer that is killed leaves a half beside it, for `clear_halves`; of one that still writes the half is locked.
    """
    while True:
        beside = path.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with beside.open("xb") as file:
                with suppress(OSError):  # a disk without locks, on which no half is cleared away either
                    fcntl.flock(file, fcntl.LOCK_EX)
                if not os.fstat(file.fileno()).st_nlink:
                    continue  # cleared away between the two
                if path.exists():
                    os.fchmod(file.fileno(), path.stat().st_mode & 0o777)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                beside.replace(path)
                return
        finally:
            beside.unlink(missing_ok=True)


def clear_halves(folder: Path) -> None:
    """Delete what writers that were killed have left in the folder. What cannot be deleted stays."""
    for half in folder.glob(".*.part"):
        with suppress(OSError), half.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails where somebody is writing it
            half.unlink()


def unguarded(cells: pa.Array) -> pa.Array:
    """The cells of a column that `csv_of` wrote, without its mark."""
    return pc.if_else(pc.match_substring_regex(cells, _GUARDED), pc.utf8_slice_codeunits(cells, 1), cells)


def cleaned(dataset: Dataset) -> pd.DataFrame:
    """Every rated track in the file's order, then those that wait for a rating: identity, rating, features in the
    catalogue's units under its names, and what else is known of the rated ones. It reads back as the same data set.
    """
    back = dataset.file_order.argsort()
    rated = _named(dataset.identity, dataset.features)
    rated.insert(len(dataset.identity.columns), "rating", dataset.rating)
    taken = {schema.normalise(head) for head in (*rated.columns, "earprint_track")}
    known = [name for name in map(str, dataset.context) if schema.normalise(name) not in taken]
    context = dataset.context[known].rename(columns=lambda name: _head_of_context(name, dataset))
    parts = [pd.concat([rated, context], axis=1).iloc[back]]
    if dataset.waiting is not None and len(dataset.waiting):
        kinds = len(dataset.identity.columns)
        features = dataset.waiting.iloc[:, kinds:][list(dataset.feature_names)]
        parts.append(_named(dataset.waiting.iloc[:, :kinds], features))
    whole: pd.DataFrame = pd.concat(parts, ignore_index=True)
    whole.insert(0, "earprint_track", range(1, len(whole) + 1))
    return whole


def _named(identity: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Both side by side under the headers of the cleaned list; features as float32, which has no needless digits."""
    heads = {
        name: name if schema.audio_feature(name) == name else f"feature: {name}" for name in map(str, features.columns)
    }
    return pd.concat([identity.rename(columns=_HEADERS), features.astype(np.float32).rename(columns=heads)], axis=1)


def _head_of_context(name: str, dataset: Dataset) -> str:
    """The header of a column that a person set aside says so where it would else be taken for more."""
    kind = schema.identity(name)
    more = (kind is not None and kind not in dataset.identity) or schema.audio_feature(name) or schema.is_list(name)
    return f"context: {name}" if more or schema.normalise(name) in (*schema.LISTENER, *schema.KEY) else name
