"""What a person collected, kept between sessions in a database: tracks, their features where they came, and ratings given.

Convention: a row belongs to an owner, who is told by a secret that they alone have (of a browser, or of a login); its SHA-256 is
what is written, so that who reads the database can come back as nobody. Every function asks for the owner's rows alone. A write
is one transaction. SQLite keeps a journal beside the file (WAL) and waits five seconds for another writer; its folder and file
are for their owner alone, as is a copy of it (`Store.backup`). A file that is no database, or damaged, is put aside under another
name and never written over.

Source: https://docs.sqlalchemy.org/en/20/core/ (any database that SQLAlchemy knows will do).
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import secrets
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sql
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, SQLAlchemyError

from core.errors import EarprintError, SettingsError
from core.language import say

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry

_log = logging.getLogger(__name__)
_TABLES = sql.MetaData()
_KEY = sql.String(64)
_COLLECTED = sql.Table(
    "collected", _TABLES,
    sql.Column("owner", _KEY, primary_key=True), sql.Column("name", _KEY, primary_key=True),
    sql.Column("place", sql.Integer, nullable=False), sql.Column("track", sql.Text, nullable=False),
    sql.Column("rating", sql.Float),
)  # fmt: skip
_LOOKED_UP = sql.Table(
    "looked_up", _TABLES,
    sql.Column("owner", _KEY, primary_key=True), sql.Column("name", _KEY, primary_key=True),
    sql.Column("asked", sql.Text, nullable=False), sql.Column("track", sql.Text, nullable=False),
)  # fmt: skip


class StoreError(EarprintError):
    """What is kept cannot be read or written."""


@dataclass(frozen=True)
class Kept:
    """tracks: name -> what is known of it, in the order of collecting. ratings: name -> rating, None where none was given.
    looked_up: what a search was asked for -> the track that it found.
    """

    tracks: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    ratings: Mapping[str, float | None] = field(default_factory=dict)
    looked_up: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def default_address() -> str:
    """The address of the database: `EARPRINT_DATABASE`, else an SQLite file in this person's folder for data of programs."""
    given = os.environ.get("EARPRINT_DATABASE", "")
    if given:
        return given
    import platformdirs

    folder = Path(platformdirs.user_data_dir("earprint", appauthor=False))
    return f"sqlite:///{folder / 'earprint.sqlite'}"


def as_json(kept: Kept, **more: object) -> bytes:
    """All that is kept, and what else is given, as JSON for its owner to take away; a number that is missing is null."""
    whole = {"tracks": kept.tracks, "ratings": kept.ratings, "looked_up": kept.looked_up, **more}
    written = json.dumps(_with_null(whole), indent=1, ensure_ascii=False, allow_nan=False)
    return written.encode("utf-8", "replace")


