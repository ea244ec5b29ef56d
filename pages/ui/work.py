"""Results for the pages: worked out when first asked for, in a process of their own (`jobs`), and kept for the session."""

from __future__ import annotations

import contextvars
import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np
import streamlit as st

from core.audio import Audio, Heard, Listening, each
from core.biases import Biases, ScaleUse, scale_use
from core.biases import biases as audited
from core.biases.columns import numbers
from core.biases.without import Habit, Without, compare
from core.correlate import Correlations, correlate
from core.curve import Ceiling, Curve, learning_curve
from core.curve import ceiling as twice
from core.dataset import Dataset
from core.drivers import Drivers
from core.drivers import drivers as tested
from core.evaluate import Evaluation, evaluate
from core.explain.agreement import ask
from core.explain.doubt import USUAL, Refits, refit
from core.explain.out_of_fold import MAX_EXPLAINED, Explanation, explain
from core.folds import grouping
from core.interactions import Pair, may_be_asked, strongest_pair
from core.language import say, speak
from core.leaks import order_is_known
from core.listeners import Listeners, meet
from core.models import AVERAGE
from core.peaks import Peak
from core.peaks import peaks as turning
from core.pipeline import Analysis
from core.staircase import Staircase, order_key
from core.staircase import staircase as climb
from core.verdict import Evidence, Verdict, gather, judge
from pages.ui import jobs, session

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

T = TypeVar("T")
_AT_ONCE = 8  # audio files
REPEATS = USUAL


def listening(files: Sequence[UploadedFile]) -> Listening:
    """What these files measure, each heard once per session. Stops the page until all were heard."""
    # by Streamlit's own number of an upload: to read some hundred megabytes on every rerun would be felt
    new = [file for file in files if file.file_id not in _heard()]
    while new:
        some = new[:_AT_ONCE]  # what was heard of these is kept: who stops the work loses only the last of them
        audio = [Audio(file.name, file.getvalue()) for file in some]
        found = jobs.long(
            ("audio", *(file.file_id for file in some)), each, audio, before=len(files) - len(new), of=len(files)
        )
        _heard().update({file.file_id: one for file, one in zip(some, found, strict=True)})
        new = new[_AT_ONCE:]
    all_ = [_heard()[file.file_id] for file in files]
    return Listening(
        tuple(one for one in all_ if isinstance(one, Heard)), tuple(one for one in all_ if isinstance(one, str))
    )


def _heard() -> dict[str, Heard | str]:
    return cast(dict[str, Heard | str], st.session_state.setdefault("heard", {}))


def ratings_use(dataset: Dataset) -> ScaleUse:
    """The distribution of the ratings."""
    return session.remember((dataset.key, "use"), lambda: scale_use(dataset))


def two_ratings(dataset: Dataset) -> tuple[float, float] | None:
    """The lower and the higher rating where there are only two."""
    return ratings_use(dataset).two_ratings


def has_years(dataset: Dataset) -> bool:
    """Whether the list tells when tracks came out."""
    return "year" in numbers(dataset)


def biases(dataset: Dataset, birth_year: int | None) -> Biases:
    """How the person rates, with what they said of the order and of themselves."""
    labels, in_order = _labels(dataset), order_is_known(session.answers(dataset))
    audit = partial(audited, in_order=in_order, labels=labels, birth_year=birth_year, seed=session.SEED)
    return jobs.long(_biases_key(dataset, birth_year), audit, dataset, label=say("Looking at how you rate"))


def _labels(dataset: Dataset) -> tuple[str, ...]:
    """Columns that are probably made from the rating."""
    doubts = session.doubts(dataset)
    return tuple(
        sorted({name for one in doubts if one.code in {"rating-copy", "rating-label"} for name in one.columns})
    )


def _biases_key(dataset: Dataset, birth_year: int | None) -> tuple[str, ...]:
    order = session.order(dataset) if order_is_known(session.answers(dataset)) else ""
    return dataset.key, "biases", order, str(_labels(dataset)), str(birth_year), str(session.SEED)


def known_biases(dataset: Dataset) -> Biases:
    """The same with the year of birth that was given on the Ratings page."""
    return biases(dataset, st.session_state.get("birth_year"))


def _biases_known(dataset: Dataset) -> bool:
    return session.recall(_biases_key(dataset, st.session_state.get("birth_year"))) is not None


def without(dataset: Dataset, habits: tuple[Habit, ...]) -> Without | None:
    """The headline model with these habits taken out of what it learns from; None until it was asked for by `ask_without`."""
    key = _without_key(dataset, habits)
    if session.recall(key) is None and st.session_state.get("asked") != key:
        return None
    compared = evaluation(dataset)
    return jobs.long(key, partial(compare, seed=session.SEED), dataset, compared, habits)


