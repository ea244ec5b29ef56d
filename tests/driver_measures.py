"""How often the drivers are right, on simulated listeners: `python -m tests.driver_measures [--lists 60] [--only trap]`.

Features: `core.simulate.library`. The gate is the permutation test with 99 permutations (p <= .05, skill above 0).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import rankdata

from core import simulate
from core.chance import chance
from core.dataset import Dataset
from core.drivers import ALPHA, drivers
from core.evaluate import make_folds
from core.reading import read
from tests.conftest import upload


@dataclass(frozen=True)
class Case:
    """A kind of listener. icc: the share of the ratings' variance that goes with the artist, and with no sound."""

    family: str
    tracks: int
    r2: float = 0.0
    icc: float = 0.0


def listener(case: Case, seed: int) -> tuple[Dataset, list[str], np.ndarray]:
    """The list, the features that the listener responds to, and the liking (N,) in the data set's order."""
    n = case.tracks
    draw = np.random.default_rng([seed, n, round(100 * case.r2), sum(map(ord, case.family))])
    frame = simulate.library(n, seed=int(draw.integers(1 << 30)))
    sound = [name for name in simulate.SOUND if name not in ("popularity", "explicit", "key", "time_signature", "mode")]
    z = {name: ndtri((rankdata(frame[name]) - 0.5) / n) for name in sound}
    many = {"null": 0, "linear": 6, "single": 1, "sparse": 2, "threshold": 2, "trap": 2}[case.family]
    causes = [str(name) for name in draw.permutation(sound)[:many]]
    signs, cuts = draw.choice([-1, 1], many), draw.uniform(-0.5, 0.5, many)
    liking = np.zeros(n)
    if case.family == "trap":  # the second feature becomes a companion of the first, and is no cause
        rho, twin = draw.uniform(0.6, 0.9), z[causes[0]]
        frame[causes[1]] = 1 / (1 + np.exp(-(rho * twin + np.sqrt(1 - rho**2) * draw.normal(size=n))))
        causes = causes[:1]
    for place, (cause, sign, cut) in enumerate(zip(causes, signs, cuts, strict=False)):
        shape = z[cause]
        if case.family == "sparse":
            shape = -((shape - cut) ** 2) * sign if place == 0 else np.tanh(1.5 * shape)
        elif case.family == "threshold":
            shape = shape > cut
        liking += sign * (shape - shape.mean()) / shape.std()
    liking /= liking.std() or 1
    artist = pd.factorize(frame["artist_name"])[0]
    level = draw.normal(size=artist.max() + 1)[artist]
    rest = np.sqrt(case.icc) * level + np.sqrt(1 - case.icc) * draw.normal(size=n)
    raw = 5.8 + 2 * (np.sqrt(case.r2) * liking + np.sqrt(1 - case.r2) * rest)
    frame["rating"] = np.clip(np.round(raw), 1, 10).astype(int)
    data = read([upload(frame)])
    return data, causes, liking[data.file_order]


def open_gate(data: Dataset, groups: np.ndarray | None, seed: int) -> bool:
    """Whether the list passes the test against chance."""
    luck = chance(data, make_folds(data), groups=groups, permutations=99, seed=seed)
    return bool(luck.p_value <= ALPHA and luck.observed > 0)


def claims(case: Case, seed: int) -> dict[str, float]:
    """Of one listener: claims with and without the gate, how many are true, and how many signs are right."""
    data, causes, liking = listener(case, seed)
    groups = data.labels("artist") if case.icc else None
    if groups is not None:
        data = replace(data, group=groups, group_column="artist_name")
    start = time.process_time()
    found = drivers(data, gate=True, groups=groups, seed=seed)
    spent = time.process_time() - start
    claimed = found.licensed("driver")
    gate = bool(len(claimed)) and open_gate(data, groups, seed)  # without a claim the gate changes nothing
    true = np.array([bool(set(causes) & set(features)) for features in claimed["features"]], dtype=bool)
    clusters = sum(bool(set(causes) & set(features)) for features in found.frame["features"])
    directed = claimed[true & (claimed["direction"] != 0).to_numpy()]
    right = [
        row["direction"] == np.sign(np.corrcoef(data.features[row["lead"]], liking)[0, 1])
        for _, row in directed.iterrows()
    ]
    return {
        "claimed": gate * len(claimed), "true": gate * int(true.sum()), "possible": clusters,
        "false": gate and not true.all(), "false_ungated": not true.all(),
        "directed": gate * len(right), "right": gate * sum(right), "seconds": spent,
    }  # fmt: skip


def cases() -> Iterator[Case]:
    """All kinds of listeners, in the order in which they are reported."""
    yield from (Case("null", tracks) for tracks in (100, 300))
    yield from (Case("null", tracks, icc=0.3) for tracks in (100, 300))
    for tracks in (100, 300):
        for r2 in (0.2, 0.4):
            yield from (Case(family, tracks, r2) for family in ("linear", "single", "sparse", "threshold", "trap"))


def main() -> None:
    """Measure, one line per kind of listener."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lists", type=int, default=60, help="simulated listeners per kind; five times as many nulls")
    parser.add_argument("--only", default="", help="a family")
    wanted = parser.parse_args()
    sys.stdout.write("family     N     r2   icc   recall  precision  any false (ungated)  signs      CPU s\n")
    measured: dict[Case, pd.DataFrame] = {}
    for case in cases():
        if not wanted.only or case.family == wanted.only:
            lists = wanted.lists * (5 if case.family == "null" else 1)
            measured[case] = pd.DataFrame([claims(case, seed) for seed in range(lists)]).astype(float)
            report(case, measured[case])
    for tracks, r2 in ((100, 0.2), (100, 0.4), (300, 0.2), (300, 0.4)):
        pooled = [rows for case, rows in measured.items() if (case.tracks, case.r2) == (tracks, r2)]
        if len(pooled) > 1:
            report(Case("all", tracks, r2), pd.concat(pooled))


def report(case: Case, rows: pd.DataFrame) -> None:
    """One line: shares over all clusters of all lists; recall is the mean of the lists' shares."""
    total, mean = rows.sum(), rows.mean()
    recall = (rows["true"] / rows["possible"].clip(lower=1)).mean()
    precision = total["true"] / max(total["claimed"], 1)
    sys.stdout.write(
        f"{case.family:10} {case.tracks:<5} {case.r2:<4} {case.icc:<4}  {recall:.2f}    {precision:.3f}      "
        f"{mean['false']:.3f}     ({mean['false_ungated']:.3f})     {total['right']:.0f}/{total['directed']:.0f}  "
        f"{mean['seconds']:.2f}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
