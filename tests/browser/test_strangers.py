"""What others wrote, and who else is there: nothing of either reaches a person."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sql
from playwright.sync_api import Browser

from core.store import Kept, Store
from tests.attacks import ATTACKS
from tests.browser.app import go, serving, settled
from tests.browser.person import HOSTILE, PAGES, Person, as_file
from tests.conftest import table
from tests.core.test_export import BLNS
from tests.guest import Guest


def test_hostile_text_does_nothing(person: Person) -> None:
    """Titles, headers, listeners and a file's name of Markdown, HTML and formulas show as they were written, on every
    page, in sentences, boxes and the sidebar, and ask no other host for anything.
    """
    frame = table(90, user=[HOSTILE] * 50 + ["![b](http://x.test/u.png)"] * 40)
    frame[HOSTILE] = [n % 4 for n in range(90)]
    frame.loc[60, "track_name"] = HOSTILE
    frame.loc[60, ["rating", "energy"]] = [10, 0.0]
    person.open()
    person.give(as_file(frame, "<b>n</b>![i](http://x.test/n.png).csv"))
    person.reads("50 rated tracks")
    person.choose("Whose ratings?", "u.png")
    person.reads("40 rated tracks")
    person.page.get_by_text("Further choices").click()
    for title in PAGES:
        go(person.page, title)
    go(person.page, "Track")
    person.page.get_by_text("Look all the same").click()
    settled(person.page)
    person.choose("Track", "x.test")
    assert HOSTILE in person.text()
    person.sees_no_error()


def test_naughty_strings_do_nothing_on_any_page(browser: Browser, tmp_path: Path) -> None:
    """Attacks and 515 of them (where they lie beside the project) as titles, artists and albums, of a list that was collected
    and, some in one, of a list that is analysed: on every page no dialog opens, no script runs and nobody else is asked; each
    attack is sent to the letter where a title stands by itself, and shown so.
    """
    strings = json.loads(BLNS.read_text()) if BLNS.exists() else [f"plain {n}" for n in range(515)]
    names = [*ATTACKS, *strings]
    database = f"sqlite:///{tmp_path / 'kept' / 'earprint.sqlite'}"
    known = {
        f"id {n}": {"title": name, "artist": name, "album": name, "tempo": 90.0 + n} for n, name in enumerate(names)
    }
    Store(sql.create_engine(database)).save("a" * 32, Kept(known, {"id 0": 7}))
    titles = [*ATTACKS, *(" ".join(names[at : at + 60]) for at in range(len(ATTACKS), len(names), 60))]
    frame = table(len(titles), track_name=titles, artist_name=titles, album_name=titles)
    with serving(tmp_path / "log", EARPRINT_DATABASE=database) as address:
        person = Person(browser, address)
        person.context.add_cookies([{"name": "earprint_list", "value": "a" * 32, "url": address}])
        person.open()
        person.give(as_file(frame))
        person.reads("rated tracks with 3 audio features")
        person.page.get_by_text("The tracks, as I understood them").click()
        settled(person.page)
        for title in (*PAGES, "Track"):
            go(person.page, title)
            if title == "Drivers" and (look := person.page.get_by_text("Look all the same", exact=True)).count():
                look.click()
                settled(person.page)
            person.sees_no_error()
        for attack in [one for one in ATTACKS if "\n" not in one][::6]:  # a box has no lines
            person.choose("Track", attack)
            assert attack in person.text()
        assert sent(person) == {f"{attack} – {attack}" for attack in ATTACKS}
        go(person.page, "Collect")
        person.reads(f"{len(names)} tracks to rate.")
        with person.page.expect_download() as waiting:
            person.page.get_by_role("button", name="Download everything about me").click()
        whole = json.loads(Path(waiting.value.path()).read_text("utf-8"))
        assert [one["title"] for one in whole["tracks"].values()] == names
        assert whole["opened_files"][0]["name"] == "list.csv"
        assert person.page.evaluate("window.__p") is None
        person.sees_no_error()
        person.page.get_by_role("button", name="Delete everything about me").click()
        person.page.get_by_role("button", name="Yes, delete it").click()
        settled(person.page)
        person.page.reload()
        settled(person.page)
        assert "tracks to rate" not in person.text()
        assert "list.csv" not in person.page.content()
        assert "Traceback" not in (tmp_path / "log").read_text()
        person.context.close()


def sent(person: Person) -> set[str]:
    """What the app sends this browser as the text of each attack, chosen one by one on the Track page."""
    (token,) = (one["value"] for one in person.context.cookies() if one["name"] == "_streamlit_xsrf")

    async def choose() -> set[str]:
        guest = await Guest.come(person.address, cookies=f"_streamlit_xsrf={token}")
        await guest.run("Track")
        if "track" not in guest.options:
            guest.choose("look-switch", bool_value=True)
            await guest.run()
        await guest.settled()
        found = set()
        for attack in ATTACKS:
            label = next(one for one in guest.options["track"] if one.startswith(attack))
            guest.choose("track", string_value=label)
            await guest.run()
            await guest.settled()
            found |= {one for one in guest.texts if one.startswith(attack)}
        await guest.close()
        return found

    with ThreadPoolExecutor() as beside:  # a loop of its own: Playwright has one in this thread
        return beside.submit(asyncio.run, choose()).result()


def test_nobody_sees_anothers_list(browser: Browser, address: str) -> None:
    """What one person uploads, another's window never shows: not before they give a list of their own, not in what they take
    away, and not while both go from page to page.
    """
    people = {name: Person(browser, address) for name in ("heron", "kestrel")}
    for person in people.values():
        person.open()
    for name, person in people.items():
        person.give(as_file(table(60, track_name=[f"{name} {n}" for n in range(60)], artist_name=name), f"{name}.csv"))
        person.reads("60 rated tracks")
        for other in people.keys() - {name}:
            assert name not in people[other].page.content()
    for title in ("Ratings", "Collect", "Method", "Data"):
        for name, person in people.items():
            go(person.page, title, jobs=False)
            (other,) = people.keys() - {name}
            assert f"{name}.csv" in person.sidebar()
            assert other not in person.page.content()
            if title == "Collect":
                with person.page.expect_download() as waiting:
                    person.page.get_by_role("button", name="Download everything about me").click()
                whole = Path(waiting.value.path()).read_text()
                assert f"{name}.csv" in whole
                assert other not in whole
    for person in people.values():
        person.sees_no_error()
        person.context.close()
