"""The app in a real Chromium, as a person uses it."""

from __future__ import annotations

import io
import json
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sql
from playwright.sync_api import Browser, Locator, Page, Route

from core.plots.style import DARK, LIGHT
from core.store import Kept, Store
from tests.browser.app import browsing, go, serving, settled
from tests.conftest import table
from tests.core.audio.test_listening import recorded
from tests.core.audio.test_measure import clicks
from tests.core.sources.test_reccobeats import IDS, answer
from tests.core.test_export import BLNS
from tests.fakes.both import beside
from tests.fakes.service import Service
from tests.fakes.service import serving as service
from tests.fakes.spotify import NAUGHTY, Spotify

HOSTILE = "<b>x</b> ![i](http://x.test/i.png) [l](http://x.test) =1+1 :red[a] $y$ `c` <img src=http://x.test/b.png>"
PAGES = {"Ratings": 2, "Features": 5, "Models": 6, "Drivers": 6, "Track": 4, "Method": 0}
# Of every chart on the page: how many points it has, and how many marks stand on the screen.
DRAWN = """() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => ({
  points: plot.calcdata.reduce((sum, trace) => sum + trace.length, 0),
  marks: plot.querySelectorAll('.point, .points path, .lines path, .heatmaplayer image, .textpoint').length,
  ink: plot.layout.font.color}))"""


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


class Person:
    """A person with a fresh browser window, who notices every error and every foreign request."""

    def __init__(self, browser: Browser, address: str, scheme: str = "light") -> None:
        self.address, self.errors, self.foreign, self.dialogs = address, [], [], []
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
        self.page: Page = self.context.new_page()
        self.page.route("**/*", self._watch)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def _watch(self, route: Route) -> None:
        address = route.request.url
        if address.startswith((self.address, "data:", "blob:")):
            route.continue_()
        else:
            self.foreign.append(address)
            route.abort()

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.address}/{path}")
        settled(self.page)

    def give(self, *files: Path | dict) -> None:
        self.page.locator('input[type="file"]').set_input_files(list(files))
        self.page.wait_for_timeout(800)
        settled(self.page)

    def choose(self, box: str, typed: str) -> None:
        """Type into a box and take what it offers first."""
        found = self.page.get_by_role("combobox", name=box)
        found.fill(typed)
        self.page.get_by_role("option").filter(has_text=typed).first.wait_for()
        found.press("Enter")
        settled(self.page)

    def reads(self, words: str) -> None:
        """Wait until these words stand on the page: what a file says comes some time after it was given."""
        self.page.get_by_test_id("stMain").get_by_text(words).first.wait_for(timeout=60_000)
        settled(self.page)

    def text(self) -> str:
        return self.page.locator('[data-testid="stMain"]').inner_text()

    def sidebar(self) -> str:
        return self.page.locator('[data-testid="stSidebar"]').inner_text()

    def charts(self) -> list[dict]:
        return self.page.evaluate(DRAWN)

    def sees_no_error(self) -> None:
        assert self.page.locator('[data-testid="stException"]').count() == 0
        assert self.page.locator('[data-testid="stAlertContentError"]').count() == 0, self.text()
        assert (self.errors, self.foreign, self.dialogs) == ([], [], [])


@pytest.fixture
def person(browser: Browser, address: str) -> Iterator[Person]:
    """Somebody with a light theme."""
    found = Person(browser, address)
    yield found
    found.context.close()


def as_file(frame: object, name: str = "list.csv") -> dict:
    """A table as the browser uploads it."""
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False)  # type: ignore[attr-defined]
    return {"name": name, "mimeType": "text/csv", "buffer": buffer.getvalue().encode()}


