"""`Dataset`: the one frozen thing that everything after reading works on.

Convention: rows are rated tracks, columns are audio features in the catalogue's order. Features are float64 on
the float32 grid (a tree's threshold then lies where it says), NaN = missing. Ratings are finite floats in the
file's own scale. Rows have a canonical order that depends on the features alone (ties: identity, rating), so a
file with shuffled rows or columns gives the same folds and the same figures to the last digit. The file's own
order is kept apart, as evidence, and never becomes a feature.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core import identity, schema
from core.language import say

_VERSION = b"earprint dataset 1"
GROUPS = ("artist", "album", "work")
_NEAR = 0.20
_NEAR_NAMESAKES = 0.60
_MIN_NEAR = 12
SEARCHED = 50_000  # rows
_BLOCK = 4_000_000  # distances worked out at once: 32 MB
_MAX_NAMESAKES = 100
_MIN_DISTINCT = 0.3


@dataclass(frozen=True)
class Dropped:
    """A column that was read and set aside. reason is for people; code: `index`, `constant`, or what tells tracks apart."""

    column: str
    reason: str
    code: str = ""


@dataclass(frozen=True)
class Understood:
    """What one column of a file was taken for, and on what ground.

    scale: the unit as found. example: a cell of it. missing: cells without a value, over all rows of the file.
    reversible: the numbers were brought to another scale, or were kept from it. reason and scale are for people; code as
    in `Dropped`.
    """

    column: str
    file: str
    role: schema.Role
    used_as: str
    reason: str
    scale: str = ""
    example: str = ""
    missing: int = 0
    reversible: bool = False
    code: str = ""


@dataclass(frozen=True)
class Scale:
    """How ratings were written, and the scale of the numbers made of them.

    name is a key of `reading.SCALES`; low and high are the ends, step is the largest even step that all numbers keep
    (0 where there is none); label and evidence are for people.
    """

    name: str
    low: float
    high: float
    step: float
    label: str
    evidence: str


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rated tracks with their audio features.

    features (N, d), rating (N,), identity (N rows: title, artist, album, id as far as given, text),
    context (N rows of text, columns as named in the file), group (N,) text or None,
    file_order (N,) position in the file, counted over rated rows. waiting: identity and features of the unrated tracks,
    kept apart in the file's order. listeners: name and number of ratings of everybody in the file, this one among them.
    """

    name: str
    features: pd.DataFrame
    rating: np.ndarray
    identity: pd.DataFrame
    context: pd.DataFrame
    file_order: np.ndarray
    rating_column: str
    scale: Scale | None = None
    group_column: str | None = None
    group: np.ndarray | None = None
    dropped: tuple[Dropped, ...] = ()
    understood: tuple[Understood, ...] = ()
    notes: tuple[str, ...] = ()
    unrated: int = 0
    waiting: pd.DataFrame | None = None
    listener: str = ""
    listeners: tuple[tuple[str, int], ...] = ()
    simulated: str = ""
    key: str = field(default="", compare=False)

    @property
    def tracks(self) -> int:
        """Number of rated tracks, N."""
        return len(self.rating)

    @property
    def likes(self) -> bool:
        """Whether there are only two different ratings, such as liked and not liked."""
        return len(np.unique(self.rating)) == 2

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
        """Which rows are one recording (N,), as labels from 0: the same id or ISRC, (nearly) the same features, or the
        same title and artist but for remarks such as (Remastered) with similar features.

        A title and an artist alone do not settle it: composers write many preludes. Nor do equal features where few
        coarse ones describe many tracks, such as mode and time signature.
        """
        rows = pd.Series([row.tobytes() for row in self.x], dtype=object)
        signs = [
            rows if rows.nunique() >= _MIN_DISTINCT * self.tracks else pd.Series([None] * self.tracks, dtype=object)
        ]
        for kind, plain in (("id", identity.plain_id), ("isrc", identity.plain_isrc)):
            if kind in self.identity:
                signs.append(pd.Series([plain(cell) or None for cell in self.identity[kind]], dtype=object))
        names = None
        if "title" in self.identity and "artist" in self.identity:
            both = zip(map(identity.plain_title, self.identity["title"]), self.labels("artist"), strict=True)
            names = np.array(
                [f"{title}\x1f{artist}" if title and artist else "" for title, artist in both], dtype=object
            )
        return linked([pd.factorize(sign)[0] for sign in signs] + [near_copies(self.x, names)])

    @cached_property
    def groups(self) -> dict[str, tuple[int, int]]:
        """Kind of group -> number of groups of several tracks, and of tracks in them; kinds without any left out."""
        found = {}
        for kind in GROUPS:
            labels = self.labels(kind)
            _, sizes = np.unique(labels[labels != ""].astype(str), return_counts=True)
            if (sizes > 1).any():
                found[kind] = (int((sizes > 1).sum()), int(sizes[sizes > 1].sum()))
        return found

    def labels(self, kind: str) -> np.ndarray:
        """The group of each track (N,) by `artist` (the first one), `album` or `work`, in the form in which they are
        compared; empty where there is none.
        """
        return group_labels(self.identity, kind)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """One line per track for people: `Title – Artist`, untrusted text as it stood in the file."""
        title = self.identity.get("title", pd.Series([""] * self.tracks))
        artist = self.identity.get("artist", pd.Series([""] * self.tracks))
        names = [" – ".join(part for part in pair if part) for pair in zip(title, artist, strict=True)]
        return tuple(
            name or say("Track {number}", number=place + 1) for name, place in zip(names, self.file_order, strict=True)
        )

    def subset(self, rows: np.ndarray) -> Dataset:
        """These tracks alone (k, row numbers in ascending order), in the same order, under a key of their own."""
        texts = {
            name: getattr(self, name).iloc[rows].reset_index(drop=True) for name in ("features", "identity", "context")
        }
        chosen = hashlib.sha256(f"{self.key} {rows.tolist()}".encode()).hexdigest()
        return replace(
            self, **texts, rating=self.rating[rows], file_order=self.file_order[rows],
            group=None if self.group is None else self.group[rows], key=chosen,
        )  # fmt: skip


