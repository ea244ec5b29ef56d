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
from core.language import many, mark, say
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

_EXPORT_AGAIN = mark("Export it again: in Music or iTunes, File > Library > Export Library.")


def library(decoded: str, who: str, limits: Limits) -> Document:
    """The music in a library. Raises `DocumentError`."""
    if decoded.count("<") > limits.cells:
        raise DocumentError(
            say(
                "holds more than {most} values; I read at most as many. Export a playlist of it.",
                most=text.whole(limits.cells),
            )
        )
    listed = _plist(decoded, limits)
    tracks = listed.get("Tracks") if isinstance(listed, dict) else None
    if not isinstance(tracks, dict):
        raise _refusal(say("is XML, but no library of iTunes or Music."))
    records = [(n, track) for n, track in enumerate(tracks.values(), start=1) if isinstance(track, dict)]
    music = [(n, track) for n, track in records if not any(track.get(kind) for kind in _NO_MUSIC)]
    if not music:
        raise _refusal(say("is a library without a single track of music."))
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
        notes.append(
            many(
                len(records) - len(music),
                "Left out {number} entry of {file} for podcasts, audiobooks, films or TV shows.",
                "Left out {number} entries of {file} for podcasts, audiobooks, films or TV shows.",
                file=who,
            )
        )
    computed = sum(bool(track.get("Rating Computed")) and "Rating" in track for _, track in music)
    if computed:
        notes.append(
            many(
                computed,
                "Left out {number} rating of {file} that the app took over from the album's; the tracks stay, unrated.",
                "Left out {number} ratings of {file} that the app took over from the album's; the tracks stay, unrated.",
                file=who,
            )
        )
    zero = sum(track.get("Rating") == 0 and not track.get("Rating Computed") for _, track in music)
    if zero:
        notes.append(
            many(
                zero,
                "I count {number} track of {file} with `Rating` 0 as unrated: it stands for no stars.",
                "I count {number} tracks of {file} with `Rating` 0 as unrated: it stands for no stars.",
                file=who,
            )
        )
    return notes


def _plist(decoded: str, limits: Limits) -> object:
    """The property list. Entities, comments and endless tags, with which XML can ask for all time, are refused before."""
    prolog = _XML_PROLOG.match(decoded.lstrip("\ufeff"))
    begin = prolog[0] if prolog else ""
    body = decoded.lstrip("\ufeff")[len(begin) :]
    if not STARTS_XML.match(body):
        raise _refusal(say("is XML, but no library of iTunes or Music."))
    if "<!" in body or "<?" in body:
        raise _refusal(say("holds XML entities or comments, which no music library does; I do not read it."))
    if max(map(len, body.split("<"))) > limits.cell_characters:
        most = text.whole(limits.cell_characters)
        raise _refusal(say("has a field of more than {most} characters.", most=most))
    # The text is decoded already, so that what the prolog says of its encoding no longer holds; its lines still count.
    data = ("\n" * begin.count("\n") + body).encode("utf-8", "replace")
    try:
        return plistlib.loads(data, fmt=plistlib.FMT_XML)
    except ExpatError as error:
        found = say(
            "is not well-formed XML in line {line}, column {column}.",
            line=text.whole(error.lineno), column=text.whole(error.offset + 1),
        )  # fmt: skip
        raise _refusal(found) from error
    except (ValueError, AttributeError, TypeError, LookupError, OverflowError, RecursionError) as error:
        # the parser lets the errors of its converters through
        raise _refusal(say("is XML, but not a sound property list.")) from error


def _refusal(found: str) -> DocumentError:
    return DocumentError(f"{found} {say(_EXPORT_AGAIN)}")
