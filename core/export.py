"""Tables to take away: CSV without formulas, and the cleaned list that reads back as the same data set.

A spreadsheet takes a text cell that begins with `=`, `+`, `-` or `@` for a formula, and a title can begin so. Such a
cell gets an apostrophe in front (OWASP, "CSV Injection"); a cell that has apostrophes before such a sign gets one more,
so that the mark can be taken off again without loss.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core import schema
from core.dataset import Dataset

_FORMULA = r"^'*[=+\-@\t\r＝＋－＠]"
_GUARDED = r"^'+[=+\-@\t\r＝＋－＠]"
_HEADERS = {"title": "track_name", "artist": "artist_name", "album": "album_name", "id": "track_id", "isrc": "isrc"}


def csv_of(data: pd.DataFrame) -> bytes:
    """UTF-8 CSV whose text cells and headers no spreadsheet takes for a formula; missing values are empty."""
    safe = data.copy()
    for name in safe.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in safe.dtypes]]:
        cells = safe[name].fillna("").astype(str)
        safe[name] = cells.where(~cells.str.match(_FORMULA), "'" + cells)
    heads = pd.Series([str(name) for name in safe.columns], dtype=object)
    safe.columns = pd.Index(heads.where(~heads.str.match(_FORMULA), "'" + heads))
    return safe.to_csv(index=False, lineterminator="\n").encode("utf-8", "replace")


def unguarded(cells: pa.Array) -> pa.Array:
    """The cells of a column that `csv_of` wrote, without its mark."""
    return pc.if_else(pc.match_substring_regex(cells, _GUARDED), pc.utf8_slice_codeunits(cells, 1), cells)


def cleaned(dataset: Dataset) -> pd.DataFrame:
    """Every rated track in the file's order, then those that wait for a rating: identity, rating, features in the
    catalogue's units under its names, and what else is known of the rated ones. It reads back as the same data set.
    """
    heads = _HEADERS | {
        name: name if schema.audio_feature(name) == name else f"feature: {name}" for name in dataset.feature_names
    }
    taken = {*heads.values(), "rating"}
    back = dataset.file_order.argsort()
    rated = pd.concat([
        dataset.identity.rename(columns=heads), pd.Series(dataset.rating, name="rating"),
        dataset.features.rename(columns=heads),
        dataset.context[[name for name in map(str, dataset.context) if name.casefold() not in taken]],
    ], axis=1).iloc[back]  # fmt: skip
    parts = [rated]
    if dataset.waiting is not None and len(dataset.waiting):
        known = [name for name in dataset.waiting if name in dataset.identity or name in dataset.feature_names]
        parts.append(dataset.waiting[known].rename(columns=heads))
    whole: pd.DataFrame = pd.concat(parts, ignore_index=True)[list(rated.columns)]
    whole.insert(0, "earprint_track", range(1, len(whole) + 1))
    return whole