def test_the_bach_study_from_upload_to_one_track(person: Person, bach_files: list[Path], log: Path) -> None:
    """The example's verdict without a click; two files in, their verdict with one; every page visited, every chart drawn with
    data, one track under two models, no error anywhere.
    """
    person.open()
    assert "drive your rating" in person.text()
    assert "Verdict: something, clearly" in person.sidebar()
    person.give(*bach_files)
    person.reads("100 rated tracks with 33 audio features")
    assert "by position" in person.text()
    assert "Verdict" not in person.sidebar(), "the example's verdict stands beside another list"
    person.sees_no_error()
    person.page.get_by_role("button", name="What drives my taste?").click()
    person.reads("Sound tells which pile, not the shade.")
    for title, number in PAGES.items():
        go(person.page, title)
        person.sees_no_error()
        charts = person.charts()
        assert len(charts) == number, title
        assert all(chart["points"] > 0 and chart["marks"] > 0 for chart in charts), (title, charts)
        if title == "Models":
            assert "Sound tells which pile, not the shade." in person.text()
    go(person.page, "Track")
    before = person.text()
    person.choose("Track", "Brandenburg")
    assert "Brandenburg" in person.text()
    assert person.text() != before
    assert person.text().count("without knowing your rating") == 2
    assert len(person.charts()) == 4
    person.sees_no_error()
    assert "Traceback" not in log.read_text()


def test_the_bundled_listener_without_a_taste(person: Person) -> None:
    """One click opens it; it is called simulated; the models page says that nothing can be told."""
    person.open()
    assert "Simulated listener" in person.text()
    person.page.get_by_role("button", name="A listener without one").click()
    settled(person.page)
    go(person.page, "Models")
    assert "I cannot tell your ratings from guessing." in person.text()
    assert "Simulated listener" in person.text()
    go(person.page, "Features")
    assert "No single feature goes together" in person.text()
    go(person.page, "Drivers")
    assert "There is nothing here that I could explain." in person.text()
    assert len(person.charts()) == 0
    person.sees_no_error()


def test_a_chart_can_be_taken_away_as_data(person: Person) -> None:
    """The link below a chart gives a CSV file with what the chart shows."""
    person.open("ratings")
    person.page.get_by_role("button", name="Take this chart away").click()
    with person.page.expect_download() as waiting:
        person.page.get_by_role("button", name="Data of this chart").click()
    lines = Path(waiting.value.path()).read_text().splitlines()
    assert waiting.value.suggested_filename == "earprint-ratings.csv"
    assert lines[0] == "low,high,label,count,expected"
    assert sum(int(line.split(",")[3]) for line in lines[1:]) == 300
    person.sees_no_error()
    with person.page.expect_download() as waiting:
        person.page.get_by_role("button", name="As a page").click()
    page = Path(waiting.value.path()).read_text()
    assert waiting.value.suggested_filename == "earprint-ratings.html"
    assert "Plotly.newPlot" in page
    assert 'src="http' not in page


def test_the_whole_analysis_can_be_taken_away(person: Person) -> None:
    """What is missing is worked out when asked for; then the report is a page and the card a picture, under names of theirs."""
    person.open("models")
    person.page.get_by_role("button", name="Put it together").click()
    person.page.get_by_role("button", name="The card (PNG)").wait_for(timeout=60_000)
    settled(person.page)
    for label, name, start in (
        ("The report", "earprint.html", b"<!doctype html>"),
        ("The card", "earprint.png", b"\x89PNG"),
    ):
        with person.page.expect_download() as waiting:
            person.page.get_by_role("button", name=label).click()
        assert waiting.value.suggested_filename == name
        assert Path(waiting.value.path()).read_bytes().startswith(start)
    assert "drive your rating" in (person.page.get_by_role("img", name="drive your rating").get_attribute("alt") or "")
    person.sees_no_error()


def test_an_example_replaces_an_upload(person: Person) -> None:
    """With files still in the upload box, the example's button opens the example; the box gives the files again."""
    person.open()
    person.give(as_file(table(60)))
    person.reads("60 rated tracks")
    person.page.get_by_role("button", name="A listener without one").click()
    settled(person.page)
    person.reads("300 rated tracks")
    assert "Simulated listener" in person.text()
    person.sees_no_error()


