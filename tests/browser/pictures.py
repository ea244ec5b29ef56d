"""The pictures of the documentation, taken from the app itself: `make pictures`, or `python -m tests.browser.pictures [FOLDER]`.

Every picture is a window 1,200 pixels wide in the light theme, scrolled to what it shows, and kept small by a palette of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import FilePayload, Page

from core.words import EXAMPLES
from tests.browser.app import ROOT, browsing, go, serving, settled
from tests.core.audio.test_listening import recorded
from tests.core.audio.test_measure import clicks

FOLDER = ROOT / "docs" / "pictures"
WIDTH = 1200
COLOURS = 256
PATIENCE = 900  # seconds for one page, on a machine that has other work too
_SONGS = ("Paper Harbour - Slow Lantern", "Paper Harbour - Morning Ferry", "The Long Field - Northward")


@dataclass(frozen=True)
class Picture:
    """`under`: what the heading at the top of the picture stands above, as CSS; empty for the top of the page. height: pixels."""

    name: str
    page: str
    under: str = ""
    height: int = 760


# Of each bundled listener, in the order in which the pages are opened.
PICTURES = {
    "taste": (
        Picture("data", "Data"),
        Picture("ratings", "Ratings", height=860),
        Picture("features", "Features", height=900),
        Picture("features-together", "Features", ".st-key-chart-heatmap", 840),
        Picture("models", "Models", height=1240),
        Picture("drivers", "Drivers", height=1100),
        Picture("drivers-used", "Drivers", ".st-key-chart-beeswarm", 760),
        Picture("track", "Track", height=1440),
        Picture("track-what-if", "Track", ".st-key-chart-what-if", 800),
    ),
    "no_taste": (Picture("nothing", "Drivers", height=600),),
    "trap": (
        Picture("trap", "Data", '[class*="st-key-doubt-"]', 640),
        Picture("method", "Method", ".st-key-chart-staircase", 960),
    ),
}
HEARD = Picture("collect", "Collect", height=900)


def names() -> list[str]:
    """What the pictures are called."""
    return [picture.name for pictures in PICTURES.values() for picture in pictures] + [HEARD.name]


def main(folder: Path = FOLDER) -> None:
    """Write `<name>.png` for each picture, and take away what is no picture of ours any more."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving() as address, browsing() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": 760}, color_scheme="light")
        page.goto(address)
        settled(page)
        for name, content in _all(page):
            (folder / f"{name}.png").write_bytes(_small(content))
    for path in folder.glob("*.png"):
        if path.stem not in names():
            path.unlink()


def _all(page: Page) -> Iterator[tuple[str, bytes]]:
    """Each picture's name and content."""
    for listener, pictures in PICTURES.items():
        if listener != next(iter(PICTURES)):
            go(page, "Data")
            page.get_by_role("button", name=EXAMPLES[listener], exact=True).click()
            settled(page, PATIENCE)
        for picture in pictures:
            if not page.title().startswith(picture.page):
                go(page, picture.page, jobs=False)
            if picture.page == "Method":
                page.locator(".st-key-staircase button").click()
            settled(page, PATIENCE)
            yield picture.name, _taken(page, picture.under, picture.height)
    go(page, HEARD.page)
    songs = [FilePayload(name=f"{name}.wav", mimeType="audio/wav", buffer=recorded(clicks(70 + 25 * number, 6)))
             for number, name in enumerate(_SONGS)]  # fmt: skip
    page.locator('input[type="file"]').set_input_files(songs)
    page.wait_for_timeout(1000)
    settled(page)
    yield HEARD.name, _taken(page, HEARD.under, HEARD.height)


def _taken(page: Page, under: str, height: int) -> bytes:
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.evaluate(
        """under => {
            const main = document.querySelector('[data-testid="stMain"]');
            if (!under) { main.scrollTop = 0; return; }
            const place = document.querySelector(under);
            const before = [...main.querySelectorAll('h1, h2, h3')].filter(
                one => one.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING);
            main.scrollTop += before[before.length - 1].getBoundingClientRect().top - 70;
        }""",
        under,
    )
    page.mouse.move(0, 0)
    page.wait_for_timeout(900)  # charts follow a new width after a moment
    return page.screenshot()


def _small(content: bytes) -> bytes:
    """The same picture in few colours: the most frequent ones exactly, so that paper stays paper; each other as the nearest."""
    pixels = np.asarray(Image.open(BytesIO(content)).convert("RGB"))
    found, of_pixel, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    kept = found[np.argsort(-counts, kind="stable")[:COLOURS]].astype(int)
    nearest = np.array([np.argmin(((kept - colour) ** 2).sum(axis=1)) for colour in found.astype(int)], dtype=np.uint8)
    picture = Image.fromarray(nearest[of_pixel].reshape(pixels.shape[:2]))
    picture.putpalette(kept.astype(np.uint8).tobytes())
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
