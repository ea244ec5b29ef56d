"""Tracks without features: by id, from audio files, from Spotify."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.app import go, serving, settled
from tests.browser.person import HOSTILE, Person
from tests.conftest import table
from tests.core.audio.test_listening import recorded
from tests.core.audio.test_measure import clicks
from tests.core.sources.test_reccobeats import IDS, answer
from tests.fakes.both import beside
from tests.fakes.service import Service
from tests.fakes.service import serving as service
from tests.fakes.spotify import NAUGHTY, Spotify


def test_a_list_without_features_gets_them_by_id(browser: Browser, tmp_path: Path) -> None:
    """From the fault on the Data page to Collect, one press that asks the service, and back to a list that can be analysed;
    the browser itself asks nobody, and nothing was sent before the press.
    """
    rated = table(60).drop(columns=["energy", "valence", "tempo"]).assign(track_id=IDS[:60])
    with service(Service(answer)) as fake, serving(tmp_path / "log", EARPRINT_RECCOBEATS=fake.address) as address:
        person = Person(browser, address)
        person.open()
        person.give({"name": "mine.csv", "mimeType": "text/csv", "buffer": rated.to_csv(index=False).encode()})
        person.reads("No column describes how a track sounds")
        person.page.get_by_role("link", name="No features? Other sources know them by track id").click()
        person.reads("hold 60 ids")
        assert fake.asked == []
        person.page.get_by_role("button", name="Ask ReccoBeats").click()
        person.reads("Features of 54 tracks came")
        person.page.get_by_role("button", name="Add them to my files").click()
        person.reads("I read 54 rated tracks")
        assert not person.errors + person.foreign + person.dialogs


def test_audio_files_are_heard_in_the_browser(browser: Browser, address: str) -> None:
    """Three sounds and a broken file: a table of three, a sentence about the fourth; hostile names stay text; what is
    deleted does not come back.
    """
    sounds = {
        f"Band - <b>{HOSTILE[-20:]}</b> {n}.wav".replace("/", ""): recorded(clicks(100 + 10 * n, 6)) for n in range(3)
    }
    person = Person(browser, address)
    person.open("collect")
    person.give(
        *({"name": name, "mimeType": "audio/wav", "buffer": content} for name, content in sounds.items()),
        {"name": "broken.mp3", "mimeType": "audio/mpeg", "buffer": b"xx"},
    )
    person.reads("3 tracks to rate.")
    assert "I cannot hear broken.mp3: it is damaged" in person.text()
    person.reads("Kept on the machine where Earprint runs")
    person.page.get_by_role("button", name="Delete everything about me").click()
    person.page.get_by_role("button", name="Yes, delete it").click()
    settled(person.page)
    assert "tracks to rate" not in person.text()  # the box, which would give them again, is empty too
    assert "broken.mp3" not in person.page.content()
    assert not person.errors + person.foreign + person.dialogs


@pytest.fixture
def beside_spotify(tmp_path: Path) -> Iterator[tuple[str, Service]]:
    """An app of its own beside a Spotify and a ReccoBeats of ours; it writes to `log` in the test's folder."""
    with beside(Spotify(tracks=60)) as (settings, there), serving(tmp_path / "log", **settings) as address:
        yield address, there


def logged_in(browser: Browser, address: str, name: str) -> Person:
    """Somebody who logged in through Spotify's own page, and came back in a new tab."""
    person = Person(browser, address)
    person.open("collect")
    with person.context.expect_page() as opened:
        person.page.get_by_role("link", name="Log in with Spotify").click()
    person.page = opened.value
    person.page.get_by_text("Logged in as").wait_for(timeout=30_000)
    settled(person.page)
    assert f"<b>{name.title()}</b>" in person.text()
    assert "code=" not in person.page.url
    return person


