"""The recurring parts of a page: frame, headline, chart with its data, folded method, next question."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import export, text, words
from core.dataset import Dataset
from core.errors import EarprintError
from core.jobs import everybodys
from core.language import LANGUAGES, many, say
from core.plots import style
from core.plots.style import Palette
from core.verdict import Verdict
from core.words.glossary import tip
from pages.ui import session, who, work

_log = logging.getLogger("earprint")
TEXT_WIDTH = 720
_FLUSH = 0.02  # seconds
_ICON = Path(__file__).with_name("icon.png")  # of our own: an icon by name would be fetched from another host
_MARK = Path(__file__).with_name("wordmark.png")
_STYLE = Path(__file__).with_name("style.css")


def run(title: str, body: Callable[[Dataset], None], *, wide: bool = False) -> None:
    """Show one page: its frame, and an error boundary around `body`."""
    session.detour(f"pages/{Path(body.__code__.co_filename).name}")
    session.speak()
    name = say(title)
    frame(f"{name} · Earprint", wide=wide)
    with boundary(title):
        dataset = session.dataset()
        place = st.sidebar.empty()
        word = _sidebar(place, dataset)
        _person()
        _language()
        with st.container(key="kicker"):
            st.caption(name.upper())
        body(dataset)
        if session.dataset() is not dataset or word != _word(dataset):
            _sidebar(place, session.dataset())
        everybodys().start()  # the page is there: now what takes seconds to get ready may do so


def frame(title: str, *, wide: bool = False) -> None:
    """What all pages look like; the window's title."""
    st.set_page_config(page_title=title, page_icon=str(_ICON), layout="wide" if wide else "centered")
    st.html(_STYLE)
    st.logo(str(_MARK), size="large", icon_image=str(_ICON))


@contextmanager
def boundary(title: str) -> Iterator[None]:
    """What goes wrong inside becomes a sentence; of a page, and of a fragment, which reruns without its page.

    Neither runs for somebody whose login has ended: the router, which is run instead, shows the gate.
    """
    session.speak()
    if not who.may_pass():
        st.rerun()
    try:
        yield
    except EarprintError as error:  # what the data do not allow: the person's to mend, in words
        for fault in error.faults:
            st.error(text.rich(fault))
        next_question(say("Choose other columns on the Data page"), "pages/1_data.py")
    except Exception as error:  # noqa: BLE001 the one boundary; Streamlit's control flow is no Exception
        apologize(error, title)


def apologize(error: Exception, title: str) -> None:
    """A fault of ours, in a sentence with the number under which the log knows it."""
    incident = uuid.uuid4().hex[:8]
    _log.error("incident %s on page %s", incident, title, exc_info=error)
    st.error(
        say(
            "Something went wrong here, and it is my fault, not your file's. Your data are still open. If you "
            "report it, name incident {incident}: the log knows more.",
            incident=incident,
        )
    )


def palette() -> Palette:
    """The colours of the theme that the person looks at."""
    return style.DARK if st.context.theme.type == "dark" else style.LIGHT


def headline(finding: str, *sentences: str) -> None:
    """The finding, and what hedges it. Plain text; escaped here."""
    st.title(text.rich(finding), anchor=False)
    _told(*sentences)
    show_what_is_there()


def _told(*sentences: str) -> None:
    """Sentences in one column, and what their technical words mean for whoever points at the mark behind them."""
    if sentences:
        st.markdown(text.rich(" ".join(sentences)), width=TEXT_WIDTH, help=tip(*sentences) or None)


def show_what_is_there() -> None:
    """Let the browser draw what it was sent before more comes: charts that arrive together with a finding hide it until all of
    them are drawn, some hundred milliseconds. Streamlit sends what is ready every 0.01 s.
    """
    time.sleep(_FLUSH)


def section(finding: str, *sentences: str) -> None:
    """A further finding on the same page."""
    st.header(text.rich(finding), anchor=False)
    _told(*sentences)


