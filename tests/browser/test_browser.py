"""The app in a real Chromium, as a person uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator

from core.plots.style import DARK, LIGHT
from tests.browser.app import go, serving, settled
from tests.browser.person import PAGES, Person, as_file
from tests.conftest import table


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


@pytest.mark.parametrize(("scheme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_charts_follow_the_theme(browser: Browser, address: str, scheme: str, palette: object) -> None:
    """Ink and paper are those of the theme that the person's system asks for."""
    person = Person(browser, address, scheme)
    person.open("features")
    assert {chart["ink"] for chart in person.charts()} == {palette.ink}  # type: ignore[attr-defined]
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
