"""Audio features by track id or ISRC from ReccoBeats (https://reccobeats.com), a free service of others.

Convention: 40 ids are asked at a time; an answer is joined by id (the last part of its `href`, its own id, or its ISRC), never by
position, since unknown ids are left out of it. What came before a failure is kept. The scale is that of Spotify's features;
whether the service may pass them on is the person's to judge, so that it is asked only when they say so.

Source: https://reccobeats.com/docs/apis/get-audio-features (2026).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import requests

from core import identity
from core.sources.net import SourceError, get_json, number

ADDRESS, SERVICE = "https://api.reccobeats.com/v1", "ReccoBeats"
FEATURES = (
    "acousticness", "danceability", "energy", "instrumentalness", "key", "liveness", "loudness", "mode", "speechiness", "tempo",
    "valence",
)  # fmt: skip
_AT_ONCE = 40
_SECONDS = 120.0  # for everything


@dataclass(frozen=True)
class Fetched:
    """What came: id as it was asked for -> its features, and -> its title, artist, isrc and link; the ids that the service does
    not know; and why it ended, where it ended early. asked: ids that were answered for, one way or the other.
    """

    features: dict[str, dict[str, float]]
    names: dict[str, dict[str, str]]
    unknown: tuple[str, ...]
    fault: str
    asked: int

    def tracks(self) -> list[dict[str, str]]:
        """One row per id whose name came, without features: title, artist, isrc, link, id."""
        return [{**told, "id": name} for name, told in self.names.items()]


def fetch(
    ids: Iterable[str], *, known: Fetched | None = None, titles: bool = False, address: str = ADDRESS, seconds: float = _SECONDS,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Fetched:  # fmt: skip
    """Features of tracks by Spotify id, link, URI or ISRC. `known`: what came before, which is not asked again.
    With `titles` the tracks' names are asked for too.
    """
    features, names = (dict(known.features), dict(known.names)) if known else ({}, {})
    unknown = set(known.unknown) if known else set()
    wanted = [name for name in dict.fromkeys(map(_plain, ids)) if name and name not in features and name not in unknown]
    deadline, fault, done = time.monotonic() + seconds, "", 0
    with requests.Session() as session:
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            progress(start, len(wanted))
            try:
                found = _asked(session, address, some, deadline)
                names |= _named(session, address, list(found), deadline) if found and titles else {}
            except SourceError as error:
                fault = error.faults[0]
                break
            features |= found
            unknown |= set(some) - set(found)
            done += len(some)
    progress(done, len(wanted))
    return Fetched(features, names, tuple(sorted(unknown)), fault, done)


def _asked(session: requests.Session, address: str, ids: Sequence[str], deadline: float) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for name, record in _records(session, f"{address}/audio-features", ids, deadline):
        numbers = {feature: number(record.get(feature)) for feature in FEATURES}
        if numbers["key"] == -1:  # no key was found
            numbers["key"] = float("nan")
        found.setdefault(name, numbers)
    return found


def _named(session: requests.Session, address: str, ids: Sequence[str], deadline: float) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, record in _records(session, f"{address}/track", ids, deadline):
        given = record.get("artists")
        artists = (
            [str(one.get("name") or "") for one in given if isinstance(one, dict)] if isinstance(given, list) else []
        )
        found.setdefault(name, {
            "title": str(record.get("trackTitle") or ""), "artist": "; ".join(filter(None, artists)),
            "isrc": identity.plain_isrc(str(record.get("isrc") or "")), "link": str(record.get("href") or ""),
        })  # fmt: skip
    return found


def _records(
    session: requests.Session, address: str, ids: Sequence[str], deadline: float
) -> Iterator[tuple[str, dict[str, object]]]:
    """Each record of an answer with every id of ours that it is about; a null among the records is none."""
    answer = get_json(session, address, {"ids": ",".join(ids)}, service=SERVICE, deadline=deadline)
    content = answer.get("content") if isinstance(answer, dict) else None
    wanted = set(ids)
    for record in content if isinstance(content, list) else []:
        if isinstance(record, dict):
            names = {str(record.get("href") or "").rstrip("/").rpartition("/")[2], str(record.get("id") or "")}
            names.add(identity.plain_isrc(str(record.get("isrc") or "")))
            yield from ((name, record) for name in sorted(names & wanted))


def _plain(given: str) -> str:
    """The id in a link, a URI or by itself; an ISRC as such; empty for anything else."""
    name = identity.plain_isrc(given) or identity.plain_id(given)
    return name if name and all(one.isalnum() and one.isascii() for one in name) else ""
