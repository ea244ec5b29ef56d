"""Which tracks a person has on Spotify: their playlists, saved and top tracks.

Convention: Spotify tells which tracks there are and nothing of their sound: its features are closed to new apps, and its policy
forbids training models on what its interface gives. So a track has a title, artists, an album, a date, an ISRC, an id, a link,
a cover and a length to be read here, and none of these becomes a feature. Pages are asked by number, never by the address that
an answer names. Both forms of the interface are read: that of Development Mode (2026: `item`, `items`, 50 at most) and the
older one (`track`, `tracks`).

Source: https://developer.spotify.com/documentation/web-api (2026).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from core import text
from core.language import say
from core.sources.net import TIMEOUT, SourceError
from core.sources.spotify.login import SERVICE, USUAL, Addresses, LoginAgainError, Tokens, failures, renewed, session

if TYPE_CHECKING:
    import spotipy

SAVED = "saved"
TOP = {"top-short": "short_term", "top-medium": "medium_term", "top-long": "long_term"}
_PAGE = 50
_SHORT_WAIT = 5.0
_EARLY = 60.0  # seconds before its end at which a token is renewed
_MOST_PLAYLISTS = 1_000


@dataclass(frozen=True)
class Playlist:
    """A playlist as its owner sees it: tracks is their number, where Spotify tells it."""

    id: str
    name: str
    tracks: int | None


@dataclass(frozen=True)
class Pulled:
    """Tracks that came, and where to go on: `seen` rows of `total` were read. fault: why it ended early, else empty."""

    rows: tuple[dict[str, str], ...] = ()
    seen: int = 0
    total: int | None = None
    fault: str = ""

    @property
    def whole(self) -> bool:
        """Whether nothing is left to fetch."""
        return self.total is not None and self.seen >= self.total


class Client:
    """Spotify as one person sees it. `keep` is told new tokens when old ones were renewed."""

    def __init__(
        self, tokens: Tokens, client: str, redirect: str, keep: Callable[[Tokens], None],
        addresses: Addresses = USUAL, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._tokens, self._client, self._redirect = tokens, client, redirect
        self._keep, self._addresses, self._sleep = keep, addresses, sleep

    def name(self) -> str:
        """What the person is called there; empty where it does not tell."""
        found = self.ask(lambda api: api.current_user())
        return str(found.get("display_name") or "")

    def playlists(self) -> tuple[Playlist, ...]:
        """All of them, in Spotify's order, a thousand at most."""
        found: list[Playlist] = []
        for offset in range(0, _MOST_PLAYLISTS, _PAGE):
            page = self.ask(partial(_playlists, offset=offset))
            rows = [row for row in page.get("items") or [] if isinstance(row, dict) and row.get("id")]
            for row in rows:
                total = (_inside(row, "items") or _inside(row, "tracks")).get("total")
                found.append(
                    Playlist(
                        str(row["id"]), str(row.get("name") or row["id"]), total if isinstance(total, int) else None
                    )
                )
            if offset + _PAGE >= _whole(page.get("total")):
                break
        return tuple(found)

    def tracks(self, what: str, known: Pulled = Pulled()) -> Iterator[Pulled]:
        """The tracks of a playlist's id, of `SAVED` or of one of `TOP`, after each page what came so far. Goes on after `known`.

        A failure ends it with what came, and the fault in words; `LoginAgainError` is raised.
        """
        rows, seen, total = list(known.rows), known.seen, known.total
        while total is None or seen < total:
            try:
                page = self.ask(partial(_page, what=what, offset=seen))
            except LoginAgainError:
                raise
            except SourceError as error:
                yield Pulled(tuple(rows), seen, total, error.faults[0])
                return
            items = page.get("items")
            items = items if isinstance(items, list) else []
            rows += [row for item in items if (row := track_row(item)) is not None]
            seen += max(len(items), 1)
            total = (
                max(_whole(page.get("total")), seen) if items else seen
            )  # an empty page is the end, whatever was promised
            yield Pulled(tuple(rows), seen, total)

    def ask(self, call: Callable[[spotipy.Spotify], object], *, refused: str = "") -> dict[str, Any]:
        """An answer, which is an object; renews the token where it is about to end or is refused, waits where little is asked.

        Raises `SourceError`, of which `LoginAgainError` is one; `refused` is its sentence for what the app may not have.
        """
        if self._tokens.ends - time.time() < _EARLY:
            self._renew()
        again, waited = False, False
        while True:
            try:
                found = call(self._api())
            except failures() as error:
                status = getattr(error, "http_status", None)
                wait = _wait(error)
                if status == 401 and not again:
                    again = True
                    self._renew()
                    continue
                if status == 429 and wait <= _SHORT_WAIT and not waited:
                    waited = True
                    self._sleep(wait)
                    continue
                raise _said(error, status, wait, refused) from error
            if not isinstance(found, dict):
                raise SourceError(
                    say("{service} gave an answer that I do not understand ({status}).", service=SERVICE, status=200)
                )
            return found

    def _renew(self) -> None:
        self._tokens = renewed(self._tokens, self._client, self._redirect, self._addresses)
        self._keep(self._tokens)

    def _api(self) -> spotipy.Spotify:
        import spotipy

        api = spotipy.Spotify(auth=self._tokens.access, requests_session=session(), requests_timeout=TIMEOUT)
        api.prefix = self._addresses.api
        return api


