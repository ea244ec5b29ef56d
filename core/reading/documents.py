"""Text that is no CSV but holds tracks -> header and rows of text: JSON, and the library file of iTunes and Music.

Convention: every cell is text, a missing one is the empty string, and no number changes by being written. Of a
streaming history only the music and when it was played comes out: no address, country, device or user name, which
no analysis needs. Counts of plays are told apart from ratings.
Sources: Spotify's "Understanding my data" (2025) for both forms of the streaming history, its Web API's and ReccoBeats'
references for their answers, and Apple's property lists (plist 1.0).
"""

from __future__ import annotations

import json
import plistlib
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from xml.parsers.expat import ExpatError

from core import schema, text
from core.reading.limits import Limits

Record = dict[str, object]

_BLANKS = "\ufeff \t\r\n"
_HEAD = 4_000  # characters that tell what a file is
_STARTS_XML = re.compile(r"<\?xml\s|<plist[\s/>]|<!DOCTYPE\s+plist", re.IGNORECASE)
_STARTS_JSON = re.compile(r'(?:\[\s*)*\{\s*"(?:[^"\\]|\\.)*"\s*:')
_XML_PROLOG = re.compile(r"\s*(?:<\?xml\s[^<>]*\?>\s*)?(?:<!DOCTYPE\s+plist\b[^<>\[\]]*>)?\s*", re.IGNORECASE)
_UNFIT = re.compile("[\x00\ud800-\udfff]")  # zero bytes, and halves of letters that no encoding can hold

_LISTS = ("content", "audio_features", "items", "tracks", "data", "results", "songs")
_PARTS_OF_A_TRACK = frozenset({"artists", "images", "copyrights", "genres"})
_WRAPPERS = ("track", "item")
_DEPTH = 3
_LONGEST_NAME = 100
_PRIVATE = re.compile(r"ip_?addr|user_?name$|user_?agent|e_?mail(?:_address)?$|added_by$|conn_country$")
_TRACK_LINK = re.compile(r"https?://open\.spotify\.com/(?:intl-[a-z]+/)?track/([A-Za-z0-9]+)(?:[?#]|$)")

_PLAY_MS = 30_000  # from here on Spotify itself counts a play
_LONGEST_MS = 10**9
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")
_SPOKEN = ("episode", "spotify_episode", "audiobook")

_LIBRARY = {
    "Track ID": "Track ID", "Name": "Name", "Artist": "Artist", "Album": "Album", "Genre": "Genre",
    "Duration (ms)": "Total Time", "Year": "Year", "BPM": "BPM", "Play Count": "Play Count",
    "Skip Count": "Skip Count", "Rating": "Rating", "Loved": "Loved", "Persistent ID": "Persistent ID",
}  # fmt: skip
_NO_MUSIC = ("Podcast", "Movie", "TV Show", "Audiobook", "iTunesU")

_EXPECTED = "I expected one record per track, such as a history, a playlist or audio features."
_AGAIN = "Download it again, or save it once more where it was made."
_EXPORT_AGAIN = "Export it again: in Music or iTunes, File > Library > Export Library."


@dataclass(frozen=True)
class Document:
    """header (d,) and rows (N lists of d cells); notes for the person; number (N,): each row's record, from 1 on."""

    header: list[str]
    rows: list[list[str]]
    notes: list[str]
    number: list[int] | None = None


class DocumentError(ValueError):
    """The end of a sentence that begins with the file's name: what was found, expected, and what to do."""


def is_document(decoded: str) -> bool:
    """Whether the text is JSON or a property list rather than a table; a CSV whose header has brackets is none."""
    start = _start(decoded)
    if _STARTS_XML.match(start) or _STARTS_JSON.match(start):
        return True
    if not start.startswith(("{", "[")) or _values(decoded) > Limits.cells:
        return False
    try:
        json.loads(decoded.strip(_BLANKS))  # stops at the first thing that is no JSON: in a CSV within its first line
    except json.JSONDecodeError:
        return False
    except (RecursionError, MemoryError, ValueError):
        return True
    return True


def _start(decoded: str) -> str:
    return (decoded[:_HEAD].lstrip(_BLANKS) or decoded.lstrip(_BLANKS))[:_HEAD]


def _values(decoded: str) -> int:
    """No fewer than the values in a JSON text, each of which takes many times its length once it is read."""
    return decoded.count(",") + decoded.count("{") + decoded.count("[")


