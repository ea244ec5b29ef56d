"""What was collected in this session: one row per track with its features, and the ratings given beside it."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import streamlit as st

from core import export
from core.audio import Listening
from core.language import many, say
from core.reading import MIN_TRACKS, Upload
from core.sources.reccobeats import SERVICE, Fetched
from pages.ui import parts, session

_NAME = "collected.csv"
_LINK = r"^https://open\.spotify\.com/track/[0-9A-Za-z]+$"


def add(found: Listening) -> None:
    """Keep what was heard; a file that was heard before stays one row."""
    kept = st.session_state.setdefault("collected", {})
    rows = found.table()
    for place, one in enumerate(found.heard):
        kept.setdefault(f"{one.name} {one.seconds}", rows.iloc[place].to_dict())


def add_tracks(tracks: pd.DataFrame) -> None:
    """Keep tracks that have an id and no features yet."""
    kept = st.session_state.setdefault("collected", {})
    for row in tracks.to_dict("records"):
        kept.setdefault(f"id {row['id']}", row)


def ids() -> list[str]:
    """The ids of the tracks that were collected without features."""
    return [str(row["id"]) for row in st.session_state.get("collected", {}).values() if row.get("id")]


def table() -> pd.DataFrame | None:
    """All that was collected, with the features that came by id; None where nothing was."""
    kept = st.session_state.get("collected", {})
    if not kept:
        return None
    answer = st.session_state.get("reccobeats")
    known = answer.features if isinstance(answer, Fetched) else {}
    rows = [
        {**row, **({"features_from": SERVICE, **known[row["id"]]} if row.get("id") in known else {})}
        for row in kept.values()
    ]
    return pd.DataFrame(rows, index=pd.Index(list(kept), dtype=object))


def rate(rows: pd.DataFrame) -> None:
    """The table with a column for ratings; rated, it can be analysed and taken away."""
    place = st.container()
    ratings = st.session_state.setdefault("collected-ratings", {})
    names = [str(name) for name in rows.index]
    sources = rows["features_from"].fillna("").to_list() if "features_from" in rows else [""] * len(rows)
    # An editor that gets its own result back begins anew: it starts from what is kept when the list grows.
    editor = "collect-" + hashlib.sha256("\x1f".join([*names, *sources]).encode("utf-8", "replace")).hexdigest()
    if editor not in st.session_state:
        st.session_state["collect-start"] = dict(ratings)
    start = st.session_state["collect-start"]
    shown = pd.DataFrame({
        "title": rows["title"].to_list(), "artist": rows["artist"].to_list(), "rating": [start.get(name) for name in names],
        "tempo": _numbers(rows, "tempo").round(0), "features_from": sources,
        "link": rows["link"].to_list() if "link" in rows else [None] * len(rows),
    }).astype({"rating": "Int64"})  # fmt: skip
    edited = st.data_editor(
        shown, hide_index=True, num_rows="fixed", key=editor, height=36 * min(len(shown) + 1, 18) + 2,
        disabled=[name for name in map(str, shown) if name != "rating"],
        column_config={
            "title": st.column_config.TextColumn(say("Track")), "artist": st.column_config.TextColumn(say("Artist")),
            "rating": st.column_config.NumberColumn(say("Your rating"), min_value=1, max_value=10, step=1),
            "tempo": st.column_config.NumberColumn(say("Tempo")),
            "features_from": st.column_config.TextColumn(say("Features from")),
            "link": st.column_config.LinkColumn(say("Listen"), display_text="open.spotify.com", validate=_LINK),
        },
    )  # fmt: skip
    given = edited["rating"]
    ratings.update(dict(zip(names, [None if pd.isna(one) else int(one) for one in given], strict=True)))
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
    whole = rows.drop(columns=["cover"], errors="ignore").assign(
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


def _numbers(rows: pd.DataFrame, name: str) -> np.ndarray:
    """A column's numbers (n,), NaN where there is none."""
    if name not in rows:
        return np.full(len(rows), np.nan)
    return pd.to_numeric(rows[name], errors="coerce").to_numpy(float)