def group_labels(frame: pd.DataFrame, kind: str) -> np.ndarray:
    """The group of each row (n,) of an identity frame by `artist`, `album` or `work`; empty where there is none."""
    found = [""] * len(frame)
    if kind == "album" and "album" in frame:
        found = _each(frame["album"], identity.plain_title)
    elif kind == "artist" and "artist" in frame:
        found = [identity.plain_artist(artist) for artist in _first_artists(frame)]
    elif kind == "work" and "title" in frame:
        found = [
            identity.work(title, artist) for title, artist in zip(frame["title"], _first_artists(frame), strict=True)
        ]
    return np.array(found, dtype=object)


def _first_artists(frame: pd.DataFrame) -> list[str]:
    if "artist" not in frame:
        return [""] * len(frame)
    place, cells = pd.factorize(frame["artist"])
    first = [names[0] if names else "" for names in identity.split_artists(list(cells))]
    return [first[row] for row in place]


def _each(cells: pd.Series, plain: Callable[[str], str]) -> list[str]:
    """`plain` of each cell, computed once for each different one."""
    place, different = pd.factorize(cells)
    found = [plain(cell) for cell in different]
    return [found[row] for row in place]


def near_copies(x: np.ndarray, names: np.ndarray | None = None) -> np.ndarray:
    """Labels (n,) that link rows whose features (n, d) nearly agree; -1 for rows without such a neighbour.

    Near is a root mean square below 0.20 between features in units of their spread (without the outermost 5 %; missing
    ones taken as average), and below 0.60 for
    rows of one name. Among independent tracks with the 33 features of the study the smallest distance is 0.38, the
    usual one 1.4. With fewer than `_MIN_NEAR` features tracks come that close by chance, and only names link them; so
    it is with more than `SEARCHED` rows, where the search would take half a minute. A name that stands for more
    than `_MAX_NAMESAKES` different rows says nothing.
    """
    # Equal rows are one point of the search, else a list of copies would have as many pairs as its square.
    place, points = pd.factorize(pd.Series([row.tobytes() for row in x], dtype=object))
    first = np.unique(place, return_index=True)[1]
    n, d = x.shape
    ends = np.nanpercentile(x, [2.5, 97.5], axis=0)  # a few wild values must not make all others seem close
    spread = np.nanstd(np.clip(x, *ends), axis=0)
    spread = np.where(spread > 0, spread, np.nanstd(x, axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.nan_to_num((x - np.nanmean(x, axis=0)) / spread, posinf=0.0, neginf=0.0)[first]
    pairs = [np.zeros((0, 2), dtype=int)]
    if d >= _MIN_NEAR and len(points) <= SEARCHED:
        pairs.append(first[_pairs(z, _NEAR * np.sqrt(d))])
    if names is not None:
        for name, rows in pd.Series(range(n)).groupby(names).indices.items():
            alike = np.unique(place[rows])
            if name and 1 < len(alike) <= _MAX_NAMESAKES:
                pairs.append(first[alike[_pairs(z[alike], _NEAR_NAMESAKES * np.sqrt(d))]])
    found = _components(n, *np.concatenate(pairs).T)
    return np.where(np.bincount(found)[found] > 1, found, -1)


def linked(labels: list[np.ndarray]) -> np.ndarray:
    """Rows that are linked through equal labels, over any chain: labels of the whole from 0 (N,). -1 links nothing."""
    rows = np.arange(len(labels[0]))
    first = [np.where(label < 0, rows, pd.Series(rows).groupby(label).transform("first")) for label in labels]
    return _components(len(rows), np.tile(rows, len(labels)), np.concatenate(first))


def _pairs(points: np.ndarray, radius: float) -> np.ndarray:
    """Row numbers of all points (n, d) that lie within the radius of each other (k, 2), the lower first. By blocks of all
    distances: among so many features a tree is hardly faster, and SciPy's takes long to load.
    """
    squares = (points**2).sum(axis=1)
    size = max(_BLOCK // max(len(points), 1), 1)
    found = [np.zeros((0, 2), dtype=int)]
    for start in range(0, len(points), size):
        block = slice(start, start + size)
        apart = squares[block, None] + squares[start:] - 2 * points[block] @ points[start:].T
        near = np.argwhere(apart <= radius**2) + start
        found.append(near[near[:, 0] < near[:, 1]])
    return np.concatenate(found)


def _components(n: int, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Labels from 0 (n,) of what hangs together by the edges between `one` and `other`, in the order of their first members.

    Every root is hung on the lowest one beside it until nothing changes, which takes few rounds. (SciPy has this too; to load
    that takes a fifth of a second of the first page.)
    """
    root = np.arange(n)
    while True:
        lowest = np.minimum(root[one], root[other])
        new = root.copy()
        np.minimum.at(new, root[one], lowest)
        np.minimum.at(new, root[other], lowest)
        while (new[new] != new).any():
            new = new[new]
        if (new == root).all():
            return np.unique(new, return_inverse=True)[1]
        root = new


def canonical(
    features: pd.DataFrame, rating: np.ndarray, identity: pd.DataFrame, context: pd.DataFrame,
    group: np.ndarray | None, **rest: object,
) -> Dataset:  # fmt: skip
    """A `Dataset` in canonical order with its key. Inputs are in the file's order, one row per rated track."""
    names = sorted(features.columns, key=schema.order)
    on_grid = np.empty((len(features), len(names)))
    for place, name in enumerate(names):
        on_grid[:, place] = features[name].to_numpy(np.float32)
    on_grid += 0.0  # turns -0.0 into 0.0
    on_grid[np.isnan(on_grid)] = np.nan  # one bit pattern for every missing value
    ratings = np.asarray(rating, dtype=np.float64) + 0.0
    groups = None if group is None else np.asarray(group, dtype=object)
    texts = _rows_as_text(identity, groups)
    take = _order(on_grid, texts, ratings)
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
        key=_key(names, on_grid, ratings, texts.take(pa.array(take))),
        **rest,  # type: ignore[arg-type]
    )


def _rows_as_text(identity: pd.DataFrame, group: np.ndarray | None) -> pa.Array:
    """Each row's identity in one string; columns by name, so that their order in the file does not matter.

    Context stays out: what is recognised there may hang on the file's order (a row number), and no figure uses it.
    """
    columns = [pa.array(identity[name], pa.string()) for name in sorted(identity.columns)]
    if group is not None:
        columns.append(pa.array(group, pa.string()))
    if not columns:
        return pa.array([""] * len(identity), pa.string())
    return pc.binary_join_element_wise(*columns, "\x1f")


def _order(features: np.ndarray, texts: pa.Array, ratings: np.ndarray) -> np.ndarray:
    """Rows sorted by the hash of their features, ties by text and rating, (N,)."""
    whole, width = np.ascontiguousarray(features).tobytes(), 8 * features.shape[1]
    digests = [hashlib.sha256(whole[at : at + width]).digest() for at in range(0, len(whole), width)]
    first = np.frombuffer(b"".join(digest[:8] for digest in digests), dtype=">u8")
    order = np.argsort(first, kind="stable")
    ordered = first[order]
    tied = np.flatnonzero(ordered[1:] == ordered[:-1])
    for start in tied[np.diff(tied, prepend=-2) > 1]:
        end = start + 1
        while end + 1 < len(order) and ordered[end + 1] == ordered[start]:
            end += 1
        order[start : end + 1] = sorted(
            order[start : end + 1], key=lambda i: (digests[i], texts[i].as_py(), ratings[i])
        )
    return order


def _key(names: list[str], features: np.ndarray, rating: np.ndarray, texts: pa.Array) -> str:
    whole = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts), "\x1e")[0]
    digest = hashlib.sha256(_VERSION)
    for part in ("\x1f".join(names).encode(), features.data.cast("B"), rating.data.cast("B"), whole.as_buffer()):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
