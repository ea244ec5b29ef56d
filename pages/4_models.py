"""Models: can my taste be predicted?"""

import pandas as pd
import streamlit as st

from core import text, words
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.models import BASELINE
from core.plots import models
from pages.ui import parts, work

_LIKES = (
    " On a dot you read how often the model picks the right one of two tracks with different ratings (AUC in the table): "
    "50 % is guessing."
)


def body(dataset: Dataset) -> None:
    """The comparison in one sentence, the leaderboard, predictions side by side, training against test."""
    evaluation = work.evaluation(dataset)
    parts.headline(words.models_headline(evaluation), words.models_sentence(evaluation, dataset.tracks), words.UNTESTED)
    parts.simulated_note(dataset)
    _leaderboard(evaluation)
    _predictions(evaluation, dataset)
    parts.section("Learned by heart, and learned", words.training_sentence(evaluation))
    figure = models.training_against_test(evaluation, parts.palette())
    parts.chart(figure, "training", words.training_sentence(evaluation))
    parts.section("One split would have told anything", words.folds_sentence(evaluation))
    figure = models.fold_spread(evaluation, parts.palette())
    parts.chart(figure, "folds", words.folds_sentence(evaluation), evaluation.scores)
    parts.next_question("What do the models use?", "pages/5_drivers.py")


def _leaderboard(evaluation: Evaluation) -> None:
    parts.section("Side by side", words.best_model_sentence(evaluation))
    alt = words.best_model_sentence(evaluation)
    parts.chart(models.leaderboard(evaluation, parts.palette()), "leaderboard", alt, evaluation.leaderboard)
    parts.how(
        "Skill is the share of the differences between your ratings that a model foretells on tracks that it has not "
        "seen: 0 is no better than always guessing your average (the dashed line), 100 % is perfect. The thick line holds "
        "the true figure in 50 of 100 lists like yours, the thin one in 95. Where the lines overlap widely, do not "
        "believe that one model is better than another." + (_LIKES if evaluation.two_ratings else "")
    )
    with st.expander("As a table"):
        table = evaluation.leaderboard.assign(model=[words.label(name) for name in evaluation.models])
        table = table.dropna(axis="columns", how="all")  # the AUC is for likes alone
        st.dataframe(table.round(3), hide_index=True, alt="All models with their figures")
    if evaluation.left_out:
        names = text.listing([words.label(name) for name in evaluation.left_out])
        st.caption(f"Left out, too slow for a list of this size: {names}.")


def _predictions(evaluation: Evaluation, dataset: Dataset) -> None:
    parts.section("Expected against rated, track by track", words.predicted_legend(evaluation))
    names = [name for name in evaluation.models if name != BASELINE]
    start = list(dict.fromkeys([evaluation.headline, names[0], names[-1]]))[:2]
    chosen = st.multiselect("Models", names, start, format_func=words.label, max_selections=4, key="predicted-models")
    places = st.columns(2)
    for number, name in enumerate(chosen):
        with places[number % 2]:
            st.markdown(text.markdown(words.predicted_sentence(evaluation, name)))
            figure = models.predicted_against_rated(evaluation, name, dataset, parts.palette())
            frame = pd.DataFrame({
                "track": dataset.titles, "rating": dataset.rating, "expected": evaluation.mean_prediction(name),
            })  # fmt: skip
            parts.chart(figure, f"predicted-{name}", words.predicted_sentence(evaluation, name), frame)


parts.run("Models", body)
