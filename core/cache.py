"""Results on disk between two starts: of the bundled lists alone, since what a person gives stays in memory.

Convention: a result is a tree of frozen dataclasses of this package, arrays, tables, tuples, dicts and plain values. It is
written as JSON, with its arrays beside it in numpy's own format, in one file; nothing in such a file is ever run, and a class is
taken from this package or not at all. The file's name is a hash of the result's key, of this package's code and of the libraries'
versions, so that another version finds nothing. Files are written whole or not at all; a damaged one is no result and is deleted,
and so is a half that an app left when it was killed; beyond a bound those go that were not read for longest. A disk that is full,
or only to be read, costs speed and nothing else, and the log says so.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import re
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, is_dataclass
from importlib import import_module
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import cluster
from core.export import clear_halves, write_whole

_log = logging.getLogger(__name__)
_MOST_BYTES = 200_000_000
_LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn", "lightgbm")
_OURS = re.compile(r"core(\.[a-z_0-9]+)+")
_Arrays = list[np.ndarray]


class UnknownError(Exception):
    """Something in a result that has no form on disk, or something on disk that is no result."""


def default_folder() -> Path | None:
    """`EARPRINT_CACHE`, else this person's folder for such files; None where the setting is there and empty."""
    given = os.environ.get("EARPRINT_CACHE")
    if given is not None:
        return Path(given) if given else None
    import platformdirs

    return Path(platformdirs.user_cache_dir("earprint", appauthor=False))


class Cache:
    """Results in a folder."""

    def __init__(self, folder: Path, most: int = _MOST_BYTES) -> None:
        self._folder, self._most = folder, most

    def load(self, key: tuple[str, ...]) -> Any:  # noqa: ANN401 whatever was saved
        """What was saved under this key; None where nothing was, or where it cannot be read."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        try:
            found = unpacked(content)
        except Exception as error:  # noqa: BLE001 a damaged file may fail in any way, and is no result
            _log.warning("cache: %s: %r", path.name, error)
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)
        return found

    def save(self, key: tuple[str, ...], value: object) -> None:
        """Keep a result, if it has a form on disk and there is place."""
        try:
            content = packed(value)
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(self._path(key), content)
            self._bound()
        except (UnknownError, OSError) as error:
            _log.warning("cache: %s: %r", key[1:], error)

    def _bound(self) -> None:
        clear_halves(self._folder)
        files = sorted(self._folder.glob("*.zip"), key=lambda path: path.stat().st_mtime)
        size = sum(path.stat().st_size for path in files)
        for path in files:
            if size <= self._most:
                return
            size -= path.stat().st_size
            path.unlink(missing_ok=True)

    def _path(self, key: tuple[str, ...]) -> Path:
        parts = [*key, cluster.version(), *map(version_of, _LIBRARIES), sys.version]
        return self._folder / f"{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}.zip"


def packed(value: object) -> bytes:
    """A result as the content of a file. Raises `UnknownError`."""
    arrays: _Arrays = []
    tree = _tree(value, arrays)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("tree.json", json.dumps(tree))
        for number, array in enumerate(arrays):
            part = io.BytesIO()
            np.save(part, array, allow_pickle=False)
            file.writestr(f"{number}.npy", part.getvalue())
    return out.getvalue()


def unpacked(content: bytes) -> Any:  # noqa: ANN401
    """The result again. Raises `UnknownError`, and whatever a damaged file makes a library raise."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        tree = json.loads(file.read("tree.json"))
        arrays = [
            np.load(io.BytesIO(file.read(f"{number}.npy")), allow_pickle=False)
            for number in range(len(file.namelist()) - 1)
        ]
    return _value(tree, arrays)


