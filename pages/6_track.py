"""Track: why this one?"""

from collections import Counter

import numpy as np
import streamlit as st

from core import text, words
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.explain.out_of_fold import Explanation
from core.explain.track import filled_in
from core.language import mark, say
from core.models import AVERAGE, BASELINE
from core.words import track as said
from pages.ui import groups, parts, session, track, work

_MODELS = 3
_LIKES = mark(" Of likes, a model may run past 0 or 100 %; in words I stop there.")


def body(dataset: Dataset) -> None:
    """One track: rated against expected, its explanation, what sounds like it, what if; and the list's surprises."""
    evaluation, verdict = work.evaluation(dataset), work.verdict(dataset)
    if parts.locked(verdict, dataset):
        return
    place = st.container()
    row = _choose(dataset, evaluation)
    names = [name for name in evaluation.models if name != BASELINE]
    start = [name for name in (AVERAGE, "ridge", *names) if name in names][:2]
    chosen = st.multiselect(
        say("Models to compare"), names, start, format_func=words.label, max_selections=_MODELS, key="track-models"
    )
    if not chosen:
        st.info(say("Choose one to three models."))
        return
    singly = [work.track_explanation(dataset, name, row) for name in chosen]
    with place:
        show = parts.section if verdict.locked else parts.headline
        show(words.track_headline(dataset, row, singly[0], evaluation))
        st.text(dataset.titles[row])
        if not verdict.locked:
            parts.simulated_note(dataset)
    players = groups.switch(dataset, "track")
    lacking = said.missing_sentence(filled_in(dataset, row))
    if lacking:
        st.markdown(text.rich(lacking), width=parts.TEXT_WIDTH)
    track.waterfalls([session.once(Explanation.grouped, one, players) for one in singly], row, dataset, evaluation)
    parts.how(
        say(
            "The model starts from the average of the tracks it knew. Each bar is one part of this track's "
            "sound, a feature with its value or several that sound alike: it moves the expectation up (teal, to "
            "the right) or down (orange, to the left), until the diamond, which is what the model expected. The "
            "line is your rating. What lies between the diamond and the line is what sound does not tell, as far "
            "as this model can hear.",
        )
        + say(_LIKES if evaluation.two_ratings else said.INTERVAL)
    )
    st.caption(text.markdown(words.explanation_route(singly[0], dataset.tracks, evaluation)))
    track.like_it(dataset, evaluation, chosen[0], row)
    track.otherwise(dataset, evaluation, singly[0], row)
    track.surprises(dataset, evaluation, chosen[0], row)
    parts.section(say("What sound cannot see"), said.unheard_sentence(evaluation, chosen[0]))
    parts.next_question(say("Why should you believe this?"), "pages/7_method.py")


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
        say("Track (type to search; the biggest surprises first)"), rows, key="track", format_func=labels.__getitem__
    )
    return int(chosen)


parts.run(mark("Track"), body, wide=True)
