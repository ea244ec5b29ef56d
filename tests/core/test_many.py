"""Contract of `core.many` and of `--listener COLUMN --out FOLDER`: everybody's summary, and that of the whole, however often the
work was ended in the middle.
"""

from __future__ import annotations

import contextvars
import fcntl
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import pipeline
from core.__main__ import main
from core.dataset import Dataset
from core.errors import EarprintError, InputError
from core.language import speak
from core.many import Outcome, Settings, analyse_all, kept, key_of, told
from core.many.whole import Driver, One, Refused, Whole, one_of
from core.reading import Choices, Everyone, read_asked
from core.simulate import Listener, simulate
from tests.conftest import ROOT, dataset, table

HOSTILE = [
    "../../x",
    "=1+1",
    "<b>",
    "n" * 300,
    "Ann",
    "ann",
    "/etc/passwd",
    "-5",
    "{0.__class__}",
    "a\nb,\"c'`",
    "con.json",
]
NAMES = [*HOSTILE, *(f"plain {number}" for number in range(14 - len(HOSTILE)))]
REFUSED = {"few": "Only 5 rows", "same": "All 30 ratings", "silent": "No column describes|Only 0 rows"}
KEPT = ["track_name", "energy", "valence", "tempo", "acousticness", "rating"]


def has_taste(name: str) -> bool:
    """Every other one rates by tempo and valence, the rest at random."""
    return NAMES.index(name) % 2 == 0


def of_one(name: str, seed: int, *, taste: bool, tracks: int = 60) -> pd.DataFrame:
    """A simulated listener's list, in a table of several."""
    causes = (("tempo", 1.0), ("valence", -1.0)) if taste else ()
    truth = Listener(name, "", "linear" if taste else "null", 0.6 if taste else 0.0, causes, tracks, seed)
    return simulate(truth)[KEPT].assign(user=name)


def written(path: Path) -> dict[str, Any]:
    """A document without what hangs on the clock."""
    document = json.loads(path.read_text())
    for timed in (document, *document.get("models", [])):
        timed.pop("seconds", None)
    document.pop("sha256", None)
    return document


def same(one: object, other: object) -> None:
    """Equal, numbers to 1e-9."""
    if isinstance(one, dict) and isinstance(other, dict):
        assert one.keys() == other.keys()
        for key in one:
            same(one[key], other[key])
    elif isinstance(one, list) and isinstance(other, list):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            same(*pair)
    elif isinstance(one, float) and isinstance(other, float):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-9)
    else:
        assert one == other


@dataclass(frozen=True)
class Killed:
    """A run that was ended in the middle, and the one after it. before: file -> time of writing, of what the first left."""

    file: Path
    folder: Path
    before: dict[str, int]
    damaged: Path
    told: str
    out: str


def documents(folder: Path) -> list[Path]:
    """The listeners' documents."""
    return [path for path in folder.glob("*.json") if path.name != "whole.json"]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    """Fourteen listeners and three who cannot be analysed; `kill -9` after some documents, one of which is cut in half then."""
    home = tmp_path_factory.mktemp("many")
    file, folder = home / "list.csv", home / "out"
    parts = [of_one(name, 100 + number, taste=has_taste(name)) for number, name in enumerate(NAMES)]
    parts += [of_one("few", 1, taste=False, tracks=5), of_one("same", 2, taste=False, tracks=30).assign(rating=5)]
    parts += [of_one("silent", 3, taste=False, tracks=30).assign(energy="", valence="", tempo="", acousticness="")]
    parts += [of_one("", 4, taste=False, tracks=7)]
    pd.concat(parts).sample(frac=1, random_state=1).to_csv(file, index=False)
    command = [sys.executable, "-m", "core", "analyse", str(file), "--listener", "user", "--out", str(folder), "--quick",
               "--workers", "2"]  # fmt: skip
    first = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    start = time.monotonic()
    while len(documents(folder)) < 4:
        assert first.poll() is None
        assert time.monotonic() < start + 300
        time.sleep(0.05)
    os.killpg(first.pid, signal.SIGKILL)  # it, and the workers that it started
    first.wait()
    time.sleep(0.5)
    left = sorted(documents(folder))
    damaged = left[0]
    damaged.write_bytes(damaged.read_bytes()[:1000])
    before = {path.name: path.stat().st_mtime_ns for path in left[1:]}
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert second.returncode == 0, second.stderr
    return Killed(file, folder, before, damaged, second.stderr, second.stdout)


@pytest.fixture(scope="module")
def whole(killed: Killed) -> dict[str, Any]:
    """What the listeners say together."""
    return json.loads((killed.folder / "whole.json").read_text())