def _tree(value: Any, arrays: _Arrays) -> Any:  # noqa: ANN401
    """A value as JSON can hold it: plain values as they are, everything else as a list with its kind in front."""
    if value is None or isinstance(value, bool | str) or type(value) in {int, float}:
        return value
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.hasobject:
            return ["objects", list(array.shape), [_tree(one, arrays) for one in array.ravel().tolist()]]
        arrays.append(array)
        return ["scalar" if isinstance(value, np.generic) else "array", len(arrays) - 1]
    if isinstance(value, pd.DataFrame):
        columns = [_tree(value.iloc[:, place], arrays) for place in range(value.shape[1])]
        return ["frame", _tree(value.index, arrays), _tree(value.columns, arrays), columns]
    if isinstance(value, pd.Series):
        return ["series", str(value.dtype), _tree(value.name, arrays), _tree(value.to_numpy(), arrays)]
    if isinstance(value, pd.RangeIndex):
        return ["range", value.start, value.stop, value.step, _tree(value.name, arrays)]
    if isinstance(value, pd.Index) and not isinstance(value, pd.MultiIndex):
        return ["index", str(value.dtype), _tree(value.name, arrays), _tree(value.to_numpy(), arrays)]
    if isinstance(value, tuple | list | set | frozenset):
        return [type(value).__name__, [_tree(one, arrays) for one in value]]
    if isinstance(value, dict):
        return ["dict", [[_tree(name, arrays), _tree(one, arrays)] for name, one in value.items()]]
    if is_dataclass(value) and not isinstance(value, type) and type(value).__module__.startswith("core."):
        parts = [_tree(getattr(value, one.name), arrays) for one in fields(value)]
        return ["class", type(value).__module__, type(value).__qualname__, parts]
    raise UnknownError(type(value))


def _value(tree: Any, arrays: _Arrays) -> Any:  # noqa: ANN401
    if not isinstance(tree, list):
        return tree
    kind, *rest = tree
    if kind not in _KINDS:
        raise UnknownError(kind)
    return _KINDS[kind](rest, arrays)


def _objects(rest: list[Any], arrays: _Arrays) -> np.ndarray:
    shape, flat = rest
    found = np.empty(len(flat), dtype=object)
    for place, one in enumerate(flat):
        found[place] = _value(one, arrays)
    return found.reshape(shape)


def _frame(rest: list[Any], arrays: _Arrays) -> pd.DataFrame:
    rows, names, columns = (_value(part, arrays) if place < 2 else part for place, part in enumerate(rest))
    parts = [_value(column, arrays).set_axis(rows) for column in columns]
    found = pd.concat(parts, axis=1) if parts else pd.DataFrame(index=rows)
    found.columns = names
    return found


def _labelled(make: Callable[..., Any]) -> Callable[[list[Any], _Arrays], Any]:
    """A series or an index."""

    def read(rest: list[Any], arrays: _Arrays) -> Any:  # noqa: ANN401
        kind, name, values = rest
        return make(_value(values, arrays), dtype=kind, name=_value(name, arrays))

    return read


def _dataclass(rest: list[Any], arrays: _Arrays) -> Any:  # noqa: ANN401
    module, name, parts = rest
    cls = getattr(import_module(module), name, None) if _OURS.fullmatch(module) else None
    if not isinstance(cls, type) or not is_dataclass(cls) or len(fields(cls)) != len(parts):
        raise UnknownError(f"{module}.{name}")
    found = object.__new__(cls)
    for one, part in zip(fields(cls), parts, strict=True):
        object.__setattr__(found, one.name, _value(part, arrays))
    return found


_KINDS: dict[str, Callable[[list[Any], _Arrays], Any]] = {
    "array": lambda rest, arrays: arrays[rest[0]],
    "scalar": lambda rest, arrays: arrays[rest[0]][()],
    "objects": _objects,
    "frame": _frame,
    "series": _labelled(pd.Series),
    "index": _labelled(pd.Index),
    "range": lambda rest, arrays: pd.RangeIndex(rest[0], rest[1], rest[2], name=_value(rest[3], arrays)),
    "tuple": lambda rest, arrays: tuple(_value(one, arrays) for one in rest[0]),
    "list": lambda rest, arrays: [_value(one, arrays) for one in rest[0]],
    "set": lambda rest, arrays: {_value(one, arrays) for one in rest[0]},
    "frozenset": lambda rest, arrays: frozenset(_value(one, arrays) for one in rest[0]),
    "dict": lambda rest, arrays: {_value(name, arrays): _value(one, arrays) for name, one in rest[0]},
    "class": _dataclass,
}
