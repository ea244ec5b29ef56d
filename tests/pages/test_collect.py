"""Collect: from audio files to a rated list that is analysed."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.audio import Audio, listen_all
from core.dataset import Dataset
from core.reading import Upload
from pages.ui import collected
from tests.conftest import ROOT, table
from tests.core.audio.test_listening import recorded
from tests.core.audio.test_measure import clicks
from tests.core.sources.test_reccobeats import IDS, answer
from tests.disks import read_only
from tests.fakes.both import beside
from tests.fakes.service import Service, serving
from tests.fakes.spotify import Spotify
from tests.faults import LONG


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
    names = [f"{name} 6.0" for name in rows["file"]]
    bench.session_state["collected"] = dict(zip(names, rows.to_dict("records"), strict=True))
    bench.session_state["collected-ratings"] = dict.fromkeys(names[:19], 5)
    bench.run()
    assert not bench.exception
    assert any(item.value == "22 tracks to rate\\." for item in bench.header)
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
    kept = collected.table()
    assert kept is not None
    assert len(kept) == 1
    assert np.isfinite(kept["tempo"].iloc[0])


def test_features_are_asked_for_by_id_and_added_to_the_files(taste: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent before the button; then the list of ratings gets its features and opens on the Data page."""
    rated = table(60).drop(columns=["energy", "valence", "tempo"]).assign(track_id=IDS[:60])
    upload = Upload("mine.csv", rated.to_csv(index=False).encode())
    with serving(Service(answer)) as service:
        monkeypatch.setenv("EARPRINT_RECCOBEATS", service.address)
        opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        opened.session_state["dataset"], opened.session_state["uploads"] = taste, (upload,)
        opened.switch_page("pages/8_collect.py").run()
        assert not opened.exception
        assert any("hold 60 ids" in item.value for item in opened.markdown)
        assert service.asked == []
        opened.button(key="ask-reccobeats").click().run()
        assert not opened.error
        assert any("Features of 54 tracks came" in item.value for item in opened.markdown)
        assert any("6 ids are unknown there" in item.value for item in opened.markdown)
        assert len(service.asked) == 2
        opened.button(key="add-ReccoBeats").click().run()
    assert not opened.exception
    assert opened.session_state["dataset"].tracks == 54
    assert "energy" in opened.session_state["dataset"].feature_names


@pytest.mark.fault(9)
def test_a_service_that_fails_is_told_and_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What came before stays; the next press asks for the rest alone."""
    with serving(Service(answer, faults=["", "", "429 for a day"])) as service:
        monkeypatch.setenv("EARPRINT_RECCOBEATS", service.address)
        opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).switch_page("pages/8_collect.py").run()
        opened.text_area(key="reccobeats-ids").input("\n".join(IDS[:80])).run()
        opened.button(key="ask-reccobeats").click().run()
        assert not opened.exception
        assert "asks to wait for 1,440 minutes" in opened.error[0].value
        assert any("Features of 36 tracks came" in item.value for item in opened.markdown)
        opened.button(key="ask-reccobeats").click().run()
        assert not opened.error
        assert any("Features of 72 tracks came" in item.value for item in opened.markdown)
        assert len(opened.session_state["collected"]) == 72  # what was pasted stands in the table to be rated, by name
        assert any("72 tracks to rate" in item.value for item in opened.header)


def test_tracks_on_spotify_are_rated_and_get_their_features_by_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """Log in (a new session comes back), choose, fetch, ask for features, rate, analyse; two people stay apart; log out."""
    fake = Spotify(tracks=60)
    with beside(fake) as (settings, _):
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        people = {name: came_back(fake, name) for name in ("ann", "ben")}
        for name, one in people.items():
            assert any(f"Logged in as \\<b\\>{name.title()}" in item.value for item in one.markdown)
            assert "state" not in one.query_params
            one.selectbox(key="spotify-what").set_value(f"list0of{name}").run()
            one.button(key="spotify-fetch").click().run()
            assert not one.exception
            assert not one.error
            assert any("57 tracks came" in item.value for item in one.markdown)
            assert all(f"of {name}" in row["title"] for row in one.session_state["collected"].values())
        ann = people["ann"]
        assert ann.button(key="analyse-collected").disabled
        ann.button(key="ask-reccobeats").click().run()
        assert any("Features of 57 tracks came" in item.value for item in ann.markdown)
        rated = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)  # a table cannot be typed into here
        rated.session_state["collected"] = ann.session_state["collected"]
        rated.session_state["collected-ratings"] = {
            key: 1 + place % 10 for place, key in enumerate(ann.session_state["collected"])
        }
        rated.switch_page("pages/8_collect.py").run()
        rated.button(key="analyse-collected").click().run()
        assert not rated.exception
        assert rated.session_state["reading"].faults == ()
        found = rated.session_state["dataset"]
        assert found.tracks == 57
        assert set(found.context["features_from"]) == {"ReccoBeats"}
        assert not {"popularity", "duration_ms"} & set(found.feature_names)
        ben = people["ben"]
        ben.button(key="spotify-out").click().run()
        assert "spotify-tokens" not in ben.session_state
        assert "access-" not in str(ben.main)


def came_back(fake: Spotify, person: str, **state: object) -> AppTest:
    """The page in a new session, as Spotify's own page sends the person back to it."""
    before = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).switch_page("pages/8_collect.py").run()
    assert not before.exception
    query = parse_qs(urlsplit(before.session_state["spotify-address"][2]).query)
    fake.challenges[person] = query["code_challenge"][0]
    after = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in state.items():
        after.session_state[name] = value
    after.query_params["state"], after.query_params["code"] = query["state"][0], f"code-{person}"
    after.switch_page("pages/8_collect.py").run()
    assert not after.exception
    return after


