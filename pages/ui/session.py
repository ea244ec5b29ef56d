"""The session's state and its only writer: which data set, from which files, and what was computed for it.

Everything lives in this session alone, since caches of Streamlit are shared between users.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, cast

import streamlit as st

import core.language
from core.dataset import Dataset
from core.jobs import everybodys
from core.language import LANGUAGES
from core.leaks import Finding, find
from core.plots.style import Palette
from core.reading import Choices, Named, Reading, Upload, named_tracks, read
from core.reading import open_files as read_files
from core.simulate import LISTENERS, Listener
from pages.ui import who
from pages.ui.recent import Opened, Recent

T = TypeVar("T")
SEED = 0
_DATA = Path(__file__).resolve().parents[2] / "data"
_MOST_LISTENERS = 12
_MAX_RESULTS = 40  # of one session: all models of two data sets, and some
_NOBODYS = {"language", "routed", "own"}  # of the state: what says nothing about anybody
_MAX_MADE = 60  # figures and the like: all pages of one data set


def dataset() -> Dataset:
    """The data set of this session: what was opened here last, else the first bundled example, until another is opened."""
    if "dataset" not in st.session_state:
        before = _recent().find(whose())
        if before is not None:
            st.session_state["answers"] = {key: dict(given) for key, given in before.answers.items()}
            open_files(before.files, before.choices)
        if "dataset" not in st.session_state:
            open_example(LISTENERS[0])
    return cast(Dataset, st.session_state["dataset"])


def uploads() -> tuple[Upload, ...]:
    """The files that the person gave last, whether or not they could be read."""
    return cast(tuple[Upload, ...], st.session_state.get("uploads", ()))


def reading() -> Reading | None:
    """What was understood of the files given last; None where an example is open."""
    return cast(Reading | None, st.session_state.get("reading"))


def choices() -> Choices:
    """What the person decided about the files given last."""
    return cast(Choices, st.session_state.get("choices", Choices()))


def is_new(files: Sequence[Upload]) -> bool:
    """Whether these files differ from those given last."""
    return bool(files) and _digest(files) != st.session_state.get("digest")


def open_example(listener: Listener) -> None:
    """Show a bundled simulated listener."""
    name = f"simulated_{listener.name}.csv"
    data = (_DATA / name).read_bytes()
    st.session_state.update(dataset=read([Upload(name, data)]), example=listener.name)
    _forget_files()
    _recent().forget(whose())


def open_files(files: Sequence[Upload], choices: Choices | None = None) -> None:
    """Read the person's files; what was open stays open when they cannot be read."""
    decided = choices or Choices()
    found = read_files(files, decided)
    st.session_state.update(uploads=tuple(files), digest=_digest(files), choices=decided, reading=found)
    if found.dataset is not None:
        st.session_state["dataset"] = found.dataset
        everybodys().leave(owner(), found.dataset.key)
        _keep()


def named() -> Named:
    """The tracks that the person's files name, which are read for them once."""
    return remember(("named", _digest(uploads())), lambda: named_tracks(uploads()))


def owner() -> str:
    """Whose jobs these are: nobody's in particular where the data are bundled; else this person's, browser's or session's."""
    data = st.session_state.get("dataset")
    if isinstance(data, Dataset) and data.simulated and not uploads():
        return ""
    return whose() or str(st.session_state.setdefault("session", uuid.uuid4().hex))


def whose() -> str:
    """Of whom the server remembers things: of whoever logged in; where nobody logs in, of this browser. Empty where that is not
    known. A person's name here is no browser's, so that no cookie can take it on.
    """
    if who.settings() is None:
        return _browser()
    person = who.person()
    return person.key if person else ""


def _browser() -> str:
    """What tells this browser from others: the token in Streamlit's own cookie against forged requests, without the mask that
    changes with every page (`2|mask|masked token|time`, both in hex). Empty where there is none, as outside a browser.
    """
    try:
        _, mask, masked, _ = st.context.cookies.get("_streamlit_xsrf", "").split("|")
        key = bytes.fromhex(mask)
        return bytes(one ^ key[place % len(key)] for place, one in enumerate(bytes.fromhex(masked))).hex()
    except (ValueError, ZeroDivisionError, TypeError):
        return ""


def everybody() -> dict[str, Dataset]:
    """Every listener of the person's files, of many those with the most ratings, as far as their lists can be read."""
    whose, files, decided = dataset(), uploads(), choices()
    counts = sorted(whose.listeners, key=lambda one: (-one[1], one[0]))
    names = [name for name, _ in counts][:_MOST_LISTENERS]
    if whose.listener not in names:
        names[-1:] = [whose.listener]
    column = next((entry.column for entry in whose.understood if entry.role == "listener"), "")

    def each() -> dict[str, Dataset]:
        found = {}
        for name in names:
            one = read_files(files, replace(decided, listener=f"{column}={name}" if column else name)).dataset
            if one is not None and one.listener == name:
                found[name] = one
        return found

    return remember((whose.key, "everybody", str(st.session_state.get("digest")), repr(decided), language()), each)