def test_two_people_from_spotify_to_their_analyses(
    browser: Browser, beside_spotify: tuple[str, Service], tmp_path: Path
) -> None:
    """Each logs in, chooses a playlist, fetches, asks for features, leaves for good, comes back, rates and analyses; neither ever
    sees a name, a track or a token of the other.
    """
    address, _ = beside_spotify
    people = {name: logged_in(browser, address, name) for name in ("ann", "ben")}
    for name, person in people.items():
        person.choose("Which tracks?", f"List 3 of {name}")
        person.page.get_by_role("button", name="Fetch them").click()
        person.reads("57 tracks came, and stand in the table")
        person.page.get_by_role("button", name="Ask ReccoBeats").click()
        person.reads("Features of 57 tracks came")
        person.reads("Kept on the machine where Earprint runs")
        person.page.close()
    for name, person in people.items():
        person.page = person.context.new_page()  # a new session, which a cookie alone joins to the one before
        person.open("collect")
        person.reads("57 tracks to rate.")
        rate(person, 22)
        person.reads("22 have one so far")
        assert len({one["value"] for one in person.context.cookies() if one["name"] == "earprint_list"}) == 1
        person.page.reload()
        settled(person.page)
        person.reads("22 have one so far")
        person.page.get_by_role("button", name="Analyse them").click()
        person.reads("I read 22 rated tracks")
        if name == "ann":
            go(person.page, "Track")
            person.reads("I cannot tell your ratings from guessing")  # features drawn at random: the truth
            person.page.get_by_text("Look all the same").click()
            person.reads(f"of {name} {NAUGHTY}")  # as it is: names do nothing, here and in the table
        go(person.page, "Collect")
        other = "ben" if name == "ann" else "ann"
        assert f"of {other}" not in person.page.content()
        assert not person.errors + person.dialogs + person.foreign
    ann = people["ann"]
    ann.page.get_by_role("button", name="Delete everything about me").click()
    ann.page.get_by_role("button", name="Yes, delete it").click()
    settled(ann.page)
    for name, says in (("ann", ""), ("ben", "57 tracks to rate.")):
        people[name].page.reload()
        settled(people[name].page)
        assert ("tracks to rate." in people[name].text()) == bool(says)
    log = (tmp_path / "log").read_text()
    assert not [secret for secret in ("access-", "refresh-", "code-ann") if secret in log]


def rate(person: Person, number: int) -> None:
    """Type a rating for each of the first tracks of the table, as one goes down a column."""
    grid = person.page.locator('[data-testid="stDataFrame"] canvas').first
    names = grid.locator("th").all_inner_texts()
    column = next(place for place, name in enumerate(names) if "Your rating" in name)
    grid.click(position={"x": 20, "y": 35 + 17}, force=True)
    grid.locator('[data-testid="glide-cell-0-0"][aria-selected=true]').wait_for(state="attached")
    for place in range(column):
        person.page.keyboard.press("ArrowRight")
        grid.locator(f'[data-testid="glide-cell-{place + 1}-0"][aria-selected=true]').wait_for(state="attached")
    for row in range(number):
        person.page.keyboard.type(str(1 + row % 9))
        person.page.locator("#portal input").wait_for()  # at first the grid fetches its editor
        person.page.keyboard.press("Enter")
        grid.locator(f'[data-testid="glide-cell-{column}-{row + 1}"][aria-selected=true]').wait_for(state="attached")
    settled(person.page)


def test_a_login_of_another_browser_is_refused(browser: Browser, beside_spotify: tuple[str, Service]) -> None:
    """Who is sent the address with which somebody came back from Spotify is not logged in as them."""
    address, there = beside_spotify
    one, other = Person(browser, address), Person(browser, address)
    one.open("collect")
    login = str(one.page.get_by_role("link", name="Log in with Spotify").get_attribute("href"))
    state = parse_qs(urlsplit(login).query)["state"][0]
    other.open(f"collect?code=code-ann&state={state}")
    other.reads("This login was not begun here")
    assert "Logged in" not in other.text()
    assert there.asked == []
