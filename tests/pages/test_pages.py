"""Pages by Streamlit's own test bench: each shows its sentences and charts, and faults stay sentences."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import app
from core.dataset import Dataset
from core.errors import InputError
from core.evaluate import Evaluation, evaluate
from core.explain.doubt import Repeats
from core.export import csv_of
from core.leaks.finding import IN_ORDER
from core.reading import Choices, Upload, open_files
from core.simulate import LISTENERS
from core.staircase import GRID, order_key, staircase
from pages.ui import session, understood
from tests.conftest import ROOT, dataset, table, upload

OPEN = [path for path, _ in app.PAGES]
HOSTILE = "<b>x</b> ![i](http://x.test/i.png) =1+1 :red[a] $y$"


@pytest.fixture(scope="module")
def results(taste: Dataset, taste_evaluation: Evaluation) -> dict[tuple[str, ...], object]:
    """What sessions computed so far; shared by the tests of this file, since the same data give the same results."""
    return {(taste.key, "evaluation", "0"): taste_evaluation}


@pytest.fixture
def page(
    taste: Dataset,
    taste_evaluation: Evaluation,
    results: dict[tuple[str, ...], object],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], AppTest]:
    """Open one page alone, with the bundled listener or other data, and a comparison of a few models at hand.

    With a fifth of the refits: how many there are is not what these tests are about.
    """
    monkeypatch.setattr("pages.ui.work.REPEATS", Repeats(20, 19, 4))

    def opened(path: str, data: Dataset = taste) -> AppTest:
        results[taste.key, "evaluation", "0"] = taste_evaluation  # of many results a session lets the oldest go
        if (data.key, "evaluation", "0") not in results:
            with suppress(InputError):  # what allows no folds is the page's to say
                results[data.key, "evaluation", "0"] = evaluate(data, models=["average", "ridge"], workers=1)
        bench = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        bench.session_state["dataset"] = data
        bench.session_state["results"] = results
        bench.session_state["look"] = True  # at explanations of lists without a signal too
        return bench.switch_page(path)

    return opened


def opened(bench: AppTest, *files: Upload) -> AppTest:
    """The page as it is after these files were given."""
    found = open_files(files)
    bench.session_state["uploads"], bench.session_state["reading"] = files, found
    if found.dataset is not None:
        bench.session_state["dataset"] = found.dataset
    return bench


def charts(bench: AppTest) -> int:
    """The number of charts on the page."""
    return len(bench.get("plotly_chart"))


@pytest.mark.parametrize(
    ("path", "drawn"), [("1_data", 1), ("2_ratings", 1), ("3_features", 5), ("4_models", 6), ("5_drivers", 6),
                        ("6_track", 4), ("7_method", 0)],
)  # fmt: skip
def test_every_page_runs_and_draws(page: Callable[[str], AppTest], path: str, drawn: int) -> None:
    """No exception, no error, a headline, and as many charts as the page has."""
    bench = page(f"pages/{path}.py").run()
    assert not bench.exception
    assert not bench.error
    assert len(bench.title) == 1
    assert charts(bench) == drawn


def test_the_start_page_answers_with_the_example(page: Callable[[str], AppTest]) -> None:
    """Before anybody clicks: the question, the simulated listener's drivers and skill, and what a person should know first."""
    bench = page("pages/1_data.py").run()
    assert bench.title[0].value == "What drives your taste?"
    said = " ".join(item.value for item in bench.markdown)
    assert "drive your rating" in bench.subheader[0].value
    assert re.search(r"Sound tells about \d+ % of how you rate", said)
    assert "Simulated listener" in bench.info[0].value
    assert "nothing leaves it" in said


def test_an_own_list_asks_for_one_click(page: Callable[[str], AppTest]) -> None:
    """Of an uploaded list nothing is worked out unasked: one button goes to its verdict, which stands here from then on."""
    found = upload(table(60))
    bench = opened(page("pages/1_data.py"), found).run()
    assert not bench.exception
    assert charts(bench) == 0
    assert bench.button(key="ask").label == "What drives my taste?"
    whose = bench.session_state["dataset"]
    models = page("pages/4_models.py", whose).run()  # type: ignore[call-arg]
    bench.session_state["results"] = models.session_state["results"]
    bench.run()
    assert "ask" not in {one.key for one in bench.button}
    assert charts(bench) == 1


