"""What simulated listeners respond to: causes with their shapes, summed to a liking of known size.

Convention: a cause acts on the normal score of its column; each part is standardised over all music, then weighted and
summed, and the sum standardised over a fixed sample of 20,000 tracks: liking has mean 0 and variance 1 over all music,
not over one list, so that fresh tracks of the same listener can be drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from scipy.special import ndtri

from tests.truth import sound

Shape = Literal["line", "hump", "saturating", "step"]
FAMILIES = ("null", "linear", "single", "sparse", "threshold", "interaction", "proxy")
_REFERENCE = 20_000
_GRID = ndtri((np.arange(2_000) + 0.5) / 2_000)


@dataclass(frozen=True)
class Cause:
    """One column that a liking hangs on. weight is signed; at: where the hump has its top, or the step its edge."""

    feature: str
    weight: float
    shape: Shape = "line"
    at: float = 0.0

    @property
    def sign(self) -> int:
        """Whether more of the feature is liked more (1), less (-1), or neither (0): a hump."""
        return 0 if self.shape == "hump" else int(np.sign(self.weight))

    def part(self, normal: np.ndarray) -> np.ndarray:
        """What this cause adds to the liking of tracks with these scores (n,) of its column."""
        grid = self._bent(_GRID)
        return np.asarray(self.weight * (self._bent(normal) - grid.mean()) / grid.std())

    def _bent(self, normal: np.ndarray) -> np.ndarray:
        if self.shape == "hump":
            return -((normal - self.at) ** 2)
        if self.shape == "saturating":
            return 1 - np.exp(-np.exp(normal) / 0.7)  # steep below the middle, flat above
        if self.shape == "step":
            return (normal > self.at).astype(float)
        return normal


@dataclass(frozen=True)
class Taste:
    """A liking. together: the product of the first two causes' scores counts, not the sum of parts.

    companion: a column that is no cause, and correlates with the first cause by `rho` in this listener's music.
    """

    causes: tuple[Cause, ...] = ()
    together: bool = False
    companion: str = ""
    rho: float = 0.0

    def bend(self, scores: np.ndarray) -> np.ndarray:
        """The scores (n, 33) of music in which the companion goes along with the first cause."""
        if not self.companion:
            return scores
        bent = scores.copy()
        cause, companion = (sound.COLUMNS.index(name) for name in (self.causes[0].feature, self.companion))
        own = scores[:, companion] - sound.correlations()[cause, companion] * scores[:, cause]
        own /= np.sqrt(1 - sound.correlations()[cause, companion] ** 2)
        bent[:, companion] = self.rho * scores[:, cause] + np.sqrt(1 - self.rho**2) * own
        return bent

    def liking(self, scores: np.ndarray) -> np.ndarray:
        """Liking of tracks (n,) with these scores (n, 33); all 0 without causes."""
        if not self.causes:
            return np.zeros(len(scores))
        reference = self._raw(self.bend(_music()))
        return np.asarray((self._raw(scores) - reference.mean()) / reference.std())

    def _raw(self, scores: np.ndarray) -> np.ndarray:
        of = {cause: scores[:, sound.COLUMNS.index(cause.feature)] for cause in self.causes}
        if self.together:
            return np.prod(list(of.values()), axis=0)
        return np.sum([cause.part(normal) for cause, normal in of.items()], axis=0)


def draw_taste(family: str, draw: np.random.Generator) -> Taste:
    """A taste of this family, its causes among `sound.POSSIBLE_CAUSES` at random."""
    names = [str(name) for name in draw.permutation(sound.POSSIBLE_CAUSES)]

    def weight() -> float:
        return float(draw.choice([-1, 1]) * draw.uniform(0.6, 1.4))

    if family == "linear":
        return Taste(tuple(Cause(name, weight()) for name in names[:6]))
    if family == "single":
        return Taste((Cause(names[0], weight()),))
    if family == "sparse":
        hump = Cause(names[0], 1.0, "hump", float(draw.uniform(-0.4, 0.4)))
        return Taste((hump, Cause(names[1], float(draw.choice([-1, 1])), "saturating")))
    if family == "threshold":
        return Taste(tuple(Cause(name, weight(), "step", float(draw.uniform(-0.5, 0.5))) for name in names[:2]))
    if family == "interaction":
        return Taste((Cause(names[0], 1.0), Cause(names[1], 1.0)), together=True)
    if family == "proxy":
        rho = float(draw.choice([-1, 1]) * draw.uniform(0.6, 0.9))
        return Taste((Cause(names[0], weight()),), companion=names[1], rho=rho)
    if family == "null":
        return Taste()
    raise ValueError(f"no such taste: {family}")


@cache
def _music() -> np.ndarray:
    return sound.scores(np.random.default_rng([33, _REFERENCE]), _REFERENCE)
