"""Simulated listeners whose truth is known: `simulate(family, tracks, r2=, seed=)`.

Convention: rating = clip(round(5.8 + 2 * (sqrt(r2) * liking + sqrt(1 - r2) * rest)), 1, 10). The rest is standard normal:
independent noise but for a part that the family names (an artist's halo, drift, the rating before). The same family,
size, r2 and seed give the same list to the last bit.

What is written into a file beside the list (sorted rows, copies, labels, near-duplicates) is in `tests.truth.files`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.dataset import Dataset, Scale, canonical
from tests.truth import sound
from tests.truth.tastes import FAMILIES as TASTES
from tests.truth.tastes import Cause, Taste, draw_taste

TEN = Scale("ten", 1.0, 10.0, 1.0, "1 to 10", "")
MIDDLE, SPREAD = 5.8, 2.0
POPULARITY_WITH_LOUDNESS = 0.4
AGAIN = 0.715  # correlation of two ratings before rounding, that of the rounded ones is then 0.70


@dataclass(frozen=True, eq=False)
class Truth:
    """What is true of a list, in its file's order.

    taste: the causes. halo: share of the variance that belongs to the artist. leak: code of the finding that it must
    raise, empty for an honest list. pairs (k, 2): rows of one recording. pile (N,): 1 where the list was the liked one.
    reliability: how well two ratings of one track agree. in_order: the rows stand in the order of rating.
    """

    taste: Taste = field(default_factory=Taste)
    halo: float = 0.0
    leak: str = ""
    pairs: np.ndarray | None = None
    pile: np.ndarray | None = None
    reliability: float = float("nan")
    in_order: bool = False


@dataclass(frozen=True, eq=False)
class Simulated:
    """One simulated listener's list, with its truth and what it was made from."""

    family: str
    tracks: int
    r2: float
    seed: int
    dataset: Dataset
    truth: Truth

    def fresh(self, tracks: int) -> tuple[np.ndarray, np.ndarray]:
        """More music of the same kind, rated by the same listener: features (n, d) as the list has them, ratings (n,).

        For the families of tastes alone, whose rest is independent noise.
        """
        if self.family not in TASTES:
            raise ValueError(f"{self.family} has more in its ratings than its taste")
        draw = np.random.default_rng([*_stream(self.family, self.tracks, self.r2, self.seed, 0.0), 1])
        scores = self.truth.taste.bend(sound.scores(draw, tracks))
        ratings = rated(self.truth.taste.liking(scores), self.r2, draw.standard_normal(tracks))
        return sound.values(scores)[list(self.dataset.feature_names)].to_numpy(), ratings


@dataclass(frozen=True, eq=False)
class Draft:
    """A list before it becomes a data set; rows in the file's order. context: further columns."""

    features: pd.DataFrame
    rating: np.ndarray
    artist: np.ndarray | None = None
    context: pd.DataFrame | None = None
    grouped: bool = False

    def identity(self) -> pd.DataFrame:
        """Invented titles that name nothing, and artists where the list has them."""
        frame = pd.DataFrame({"title": [f"Piece {number}" for number in range(len(self.rating))]})
        return frame if self.artist is None else frame.assign(artist=self.artist)

    def dataset(self, name: str) -> Dataset:
        """The list as read; with `grouped`, tracks of an artist stay together in a fold."""
        context = pd.DataFrame(index=range(len(self.rating))) if self.context is None else self.context
        return canonical(
            self.features, self.rating, self.identity(), context, self.artist if self.grouped else None, name=name,
            rating_column="rating", scale=TEN, group_column="artist" if self.grouped else None,
        )  # fmt: skip


