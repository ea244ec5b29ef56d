"""What the tests in a browser share: a running app, a browser, and somebody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.app import browsing, serving
from tests.browser.person import Person


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server writes."""
    return tmp_path_factory.mktemp("server") / "server.log"


@pytest.fixture(scope="module")
def address(log: Path) -> Iterator[str]:
    """A running app."""
    with serving(log) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests; each opens a context of its own."""
    with browsing() as found:
        yield found


@pytest.fixture
def person(browser: Browser, address: str) -> Iterator[Person]:
    """Somebody with a light theme."""
    found = Person(browser, address)
    yield found
    found.context.close()