def ask_without(dataset: Dataset, habits: tuple[Habit, ...]) -> None:
    """From now on `without` computes it for these data and habits."""
    st.session_state["asked"] = _without_key(dataset, habits)


def _without_key(dataset: Dataset, habits: tuple[Habit, ...]) -> tuple[str, ...]:
    # the order of the file and the year of birth are in the habits' values, which no key of the data set knows
    parts = [hashlib.sha256(one.code.encode() + one.values.tobytes()).hexdigest() for one in habits]
    return dataset.key, "without", *parts, str(session.SEED)


def met(dataset: Dataset) -> Listeners | None:
    """All listeners of the file on the tracks that they share."""
    people = session.everybody()  # what was decided about the columns may have changed the others' lists alone
    keys = [part for name, data in people.items() for part in (name, data.key)]
    return session.remember((dataset.key, "listeners", *keys), lambda: meet(people, seed=session.SEED))


def correlations(dataset: Dataset) -> Correlations:
    """All correlations."""
    return session.remember((dataset.key, "correlations"), lambda: correlate(dataset))


def evaluation(dataset: Dataset) -> Evaluation:
    """The comparison of all models. Stops the page when the person stops the work."""
    key = (dataset.key, "evaluation", str(session.SEED))
    return jobs.long(key, partial(evaluate, seed=session.SEED), dataset, patience=jobs.HURRY)


def verdict(dataset: Dataset) -> Verdict:
    """What may be said, with what the person answered. Stops the page when the person stops the work."""
    found = evaluation(dataset)
    key = (dataset.key, "evidence", str(session.SEED))
    evidence = jobs.long(key, partial(gather, seed=session.SEED), dataset, found)
    return judge(dataset, found, evidence, doubts=session.doubts(dataset))


def known_verdict(dataset: Dataset) -> Verdict | None:
    """The verdict where it is there already."""
    found, evidence = (session.recall((dataset.key, what, str(session.SEED))) for what in ("evaluation", "evidence"))
    if not isinstance(found, Evaluation) or not isinstance(evidence, Evidence):
        return None
    return judge(dataset, found, evidence, doubts=session.doubts(dataset))


def drivers(dataset: Dataset) -> Drivers:
    """What passed a test of its own, behind the gate of the verdict."""
    given = verdict(dataset)
    groups = given.evidence.grouping.exchangeable
    test = partial(tested, gate=not given.locked, groups=groups, seed=session.SEED)
    return jobs.short(_drivers_key(dataset, given), test, dataset)


def _drivers_key(dataset: Dataset, given: Verdict) -> tuple[str, ...]:
    return dataset.key, "drivers", str(not given.locked)


def peaks(dataset: Dataset) -> tuple[Peak, ...]:
    """Features whose middle is rated otherwise than their ends, behind the gate of the verdict."""
    given = verdict(dataset)
    groups, gate = given.evidence.grouping.exchangeable, not given.locked
    return jobs.short((dataset.key, "peaks", str(gate)), partial(turning, gate=gate, groups=groups), dataset)


def raw_peaks(dataset: Dataset) -> tuple[Peak, ...]:
    """The same without the gate, for what only says what goes together."""
    groups = grouping(dataset).exchangeable  # tracks of one artist are no independent witnesses here either
    return jobs.short((dataset.key, "raw-peaks"), partial(turning, gate=True, groups=groups), dataset)


def ceiling(dataset: Dataset) -> Ceiling | None:
    """How well ratings of the same track agree; None where no track was rated twice."""
    return session.remember((dataset.key, "ceiling"), lambda: twice(dataset))


def popularity(dataset: Dataset) -> np.ndarray:
    """How well known each track is (N,), NaN where the list does not tell."""
    return numbers(dataset).get("popularity", ("", np.full(dataset.tracks, np.nan)))[1]


def pair(dataset: Dataset) -> Pair | None:
    """The two features that act together most; None where there is too little to ask."""
    given = verdict(dataset)
    if given.locked or not may_be_asked(dataset.tracks, given.skill):
        return None
    groups, compared = given.evidence.grouping.exchangeable, evaluation(dataset)
    ask = partial(strongest_pair, groups=groups, seed=session.SEED)
    return jobs.short((dataset.key, "pair", str(session.SEED)), ask, dataset, compared)


def curve(dataset: Dataset) -> Curve | None:
    """The learning curve of the average; None until it was asked for. Stops the page when the person stops the work."""
    key = (dataset.key, "curve", str(session.SEED))
    if session.recall(key) is None and st.session_state.get("asked") != key:
        return None
    return jobs.long(key, partial(learning_curve, seed=session.SEED), dataset)


