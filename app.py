"""The router: which pages there are; and the server before them."""

import streamlit as st

from core.language import mark, say

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
if __name__ == "__main__":  # what runs for each step of a person
    from pages.ui import gate, session, watch, who

    session.speak()
    let_in = who.come_in()
    chosen = st.navigation(
        [st.Page(path, title=say(title), default=title == "Data") for path, title in PAGES],
        position="sidebar" if let_in else "hidden",
    )
    if let_in:
        session.on_course()
        watch.begin()
        chosen.run()
    else:
        gate.show()
else:  # what `streamlit run` imports, once
    from pages.ui import server

    app = st.App("app.py", **server.guarded())
