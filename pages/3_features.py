"""Features: what goes with what?"""

import pandas as pd
import streamlit as st

from core import words
from core.between import between, divisions
from core.correlate import first_pair, pair
from core.dataset import Dataset
from core.language import mark, say
from core.plots import correlations
from core.plots.levels import over_rating
from core.plots.listeners import groups as groups_chart
from core.words import between as said
from pages.ui import explained, groups, parts, session, work


def body(dataset: Dataset) -> None:
    """Features against the rating, one over the rating's steps, any pair, between groups, and all against all."""
    found = work.correlations(dataset)
    alt = words.rating_links_headline(found, (0.0, 1.0) if set(dataset.rating) == {0.0, 1.0} else None)
    known = work.known_verdict(dataset)
    parts.headline(alt, words.rating_links_sentence(found), *filter(None, [words.links_note(known) if known else ""]))
    parts.simulated_note(dataset)
    parts.chart(session.once(correlations.with_rating, found, parts.palette()), "rating-links", alt, found.with_rating)
    parts.how(say(words.LINKS_READING))
    _over_rating(dataset)
    _pair(dataset)
    _between(dataset)
    _heatmap(dataset)
    parts.next_question(say("Can your taste be predicted?"), "pages/4_models.py")


def _over_rating(dataset: Dataset) -> None:
    """One feature at each step of the rating, the one that goes together most first."""
    found, place = work.correlations(dataset), st.container()
    names = [str(name) for name in found.with_rating["feature"]]
    feature = st.selectbox(say("Feature"), names, format_func=words.feature_label, key=f"level-{dataset.key}")
    sentence = words.level_sentence(found, feature, work.raw_peaks(dataset))
    with place:
        parts.section(say("One feature, rating by rating"), sentence)
    data = pd.DataFrame({"track": dataset.titles, "rating": dataset.rating, feature: dataset.features[feature]})
    parts.chart(session.once(over_rating, dataset, feature, parts.palette()), "over-rating", sentence, data)
    parts.how(
        say(
            "Each grey dot is one of your tracks, above the rating that you gave it. A box holds the middle half of them, the "
            "line in it the one in the middle; below five tracks no box is drawn."
        )
    )


def _pair(dataset: Dataset) -> None:
    names = [*dataset.feature_names, "rating"]
    first, second = session.once(first_pair, dataset)
    place = st.container()
    left, middle, right = st.columns(3)
    across = left.selectbox(say("Across"), names, names.index(first), format_func=words.feature_label, key="pair-x")
    up = middle.selectbox(say("Up"), names, names.index(second), format_func=words.feature_label, key="pair-y")
    shades = {"": say("none"), **explained.shades(dataset)}
    by = right.selectbox(say("Colour"), list(shades), format_func=shades.__getitem__, key=f"pair-colour-{dataset.key}")
    two = session.once(pair, dataset, across, up)
    sentence = words.pair_sentence(two, dataset.tracks)
    with place:
        parts.section(say("Any two, track by track"), sentence)
    data = pd.DataFrame({"track": [dataset.titles[row] for row in two.rows], across: two.x, f"{up} ": two.y})
    colour = session.once(explained.column, dataset, by) if by else None
    figure = session.once(correlations.scatter, two, dataset, parts.palette(), colour=colour, colour_name=shades[by])
    parts.chart(figure, "pair", sentence, data)


def _between(dataset: Dataset) -> None:
    """Artists, decades, genres: how the rating or a feature differs between them."""
    kinds = list(session.once(divisions, dataset))
    if not kinds:
        return
    place = st.container()
    left, right = st.columns(2)
    what = left.selectbox(
        say("What"),
        ["rating", *dataset.feature_names],
        format_func=words.feature_label,
        key=f"between-what-{dataset.key}",
    )
    by = right.selectbox(say("Between"), kinds, format_func=said.division_label, key=f"between-by-{dataset.key}")
    found = session.once(between, dataset, what, by)
    sentence = said.between_sentence(found)
    with place:
        parts.section(say("Between groups of tracks"), sentence)
    if len(found.groups):
        parts.chart(session.once(groups_chart, found, parts.palette()), "between", sentence, found.groups)
        parts.how(say(said.READING))


def _heatmap(dataset: Dataset) -> None:
    found = work.correlations(dataset)
    parts.section(say("Features that move together"), say(words.HEATMAP))
    kind = st.radio(say("Correlation"), ["Spearman", "Pearson"], horizontal=True, key="heatmap-kind")
    players = groups.switch(dataset, "heatmap")
    matrix = found.spearman if kind == "Spearman" else found.pearson
    alt = say("{kind} correlations of {number} features, clustered", kind=kind, number=len(matrix))
    figure = session.once(
        correlations.heatmap, matrix, parts.palette(), kind=kind, groups=tuple(player.features for player in players)
    )
    parts.chart(figure, "heatmap", alt, matrix.rename_axis("feature").reset_index())


parts.run(mark("Features"), body)