def chart(
    figure: go.Figure, name: str, alt: str, data: pd.DataFrame | Callable[[], pd.DataFrame] | None = None
) -> None:  # fmt: skip
    """A chart under a unique name, its text alternative, and what can be taken away: picture, page, data (or what makes it)."""
    picture(figure, name, alt)
    with st.popover(say("Take this chart away"), type="tertiary", icon=":material/download:", key=f"take-{name}"):
        if data is not None:
            # Made when asked for: a thousand tracks' SHAP values would cost 0.1 s on every rerun
            st.download_button(
                say("Data of this chart (CSV)"), data=lambda: export.csv_of(data() if callable(data) else data),
                file_name=f"earprint-{name}.csv", mime="text/csv", key=f"download-{name}", type="tertiary", on_click="ignore",
            )  # fmt: skip
        st.download_button(
            say("As a page (HTML)"), data=lambda: style.page(figure, palette()), file_name=f"earprint-{name}.html",
            mime="text/html", key=f"page-{name}", type="tertiary", on_click="ignore",
        )  # fmt: skip
        st.segmented_control(
            say("The camera in the chart's corner saves"), ["svg", "png"], default="svg", format_func=str.upper,
            key=f"picture-{name}",
        )  # fmt: skip


def picture(figure: go.Figure, name: str, alt: str) -> None:
    """A chart alone, under a unique name, with its text alternative."""
    kind = st.session_state.get(f"picture-{name}") or "svg"
    config = style.CONFIG | {"toImageButtonOptions": {"format": kind, "filename": f"earprint-{name}", "scale": 2}}
    st.plotly_chart(figure, theme=None, config=config, key=f"chart-{name}", alt=alt)


def how(explanation: str) -> None:
    """One folded paragraph on how to read the picture above."""
    with st.expander(say("How to read this")):
        st.markdown(explanation, width=TEXT_WIDTH)


def next_question(question: str, page: str) -> None:
    """The link at a page's end."""
    st.space("medium")
    with st.container(key=f"next-{Path(page).stem}"):
        st.page_link(page, label=f"{question} →")


def locked(verdict: Verdict, dataset: Dataset) -> bool:
    """Whether nothing may be explained, and the person does not want to look all the same; says so with what is needed."""
    if not verdict.locked:
        return False
    headline(words.locked_headline(verdict), *words.locked_sentences(verdict))
    simulated_note(dataset)
    # one switch for both pages that explain: `key` alone would be forgotten with the page
    st.session_state["look"] = st.toggle(
        say("Look all the same"), value=st.session_state.get("look", False), key="look-switch"
    )
    if st.session_state["look"]:
        st.warning(text.rich(words.noise_note(verdict)))
        return False
    next_question(say("What did the test find?"), "pages/4_models.py")
    return True


def simulated_note(dataset: Dataset) -> None:
    """Says that a listener is invented, wherever one is shown."""
    if dataset.simulated:
        st.info(
            f"**{say('Simulated listener.')}** {text.markdown(say(dataset.simulated))}",
            icon=":material/science:",
        )


def _person() -> None:
    """Who is logged in, and the way out; nothing where nobody logs in."""
    person = who.person()
    if person:
        with st.sidebar.container(key="person"):
            st.text(say("Logged in as {name}.", name=text.shorten(person.name, 40)))
            st.button(say("Log out"), on_click=who.log_out, type="tertiary", icon=":material/logout:", key="log-out")


def _language() -> None:
    """The choice of language, which holds for all pages of this session."""
    spoken = st.sidebar.selectbox(
        "Language · Språk", list(LANGUAGES), list(LANGUAGES).index(session.language()), format_func=LANGUAGES.__getitem__,
        key="language-choice",
    )  # fmt: skip
    if spoken != session.language():
        session.change_language(spoken)
        st.rerun()


def _word(dataset: Dataset) -> str:
    """The verdict in two or three words; empty where nobody asked for it yet."""
    known = work.known_verdict(dataset)
    return words.verdict_word(known) if known else ""


def _sidebar(place: st.delta_generator.DeltaGenerator, dataset: Dataset) -> str:
    word = _word(dataset)
    with place.container():
        st.text(text.shorten(dataset.name, 40))
        # a list that was opened in this very run takes the place of another's: what it has not must be blank, not left
        listener, size, verdict = st.empty(), st.empty(), st.empty()
        if dataset.listener:
            listener.text(say("Listener: {listener}", listener=text.shorten(dataset.listener, 40)))
        tracks = many(dataset.tracks, "{number} rated track", "{number} rated tracks")
        features = many(len(dataset.feature_names), "{number} feature", "{number} features")
        size.caption(f"{tracks}, {features}" + (f" · {say('simulated')}" if dataset.simulated else ""))
        if word:
            verdict.caption(say("Verdict: {word}", word=word))
    return word
