"""Which track on Spotify a title and an artist name: asked by search, since ids are what other services know a track by.

Convention: a track is found where its title, without remarks on the release, and one of its artists are those that were asked
for (`identity.plain_title`, `identity.plain_artist`); without an artist, where all tracks of that title are by the same. Anything
else is not found, and never guessed. Each title costs one request or two, and Spotify's quota is small (some hundred a day):
what was found before is not asked again, a call asks for a bounded number, and what came before a failure is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from core import identity
from core.language import say
from core.sources.net import SourceError
from core.sources.spotify.library import Client, track_row
from core.sources.spotify.login import SERVICE, LoginAgainError

if TYPE_CHECKING:
    import spotipy

MOST = 100  # titles of one call
_PAGE = 10  # the most that Development Mode gives
_LONGEST = 100  # characters of a title or an artist that are asked for
_DASH = re.compile(r"\s+[-\u2013\u2014]\s+")


@dataclass(frozen=True)
class Named:
    """A track as a person names it; the artist may be empty."""

    title: str
    artist: str = ""

    @property
    def sign(self) -> str:
        """What tells it from others, however it is spelled."""
        return f"{identity.plain_title(self.title)}\n{identity.plain_artist(self.artist)}"


@dataclass(frozen=True)
class Found:
    """What came: sign -> the track, with the title and artist as the person wrote them. unknown: signs of those that are not
    there. left: titles that were not asked for yet. fault: why it ended early, else empty.
    """

    rows: Mapping[str, dict[str, str]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    left: int = 0
    fault: str = ""


def named(line: str) -> Named | None:
    """`Artist - Title`, or a title alone; None for a line without a letter or figure."""
    first, *rest = _DASH.split(line.strip(), maxsplit=1)
    found = Named(rest[0], first) if rest else Named(first)
    return found if re.search(r"\w", found.title) else None


def find(client: Client, wanted: Iterable[Named], known: Found = Found(), *, most: int = MOST) -> Iterator[Found]:
    """Ask for each title that is not known yet, `most` at most, and yield what came so far after each.

    A failure ends it with what came, and the fault in words; `LoginAgainError` is raised.
    """
    rows, unknown = dict(known.rows), set(known.unknown)
    asked = {one.sign: one for one in wanted}
    open_ = [one for sign, one in asked.items() if sign not in rows and sign not in unknown]
    for place, one in enumerate(open_[:most]):
        try:
            row = _found(client, one)
        except LoginAgainError:
            raise
        except SourceError as error:
            yield Found(rows, frozenset(unknown), len(open_) - place, error.faults[0])
            return
        if row is None:
            unknown.add(one.sign)
        else:
            rows[one.sign] = {**row, "title": one.title, "artist": one.artist or row["artist"]}
        yield Found(dict(rows), frozenset(unknown), len(open_) - place - 1)
    if not open_:
        yield Found(rows, frozenset(unknown))


def _found(client: Client, one: Named) -> dict[str, str] | None:
    """By fields first; then by words, for titles whose spelling differs there."""
    artists = identity.split_artists([one.artist])[0]
    title, artist = _words(one.title), _words(artists[0]) if artists else ""
    queries = [f'track:"{title}"' + (f' artist:"{artist}"' if artist else ""), f"{title} {artist}".strip()]
    for query in queries:
        answer = client.ask(partial(_search, query=query))
        tracks = answer.get("tracks")
        items = tracks.get("items") if isinstance(tracks, dict) else None
        if not isinstance(items, list):
            raise SourceError(
                say("{service} gave an answer that I do not understand ({status}).", service=SERVICE, status=200)
            )
        rows = [row for item in items if (row := track_row(item)) is not None]
        chosen = _same(rows, identity.plain_title(one.title), {identity.plain_artist(name) for name in artists})
        if chosen is not None:
            return chosen
    return None


def _same(rows: list[dict[str, str]], title: str, artists: set[str]) -> dict[str, str] | None:
    """The first of the rows that is the track asked for."""
    titled = [row for row in rows if identity.plain_title(row["title"]) == title]
    theirs = [{identity.plain_artist(name) for name in row["artist"].split("; ")} for row in titled]
    if not artists:
        return titled[0] if titled and set.intersection(*theirs) else None
    return next((row for row, names in zip(titled, theirs, strict=True) if names & artists), None)


def _words(text: str) -> str:
    """A text that cannot leave the quotation marks of a query."""
    return " ".join(text.replace('"', " ").replace(":", " ").split())[:_LONGEST]


def _search(api: spotipy.Spotify, *, query: str) -> object:
    return api.search(q=query, limit=_PAGE, type="track")