def test_drivers_are_named_before_what_a_model_used(page: Callable[[str], AppTest]) -> None:
    """The bundled listener's three, in the headline; the verdict's word stands beside on every page from then on."""
    bench = page("pages/5_drivers.py").run()
    assert "drive your rating" in bench.title[0].value
    assert "leans most on" in bench.header[0].value
    assert any("Verdict: something, clearly" in item.value for item in bench.sidebar.caption)


@pytest.mark.parametrize("path", ["pages/5_drivers.py", "pages/6_track.py"])
def test_nothing_is_explained_where_nothing_was_found(page: Callable[[str], AppTest], path: str) -> None:
    """The honest sentence, what so many ratings can show, and no chart, until a person looks all the same."""
    nothing = dataset(table(60))
    bench = page(path, nothing)  # type: ignore[call-arg]
    bench.session_state["look"] = False
    bench.run()
    assert not bench.exception
    assert bench.title[0].value == "There is nothing here that I could explain\\."
    assert "a taste that sound explains to 20" in bench.markdown[0].value
    assert charts(bench) == 0
    bench.toggle(key="look-switch").set_value(True).run()
    assert "may be noise" in bench.warning[0].value
    assert charts(bench) > 0


def test_doubts_are_questions_that_can_be_answered(page: Callable[[str], AppTest]) -> None:
    """A sorted file asks whether this is the order of rating; the answer is kept and changes the sentence."""
    frame = table(80).sort_values("rating", ignore_index=True)
    bench = opened(page("pages/1_data.py"), upload(frame)).run()
    assert not bench.exception
    asked = next(radio for radio in bench.radio if radio.label.startswith("Is this the order"))
    assert any("looks sorted by rating" in item.value for item in bench.markdown)
    asked.set_value("sorted-later").run()
    assert not bench.exception
    assert any("You say that it was put in this order later" in item.value for item in bench.markdown)


def test_what_is_no_sound_is_set_aside_by_its_answer(page: Callable[[str], AppTest]) -> None:
    """Who says that a feature was made from the rating sees it set aside at once."""
    frame = table(80)
    frame["valence"] = frame["rating"] / 10
    bench = opened(page("pages/1_data.py"), upload(frame)).run()
    asked = next(radio for radio in bench.radio if "valence" in radio.label)
    asked.set_value("not-sound").run()
    assert not bench.exception
    assert "valence" not in bench.session_state["dataset"].feature_names


def test_habits_are_told_with_their_picture_and_the_others_folded(page: Callable[[str], AppTest]) -> None:
    """A confirmed drift stands out with a chart; a year of birth opens one more question; the rest is folded away."""
    draw = np.random.default_rng(0)
    rating = np.clip(np.round(8 - 5 * np.arange(160) / 160 + draw.normal(size=160)), 1, 10)
    data = dataset(
        table(
            160, rating=rating, release_date=draw.integers(1960, 2020, 160), artist_name=[f"A{n}" for n in range(160)]
        )
    )
    bench = page("pages/2_ratings.py", data)  # type: ignore[call-arg]
    bench.session_state["answers"] = {data.key: {"row-order": IN_ORDER}}
    bench.run()
    assert not bench.exception
    assert not bench.error
    assert "stands out" in bench.header[0].value or "stand out" in bench.header[0].value
    assert any("Your ratings fell by" in item.value for item in bench.markdown)
    assert charts(bench) > 1
    assert any("Music of your youth\\: needs your year of birth" in item.value for item in bench.markdown)
    bench.number_input(key="born").set_value(1970).run()
    assert not bench.exception
    assert any("Music of your youth.**" in item.value for item in bench.markdown)


@pytest.fixture(scope="module")
def liked() -> Dataset:
    """80 tracks, liked the more the higher their valence."""
    frame = table(80, seed=3)
    return dataset(frame.assign(rating=(frame["valence"] + 0.1 * (frame["tempo"] % 3) > 0.6).astype(int)))


