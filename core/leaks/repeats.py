"""Recordings that occur more than once, and tracks that share an artist, an album or a work.

Source: Shrout & Fleiss (1979), Psychol. Bull. 86, 420-428, for ICC(1): the share of the ratings' variance that goes
with the group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core import identity, text
from core.dataset import Dataset
from core.folds import grouping
from core.language import many, mark, say
from core.leaks.finding import Finding, Severity, named
from core.leaks.order import MANY, shuffled

_ALIKE_P = 0.01
_KINDS = {
    "artist": (mark("one artist"), mark("artists")), "album": (mark("one album"), mark("albums")),
    "work": (mark("one work"), mark("works")),
}  # fmt: skip


@dataclass(frozen=True)
class Repeated:
    """One kind of group: artist, album, work, or a column that was chosen.

    largest: tracks of the largest group. icc: ICC(1) of the ratings, which may be negative. p: by permutation.
    together: whether the tracks of each group share a fold. possible: whether they could.
    """

    kind: str
    tracks: int
    groups: int
    largest: int
    icc: float
    p: float
    together: bool
    possible: bool


def copies(dataset: Dataset) -> Iterator[Finding]:
    """Recordings that the list holds more than once, under one name or under several."""
    rows = np.flatnonzero(np.bincount(dataset.recordings)[dataset.recordings] > 1)
    if not len(rows):
        return
    one_name = _one_name(dataset, rows)
    for code, chosen in (("duplicate-track", rows[one_name]), ("near-duplicate", rows[~one_name])):
        if len(chosen):
            yield _copied(code, chosen, dataset)


def _one_name(dataset: Dataset, rows: np.ndarray) -> np.ndarray:
    """Whether all rows of a recording agree in title and artist, id or ISRC (k,)."""
    frame = dataset.identity.iloc[rows]
    titles = [identity.plain_title(title) for title in frame.get("title", [""] * len(rows))]
    signs = [[f"{title}\x1f{artist}" if title else None for title, artist in
              zip(titles, dataset.labels("artist")[rows], strict=True)]]  # fmt: skip
    for kind, plain in (("id", identity.plain_id), ("isrc", identity.plain_isrc)):
        if kind in frame:
            signs.append([plain(cell) or None for cell in frame[kind]])
    agree = np.zeros(len(rows), dtype=bool)
    for sign in signs:
        cells = pd.Series(sign, dtype=object).groupby(dataset.recordings[rows])
        agree |= ((cells.transform("nunique") == 1) & (cells.transform("count") == cells.transform("size"))).to_numpy()
    return agree


def _copied(code: str, rows: np.ndarray, dataset: Dataset) -> Finding:
    clusters = pd.Series(dataset.rating[rows]).groupby(dataset.recordings[rows])
    spread = clusters.max() - clusters.min()
    widest = rows[dataset.recordings[rows] == spread.idxmax()]
    ratings = text.listing([text.plain_number(value) for value in sorted(dataset.rating[widest])])
    titles = [text.quoted(dataset.titles[row], 60) for row in widest]
    if code == "duplicate-track":
        found = many(
            len(spread), "{number} recording stands in your list more than once ({rows} rows).",
            "{number} recordings stand in your list more than once ({rows} rows).", rows=text.whole(len(rows)),
        )  # fmt: skip
        titles = titles[:1]
    else:
        found = many(
            len(spread), "{number} recording stands in your list under several names, to judge by the sound.",
            "{number} recordings stand in your list under several names, to judge by the sound.",
        )  # fmt: skip
    apart = say("Each copy has the same rating.")
    if spread.max() > 0:
        apart = say("You gave {titles} {ratings}.", titles=text.listing(titles, limit=2), ratings=ratings)
    told = say("{found} {apart} Copies share a fold.", found=found, apart=apart)
    return Finding(code, "note", (), float(len(rows) - len(spread)), told)


def groups(dataset: Dataset, *, permutations: int, seed: int) -> Iterator[Finding]:
    """Kinds of groups with several tracks; a warning where their tracks are rated alike and may be in different folds."""
    for group in repeated_groups(dataset, permutations=permutations, seed=seed):
        alike = group.p <= _ALIKE_P and group.icc > 0
        found = _told(group, named([group.kind]) if group.kind not in dataset.groups else "", alike=alike)
        severity: Severity = "warning" if alike and not group.together else "note"
        yield Finding("repeated-group", severity, (group.kind,), group.icc, found)


def _told(group: Repeated, column: str, *, alike: bool) -> str:
    """What is said of one kind of group; `column` names the one that was chosen, else it is artists, albums or works."""
    kinds = say(_KINDS[group.kind][1]) if not column else say("groups of {column}", column=column)
    one = say(_KINDS[group.kind][0]) if not column else say("one group")
    found = [say(
        "Your {tracks} tracks come from {groups} {kinds}, up to {largest} from one.",
        tracks=text.whole(group.tracks), groups=text.whole(group.groups), kinds=kinds, largest=text.whole(group.largest),
    )]  # fmt: skip
    if alike:
        found.append(say(
            "Tracks of {one} are rated alike: {share} of the differences between your ratings goes with it.",
            one=one, share=text.percent(group.icc),
        ))  # fmt: skip
    else:
        found.append(say("I cannot tell that tracks of {one} are rated alike.", one=one))
    if group.together:
        found.append(say("They stay together in one fold, so that no model knows them again."))
    elif not group.possible:
        found.append(say(
            "There are too few, or one is too large, to hold whole {kinds} back: what I say holds for {kinds} that you rated "
            "already.",
            kinds=kinds,
        ))  # fmt: skip
    elif alike:
        found.append(
            say("A model could know it again instead of hearing the sound: keep its tracks together on the Data page.")
        )
    return " ".join(found)


def repeated_groups(dataset: Dataset, *, permutations: int = 999, seed: int = 0) -> tuple[Repeated, ...]:
    """Artists, albums, works and the chosen groups with several tracks, and whether their tracks are rated alike."""
    kept = grouping(dataset)
    refused = {group.kind for group in kept.refused}
    # An artist's albums say less than the artist, and two artists' albums of one title are two.
    kinds = [kind for kind in dataset.groups if not (kind == "album" and "artist" in dataset.groups)]
    partitions = {kind: _codes(dataset.labels(kind)) for kind in kinds}
    chosen = None if dataset.group is None else _codes(dataset.group)
    if chosen is not None and not any(np.array_equal(chosen, codes) for codes in partitions.values()):
        partitions[dataset.group_column or "group"] = chosen
    found = []
    for place, (kind, codes) in enumerate(partitions.items()):
        sizes = np.bincount(codes)
        if len(sizes) < 2 or sizes.max() < 2:
            continue
        icc, p = icc_test(dataset.rating, codes, permutations, np.random.default_rng([seed, 2, place]))
        together = bool(kept.kinds) and bool((pd.Series(kept.labels).groupby(codes).nunique() == 1).all())
        found.append(
            Repeated(kind, dataset.tracks, len(sizes), int(sizes.max()), icc, p, together, kind not in refused)
        )
    return tuple(found)


def _codes(labels: np.ndarray) -> np.ndarray:
    """Labels as numbers by first appearance (N,); each track without one is a group of its own."""
    own = [label or f"\x00{place}" for place, label in enumerate(labels)]
    return np.asarray(pd.factorize(np.array(own, dtype=object))[0])


def icc_test(
    ratings: np.ndarray, codes: np.ndarray, permutations: int, draw: np.random.Generator
) -> tuple[float, float]:
    """ICC(1) of a one-way layout with groups of any size, and its p; of many tracks that of the F-test."""
    from scipy.special import fdtrc

    sizes = np.bincount(codes)
    n, k = len(ratings), len(sizes)
    starts = np.cumsum(sizes) - sizes
    z = ratings - ratings.mean()

    def between(block: np.ndarray) -> np.ndarray:
        """Sum of squares between the groups (b,): ICC rises with it, since the total stays the same."""
        return np.asarray((np.add.reduceat(block, starts, axis=1) ** 2 / sizes).sum(axis=1))

    observed = float(between(z[None, np.argsort(codes, kind="stable")])[0])
    mean_size = (n - float((sizes**2).sum()) / n) / (k - 1)
    above, inside = observed / (k - 1), (float((z**2).sum()) - observed) / (n - k)
    whole = above + (mean_size - 1) * inside
    icc = (above - inside) / whole if whole > 0 else 0.0
    if n > MANY:
        return icc, float(fdtrc(k - 1, n - k, above / inside)) if inside > 0 else 0.0
    reached = sum(int((between(block) >= observed * (1 - 1e-12)).sum()) for block in shuffled(z, permutations, draw))
    return icc, (1 + reached) / (1 + permutations)
