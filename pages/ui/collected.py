"""What was collected: one row per track with its features, and the ratings given beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
import streamlit as st

from core import export
from core.audio import Listening
from core.language import many, say
from core.reading import MIN_TRACKS, Upload
from pages.ui import kept, parts, session

_NAME = "collected.csv"
_LINK = r"^https://open\.spotify\.com/track/[0-9A-Za-z]+$"
_COVER = "https://i.scdn.co/"
_TO_BE_READ = ("cover", "minutes")  # beside the table; not for a model


def add(found: Listening) -> None:
    """Keep what was heard; a file that was heard before stays one row."""
    rows = found.table().to_dict("records")
    for one, row in zip(found.heard, rows, strict=True):
        _all().setdefault(f"{one.name} {one.seconds}", {str(name): value for name, value in row.items()})
    kept.keep()


def add_tracks(tracks: Iterable[Mapping[str, object]]) -> None:
    """Keep tracks that have an id and no features yet."""
    for row in tracks:
        _all().setdefault(f"id {row['id']}", dict(row))
    kept.keep()


def learn(features: Mapping[str, Mapping[str, float]], source: str) -> None:
    """Features by id for the tracks that have none."""
    for row in _all().values():
        known = features.get(str(row.get("id")))
        if known and not row.get("features_from"):
            row.update({"features_from": source, **known})
    kept.keep()


def ids() -> list[str]:
    """The ids of the tracks that have no features."""
    return [str(row["id"]) for row in _all().values() if row.get("id") and not row.get("features_from")]


def table() -> pd.DataFrame | None:
    """All that was collected; None where nothing was."""
    rows = _all()
    return pd.DataFrame(list(rows.values()), index=pd.Index(list(rows), dtype=object)) if rows else None


def rate(rows: pd.DataFrame) -> None:
    """The table with a column for ratings; rated, it can be analysed and taken away."""
    place = st.container()
    ratings = st.session_state.setdefault("collected-ratings", {})
    names = [str(name) for name in rows.index]
    sources = _texts(rows, "features_from")
    covers = [one if one.startswith(_COVER) else "" for one in _texts(rows, "cover")]
    pictures = any(covers) and st.toggle(say("Show covers: your browser asks Spotify's servers for them"), key="covers")
    # An editor that gets its own result back begins anew: it starts from what is kept when the list grows.
    editor = "collect-" + hashlib.sha256("\x1f".join([*names, *sources]).encode("utf-8", "replace")).hexdigest()
    if editor not in st.session_state:
        st.session_state["collect-start"] = dict(ratings)
    start = st.session_state["collect-start"]
    shown = pd.DataFrame({
        **({"cover": covers} if pictures else {}),
        "rating": [start.get(name) for name in names],  # in front, so that a long title does not push it off a phone
        "title": _texts(rows, "title"), "artist": _texts(rows, "artist"), "album": _texts(rows, "album"),
        "minutes": _texts(rows, "minutes"), "tempo": _numbers(rows, "tempo").round(0),
        "features_from": sources, "link": _texts(rows, "link"),
    }).astype({"rating": "Int64"})  # fmt: skip
    optional = ("album", "minutes", "tempo", "features_from", "link")
    shown = shown.drop(columns=[name for name in optional if not shown[name].replace("", None).notna().any()])
    edited = st.data_editor(
        shown, hide_index=True, num_rows="fixed", key=editor, height=36 * min(len(shown) + 1, 18) + 2,
        disabled=[name for name in map(str, shown) if name != "rating"],
        column_config={
            "cover": st.column_config.ImageColumn(say("Cover")),
            "title": st.column_config.TextColumn(say("Track")), "artist": st.column_config.TextColumn(say("Artist")),
            "rating": st.column_config.NumberColumn(say("Your rating"), min_value=1, max_value=10, step=1),
            "album": st.column_config.TextColumn(say("Album")), "minutes": st.column_config.TextColumn(say("Length")),
            "tempo": st.column_config.NumberColumn(say("Tempo")),
            "features_from": st.column_config.TextColumn(say("Features from")),
            "link": st.column_config.LinkColumn(say("Listen"), display_text="open.spotify.com", validate=_LINK),
        },
    )  # fmt: skip
    given = edited["rating"]
    ratings.update(dict(zip(names, [None if pd.isna(one) else int(one) for one in given], strict=True)))
    kept.keep()
    rated = int(given.notna().sum())
    sounding = given.notna().to_numpy() & (np.array(sources) != "")
    with place:
        parts.section(
            many(len(rows), "{number} track to rate.", "{number} tracks to rate."),
            many(
                rated,
                "Give each a rating from 1 to 10 in the table; {number} has one so far.",
                "Give each a rating from 1 to 10 in the table; {number} have one so far.",
            ),
        )
    whole = rows.drop(columns=list(_TO_BE_READ), errors="ignore").assign(
        rating=given.to_numpy(dtype=float, na_value=float("nan"))
    )
    left, right, _ = st.columns([2, 2, 3])
    ready = int(sounding.sum()) >= MIN_TRACKS
    if left.button(
        say("Analyse them"), type="primary", disabled=not ready, width="stretch", key="analyse-collected",
        help=None if ready else say("From {least} rated tracks with features on.", least=MIN_TRACKS),
    ):  # fmt: skip
        session.open_files([Upload(_NAME, export.csv_of(whole))])
        st.switch_page("pages/1_data.py")
    right.download_button(
        say("The table (CSV)"), data=lambda: export.csv_of(whole), file_name="earprint-collected.csv", mime="text/csv",
        on_click="ignore", width="stretch", key="download-collected",
    )  # fmt: skip


def _all() -> dict[str, dict[str, object]]:
    """Name of a row -> the row, as it stands in the session."""
    rows: dict[str, dict[str, object]] = st.session_state.setdefault("collected", {})
    return rows


def _texts(rows: pd.DataFrame, name: str) -> list[str]:
    """A column's texts, empty where there is none."""
    return [str(one) for one in rows[name].fillna("")] if name in rows else [""] * len(rows)


def _numbers(rows: pd.DataFrame, name: str) -> np.ndarray:
    """A column's numbers (n,), NaN where there is none."""
    if name not in rows:
        return np.full(len(rows), np.nan)
    return pd.to_numeric(rows[name], errors="coerce").to_numpy(float)
