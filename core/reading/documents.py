"""Text that is no CSV but holds tracks -> header and rows of text: JSON, and the library file of iTunes and Music.

Convention: see `document`; a streaming history goes to `history`, a property list to `library`, and any other list of
records is made a table here. Who or where somebody is never comes out.
Sources: the references of Spotify's Web API and of ReccoBeats for their answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from core import schema, text
from core.language import mark, say
from core.reading.document import (
    Document,
    DocumentError,
    LeftOut,
    Record,
    cell_of,
    check_cells,
    check_rows,
    sound,
    who_of,
)
from core.reading.history import History, added_up, is_listening
from core.reading.library import STARTS_XML, library
from core.reading.limits import Limits

__all__ = ["Document", "DocumentError", "is_document", "read_documents"]

_BLANKS = "\ufeff \t\r\n"
_HEAD = 4_000  # characters that tell what a file is
_STARTS_JSON = re.compile(r'(?:\[\s*)*\{\s*"(?:[^"\\]|\\.)*"\s*:')

_LISTS = ("content", "audio_features", "items", "tracks", "data", "results", "songs")
_PARTS_OF_A_TRACK = frozenset({"artists", "images", "copyrights", "genres"})
_WRAPPERS = ("track", "item")
_DEPTH = 3
_LONGEST_NAME = 100
_PRIVATE = re.compile(r"ip_?addr|user_?name$|user_?agent|e_?mail_address$|conn_country$")
_TRACK_LINK = re.compile(r"https?://open\.spotify\.com/(?:intl-[a-z]+/)?track/([A-Za-z0-9]+)(?:[?#]|$)")

_EXPECTED = mark("I expected one record per track, such as a history, a playlist or audio features.")
_AGAIN = mark("Download it again, or save it once more where it was made.")


def is_document(decoded: str) -> bool:
    """Whether the text is JSON or a property list rather than a table; a CSV whose header has brackets is none."""
    start = _start(decoded)
    if STARTS_XML.match(start) or _STARTS_JSON.match(start):
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
    history = History()
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
            whole = added_up(history, limits)
        except DocumentError as error:
            whole = DocumentError(str(error))
        found.insert(place, (text.listing(history.names, limit=1), whole))
    return found


def _read(name: str, decoded: str, history: History, limits: Limits) -> Document | None:
    """The document; None where the text is a streaming history, which goes into `history`."""
    if STARTS_XML.match(_start(decoded)):
        return library(decoded, who_of(name), limits)
    if _values(decoded) > limits.cells:
        most = text.whole(limits.cells)
        raise DocumentError(say("holds more than {most} values; I read at most as many. Split it.", most=most))
    records = _records(_json(decoded))
    if records is None:
        raise DocumentError(_with(say("is JSON without a list of tracks."), _EXPECTED))
    if not records:
        raise DocumentError(_with(say("is JSON with an empty list."), _EXPECTED))
    if any(isinstance(record, dict) and is_listening(record) for record in records):
        history.take(name, decoded, records)
        return None
    return _table(records, who_of(name), limits)


def _json(decoded: str) -> object:
    try:
        return json.loads(decoded.lstrip("\ufeff"), parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        found = say(
            "is not well-formed JSON in line {line}, column {column} ({error}).",
            line=text.whole(error.lineno), column=text.whole(error.colno), error=error.msg,
        )  # fmt: skip
        raise DocumentError(_with(found, _AGAIN)) from error
    except (RecursionError, MemoryError) as error:
        raise DocumentError(_with(say("nests lists in lists deeper than I can read."), _EXPECTED)) from error
    except ValueError as error:  # Python's guard against endless numbers
        raise DocumentError(_with(say("holds a number of thousands of digits."), _AGAIN)) from error


def _with(found: str, advice: str) -> str:
    """What was found, and the advice, a constant of this module."""
    return f"{found} {say(advice)}"


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


def _table(records: list[object], who: str, limits: Limits) -> Document:
    check_rows(len(records), limits)
    left_out = LeftOut()
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
            most = text.whole(limits.columns)
            raise DocumentError(say("has more than {most} different fields; I read at most as many.", most=most))
        found.append(row)
        numbers.append(number)
    if not columns:
        raise DocumentError(_with(say("is JSON with a list that holds no track."), _EXPECTED))
    if len(found) * len(columns) > limits.cells:
        raise DocumentError(
            say(
                "has {records} records of {fields} fields; I read at most {most} cells. Split it.",
                records=text.whole(len(found)),
                fields=text.whole(len(columns)),
                most=text.whole(limits.cells),
            )
        )
    rows = [[row.get(name, "") for name in columns] for row in found]
    check_cells(rows, limits)
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
    record: Mapping[str, object], left_out: LeftOut, above: str = "", depth: int = 1
) -> Iterator[tuple[str, str]]:
    """Names and cells of a record; what stands in a record inside it is named after both."""
    for key, value in record.items():
        if len(key) > _LONGEST_NAME:
            left_out.no_cells.add(sound(key[:_LONGEST_NAME]))
            continue
        own = sound(key).strip()
        name = f"{above}_{own}" if above else own
        if _is_private(own):
            left_out.private.add(name)
        elif isinstance(value, dict) and depth < _DEPTH:
            yield from _flat(value, left_out, name, depth + 1)
        elif (cell := cell_of(value)) is None:
            left_out.no_cells.add(name)
        else:
            yield "isrc" if name == "external_ids_isrc" else name, cell


@lru_cache(maxsize=1_000)
def _is_private(key: str) -> bool:
    return schema.is_private(key) or _PRIVATE.match(schema.normalise(key)) is not None