def read_documents(
    parts: Sequence[tuple[str, str]], limits: Limits | None = None
) -> list[tuple[str, Document | DocumentError]]:
    """What each of these files (name, text) holds, or why it holds nothing, in their order.

    All files of a streaming history are one document, at the place of the first: what was played in several years
    adds up, in whatever order the files come.
    """
    limits = limits or Limits()
    found: list[tuple[str, Document | DocumentError]] = []
    history = _History()
    place = 0
    for name, decoded in parts:
        try:
            document = _read(name, decoded, history, limits)
        except DocumentError as error:
            found.append((name, DocumentError(str(error))))  # a new one, whose trace keeps no text of the file
            continue
        if document is not None:
            found.append((name, document))
        elif len(history.names) == 1:
            place = len(found)
    if history.names:
        whole: Document | DocumentError
        try:
            whole = _added_up(history, limits)
        except DocumentError as error:
            whole = DocumentError(str(error))
        found.insert(place, (text.listing(history.names, limit=1), whole))
    return found


def _read(name: str, decoded: str, history: _History, limits: Limits) -> Document | None:
    """The document; None where the text is a streaming history, which goes into `history`."""
    if _STARTS_XML.match(_start(decoded)):
        return _library(decoded, _who(name), limits)
    if _values(decoded) > limits.cells:
        raise DocumentError(f"holds more than {limits.cells:,} values; I read at most as many. Split it.")
    records = _records(_json(decoded))
    if records is None:
        raise DocumentError(f"is JSON without a list of tracks. {_EXPECTED}")
    if not records:
        raise DocumentError(f"is JSON with an empty list. {_EXPECTED}")
    if any(isinstance(record, dict) and _is_listening(record) for record in records):
        history.take(name, decoded, records)
        return None
    return _table(records, _who(name), limits)


def _json(decoded: str) -> object:
    try:
        return json.loads(decoded.lstrip("\ufeff"), parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno:,}, column {error.colno:,}"
        raise DocumentError(f"is not well-formed JSON in {place} ({error.msg}). {_AGAIN}") from error
    except (RecursionError, MemoryError) as error:
        raise DocumentError(f"nests lists in lists deeper than I can read. {_EXPECTED}") from error
    except ValueError as error:  # Python's guard against endless numbers
        raise DocumentError(f"holds a number of thousands of digits. {_AGAIN}") from error


