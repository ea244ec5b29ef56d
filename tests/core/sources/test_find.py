"""Titles looked up on Spotify: found or not found, never guessed, and never beyond the quota."""

from __future__ import annotations

import pytest

from core.sources.spotify.find import Found, Named, find, named
from tests.core.sources.test_spotify import broken_off, client, fake, logged_in, service
from tests.fakes.service import FAULTS, Service
from tests.fakes.spotify import Spotify

__all__ = ["fake", "service"]
WANTED = [Named("Aria", "Bach"), Named("Goodbye", "Nobody"), Named("La Mer", "Debussy"), Named("Spain", "Chick Corea")]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Chick Corea - Spain", Named("Spain", "Chick Corea")),
        ("  Bach \u2013 Aria - da capo ", Named("Aria - da capo", "Bach")),
        ("Spain", Named("Spain")),
        ("Jean-Luc", Named("Jean-Luc")),
        ("   ", None),
        ("- -", None),
    ],
)
def test_a_line_names_a_track(line: str, found: Named | None) -> None:
    """`Artist - Title`, or a title; a hyphen within a word separates nothing."""
    assert named(line) == found


def test_titles_are_found_by_title_and_artist(fake: Spotify, service: Service) -> None:
    """Remarks on the release, case and accents do not count; the person's own spelling stays; the rest is not found."""
    fake.shop = {
        "Aria - Remastered 2011": "Bach", "Goodbye": "Somebody else", "La Mer": "Debussy", "Spain": "Chick Corea",
    }  # fmt: skip
    *_, found = find(client(service, logged_in(fake, service)), WANTED)
    assert set(found.rows) == {WANTED[0].sign, WANTED[2].sign, WANTED[3].sign}
    assert found.unknown == {WANTED[1].sign}
    assert (found.left, found.fault) == (0, "")
    assert found.rows[WANTED[0].sign]["title"] == "Aria"
    assert found.rows[WANTED[0].sign]["minutes"] == "1:01"
    assert all("limit=10" in path for path in service.asked if "search" in path)


def test_a_title_alone_is_found_where_it_is_one_artists(fake: Spotify, service: Service) -> None:
    """Two artists with one title are not told apart by a guess."""
    fake.shop = {"Spain": "Chick Corea", "Hello": "Adele", "hello": "Lionel"}
    one = client(service, logged_in(fake, service))
    *_, found = find(one, [Named("spain"), Named("HELLO")])
    assert found.rows[Named("Spain").sign]["artist"] == "Chick Corea"
    assert found.unknown == {Named("Hello").sign}


def test_what_is_known_is_not_asked_again(fake: Spotify, service: Service) -> None:
    """Found or not; and a title that stands twice in a list is asked for once."""
    fake.shop = {"Spain": "Chick Corea"}
    one = client(service, logged_in(fake, service))
    *_, found = find(one, WANTED)
    asked = len(service.asked)
    *_, again = find(one, [*WANTED, Named("spain", "chick corea")], found)
    assert len(service.asked) == asked
    assert again == found


def test_a_call_asks_for_a_bounded_number(fake: Spotify, service: Service) -> None:
    """The rest waits, and the next call goes on with it."""
    fake.shop = {f"Song {n}": "Band" for n in range(5)}
    wanted = [Named(title, "Band") for title in fake.shop]
    one = client(service, logged_in(fake, service))
    *_, found = find(one, wanted, most=3)
    assert (len(found.rows), found.left) == (3, 2)
    *_, whole = find(one, wanted, found, most=3)
    assert (len(whole.rows), whole.left) == (5, 0)


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_fault_is_a_sentence_and_what_came_is_kept(fake: Spotify, service: Service, fault: str) -> None:
    """At the second title; a later try goes on from there."""
    fake.shop = {"Aria": "Bach", "La Mer": "Debussy", "Spain": "Chick Corea"}
    tokens = logged_in(fake, service)
    fake.dead.add("ann")
    service.faults = ["", *[fault] * 3]
    last = broken_off(find(client(service, tokens), WANTED), fault)
    assert last.left == 3
    assert set(last.rows) == {WANTED[0].sign}
    service.faults = []
    *_, whole = find(client(service, tokens), WANTED, last)
    assert len(whole.rows) == 3
    assert whole.fault == ""


def test_nothing_leaves_the_quotes_of_a_query(fake: Spotify, service: Service) -> None:
    """A title with quotation marks and a colon asks for words, not for another field."""
    fake.shop = {'Say "artist:" twice': "Band"}
    *_, found = find(client(service, logged_in(fake, service)), [Named('Say "artist:" twice', "Band")])
    assert len(found.rows) == 1  # by words: the second request
    assert isinstance(found, Found)