def test_who_refuses_at_spotify_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a state that nobody began is refused in a sentence."""
    for query, says in (
        ({"state": "x", "error": "access_denied"}, "did not let you in"),
        ({"state": "x", "code": "y"}, "was not begun here"),
    ):
        bench = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in query.items():
            bench.query_params[name] = value
        bench.switch_page("pages/8_collect.py").run()
        assert not bench.exception
        assert says in bench.error[0].value


def a_window(own: str, **state: object) -> AppTest:
    """The page in a new session of the browser that has this secret."""
    opened = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in {"own": own, **state}.items():
        opened.session_state[name] = value
    return opened.switch_page("pages/8_collect.py").run()


def test_what_was_collected_comes_back_to_its_browser_alone(rows: pd.DataFrame) -> None:
    """In a new session, with its ratings; another browser sees nothing; deleted, it is gone with all else of this person."""
    names = [f"{name} 6.0" for name in rows["file"]]
    heard = dict(zip(names, rows.to_dict("records"), strict=True))
    first = a_window("1" * 32, collected=heard, **{"collected-ratings": {names[0]: 9}})
    assert not first.exception
    again = a_window("1" * 32)
    assert any(item.value == "22 tracks to rate\\." for item in again.header)
    assert again.session_state["collected-ratings"][names[0]] == 9
    assert again.session_state["collected"][names[3]]["tempo"] == heard[names[3]]["tempo"]
    assert any("for this browser alone" in item.value for item in again.caption)
    for other in ("2" * 32, "", "none", "1" * 31 + "'"):
        assert "tracks to rate" not in " ".join(item.value for item in a_window(other).header)
    again.session_state["spotify-tokens"], again.session_state["uploads"] = "token", (Upload("mine.csv", b"x"),)
    again.button(key="delete-me-now").click().run()
    assert "spotify-tokens" not in again.session_state
    assert again.session_state["uploads"] == ()
    assert again.session_state["boxes"] == 1  # the box of audio files, which would give them again, is a new one
    assert not again.exception
    assert not again.header[-1].value.startswith("22")
    assert "tracks to rate" not in " ".join(item.value for item in a_window("1" * 32).header)


def test_a_browser_without_cookies_is_told_that_nothing_stays(rows: pd.DataFrame) -> None:
    """It can take the table away."""
    window = a_window("none", collected={"x": rows.iloc[0].to_dict()})
    assert any("ends with this window" in item.value for item in window.caption)


@pytest.mark.fault(4)
def test_a_database_that_fails_costs_nothing_of_the_session(
    rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One sentence; the table stays, and the next step tries again."""
    (tmp_path / "file").write_text("")
    usual = os.environ["EARPRINT_DATABASE"]
    monkeypatch.setenv("EARPRINT_DATABASE", f"sqlite:///{tmp_path / 'file' / 'x.sqlite'}")
    window = a_window("3" * 32, collected={"x": rows.iloc[0].to_dict()})
    assert not window.exception
    assert "The database does not answer" in window.error[0].value
    assert any("1 track to rate" in item.value for item in window.header)
    monkeypatch.setenv("EARPRINT_DATABASE", usual)
    window.run()
    assert not window.error
    assert any("1 track to rate" in item.value for item in a_window("3" * 32).header)


