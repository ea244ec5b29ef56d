"""One listener's document on disk: written as a whole or not at all, and known again by its key.

Convention: the file's name is made from a hash of the listener's name, which is text of somebody's file and never part of a
path. A document is the summary document with `listener`, `key` (data, settings and version: what it is the result of) and
`sha256` (of everything else in it). It is written beside its place, brought to the disk, and moved there in one step.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import EarprintError
from core.export import clear_halves, write_whole
from core.language import say


class DamagedError(Exception):
    """A file that is no document of ours, or no longer."""


def file_of(listener: str) -> str:
    """The name of the listener's file."""
    return f"{hashlib.sha256(listener.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}.json"


def write_document(folder: Path, listener: str, key: str, summary: Mapping[str, Any]) -> None:
    """Write the listener's summary document. Raises `EarprintError` where it cannot be written."""
    document = {"listener": listener, "key": key, **summary}
    write(folder / file_of(listener), json_of({**document, "sha256": _digest(document)}))


def read_document(folder: Path, listener: str) -> dict[str, Any] | None:
    """The listener's document; None where there is none. Raises `DamagedError` for anything else."""
    try:
        content = (folder / file_of(listener)).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DamagedError from error
    try:
        document = json.loads(content)
        if document.pop("sha256") != _digest(document) or document["listener"] != listener:
            raise DamagedError
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise DamagedError from error
    return dict(document)


def json_of(document: Mapping[str, Any]) -> bytes:
    """The document as people can read it."""
    return (json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "replace")


def write(path: Path, content: bytes) -> None:
    """All of it or nothing. Raises `EarprintError` where it cannot be written."""
    try:
        write_whole(path, content)
    except OSError as error:
        raise EarprintError([
            say("I cannot write `{path}` ({reason}). Choose another place.", path=path, reason=error.strerror)
        ]) from error  # fmt: skip


def make_ready(folder: Path) -> None:
    """The folder is there, and holds no halves of documents. Raises `EarprintError` where it cannot be made."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise EarprintError([
            say("I cannot write into `{path}` ({reason}). Choose another folder.", path=folder, reason=error.strerror)
        ]) from error  # fmt: skip
    clear_halves(folder)


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
