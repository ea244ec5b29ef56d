"""Whether a peak of the ratings, and two features that act together, are told where they are and not where they are not.

Both tests are asked with the gate open, whatever the test against luck says: behind it fewer false ones are told. Two
features that act together are asked here of every list of 300 tracks, whatever its skill.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scipy.stats import norm

from core.evaluate import evaluate
from core.interactions import ADDITIVE, strongest_pair
from core.peaks import peaks
from tests.truth.generators import simulate
from tests.truth.scores import Score, rate
from tests.truth.size import Size

FLAT = (("null", 0.0), ("linear", 0.4), ("single", 0.4), ("threshold", 0.4))
ADDED = (("linear", 0.4), ("threshold", 0.4), ("sparse", 0.4))
_NEAR = 0.15  # share of the list between a told and the true top


class Told(NamedTuple):
    """What the test of peaks told of one listener: any at all, one of the taste's own feature, and that near its top."""

    any: bool
    own: bool
    near: bool


def shape(size: Size) -> Iterator[Score]:
    """Peaks and pairs."""
    flat = [(family, n, r2, seed) for family, r2 in FLAT for n in (100, 300) for seed in range(size.per_cell)]
    told = [one.any for one in size.each(peaks_of, flat)]
    yield rate("no peak: one told", sum(told), len(told), most=0.05, slack=size.slack, basis="our own: 0.02")
    for tracks, least, basis in ((300, 0.70, "our own: 0.83"), (100, None, "our own: 0.35")):
        bent = size.each(peaks_of, [("sparse", tracks, 0.4, seed) for seed in range(2 * size.per_cell)])
        own, near = sum(one.own for one in bent), sum(one.near for one in bent)
        yield rate(f"peak told, N={tracks} r2=0.4", own, len(bent), least=least, slack=size.slack, basis=basis)
        yield rate("  of these, within 15 % of the list of its top", near, own, slack=size.slack, basis="not measured")
    few = (size.permutations, 2 if size.slack else None)  # permutations, rounds of folds
    added = [(family, 300, r2, seed, *few) for family, r2 in ADDED for seed in range(size.per_cell)]
    told = [any_pair for any_pair, _ in size.each(pair_of, added)]
    yield rate("added tastes: a pair told", sum(told), len(told), most=0.08, slack=size.slack, basis="our own: 0.05")
    joint = [("interaction", 300, 0.2, seed, *few) for seed in range(size.per_cell)]
    right = [true_pair for _, true_pair in size.each(pair_of, joint)]
    yield rate(
        "the pair told, N=300 r2=0.2", sum(right), len(right), least=0.80, slack=size.slack, basis="our own: 0.95"
    )


def peaks_of(family: str, tracks: int, r2: float, seed: int) -> Told:
    """One listener through the test of peaks."""
    listener = simulate(family, tracks, r2=r2, seed=seed)
    found = peaks(listener.dataset, gate=True)
    tops = {cause.feature: cause.at for cause in listener.truth.taste.causes if cause.shape == "hump"}
    own = [peak for peak in found if peak.feature in tops and peak.sign > 0]
    off = [
        abs((listener.dataset.features[peak.feature] <= peak.at).mean() - float(norm.cdf(tops[peak.feature])))
        for peak in own
    ]
    near = any(one <= _NEAR for one in off)
    return Told(bool(found), bool(own), near)


def pair_of(
    family: str, tracks: int, r2: float, seed: int, permutations: int, repeats: int | None
) -> tuple[bool, bool]:
    """Whether one listener is told of a pair, and whether it is the taste's own."""
    listener = simulate(family, tracks, r2=r2, seed=seed)
    evaluation = evaluate(listener.dataset, models=[ADDITIVE], repeats=repeats, workers=1)
    found = strongest_pair(listener.dataset, evaluation, permutations=permutations)
    if found is None or not found.told:
        return False, False
    return True, listener.truth.taste.together and set(found.features) == {
        cause.feature for cause in listener.truth.taste.causes
    }
