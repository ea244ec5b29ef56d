"""What the Track page says of one track beyond its waterfalls: its like, what if it sounded otherwise, the surprises."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core import schema, text, words
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.explain import track
from core.explain.out_of_fold import Explanation
from core.language import say
from core.plots import track as plots
from core.words import track as said
from core.words.naming import digits
from pages.ui import parts, session

_SLIDERS = 6
_STATE = "what-if"


def interval(dataset: Dataset, evaluation: Evaluation, model: str, row: int) -> track.Interval | None:
    """The range around what is expected of a track; likes have none."""
    return None if evaluation.two_ratings else session.once(track.prediction_interval, evaluation, dataset, model, row)


def waterfalls(found: list[Explanation], row: int, dataset: Dataset, evaluation: Evaluation) -> None:
    """The models side by side on one axis, each with its sentence and the range of its expectation."""
    two = evaluation.two_ratings
    ranges = [interval(dataset, evaluation, explanation.model, row) for explanation in found]
    span = plots.span(found, ranges, row, dataset, two)
    columns = st.columns(len(found), vertical_alignment="bottom")  # sentences differ in length, charts do not
    for column, explanation, own in zip(columns, found, ranges, strict=True):
        sentence = words.track_sentence(explanation, row, evaluation)
        if own:
            sentence += (
                f" {said.interval_sentence(own, evaluation, explanation.model)} "
                f"{said.surprise_sentence(own, dataset.rating[row])}"
            )
        with column:
            st.markdown(f"**{text.markdown(words.label(explanation.model))}**")
            st.markdown(text.markdown(sentence))
            figure = session.once(
                plots.waterfall, explanation, row, dataset, parts.palette(), interval=own, span=span, two=two,
                digits=_digits(evaluation, explanation.model),
            )  # fmt: skip
            parts.chart(figure, f"waterfall-{explanation.model}", sentence, explanation.track_frame(row))


def _digits(evaluation: Evaluation, model: str) -> int:
    return digits(evaluation.row(model)["mae_baseline"])


def like_it(dataset: Dataset, evaluation: Evaluation, model: str, row: int) -> None:
    """What sounds most like it, the nearest track that is expected higher, and the nearest that was rated otherwise."""
    sound = session.remember((dataset.key, "sound", str(session.SEED)), lambda: track.sound(dataset, seed=session.SEED))
    near = track.neighbours(sound, row)
    parts.section(say("What it sounds like"), said.neighbours_sentence(dataset, row, near))
    _table(said.neighbours_table(dataset, near, evaluation), "neighbours")
    higher = track.nearest_higher(sound, evaluation, model, row)
    pair = track.matched_pair(sound, row)
    left, right = st.columns(2, gap="large")
    with left:
        sentence = said.higher_sentence(evaluation, model, row, higher) if higher else said.no_higher(model)
        _beside(dataset, say(said.NEAREST_HIGHER), higher, sentence)
    with right:
        sentence = said.matched_sentence(evaluation, dataset.rating[row], pair) if pair else say(said.NO_MATCHED)
        _beside(dataset, say(said.MATCHED), pair, sentence)


def _beside(dataset: Dataset, title: str, near: track.Near | None, sentence: str) -> None:
    """One other track; its title by itself, where nothing is read as Markdown."""
    st.markdown(f"**{text.markdown(title)}**")
    if near:
        st.text(dataset.titles[near.row])
    st.markdown(text.rich(sentence))


def _table(frame: pd.DataFrame, key: str, rows: list[int] | None = None) -> None:
    """Titles as data, after the narrow columns; with `rows`, choosing one opens that track."""
    columns = {name: st.column_config.TextColumn(width="small") for name in (say("You"), say("Expected"))}
    if rows is None:
        st.dataframe(frame, hide_index=True, column_config=columns, key=key)
    else:
        st.dataframe(
            frame, hide_index=True, column_config=columns, key=key, selection_mode="single-row",
            on_select=partial(_open, key, rows),
        )  # fmt: skip


@dataclass
class _Asked:
    """The model that is being asked, its answer for the track as it is with its range, and what the sliders say now.

    along: the features that went along with the one moved last.
    """

    of: tuple[str, str, int]
    model: track.WhatIf
    start: Explanation
    range: track.Interval | None
    values: dict[str, float]
    along: list[str] = field(default_factory=list)


@st.fragment
def otherwise(dataset: Dataset, evaluation: Evaluation, explanation: Explanation, row: int) -> None:
    """Sliders for what the model used most on this track; the expectation and its waterfall follow them.

    A fragment, so that a moved slider redraws this part alone. `explanation` is one of single features.
    """
    with parts.boundary("Track"):
        _what_if(dataset, evaluation, explanation, row)
    # Streamlit ends each run with a full garbage collection, 0.2 s in which nothing is sent: first let the chart out.
    parts.show_what_is_there()


def _what_if(dataset: Dataset, evaluation: Evaluation, explanation: Explanation, row: int) -> None:
    asked = _asked(dataset, evaluation, explanation, row)
    name, two = explanation.model, evaluation.two_ratings
    parts.section(say("What if it sounded otherwise?"), said.whatif_legend(asked.model))
    answer = st.container()
    left, right = st.columns([2, 3], gap="large")
    with left:
        _sliders(dataset, asked, explanation, row)
    made, one = track.otherwise(asked.model, dataset, explanation, _values(asked))
    own = replace(asked.range, expected=float(made.prediction[0])) if asked.range else None
    sentence = said.whatif_sentence(name, made.prediction[0], asked.start.prediction[0], evaluation)
    with answer:
        st.markdown(f"**{text.markdown(sentence)}** {text.markdown(said.companions_sentence(asked.along))}")
    with right:
        span = plots.span([asked.start, made], [own], 0, one, two)
        figure = plots.waterfall(
            made, 0, one, parts.palette(), interval=own, span=span, two=two, digits=_digits(evaluation, name)
        )
        parts.chart(figure, "what-if", sentence, made.track_frame(0))


def _asked(dataset: Dataset, evaluation: Evaluation, explanation: Explanation, row: int) -> _Asked:
    """The model and what it was asked so far. One is kept, since a person may open many tracks."""
    of = (dataset.key, explanation.model, row)
    kept = st.session_state.get(_STATE)
    if not isinstance(kept, _Asked) or kept.of != of:
        with st.spinner(say("Fitting a model that does not know this track")):
            model = track.whatif(dataset, explanation.model, row, seed=session.SEED)
        start, _ = track.otherwise(model, dataset, explanation, model.values)
        kept = _Asked(of, model, start, interval(dataset, evaluation, model.model, row), _own(model))
        st.session_state[_STATE] = kept
    return kept


def _own(model: track.WhatIf) -> dict[str, float]:
    return dict(zip(model.features, model.values.tolist(), strict=True))


def _values(asked: _Asked) -> np.ndarray:
    return np.array([asked.values[name] for name in asked.model.features])


def _sliders(dataset: Dataset, asked: _Asked, explanation: Explanation, row: int) -> None:
    at = int(np.searchsorted(explanation.rows, row))
    order = [explanation.features[place] for place in np.argsort(-np.abs(explanation.values[at]), kind="stable")]
    most, rest = order[:_SLIDERS], sorted(order[_SLIDERS:], key=schema.order)
    st.toggle(
        say("Move along what usually goes along"), key="what-along",
        help=say(
            "Features that sound alike in your list follow the one that you move, as they do in your other "
            "tracks.",
        ),
    )  # fmt: skip
    for name in most:
        _slider(dataset, asked, name)
    for name in st.multiselect(say("Other features"), rest, format_func=words.feature_label, key="what-others"):
        _slider(dataset, asked, name)
    st.button(say("Reset"), key="what-reset", on_click=_reset, args=(asked,))


def _slider(dataset: Dataset, asked: _Asked, name: str) -> None:
    stops = _stops(asked, name)
    if len(stops) < 2:
        return
    key = _key(asked, name)
    if key not in st.session_state:
        st.session_state[key] = _nearest(asked, name)
    known = schema.describe(name)
    st.select_slider(
        text.markdown(words.feature_label(name)), stops, key=key, format_func=lambda value: schema.shown(name, value),
        help=text.markdown(f"{known.meaning} {known.unit}".strip()), on_change=_moved, args=(dataset, asked, name),
    )  # fmt: skip


def _stops(asked: _Asked, name: str) -> list[float]:
    """The slider's values, no two of which read the same; the track's own is kept."""
    own = _own(asked.model)[name]
    read = {schema.shown(name, value): value for value in asked.model.steps(name)}
    return sorted((read | {schema.shown(name, own): own}).values())


def _nearest(asked: _Asked, name: str) -> float:
    return min(_stops(asked, name), key=lambda stop: abs(stop - asked.values[name]))


def _key(asked: _Asked, name: str) -> str:
    return f"what-{asked.of[0][:12]}-{asked.of[2]}-{name}"


def _moved(dataset: Dataset, asked: _Asked, name: str) -> None:
    """Take over a slider's value; companions start from the track's own, so that moving back brings them back."""
    value, asked.along = st.session_state[_key(asked, name)], []
    asked.values[name] = value
    if st.session_state.get("what-along"):
        gone = track.companions(dataset, name, value, _own(asked.model))
        asked.values |= gone
        asked.along = list(gone)
        _show(asked)


def _reset(asked: _Asked) -> None:
    asked.values, asked.along = _own(asked.model), []
    _show(asked)


def _show(asked: _Asked) -> None:
    """Put the sliders that are there where the values are."""
    for name in asked.values:
        if _key(asked, name) in st.session_state:
            st.session_state[_key(asked, name)] = _nearest(asked, name)


def surprises(dataset: Dataset, evaluation: Evaluation, model: str, row: int) -> None:
    """The tracks rated furthest from what is expected: a chart with their names, and two lists that open them."""
    frame = session.once(track.surprises, dataset, evaluation, model)
    parts.section(
        say("Your biggest surprises"), said.surprises_sentence(evaluation, model), words.predicted_legend(evaluation)
    )
    figure = session.once(plots.surprises, evaluation, model, dataset, frame, parts.palette(), chosen=row)
    parts.chart(figure, "surprises", words.predicted_sentence(evaluation, model), frame.drop(columns="row"))
    titles = said.surprises_titles(evaluation, model)
    sides = {"above": frame[frame["gap"] > 0], "below": frame[frame["gap"] < 0]}
    for column, title, (name, side) in zip(st.columns(2), titles, sides.items(), strict=True):
        with column:
            st.markdown(f"**{text.markdown(title)}**")
            _table(said.surprises_table(side, evaluation, model), f"surprises-{name}", side["row"].tolist())
    outside = "" if evaluation.two_ratings else f"{said.outside_sentence(frame)} "
    st.caption(f"{text.markdown(outside)}{say('Choose a row to open that track.')}")


def _open(key: str, rows: list[int]) -> None:
    """Open the track of the row that was chosen in a table."""
    for place in st.session_state[key].selection.rows:
        st.session_state["track"] = rows[place]