@pytest.mark.fault(4)
def test_a_folder_that_is_only_to_be_read_costs_nothing(
    rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is given is not kept, and said; as soon as it can be, what was kept before is there again, and what was given since
    counts more.
    """
    folder = tmp_path / "kept"
    monkeypatch.setenv("EARPRINT_DATABASE", f"sqlite:///{folder / 'x.sqlite'}")
    heard = dict(zip("abc", rows.to_dict("records"), strict=False))
    a_window("5" * 32, collected={name: heard[name] for name in "ac"}, **{"collected-ratings": {"a": 9, "c": 2}})
    st.cache_resource.clear()  # another start of the server
    with read_only(folder):
        given = {"collected-ratings": {"b": 7, "c": 5}}
        window = a_window("5" * 32, collected={name: heard[name] for name in "bc"}, **given)
        assert not window.exception
        assert "The database does not answer" in window.error[0].value
        assert any("2 tracks to rate" in item.value for item in window.header)
    window.run()
    assert not window.error
    assert window.session_state["collected-ratings"] == {"a": 9, "b": 7, "c": 5}
    assert a_window("5" * 32).session_state["collected-ratings"] == {"a": 9, "b": 7, "c": 5}


@pytest.mark.fault(5)
def test_a_database_that_another_program_holds_is_written_later(
    rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Longer than a write waits: said, and done at the next step. Nobody waits who only reads."""
    monkeypatch.setenv("EARPRINT_DATABASE", f"sqlite:///{tmp_path / 'x.sqlite'}")
    heard = dict(zip("ab", rows.to_dict("records"), strict=False))
    window = a_window("6" * 32, collected={"a": heard["a"]})
    holder = sqlite3.connect(tmp_path / "x.sqlite", check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    released = threading.Timer(10.0 if LONG else 6.0, holder.rollback)
    released.start()
    assert any("1 track to rate" in item.value for item in a_window("6" * 32).header)
    window.session_state["collected"] = heard
    window.run()
    assert not window.exception
    assert "Another program holds the database" in window.error[0].value
    released.join()
    window.run()
    assert not window.error
    assert list(a_window("6" * 32).session_state["collected"]) == ["a", "b"]


@pytest.mark.fault(6)
def test_a_damaged_database_is_told_to_those_whose_list_it_held(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A new list begins; the old file lies beside."""
    (tmp_path / "x.sqlite").write_bytes(b"no database at all, " * 400)
    monkeypatch.setenv("EARPRINT_DATABASE", f"sqlite:///{tmp_path / 'x.sqlite'}")
    window = a_window("4" * 32)
    assert "put aside, not deleted" in window.error[0].value
    assert len(list(tmp_path.glob("x.sqlite.damaged-*"))) == 1


@pytest.fixture
def old_app(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Spotify, Service]]:
    """A Spotify for an app that is old enough, beside a ReccoBeats."""
    fake = Spotify(tracks=30, sounds=True, development=False, shop={f"Song {n}": "Band" for n in range(24)})
    with beside(fake) as (settings, service):
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        yield fake, service


def test_an_old_app_may_ask_spotify_for_features(old_app: tuple[Spotify, Service]) -> None:
    """Off until the button is pressed; with the analysis where that is ticked; each row says where it comes from."""
    fake, service = old_app
    ann = came_back(fake, "ann")
    ann.button(key="spotify-fetch").click().run()
    assert not [path for path in service.asked if "audio-" in path]
    ann.checkbox(key="spotify-analysis").check().run()
    assert not [path for path in service.asked if "audio-" in path]
    ann.button(key="ask-spotify-sound").click().run()
    assert not ann.exception
    assert not ann.error
    assert any("Features of 27 tracks came" in item.value for item in ann.markdown)
    (row, *_) = ann.session_state["collected"].values()
    assert row["features_from"] == "Spotify"
    assert row["pitch_11"] == 1.0
    assert any("yours to judge" in item.value for item in ann.markdown)


def test_a_new_app_is_refused_in_a_sentence(old_app: tuple[Spotify, Service]) -> None:
    """And everything else goes on."""
    fake, _ = old_app
    fake.sounds = False
    ann = came_back(fake, "ann")
    ann.button(key="spotify-fetch").click().run()
    ann.button(key="ask-spotify-sound").click().run()
    assert "no app made after 27 November 2024" in ann.error[0].value
    assert any("27 tracks to rate" in item.value for item in ann.header)


def test_titles_of_a_file_get_ids_then_features_and_join_it(old_app: tuple[Spotify, Service], taste: Dataset) -> None:
    """A rated list with titles and artists alone becomes one that can be analysed; what is pasted stands in the table; what was
    found is not asked again, not in another session either; what was not is named.
    """
    fake, service = old_app
    rated = table(26).drop(columns=["energy", "valence", "tempo"])
    rated["title"], rated["artist"] = [f"Song {n}" for n in range(26)], "Band"
    uploads = (Upload("mine.csv", rated[["title", "artist", "rating"]].to_csv(index=False).encode()),)
    before = came_back(fake, "ann", own="5" * 32, uploads=uploads, dataset=taste)
    assert any("hold 26 titles without ids" in item.value for item in before.markdown)
    before.text_area(key="titles").input("Band - Song 3\n\nBand - Nothing").run()
    before.button(key="find-titles").click().run()
    assert not before.exception
    assert any("24 titles were found" in item.value for item in before.markdown)
    assert any("3 are not there" in item.label for item in before.expander)
    assert any("1 track to rate" in item.value for item in before.header)
    asked = len(service.asked)
    fake.people["code-ben"] = "ben"
    after = came_back(fake, "ben", own="5" * 32, uploads=uploads, dataset=taste)
    after.button(key="find-titles").click().run()
    assert (
        sum("search" in path for path in service.asked[asked:]) == 4
    )  # two that were not found, by two questions each
    after.button(key="ask-reccobeats").click().run()
    after.button(key="add-ReccoBeats").click().run()
    assert not after.exception
    assert after.session_state["reading"].faults == ()
    found = after.session_state["dataset"]
    assert found.tracks == 24
    assert "energy" in found.feature_names