def language() -> str:
    """The language of this session: chosen, else the browser's where it is spoken here."""
    if "language" not in st.session_state:
        browser = (st.context.locale or "en").partition("-")[0]
        st.session_state["language"] = {"nn": "nb", "no": "nb"}.get(browser, browser if browser in LANGUAGES else "en")
    return cast(str, st.session_state["language"])


def speak() -> None:
    """Say everything that this run of a page says in the language of this session."""
    core.language.speak(language())


def change_language(chosen: str) -> None:
    """From now on this session speaks `chosen`; what was read is read again, since its notes are sentences too."""
    st.session_state["language"] = chosen
    speak()
    if uploads():
        open_files(uploads(), choices())
    elif "dataset" in st.session_state:
        open_example(next((one for one in LISTENERS if one.name == st.session_state.get("example")), LISTENERS[0]))


def detour(page: str) -> None:
    """A deep link to a server on which nobody opened a page yet runs that page's script without the router, and with a raw list
    of files beside it: go by the router first, which brings the person back here, with what the address asked, once they
    may see pages.
    """
    if not (st.session_state.get("routed") and who.may_pass()):
        st.session_state["wanted"] = (page, dict(st.query_params))
        st.switch_page("app.py")


def on_course() -> None:
    """The router has run, and let this person in; who made a detour by it goes on to their page."""
    st.session_state["routed"] = True
    if "wanted" in st.session_state:
        page, asked = st.session_state.pop("wanted")
        st.switch_page(page, query_params=asked)


def answers(dataset: Dataset) -> dict[str, str]:
    """What the person answered to the doubts about this data set (as `leaks.find` takes it)."""
    return dict(st.session_state.get("answers", {}).get(dataset.key, {}))


def answer(dataset: Dataset, doubt: str, chosen: str) -> None:
    """Keep an answer."""
    st.session_state.setdefault("answers", {}).setdefault(dataset.key, {})[doubt] = chosen
    _keep()


def doubts(dataset: Dataset) -> tuple[Finding, ...]:
    """All doubts about the file, with the answers that were given."""
    given = answers(dataset)
    return remember(
        (dataset.key, "doubts", order(dataset), str(sorted(given.items())), language()),
        lambda: find(dataset, answers=given),
    )


def order(dataset: Dataset) -> str:
    """The file's order: the one thing that the data set's key does not know."""
    return hashlib.sha256(dataset.file_order.tobytes()).hexdigest()


def remember(key: tuple[str, ...], compute: Callable[[], T]) -> T:
    """The result under `key` (which starts with the data set's key), computed once per session.

    Of too many, those go that were not asked for longest.
    """
    store = st.session_state.setdefault("results", {})
    found = store.pop(key) if key in store else compute()
    while len(store) >= _MAX_RESULTS:
        store.pop(next(iter(store)))
    store[key] = found
    return cast(T, found)


def recall(key: tuple[str, ...]) -> object | None:
    """The result under `key` if it was computed, else None."""
    return cast(object | None, st.session_state.get("results", {}).get(key))


def once(function: Callable[..., T], *arguments: object, **more: object) -> T:
    """What a function makes of these very arguments in this language, made once per session: figures, and what is worked out
    for them. To draw a page anew is most of what a change of page costs.

    Words and numbers are known by their value, all else by being the same object, so that nothing is taken for another; lists
    and the like that are new each time are made anew each time. Of too many, those go that were not asked for longest.
    """
    given = (*arguments, *more.values())
    key = (function.__module__, function.__qualname__, language(), tuple(more), *map(_identity, given))
    store = st.session_state.setdefault("made", {})
    # the arguments stay with what was made of them, so that no new object takes over the identity of one that went
    found = store.pop(key) if key in store else (function(*arguments, **more), given)
    while len(store) >= _MAX_MADE:
        store.pop(next(iter(store)))
    store[key] = found
    return cast(T, found[0])


def _identity(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_identity, value))
    return (type(value), value) if isinstance(value, (str, int, float, Palette, type(None))) else id(value)


def _keep() -> None:
    """A page that is loaded anew finds the files again, with what was decided and answered."""
    if uploads():
        _recent().keep(whose(), Opened(uploads(), choices(), st.session_state.get("answers", {})))


@st.cache_resource
def _recent() -> Recent:
    return Recent()


def forget_everything() -> None:
    """Nothing of this person stays in the session or in the server's memory but their language; the example opens again."""
    everybodys().forget_owner(owner())
    _recent().forget(whose())
    cleared = boxes() + 1
    for name in [str(name) for name in st.session_state if name not in _NOBODYS]:
        del st.session_state[name]
    st.session_state["boxes"] = cleared


def boxes() -> int:
    """How often everything was forgotten: an upload box under another key is empty."""
    return int(st.session_state.get("boxes", 0))


def files_are_gone() -> None:
    """The upload box is empty: the same files may be given again."""
    st.session_state["digest"] = None


def _forget_files() -> None:
    # The digest stays: the files still lie in the upload box and would be opened again at once.
    st.session_state.update(uploads=(), reading=None, choices=Choices())


def _digest(files: Sequence[Upload]) -> str:
    digest = hashlib.sha256()
    for upload in files:
        digest.update(len(upload.data).to_bytes(8, "big") + upload.data + upload.name.encode("utf-8", "replace"))
    return digest.hexdigest()
