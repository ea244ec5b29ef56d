"""The report in a real Chromium, opened from the disk, without a network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.language import speak
from core.pipeline import Analysis
from core.plots.style import LIGHT
from core.report import report
from core.text import one_line
from tests.attacks import ATTACKS
from tests.core.report.test_report import hostile

__all__ = ["hostile"]
PAPER = f"rgb({', '.join(str(int(LIGHT.paper[start : start + 2], 16)) for start in (1, 3, 5))})"


class Opened:
    """A report on the disk in a window of its own, whose every request and complaint is noticed."""

    def __init__(self, browser: Browser, path: Path, width: int = 1280, *, scripts: bool = True) -> None:
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark", java_script_enabled=scripts
        )
        self.context.set_offline(True)
        self.page: Page = self.context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        self.page.goto(path.as_uri())

    def draws_everything(self) -> None:
        """Every chart is there with ink on it, and nothing was asked for but the file."""
        charts = self.page.locator(".plot").count()
        expect(self.page.locator("figure.drawn")).to_have_count(charts, timeout=60_000)
        for number in range(charts):
            plot = self.page.locator(".plot").nth(number)
            assert plot.locator(".main-svg").count() > 0
            marks = plot.locator(".point, .points path, .lines path, .heatmaplayer image")
            assert marks.count() > 0, plot.get_attribute("id")
        assert [address for address in self.asked if not address.startswith("data:")] == [self.page.url]
        assert self.complaints == []


@pytest.fixture
def study(bach_analysis: Analysis, tmp_path: Path) -> Path:
    """The report of the study, as a file."""
    path = tmp_path / "report.html"
    path.write_text(report(bach_analysis), "utf-8")
    return path


@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (390, "nb")])
def test_every_chart_is_drawn_without_a_network(
    browser: Browser, bach_analysis: Analysis, tmp_path: Path, width: int, language: str
) -> None:
    """On paper whatever the system's theme, no wider than the window, titles of axes too; words for a chart give way."""
    path = tmp_path / "report.html"
    speak(language)
    path.write_text(report(bach_analysis), "utf-8")
    speak("en")
    seen = Opened(browser, path, width)
    seen.draws_everything()
    assert seen.page.locator(".plot").count() == 7
    expect(seen.page.locator("body")).to_have_css("background-color", PAPER)
    expect(seen.page.locator("html")).to_have_css("color-scheme", "light only")
    drawn = seen.page.locator(".plot .main-svg:first-child, .xtitle, .ytitle").all()
    assert len(drawn) > 14
    for one in drawn:
        box = one.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    for number in range(7):
        expect(seen.page.locator(".alternative").nth(number)).to_be_hidden()
    seen.context.close()


def test_it_prints(browser: Browser, study: Path) -> None:
    """Some pages, with the charts as drawings."""
    seen = Opened(browser, study)
    seen.draws_everything()
    printed = seen.page.pdf(prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 4 <= pages <= 12
    seen.context.close()


def test_without_scripts_words_and_tables_stand_for_the_charts(browser: Browser, study: Path) -> None:
    """The text alternatives are seen, and a table can be opened."""
    seen = Opened(browser, study, scripts=False)
    expect(seen.page.locator(".alternative").first).to_be_visible()
    assert seen.page.locator(".main-svg").count() == 0
    seen.page.get_by_text("As a table").first.click()
    expect(seen.page.get_by_role("cell", name="Average of four").first).to_be_visible()
    seen.context.close()


def test_titles_that_would_be_programs_are_read(browser: Browser, hostile: Analysis, tmp_path: Path) -> None:
    """They stand in the lists and charts as they were written; nothing of them runs or loads."""
    path = tmp_path / "report.html"
    path.write_text(report(hostile), "utf-8")
    seen = Opened(browser, path)
    seen.draws_everything()
    shown = seen.page.locator("table").nth(3).locator("td:first-child").all_inner_texts()
    starts = tuple(" ".join(one_line(attack).split())[:12] for attack in ATTACKS)
    assert len(shown) > 4
    assert [one for one in shown if not " ".join(one.split()).startswith(starts)] == []
    assert seen.page.locator("img, iframe, object, embed, link, a").count() == seen.page.locator(".modebar a").count()
    seen.context.close()


def test_a_null_list_shows_no_driver(browser: Browser, null_analysis: Analysis, tmp_path: Path) -> None:
    """It says that nothing was found, and draws no chart of drivers."""
    path = tmp_path / "report.html"
    path.write_text(report(null_analysis), "utf-8")
    seen = Opened(browser, path)
    seen.draws_everything()
    expect(seen.page.get_by_role("heading", name="I cannot tell your ratings from guessing.")).to_be_visible()
    assert seen.page.locator("#chart-drivers").count() == 0
    seen.context.close()