@pytest.mark.parametrize(
    ("path", "drawn", "says"),
    [("2_ratings", 1, "You liked"), ("3_features", 5, "goes together"), ("4_models", 6, "% of pairs"),
     ("5_drivers", 4, "percentage points"), ("6_track", 4, "it; its sound suggests"), ("7_method", 0, "AUC")],
)  # fmt: skip
def test_likes_are_told_as_shares_on_every_page(
    page: Callable[[str], AppTest], liked: Dataset, path: str, drawn: int, says: str
) -> None:  # fmt: skip
    """Each page draws as many charts as ever, speaks of likes, and leaves the typical miss in points aside."""
    bench = page(f"pages/{path}.py", liked).run()  # type: ignore[call-arg]
    assert not bench.exception
    assert not bench.error
    assert charts(bench) == drawn
    said = " ".join(item.value for item in (*bench.title, *bench.markdown, *bench.header, *bench.caption))
    assert says in said.replace("\\", "")
    assert "typical miss" not in said
    assert "rating points" not in said


def test_the_table_of_models_has_an_auc_of_likes_alone(page: Callable[[str], AppTest], liked: Dataset) -> None:
    """Its columns are there for two ratings, and not there, rather than empty, for others."""
    assert "auc" in page("pages/4_models.py", liked).run().dataframe[0].value  # type: ignore[call-arg]
    assert "auc" not in page("pages/4_models.py").run().dataframe[0].value


def test_the_router_opens_the_example() -> None:
    """The first page shows the bundled listener, and says that it is simulated."""
    bench = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not bench.exception
    assert "Simulated listener" in bench.info[0].value
    assert any("300 rated tracks" in item.value for item in bench.header)


FIGURES = [path for path in OPEN if not any(name in path for name in ("data", "collect", "method"))]


@pytest.mark.parametrize("path", FIGURES)
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
    """The page shows an incident, never what went wrong inside; the log has the kind and the frames under the same number."""

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
    assert "RuntimeError" in caplog.text
    assert "in broken" in caplog.text


def test_faults_keep_what_was_open(page: Callable[[str], AppTest], taste: Dataset) -> None:
    """A file that cannot be read shows every fault, and the data that were open stay."""
    bench = page("pages/1_data.py")
    frame = table().astype(object)
    frame.loc[2, "rating"], frame.loc[3, "energy"] = "good", "loud"
    opened(bench, upload(frame, "bad.csv")).run()
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
    names = [f"Same {n % 20}" for n in range(60)]
    data = dataset(table(60, track_name=names, artist_name="Same", rating=[n % 20 % 3 + 5 for n in range(60)], seed=4))
    bench = page("pages/6_track.py", data).run()
    options = bench.selectbox(key="track").options
    assert len(set(options)) == 60


def edited(frame: pd.DataFrame, cells: dict[str, dict[str, object]], decided: Choices) -> tuple[Dataset, Choices]:
    """The data set after a person changed cells of the table of columns (header -> column of the table -> value)."""
    inferred = understood.table(open_files([upload(frame)], decided).understood, several=False)
    inferred["As written"] = [
        None if flag is None else column in decided.as_written
        for flag, column in zip(inferred["As written"], inferred["column"], strict=True)
    ]
    changed = inferred.set_index("column", drop=False)
    for header, change in cells.items():
        for name, value in change.items():
            changed.loc[header, name] = value
    decided = understood.decide(inferred, changed, decided)
    found = open_files([upload(frame)], decided)
    assert found.dataset is not None
    return found.dataset, decided


def test_columns_can_be_changed_in_the_table() -> None:
    """Another rating, a feature under an unknown name and a column left out; what was decided before stays."""
    frame = table(60, Enjoyment=[n % 5 + 1 for n in range(60)], mystery=[n * 7 % 60 / 3 for n in range(60)])
    found, decided = edited(frame, {"Enjoyment": {"Taken as": "your rating"}}, Choices())
    assert found.rating_column == "Enjoyment"
    assert found.listeners == ()
    found, _ = edited(
        frame, {"mystery": {"Taken as": "feature: Liveness"}, "energy": {"Taken as": "left out"}}, decided
    )
    assert found.rating_column == "Enjoyment"
    assert found.feature_names == ("valence", "tempo", "liveness")


