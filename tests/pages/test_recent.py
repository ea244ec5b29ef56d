"""What a browser opened last."""

from __future__ import annotations

from core.reading import Choices, Upload
from pages.ui.recent import Opened, Recent


def opened(name: str, size: int = 10) -> Opened:
    """One file."""
    return Opened((Upload(name, b"x" * size),), Choices())


def test_each_browser_has_its_own() -> None:
    """And one that is not known has nothing."""
    recent = Recent()
    recent.keep("a", opened("a.csv"))
    recent.keep("b", opened("b.csv"))
    recent.keep("", opened("nobody.csv"))
    assert recent.find("a") == opened("a.csv")
    recent.keep("a", opened("c.csv"))
    assert recent.find("a") == opened("c.csv")
    assert recent.find("") is None
    recent.forget("a")
    assert recent.find("a") is None
    assert recent.find("b") == opened("b.csv")


def test_it_goes_after_two_hours() -> None:
    """Counted from the last time that something was opened or decided."""
    now = [0.0]
    recent = Recent(lambda: now[0])
    recent.keep("a", opened("a.csv"))
    now[0] = 3_600
    recent.keep("a", opened("a.csv"))
    now[0] = 10_000
    assert recent.find("a") is not None
    now[0] = 11_000
    assert recent.find("a") is None


def test_the_memory_is_bounded() -> None:
    """The oldest go first; what is larger than all of it stays out."""
    recent = Recent(most=100)
    for name in "abc":
        recent.keep(name, opened(name, 40))
    assert [recent.find(name) is not None for name in "abc"] == [False, True, True]
    recent.keep("d", opened("d", 101))
    assert recent.find("d") is None
    assert recent.find("c") is not None
