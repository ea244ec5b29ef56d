"""`Dataset`: the one frozen thing that everything after reading works on.

Convention: rows are rated tracks, columns are audio features in the catalogue's order. Features are float64 on
the float32 grid (a tree's threshold then lies where it says), NaN = missing. Ratings are finite floats in the
file's own scale. Rows have a canonical order that depends on the features alone (ties: identity, rating), so a
file with shuffled rows or columns gives the same folds and the same figures to the last digit. The file's own
order is kept apart, as evidence, and never becomes a feature.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from core import schema

_VERSION = b"earprint dataset 1"


@dataclass(frozen=True)
class Dropped:
    """A column that was read and set aside."""

    column: str
    reason: str


@dataclass(frozen=True)
class Understood:
    """What one column of a file was taken for, and on what ground."""

    column: str
    file: str
    role: schema.Role
    used_as: str
    reason: str


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rated tracks with their audio features.

    features (N, d), rating (N,), identity (N rows: title, artist, album, id as far as given, text),
    context (N rows of text, columns as named in the file), group (N,) text or None,
    file_order (N,) position in the file, counted over rated rows.
    """

    name: str
    features: pd.DataFrame
    rating: np.ndarray
    identity: pd.DataFrame
    context: pd.DataFrame
    file_order: np.ndarray
    rating_column: str
    group_column: str | None = None
    group: np.ndarray | None = None
    dropped: tuple[Dropped, ...] = ()
    understood: tuple[Understood, ...] = ()
    notes: tuple[str, ...] = ()
    unrated: int = 0
    simulated: str = ""
    key: str = field(default="", compare=False)

    @property
    def tracks(self) -> int:
        """Number of rated tracks, N."""
        return len(self.rating)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Canonical names of the d features."""
        return tuple(self.features.columns)

    @cached_property
    def x(self) -> np.ndarray:
        """The features as a read-only matrix (N, d)."""
        matrix = np.ascontiguousarray(self.features.to_numpy(float))
        matrix.setflags(write=False)
        return matrix

    @cached_property
    def recordings(self) -> np.ndarray:
        """Which rows are one recording (N,), as labels from 0: those with the same id or the same features.

        A title and an artist do not settle it: composers write many preludes.
        """
        signs = [pd.Series([row.tobytes() for row in self.x], dtype=object)]
        if "id" in self.identity:
            signs.append(self.identity["id"].str.strip().str.casefold().replace("", None))
        return linked([pd.factorize(sign)[0] for sign in signs])

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """One line per track for people: `Title – Artist`, untrusted text as it stood in the file."""
        title = self.identity.get("title", pd.Series([""] * self.tracks))
        artist = self.identity.get("artist", pd.Series([""] * self.tracks))
        names = [" – ".join(part for part in pair if part) for pair in zip(title, artist, strict=True)]
        return tuple(name or f"Track {place + 1}" for name, place in zip(names, self.file_order, strict=True))


def linked(labels: list[np.ndarray]) -> np.ndarray:
    """Rows that are linked through equal labels, over any chain: labels of the whole from 0 (N,). -1 links nothing."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = np.arange(len(labels[0]))
    first = [np.where(label < 0, rows, pd.Series(rows).groupby(label).transform("first")) for label in labels]
    edges = (np.ones(len(labels) * len(rows)), (np.tile(rows, len(labels)), np.concatenate(first)))
    return np.asarray(connected_components(coo_array(edges, shape=(len(rows), len(rows))), directed=False)[1])


def canonical(
    features: pd.DataFrame, rating: np.ndarray, identity: pd.DataFrame, context: pd.DataFrame,
    group: np.ndarray | None, **rest: object,
) -> Dataset:  # fmt: skip
    """A `Dataset` in canonical order with its key. Inputs are in the file's order, one row per rated track."""
    names = sorted(features.columns, key=schema.order)
    on_grid = features[names].to_numpy(np.float32).astype(np.float64) + 0.0  # + 0.0 turns -0.0 into 0.0
    on_grid[np.isnan(on_grid)] = np.nan  # one bit pattern for every missing value
    ratings = np.asarray(rating, dtype=np.float64) + 0.0
    groups = None if group is None else np.asarray(group, dtype=object)
    texts = _rows_as_text(identity, groups)
    digests = [hashlib.sha256(row.tobytes()).digest() for row in on_grid]
    order = sorted(range(len(ratings)), key=lambda i: (digests[i], texts[i], ratings[i]))
    take = np.array(order, dtype=int)
    ratings = ratings[take]
    on_grid = on_grid[take]
    for array in (ratings, on_grid):
        array.setflags(write=False)
    return Dataset(
        features=pd.DataFrame(on_grid, columns=names, copy=False),
        rating=ratings,
        identity=identity.iloc[take].reset_index(drop=True),
        context=context.iloc[take].reset_index(drop=True),
        file_order=take,
        # a track without a group is a group of its own; named after its canonical place, not the file's
        group=None if groups is None else np.array([g or f"\x00{i}" for i, g in enumerate(groups[take])], dtype=object),
        key=_key(names, on_grid, ratings, [texts[i] for i in order]),
        **rest,  # type: ignore[arg-type]
    )


def _rows_as_text(identity: pd.DataFrame, group: np.ndarray | None) -> list[str]:
    """Each row's identity in one string; columns by name, so that their order in the file does not matter.

    Context stays out: what is recognised there may hang on the file's order (a row number), and no figure uses it.
    """
    columns = [identity[name] for name in sorted(identity.columns)]
    if group is not None:
        columns.append(pd.Series(group))
    if not columns:
        return [""] * len(identity)
    return ["\x1f".join(map(str, cells)) for cells in zip(*columns, strict=True)]


def _key(names: list[str], features: np.ndarray, rating: np.ndarray, texts: list[str]) -> str:
    digest = hashlib.sha256(_VERSION)
    for part in ("\x1f".join(names).encode(), features.tobytes(), rating.tobytes(),
                 "\x1e".join(texts).encode("utf-8", "surrogatepass")):  # fmt: skip
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
