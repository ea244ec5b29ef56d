"""The library file of iTunes and Music (a property list) -> one row per track, with the person's own stars.

Convention: a rating that the app took over from the album's, and the 0 that stands for no stars, are missing; where a
file lies is never read. XML can ask for all time and memory, so that what no library holds is refused before parsing.
Source: Apple's property lists (plist 1.0).
"""

from __future__ import annotations

import plistlib
import re
from xml.parsers.expat import ExpatError

from core import text
from core.reading.document import Document, DocumentError, LeftOut, Record, cell_of, check_rows
from core.reading.limits import Limits

STARTS_XML = re.compile(r"<\?xml\s|<plist[\s/>]|<!DOCTYPE\s+plist", re.IGNORECASE)

_XML_PROLOG = re.compile(r"\s*(?:<\?xml\s[^<>]*\?>\s*)?(?:<!DOCTYPE\s+plist\b[^<>\[\]]*>)?\s*", re.IGNORECASE)
_LIBRARY = {
    "Track ID": "Track ID", "Name": "Name", "Artist": "Artist", "Album": "Album", "Genre": "Genre",
    "Duration (ms)": "Total Time", "Year": "Year", "BPM": "BPM", "Play Count": "Play Count",
    "Skip Count": "Skip Count", "Rating": "Rating", "Loved": "Loved", "Persistent ID": "Persistent ID",
}  # fmt: skip
_NO_MUSIC = ("Podcast", "Movie", "TV Show", "Audiobook", "iTunesU")

_EXPORT_AGAIN = "Export it again: in Music or iTunes, File > Library > Export Library."


def library(decoded: str, who: str, limits: Limits) -> Document:
    """The music in a library. Raises `DocumentError`."""
    if decoded.count("<") > limits.cells:
        raise DocumentError(
            f"holds more than {limits.cells:,} values; I read at most as many. Export a playlist of it."
        )
    listed = _plist(decoded, limits)
    tracks = listed.get("Tracks") if isinstance(listed, dict) else None
    if not isinstance(tracks, dict):
        raise DocumentError(f"is XML, but no library of iTunes or Music. {_EXPORT_AGAIN}")
    records = [(n, track) for n, track in enumerate(tracks.values(), start=1) if isinstance(track, dict)]
    music = [(n, track) for n, track in records if not any(track.get(kind) for kind in _NO_MUSIC)]
    if not music:
        raise DocumentError(f"is a library without a single track of music. {_EXPORT_AGAIN}")
    check_rows(len(music), limits)
    rows = [[cell_of(_own(track).get(key)) or "" for key in _LIBRARY.values()] for _, track in music]
    notes = _library_notes(records, music, who) + LeftOut(no_records=len(tracks) - len(records)).notes(who)
    return Document(list(_LIBRARY), rows, notes, [n for n, _ in music])


def _own(track: Record) -> Record:
    """The track with the person's own rating alone: not the album's, and not the 0 that stands for no stars."""
    own = track if "Loved" in track else track | {"Loved": track.get("Favorited")}  # as Music calls it since 2023
    return own | {"Rating": None} if own.get("Rating Computed") or own.get("Rating") == 0 else own


def _library_notes(records: list[tuple[int, Record]], music: list[tuple[int, Record]], who: str) -> list[str]:
    notes = []
    if len(music) < len(records):
        spoken = text.count(len(records) - len(music), "entry", "entries")
        notes.append(f"Left out {spoken} of {who} for podcasts, audiobooks, films or TV shows.")
    computed = sum(bool(track.get("Rating Computed")) and "Rating" in track for _, track in music)
    if computed:
        ratings = text.count(computed, "rating")
        notes.append(f"Left out {ratings} of {who} that the app took over from the album's; the tracks stay, unrated.")
    zero = sum(track.get("Rating") == 0 and not track.get("Rating Computed") for _, track in music)
    if zero:
        notes.append(
            f"I count {text.count(zero, 'track')} of {who} with `Rating` 0 as unrated: it stands for no stars."
        )
    return notes


def _plist(decoded: str, limits: Limits) -> object:
    """The property list. Entities, comments and endless tags, with which XML can ask for all time, are refused before."""
    prolog = _XML_PROLOG.match(decoded.lstrip("\ufeff"))
    begin = prolog[0] if prolog else ""
    body = decoded.lstrip("\ufeff")[len(begin) :]
    if not STARTS_XML.match(body):
        raise DocumentError(f"is XML, but no library of iTunes or Music. {_EXPORT_AGAIN}")
    if "<!" in body or "<?" in body:
        raise DocumentError(
            f"holds XML entities or comments, which no music library does; I do not read it. {_EXPORT_AGAIN}"
        )
    if max(map(len, body.split("<"))) > limits.cell_characters:
        raise DocumentError(f"has a field of more than {limits.cell_characters:,} characters. {_EXPORT_AGAIN}")
    # The text is decoded already, so that what the prolog says of its encoding no longer holds; its lines still count.
    data = ("\n" * begin.count("\n") + body).encode("utf-8", "replace")
    try:
        return plistlib.loads(data, fmt=plistlib.FMT_XML)
    except ExpatError as error:
        place = f"line {error.lineno:,}, column {error.offset + 1:,}"
        raise DocumentError(f"is not well-formed XML in {place}. {_EXPORT_AGAIN}") from error
    except (ValueError, AttributeError, TypeError, LookupError, OverflowError, RecursionError) as error:
        # the parser lets the errors of its converters through
        raise DocumentError(f"is XML, but not a sound property list. {_EXPORT_AGAIN}") from error
