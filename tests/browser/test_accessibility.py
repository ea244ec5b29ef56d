"""Every page by eyes that are weak, by ears alone, and by the keyboard alone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import go, settled
from tests.browser.screenshots import TITLES

GRAVE = {"serious", "critical"}


def violations(page: Page) -> list[str]:
    """What axe finds that is grave: the rule, and the elements that break it."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_every_page_can_be_read_by_all(browser: Browser, address: str, scheme: str, width: int) -> None:
    """axe finds no serious or critical violation (names of controls, contrast, roles, order of headings) on any page, light or
    dark; each chart is a figure with a sentence of more than three words as its name.
    """
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 1000})  # type: ignore[arg-type]
    page.goto(address)
    settled(page)
    found, charts = {}, {}
    for title in TITLES:
        if title != "Data":
            go(page, title)
        found[title], charts[title] = violations(page), names_of_charts(page)
    page.close()
    assert {title: grave for title, grave in found.items() if grave} == {}
    assert {title for title, names in charts.items() if not names} == {"Collect", "Method"}
    assert [name for names in charts.values() for name in names if len(name.split()) < 4] == []


def names_of_charts(page: Page) -> list[str]:
    """What a screen reader calls each chart."""
    charts = page.get_by_test_id("stPlotlyChart")
    assert page.locator('[data-testid="stPlotlyChart"][role="figure"]').count() == charts.count()
    return charts.evaluate_all("charts => charts.map(chart => chart.getAttribute('aria-label') ?? '')")


def test_the_keyboard_alone_goes_through_the_house(browser: Browser, address: str) -> None:
    """An example is opened and the next page reached with Tab and Enter alone, and what has the focus shows it."""
    page = browser.new_page()
    page.goto(address)
    settled(page)
    reach(page, "A listener without one")
    page.keyboard.press("Enter")
    settled(page)
    reach(page, "How do you rate?")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Ratings"))
    page.close()


def reach(page: Page, label: str) -> None:
    """Press Tab until what has the focus says `label`; fails where it is not reached, or does not show the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        lines = (page.evaluate("document.activeElement.innerText") or "").splitlines()
        if lines and len(lines) < 4 and lines[-1].startswith(label):  # an icon's name may stand before it
            break
    else:
        pytest.fail(f"the keyboard does not reach {label!r}")
    style = page.evaluate(
        "(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.boxShadow, s.borderColor] })()"
    )
    assert style[0] != "none" or style[1] != "none", f"{label} does not show that it has the focus"


def test_nothing_moves_for_who_wants_it_still(browser: Browser, address: str) -> None:
    """With reduced motion no animation or transition lasts longer than a frame."""
    page = browser.new_page(reduced_motion="reduce")
    page.goto(address)
    settled(page)
    slow = page.evaluate(
        """[...document.querySelectorAll('.stApp *')].filter(one => {
             const style = getComputedStyle(one);
             return [style.transitionDuration, style.animationDuration].some(
               times => times.split(',').some(time => parseFloat(time) > 0.02));
           }).map(one => one.className)"""
    )
    page.close()
    assert slow == []