def simulate(
    family: str, tracks: int, *, r2: float = 0.0, seed: int = 0, size: float = 0.0, grouped: bool = False
) -> Simulated:
    """One listener. Families, beside those of `tastes.FAMILIES`:

    artist: tracks by artists of Zipf sizes, of whom each has a halo of `size` (ICC), the file in random order;
    artist-blocked: the same list with each artist's tracks in a row; drift: ratings go along with the order by the
    correlation `size`; contrast: each rating is drawn towards (or, below 0, away from) the one before by `size` of its
    distance from the average; ends and even: `size` of the ratings is moved to the nearer end or to an even number;
    popularity and popularity-hidden: the taste is for popularity, which is a column of context or none; popularity-rides: the
    taste is for loudness alone, and popularity goes along with it; again: rated
    twice, the two agree by 0.7; piles: two lists, one liked and one not, told apart by the taste and each rated without it.
    """
    draw = np.random.default_rng([*_stream(family, tracks, r2, seed, size), 0])
    taste = draw_taste(family if family in TASTES else "linear" if r2 > 0 else "null", draw)
    by_artist = family in {"artist", "artist-blocked"}
    artist = sound.artists(draw, tracks) if by_artist else None
    scores = taste.bend(sound.scores(draw, tracks, artist))
    if family == "artist-blocked" and artist is not None:
        blocks = np.argsort(draw.permutation(int(artist.max()) + 1)[artist], kind="stable")
        scores, artist = scores[blocks], artist[blocks]
    noise, liking = draw.standard_normal(tracks), taste.liking(scores)
    truth = Truth(taste=taste, halo=size if by_artist else 0.0, in_order=family in {"drift", "contrast"})
    context: pd.DataFrame | None = None
    if artist is not None:
        noise = _share(draw.standard_normal(int(artist.max()) + 1)[artist], noise, size)
    elif family == "drift":
        along = (np.arange(tracks) - (tracks - 1) / 2) / np.arange(tracks).std()
        noise = _share(np.sign(size) * along, noise, size**2)
    elif family == "popularity-rides":
        loudness = scores[:, sound.COLUMNS.index("loudness")]
        taste = Taste((Cause("loudness", 1.0),))
        truth, liking = Truth(taste=taste), taste.liking(scores)
        rides = _share(loudness, draw.standard_normal(tracks), POPULARITY_WITH_LOUDNESS**2)
        context = _popularity(rides)
    elif family.startswith("popularity"):
        loudness = scores[:, sound.COLUMNS.index("loudness")]
        taste, truth = Taste(), Truth()
        liking = _share(loudness, draw.standard_normal(tracks), POPULARITY_WITH_LOUDNESS**2)
        if family == "popularity":
            context = _popularity(liking)
    rating = rated(liking, r2, noise)
    if family == "contrast":
        rating = _drawn_to_the_last(liking, r2, noise, size)
    elif family in {"ends", "even"}:
        rating = _styled(rating, family, size, draw)
    elif family == "again":
        kept = _share(liking, draw.standard_normal(tracks), r2 / AGAIN)
        rating, second = (rated(kept, AGAIN, own) for own in (noise, draw.standard_normal(tracks)))
        context = pd.DataFrame({"rating_2": second.astype(int).astype(str)})
        truth = Truth(taste=taste, reliability=0.70)
    elif family == "piles":
        pile = (np.sqrt(r2) * liking + np.sqrt(1 - r2) * noise > 0).astype(int)
        rating = steps(np.where(pile == 1, 7.5, 3.3) + draw.standard_normal(tracks))
        truth = Truth(taste=taste, pile=pile)
    elif family not in TASTES and not by_artist and family != "drift" and not family.startswith("popularity"):
        raise ValueError(f"no such family: {family}")
    names = None if artist is None else np.array([f"Artist {number}" for number in artist], dtype=object)
    draft = Draft(sound.values(scores), rating, names, context, grouped)
    name = f"{family} N={tracks} r2={r2:g} size={size:g} seed={seed}"
    return Simulated(family, tracks, r2, seed, draft.dataset(name), truth)


def _popularity(score: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"popularity": np.clip(np.round(40 + 20 * score), 0, 100).astype(int).astype(str)})


def rated(liking: np.ndarray, r2: float, rest: np.ndarray) -> np.ndarray:
    """Ratings from 1 to 10 (n,), of whose variance before rounding the liking is the share `r2`."""
    return steps(MIDDLE + SPREAD * _share(liking, rest, r2))


def steps(raw: np.ndarray) -> np.ndarray:
    """Numbers as ratings on the ten steps."""
    return np.asarray(np.clip(np.round(raw), 1, 10))


def _share(one: np.ndarray, other: np.ndarray, share: float) -> np.ndarray:
    """A sum of variance 1, of which `one` is the given share."""
    return np.asarray(np.sqrt(share) * one + np.sqrt(1 - share) * other)


def _drawn_to_the_last(liking: np.ndarray, r2: float, noise: np.ndarray, size: float) -> np.ndarray:
    raw = MIDDLE + SPREAD * _share(liking, noise, r2)
    found = np.empty(len(raw))
    last = MIDDLE
    for row, value in enumerate(raw):
        found[row] = last = float(steps(np.array(value + size * (last - MIDDLE))))
    return found


def _styled(rating: np.ndarray, family: str, size: float, draw: np.random.Generator) -> np.ndarray:
    """The ratings, of which a share was given by habit: at the nearer end, or at the next even number."""
    chosen = draw.random(len(rating)) < size
    nearer_end = np.where(rating > MIDDLE, 10.0, 1.0)
    even = np.where(rating % 2 == 0, rating, rating + draw.choice([-1, 1], len(rating)))
    return np.where(chosen, nearer_end if family == "ends" else np.clip(even, 2, 10), rating)


def _stream(family: str, tracks: int, r2: float, seed: int, size: float) -> list[int]:
    """What decides a listener's draws: lists that differ in any of these have nothing in common."""
    return [zlib.crc32(family.encode()), tracks, round(1000 * r2), seed, round(1000 * (1 + size))]