def test_two_columns_chosen_as_ratings_are_two_listeners() -> None:
    """A wide table is made of those columns that the person says are ratings."""
    frame = table(60, Ann=[n % 5 + 1 for n in range(60)], Bo=[n * 7 % 10 + 1 for n in range(60)]).drop(columns="rating")
    decided = Choices(roles={"Ann": "rating", "Bo": "rating"})
    found = open_files([upload(frame)], decided)
    assert found.listeners == (("Ann", 60), ("Bo", 60))


def test_a_unit_can_be_kept_as_it_is_written() -> None:
    """Shares from 0 to 100 are divided, which the person can undo and redo."""
    frame = table(60)
    frame["energy"] *= 100
    found, decided = edited(frame, {"energy": {"As written": True}}, Choices())
    assert found.features["energy"].max() > 1
    found, decided = edited(frame, {"energy": {"As written": False}}, decided)
    assert found.features["energy"].max() <= 1


def test_rows_that_cannot_be_read_can_be_left_out(page: Callable[[str], AppTest]) -> None:
    """One click goes on without them."""
    frame = table(60).astype(object)
    frame.loc[2, "rating"], frame.loc[3, "energy"] = "good", "loud"
    bench = opened(page("pages/1_data.py"), upload(frame)).run()
    next(button for button in bench.button if button.label == "Go on without these 2 rows").click().run()
    assert not bench.exception
    assert not bench.error
    assert bench.session_state["dataset"].tracks == 58


def test_one_of_several_listeners_is_chosen(page: Callable[[str], AppTest]) -> None:
    """The page opens with the one who rated most, and changes at will."""
    frame = table(90, user=["Ann"] * 40 + ["Bo"] * 50)
    bench = opened(page("pages/1_data.py"), upload(frame)).run()
    assert bench.session_state["dataset"].listener == "Bo"
    chooser = next(box for box in bench.selectbox if box.label == "Whose ratings?")
    assert chooser.options == ["Ann (40 ratings)", "Bo (50 ratings)"]
    chooser.select("Ann").run()
    assert not bench.exception
    assert bench.session_state["dataset"].tracks == 40


def test_what_zero_means_is_asked(page: Callable[[str], AppTest]) -> None:
    """The answer keeps the zeros or leaves them out."""
    frame = table(60, rating=[n % 11 for n in range(60)])
    bench = opened(page("pages/1_data.py"), upload(frame)).run()
    before = bench.session_state["dataset"].tracks
    answers = {"unrated": 54, "rating": 60}
    other = next(name for name, tracks in answers.items() if tracks != before)
    bench.radio[0].set_value(other).run()
    assert bench.session_state["dataset"].tracks == answers[other]


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
    assert charts(bench) == 7
    bench = page("pages/5_drivers.py").run()
    bench.selectbox(key="driver-model").select("ridge").run()
    assert "Ridge leans most on" in bench.header[0].value


def test_another_feature_has_its_own_curve(page: Callable[[str], AppTest]) -> None:
    """The most used comes first; another one changes the sentence and both charts, and any column colours the dots."""
    bench = page("pages/5_drivers.py").run()
    box = next(box for box in bench.selectbox if box.label.startswith("Feature"))
    before = next(item.value for item in bench.markdown if "nine in ten of your tracks" in item.value)
    bench = box.select_index(2).run()
    assert not bench.exception
    after = next(item.value for item in bench.markdown if "nine in ten of your tracks" in item.value)
    assert before != after
    shade = next(box for box in bench.selectbox if box.label == "Colour of the dots")
    assert "Your rating" in shade.options
    bench = shade.select("rating").run()
    assert not bench.exception
    assert charts(bench) == 6
    assert any("act together" in item.value for item in bench.markdown)