def _with_null(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _with_null(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_with_null(one) for one in value]
    plain = value if value is None or isinstance(value, str | int | float) else _plain(value)
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain


def backup(path: Path) -> None:
    """Copy the database at the default address, which must be there, to this file. Raises as `Store.backup` does."""
    address = sql.make_url(default_address())
    if address.get_backend_name() == "sqlite" and not (address.database and Path(address.database).is_file()):
        raise SettingsError([say("There is no database yet at `{path}`.", path=address.database or ":memory:")])
    engine = sql.create_engine(address, hide_parameters=True)
    try:
        Store(engine).backup(path)
    finally:
        engine.dispose()


class Store:
    """A database that is ready to be used. Raises `StoreError` where it cannot be."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.put_aside = ""  # under which name a damaged file lies now
        try:
            if engine.dialect.name == "sqlite":
                self._prepare_file()
            _TABLES.create_all(engine)
        except (SQLAlchemyError, OSError) as error:
            raise _said(error) from error

    def load(self, secret: str) -> Kept:
        """All that this owner keeps. Raises `StoreError`."""
        owner = _digest(secret)
        own = sql.select(_COLLECTED).where(_COLLECTED.c.owner == owner).order_by(_COLLECTED.c.place, _COLLECTED.c.name)
        found = sql.select(_LOOKED_UP).where(_LOOKED_UP.c.owner == owner)
        try:
            with self._engine.connect() as connection:
                rows = [(json.loads(row.track), row.rating) for row in connection.execute(own)]
                looked_up = {row.asked: json.loads(row.track) for row in connection.execute(found)}
        except (SQLAlchemyError, ValueError) as error:
            raise _said(error) from error
        return Kept(
            {track["name"]: track["row"] for track, _ in rows},
            {track["name"]: rating for track, rating in rows},
            looked_up,
        )

    def save(self, secret: str, now: Kept, before: Kept = Kept()) -> None:
        """Write what differs from `before`. Raises `StoreError`, and then nothing of it was written."""
        owner = _digest(secret)
        places = {name: place for place, name in enumerate(now.tracks)}
        changed: list[dict[str, object]] = [
            {"owner": owner, "name": _digest(name), "place": places[name], "rating": now.ratings.get(name),
             "track": json.dumps({"name": name, "row": track}, default=_plain)}
            for name, track in now.tracks.items()
            if before.tracks.get(name) != track or before.ratings.get(name) != now.ratings.get(name)
        ]  # fmt: skip
        found: list[dict[str, object]] = [
            {"owner": owner, "name": _digest(asked), "asked": asked, "track": json.dumps(track)}
            for asked, track in now.looked_up.items()
            if before.looked_up.get(asked) != track
        ]
        if not changed and not found:
            return
        try:
            with self._engine.begin() as connection:
                _replace(connection, _COLLECTED, changed)
                _replace(connection, _LOOKED_UP, found)
        except SQLAlchemyError as error:
            raise _said(error) from error

    def forget(self, secret: str) -> None:
        """Delete all that this owner keeps. Raises `StoreError`."""
        try:
            with self._engine.begin() as connection:
                for table in (_COLLECTED, _LOOKED_UP):
                    connection.execute(sql.delete(table).where(table.c.owner == _digest(secret)))
        except SQLAlchemyError as error:
            raise _said(error) from error

    def backup(self, path: Path) -> None:
        """Copy all that anybody keeps into an SQLite file of its own, also while others write: whole as of one moment, and
        checked before it takes its name. Only its owner may read it. Raises `SettingsError` where the database is no SQLite file
        or a file is there already, `StoreError`, OSError.
        """
        if self._engine.dialect.name != "sqlite":
            raise SettingsError([say("The database is no SQLite file: copy it with its own tools.")])
        if path.exists():
            raise SettingsError([say("`{path}` is there already. I write over no backup.", path=path)])
        beside = path.with_name(f".{secrets.token_hex(8)}.part")
        beside.touch(mode=0o600, exist_ok=False)
        try:
            with self._engine.connect() as connection, closing(sqlite3.connect(beside)) as copy:
                held = connection.connection.driver_connection
                assert isinstance(held, sqlite3.Connection)  # by the dialect
                held.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a journal beside it
                if copy.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                    raise sqlite3.DatabaseError("damaged copy")
            beside.rename(path)
        except (SQLAlchemyError, sqlite3.Error) as error:
            _log.error("backup: %s", getattr(error, "orig", None) or error)
            raise StoreError([say("The copy failed, and nothing of it is left. The log says why.")]) from error
        finally:
            beside.unlink(missing_ok=True)

    def _prepare_file(self) -> None:
        """The folder, the file with its rights, and its settings; a file that is no sound database goes aside."""
        name = self._engine.url.database
        sql.event.listen(self._engine, "connect", _set_up)
        if not name or name == ":memory:":
            return
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        try:
            with self._engine.connect() as connection:
                state = connection.execute(sql.text("PRAGMA quick_check(1)")).scalar()
                connection.execute(sql.text("SELECT count(*) FROM sqlite_master"))
        except DatabaseError as error:
            if _kind(error) not in {"SQLITE_CORRUPT", "SQLITE_NOTADB"}:
                raise
            state = "damaged"
        if state != "ok":
            self._engine.dispose()
            aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}")
            for suffix in ("-wal", "-shm", ""):
                beside = path.with_name(path.name + suffix)
                if beside.exists():
                    beside.rename(aside.with_name(aside.name + suffix))
            _log.error("damaged: %s is now %s", path, aside.name)
            self.put_aside = aside.name
            path.touch(mode=0o600)


def _set_up(connection: Any, _: ConnectionPoolEntry) -> None:  # noqa: ANN401 whatever the driver's is
    """Of each connection to SQLite: readers beside a writer, a wait for other writers, and nothing lost when the power goes."""
    cursor = connection.cursor()
    for setting in ("busy_timeout = 5000", "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _replace(connection: Connection, table: sql.Table, rows: list[dict[str, object]]) -> None:
    """Rows in place of those of the same owner and name, in words that every database knows."""
    if rows:
        same = (table.c.owner == sql.bindparam("of"), table.c.name == sql.bindparam("called"))
        connection.execute(
            sql.delete(table).where(*same), [{"of": row["owner"], "called": row["name"]} for row in rows]
        )
        connection.execute(sql.insert(table), rows)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _plain(value: Any) -> object:  # noqa: ANN401 a number of numpy's
    return value.item()


def _kind(error: Exception) -> str:
    """SQLite's name of a failure, without its finer kinds; empty for what other databases tell."""
    name = str(getattr(getattr(error, "orig", None), "sqlite_errorname", ""))
    return "_".join(name.split("_")[:2])


def _said(error: Exception) -> StoreError:
    """The failure as a sentence; what the database said of it goes to the log, since it may name a place on the server."""
    # without the statement, and what it was about to write; of values that a database refuses it may quote one
    orig = getattr(error, "orig", None) or error
    _log.error("database: %s", type(orig).__name__ if isinstance(error, DataError | IntegrityError) else orig)
    if _kind(error) == "SQLITE_FULL":
        kept = say("The disk is full: what you collect now is not kept beyond this session.")
    elif _kind(error) in {"SQLITE_BUSY", "SQLITE_LOCKED"}:
        kept = say(
            "Another program holds the database: what you collect now is not kept yet, and tried again at your next step."
        )
    else:
        kept = say("The database does not answer: what you collect now is not kept beyond this session.")
    return StoreError([f"{kept} {say('You can take the table away as a file.')}"])
