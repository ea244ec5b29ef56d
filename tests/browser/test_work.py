"""Long work in the app, as who waits for it sees it."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app import go, serving, settled
from tests.browser.person import Person, as_file
from tests.conftest import table

DONE = sys.maxsize  # where the page shows what was found, and no steps any more


@pytest.fixture(scope="module")
def address(log: Path) -> Iterator[str]:
    """An app that works for two at once, whoever else works on this machine."""
    with serving(log, EARPRINT_WORKERS="2") as found:
        yield found


def test_work_can_be_stopped(person: Person) -> None:
    """The stop button ends the comparison; the rest of the app answers; it can be started again."""
    person.open()
    person.give(as_file(table(120, seed=9)))
    person.page.locator('[data-testid="stSidebarNavLink"]').filter(has_text="Models").click()
    person.page.get_by_role("button", name="Stop this work").click(timeout=30_000)
    person.page.get_by_text("Stopped.").wait_for(timeout=30_000)
    go(person.page, "Ratings")
    assert "Your 120 ratings" in person.text()
    go(person.page, "Models")
    person.page.get_by_role("button", name="Start again").click()
    person.page.wait_for_timeout(1000)
    settled(person.page)
    assert len(person.charts()) == 6
    person.sees_no_error()


def begin(person: Person) -> None:
    """Give a list, and ask for its comparison."""
    person.open()
    person.give(as_file(table(300, seed=9)))
    person.reads("300 rated tracks")
    go(person.page, "Models", jobs=False)
    person.page.get_by_role("button", name="Stop this work").wait_for(timeout=30_000)


def compared(person: Person) -> int:
    """How many steps of the comparison the page says are done."""
    expect(person.page.get_by_text(re.compile("Getting ready|before yours"))).to_have_count(0, timeout=180_000)
    found = re.search(r"Comparing models: (\d+) of", person.text())
    return int(found[1]) if found else DONE


@pytest.mark.fault(8)
def test_work_goes_on_while_its_owner_is_away(browser: Browser, address: str) -> None:
    """Another page answers, and another person; after a reload the list is still open, and the work was not begun anew."""
    person, other = Person(browser, address), Person(browser, address)
    begin(person)
    person.page.get_by_text(re.compile("Comparing models: [1-9]")).wait_for(timeout=180_000)
    before = compared(person)
    assert before < DONE
    go(person.page, "Ratings", jobs=False)
    person.reads("Your 300 ratings", jobs=False)
    other.open("ratings")
    other.reads("of your ratings lie from")
    person.page.reload()
    person.reads("Your 300 ratings", jobs=False)
    go(person.page, "Models", jobs=False)
    assert compared(person) >= before
    settled(person.page)
    assert len(person.charts()) == 6
    person.sees_no_error()
    assert "list.csv" in person.page.content()
    assert "list.csv" not in other.page.content()
    for one in (person, other):
        one.context.close()


@pytest.mark.fault(2)
def test_a_worker_that_is_killed_is_replaced(person: Person, log: Path) -> None:
    """The person is told, and gets their result."""
    begin(person)
    for process in workers_of(person.address):
        os.kill(process, signal.SIGKILL)
    person.page.get_by_text("begun again, since its process had ended").wait_for(timeout=30_000)
    settled(person.page)
    assert len(person.charts()) == 6
    assert "worker lost" in log.read_text()
    person.sees_no_error()


def workers_of(address: str) -> list[int]:
    """The worker processes of the app at this address."""
    found: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            found[int(folder.name)] = parent, (folder / "cmdline").read_text().replace("\0", " ")
    port = address.rpartition(":")[2]
    return [
        process
        for process, (parent, command) in found.items()
        if "core.worker" in command and f"--server.port {port}" in found.get(parent, (0, ""))[1]
    ]
