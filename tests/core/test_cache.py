"""Results on disk: the same when they come back, never run, and never in the way."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.cache import Cache, UnknownError, default_folder, packed, unpacked
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.explain.out_of_fold import explain
from core.jobs import Jobs
from core.verdict import gather
from tests.conftest import ROOT
from tests.disks import small

KEY = ("data", "evaluation", "0")


def same(one: object, other: object) -> None:
    """Equal in kind and value, to the last bit."""
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame) and isinstance(other, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    elif isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, dict) and isinstance(other, dict):
        assert list(one) == list(other)
        for name in one:
            same(one[name], other[name])
    elif isinstance(one, tuple | list) and isinstance(other, tuple | list):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            same(*pair)
    elif hasattr(one, "__dataclass_fields__"):
        for name in one.__dataclass_fields__:
            same(getattr(one, name), getattr(other, name))
    else:
        assert one == other or (one != one and other != other)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, -0.1, float("nan"), "Só", (1, [2, {"a": (3,)}]), {(1, "x"): 2.5}, frozenset({1, 2}), np.float64(0.1),
        np.int8(3), np.arange(6.0).reshape(2, 3), np.array(["a", "é"]), np.array(["a", None, (1, 2)], dtype=object),
        np.array([True, False]), pd.DataFrame(), pd.DataFrame(columns=["a", "b"]),
        pd.DataFrame({"a": [1, 2], "b": [0.1, np.nan], "c": ["x", None], "d": [(1,), (2, 3)]}, index=[4, 7]),
        pd.DataFrame({"a": pd.array([1, None], dtype="Int64")}),
    ],
    ids=str,
)  # fmt: skip
def test_values_come_back_as_they_were(value: object) -> None:
    """Kind, order, missing values and all."""
    same(unpacked(packed(value)), value)


def test_results_come_back_as_they_were(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """Those that the pages wait for."""
    for found in (
        taste_evaluation, gather(taste, taste_evaluation, workers=1), explain(taste, "ridge", workers=1),
    ):  # fmt: skip
        same(unpacked(packed(found)), found)


@dataclass(frozen=True)
class Foreign:
    """A class that is none of the package's."""

    x: int = 1


def test_nothing_else_has_a_form() -> None:
    """Neither functions nor other people's classes; on reading neither, whatever the file says."""
    for value in (len, Foreign(), object(), {"a": [Foreign()]}):
        with pytest.raises(UnknownError):
            packed(value)
    for tree in (["class", "os", "system", ["true"]], ["class", "tests.core.test_cache", "Foreign", [1]], ["call", "x"],
                 ["class", "core.jobs", "Jobs", []]):  # fmt: skip
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as file:
            file.writestr("tree.json", json.dumps(tree))
        with pytest.raises(UnknownError):
            unpacked(out.getvalue())


def test_what_is_saved_is_found_under_its_key_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not by another version of the code."""
    cache = Cache(tmp_path / "cache")
    assert cache.load(KEY) is None
    cache.save(KEY, {"a": 1})
    assert cache.load(KEY) == {"a": 1}
    assert cache.load((*KEY, "x")) is None
    monkeypatch.setattr("core.cluster.version", lambda: "another")
    assert cache.load(KEY) is None


@pytest.mark.parametrize("damage", [b"", b"PK", b"x" * 100])
def test_a_damaged_file_is_no_result(tmp_path: Path, damage: bytes) -> None:
    """It is deleted, and the next save finds its place."""
    cache = Cache(tmp_path)
    cache.save(KEY, np.arange(100.0))
    (path,) = tmp_path.glob("*.zip")
    for content in (damage, path.read_bytes()[:-30] + damage):
        path.write_bytes(content)
        assert cache.load(KEY) is None
        assert not path.exists()
    cache.save(KEY, 1)
    assert cache.load(KEY) == 1


def test_an_app_that_is_killed_in_the_middle_leaves_a_whole_result_or_none(tmp_path: Path) -> None:
    """Ten times while it writes; the half that a kill leaves is deleted with the next save."""
    values = [np.full(300_000, float(number)) for number in range(3)]
    code = (
        "import sys; from pathlib import Path; import numpy as np; from core.cache import Cache\n"
        "cache, values = Cache(Path(sys.argv[1])), [np.full(300_000, float(number)) for number in range(3)]\n"
        f"while True:\n    for value in values: cache.save({KEY!r}, value)"
    )
    halves = 0
    for _ in range(10):
        app = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT)
        until = time.monotonic() + 60
        while not list(tmp_path.glob(".*.part")):
            assert time.monotonic() < until
        app.kill()
        app.wait()
        halves += len(list(tmp_path.glob(".*.part")))
        found = Cache(tmp_path).load(KEY)
        assert found is None or any(np.array_equal(found, value) for value in values)
        Cache(tmp_path).save((*KEY, "next"), 1)
        assert not list(tmp_path.glob(".*.part"))
    assert halves


def test_the_folder_is_bounded(tmp_path: Path) -> None:
    """What was not read for longest goes first."""
    cache = Cache(tmp_path, most=30_000)
    for number in range(4):
        cache.save((str(number),), np.full(1_000, float(number)))
        for path in tmp_path.glob("*.zip"):
            os.utime(path, (path.stat().st_atime - 10, path.stat().st_mtime - 10))
        if number == 2:
            assert cache.load(("0",)) is not None
    assert [cache.load((str(number),)) is not None for number in range(4)] == [True, False, True, True]


@pytest.mark.fault(3)
def test_a_full_disk_costs_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What was kept stays, no half is left, the log says so; with room again the next result is kept."""
    with small(tmp_path / "full") as disk:
        cache = Cache(disk)
        cache.save(KEY, np.zeros(10_000))
        cache.save((*KEY, "large"), np.zeros(100_000))
        assert "No space left" in caplog.text
        assert cache.load((*KEY, "large")) is None
        np.testing.assert_array_equal(cache.load(KEY), np.zeros(10_000))
        assert len(list(disk.iterdir())) == 1
        cache.save((*KEY, "small"), 1)
        assert cache.load((*KEY, "small")) == 1


@pytest.mark.fault(4)
def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log says so."""
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache")
    cache.save(KEY, 1)
    assert cache.load(KEY) is None
    assert "cache" in caplog.text


def test_only_nobodys_jobs_are_on_disk(tmp_path: Path) -> None:
    """Bundled lists are; what a person gave is not. After a start a known result is there at once."""
    first = Jobs(cache=Cache(tmp_path))
    for owner in ("", "ann"):
        assert first.ask(owner, KEY, np.negative, np.arange(3.0), patience=60).status == "done"
    until = time.monotonic() + 5
    while not list(tmp_path.glob("*.zip")) and time.monotonic() < until:
        time.sleep(0.05)
    first.close()
    assert len(list(tmp_path.glob("*.zip"))) == 1
    second = Jobs(cache=Cache(tmp_path))
    np.testing.assert_array_equal(second.ask("", KEY, np.negative, np.arange(3.0)).result, -np.arange(3.0))
    assert second.ask("ann", KEY, np.negative, np.arange(3.0)).status != "done"
    second.close()


def test_the_folder_is_the_operators_or_this_persons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty setting means none."""
    monkeypatch.setenv("EARPRINT_CACHE", str(tmp_path))
    assert default_folder() == tmp_path
    monkeypatch.setenv("EARPRINT_CACHE", "")
    assert default_folder() is None
    monkeypatch.delenv("EARPRINT_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "earprint"
