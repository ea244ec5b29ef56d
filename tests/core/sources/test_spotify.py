"""Spotify through the real spotipy against a Spotify of our own: both forms, both people, and every fault."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest

from core.sources import net
from core.sources.net import SourceError
from core.sources.spotify import library, login
from core.sources.spotify.find import Found
from core.sources.spotify.library import SAVED, TOP, Client, Pulled
from core.sources.spotify.login import Addresses, LoginAgainError, Logins, Tokens, renewed
from core.sources.spotify.sound import Sound
from tests.fakes.service import FAULTS, Service, serving
from tests.fakes.spotify import NAUGHTY, Spotify

T = TypeVar("T", Pulled, Found, Sound)
CLIENT, REDIRECT = "client", "http://127.0.0.1:8501/collect"


@pytest.fixture
def fake() -> Spotify:
    """A Spotify in the form of Development Mode."""
    return Spotify()


@pytest.fixture
def service(fake: Spotify) -> Iterator[Service]:
    """It, running."""
    with serving(fake.service()) as running:
        yield running


def where(service: Service) -> Addresses:
    """Its addresses."""
    return Addresses(f"{service.address}/v1/", service.address)


def logged_in(fake: Spotify, service: Service, person: str = "ann") -> Tokens:
    """A person who logged in."""
    logins = Logins()
    query = parse_qs(urlsplit(logins.begin(CLIENT, REDIRECT, where(service))).query)
    fake.challenges[person] = query["code_challenge"][0]
    return logins.finish(query["state"][0], f"code-{person}", where(service))


def client(service: Service, tokens: Tokens, kept: list[Tokens] | None = None) -> Client:
    """Spotify as this person sees it, without waits."""
    return Client(tokens, CLIENT, REDIRECT, (kept if kept is not None else []).append, where(service), lambda _: None)


def broken_off(coming: Iterator[T], fault: str) -> T:
    """What had come before the second step met a fault: told in a sentence, or that a new login is needed."""
    last = next(coming)
    if fault == "401":
        with pytest.raises(LoginAgainError, match="Log in again"):
            next(coming)
        return last
    last = next(coming)
    assert last.fault.endswith(".")
    return last


def test_a_login_asks_with_pkce_and_no_secret(service: Service) -> None:
    """The address has a challenge, a state, and the least that is needed; nothing was sent yet."""
    query = parse_qs(urlsplit(Logins().begin(CLIENT, REDIRECT, where(service))).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["response_type"] == ["code"]
    assert query["redirect_uri"] == [REDIRECT]
    assert len(query["state"][0]) >= 20
    assert "secret" not in str(query)
    assert "modify" not in query["scope"][0]
    assert service.asked == []


@pytest.mark.fault(10)
def test_a_state_is_used_once_and_not_for_long(fake: Spotify, service: Service) -> None:
    """A second use, an invented one and one after ten minutes are refused before Spotify is asked."""
    now = [0.0]
    logins = Logins(lambda: now[0])
    state = parse_qs(urlsplit(logins.begin(CLIENT, REDIRECT, where(service))).query)["state"][0]
    logins.finish(state, "code-ann", where(service))
    asked = len(service.asked)
    late = parse_qs(urlsplit(logins.begin(CLIENT, REDIRECT, where(service))).query)["state"][0]
    now[0] = 700.0
    for wrong in (state, "invented", late):
        with pytest.raises(LoginAgainError, match="Log in again"):
            logins.finish(wrong, "code-ben", where(service))
    assert len(service.asked) == asked


def test_another_browser_cannot_take_over_a_login(fake: Spotify, service: Service) -> None:
    """A link with somebody's state and code, sent to another person, logs them in to nothing, and is used up."""
    logins = Logins()
    address = logins.begin(CLIENT, REDIRECT, where(service), browser="one")
    state = parse_qs(urlsplit(address).query)["state"][0]
    for browser in ("another", "one"):
        with pytest.raises(LoginAgainError, match="not begun here"):
            logins.finish(state, "code-ann", where(service), browser=browser)
    assert service.asked == []


def test_another_verifier_is_refused(fake: Spotify, service: Service) -> None:
    """Who brings a code that was issued for another login gets nothing."""
    fake.challenges["ann"] = "that of another login"
    logins = Logins()
    state = parse_qs(urlsplit(logins.begin(CLIENT, REDIRECT, where(service))).query)["state"][0]
    with pytest.raises(LoginAgainError):
        logins.finish(state, "code-ann", where(service))


