"""Spotify's streaming history, in both of its forms -> one row per track, with how often and when it was played.

Convention: only the music and when it was played comes out: no address, country, device or user name, which no
analysis needs. Counts of plays are told apart from ratings.
Source: Spotify, "Understanding my data" (2025).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from core import text
from core.language import many, say
from core.reading.document import Document, DocumentError, Record, check_cells, check_rows, sound, who_of
from core.reading.limits import Limits

_PLAY_MS = 30_000  # from here on Spotify itself counts a play
_LONGEST_MS = 10**9
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")
_SPOKEN = ("episode", "spotify_episode", "audiobook")


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
class History:
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
            first = who_of(self.texts[decoded])
            self.notes.append(say("{file} is a copy of {first}: I count it once.", file=who_of(name), first=first))
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


def is_listening(record: Record) -> bool:
    """Whether a record is an entry of a history, in either form."""
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
    return sound(value).strip() if isinstance(value, str) else ""


def _time(record: Record, key: str) -> str:
    """`2021-02-04T19:02:33Z` and `2021-02-04 19:02` -> `2021-02-04 19:02`, which both forms know (UTC)."""
    found = _TIME.match(_text(record, key))
    return found[0].replace("T", " ") if found else ""


def _milliseconds(value: object) -> int:
    """The length; -1 for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST_MS:
        return -1
    return int(value)


def added_up(history: History, limits: Limits) -> Document:
    """One row per track: by its uri, else by title and artist, in the order of the first listening."""
    plays = history.plays()
    tracks = _by_track(plays)
    if not tracks:
        raise DocumentError(say("is a streaming history without a single track of music. I expected its music files."))
    check_rows(len(tracks), limits)
    summed = sorted((_row(track) for track in tracks), key=lambda row: (row["first_played"], *row.values()))
    # What the short form does not know would else look like columns of missing ids.
    empty = {name for name in ("album_name", "spotify_track_uri") if not any(row[name] for row in summed)}
    header = [name for name in summed[0] if name not in empty]
    entries = many(
        len(plays),
        "{number} entry of a streaming history ({files})",
        "{number} entries of a streaming history ({files})",
        files=text.listing([who_of(name) for name in history.names]),
    )
    summary = many(
        len(tracks),
        "Added up {entries} to {number} track; there is no rating in it, and counts of plays are not ratings.",
        "Added up {entries} to {number} tracks; there is no rating in it, and counts of plays are not ratings.",
        entries=entries,
    )
    notes = [summary, *history.notes]
    twice = len(history.extended) + len(history.short) - len(plays)
    if twice:
        notes.append(
            many(
                twice,
                "{number} entry stands in both forms of the history: I count each once.",
                "{number} entries stand in both forms of the history: I count each once.",
            )
        )
    if history.spoken:
        notes.append(
            many(
                history.spoken,
                "Left out {number} entry of podcasts and audiobooks.",
                "Left out {number} entries of podcasts and audiobooks.",
            )
        )
    if history.unnamed:
        notes.append(
            many(
                history.unnamed,
                "Left out {number} entry without a track's name or a length.",
                "Left out {number} entries without a track's name or a length.",
            )
        )
    cells = [[row[name] for name in header] for row in summed]
    check_cells(cells, limits)
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
