"""What a person waits for: the first page, another page, a slider."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np
from playwright.sync_api import Page

from tests.bench.fitting import BUNDLED
from tests.bench.server import APP, EMPTY, serving, started, until_open
from tests.bench.session import Session
from tests.bench.table import Row, at_most, plain

_STARTS = 5
_ROUNDS = 6
MOVES = 30
VISITED = ("Ratings", "Features", "Models", "Drivers", "Track", "Data")
# From a click on a page's link to the first frame in which another page's finding stands there, and to the first in which all of
# it ran to its end with its charts drawn; milliseconds.
_SWITCH = """title => new Promise(done => {
  const link = [...document.querySelectorAll('[data-testid="stSidebarNavLink"]')].find(a => a.innerText.trim() === title);
  const before = document.title, start = performance.now(), heading = document.querySelector('h1').innerText;
  let finding = 0;
  const there = () => document.title !== before
    && document.querySelector('[data-testid="stApp"]').dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid="stSkeleton"]')
    && [...document.querySelectorAll('[data-testid="stPlotlyChart"]')].every(chart => chart.querySelector('.main-svg'));
  const step = () => {
    const now = document.querySelector('h1');
    if (!finding && document.title !== before && now && now.innerText !== heading) finding = performance.now() - start;
    there() ? done([finding, performance.now() - start]) : requestAnimationFrame(step);
  };
  link.click();
  requestAnimationFrame(step);
})"""
# From each arrow key to the first frame in which the what-if figure holds other numbers, in milliseconds.
_STOPWATCH = """() => {
  const look = () => JSON.stringify(
    (document.querySelector('.st-key-chart-what-if .js-plotly-plot')?.calcdata ?? []).map(t => t.map(p => [p.p, p.s, p.x])));
  window.waits = [];
  document.addEventListener('keydown', event => {
    const start = performance.now(), before = look();
    const step = () => look() === before ? requestAnimationFrame(step) : window.waits.push(performance.now() - start);
    step();
  }, true);
}"""


def starting(_: list[Path]) -> Iterator[Row]:
    """From the process's start to the end of the first page's script, in a client that asked at once."""
    ours, empty = [], []
    for _turn in range(_STARTS):
        ours.append(_first_page(APP))
        empty.append(_first_page(EMPTY))
    yield at_most(
        "first page after `streamlit run app.py`; wall clock, median", f"{median(ours):.2f} s",
        f"an empty app: {median(empty):.2f} s", median(ours) / median(empty), 1.5, "within 1.5 times",
    )  # fmt: skip


def _first_page(script: Path) -> float:
    async def ask(address: str) -> None:
        session = await Session.open(address)
        await session.run()
        await session.close()

    with started(script) as server:
        until_open(server)
        asyncio.run(ask(server.address))
        return time.perf_counter() - server.started


def switching(_: list[Path]) -> Iterator[Row]:
    """In Chromium, with results that exist; between each two pages, the same in an app of two empty ones."""
    from tests.browser.app import browsing, settled

    with serving() as server, serving(EMPTY) as bare, browsing() as browser:
        ours, empty = (browser.new_page(viewport={"width": 1440, "height": 1000}) for _ in range(2))
        for page, address in ((ours, server.address), (empty, bare.address)):
            page.goto(address)
            settled(page)
        for title in VISITED:
            ours.evaluate(_SWITCH, title)
            settled(ours)
        waits: dict[str, list[list[float]]] = {title: [] for title in VISITED}
        nothing = []
        for turn in range(_ROUNDS):
            for number, title in enumerate(VISITED):
                nothing.append(_switch(empty, ("Two", "One")[(turn * len(VISITED) + number) % 2]))
                waits[title].append(_switch(ours, title))
    bare, bare_whole = map(median, zip(*nothing, strict=True))
    finding, _ = map(median, zip(*(both for found in waits.values() for both in found), strict=True))
    yield at_most(
        "switching to a page whose results exist, until its finding stands there, in Chromium; all pages, median",
        f"{finding:.0f} ms", f"between two empty pages: {bare:.0f} ms", finding / bare, 2, "within 2 times",
    )  # fmt: skip
    for title, found in waits.items():
        finding, whole = map(median, zip(*found, strict=True))
        yield plain(
            f"switching to {title}: until its finding stands there, and until all its charts are drawn; median",
            f"{finding:.0f} ms, {whole:.0f} ms", f"an empty page: {bare:.0f} ms, {bare_whole:.0f} ms", whole / bare_whole,
        )  # fmt: skip


def _switch(page: Page, title: str) -> list[float]:
    page.bring_to_front()  # frames are not drawn, nor counted, behind another page
    page.wait_for_timeout(500)
    return [float(wait) for wait in page.evaluate(_SWITCH, title)]


def slider(files: list[Path]) -> Iterator[Row]:
    """On the Track page, from a key on a what-if slider to the redrawn figure, in Chromium."""
    from tests.browser.app import browsing, go, settled

    with serving() as server, browsing() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(server.address)
        settled(page)
        page.locator('input[type="file"]').set_input_files(files or [BUNDLED])
        page.wait_for_timeout(1000)
        settled(page)
        go(page, "Track")
        thumbs = page.locator('[data-testid="stSlider"] input[type="range"]').all()
        thumb = next(one for one in thumbs if int(one.get_attribute("max") or 0) > MOVES)
        thumb.scroll_into_view_if_needed()
        thumb.press("Home")  # so that every key moves it
        settled(page)
        page.evaluate(_STOPWATCH)
        for number in range(MOVES):
            thumb.press("ArrowRight")
            page.wait_for_timeout(300)
            for _tick in range(
                200
            ):  # the page lets nobody evaluate text in it, so that Playwright cannot wait there itself
                if page.evaluate("window.waits.length") > number:
                    break
                page.wait_for_timeout(100)
        waits = np.array(page.evaluate("window.waits"))
    middle, slow = np.percentile(waits, [50, 95])
    yield plain(
        f"a what-if slider, key to redrawn figure in Chromium, {MOVES} moves",
        f"median {middle:.0f} ms, 95 % {slow:.0f} ms",
    )
