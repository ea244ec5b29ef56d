"""A plugin that hears every sentence that is said in any test: none may hold a nan, `1 tracks` or an unrounded number, and
after a run of all tests every sentence of `core/words` must have been said.

`core.language` fills its templates in one place, which is replaced here by one that looks at what comes out. Values that come
from a file may be anything, so that only the figures among them are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from core import language
from tests.messages import FILES, ROOT, in_file

_FIGURE = re.compile(r"[\u2212+\-]?[\d.,\u00a0]+(?: ?%)?")
_UNFIT = re.compile(r"[\u2212+\-]?(?:nan|inf)(?: ?%)?", re.IGNORECASE)
_MOST_DIGITS = 10  # that count; the ends of a free scale are shown with seven, what arithmetic leaves has sixteen
_ONE = re.compile(
    r"(?<![\d.,\u2212\-–/])1 (?:tracks|ratings|rows|groups|features|models|artists|albums|works|folds|entries|cells|values|"
    r"listeners|columns|habits|questions|times|recordings|percentage points|others are)\b"
)
_said: set[str] = set()
_faults: list[str] = []
_fill = language._filled


def _is_unrounded(figure: str) -> bool:
    return "." in figure and len(re.sub(r"\D", "", figure).lstrip("0")) > _MOST_DIGITS


def _heard(message: str, values: Mapping[str, object]) -> str:
    shown = {name: str(value) for name, value in values.items()}
    unfit = [name for name, value in values.items() if isinstance(value, float) or _UNFIT.fullmatch(shown[name])]
    unfit += [name for name, value in shown.items() if _FIGURE.fullmatch(value) and _is_unrounded(value)]
    own = _fill(message, {name: value if _FIGURE.fullmatch(value) else "x" for name, value in shown.items()})
    if unfit or _ONE.search(own):
        _faults.append(f"{message!r} of {dict(values)!r}")
    _said.add(message)
    return _fill(message, values)


@pytest.fixture(autouse=True)
def listen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hear what one test says."""
    monkeypatch.setattr(language, "_filled", _heard)
    _faults.clear()
    yield
    assert not _faults, "said, and unfit to be read:\n" + "\n".join(_faults)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands over what it heard."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["said"] = sorted(_said)


def pytest_testnodedown(node: object) -> None:
    """What a worker heard, heard here."""
    _said.update(getattr(node, "workeroutput", {}).get("said", ()))


def never_said() -> list[str]:
    """Messages of `core/words` that no test has said, both forms of each plural counted as one."""
    return [
        f"{path.relative_to(ROOT)}:{line}: {message}"
        for path in FILES if path.parent.name == "words" for line, message in in_file(path)
        if not _said & ({message} if isinstance(message, str) else set(message))
    ]  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """After a run of all tests: what nobody has said is a fault."""
    whole = config.args == config.getini("testpaths") and not config.option.keyword and not config.option.markexpr
    if hasattr(config, "workeroutput") or not whole or config.option.collectonly:
        return
    silent = never_said()
    if silent:
        terminalreporter.section("sentences that no test has said", red=True)
        terminalreporter.write_line("\n".join(silent))
        terminalreporter._session.exitstatus = pytest.ExitCode.TESTS_FAILED