def ask_curve(dataset: Dataset) -> None:
    """From now on `curve` computes it for these data."""
    st.session_state["asked"] = (dataset.key, "curve", str(session.SEED))


def explanation(dataset: Dataset, model: str) -> Explanation:
    """SHAP values of one model. Stops the page when the person stops the work."""
    key = (dataset.key, "explanation", model, str(session.SEED))
    return jobs.long(key, partial(explain, seed=session.SEED), dataset, model)


def refits(dataset: Dataset, model: str) -> Refits:
    """One model fitted again on other draws of the tracks. Stops the page when the person stops the work."""
    given = explanation(dataset, model)
    key = (dataset.key, "refits", model, str(session.SEED))
    return jobs.long(key, partial(refit, repeats=REPEATS, seed=session.SEED), dataset, given)


def opinions(dataset: Dataset) -> dict[str, Explanation]:
    """What each model that beats guessing uses. Stops the page when the person stops the work."""
    found = evaluation(dataset)
    key = (dataset.key, "opinions", str(session.SEED))
    return jobs.long(key, partial(ask, seed=session.SEED), dataset, found)


def track_explanation(dataset: Dataset, model: str, row: int) -> Explanation:
    """SHAP values of one model that hold this track: of all tracks, or of it alone where only a sample is explained."""
    if dataset.tracks <= MAX_EXPLAINED:
        return explanation(dataset, model)
    key = (dataset.key, "explanation", model, str(session.SEED), str(row))
    return jobs.long(key, partial(explain, row=row, seed=session.SEED), dataset, model)


def staircase(dataset: Dataset) -> Staircase | None:
    """The study of 2020 on these data; None until it was asked for by `ask_staircase`. Stops the page when stopped."""
    key = _staircase_key(dataset)
    if session.recall(key) is None and st.session_state.get("asked") != key:
        return None
    known = session.recall((dataset.key, "evaluation", str(session.SEED)))
    skill, grouped = None, False
    if isinstance(known, Evaluation) and AVERAGE in known.models:
        skill, grouped = float(known.row(AVERAGE)["skill"]), known.grouped

    random, whole = (None, skill) if grouped else (skill, None)
    return jobs.long(key, partial(climb, seed=session.SEED, random_skill=random, grouped_skill=whole), dataset)


def ask_staircase(dataset: Dataset) -> None:
    """From now on `staircase` computes it for these data."""
    st.session_state["asked"] = _staircase_key(dataset)


def _staircase_key(dataset: Dataset) -> tuple[str, ...]:
    # The row number is among the study's columns, so that the order of the file counts too.
    return dataset.key, "staircase", order_key(dataset), str(session.SEED)


def analysis(dataset: Dataset) -> Analysis | None:
    """All that the pages know of these data, as one; None where some of it is still to be worked out and nobody has asked for
    that by `ask_analysis`. Stops the page when the person stops the work.
    """
    asked = st.session_state.get("asked") == _analysis_key(dataset)
    given = known_verdict(dataset)
    if not asked and (
        given is None or session.recall(_drivers_key(dataset, given)) is None or not _biases_known(dataset)
    ):
        return None
    return Analysis(
        dataset, ratings_use(dataset), correlations(dataset), evaluation(dataset), verdict(dataset), drivers(dataset),
        known_biases(dataset), answers=session.answers(dataset),
    )  # fmt: skip


def ask_analysis(dataset: Dataset) -> None:
    """From now on `analysis` works out what is missing."""
    st.session_state["asked"] = _analysis_key(dataset)


def _analysis_key(dataset: Dataset) -> tuple[str, ...]:
    return dataset.key, "analysis", str(session.SEED)


def report(dataset: Dataset, found: Analysis) -> str | Callable[[], str] | None:
    """The report, or of a list whose report is soon made what makes it; None where it takes longer, and nobody has asked for
    it by `ask_analysis`.
    """
    from core.report import report as written

    if dataset.tracks <= jobs.SOON:
        return _spoken(partial(written, found))
    known = (*_biases_key(dataset, st.session_state.get("birth_year")), str(sorted(found.answers.items())))
    key = (*known, "report", session.language())
    if session.recall(key) is None and st.session_state.get("asked") != _analysis_key(dataset):
        return None
    return jobs.long(key, written, found, label=say("Putting the report together"))


def _spoken(make: Callable[[], T]) -> Callable[[], T]:
    """`make`, to be called at the click: outside the page, which speaks the language of this session."""
    spoken = session.language()

    def made() -> T:
        speak(spoken)
        return make()

    return lambda: contextvars.copy_context().run(made)
