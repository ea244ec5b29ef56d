"""What is kept between sessions: for its owner alone, whole or not at all, and never over a damaged file."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sql

from core.__main__ import main
from core.errors import SettingsError
from core.store import Kept, Store, StoreError, as_json, default_address
from tests.conftest import ROOT
from tests.disks import small
from tests.faults import KILLS

ANN, BEN = "a" * 32, "b" * 32
LIST = Kept(
    {"id 1": {"title": "Só <b>", "tempo": 101.5, "id": "1"}, "id 0": {"title": "", "tempo": float("nan")}},
    {"id 1": 7, "id 0": None},
    {"só\nx": {"id": "1", "title": "Só"}},
)


def opened(path: Path) -> Store:
    """The store in this file."""
    return Store(sql.create_engine(f"sqlite:///{path}", hide_parameters=True))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where it lies, in a folder that is not there yet."""
    return tmp_path / "data of programs" / "earprint.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """An empty one."""
    found = opened(path)
    yield found
    found._engine.dispose()


def test_what_is_saved_comes_back_in_its_order(store: Store, path: Path) -> None:
    """Also from another process's view of the file; a number that is missing stays missing."""
    store.save(ANN, LIST)
    found = opened(path).load(ANN)
    assert list(found.tracks) == ["id 1", "id 0"]
    assert found.tracks["id 1"] == LIST.tracks["id 1"]
    assert np.isnan(found.tracks["id 0"]["tempo"])  # type: ignore[arg-type]
    assert found.ratings == LIST.ratings
    assert found.looked_up == LIST.looked_up


def test_numbers_of_numpy_are_kept_as_numbers(store: Store) -> None:
    """What a table's cells are."""
    store.save(ANN, Kept({"x": {"tempo": np.float64(1.5), "key": np.int64(3)}}, {"x": np.float64(4)}))
    assert store.load(ANN).tracks["x"] == {"tempo": 1.5, "key": 3}


def test_nobody_sees_what_another_keeps(store: Store, path: Path) -> None:
    """Same names, other owners; deleting is for one's own; the secrets do not stand in the file."""
    store.save(ANN, LIST)
    store.save(BEN, Kept({"id 1": {"title": "Ben's"}}, {"id 1": 2}))
    assert store.load(BEN).tracks == {"id 1": {"title": "Ben's"}}
    assert store.load("c" * 32) == Kept()
    store.forget(BEN)
    assert store.load(BEN) == Kept()
    assert store.load(ANN).ratings == LIST.ratings
    content = b"".join(one.read_bytes() for one in path.parent.iterdir())
    assert ANN.encode() not in content
    assert b"Ben's" not in path.read_bytes()


def test_only_what_changed_is_written(store: Store) -> None:
    """A second window of the same browser that knows less takes nothing away."""
    store.save(ANN, LIST)
    store.save(ANN, Kept({"id 2": {"title": "new"}}, {"id 2": 5}))
    changed = Kept(LIST.tracks, {"id 1": 8, "id 0": None})
    store.save(ANN, changed, LIST)
    assert store.load(ANN).ratings == {"id 1": 8, "id 0": None, "id 2": 5}


def test_the_file_is_for_its_owner_alone(store: Store, path: Path) -> None:
    """And the folder, and the journal beside it."""
    store.save(ANN, LIST)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()} == {0o600}


@pytest.mark.fault(6)
@pytest.mark.parametrize("content", [b"no database at all, " * 400, b"SQLite format 3\x00" + b"\x99" * 5_000])
def test_a_damaged_file_is_put_aside(path: Path, content: bytes) -> None:
    """Its bytes stay, under another name; a new one begins."""
    path.parent.mkdir()
    path.write_bytes(content)
    found = opened(path)
    assert (path.parent / found.put_aside).read_bytes() == content
    found.save(ANN, LIST)
    assert found.load(ANN).ratings == LIST.ratings


@pytest.mark.fault(6)
def test_a_page_damaged_in_the_middle_is_noticed(path: Path) -> None:
    """By the check at the start."""
    first = opened(path)
    first.save(ANN, Kept({f"id {n}": {"title": "x" * 500} for n in range(300)}, {}))
    with first._engine.connect() as connection:
        connection.execute(sql.text("PRAGMA wal_checkpoint(TRUNCATE)"))
    first._engine.dispose()
    whole = path.read_bytes()
    path.write_bytes(whole[:8_192] + b"\x07" * 60_000 + whole[68_192:])
    assert opened(path).put_aside