def test_after_a_kill_only_what_is_missing_is_computed(killed: Killed) -> None:
    """All are there in the end; what was written before is as it was; the half of a document is told and made again."""
    assert 3 <= len(killed.before) < len(NAMES)
    there = {path.name: path.stat().st_mtime_ns for path in documents(killed.folder)}
    assert set(there) == {kept.file_of(name) for name in NAMES}
    assert {name: there[name] for name in killed.before} == killed.before
    assert f"17 of 17 listeners, {len(killed.before)} were there already" in killed.told
    owner = json.loads(killed.damaged.read_text())["listener"]
    assert killed.told.count("was damaged, and was made again") == 1
    assert owner in NAMES


def test_a_third_run_computes_nothing(killed: Killed, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything was there already; the same sentences, the same whole, no file of a listener touched."""
    times = {path: path.stat().st_mtime_ns for path in documents(killed.folder)}
    before = (killed.folder / "whole.json").read_bytes()
    assert main(["analyse", str(killed.file), "--listener", "all", "--out", str(killed.folder), "--quick"]) == 0
    heard = capsys.readouterr()
    assert "17 of 17 listeners, 14 were there already" in heard.err
    assert heard.out == killed.out
    assert {path: path.stat().st_mtime_ns for path in documents(killed.folder)} == times
    assert (killed.folder / "whole.json").read_bytes() == before


@pytest.mark.parametrize("name", ["../../x", "=1+1", "ann", "plain 0"])
def test_documents_are_those_of_single_runs(killed: Killed, name: str, tmp_path: Path) -> None:
    """Beside the listener's name and the key, each holds what `--listener NAME` gives, numbers to 1e-9."""
    out = tmp_path / "one.json"
    assert (
        main(["analyse", str(killed.file), f"--listener={name}", "--quick", "--workers", "1", "--json", str(out)]) == 0
    )
    document = written(killed.folder / kept.file_of(name))
    assert document.pop("listener") == name
    assert re.fullmatch("[0-9a-f]{64}", document.pop("key"))
    same(document, written(out))


def test_one_and_two_workers_write_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Documents and whole, and both in the language that was asked for, which workers do not know by themselves."""
    file = tmp_path / "two.csv"
    pd.concat([of_one("a", 5, taste=True), of_one("b", 6, taste=False)]).to_csv(file, index=False)
    for workers in ("1", "2"):
        assert main([
            "analyse", str(file), "--listener", "user", "--out", str(tmp_path / workers), "--quick", "--workers", workers,
            "--language", "nb",
        ]) == 0  # fmt: skip
        assert "karakterene til 1" in capsys.readouterr().out
    assert (tmp_path / "1" / "whole.json").read_bytes() == (tmp_path / "2" / "whole.json").read_bytes()
    assert (tmp_path / "1" / "whole.csv").read_bytes() == (tmp_path / "2" / "whole.csv").read_bytes()
    for path in documents(tmp_path / "1"):
        assert written(path) == written(tmp_path / "2" / path.name)
        assert "Jeg" in written(path)["verdict"]["sentence"] or "av 1" in written(path)["verdict"]["sentence"]


def test_the_truth_is_found(whole: dict[str, Any]) -> None:
    """Most with a taste can be predicted, of those without at most one; the causes are the commonest drivers, rightly turned."""
    sure = {one["listener"] for one in whole["listeners"] if one["predictable"]}
    tasteful = {name for name in NAMES if has_taste(name)}
    assert len(sure & tasteful) >= 6
    assert len(sure - tasteful) <= 1
    assert {row["feature"] for row in whole["features"][:2]} == {"tempo", "valence"}
    rows = {row["feature"]: row for row in whole["features"]}
    assert rows["tempo"]["up"] >= 4
    assert rows["tempo"]["down"] == 0
    assert rows["valence"]["down"] >= 4
    assert rows["valence"]["up"] == 0
    assert all(row["lists"] == 14 for row in whole["features"])


def test_the_whole_counts_what_the_documents_say(killed: Killed, whole: dict[str, Any]) -> None:
    """Every listener once, with the document's figures; levels, tests and features are their counts."""
    assert [one["listener"] for one in whole["listeners"]] == sorted(NAMES)
    levels = dict.fromkeys(("clear", "weak", "none", "suspicious"), 0)
    for one in whole["listeners"]:
        document = written(killed.folder / one["file"])
        assert document["listener"] == one["listener"]
        verdict = document["verdict"]
        levels[verdict["level"]] += 1
        assert [one[name] for name in ("level", "skill", "skill_low", "skill_high", "p_value")] == [
            verdict[name] for name in ("level", "skill", "skill_low", "skill_high", "p_value")
        ]
        assert one["tracks"] == document["dataset"]["tracks"] == 60
        assert [driver["group"] for driver in one["drivers"]] == [
            row["group"] for row in document["drivers"] if row["licence"] == "driver"
        ]
    assert whole["levels"] == levels
    p = [one["p_value"] for one in whole["listeners"]]
    assert (whole["tests"]["number"], whole["tests"]["expected_by_luck"]) == (14, 0.7)
    assert whole["tests"]["passed"] == sum(value <= 0.05 for value in p)
    assert whole["tests"]["predictable"] == sum(one["predictable"] for one in whole["listeners"])


def test_nobody_pays_for_another(killed: Killed, whole: dict[str, Any]) -> None:
    """Too few tracks, one rating for all, no features: listed with their fault; rows of nobody are counted."""
    assert {one["listener"] for one in whole["refused"]} == set(REFUSED)
    for one in whole["refused"]:
        assert re.search(REFUSED[one["listener"]], one["fault"])
        assert f"`{one['listener']}`: {one['fault']}" in killed.told
    assert whole["unnamed_rows"] == 7
    assert "3 listeners could not be analysed." in killed.out


def test_names_are_told_and_are_no_paths(killed: Killed) -> None:
    """Names stand in the documents to the letter; files are called after hashes, and nothing lies beside the folder."""
    files = [path.name for path in killed.folder.iterdir() if not path.name.endswith(".part")]
    assert all(re.fullmatch(r"[0-9a-f]{32}\.json|whole\.json|whole\.csv", name) for name in files)
    assert sorted(path.name for path in killed.folder.parent.iterdir()) == ["list.csv", "out"]
    assert {json.loads(path.read_text())["listener"] for path in documents(killed.folder)} == set(NAMES)
    assert len({kept.file_of(name).casefold() for name in ("Ann", "ann", "")}) == 3


def test_no_cell_of_the_table_is_a_formula(killed: Killed) -> None:
    """`=1+1` and `-5` are text with an apostrophe; every listener has a row."""
    rows = pd.read_csv(killed.folder / "whole.csv", dtype=str, keep_default_na=False)
    assert len(rows) == 17
    assert {"'=1+1", "'-5", "<b>", "../../x"} <= set(rows["listener"])
    text_cells = rows[["listener", "file", "level", "predictable", "drivers", "fault"]].to_numpy().ravel()
    assert not [cell for cell in text_cells if cell.startswith(("=", "+", "-", "@"))]


def test_the_key_holds_all_that_decides_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ratings, the order of rows, columns beside the sound, settings, language and version each make another key."""
    frame = table(40, popularity=np.arange(40))
    settings = Settings(("ridge",))
    plain = key_of(dataset(frame), settings)
    assert key_of(dataset(frame), settings) == plain
    others = [
        key_of(dataset(frame.assign(rating=frame["rating"][::-1].to_numpy())), settings),
        key_of(dataset(frame[::-1]), settings), key_of(dataset(frame.assign(popularity=7)), settings),
        key_of(dataset(frame), replace(settings, seed=1)), key_of(dataset(frame), replace(settings, models=None)),
        key_of(dataset(frame), replace(settings, answers={"row-order": "yes"})),
    ]  # fmt: skip

    def norwegian() -> str:
        speak("nb")
        return key_of(dataset(frame), settings)

    others.append(contextvars.copy_context().run(norwegian))
    monkeypatch.setattr("core.cluster.version", lambda: "another")
    others.append(key_of(dataset(frame), settings))
    assert len({plain, *others}) == 1 + len(others)


def test_a_document_reads_back_or_is_damaged(tmp_path: Path) -> None:
    """As it was written; cut, with a figure changed, of somebody else or no document at all, it is damaged."""
    kept.write_document(tmp_path, "ann", "k", {"skill": 0.1 + 0.2, "name": "ø"})
    path = tmp_path / kept.file_of("ann")
    assert kept.read_document(tmp_path, "ann") == {"listener": "ann", "key": "k", "skill": 0.1 + 0.2, "name": "ø"}
    assert kept.read_document(tmp_path, "bo") is None
    content = path.read_bytes()
    for bad in (
        content[:-5],
        content.replace(b"0.3", b"0.4"),
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ):
        path.write_bytes(bad)
        with pytest.raises(kept.DamagedError):
            kept.read_document(tmp_path, "ann")
    (tmp_path / kept.file_of("bo")).write_bytes(content)
    with pytest.raises(kept.DamagedError):
        kept.read_document(tmp_path, "bo")


@pytest.mark.fault(3)
def test_writing_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full the file of before stays, and no half; a half that a kill left is cleared away at once, one
    that is being written is not.
    """
    path = tmp_path / "a.json"
    kept.write(path, b"before")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(EarprintError, match="No space left"):
            kept.write(path, b"after")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a.json", b"before")]
    (tmp_path / ".killed.part").write_bytes(b"x")
    with (tmp_path / ".written.part").open("xb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        kept.make_ready(tmp_path)
        assert sorted(one.name for one in tmp_path.iterdir()) == [".written.part", "a.json"]


def test_only_what_does_not_fit_is_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run computes nothing, a damaged document or one listener's other list that alone, other settings everything; an
    analysis that is refused costs nobody else and is asked again.
    """
    asked: list[str] = []

    def analysed(data: Dataset, **_: object) -> Dataset:
        asked.append(data.listener)
        if data.listener == "Cy":
            raise InputError(["No folds."])
        return data

    def summed_up(data: Dataset) -> dict[str, Any]:
        verdict = {"level": "weak", "skill": 0.1, "skill_low": 0.0, "skill_high": 0.2, "p_value": 0.01}
        return {
            "dataset": {"tracks": data.tracks, "features": list(data.feature_names)},
            "verdict": verdict,
            "drivers": [],
        }

    monkeypatch.setattr(pipeline, "analyse", analysed)
    monkeypatch.setattr(pipeline, "summary", summed_up)
    frame = pd.concat([table(30, seed=seed).assign(user=name) for seed, name in enumerate(("Ann", "Bo", "Cy"))])
    file, folder = tmp_path / "list.csv", tmp_path / "out"

    def run(seed: int = 0) -> tuple[list[str], Outcome, list[tuple[int, int, int]]]:
        frame.to_csv(file, index=False)
        everyone = read_asked([file], Choices(listener="user"))
        assert isinstance(everyone, Everyone)
        asked.clear()
        steps: list[tuple[int, int, int]] = []
        found = analyse_all(
            everyone, folder, Settings(seed=seed), workers=1, progress=lambda *step: steps.append(step)
        )  # fmt: skip
        assert [one.listener for one in found.whole.ones] == ["Ann", "Bo"]
        assert found.whole.refused == (Refused("Cy", "No folds."),)
        return sorted(asked), found, steps

    who, _, steps = run()
    assert (who, steps) == (["Ann", "Bo", "Cy"], [(0, 3, 0), (1, 3, 0), (2, 3, 0), (3, 3, 0)])
    who, found, steps = run()
    assert (who, found.there, found.outdated, steps) == (["Cy"], 2, (), [(2, 3, 2), (3, 3, 2)])
    (folder / kept.file_of("Bo")).write_text("{")
    who, found, _ = run()
    assert (who, found.damaged, found.there) == (["Bo", "Cy"], ("Bo",), 1)
    frame.iloc[0, frame.columns.get_loc("rating")] = 11 - frame.iloc[0, frame.columns.get_loc("rating")]  # Ann's first
    who, found, _ = run()
    assert (who, found.outdated) == (["Ann", "Cy"], ("Ann",))
    assert run(seed=1)[0] == ["Ann", "Bo", "Cy"]


def one(
    listener: str, p_value: float, level: str = "clear", drivers: tuple[Driver, ...] = (), skill: float = 0.2
) -> One:
    """A listener with these results."""
    return One(listener, 60, level, skill, 0.1, 0.3, p_value, ("energy", "tempo", "valence"), drivers)


def test_luck_among_many_tests_is_counted() -> None:
    """q is Benjamini and Hochberg's over possible tests; p up to 0.05 alone is not enough, nor is a suspicious list."""
    ones = (
        one("a", 0.001), one("b", 0.02, "weak"), one("c", 0.04, "weak"), one("d", 0.5, "none"), one("e", 0.9, "none"),
        one("f", 0.001, "suspicious"), one("g", math.nan, "none"),
    )  # fmt: skip
    found = Whole("x.csv", ones, ())
    np.testing.assert_allclose(found.q, [0.003, 0.04, 0.06, 0.6, 0.9, 0.003, np.nan])
    assert [who.listener for who in found.predictable] == ["a", "b"]
    assert (found.tests, found.passed) == (6, 4)
    assert found.by_luck == pytest.approx(0.3)
    assert found.levels == {"clear": 1, "weak": 2, "none": 3, "suspicious": 1}


def test_a_direction_is_the_leads_alone() -> None:
    """A feature in the group of another counts as a driver there, without a direction."""
    both = Driver("energy", ("energy", "tempo"), -1)
    found = Whole(
        "x.csv", (one("a", 0.001, drivers=(both,)), one("b", 0.04, "weak", (Driver("tempo", ("tempo",), 0),))), ()
    )
    rows = found.features.set_index("feature")
    assert rows.loc["energy"].tolist() == [2, 1, 1, 1, 0, 1, 0]
    assert rows.loc["tempo"].tolist() == [2, 2, 2, 1, 0, 0, 1]
    assert rows.loc["valence"].tolist() == [2, 0, 0, 0, 0, 0, 0]
    said = " ".join(told.sentences(found))
    assert "tempo for 2 (along a curve for 1, in the group of another feature for 1)" in said


@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.parametrize("number", [0, 1, 2, 30])
def test_any_number_can_be_said(number: int, language: str) -> None:
    """None, one and many: found or not, with drivers or without, tested or not, refused or not."""
    driver = Driver("tempo", ("tempo",), 1)

    def say_all() -> list[str]:
        speak(language)
        said = [told.progress(number, number, number // 2), *told.renewed(["`x`"] * (number % 3), ["y"] * number)]
        for kind in (
            [one(f"l{n}", 0.001, drivers=(driver,)) for n in range(number)], [one(f"l{n}", 0.9, "none") for n in range(number)],
            [one(f"l{n}", math.nan, "none", skill=-0.2) for n in range(number)],
            [one(f"l{n}", 0.001) for n in range(number)],
        ):  # fmt: skip
            found = Whole("x.csv", tuple(kind), tuple(Refused(f"r{n}", "No.") for n in range(number)), number)
            said += [*told.sentences(found), *told.lines(found), *told.faults(found)]
        return said

    said = contextvars.copy_context().run(say_all)
    assert all(sentence.strip() for sentence in said)
    assert len(said) >= (1 if number == 0 else 20)


def test_what_a_document_must_hold() -> None:
    """A summary without a verdict, or with one that nobody knows, is none."""
    for document in ({}, {"verdict": {"level": "great"}}, {"verdict": None}):
        with pytest.raises((KeyError, TypeError, ValueError)):
            one_of("ann", document)


def test_options_that_do_not_fit_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everybody needs a folder, and one that can be made; one list needs none; `all` needs listeners."""
    file, alone = tmp_path / "two.csv", tmp_path / "one.csv"
    pd.concat([table(30).assign(user="Ann"), table(30, seed=1).assign(user="Bo")]).to_csv(file, index=False)
    table(30).to_csv(alone, index=False)
    for arguments, fault in (
        ([file, "--listener", "user"], "all 2 listeners, whose summaries need a folder"),
        ([file, "--listener", "all"], "all 2 listeners, whose summaries need a folder"),
        ([file, "--listener", "user=Ann", "--out", tmp_path / "x"], "is for the summaries of all listeners"),
        ([alone, "--out", tmp_path / "x"], "is for the summaries of all listeners"),
        ([alone, "--listener", "all", "--out", tmp_path / "x"], "name no listeners"),
        ([file, "--listener", "user", "--out", tmp_path / "x", "--json", "-"], "are of one list"),
        ([file, "--listener", "user", "--out", tmp_path / "x", "--shap", tmp_path / "y"], "are of one list"),
        ([file, "--listener", "user", "--out", alone], "cannot write into"),
        ([file, "--listener", "user", "--out", tmp_path / "no" / "x"], "cannot write into"),
        ([tmp_path / "nothing.csv", "--listener", "user", "--out", tmp_path / "x"], "cannot open"),
    ):
        assert main(["analyse", *map(str, arguments), "--quick", "--workers", "1"]) == 2, arguments
        heard = capsys.readouterr()
        assert fault in heard.err
        assert heard.out == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.csv", "two.csv"]


def test_nobody_left_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no list can be analysed the exit status is 2, with everybody's fault; the whole says so too."""
    file, folder = tmp_path / "two.csv", tmp_path / "out"
    pd.concat([table(5).assign(user="Ann"), table(6, seed=1).assign(user="Bo")]).to_csv(file, index=False)
    assert main(["analyse", str(file), "--listener", "user", "--out", str(folder), "--workers", "1"]) == 2
    heard = capsys.readouterr()
    assert "`Ann`: Only 5 rows" in heard.err
    assert "`Bo`: Only 6 rows" in heard.err
    assert "None of the listeners can be analysed." in heard.err
    assert [one["listener"] for one in json.loads((folder / "whole.json").read_text())["refused"]] == ["Ann", "Bo"]