def test_a_what_if_slider_asks_the_model_again(page: Callable[[str], AppTest]) -> None:
    """A moved slider changes the answer, its companions go along where asked to, and the reset takes all back."""
    bench = page("pages/6_track.py").run()

    def answer() -> str:
        return next(item.value for item in bench.markdown if "would expect" in item.value)

    before = answer()
    assert "as for the track as it is" in before
    first = bench.select_slider[0]
    ends = [float(shown) for shown in (first.options[0], first.options[-1])]
    far = max(ends, key=lambda end: abs(end - first.value))
    own = {slider.key: slider.value for slider in bench.select_slider}
    asked = bench.session_state["what-if"]
    stop = min(asked.model.steps(first.key.split("-", 3)[3]), key=lambda value: abs(value - far))
    first.set_value(stop).run()
    assert not bench.exception
    assert "as the track is" in answer()
    assert bench.session_state["what-if"].along == []
    bench.toggle(key="what-along").set_value(True).run()
    bench.select_slider[1].set_value(asked.model.steps(bench.select_slider[1].key.split("-", 3)[3])[0]).run()
    assert not bench.exception
    bench.button(key="what-reset").click().run()
    assert answer() == before
    assert {slider.key: slider.value for slider in bench.select_slider} == own


def test_up_to_three_models_explain_a_track(page: Callable[[str], AppTest]) -> None:
    """Each has its waterfall and its sentence with the range; without any, one sentence asks for them."""
    bench = page("pages/6_track.py").run()
    bench.multiselect(key="track-models").set_value(["average", "ridge", "lightgbm"]).run()
    assert not bench.exception
    assert charts(bench) == 5
    assert sum("80 of 100 times" in item.value for item in bench.markdown) == 3
    bench.multiselect(key="track-models").set_value([]).run()
    assert charts(bench) == 0
    assert "Choose one to three models" in bench.info[-1].value


def test_a_chosen_surprise_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row of a table of surprises puts its track into the box above; none chosen leaves it."""
    from types import SimpleNamespace

    from pages.ui import track

    state: dict[str, object] = {"surprises-above": SimpleNamespace(selection=SimpleNamespace(rows=[1])), "track": 3}
    monkeypatch.setattr(track.st, "session_state", state)
    track._open("surprises-above", [7, 8])
    assert state["track"] == 8
    state["surprises-above"] = SimpleNamespace(selection=SimpleNamespace(rows=[]))
    track._open("surprises-above", [7, 8])
    assert state["track"] == 8


def test_own_groups_are_kept_from_page_to_page(page: Callable[[str], AppTest], taste: Dataset) -> None:
    """What the person wrote is what the next page shows, and what this one shows again."""
    own = dict.fromkeys(taste.feature_names, "") | {"valence": "feel", "energy": "feel"}
    bench = page("pages/5_drivers.py")
    bench.session_state["players"] = "own"
    bench.run()
    kept = bench.session_state["groups"]
    assert set(kept[taste.key].values()) >= {"mood", "rhythm"}
    kept[taste.key] = own  # as the editor leaves it
    for path in ("pages/6_track.py", "pages/5_drivers.py"):
        bench = page(path)
        for name in ("players", "groups", "groups-start"):
            bench.session_state[name] = {"players": "own", "groups": kept, "groups-start": {}}[name]
        bench.run()
        assert not bench.exception
        assert bench.session_state["groups"][taste.key] == own
        assert "Feel (2)" in bench.get("plotly_chart")[-1 if "track" not in path else 0].proto.spec


def test_a_bug_in_the_what_if_is_a_sentence_too(
    page: Callable[[str], AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reruns without its page, and so does its boundary."""

    def broken(*_: object) -> None:
        raise RuntimeError("secret-canary")

    bench = page("pages/6_track.py").run()
    monkeypatch.setattr("pages.ui.track.said.whatif_sentence", broken)
    bench.toggle(key="what-along").set_value(True).run()
    assert not bench.exception
    assert "incident" in bench.error[0].value
    assert "secret-canary" not in bench.error[0].value