def test_two_people_at_once_have_their_own_tokens(
    fake: Spotify, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interleaved in one process and one folder; nothing is written, and no token stands in a repr."""
    monkeypatch.chdir(tmp_path)
    found: dict[str, list[str]] = {}

    def person(name: str) -> None:
        one = client(service, logged_in(fake, service, name))
        *_, last = one.tracks("list1")
        found[name] = [one.name(), *(row["title"] for row in last.rows)]

    threads = [threading.Thread(target=person, args=(name,)) for name in ("ann", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found["ann"][0] == "<b>Ann</b>"
    assert all("of ann" in title for title in found["ann"][1:])
    assert all("of ben" in title for title in found["ben"][1:])
    assert list(tmp_path.iterdir()) == []
    assert "access-" not in repr(Tokens("access-x-1", "refresh-x", 0.0))


@pytest.mark.parametrize("development", [True, False])
@pytest.mark.parametrize("what", ["list1", SAVED, *TOP])
def test_all_tracks_come_in_both_forms(fake: Spotify, service: Service, what: str, development: bool) -> None:
    """A hundred and twenty in pages of fifty; a null, an episode and a file of one's own are left out; no address is followed."""
    fake.development = development
    pages = list(client(service, logged_in(fake, service)).tracks(what))
    assert [page.seen for page in pages] == [50, 100, 120]
    assert pages[-1].whole
    assert len(pages[-1].rows) == 117
    first = pages[-1].rows[0]
    assert first["title"] == f"Song 0 of ann {NAUGHTY}"
    assert first["artist"] == "First; Ann's band"
    assert (first["album"], first["release_date"], first["isrc"]) == ("Album", "1999-01-02", "USRC10000000")
    assert first["link"] == f"https://open.spotify.com/track/{first['id']}"
    assert not {"popularity", "duration_ms", "energy"} & set(first)


def test_playlists_come_with_their_numbers(fake: Spotify, service: Service) -> None:
    """Sixty in two pages, a null on each left out."""
    found = client(service, logged_in(fake, service)).playlists()
    assert len(found) == 58
    assert found[0].name == f"List 0 of ann {NAUGHTY}"
    assert found[0].tracks == 120


@pytest.mark.fault(9)
@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_fault_is_a_sentence_and_what_came_is_kept(fake: Spotify, service: Service, fault: str) -> None:
    """On the second page; a later try goes on from there and ends whole."""
    tokens = logged_in(fake, service)
    fake.dead.add("ann")  # so that a refused token cannot be renewed
    service.faults = ["", *[fault] * 3]
    last = broken_off(client(service, tokens).tracks("list1"), fault)
    assert len(last.rows) == 47
    service.faults = []
    *_, rest = client(service, tokens).tracks("list1", last)
    assert rest.whole
    assert rest.fault == ""
    assert len(rest.rows) == 117


@pytest.mark.fault(10)
def test_a_token_that_ends_is_renewed_and_kept(fake: Spotify, service: Service) -> None:
    """Before it ends, and where it was refused all the same."""
    kept: list[Tokens] = []
    old = logged_in(fake, service)
    client(service, Tokens(old.access, old.refresh, time.time() + 10), kept).name()
    assert len(kept) == 1
    assert kept[0].access != old.access
    service.faults = ["401"]
    client(service, old, kept).name()
    assert len(kept) == 2


@pytest.mark.fault(10)
@pytest.mark.parametrize("hours", [-9_000, -2, 2, 9_000])
def test_a_clock_that_jumps_costs_a_renewal_at_most(
    fake: Spotify, service: Service, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """Forward or back, by hours or a year, in the middle of a login and after it: it is finished, and goes on."""
    real = time.time
    logins, jump = Logins(), [0.0]
    monkeypatch.setattr(time, "time", lambda: real() + jump[0])
    query = parse_qs(urlsplit(logins.begin(CLIENT, REDIRECT, where(service))).query)
    fake.challenges["ann"] = query["code_challenge"][0]
    jump[0] = 3_600.0 * hours
    kept: list[Tokens] = []
    one = client(service, logins.finish(query["state"][0], "code-ann", where(service)), kept)
    name = one.name()
    jump[0] = 0.0
    assert one.name() == name
    assert len(kept) == (1 if hours < 0 else 0)  # of a time that is long past, as it seems
    if hours > 0:  # the token seems to last, and Spotify knows better
        service.faults = ["401"]
        assert one.name() == name
        assert len(kept) == 1


@pytest.mark.fault(9)
def test_a_dead_login_asks_for_a_new_one(fake: Spotify, service: Service) -> None:
    """Six months later, or revoked."""
    tokens = logged_in(fake, service)
    fake.dead.add("ann")
    with pytest.raises(LoginAgainError, match="Log in again"):
        renewed(tokens, CLIENT, REDIRECT, where(service))
    with pytest.raises(LoginAgainError, match="Log in again"):
        client(service, Tokens(tokens.access, tokens.refresh, 0.0)).name()


@pytest.mark.fault(9)
def test_refusals_say_what_to_do(fake: Spotify, service: Service) -> None:
    """A user who is not registered, a playlist of another's, a day's wait, a quota."""
    one = client(service, logged_in(fake, service))
    service.faults = ["403"]
    with pytest.raises(SourceError, match="not registered with this app"):
        one.name()
    *_, foreign = one.tracks("foreign")
    assert "must be your own" in foreign.fault
    service.faults = ["429 for a day"]
    with pytest.raises(SourceError, match="1,440 minutes"):
        one.name()
    service.faults = ["429 without a wait"]
    with pytest.raises(SourceError, match="try again tomorrow"):
        one.name()


@pytest.mark.fault(9)
@pytest.mark.parametrize("fault", ["silence", "drip"])
def test_nothing_hangs(fake: Spotify, service: Service, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says nothing, and one that sends a byte now and then."""
    monkeypatch.setattr(login, "TIMEOUT", 0.5)
    monkeypatch.setattr(library, "TIMEOUT", 0.5)
    monkeypatch.setattr(net, "TIMEOUT", 0.5)
    one = client(service, logged_in(fake, service))
    service.faults = [fault] * 3
    start = time.monotonic()
    with pytest.raises(SourceError, match="does not answer"):
        one.name()
    assert time.monotonic() - start < 5
