"""What one claim about how a person rates rests on, and what stood in the way of those that could not be tested.

Convention: `effect` has the unit of its kind: a share of the ratings for the use of the scale, rating points per rating point
for contrast, standard deviations for the ends of the order, a correlation for a column of numbers, a share of the variance
for groups, a probability difference for two kinds of tracks, rating points for a middle. Wherever a column could stand in for
sound, what is tested is what sound leaves of the ratings (each track predicted by ridge from all others' ratings and sound);
`raw` is the same without sound. p are of the test, q are Benjamini & Hochberg's over all tests that were run for this person,
weighted by how much each kind is expected beforehand (the artist most). A bias is claimed where q is at most 0.05 and the
effect at least as large as its kind demands; nothing is tested below the tracks that its kind demands.

Sources: Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57, 289-300, for q; Genovese, Roeder & Wasserman (2006), Biometrika
93, 509-524, for its weights.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

ALPHA = 0.05


@dataclass(frozen=True)
class Kind:
    """A kind of bias: its code, the effect below which none is spoken of, the tracks below which none is tested, and its weight
    among the tests, beside 1.
    """

    code: str
    effect: float
    tracks: int
    weight: float = 1.0


KINDS = {
    kind.code: kind
    for kind in (
        Kind("middle", 0.08, 50), Kind("ends", 0.08, 80), Kind("round", 0.10, 80),
        Kind("drift", 0.20, 60), Kind("contrast", 0.15, 80), Kind("start", 0.5, 100, 0.25), Kind("finish", 0.5, 100, 0.25),
        Kind("artist", 0.10, 40, 4.0), Kind("album", 0.10, 40), Kind("work", 0.10, 40), Kind("source", 0.06, 60, 0.5),
        Kind("popularity", 0.20, 60), Kind("year", 0.20, 60), Kind("added", 0.20, 60), Kind("duration", 0.20, 60),
        Kind("popularity-middle", 0.5, 150, 0.25), Kind("year-middle", 0.5, 150, 0.25),
        Kind("duration-middle", 0.5, 150, 0.25), Kind("complexity-middle", 0.5, 150, 0.25),
        Kind("youth", 0.3, 80, 0.5), Kind("explicit", 0.25, 40),
    )
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Bias:
    """One test. column: the file's header, empty where it is about the ratings alone. n: tracks. points: rating points that the
    effect amounts to, from one end to the other (NaN where there is no such figure). place: where (a column's value).

    Its picture: `steps` (labels of the scale's steps that are counted), or `along` and `left` (n,) (values of the column and
    what sound leaves of the ratings), or `levels` (a frame of label, effect, low, high, tracks). of_tracks: what is known of
    every track (N,), to take the bias out by: its place in the order, its value (NaN for none), or its group (-1 for none).
    q and claimed are set by `judged`.
    """

    code: str
    n: int
    effect: float
    low: float
    high: float
    p: float
    column: str = ""
    raw: float = float("nan")
    points: float = float("nan")
    place: float = float("nan")
    q: float = float("nan")
    claimed: bool = False
    steps: tuple[str, ...] = ()
    along: np.ndarray | None = field(default=None, repr=False)
    left: np.ndarray | None = field(default=None, repr=False)
    levels: pd.DataFrame | None = field(default=None, repr=False)
    of_tracks: np.ndarray | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Obstacle:
    """A test that could not be run.

    why: `column` (none like it), `few` (tracks: `have` of `need`), `few-groups` (groups of several tracks), `few-kind` (tracks
    of the rarer kind), `few-apart` (tracks or groups that stand apart), `order` (nobody confirmed it), `same` (no
    differences), `label` (made from the rating), `coarse` (a scale of too few or too many steps), `piles` (two piles have no
    one smooth scale), `birth-year` (not given).
    """

    code: str
    why: str
    column: str = ""
    have: int = 0
    need: int = 0


@dataclass(frozen=True, eq=False)
class Biases:
    """All tests of one person, the claimed ones first, then by q; and what could not be tested."""

    tested: tuple[Bias, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def claimed(self) -> tuple[Bias, ...]:
        """Those that are more than luck, and large enough to speak of."""
        return tuple(bias for bias in self.tested if bias.claimed)