def test_stopping_is_remembered_until_started_again(page: Callable[[str], AppTest]) -> None:
    """A stopped comparison does not start by itself."""
    bench = page("pages/4_models.py")
    bench.session_state["results"] = {}
    bench.session_state["stopped"] = (bench.session_state["dataset"].key, "evaluation", "0")
    bench.run()
    assert not bench.exception
    assert "Stopped" in bench.info[0].value
    assert charts(bench) == 0


def test_the_study_is_re_run_when_it_is_asked_for(
    page: Callable[[str], AppTest], results: dict[tuple[str, ...], object], trap: Dataset
) -> None:
    """Nothing before the button; then the headline, the staircase, its steps and the study's table, with LDA or PCA."""
    key = (trap.key, "staircase", order_key(trap), "0")
    bench = page("pages/7_method.py", trap).run()  # type: ignore[call-arg]
    assert charts(bench) == 0
    # What the button asks for is computed here, quickly, as if it had been asked for before.
    results[key] = staircase(trap, grid=GRID[2:], repeats=1, random_skill=-0.05, workers=1)
    bench.session_state["results"] = results
    bench.button(key="staircase").click().run()
    assert not bench.exception
    assert not bench.error
    assert charts(bench) == 1
    assert "nothing of it is left" in bench.header[-2].value
    said = " ".join(item.value for item in bench.markdown)
    assert "Row number taken out" in said
    assert "LDA learned" in said
    assert list(bench.dataframe[-1].value.columns)[1:3] == ["R², training", "R², test"]
    assert any("Simulated listener" in item.value for item in bench.info)
    bench.segmented_control(key="staircase-reduction").set_value("pca").run()
    assert not bench.exception
    assert "PCA learned" in " ".join(item.value for item in bench.markdown)


def test_exports_hold_no_formula() -> None:
    """Text that a spreadsheet would run gets a quote before it; numbers stay."""
    frame = pd.DataFrame({"track": ["=1+1", "+a", "-b", "@c", "\td", "fine", "a=b"], "value": [-1.5, 2, 3, 4, 5, 6, 7]})
    lines = csv_of(frame).decode().splitlines()
    assert lines[1:] == ["'=1+1,-1.5", "'+a,2.0", "'-b,3.0", "'@c,4.0", "'\td,5.0", "fine,6.0", "a=b,7.0"]


def test_the_store_of_results_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Results that nobody asked for go when a session has many, and nothing is computed twice before."""
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
    session.remember(("key", "10"), lambda: compute(10))
    session.remember(("key", "50"), lambda: compute(50))
    assert session.recall(("key", "10")) == 10
    assert session.recall(("key", "11")) is None


def test_what_is_drawn_is_drawn_once_of_the_same_things(monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure is taken again where every argument is the very same object (or an equal word or number), in one language; another
    object that is equal, another number or another language has it drawn anew, and few of too many are kept.
    """
    state: dict[str, object] = {"language": "en"}
    monkeypatch.setattr(session.st, "session_state", state)
    drawn: list[object] = []

    def draw(result: list[int], *, height: float = 1, kind: tuple[str, ...] = ()) -> int:
        drawn.append((id(result), height, kind))
        return len(drawn)

    result = [1]
    assert session.once(draw, result) == session.once(draw, result) == 1
    assert session.once(draw, [1]) == 2
    assert session.once(draw, result, height=2) == 3
    assert session.once(draw, result, kind=("a", "b")) == session.once(draw, result, kind=("a", "b")) == 4
    assert session.once(draw, result, kind=("a", "c")) == 5
    assert session.once(draw, result, height=True) == 6, "True is not the number 1"
    state["language"] = "nb"
    assert session.once(draw, result) == 7
    state["language"] = "en"
    for height in range(100):
        session.once(draw, result, height=height + 0.5)
        assert session.once(draw, result) == 1, "what was asked for last stays"
    assert len(state["made"]) == 60  # type: ignore[arg-type]


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
    reading = session.reading()
    assert reading is not None
    assert reading.faults
    assert isinstance(session.dataset(), Dataset)


def test_pages_folder_has_no_other_scripts() -> None:
    """Streamlit would serve any script of pages/ by itself."""
    assert {path.name for path in (ROOT / "pages").iterdir() if path.name != "__pycache__"} == {
        Path(p).name for p in OPEN
    } | {"ui"}