def _records(value: object, depth: int = 0) -> list[object] | None:
    """The list of records in a JSON value, or None."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict) or depth == _DEPTH:
        return None
    named = [found for key in _LISTS if key in value and (found := _records(value[key], depth + 1)) is not None]
    others = [
        inner for key, inner in value.items()
        if isinstance(inner, list) and _has_records(inner) and key not in (*_LISTS, *_PARTS_OF_A_TRACK)
    ]  # fmt: skip
    alone = others if len(others) == 1 else []
    return next(filter(_has_records, [*named, *alone]), named[0] if named else None)


def _has_records(values: list[object]) -> bool:
    return any(isinstance(value, dict) for value in values)


# --- A list of records ---


@dataclass
class _LeftOut:
    """What of a list of records does not come out."""

    no_records: int = 0
    private: set[str] = field(default_factory=set)
    no_cells: set[str] = field(default_factory=set)

    def notes(self, who: str) -> list[str]:
        """What the person should know of it."""
        notes = []
        if self.no_records:
            notes.append(f"Left out {text.count(self.no_records, 'entry', 'entries')} of {who} that hold no track.")
        if self.private:
            fields = text.count(len(self.private), "field")
            notes.append(f"Left out {fields} of {who} that may tell who or where somebody is.")
        if self.no_cells:
            names = text.listing([text.quoted(name) for name in sorted(self.no_cells)])
            notes.append(
                f"Left out {text.count(len(self.no_cells), 'field')} of {who} that no cell can hold, such as lists of "
                f"lists: {names}."
            )
        return notes


def _table(records: list[object], who: str, limits: Limits) -> Document:
    _check_rows(len(records), limits)
    left_out = _LeftOut()
    wrapper = _wrapper(records)
    columns: dict[str, None] = {}  # a dict keeps the order in which they appear
    found: list[dict[str, str]] = []
    numbers: list[int] = []
    for number, record in enumerate(records, start=1):
        track = _unwrapped(record, wrapper)
        if track is None:
            left_out.no_records += 1
            continue
        row: dict[str, str] = {}
        for name, cell in _flat(track, left_out):
            row[name] = row.get(name) or cell  # of two that come to one name, the first that is given
            link = _TRACK_LINK.match(cell) if name == "href" else None
            if link:
                row["spotify_id"] = link[1]
        columns |= dict.fromkeys(row)
        if len(columns) > limits.columns:
            raise DocumentError(f"has more than {limits.columns:,} different fields; I read at most as many.")
        found.append(row)
        numbers.append(number)
    if not columns:
        raise DocumentError(f"is JSON with a list that holds no track. {_EXPECTED}")
    if len(found) * len(columns) > limits.cells:
        size = f"{len(found):,} records of {len(columns):,} fields"
        raise DocumentError(f"has {size}; I read at most {limits.cells:,} cells. Split it.")
    rows = [[row.get(name, "") for name in columns] for row in found]
    _check_cells(rows, limits)
    return Document(list(columns), rows, left_out.notes(who), numbers)


def _wrapper(records: list[object]) -> str | None:
    """The key under which the records hold their track, as those of a playlist do."""
    dicts = [record for record in records if isinstance(record, dict)]
    return next((key for key in _WRAPPERS if any(isinstance(record.get(key), dict) for record in dicts)), None)


def _unwrapped(record: object, wrapper: str | None) -> Record | None:
    """The track in a record, with what stands beside it; None where there is none."""
    if not isinstance(record, dict):
        return None
    if wrapper is None or wrapper not in record:
        return record
    track = record[wrapper]
    if track is None:  # Spotify's place of a track that is gone
        return None
    if not isinstance(track, dict):
        return record
    # Spotify says `track: true` inside a track, which is no title.
    track = {
        key: value for key, value in track.items() if not (key in ("track", "episode") and isinstance(value, bool))
    }
    joined: Record = {}
    for key, value in record.items():
        if key == wrapper:
            joined |= track
        elif key not in track:
            joined[key] = value
    return joined


def _flat(
    record: Mapping[str, object], left_out: _LeftOut, above: str = "", depth: int = 1
) -> Iterator[tuple[str, str]]:
    """Names and cells of a record; what stands in a record inside it is named after both."""
    for key, value in record.items():
        if len(key) > _LONGEST_NAME:
            left_out.no_cells.add(_sound(key[:_LONGEST_NAME]))
            continue
        own = _sound(key).strip()
        name = f"{above}_{own}" if above else own
        if _is_private(own):
            left_out.private.add(name)
        elif isinstance(value, dict) and depth < _DEPTH:
            yield from _flat(value, left_out, name, depth + 1)
        elif (cell := _cell(value)) is None:
            left_out.no_cells.add(name)
        else:
            yield "isrc" if name == "external_ids_isrc" else name, cell


@lru_cache(maxsize=1_000)
def _is_private(key: str) -> bool:
    return _PRIVATE.match(schema.normalise(key)) is not None


def _cell(value: object) -> str | None:
    """A value as the text of a cell; None for what no cell can hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):  # not a number and infinity, in whatever spelling, are missing
        return repr(value) if abs(value) <= sys.float_info.max else ""
    if isinstance(value, str):
        return _sound(value)
    if isinstance(value, list):
        return _list_cell(value)
    return None


def _list_cell(values: list[object]) -> str | None:
    """Numbers as `[0.1, 0.2]`, with `nan` for a missing one; names, also those of records, as `A; B`."""
    given = [value for value in values if value is not None]
    if given and all(isinstance(value, int | float) and not isinstance(value, bool) for value in given):
        return f"[{', '.join(_cell(value) or 'nan' for value in values)}]"
    names = [value.get("name") if isinstance(value, dict) else value for value in given]
    cells = [cell for name in names if not isinstance(name, list) and (cell := _cell(name))]
    return "; ".join(cells) if cells or not given else None


def _sound(string: str) -> str:
    """The string without what cannot be written in UTF-8 or would end a text early."""
    return string if string.isprintable() else _UNFIT.sub("\ufffd", string)


# --- A streaming history ---


