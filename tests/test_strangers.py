"""Who else is there, and what they give, to the byte: people without a browser at one real server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pandas as pd
import sqlalchemy as sql

from core import text
from core.store import Kept, Store
from tests.bench.server import until_open
from tests.browser.app import started
from tests.conftest import table, upload
from tests.guest import Guest

PEOPLE = {"garganey": "a" * 32, "dotterel": "b" * 32}
PAGES = ("Data", "Collect", "Ratings", "Features", "Models", "Drivers", "Track", "Method")
RERUNS = 50


def given(name: str) -> bytes:
    """A list whose titles, artists, albums, listeners and columns say whose it is."""
    parts = [
        table(size, seed=size, track_name=[f"{name} title {n}" for n in range(size)], artist_name=f"{name} artist",
              album_name=f"{name} album", user=f"{name} {listener}").assign(**{f"{name} column": range(size)})
        for size, listener in ((30, "listener"), (25, "other listener"))
    ]  # fmt: skip
    return upload(pd.concat(parts)).data


async def visits(guest: Guest, name: str) -> None:
    """Every page once, with all that is worked out for it, and the report."""
    assert await guest.give((f"{name} file.csv", given(name))) == [204]
    for page in (*PAGES, "Models"):
        await guest.run(page)
        await guest.settled()
        if page == "Drivers" and any("look-switch" in one for one in guest.widgets):
            guest.choose("look-switch", bool_value=True)
            await guest.run()
            await guest.settled()
    await guest.run(press="ask-analysis")
    await guest.settled()


async def steps(guest: Guest, page: str, turn: int) -> None:
    """Open a page, and use what is there; in the end take away all that can be."""
    await guest.run(page)
    if page == "Track":
        guest.choose("track", string_value=guest.options["track"][turn % 30])
        await guest.run()
    elif page == "Collect":
        guest.rate({turn % 30: 1 + turn % 10})
        await guest.run()
    if turn >= RERUNS - len(PAGES):
        await guest.take()


def test_nobody_is_sent_anything_of_anothers(tmp_path: Path) -> None:
    """Two people, fifty steps in turn over all pages: of all messages and all files that one was sent, none holds a word of the
    other's, and their own words are there, of every kind.
    """
    database = f"sqlite:///{tmp_path / 'kept' / 'x.sqlite'}"
    for name, own in PEOPLE.items():
        kept = {
            f"id {n}": {"title": f"{name} kept {n}", "artist": f"{name} band", "tempo": 90.0 + n} for n in range(30)
        }
        Store(sql.create_engine(database)).save(own, Kept(kept, dict.fromkeys(kept, 7)))

    async def together(address: str) -> dict[str, tuple[bytes, bytes]]:
        guests = {name: await Guest.come(address, own) for name, own in PEOPLE.items()}
        await asyncio.gather(*(visits(guest, name) for name, guest in guests.items()))
        for turn in range(RERUNS):
            await asyncio.gather(
                *(
                    steps(guest, PAGES[turn * (3, 1)[place] % len(PAGES)], turn)
                    for place, guest in enumerate(guests.values())
                )
            )
        for guest in guests.values():
            await guest.settled()
            await guest.close()
        return {name: (b"\n".join(guest.heard), b"\n".join(guest.taken.values())) for name, guest in guests.items()}

    with started(log=tmp_path / "log", EARPRINT_DATABASE=database) as server:
        until_open(server)
        found = asyncio.run(together(server.address))
    for name, (messages, files) in found.items():
        (other,) = PEOPLE.keys() - {name}
        assert other.encode() not in (messages + files).lower()
        for kind in ("title", "artist", "album", "listener", "other listener", "column", "file.csv", "kept", "band"):
            assert f"{name} {kind}".encode() in messages, kind
        for kind in (f"{name} title", f"{name} kept", "<!doctype html>", "PNG\r\n"):  # tables, the report, the card
            assert kind.encode() in files, kind


# Names that would be places; the first word of the last part is looked for.
NAMES = (
    "../../etc/whimbrel.csv", "/etc/whimbrel.csv", "..\\..\\whimbrel.csv", "~/.ssh/whimbrel.csv", "CON.whimbrel.csv",
    "%2e%2e%2fwhimbrel.csv", f"whimbrel {'x' * 1_000}.csv", "whimbrel`<b>.csv", "whimbrel.csv/../../x.csv", "file:///whimbrel.csv",
)  # fmt: skip
REFUSED = ("../../etc/whimbrel.exe", "whimbrel\0.csv", "whimbrel.csv\0.exe", "whimbrel", f"whimbrel {'x' * 5_000}.csv")


def test_a_name_that_is_a_place_is_a_name(tmp_path: Path) -> None:
    """Files whose names lead elsewhere are read, and named to the letter, or refused; the server and its workers open nothing
    under such a name, and answer on.
    """
    watched, trace = tmp_path / "watched", tmp_path / "trace"
    watched.mkdir()
    (watched / "sitecustomize.py").write_text(_WATCH.format(trace=str(trace)))

    async def gives(address: str) -> None:
        guest = await Guest.come(address)
        for name in NAMES:
            await guest.run("Data")
            assert await guest.give((name, upload(table(30)).data)) == [204], name
            assert any("I read 30 rated tracks" in one for one in guest.said), name
            await guest.run("Ratings")
            assert guest.texts[0] == text.shorten(name, 40)
        for name in REFUSED:
            another = await Guest.come(address)
            await another.give((name, upload(table(31)).data))
            assert not any("31 rated tracks" in one for one in another.said), name
            await another.close()
        await guest.run("Data")
        assert any("I read 30 rated tracks" in one for one in guest.said)
        await guest.close()

    with started(PYTHONPATH=str(watched), EARPRINT_CACHE=str(tmp_path / "whimbrel results")) as server:
        until_open(server)
        asyncio.run(gives(server.address))
    opened = trace.read_text().splitlines()
    assert opened  # it does look: at the folder of results, which is called so
    assert [one for one in opened if "whimbrel results" not in one] == []


# Of every event of Python's own that names a file, those that name one of these.
_WATCH = """
import sys
def _seen(event, arguments):
    if event.startswith(("open", "os.", "shutil.", "tempfile.", "subprocess.", "sqlite3.")) and "whimbrel" in repr(arguments):
        with_trace(f"{{event}} {{arguments!r}}\\n")
def with_trace(line, out=open({trace!r}, "a", buffering=1)):
    out.write(line)
sys.addaudithook(_seen)
"""
