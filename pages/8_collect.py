"""Collect: tracks without features, from a person's own audio files."""

import streamlit as st

from core import text
from core.audio import SUFFIXES
from core.dataset import Dataset
from core.language import mark, say
from pages.ui import collected, kept, parts, reccobeats, session, spotify, work


def body(dataset: Dataset) -> None:
    """Files to hear, what was heard as a table to rate, and the way to the analysis."""
    parts.headline(
        say("No features? I can hear your own files."),
        say(
            "Give me audio files, and I measure each one's length, tempo, key, loudness, tones, timbre and dynamics, and "
            "estimate its energy and how danceable it is. Rate them here, and analyse. How cheerful, spoken, live or "
            "instrumental a track is cannot be measured like this, so that it is left out. The sound goes to where "
            "Earprint runs, and nowhere else."
        ),
    )
    kept.come_back()
    spotify.returned()
    given = st.file_uploader(
        say("Audio files (WAV, FLAC, OGG, MP3 or AIFF)"),
        type=list(SUFFIXES),
        accept_multiple_files=True,
        key=f"audio-{session.boxes()}",
    )
    if not given:
        st.caption(
            say(
                "A folder of files is heard from the command line too: `python -m core listen FOLDER --out features.csv`."
            )
        )
    else:
        found = work.listening(given)
        for fault in found.faults:
            st.error(text.rich(fault))
        collected.add(found)
    spotify.section()
    table = collected.table()
    if table is not None:
        collected.rate(table)
    kept.close()
    reccobeats.section()
    parts.next_question(say("What did you read?"), "pages/1_data.py")


parts.run(mark("Collect"), body, wide=True)