class _Play(NamedTuple):
    """One entry of a history. skipped: None where the file's form does not say."""

    time: str
    uri: str
    title: str
    artist: str
    album: str
    milliseconds: int
    skipped: bool | None

    @property
    def name(self) -> tuple[str, str]:
        """What identifies a track where there is no uri."""
        return self.title, self.artist


@dataclass
class _History:
    """The entries of all files of a streaming history, by the two forms in which Spotify gives it."""

    names: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    extended: list[_Play] = field(default_factory=list)
    short: list[_Play] = field(default_factory=list)
    spoken: int = 0
    unnamed: int = 0
    notes: list[str] = field(default_factory=list)

    def take(self, name: str, decoded: str, records: list[object]) -> None:
        """Add the entries of one file, unless it is another one's copy."""
        self.names.append(name)
        if decoded in self.texts:
            self.notes.append(f"{_who(name)} is a copy of {_who(self.texts[decoded])}: I count it once.")
            return
        self.texts[decoded] = name
        for record in records:
            if not isinstance(record, dict):
                self.unnamed += 1
            elif not _text(record, "master_metadata_track_name") and _is_spoken(record):
                self.spoken += 1
            elif (play := _play(record)) is None:
                self.unnamed += 1
            else:
                (self.short if play.skipped is None else self.extended).append(play)

    def plays(self) -> list[_Play]:
        """Every entry once: one that stands in both forms counts in the longer."""
        known = {(play.time, play.name, play.milliseconds) for play in self.extended}
        return self.extended + [play for play in self.short if (play.time, play.name, play.milliseconds) not in known]


def _is_listening(record: Record) -> bool:
    return {"ms_played", "master_metadata_track_name"} <= record.keys() or {"msPlayed", "trackName"} <= record.keys()


def _is_spoken(record: Record) -> bool:
    return any(value for key, value in record.items() if key.startswith(_SPOKEN))


def _play(record: Record) -> _Play | None:
    """One entry; None where it names no track or no length."""
    if "ms_played" in record:
        play = _Play(
            _time(record, "ts"), _text(record, "spotify_track_uri"), _text(record, "master_metadata_track_name"),
            _text(record, "master_metadata_album_artist_name"), _text(record, "master_metadata_album_album_name"),
            _milliseconds(record.get("ms_played")), record.get("skipped") == 1 or record.get("reason_end") == "fwdbtn",
        )  # fmt: skip
    else:
        play = _Play(
            _time(record, "endTime"), "", _text(record, "trackName"), _text(record, "artistName"), "",
            _milliseconds(record.get("msPlayed")), None,
        )  # fmt: skip
    unnamed = not (play.title or play.uri) or play.name == ("Unknown Track", "Unknown Artist")
    return None if unnamed or play.milliseconds < 0 else play


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    return _sound(value).strip() if isinstance(value, str) else ""


def _time(record: Record, key: str) -> str:
    """`2021-02-04T19:02:33Z` and `2021-02-04 19:02` -> `2021-02-04 19:02`, which both forms know (UTC)."""
    found = _TIME.match(_text(record, key))
    return found[0].replace("T", " ") if found else ""


