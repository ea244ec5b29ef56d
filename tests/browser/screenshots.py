"""Screenshots of every page, light and dark, wide and narrow: `python -m tests.browser.screenshots FOLDER [CSV ...]`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.app import browsing, go, serving, settled

TITLES = ("Data", "Collect", "Ratings", "Features", "Models", "Drivers", "Track", "Method")


def main(folder: Path, files: list[Path]) -> None:
    """Write `<page>-<theme>-<width>.png` into `folder`, of the files given, else of the bundled example."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving(folder / "server.log") as address, browsing() as browser:
        for scheme in ("light", "dark"):
            for width in (1440, 390):
                page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
                page.goto(address)
                settled(page)
                if files:
                    page.locator('input[type="file"]').set_input_files(files)
                    page.wait_for_timeout(1000)
                    settled(page)
                for title in TITLES:
                    if title != "Data":
                        go(page, title)
                    if width < 700 and page.locator('[data-testid="stSidebarCollapseButton"] button').is_visible():
                        page.locator('[data-testid="stSidebarCollapseButton"] button').click()
                    _grow(page, width)
                    page.screenshot(path=folder / f"{title.lower()}-{scheme}-{width}.png")
                    page.set_viewport_size({"width": width, "height": 1000})
                page.close()


def _grow(page: Page, width: int) -> None:
    """Streamlit scrolls inside its own box: make the window as high as the content."""
    height = page.evaluate("document.querySelector('[data-testid=\"stMain\"]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(int(height) + 20, 9000)})
    page.wait_for_timeout(900)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