def test_a_deep_link_to_any_page_works_cold(browser: Browser, tmp_path: Path) -> None:
    """On a server that nobody has opened, a page asked for by its address answers with its sentence and charts."""
    with serving(tmp_path / "log") as fresh:
        person = Person(browser, fresh)
        person.open("ratings")
        assert "of your ratings lie from" in person.text()
        assert len(person.charts()) == 1
        names = person.page.locator('[data-testid="stSidebarNavLink"]').all_inner_texts()
        assert names == ["Data", "Collect", "Ratings", "Features", "Models", "Drivers", "Track", "Method"]
        person.sees_no_error()
        person.context.close()


def test_a_bad_file_shows_every_fault_and_loses_nothing(person: Person) -> None:
    """All faults at once with their rows; what was open stays open."""
    frame = table().astype(object)
    frame.loc[2, "rating"], frame.loc[3, "energy"] = "good", "loud"
    person.open()
    person.give(as_file(frame), {"name": "sheet.csv", "mimeType": "text/csv", "buffer": b"PK\x03\x04 not text"})
    shown = person.page.locator('[data-testid="stAlertContentError"]')
    assert shown.count() == 3
    told = " ".join(shown.all_inner_texts())
    assert "row 4" in told
    assert "row 5" in told
    assert "Excel" in told
    assert "Traceback" not in person.text()
    go(person.page, "Ratings")
    assert "300 ratings" in person.text()


def test_hostile_text_does_nothing(person: Person) -> None:
    """Titles, headers, listeners and a file's name of Markdown, HTML and formulas show as they were written, on every
    page, in sentences, boxes and the sidebar, and ask no other host for anything.
    """
    frame = table(90, user=[HOSTILE] * 50 + ["![b](http://x.test/u.png)"] * 40)
    frame[HOSTILE] = [n % 4 for n in range(90)]
    frame.loc[60, "track_name"] = HOSTILE
    frame.loc[60, ["rating", "energy"]] = [10, 0.0]
    person.open()
    person.give(as_file(frame, "<b>n</b>![i](http://x.test/n.png).csv"))
    person.reads("50 rated tracks")
    person.choose("Whose ratings?", "u.png")
    person.reads("40 rated tracks")
    person.page.get_by_text("Further choices").click()
    for title in PAGES:
        go(person.page, title)
    go(person.page, "Track")
    person.page.get_by_text("Look all the same").click()
    settled(person.page)
    person.choose("Track", "x.test")
    assert HOSTILE in person.text()
    person.sees_no_error()


ATTACKS = (
    "<iframe srcdoc=\"<script>parent.__p=1;parent.alert(1)</script>\">", "<img src=x onerror=\"window.__p=1;alert(2)\">",
    "<svg onload=alert(3)>", "</script><script>window.__p=1;alert(4)</script>", "[l](javascript:alert(5))",
    "![x](http://x.test/p.png)", "<style>@import 'http://x.test/s.css'</style>", "<link rel=prefetch href=http://x.test/l>",
    ":material/delete: :red-badge[x] :smile:", "{{constructor.constructor('alert(6)')()}}", "=HYPERLINK(\"http://x.test\",1)",
)  # fmt: skip


