"""Features: what goes with what?"""

import pandas as pd
import streamlit as st

from core import words
from core.correlate import first_pair, pair
from core.dataset import Dataset
from core.plots import correlations
from pages.ui import parts, work


def body(dataset: Dataset) -> None:
    """Features against the rating, any pair, and all against all."""
    found = work.correlations(dataset)
    alt = words.rating_links_headline(found, (0.0, 1.0) if set(dataset.rating) == {0.0, 1.0} else None)
    known = work.known_verdict(dataset)
    parts.headline(alt, words.rating_links_sentence(found), *filter(None, [words.links_note(known) if known else ""]))
    parts.simulated_note(dataset)
    parts.chart(correlations.with_rating(found, parts.palette()), "rating-links", alt, found.with_rating)
    parts.how(
        "A dot right of the dashed line: tracks with more of this feature tend to have higher ratings; left: lower. The "
        "line through the dot is the 95 % range. Grey means that luck may do the same when so many features are looked "
        "at. Going together is all that this shows: another feature, or the artist, may stand behind it."
    )
    _pair(dataset)
    _heatmap(dataset)
    parts.next_question("Can your taste be predicted?", "pages/4_models.py")


def _pair(dataset: Dataset) -> None:
    names = [*dataset.feature_names, "rating"]
    first, second = first_pair(dataset)
    place = st.container()
    left, right = st.columns(2)
    across = left.selectbox("Across", names, names.index(first), format_func=words.feature_label, key="pair-x")
    up = right.selectbox("Up", names, names.index(second), format_func=words.feature_label, key="pair-y")
    two = pair(dataset, across, up)
    sentence = words.pair_sentence(two, dataset.tracks)
    with place:
        parts.section("Any two, track by track", sentence)
    data = pd.DataFrame({"track": [dataset.titles[row] for row in two.rows], across: two.x, f"{up} ": two.y})
    parts.chart(correlations.scatter(two, dataset, parts.palette()), "pair", sentence, data)


def _heatmap(dataset: Dataset) -> None:
    found = work.correlations(dataset)
    parts.section("Features that move together", words.HEATMAP)
    kind = st.radio("Correlation", ["Spearman", "Pearson"], horizontal=True, key="heatmap-kind")
    matrix = found.spearman if kind == "Spearman" else found.pearson
    alt = f"{kind} correlations of {len(matrix)} features, clustered"
    figure = correlations.heatmap(matrix, parts.palette(), kind=kind)
    parts.chart(figure, "heatmap", alt, matrix.rename_axis("feature").reset_index())


parts.run("Features", body)
