"""Collect: from audio files to a rated list that is analysed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.audio import Audio, listen_all
from core.dataset import Dataset
from pages.ui import collected
from tests.conftest import ROOT
from tests.core.audio.test_listening import recorded
from tests.core.audio.test_measure import clicks


@pytest.fixture
def bench(taste: Dataset) -> AppTest:
    """The page alone, on the bundled list."""
    opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    opened.session_state["dataset"] = taste
    return opened.switch_page("pages/8_collect.py")


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Twenty-two sounds, heard."""
    sounds = [recorded(clicks(70 + 5 * number, 6)) for number in range(22)]
    return listen_all(
        [Audio(f"Band - <b>Song</b> {n}.wav", sound) for n, sound in enumerate(sounds)], workers=1
    ).table()


def test_an_empty_page_says_what_can_be_given(bench: AppTest) -> None:
    """No table, no error; the command line is named."""
    bench.run()
    assert not bench.exception
    assert not bench.error
    assert "I can hear your own files" in bench.title[0].value
    assert any("core listen FOLDER" in item.value for item in bench.caption)


def test_what_was_heard_can_be_rated_and_analysed(bench: AppTest, rows: pd.DataFrame) -> None:
    """Below twenty ratings the button waits; with them the list opens on the Data page, with its features and ratings."""
    names = [f"{name} {length}" for name, length in zip(rows["file"], rows["duration_ms"], strict=True)]
    bench.session_state["collected"] = {(row["file"], row["duration_ms"]): row for row in rows.to_dict("records")}
    bench.session_state["collected-ratings"] = dict.fromkeys(names[:19], 5)
    bench.run()
    assert not bench.exception
    assert any(item.value == "I heard 22 tracks\\." for item in bench.header)
    assert any("19 have one so far" in item.value for item in bench.markdown)
    assert bench.button(key="analyse-collected").disabled
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    again.session_state["collected"] = bench.session_state["collected"]
    again.session_state["collected-ratings"] = {name: 1 + place % 10 for place, name in enumerate(names)}
    again.switch_page("pages/8_collect.py").run()
    again.button(key="analyse-collected").click().run()
    assert not again.exception
    opened = again.session_state["dataset"]
    assert opened.tracks == 22
    assert {"tempo", "loudness_lufs", "energy_est"} <= set(opened.feature_names)
    assert sorted(opened.rating) == sorted(float(1 + place % 10) for place in range(22))


def test_a_file_that_is_given_again_stays_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name and length."""
    state: dict[str, object] = {}
    monkeypatch.setattr(collected.st, "session_state", state)
    found = listen_all([Audio("a.wav", recorded(clicks(100, 6)))], workers=1)
    collected.add(found)
    collected.add(found)
    table = collected.table()
    assert table is not None
    assert len(table) == 1
    assert np.isfinite(table["tempo"][0])
