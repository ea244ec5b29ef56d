"""Work that takes longer than a page may: begun when a page first asks, watched until it has ended.

A page that needs what is not there yet shows how far it is, with a way to stop, and ends; it runs again when the result is there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import streamlit as st

from core.dataset import Dataset
from core.jobs import JobError, everybodys
from core.language import say
from core.redact import ElsewhereError
from core.words.jobs import waiting
from pages.ui import session

T = TypeVar("T")
SOON = 3_000  # tracks; of more, nothing is done at once
_LOOK = 0.4  # seconds between two looks at a job
PATIENCE = 0.3  # seconds for which a page waits for what may be done at once, before it shows how far it is
HURRY = 0.0  # and for what never is


def short(key: tuple[str, ...], function: Callable[..., T], dataset: Dataset, *arguments: object) -> T:
    """What a function finds that is soon done: at once, without waiting behind others; a job where the list is long."""
    if dataset.tracks > SOON:
        return long(key, function, dataset, *arguments)
    return session.remember(key, lambda: function(dataset, *arguments))


def long(
    key: tuple[str, ...],
    function: Callable[..., T],
    *arguments: object,
    before: int = 0,
    of: int = 0,
    label: str = "",
    patience: float | None = None,
) -> T:
    """What a job finds. Until it has, the page shows how far it is and ends; it is run again when the result has come.

    `before` steps were done by other jobs, and there are `of` in all; `label` tells what a job does that does not tell so.
    """
    found = session.recall(key)
    if found is not None:
        return session.remember(key, lambda: cast(T, found))  # asked for last, so that it goes last
    if st.session_state.get("stopped") == key:
        st.info(say("Stopped. Nothing was lost; what had been computed before is still there."))
        st.button(say("Start again"), on_click=_set_stopped, args=(None,), key="again")
        st.stop()
    owner = session.owner()
    state = everybodys().ask(owner, key, function, *arguments, patience=PATIENCE if patience is None else patience)
    if state.status == "done":
        return session.remember(key, lambda: cast(T, state.result))
    if state.ended:
        everybodys().forget(owner, key)  # who comes again has it tried again
        if state.error is not None:
            raise state.error
        if state.status == "failed":
            raise ElsewhereError(state.trace)
        lost = say(
            "The process that worked this out has ended unexpectedly, twice; perhaps the memory was too small. Nothing else "
            "was lost. Open the page again to try once more."
        )
        raise JobError([lost])
    _watch(owner, key, before, of, label)
    return st.stop()


@st.fragment(run_every=_LOOK)
def _watch(owner: str, key: tuple[str, ...], before: int, of: int, label: str) -> None:
    """How far a job is, with a button that stops it; the whole page once it has ended."""
    session.speak()
    state = everybodys().look(owner, key)
    if state is None or state.ended:
        st.rerun()
    else:
        done, total = before + state.done, max(of, before + state.total, 1)
        st.progress(min(done / total, 1.0), waiting(state, done, total, label))
        st.caption(say("You can look at other pages meanwhile: the work goes on."))
        # once in a page: two of them could only be of one job, drawn twice
        st.button(say("Stop this work"), on_click=_stop, args=(owner, key), key="stop-work")


def _stop(owner: str, key: tuple[str, ...]) -> None:
    if owner:  # what is worked out for the bundled lists others wait for too: it goes on without this person
        everybodys().stop(owner, key)
    _set_stopped(key)


def _set_stopped(key: tuple[str, ...] | None) -> None:
    st.session_state["stopped"] = key