def _playlists(api: spotipy.Spotify, *, offset: int) -> object:
    return api.current_user_playlists(limit=_PAGE, offset=offset)


def _page(api: spotipy.Spotify, *, what: str, offset: int) -> object:
    if what == SAVED:
        return api.current_user_saved_tracks(limit=_PAGE, offset=offset)
    if what in TOP:
        return api.current_user_top_tracks(limit=_PAGE, offset=offset, time_range=TOP[what])
    return api.playlist_items(what, limit=_PAGE, offset=offset, additional_types=("track",))


def track_row(item: object) -> dict[str, str] | None:
    """One track as it stands in the table, from an item of any list; None for a null, an episode, or a file of one's own."""
    if not isinstance(item, dict):
        return None
    track = item.get("item") or item.get("track") or (item if "artists" in item else None)
    if (
        not isinstance(track, dict)
        or not track.get("id")
        or track.get("type", "track") != "track"
        or track.get("is_local")
    ):
        return None
    album = _inside(track, "album")
    artists = [str(one.get("name") or "") for one in track.get("artists") or [] if isinstance(one, dict)]
    images = [one for one in album.get("images") or [] if isinstance(one, dict) and one.get("url")]
    outside = _inside(track, "external_ids")
    name, seconds = str(track["id"]), _whole(track.get("duration_ms")) // 1000
    return {
        "title": str(track.get("name") or ""), "artist": "; ".join(filter(None, artists)), "album": str(album.get("name") or ""),
        "release_date": str(album.get("release_date") or ""), "isrc": str(outside.get("isrc") or ""), "id": name,
        "link": f"https://open.spotify.com/track/{name}", "cover": str(images[-1]["url"]) if images else "",
        "minutes": f"{seconds // 60}:{seconds % 60:02d}" if seconds else "",
    }  # fmt: skip


def _whole(number: object) -> int:
    return number if isinstance(number, int) and not isinstance(number, bool) else 0


def _inside(track: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = track.get(name)
    return found if isinstance(found, dict) else {}


def _wait(error: Exception) -> float:
    """Seconds that a refusal asks to wait; infinity where it does not say."""
    headers = getattr(error, "headers", None) or {}
    given = str(headers.get("Retry-After", ""))
    return float(given) if given.isdecimal() else float("inf")


def _said(error: Exception, status: object, wait: float, refused: str) -> SourceError:
    """A failure as a sentence, by its kind."""
    import requests

    told = str(getattr(error, "msg", "") or "")
    if status == 401:
        return LoginAgainError(say("Spotify has ended this login, or refused it. Log in again."))
    if status == 403 and "register" in told.casefold():
        return SourceError(
            say(
                "Your account is not registered with this app: who runs it must add you in Spotify's dashboard, under users."
            )
        )
    if status == 403 and "premium" in told.casefold():
        return SourceError(say("Spotify asks the owner of this app for a Premium account."))
    if status == 403:
        own = say("Spotify does not give this to the app: a playlist must be your own or one that you edit.")
        return SourceError(refused or own)
    if status == 404:
        return SourceError(say("{service} does not know what was asked ({status}).", service=SERVICE, status=404))
    if status == 429 and wait == float("inf"):
        return SourceError(
            say("{service} answers no more for now. What came is kept; try again tomorrow.", service=SERVICE)
        )
    if status == 429:
        minutes = text.number(max(wait / 60, 1), 0)
        sentence = say(
            "{service} asks to wait for {minutes} minutes. What came is kept.", service=SERVICE, minutes=minutes
        )
        return SourceError(sentence, wait)
    if isinstance(status, int) and status >= 500:
        return SourceError(
            say("{service} has a fault of its own ({status}). Try again later.", service=SERVICE, status=status)
        )
    if isinstance(error, requests.RequestException):
        return SourceError(
            say("{service} does not answer. Is this machine on the net? Try again later.", service=SERVICE)
        )
    shown = status if isinstance(status, int) else 200
    return SourceError(
        say("{service} gave an answer that I do not understand ({status}).", service=SERVICE, status=shown)
    )
