"""Features of tracks from services of others, asked only when the person says so. Each row remembers where it came from."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def table_of(
    features: Mapping[str, Mapping[str, float]], source: str, names: Mapping[str, Mapping[str, str]] | None = None
) -> pd.DataFrame:
    """One row per id that has features, with columns that Earprint reads, and where they come from. `names`: id -> the title and
    artist under which the person has the track, for lists without ids.
    """
    rows = [
        {"id": one, **(names or {}).get(one, {}), "features_from": source, **found} for one, found in features.items()
    ]
    return pd.DataFrame(rows)
