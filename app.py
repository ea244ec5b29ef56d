"""The router: which pages there are, and nothing else."""

import streamlit as st

PAGES = (
    ("pages/1_data.py", "Data"),
    ("pages/2_ratings.py", "Ratings"),
    ("pages/3_features.py", "Features"),
    ("pages/4_models.py", "Models"),
    ("pages/5_drivers.py", "Drivers"),
    ("pages/6_track.py", "Track"),
    ("pages/7_method.py", "Method"),
)

if __name__ == "__main__":
    st.navigation([st.Page(path, title=title, default=title == "Data") for path, title in PAGES]).run()
