"""Pages by Streamlit's own test bench: each shows its sentences and charts, and faults stay sentences."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import app
from core.dataset import Dataset
from core.errors import InputError
from core.evaluate import Evaluation
from core.reading import Choices, Upload
from core.simulate import LISTENERS
from pages.ui import parts, session
from tests.conftest import ROOT, dataset, table, upload

OPEN = [path for path, _ in app.PAGES]
HOSTILE = "<b>x</b> ![i](http://x.test/i.png) =1+1 :red[a] $y$"


@pytest.fixture(scope="module")
def results(taste: Dataset, taste_evaluation: Evaluation) -> dict[tuple[str, ...], object]:
    """What sessions computed so far; shared by the tests of this file, since the same data give the same results."""
    return {(taste.key, "evaluation", "0"): taste_evaluation}


@pytest.fixture
def page(taste: Dataset, results: dict[tuple[str, ...], object]) -> Callable[[str], AppTest]:
    """Open one page alone, with the bundled listener and the comparison of its models at hand."""

    def opened(path: str, data: Dataset = taste) -> AppTest:
        bench = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        bench.session_state["dataset"] = data
        bench.session_state["results"] = results
        return bench.switch_page(path)

    return opened


def charts(bench: AppTest) -> int:
    """The number of charts on the page."""
    return len(bench.get("plotly_chart"))


@pytest.mark.parametrize(
    ("path", "drawn"), [("1_data", 0), ("2_ratings", 1), ("3_features", 3), ("4_models", 5), ("5_drivers", 2),
                        ("6_track", 3), ("7_method", 0)],
)  # fmt: skip
def test_every_page_runs_and_draws(page: Callable[[str], AppTest], path: str, drawn: int) -> None:
    """No exception, no error, a headline, and as many charts as the page has."""
    bench = page(f"pages/{path}.py").run()
    assert not bench.exception
    assert not bench.error
    assert len(bench.title) == 1
    assert charts(bench) == drawn


def test_the_router_opens_the_example() -> None:
    """The first page shows the bundled listener, and says that it is simulated."""
    bench = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not bench.exception
    assert "Simulated listener" in bench.info[0].value
    assert any("300 rated tracks" in item.value for item in bench.header)


@pytest.mark.parametrize("path", [path for path in OPEN if "data" not in path and "method" not in path])
def test_simulated_listeners_are_called_so_wherever_they_are_shown(page: Callable[[str], AppTest], path: str) -> None:
    """Every page with figures of an invented listener says so; of a real one it does not."""
    bench = page(path)
    session_data = bench.session_state["dataset"]
    from dataclasses import replace

    bench.session_state["dataset"] = replace(session_data, simulated=LISTENERS[0].description)
    assert any("Simulated listener" in item.value for item in bench.run().info)
    bench.session_state["dataset"] = replace(session_data, simulated="")
    assert not any("Simulated listener" in item.value for item in bench.run().info)


def test_the_other_example_opens_with_one_click() -> None:
    """The listener without a taste replaces the first."""
    bench = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    bench.button(key="example-no_taste").click().run()
    assert bench.session_state["dataset"].name == "simulated_no_taste.csv"
    assert not bench.exception


def test_a_bug_becomes_a_sentence_with_a_number(
    page: Callable[[str], AppTest], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The page shows an incident, never what went wrong inside; the log has the traceback under the same number."""

    def broken(*_: object) -> None:
        raise RuntimeError("secret-canary")

    monkeypatch.setattr("pages.ui.work.scale_use", broken)
    with caplog.at_level(logging.ERROR, "earprint"):
        bench = page("pages/2_ratings.py")
        bench.session_state["results"] = {}
        bench.run()
    assert not bench.exception
    shown = bench.error[0].value
    assert "secret-canary" not in shown
    number = shown.split("incident ")[1][:8]
    assert number in caplog.text
    assert "secret-canary" in caplog.text


def test_faults_keep_what_was_open(page: Callable[[str], AppTest], taste: Dataset) -> None:
    """A file that cannot be read shows every fault, and the data that were open stay."""
    bench = page("pages/1_data.py")
    frame = table().astype(object)
    frame.loc[2, "rating"], frame.loc[3, "energy"] = "good", "loud"
    bench.session_state["uploads"] = (upload(frame, "bad.csv"),)
    try:
        dataset(frame)
    except InputError as error:
        bench.session_state["faults"] = error.faults
    bench.run()
    assert not bench.exception
    assert len(bench.error) == 2
    assert any("row 4" in item.value for item in bench.error)
    assert f"Still open, unchanged: {taste.name}" in [item.value for item in bench.text]


def test_groups_that_allow_no_folds_are_a_sentence(page: Callable[[str], AppTest]) -> None:
    """What the data do not allow is told as theirs, with a way to mend it, not as a bug."""
    from core.reading import read

    few = read([upload(table(60, artist_name=["A", "B", "C"] * 20))], Choices(group="artist_name"))
    bench = page("pages/4_models.py", few).run()
    assert not bench.exception
    assert len(bench.error) == 1
    assert "3 groups" in bench.error[0].value
    assert "incident" not in bench.error[0].value