def test_naughty_strings_do_nothing_on_any_page(browser: Browser, tmp_path: Path) -> None:
    """515 of them (where they lie beside the project) and attacks as titles, artists and albums, of a list that was collected
    and, some in one, of a list that is analysed: on every page no dialog opens, no script runs and nobody else is asked; what is
    opened is as it was written.
    """
    strings = json.loads(BLNS.read_text()) if BLNS.exists() else [f"plain {n}" for n in range(515)]
    names = [*ATTACKS, *strings]
    database = f"sqlite:///{tmp_path / 'kept' / 'earprint.sqlite'}"
    known = {
        f"id {n}": {"title": name, "artist": name, "album": name, "tempo": 90.0 + n} for n, name in enumerate(names)
    }
    Store(sql.create_engine(database)).save("a" * 32, Kept(known, {"id 0": 7}))
    titles = [*ATTACKS, *(" ".join(names[at : at + 10]) for at in range(len(ATTACKS), len(names), 10))]
    frame = table(len(titles), track_name=titles, artist_name=titles, album_name=titles)
    with serving(tmp_path / "log", EARPRINT_DATABASE=database) as address:
        person = Person(browser, address)
        person.context.add_cookies([{"name": "earprint_list", "value": "a" * 32, "url": address}])
        person.open()
        person.give(as_file(frame))
        person.reads("rated tracks with 3 audio features")
        person.page.get_by_text("The tracks, as I understood them").click()
        settled(person.page)
        for title in (*PAGES, "Track"):
            go(person.page, title)
            if title == "Drivers" and (look := person.page.get_by_text("Look all the same", exact=True)).count():
                look.click()
                settled(person.page)
            person.sees_no_error()
        for attack in (ATTACKS[0], ATTACKS[1], ATTACKS[5], ATTACKS[8]):
            person.choose("Track", attack)
            assert attack in person.text()
        go(person.page, "Collect")
        person.reads(f"{len(names)} tracks to rate.")
        with person.page.expect_download() as waiting:
            person.page.get_by_role("button", name="Download everything about me").click()
        whole = json.loads(Path(waiting.value.path()).read_text("utf-8"))
        assert [one["title"] for one in whole["tracks"].values()] == names
        assert whole["opened_files"][0]["name"] == "list.csv"
        assert person.page.evaluate("window.__p") is None
        person.sees_no_error()
        person.page.get_by_role("button", name="Delete everything about me").click()
        person.page.get_by_role("button", name="Yes, delete it").click()
        settled(person.page)
        person.page.reload()
        settled(person.page)
        assert "tracks to rate" not in person.text()
        assert "list.csv" not in person.page.content()
        assert "Traceback" not in (tmp_path / "log").read_text()
        person.context.close()


def test_a_what_if_slider_is_moved_by_the_keyboard(person: Person) -> None:
    """The answer and the figure follow the slider, and the reset brings the track back as it is."""
    person.open("track")
    assert "as for the track as it is" in person.text()
    before = person.charts()
    slider = person.page.locator('[data-testid="stSlider"] input[type="range"]').first
    slider.press("Home" if int(slider.input_value()) > int(slider.get_attribute("max") or 0) / 2 else "End")
    person.page.get_by_text("as the track is").wait_for(timeout=10_000)
    settled(person.page)
    assert len(person.charts()) == len(before)
    person.page.get_by_role("button", name="Reset").click()
    person.page.get_by_text("as for the track as it is").wait_for(timeout=10_000)
    person.sees_no_error()


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


def test_work_goes_on_while_its_owner_is_away(browser: Browser, address: str) -> None:
    """Another page answers, and another person; after a reload the list is still open, and the work was not begun anew."""
    person, other = Person(browser, address), Person(browser, address)
    begin(person)
    go(person.page, "Ratings", jobs=False)
    assert "Your 300 ratings" in person.text()
    other.open("ratings")
    assert "of your ratings lie from" in other.text()
    person.page.reload()
    settled(person.page, jobs=False)
    assert "Your 300 ratings" in person.text()
    go(person.page, "Models", jobs=False)
    assert "Comparing models: 0 of" not in person.text()
    settled(person.page)
    assert len(person.charts()) == 6
    person.sees_no_error()
    assert "list.csv" in person.page.content()
    assert "list.csv" not in other.page.content()
    for one in (person, other):
        one.context.close()


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


