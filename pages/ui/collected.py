"""What was collected in this session: one row per track with its features, and the ratings given beside it."""

from __future__ import annotations

import hashlib

import pandas as pd
import streamlit as st

from core import export
from core.audio import Listening
from core.language import many, say
from core.reading import MIN_TRACKS, Upload
from pages.ui import parts, session

_NAME = "collected.csv"


def add(found: Listening) -> None:
    """Keep what was heard; a file that was heard before stays one row."""
    kept = st.session_state.setdefault("collected", {})
    rows = found.table()
    for place, one in enumerate(found.heard):
        kept.setdefault((one.name, one.seconds), rows.iloc[place].to_dict())


def table() -> pd.DataFrame | None:
    """All that was collected; None where nothing was."""
    kept = st.session_state.get("collected", {})
    return pd.DataFrame(list(kept.values())) if kept else None


def rate(rows: pd.DataFrame) -> None:
    """The table with a column for ratings; rated, it can be analysed and taken away."""
    place = st.container()
    ratings = st.session_state.setdefault("collected-ratings", {})
    names = [f"{name} {length}" for name, length in zip(rows["file"], rows["duration_ms"], strict=True)]
    # An editor that gets its own result back begins anew: it starts from what is kept when the list grows.
    editor = "collect-" + hashlib.sha256("\x1f".join(names).encode("utf-8", "replace")).hexdigest()
    if editor not in st.session_state:
        st.session_state["collect-start"] = dict(ratings)
    start = st.session_state["collect-start"]
    shown = pd.DataFrame({
        "title": rows["title"], "artist": rows["artist"], "rating": [start.get(name) for name in names],
        "tempo": rows["tempo"].round(0), "loudness_lufs": rows["loudness_lufs"].round(1),
        "energy_est": rows["energy_est"].round(2),
    }).astype({"rating": "Int64"})  # fmt: skip
    edited = st.data_editor(
        shown, hide_index=True, num_rows="fixed", key=editor, height=36 * min(len(shown) + 1, 18) + 2,
        disabled=[name for name in map(str, shown) if name != "rating"],
        column_config={
            "title": st.column_config.TextColumn(say("Track")), "artist": st.column_config.TextColumn(say("Artist")),
            "rating": st.column_config.NumberColumn(say("Your rating"), min_value=1, max_value=10, step=1),
            "tempo": st.column_config.NumberColumn(say("Tempo")),
            "loudness_lufs": st.column_config.NumberColumn(say("Loudness (LUFS)")),
            "energy_est": st.column_config.NumberColumn(say("Energy (estimate)")),
        },
    )  # fmt: skip
    given = edited["rating"]
    ratings.update(dict(zip(names, [None if pd.isna(one) else int(one) for one in given], strict=True)))
    rated = int(given.notna().sum())
    with place:
        parts.section(
            many(len(rows), "I heard {number} track.", "I heard {number} tracks."),
            many(
                rated,
                "Give each a rating from 1 to 10 in the table; {number} has one so far.",
                "Give each a rating from 1 to 10 in the table; {number} have one so far.",
            ),
        )
    whole = rows.assign(rating=given.to_numpy(dtype=float, na_value=float("nan")))
    left, right, _ = st.columns([2, 2, 3])
    ready = rated >= MIN_TRACKS
    if left.button(
        say("Analyse them"), type="primary", disabled=not ready, width="stretch", key="analyse-collected",
        help=None if ready else say("From {least} rated tracks on.", least=MIN_TRACKS),
    ):  # fmt: skip
        session.open_files([Upload(_NAME, export.csv_of(whole))])
        st.switch_page("pages/1_data.py")
    right.download_button(
        say("The table (CSV)"), data=lambda: export.csv_of(whole), file_name="earprint-collected.csv", mime="text/csv",
        on_click="ignore", width="stretch", key="download-collected",
    )  # fmt: skip