@pytest.mark.fault(3)
def test_a_full_disk_is_told_and_costs_nothing_that_was_kept(store: Store) -> None:
    """Nothing of the failed write is there, and the rest can be read."""
    store.save(ANN, LIST)

    @sql.event.listens_for(store._engine, "connect")
    def small(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 12")

    store._engine.dispose()
    with pytest.raises(StoreError, match="disk is full"):
        store.save(ANN, Kept({f"id {n}": {"title": "x" * 500} for n in range(3, 300)}, {}))
    assert set(store.load(ANN).tracks) == {"id 0", "id 1"}


@pytest.mark.fault(5)
def test_a_writer_waits_for_another(store: Store, path: Path) -> None:
    """And says so where it waits in vain; the next try succeeds."""
    holder = sqlite3.connect(path, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    threading.Timer(0.5, holder.rollback).start()
    store.save(ANN, LIST)
    assert store.load(ANN).ratings == LIST.ratings

    @sql.event.listens_for(store._engine, "connect")
    def hasty(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA busy_timeout = 100")

    store._engine.dispose()
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="Another program holds"):
        store.save(BEN, LIST)
    holder.rollback()
    store.save(BEN, LIST)
    assert store.load(BEN).ratings == LIST.ratings


@pytest.mark.fault(4)
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """In a sentence without the place, which the log has."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="does not answer") as raised:
        opened(tmp_path / "file" / "earprint.sqlite")
    assert str(tmp_path) not in raised.value.faults[0]
    assert str(tmp_path) in caplog.text


@pytest.mark.parametrize("kind", [sql.exc.DataError, sql.exc.IntegrityError])
def test_a_value_that_a_database_refuses_stays_out_of_the_log(
    store: Store, caplog: pytest.LogCaptureFixture, kind: type[sql.exc.DBAPIError]
) -> None:
    """Some quote it in what they say; the log has the kind of the refusal."""

    @sql.event.listens_for(store._engine, "before_cursor_execute")
    def refuse(*_: object) -> None:
        raise kind("INSERT", {}, ArithmeticError("invalid input: canary"))

    with pytest.raises(StoreError, match="does not answer"):
        store.save(ANN, LIST)
    assert "canary" not in caplog.text
    assert "ArithmeticError" in caplog.text


def test_the_address_is_the_operators_or_this_persons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By one setting; else a file in the usual folder."""
    monkeypatch.setenv("EARPRINT_DATABASE", "postgresql://x")
    assert default_address() == "postgresql://x"
    monkeypatch.delenv("EARPRINT_DATABASE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_address().endswith("earprint/earprint.sqlite")


def test_a_copy_is_whole_while_others_write(store: Store, path: Path, tmp_path: Path) -> None:
    """Each is a database by itself with what was acknowledged before it began, for its owner alone; nothing else is left."""
    store.save(ANN, LIST)
    ended = threading.Event()

    def write() -> None:
        other = opened(path)
        number = 0
        while not ended.is_set():
            other.save(BEN, Kept({f"id {number}": {"title": "x" * 400}}, {}))
            number += 1
        other._engine.dispose()

    writer = threading.Thread(target=write)
    writer.start()
    copies = tmp_path / "copies"
    copies.mkdir()
    try:
        for number in range(5):
            before = set(store.load(BEN).tracks)
            store.backup(copies / f"{number}.sqlite")
            copy = opened(copies / f"{number}.sqlite")
            assert copy.load(ANN).ratings == LIST.ratings
            assert before <= set(copy.load(BEN).tracks)
            assert not copy.put_aside
            copy._engine.dispose()
    finally:
        ended.set()
        writer.join()
    assert sorted(one.name for one in copies.iterdir()) == [f"{number}.sqlite" for number in range(5)]
    assert {stat.S_IMODE(one.stat().st_mode) for one in copies.iterdir()} == {0o600}


def test_no_copy_is_written_over(store: Store, tmp_path: Path) -> None:
    """What is there stays; a database that is no SQLite file says so, and so does one that is not there."""
    (tmp_path / "there").write_text("mine")
    with pytest.raises(SettingsError, match="write over no backup"):
        store.backup(tmp_path / "there")
    assert (tmp_path / "there").read_text() == "mine"
    with pytest.raises(OSError, match="No such file"):
        store.backup(tmp_path / "no folder" / "copy")
    store._engine.dialect.name = "postgresql"
    with pytest.raises(SettingsError, match="its own tools"):
        store.backup(tmp_path / "copy")


def test_the_command_copies_the_operators_database(
    store: Store, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its variable; where there is none, or no place for the copy, a sentence says so and nothing is made."""
    store.save(ANN, LIST)
    monkeypatch.setenv("EARPRINT_DATABASE", f"sqlite:///{path}")
    assert main(["store", "backup", str(tmp_path / "copy")]) == 0
    assert opened(tmp_path / "copy").load(ANN).ratings == LIST.ratings
    assert main(["store", "backup", str(tmp_path / "no" / "copy")]) == 2
    monkeypatch.setenv("EARPRINT_DATABASE", f"sqlite:///{tmp_path / 'none'}")
    assert main(["store", "backup", str(tmp_path / "copy 2")]) == 2
    assert "There is no database yet" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


@pytest.mark.fault(1)
def test_kill_9_in_the_middle_of_writing_loses_nothing_acknowledged(path: Path) -> None:
    """Eight times (thirty in `make faults`): what was told to be saved is there, and the file is sound."""
    opened(path)._engine.dispose()
    code = (
        "import sys, sqlalchemy as sql\nfrom core.store import Kept, Store\n"
        "store = Store(sql.create_engine(sys.argv[1]))\nnumber = int(sys.argv[2])\n"
        "while True:\n"
        "    store.save('a' * 32, Kept({f'id {number}': {'title': 'x' * 3000}}, {}))\n"
        "    print(number, flush=True)\n    number += 1\n"
    )
    last = -1
    for _ in range(KILLS):
        command = [sys.executable, "-c", code, f"sqlite:///{path}", str(last + 1)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for _ in range(5):
                last = int(writer.stdout.readline())
            writer.kill()
            last = max([last, *map(int, writer.stdout.read().split())])
        found = opened(path)
        assert not found.put_aside
        assert {f"id {number}" for number in range(last + 1)} <= set(found.load(ANN).tracks)
        found._engine.dispose()
    sys.stdout.write(f"{KILLS} kills, {last + 1} writes acknowledged, 0 lost, 0 damaged\n")


def test_everything_can_be_taken_away(store: Store) -> None:
    """As JSON that every program reads, numbers that are missing as null; of its owner alone."""
    store.save(ANN, LIST)
    store.save(BEN, Kept({"id 9": {"title": "Ben's"}}, {}))
    whole = json.loads(as_json(store.load(ANN), answers=[np.int64(3), np.float64("nan")]))
    assert list(whole["tracks"]) == ["id 1", "id 0"]
    assert whole["tracks"]["id 1"] == LIST.tracks["id 1"]
    assert whole["tracks"]["id 0"]["tempo"] is None
    assert whole["ratings"] == {"id 1": 7, "id 0": None}
    assert whole["looked_up"] == LIST.looked_up
    assert whole["answers"] == [3, None]
    assert b"Ben" not in as_json(store.load(ANN))


@pytest.mark.fault(3)
def test_a_copy_onto_a_full_disk_leaves_nothing(store: Store, tmp_path: Path) -> None:
    """One sentence; the database goes on, and with room the copy is made."""
    store.save(ANN, Kept({f"id {n}": {"title": "x" * 3_000} for n in range(100)}, {}))
    with small(tmp_path / "full") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * 500_000)
        with pytest.raises(StoreError, match="The copy failed"):
            store.backup(disk / "copy.sqlite")
        assert [one.name for one in disk.iterdir()] == ["ballast"]
        ballast.unlink()
        store.backup(disk / "copy.sqlite")
        copy = opened(disk / "copy.sqlite")
        assert copy.load(ANN) == store.load(ANN)
        copy._engine.dispose()


def test_a_copy_that_fails_leaves_nothing(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, and no half of a copy."""
    store.save(ANN, LIST)

    class Full(sqlite3.Connection):
        def execute(self, *_: object) -> sqlite3.Cursor:
            raise sqlite3.OperationalError("database or disk is full")

    real = sqlite3.connect
    monkeypatch.setattr("core.store.sqlite3.connect", lambda path: real(path, factory=Full))
    with pytest.raises(StoreError, match="The copy failed"):
        store.backup(tmp_path / "copy.sqlite")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data of programs"]
