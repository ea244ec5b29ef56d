"""An app of two empty pages: what Streamlit itself costs. Started by the benchmark as any app is."""

import streamlit as st


def one() -> None:
    """A page with a title alone."""
    st.title("One")


def two() -> None:
    """Another."""
    st.title("Two")


if __name__ == "__main__":
    st.navigation([st.Page(one, title="One", default=True), st.Page(two, title="Two")]).run()
