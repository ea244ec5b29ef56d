"""The router: which pages there are, and nothing else."""

import streamlit as st

from core.language import mark, say
from pages.ui import session, watch

PAGES = (
    ("pages/1_data.py", mark("Data")),
    ("pages/8_collect.py", mark("Collect")),
    ("pages/2_ratings.py", mark("Ratings")),
    ("pages/3_features.py", mark("Features")),
    ("pages/4_models.py", mark("Models")),
    ("pages/5_drivers.py", mark("Drivers")),
    ("pages/6_track.py", mark("Track")),
    ("pages/7_method.py", mark("Method")),
)
if __name__ == "__main__":
    session.speak()
    chosen = st.navigation([st.Page(path, title=say(title), default=title == "Data") for path, title in PAGES])
    session.on_course()
    watch.begin()
    chosen.run()
