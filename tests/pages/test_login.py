"""Pages and the gate without a browser, where people log in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from app import PAGES
from pages.ui import who
from tests.conftest import ROOT
from tests.core.test_login import WHOLE


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that asks who people are."""
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)
    who.settings.cache_clear()
    yield
    who.settings.cache_clear()


@pytest.mark.parametrize("path", [path for path, _ in PAGES])
@pytest.mark.parametrize("state", [{}, {"routed": True}], ids=["cold", "routed"])
def test_a_page_by_itself_shows_nothing(path: str, state: dict[str, object]) -> None:
    """Without the router, as the first request of a server asks for it: it looks for the router (which is not there), and neither
    shows nor works anything out before; nor does it where the router has let somebody in before.
    """
    opened = AppTest.from_file(str(ROOT / path), default_timeout=60)
    for name, value in state.items():
        opened.session_state[name] = value
    opened.run()
    assert {element.type for element in (*opened.main, *opened.sidebar)} == {"main", "sidebar", "exception"}
    assert "dataset" not in opened.session_state


def test_the_router_shows_the_gate() -> None:
    """Whichever page is asked for; in the language of the session."""
    for path, _ in PAGES:
        opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        opened.session_state["language"] = "nb"
        opened.switch_page(path).run()
        assert not opened.exception
        assert [button.label for button in opened.button] == ["Logg inn"]
        assert [title.value for title in opened.title] == ["Hva driver smaken din?"]
        assert "dataset" not in opened.session_state
        assert "routed" not in opened.session_state


PART = """
import streamlit as st
from pages.ui import parts
if "before" in st.session_state:
    st.text("router")
    st.stop()
st.session_state["before"] = True
with parts.boundary("Part"):
    st.text("part")
"""


def test_a_part_of_a_page_goes_by_the_router_too() -> None:
    """What reruns without its page shows nothing to somebody whose login has ended: all is run anew."""
    opened = AppTest.from_string(PART).run()
    assert [text.value for text in opened.text] == ["router"]


def test_every_page_does_nothing_but_be_run() -> None:
    """A page's script makes names and calls `parts.run`, which goes by the router, and nothing else: no word, no work before."""
    for path, _ in PAGES:
        explained, *before, last = ast.parse((ROOT / path).read_text("utf-8")).body
        assert isinstance(explained, ast.Expr), path
        assert ast.unparse(last).startswith("parts.run("), path
        for node in before:
            if isinstance(node, ast.Assign):
                calls = [ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)]
                assert set(calls) <= {"mark"}, path
            else:
                assert isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef), path
