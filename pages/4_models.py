"""Models: can my taste be predicted?"""

import pandas as pd
import streamlit as st

from core import text, words
from core.compare import against
from core.curve import detectable
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.language import mark, say
from core.models import BASELINE
from core.plots import models
from core.plots.curve import learning
from core.plots.versus import differences
from core.verdict import Verdict
from core.words import versus
from core.words.curve import curve_sentence, detectable_sentence
from pages.ui import away, habits, parts, session, work


def body(dataset: Dataset) -> None:
    """The comparison in one sentence, the leaderboard, predictions side by side, training against test."""
    evaluation = work.evaluation(dataset)
    verdict = work.verdict(dataset)
    parts.headline(words.verdict_headline(verdict), *words.verdict_sentences(verdict, evaluation))
    parts.simulated_note(dataset)
    _leaderboard(evaluation, verdict, dataset)
    _versus(evaluation)
    _predictions(evaluation, dataset)
    parts.section(say("Learned by heart, and learned"), words.training_sentence(evaluation))
    figure = session.once(models.training_against_test, evaluation, parts.palette())
    parts.chart(figure, "training", words.training_sentence(evaluation))
    parts.section(say("One split would have told anything"), words.folds_sentence(evaluation))
    figure = session.once(models.fold_spread, evaluation, parts.palette())
    parts.chart(figure, "folds", words.folds_sentence(evaluation), evaluation.scores)
    habits.section(dataset)
    _more(dataset, verdict)
    away.section(dataset)
    parts.next_question(say("What do the models use?"), "pages/5_drivers.py")


def _versus(evaluation: Evaluation) -> None:
    table = session.once(against, evaluation, evaluation.headline)
    said = versus.versus_summary(table, evaluation.headline)
    parts.section(say("One model against the others"), said)
    figure = session.once(differences, table, parts.palette())
    parts.chart(figure, "versus", said, table)


def _more(dataset: Dataset, verdict: Verdict) -> None:
    """Would more ratings help? A curve where there is something to learn, else what so many ratings can show."""
    place = st.container()
    if not verdict.found:
        with place:
            parts.section(say("Would more ratings help?"), detectable_sentence(detectable(dataset.tracks)))
        return
    curve = work.curve(dataset)
    with place:
        parts.section(say("Would more ratings help?"), *([curve_sentence(curve)] if curve else []))
    if curve is None:
        st.button(say("Learn from fewer ratings, and see"), on_click=work.ask_curve, args=(dataset,), key="curve")
    else:
        parts.chart(session.once(learning, curve, parts.palette()), "curve", curve_sentence(curve), curve.path)


def _leaderboard(evaluation: Evaluation, verdict: Verdict, dataset: Dataset) -> None:
    parts.section(say("Side by side"), words.best_model_sentence(evaluation))
    alt = words.best_model_sentence(evaluation)
    parts.chart(
        session.once(models.leaderboard, evaluation, parts.palette(), luck=verdict.evidence.chance.line),
        "leaderboard",
        alt,
        evaluation.leaderboard,
    )
    parts.how(say(words.LEADERBOARD_READING) + (say(words.LEADERBOARD_READING_LIKES) if evaluation.two_ratings else ""))
    with st.expander(say("As a table")):
        table = evaluation.leaderboard.assign(model=[words.label(name) for name in evaluation.models])
        table = table.dropna(axis="columns", how="all")  # the AUC is for likes alone
        st.dataframe(table.round(3), hide_index=True, alt=say("All models with their figures"))
    for sentence in words.size_sentences(evaluation, dataset):
        st.caption(text.markdown(sentence))


def _predictions(evaluation: Evaluation, dataset: Dataset) -> None:
    parts.section(say("Expected against rated, track by track"), words.predicted_legend(evaluation))
    names = [name for name in evaluation.models if name != BASELINE]
    start = list(dict.fromkeys([evaluation.headline, names[0], names[-1]]))[:2]
    chosen = st.multiselect(
        say("Models"), names, start, format_func=words.label, max_selections=4, key="predicted-models"
    )
    places = st.columns(2)
    for number, name in enumerate(chosen):
        with places[number % 2]:
            st.markdown(text.markdown(words.predicted_sentence(evaluation, name)))
            figure = session.once(models.predicted_against_rated, evaluation, name, dataset, parts.palette())
            frame = pd.DataFrame({
                "track": dataset.titles, "rating": dataset.rating, "expected": evaluation.mean_prediction(name),
            })  # fmt: skip
            parts.chart(figure, f"predicted-{name}", words.predicted_sentence(evaluation, name), frame)


parts.run(mark("Models"), body)