def test_tracks_of_one_title_can_all_be_opened(page: Callable[[str], AppTest]) -> None:
    """Equal titles get labels of their own, so that each option opens its own track."""
    data = dataset(table(60, track_name="Same", artist_name="Same", rating=[n % 3 + 5 for n in range(60)], seed=4))
    bench = page("pages/6_track.py", data).run()
    options = bench.selectbox(key="track").options
    assert len(set(options)) == 60


def test_columns_can_be_chosen_by_hand(page: Callable[[str], AppTest]) -> None:
    """Another rating column is read from the same files."""
    bench = page("pages/1_data.py")
    frame = table(Enjoyment=[n % 5 + 1 for n in range(40)])
    bench.session_state["uploads"], bench.session_state["headers"] = (upload(frame),), list(frame.columns)
    bench.run()
    bench.selectbox(key="choose-rating").select("Enjoyment")
    bench.button[-1].click().run()
    assert not bench.exception
    assert bench.session_state["dataset"].rating_column == "Enjoyment"


def test_hostile_titles_are_escaped_on_the_track_page(page: Callable[[str], AppTest]) -> None:
    """A title that would be Markdown arrives with every mark escaped."""
    data = dataset(table(60, track_name=HOSTILE))
    bench = page("pages/6_track.py", data).run()
    assert not bench.exception
    assert any(HOSTILE in item.value for item in bench.text)  # to the letter, where nothing is read as Markdown
    for item in (*bench.markdown, *bench.title, *bench.header, *bench.caption):
        assert "![" not in item.value
        assert "<b>" not in item.value


def test_choosing_another_track_changes_the_headline(page: Callable[[str], AppTest]) -> None:
    """Any track can be opened by its title."""
    bench = page("pages/6_track.py").run()
    before = bench.text[0].value
    bench.selectbox(key="track").select_index(7).run()
    assert not bench.exception
    assert bench.text[0].value != before


def test_models_can_be_chosen(page: Callable[[str], AppTest]) -> None:
    """Four models side by side, or one explained."""
    bench = page("pages/4_models.py").run()
    bench.multiselect(key="predicted-models").set_value(["ridge", "lightgbm", "average"]).run()
    assert charts(bench) == 6
    bench = page("pages/5_drivers.py").run()
    bench.selectbox(key="driver-model").select("ridge").run()
    assert "Ridge leans most on" in bench.title[0].value


def test_stopping_is_remembered_until_started_again(page: Callable[[str], AppTest]) -> None:
    """A stopped comparison does not start by itself."""
    bench = page("pages/4_models.py")
    bench.session_state["results"] = {}
    bench.session_state["stopped"] = (bench.session_state["dataset"].key, "evaluation", "0")
    bench.run()
    assert not bench.exception
    assert "Stopped" in bench.info[0].value
    assert charts(bench) == 0


def test_exports_hold_no_formula() -> None:
    """Text that a spreadsheet would run gets a quote before it; numbers stay."""
    import pandas as pd

    frame = pd.DataFrame({"track": ["=1+1", "+a", "-b", "@c", "\td", "fine", "a=b"], "value": [-1.5, 2, 3, 4, 5, 6, 7]})
    lines = parts.csv_of(frame).decode().splitlines()
    assert lines[1:] == ["'=1+1,-1.5", "'+a,2.0", "'-b,3.0", "'@c,4.0", "'\td,5.0", "fine,6.0", "a=b,7.0"]


def test_the_store_of_results_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest results go when a session has many, and nothing is computed twice before."""
    state: dict[str, object] = {}
    monkeypatch.setattr(session.st, "session_state", state)
    made: list[int] = []

    def compute(number: int) -> int:
        made.append(number)
        return number

    for number in (*range(50), 49):
        session.remember(("key", str(number)), lambda number=number: compute(number))  # type: ignore[misc]
    assert made == list(range(50))
    assert len(state["results"]) == 40  # type: ignore[arg-type]
    assert session.recall(("key", "49")) == 49
    assert session.recall(("key", "0")) is None


def test_the_same_files_are_not_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are known by their content, and a new choice of columns keeps them."""
    state: dict[str, object] = {}
    monkeypatch.setattr(session.st, "session_state", state)
    files = [upload(table())]
    assert session.is_new(files)
    session.open_files(files)
    assert not session.is_new([Upload("list.csv", files[0].data)])
    assert session.is_new([upload(table(seed=2))])
    session.open_files(files, Choices(rating="nothing"))
    assert session.faults()
    assert isinstance(session.dataset(), Dataset)


def test_pages_folder_has_no_other_scripts() -> None:
    """Streamlit would serve any script of pages/ by itself."""
    assert {path.name for path in (ROOT / "pages").iterdir() if path.name != "__pycache__"} == {
        Path(p).name for p in OPEN
    } | {"ui"}
