"""Somebody at a browser, and what they give it."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.browser.app import settled

HOSTILE = "<b>x</b> ![i](http://x.test/i.png) [l](http://x.test) =1+1 :red[a] $y$ `c` <img src=http://x.test/b.png>"
PAGES = {"Ratings": 2, "Features": 5, "Models": 6, "Drivers": 6, "Track": 4, "Method": 0}
# Of every chart on the page: how many points it has, and how many marks stand on the screen.
DRAWN = """() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => ({
  points: plot.calcdata.reduce((sum, trace) => sum + trace.length, 0),
  marks: plot.querySelectorAll('.point, .points path, .lines path, .heatmaplayer image, .textpoint').length,
  ink: plot.layout.font.color}))"""


class Person:
    """A person with a fresh browser window, who notices every error and every foreign request."""

    def __init__(self, browser: Browser, address: str, scheme: str = "light") -> None:
        self.address, self.errors, self.foreign, self.dialogs = address, [], [], []
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
        self.context.on("request", self._watch)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.on("console", self._hear)
        self.context.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.page: Page = self.context.new_page()

    def _watch(self, request: Request) -> None:
        """Nobody but this machine is asked; the browser reaches nobody else (`tests.browser.app.QUIET`)."""
        place = urlsplit(request.url)
        if place.scheme not in {"data", "blob"} and place.hostname not in {"127.0.0.1", "localhost"}:
            self.foreign.append(request.url)

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:  # a part of the page that its own policy keeps out
            self.errors.append(message.text)

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
        found.click()
        found.fill(typed)
        self.page.get_by_role("option").filter(has_text=typed).first.wait_for()
        found.press("Enter")
        settled(self.page)

    def reads(self, words: str, *, jobs: bool = True) -> None:
        """Wait until these words stand on the page: what a file says comes some time after it was given."""
        self.page.get_by_test_id("stMain").get_by_text(words).first.wait_for(timeout=180_000)
        settled(self.page, jobs=jobs)

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


def as_file(frame: object, name: str = "list.csv") -> dict:
    """A table as the browser uploads it."""
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False)  # type: ignore[attr-defined]
    return {"name": name, "mimeType": "text/csv", "buffer": buffer.getvalue().encode()}
