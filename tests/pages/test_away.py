"""What can be taken away of a whole analysis is made of what the session has worked out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.language import LANGUAGES
from core.pipeline import Analysis
from core.report import report
from pages.ui import jobs, work
from tests.conftest import ROOT


def opened(path: str, found: Analysis, *, known: bool = True) -> AppTest:
    """One page, with this comparison and what else was found at hand."""
    key, own = found.dataset.key, found.verdict
    results = {(key, "evaluation", "0"): found.evaluation, (key, "evidence", "0"): own.evidence}
    if known:
        results[key, "drivers", str(not own.locked)] = found.drivers
        results[key, "biases", "", "()", "None", "0"] = found.biases
    bench = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    bench.session_state["dataset"], bench.session_state["results"] = found.dataset, results
    return bench.switch_page(path)


def downloads(bench: AppTest) -> list[str]:
    """The labels of the buttons that give the report and the card."""
    return [
        one.proto.label
        for one in bench.get("download_button")
        if one.proto.label.startswith(("The report", "The card"))
    ]


def _never(*_: object, **__: object) -> None:
    raise AssertionError("worked out twice")


@pytest.mark.parametrize("path", ["pages/4_models.py", "pages/7_method.py"])
def test_both_stand_at_the_end_once_everything_is_known(path: str, taste_analysis: Analysis) -> None:
    """The card as it will be, and two buttons; the words of the card are its text alternative."""
    bench = opened(path, taste_analysis).run()
    assert not bench.exception
    assert downloads(bench) == ["The report (HTML)", "The card (PNG)"]
    assert any(item.value == "All of this, to keep" for item in bench.header)
    bench.toggle(key="card-named").set_value(True).run()
    assert not bench.exception
    assert downloads(bench) == ["The report (HTML)", "The card (PNG)"]


def test_what_is_missing_is_worked_out_when_asked_for(taste_analysis: Analysis) -> None:
    """No work is begun for a report that nobody wants."""
    bench = opened("pages/7_method.py", taste_analysis, known=False).run()
    assert downloads(bench) == []
    bench.button(key="ask-analysis").click().run()
    assert not bench.exception
    assert downloads(bench) == ["The report (HTML)", "The card (PNG)"]


def test_the_report_of_a_long_list_is_a_job(taste_analysis: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made when it is asked for, not before, and in another process; then it is there."""
    monkeypatch.setattr(jobs, "SOON", 100)
    bench = opened("pages/7_method.py", taste_analysis).run()
    assert downloads(bench) == []
    bench.button(key="ask-analysis").click().run()
    assert not bench.exception
    assert downloads(bench) == ["The report (HTML)", "The card (PNG)"]
    made = [found for key, found in bench.session_state["results"].items() if "report" in key]
    assert made == [report(taste_analysis)]


def test_the_report_is_that_of_the_command_line(taste_analysis: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the button gives is made of the session's results, none worked out twice, in the session's language."""
    given: list[Callable[[], object]] = []
    monkeypatch.setattr(work, "_spoken", lambda make, kept=work._spoken: given.append(kept(make)) or given[-1])
    for name in ("evaluate", "gather", "tested", "audited"):
        monkeypatch.setattr(work, name, _never)
    for language in LANGUAGES:
        bench = opened("pages/7_method.py", taste_analysis)
        bench.session_state["language"] = language
        assert not bench.run().exception
    english, norwegian = (make() for make in given)
    assert '<html lang="nb">' in str(norwegian)
    assert english == report(taste_analysis)
