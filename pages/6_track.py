"""Track: why this one?"""

from collections import Counter

import numpy as np
import streamlit as st

from core import text, words
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.explain.out_of_fold import Explanation
from core.models import AVERAGE, BASELINE
from core.plots import explanations, models
from pages.ui import parts, work

_LIKES = " Of likes, a model may run past 0 or 100 %; in words I stop there."


def body(dataset: Dataset) -> None:
    """One track: rated against expected, and its explanation under two models side by side."""
    evaluation, verdict = work.evaluation(dataset), work.verdict(dataset)
    if parts.locked(verdict):
        parts.simulated_note(dataset)
        return
    place = st.container()
    names = [name for name in evaluation.models if name != BASELINE]
    start = [name for name in (AVERAGE, "ridge", *names) if name in names][:2]
    chosen = st.multiselect(
        "Models to compare", names, start, format_func=words.label, max_selections=2, key="track-models"
    )
    if not chosen:
        st.info("Choose one or two models.")
        return
    row = _choose(dataset, evaluation)
    found = [work.track_explanation(dataset, name, row) for name in chosen]
    with place:
        show = parts.section if verdict.locked else parts.headline
        show(words.track_headline(dataset, row, found[0], evaluation))
        st.text(dataset.titles[row])
        parts.simulated_note(dataset)
    _side_by_side(found, row, dataset, evaluation)
    _among_all(evaluation, chosen[0], dataset, row)


def _choose(dataset: Dataset, evaluation: Evaluation) -> int:
    """Any track, by title; the one that surprised the models most comes first."""
    surprise = np.abs(dataset.rating - evaluation.mean_prediction(evaluation.headline))
    rows = [int(row) for row in np.argsort(-surprise, kind="stable")]
    rated = [words.rated(rating, evaluation.two_ratings) for rating in dataset.rating]
    titles = [f"{title} ({shown})" for title, shown in zip(dataset.titles, rated, strict=True)]
    times = Counter(titles)
    # The box knows its options by their labels, so that two tracks of one title need different ones.
    labels = [f"{title} · {row + 1}" if times[title] > 1 else title for row, title in enumerate(titles)]
    chosen = st.selectbox(
        "Track (type to search; the biggest surprises first)", rows, key="track", format_func=labels.__getitem__
    )
    return int(chosen)


def _side_by_side(found: list[Explanation], row: int, dataset: Dataset, evaluation: Evaluation) -> None:
    two = evaluation.two_ratings
    span = explanations.waterfall_span(found, row, dataset, two)
    for column, explanation in zip(st.columns(len(found)), found, strict=True):
        sentence = words.track_sentence(explanation, row, evaluation)
        with column:
            st.markdown(f"**{text.markdown(words.label(explanation.model))}**")
            st.markdown(text.markdown(sentence))
            figure = explanations.waterfall(explanation, row, dataset, parts.palette(), span=span, two=two)
            parts.chart(figure, f"waterfall-{explanation.model}", sentence, explanation.track_frame(row))
    parts.how(
        "The model starts from the average of the tracks it knew. Each bar is one feature of this track, with its value: it "
        "moves the expectation up (teal, to the right) or down (orange, to the left), until the diamond, which is what the "
        "model expected. The line is your rating. What lies between the diamond and the line is what sound does not tell, "
        "as far as this model can hear." + (_LIKES if evaluation.two_ratings else "")
    )
    st.caption(text.markdown(words.explanation_route(found[0], dataset.tracks, evaluation)))


def _among_all(evaluation: Evaluation, model: str, dataset: Dataset, row: int) -> None:
    parts.section("Among all your tracks", words.predicted_legend(evaluation))
    figure = models.predicted_against_rated(evaluation, model, dataset, parts.palette(), chosen=row)
    parts.chart(figure, "track-among-all", words.predicted_sentence(evaluation, model))
    parts.next_question("Why should you believe this?", "pages/7_method.py")


parts.run("Track", body, wide=True)