@pytest.mark.parametrize(("scheme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_charts_follow_the_theme(browser: Browser, address: str, scheme: str, palette: object) -> None:
    """Ink and paper are those of the theme that the person's system asks for."""
    person = Person(browser, address, scheme)
    person.open("features")
    assert {chart["ink"] for chart in person.charts()} == {palette.ink}  # type: ignore[attr-defined]
    person.context.close()


def test_nobody_sees_anothers_list(browser: Browser, address: str) -> None:
    """What one person uploads, another's window never shows: not before they give a list of their own, not in what they take
    away, and not while both go from page to page.
    """
    people = {name: Person(browser, address) for name in ("heron", "kestrel")}
    for person in people.values():
        person.open()
    for name, person in people.items():
        person.give(as_file(table(60, track_name=[f"{name} {n}" for n in range(60)], artist_name=name), f"{name}.csv"))
        person.reads("60 rated tracks")
        for other in people.keys() - {name}:
            assert name not in people[other].page.content()
    for title in ("Ratings", "Collect", "Method", "Data"):
        for name, person in people.items():
            go(person.page, title, jobs=False)
            (other,) = people.keys() - {name}
            assert f"{name}.csv" in person.sidebar()
            assert other not in person.page.content()
            if title == "Collect":
                with person.page.expect_download() as waiting:
                    person.page.get_by_role("button", name="Download everything about me").click()
                whole = Path(waiting.value.path()).read_text()
                assert f"{name}.csv" in whole
                assert other not in whole
    for person in people.values():
        person.sees_no_error()
        person.context.close()


def test_a_column_is_changed_in_the_table(person: Person) -> None:
    """A person opens a cell of the table of columns, chooses another role, reads again, and undoes it."""
    person.open()
    person.give(as_file(table(60)))
    person.reads("60 rated tracks with 3 audio features")
    grid = person.page.locator('[data-testid="stDataFrame"] canvas').first

    def cell(column: int, state: str = "") -> Locator:  # of the first feature's row, as a screen reader is told of it
        return grid.locator(f'[data-testid="glide-cell-{column}-1"]{state}')

    grid.click(position={"x": 30, "y": 35 + 35 + 17}, force=True)
    cell(0, "[aria-selected=true]").wait_for(state="attached")
    person.page.keyboard.press("ArrowRight")
    cell(1, "[aria-selected=true]").wait_for(state="attached")
    person.page.keyboard.press("Enter")
    editor = person.page.locator("#portal input")
    editor.wait_for(state="attached")
    editor.fill("left out")
    person.page.locator("#portal").get_by_role("option", name="left out").wait_for()
    editor.press("Enter")
    cell(1).filter(has_text="left out").wait_for(state="attached")
    settled(person.page)  # the form takes a change over a moment after its cell
    person.page.get_by_role("button", name="Read again").click()
    settled(person.page)
    person.reads("60 rated tracks with 2 audio features")
    person.page.get_by_role("button", name="Undo all my changes").click()
    settled(person.page)
    person.reads("60 rated tracks with 3 audio features")
    person.sees_no_error()


def test_the_cleaned_list_is_the_same_list(person: Person, tmp_path: Path) -> None:
    """Rows that cannot be read go at one click; what is left is taken away as a file that reads back."""
    frame = table(60).astype(object)
    frame.loc[2, "rating"] = "good"
    person.open()
    person.give(as_file(frame))
    person.page.get_by_role("button", name="Go on without this 1 row").click()
    settled(person.page)
    person.reads("59 rated tracks")
    person.page.get_by_text("The tracks, as I understood them").click()
    settled(person.page)  # the table is drawn, and what lies below it moves no more
    with person.page.expect_download() as waiting:
        person.page.get_by_role("button", name="The cleaned list").click()
    cleaned = tmp_path / "cleaned.csv"
    waiting.value.save_as(cleaned)
    person.open()
    person.give(cleaned)
    assert "Earprint's cleaned list" in person.text()
    person.reads("59 rated tracks with 3 audio features")
    person.sees_no_error()


def test_two_people_read_each_their_own_language(browser: Browser, address: str) -> None:
    """One chooses Norwegian in the sidebar, and keeps it on every page and in a fragment; the other goes on in English."""
    one, other = Person(browser, address), Person(browser, address)
    one.open()
    other.open()
    one.choose("Language · Språk", "Norsk")
    one.reads("Hva driver smaken din?")
    other.page.reload()
    other.reads("What drives your taste?")
    for page, words in (
        ("Karakterer", "karakterene dine"),
        ("Egenskaper", "Rangkorrelasjoner"),
        ("Metode", "Hvert tall her"),
    ):
        go(one.page, page)
        if page != "Egenskaper":
            one.reads(words)
    go(other.page, "Ratings")
    other.reads("of your ratings lie from")
    assert not one.errors + other.errors
    assert not one.foreign + other.foreign


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
    person.context.on("request", lambda asked: person.foreign.append(asked.url) if "x.test" in asked.url else None)
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
