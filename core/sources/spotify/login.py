"""Logging in to Spotify through spotipy, with PKCE and no secret; and the session with which everything is asked there.

Convention: a login that is under way is kept by its state in the server's memory, ten minutes at most, and is used once; tokens
are returned to the caller and kept nowhere here. spotipy gets a cache of its own for each call and a session of its own, since
its defaults would give one person's token to another, ask on the server's terminal, and wait for hours where a day is asked for.

Sources: RFC 7636 for PKCE; spotipy 2.26.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from core.language import say
from core.sources.net import TIMEOUT, SourceError, body

if TYPE_CHECKING:
    import requests
    import spotipy

T = TypeVar("T")
SERVICE = "Spotify"
SCOPES = "playlist-read-private playlist-read-collaborative user-library-read user-top-read"
_UNDER_WAY, _MOST_UNDER_WAY = 600.0, 1_000  # seconds, and logins


@dataclass(frozen=True)
class Addresses:
    """Where Spotify is: its interface and its accounts."""

    api: str = "https://api.spotify.com/v1/"
    accounts: str = "https://accounts.spotify.com"


USUAL = Addresses()


@dataclass(frozen=True)
class Tokens:
    """What lets one person's session ask in their name. Nothing of it is ever shown, logged or written."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    ends: float


class LoginAgainError(SourceError):
    """The login ended: only a new one helps."""


class Logins:
    """Logins that are under way, for the whole server: state -> what finishes it. Each can be used once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._waiting: dict[str, tuple[float, str, str, str, str]] = {}

    def begin(self, client: str, redirect: str, addresses: Addresses = USUAL, *, browser: str = "") -> str:
        """The address of Spotify's own page, to log in at. `browser` tells the person's from others, where it is known."""
        manager = _manager(client, redirect, addresses)
        state = secrets.token_urlsafe(24)
        address = str(manager.get_authorize_url(state=state))
        with self._lock:
            self._forget()
            while len(self._waiting) >= _MOST_UNDER_WAY:
                self._waiting.pop(next(iter(self._waiting)))
            self._waiting[state] = (self._clock(), str(manager.code_verifier), client, redirect, browser)
        return address

    def finish(self, state: str, code: str, addresses: Addresses = USUAL, *, browser: str = "") -> Tokens:
        """The tokens of the person who comes back with this state and code, in the browser in which they left. Raises
        `SourceError`.
        """
        with self._lock:
            self._forget()
            found = self._waiting.pop(state, None)
        if found is None or not secrets.compare_digest(found[4].encode(), browser.encode()):
            raise LoginAgainError(
                say("This login was not begun here, was used already, or took too long. Log in again.")
            )
        _, verifier, client, redirect, _ = found
        manager = _manager(client, redirect, addresses)
        manager.code_verifier, manager.code_challenge = verifier, "set"
        _accounts(lambda: manager.get_access_token(code, check_cache=False))
        return _tokens(manager.cache_handler.get_cached_token())

    def _forget(self) -> None:
        """Those that began too long ago."""
        now = self._clock()
        self._waiting = {state: one for state, one in self._waiting.items() if now - one[0] <= _UNDER_WAY}


def renewed(tokens: Tokens, client: str, redirect: str, addresses: Addresses = USUAL) -> Tokens:
    """Tokens that go on. Raises `LoginAgainError` where the login has ended for good."""
    manager = _manager(client, redirect, addresses)
    return _tokens(_accounts(lambda: manager.refresh_access_token(tokens.refresh)), tokens.refresh)


def _manager(client: str, redirect: str, addresses: Addresses) -> spotipy.SpotifyPKCE:
    """spotipy's login with a cache of its own in memory: its default is one file for everybody."""
    import spotipy

    manager = spotipy.SpotifyPKCE(
        client_id=client, redirect_uri=redirect, scope=SCOPES, open_browser=False, requests_timeout=TIMEOUT,
        requests_session=session(), cache_handler=spotipy.MemoryCacheHandler(),
    )  # fmt: skip
    manager.OAUTH_AUTHORIZE_URL = f"{addresses.accounts}/authorize"
    manager.OAUTH_TOKEN_URL = f"{addresses.accounts}/api/token"
    return manager


def session() -> requests.Session:
    """A session that tries a server's own faults twice more and leaves every wait to the caller."""
    import requests
    from urllib3.util import Retry

    class Bounded(requests.Session):
        """A session whose answers are bounded in time and size, and which goes nowhere else."""

        def send(self, request: requests.PreparedRequest, **settings: Any) -> requests.Response:  # noqa: ANN401 as requests has it
            answer = super().send(request, **{**settings, "stream": True, "allow_redirects": False})
            answer._content = body(answer, time.monotonic() + 2 * TIMEOUT)
            answer._content_consumed = True
            return answer

    session = Bounded()
    retry = Retry(
        total=2, read=0, status_forcelist=[500, 502, 503, 504], backoff_factor=0.2, respect_retry_after_header=False,
        raise_on_status=False, allowed_methods={"GET", "POST"}, redirect=0,
    )  # fmt: skip
    session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retry))
    session.mount("https://", requests.adapters.HTTPAdapter(max_retries=retry))
    return session


def failures() -> tuple[type[Exception], ...]:
    """Everything that spotipy raises; an error body that is not as it expects ends in an AttributeError or a TypeError."""
    import requests
    import spotipy

    return spotipy.SpotifyException, spotipy.SpotifyOauthError, requests.RequestException, AttributeError, TypeError


def _accounts(call: Callable[[], T]) -> T:
    """A call to Spotify's accounts, its failures as sentences."""
    import requests

    expected: tuple[type[Exception], ...] = (*failures(), ValueError, KeyError)
    try:
        return call()
    except expected as error:
        if isinstance(error, requests.RequestException) and not isinstance(error, requests.HTTPError):
            raise SourceError(
                say("{service} does not answer. Is this machine on the net? Try again later.", service=SERVICE)
            ) from error
        raise LoginAgainError(say("Spotify has ended this login, or refused it. Log in again.")) from error


def _tokens(found: object, refresh: str = "") -> Tokens:
    if not isinstance(found, Mapping) or not found.get("access_token"):
        raise LoginAgainError(say("Spotify has ended this login, or refused it. Log in again."))
    ends = found.get("expires_at") or time.time() + float(found.get("expires_in") or 3_600)
    return Tokens(str(found["access_token"]), str(found.get("refresh_token") or refresh), float(ends))