def test_several_listeners_stand_side_by_side(page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of two: who is stricter, how far they agree, what goes together with whose ratings; another pair can be chosen.
    Of a large file it is asked for first.
    """
    monkeypatch.setattr("pages.ui.listeners._MANY", 100)
    features = table(80, seed=3).drop(columns="rating")
    draw = np.random.default_rng(3)
    shared = draw.normal(size=80)
    frames = [
        features.assign(
            listener=name,
            rating=np.clip(np.round(5.5 + 1.5 * shared + draw.normal(size=80) - off), 1, 10).astype(int),
        )
        for name, off in (("Ada", 0.0), ("Bo", 1.8))
    ]
    upload = Upload("two.csv", pd.concat(frames).to_csv(index=False).encode())
    bench = page("pages/2_ratings.py", open_files([upload], Choices(listener="Ada")).dataset)
    bench.session_state["uploads"] = (upload,)
    bench.session_state["choices"] = Choices(listener="Ada")
    bench.run()
    assert not any("stricter" in item.value for item in bench.header)
    bench.button(key="compare").click().run()
    assert not bench.exception
    assert not bench.error
    assert any("stricter than `Ada` on the same tracks" in item.value for item in bench.header)
    assert any("overlap" in item.value or "similar" in item.value for item in bench.subheader)
    assert charts(bench) >= 4
    bench.selectbox(key="listener-one").set_value("Bo").run()
    assert not bench.exception
    assert bench.selectbox(key="listener-other").value == "Ada"


def test_habits_are_taken_out_when_it_is_asked_for(page: Callable[..., AppTest]) -> None:
    """A drift that stands out is offered on the Models page; taken out, its skill is told beside the model's own."""
    draw = np.random.default_rng(0)
    rating = np.clip(np.round(8 - 5 * np.arange(120) / 120 + draw.normal(size=120)), 1, 10)
    data = dataset(table(120, rating=rating, artist_name=[f"A{n}" for n in range(120)]))
    bench = page("pages/4_models.py", data)
    bench.session_state["answers"] = {data.key: {"row-order": IN_ORDER}}
    bench.run()
    assert not bench.exception
    assert any("learn more without your habits" in item.value for item in bench.header)
    assert "drift" in bench.multiselect(key=f"without-{data.key}").value
    bench.button(key="ask-without").click().run()
    assert not bench.exception
    assert not bench.error
    assert any("With your habits taken out, a model foretells more" in item.value for item in bench.header)
    assert any("The habits alone" in item.value for item in bench.markdown)


@pytest.mark.parametrize("path", [f"pages/{path.name}" for path in sorted((ROOT / "pages").glob("*.py"))])
def test_every_page_speaks_norwegian(page: Callable[..., AppTest], path: str) -> None:
    """Chosen in the sidebar, it holds for the page at once: no error, and none of the English headings is left."""
    bench = page(path, dataset(table(60, seed=5)))
    bench.session_state["language"] = "nb"
    bench.run()
    assert not bench.exception
    assert not bench.error
    said = [item.value for item in (*bench.title, *bench.header, *bench.subheader, *bench.markdown, *bench.caption)]
    assert said
    english = re.compile(r"\b(the|your|with|that|which|tracks|ratings)\b", re.IGNORECASE)
    assert [text for text in said if english.search(text)] == []


def test_what_a_column_is_taken_for_is_known_in_every_language() -> None:
    """The table's choices are keys, whatever language their labels are in: a feature is never one by its name alone."""
    import contextvars

    from core.language import speak
    from pages.ui import understood

    def norwegian() -> list[str]:
        speak("nb")
        found = open_files([upload(table(40, duration_ms=200_000, key=3))])
        return list(understood.table(found.understood, several=False)["Taken as"])

    taken = contextvars.copy_context().run(norwegian)
    assert {"feature: Energy", "feature: Valence", "your rating", "title", "artist"} <= set(taken)
    assert taken == list(
        understood.table(open_files([upload(table(40, duration_ms=200_000, key=3))]).understood, several=False)[
            "Taken as"
        ]
    )
