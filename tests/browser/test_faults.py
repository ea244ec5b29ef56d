"""What becomes of somebody's page when the line breaks, the server goes, or they come twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sql
from playwright.sync_api import Browser, expect

from core.store import Kept, Store
from tests.bench.server import until_open
from tests.browser.app import Server, go, settled, started
from tests.browser.line import Line, laid
from tests.browser.person import Person, as_file
from tests.conftest import table
from tests.faults import LONG

OWN = "8" * 32
_SESSION = 60 if LONG else 5  # seconds that a session waits for its browser
_SHORT, _LONG = (30, 65) if LONG else (1, 7)


@pytest.fixture(scope="module")
def server(log: Path) -> Iterator[Server]:
    """An app whose sessions do not wait long."""
    with started(log=log, STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL=str(_SESSION)) as found:
        until_open(found)
        yield found


def given(person: Person, name: str = "list.csv", tracks: int = 60) -> None:
    """A list is open; nobody waited for the example's verdict."""
    if person.page.url == "about:blank":
        person.page.goto(person.address)
    settled(person.page, jobs=False)
    person.page.locator('input[type="file"]').set_input_files([as_file(table(tracks), name)])
    person.reads(f"I read {tracks} rated tracks")


def offline(person: Person, line: Line, seconds: float) -> None:
    """No net for so long; then the page is left to come back by itself."""
    app = person.page.get_by_test_id("stApp")
    line.cut()
    person.page.wait_for_timeout(1_000 * seconds)
    expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    line.mend()
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=60_000)
    settled(person.page, jobs=False)


@pytest.mark.fault(7)
def test_who_was_offline_goes_on_from_their_list(browser: Browser, server: Server, log: Path) -> None:
    """For a while: the session is as it was. For longer than it waits: another begins, in the browser's language, and finds the
    list again; the next step works both times.
    """
    with laid(server.port) as line:
        person = Person(browser, line.address)
        given(person)
        person.choose("Language", "Norsk")
        go(person.page, "Karakterer", jobs=False)
        offline(person, line, _SHORT)
        go(person.page, "Metode", jobs=False)
        go(person.page, "Karakterer", jobs=False)
        assert "60" in person.text()
        offline(person, line, _LONG)
        person.page.get_by_test_id("stSidebarNavLink").filter(has_text="Karakterer").click()
        person.reads("Your 60 ratings")
        go(person.page, "Data", jobs=False)
        person.reads("I read 60 rated tracks")
        assert "list.csv" in person.sidebar()
        person.sees_no_error()
        person.context.close()
    assert "Traceback" not in log.read_text()


@pytest.mark.fault(1)
@pytest.mark.fault(7)
def test_a_page_finds_the_server_that_was_started_again(browser: Browser, tmp_path: Path) -> None:
    """After `kill -9`: the page comes back by itself; what was collected is there; a file is asked for anew."""
    log = tmp_path / "log"
    database = f"sqlite:///{tmp_path / 'kept' / 'x.sqlite'}"
    kept = {f"id {n}": {"title": f"Track {n}", "artist": "Band", "tempo": 90.0 + n} for n in range(30)}
    Store(sql.create_engine(database)).save(OWN, Kept(kept, dict.fromkeys(kept, 7)))
    with started(log=log, EARPRINT_DATABASE=database) as server, laid(server.port) as line:
        until_open(server)
        person = Person(browser, line.address)
        person.context.add_cookies([{"name": "earprint_list", "value": OWN, "url": line.address}])
        given(person)
        go(person.page, "Collect", jobs=False)
        person.reads("30 tracks to rate.")
        server.process.kill()
        server.process.wait()
        line.cut()
        with started(log=log, EARPRINT_DATABASE=database) as again:
            until_open(again)
            line.port = again.port
            offline(person, line, 0)
            person.reads("30 have one so far")
            go(person.page, "Data", jobs=False)
            person.page.get_by_test_id("stMain").get_by_text("300 rated tracks").first.wait_for(timeout=60_000)
            given(person)
            person.sees_no_error()
            person.context.close()
    assert "Traceback" not in log.read_text()


@pytest.mark.fault(8)
def test_two_tabs_of_one_browser_share_the_work(browser: Browser, server: Server, log: Path) -> None:
    """The second finds the list and the work that the first began; where it opens another list, the first keeps its own, and both
    get what they asked for.
    """
    person = Person(browser, server.address)
    given(person)
    first = person.page
    go(first, "Models", jobs=False)
    second = person.page = person.context.new_page()
    person.open("models")
    assert "list.csv" in person.sidebar()
    assert len(person.charts()) > 0
    go(second, "Data", jobs=False)
    given(person, "other.csv", 40)
    go(second, "Ratings", jobs=False)
    assert "Your 40 ratings" in person.text()
    person.page = first
    settled(first)
    assert "list.csv" in person.sidebar()
    go(first, "Ratings", jobs=False)
    assert "Your 60 ratings" in person.text()
    person.sees_no_error()
    person.context.close()
    assert "Traceback" not in log.read_text()