def _milliseconds(value: object) -> int:
    """The length; -1 for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST_MS:
        return -1
    return int(value)


def _added_up(history: _History, limits: Limits) -> Document:
    """One row per track: by its uri, else by title and artist, in the order of the first listening."""
    plays = history.plays()
    tracks = _by_track(plays)
    if not tracks:
        raise DocumentError("is a streaming history without a single track of music. I expected its music files.")
    _check_rows(len(tracks), limits)
    summed = sorted((_row(track) for track in tracks), key=lambda row: (row["first_played"], *row.values()))
    # What the short form does not know would else look like columns of missing ids.
    empty = {name for name in ("album_name", "spotify_track_uri") if not any(row[name] for row in summed)}
    header = [name for name in summed[0] if name not in empty]
    notes = [
        f"Added up {text.count(len(plays), 'entry', 'entries')} of a streaming history "
        f"({text.listing([_who(name) for name in history.names])}) to {text.count(len(tracks), 'track')}; there is no "
        "rating in it, and counts of plays are not ratings.",
        *history.notes,
    ]
    twice = len(history.extended) + len(history.short) - len(plays)
    if twice:
        notes.append(
            f"{text.count(twice, 'entry stands', 'entries stand')} in both forms of the history: I count each once."
        )
    if history.spoken:
        notes.append(f"Left out {text.count(history.spoken, 'entry', 'entries')} of podcasts and audiobooks.")
    if history.unnamed:
        notes.append(f"Left out {text.count(history.unnamed, 'entry', 'entries')} without a track's name or a length.")
    cells = [[row[name] for name in header] for row in summed]
    _check_cells(cells, limits)
    return Document(header, cells, notes)


def _by_track(plays: list[_Play]) -> list[list[_Play]]:
    """The entries of each track; one without a uri belongs to the only uri of its title and artist, if there is one."""
    uris: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for play in plays:
        if play.uri:
            uris[play.name].add(play.uri)
    tracks: defaultdict[object, list[_Play]] = defaultdict(list)
    for play in plays:
        same = uris.get(play.name, set())
        tracks[play.uri or (min(same) if len(same) == 1 else play.name)].append(play)
    return list(tracks.values())


def _row(track: list[_Play]) -> dict[str, str]:
    # A track's names may change over the years: the fullest and latest stand, whatever the files' order.
    named = max(track, key=lambda play: (play.title != "", play.album != "", play.time, play.name, play.album))
    times = [play.time for play in track if play.time]
    skips = [play.skipped for play in track if play.skipped is not None]
    return {
        "track_name": named.title,
        "artist_name": named.artist,
        "album_name": named.album,
        "spotify_track_uri": max(play.uri for play in track),
        "plays": str(sum(play.milliseconds >= _PLAY_MS for play in track)),
        "skips": str(sum(skips)) if skips else "",  # the short form does not say
        "minutes_played": f"{sum(play.milliseconds for play in track) / 60_000:.2f}",
        "first_played": min(times, default=""),
        "last_played": max(times, default=""),
    }


# --- The library of iTunes and Music ---


def _library(decoded: str, who: str, limits: Limits) -> Document:
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
    _check_rows(len(music), limits)
    rows = [[_cell(_own(track).get(key)) or "" for key in _LIBRARY.values()] for _, track in music]
    notes = _library_notes(records, music, who) + _LeftOut(no_records=len(tracks) - len(records)).notes(who)
    return Document(list(_LIBRARY), rows, notes, [n for n, _ in music])


def _own(track: Record) -> Record:
    """The track with the person's own rating alone: not the album's, and not the 0 that stands for no stars."""
    own = track if "Loved" in track else track | {"Loved": track.get("Favorited")}  # as Music calls it since 2023
    return own | {"Rating": None} if own.get("Rating Computed") or own.get("Rating") == 0 else own


def _library_notes(records: list[tuple[int, Record]], music: list[tuple[int, Record]], who: str) -> list[str]:
    notes = []
    if len(music) < len(records):
        spoken = text.count(len(records) - len(music), "entry", "entries")
        notes.append(f"Left out {spoken} of {who} that are no music: podcasts, audiobooks, films or TV shows.")
    computed = sum(bool(track.get("Rating Computed")) and "Rating" in track for _, track in music)
    if computed:
        ratings = text.count(computed, "rating")
        notes.append(f"Left out {ratings} of {who} that the app took over from the album's; the tracks stay, unrated.")
    zero = sum(track.get("Rating") == 0 and not track.get("Rating Computed") for _, track in music)
    if zero:
        notes.append(f"{text.count(zero, 'track')} of {who} with `Rating` 0 count as unrated: it stands for no stars.")
    return notes


def _plist(decoded: str, limits: Limits) -> object:
    """The property list. Entities, comments and endless tags, with which XML can ask for all time, are refused before."""
    prolog = _XML_PROLOG.match(decoded.lstrip("\ufeff"))
    begin = prolog[0] if prolog else ""
    body = decoded.lstrip("\ufeff")[len(begin) :]
    if not _STARTS_XML.match(body):
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


def _check_rows(rows: int, limits: Limits) -> None:
    if rows > limits.rows:
        raise DocumentError(f"has {rows:,} tracks; I read at most {limits.rows:,}. Split it.")


def _check_cells(rows: list[list[str]], limits: Limits) -> None:
    longest = max((len(cell) for row in rows for cell in row), default=0)
    if longest > limits.cell_characters:
        raise DocumentError(
            f"has a field of {longest:,} characters; I read at most {limits.cell_characters:,}. Shorten it."
        )


def _who(name: str) -> str:
    return f"`{text.shorten(name)}`"
