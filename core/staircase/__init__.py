"""From the figure that the study of 2020 would have claimed on this list down to the honest one, one leak at a time.

Each step changes one thing only and keeps what the steps before it changed. The network is the best of the grid at the
first step, as the study chose its own, and stays. The number of components is that of the study's rule with the row
number in.

    claimed     row number among the columns, LDA or PCA learned from all rows: mean of the folds' R2
    row_number  the row number taken out
    reduction   medians, LDA or PCA and the scale learned inside each fold
    yardstick   the same predictions as pooled skill (`core.evaluate`) instead of the mean of the folds' R2
    models      the average of four models on random folds, copies of a recording together, instead of the network
    groups      whole groups kept together in a fold; only where there are groups

Convention: a step's `drop` is the value before it less its own, so that all drops sum to claimed less honest; a
negative drop is a rise. Folds of the study: 5, in the canonical order, so that a shuffled file changes the first step
and what the noisy copies are, and nothing else.

Sources: A. Tidemann (2020), see `core.staircase.protocol`; Kapoor & Narayanan (2023), Patterns 4, 100804, for the kinds
of leaks; Ambroise & McLachlan (2002), PNAS 99, 6562-6566, for what choosing on all rows does to cross-validation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Literal

import numpy as np

from core import engine
from core.dataset import Dataset
from core.errors import InputError
from core.evaluate import evaluate
from core.folds import Fold, grouping
from core.language import say
from core.models import AVERAGE
from core.staircase import protocol
from core.staircase.protocol import GRID, REDUCTIONS, Classes, Columns, Network, Reduction, Scored

__all__ = ["GRID", "REDUCTIONS", "Fit", "Flight", "Network", "Reduction", "Staircase", "Step", "order_key", "staircase"]

LEAST = 30
MOST = 1_000  # tracks; of a longer list a sample is looked at
StepName = Literal["claimed", "row_number", "reduction", "yardstick", "models", "groups"]


@dataclass(frozen=True)
class Step:
    """One stair. figure: what `value` is. mean_r2 and skill are both figures of the same predictions, None if not known."""

    name: StepName
    figure: Literal["mean_r2", "skill"]
    value: float
    drop: float
    mean_r2: float | None = None
    skill: float | None = None


@dataclass(frozen=True)
class Fit:
    """A row of the study's table: the claimed network on training and test tracks, means over the folds.

    noisy: trained with a quarter of noisy copies. mse_train and mse_test are in squared rating points.
    """

    noisy: bool
    r2_train: float
    r2_test: float
    mse_train: float
    mse_test: float

    @property
    def r2_gap(self) -> float:
        """Training less test: what the study's table gives as a percentage."""
        return self.r2_train - self.r2_test

    @property
    def mse_gap(self) -> float:
        """Test less training, in squared rating points."""
        return self.mse_test - self.mse_train

    @property
    def mse_relative(self) -> float:
        """That gap as a share of the training error; 0 where there is no error at all."""
        return self.mse_gap / self.mse_train if self.mse_train > 0 else 0.0


@dataclass(frozen=True)
class Flight:
    """The whole way down with one reduction: how many components, which network the grid chose, the steps, the table."""

    reduction: Reduction
    components: int
    network: Network
    steps: tuple[Step, ...]
    fits: tuple[Fit, ...]

    @property
    def claimed(self) -> float:
        """The first figure."""
        return self.steps[0].value

    @property
    def honest(self) -> float:
        """The last figure."""
        return self.steps[-1].value

    def step(self, name: StepName) -> Step:
        """The step of this name."""
        return next(step for step in self.steps if step.name == name)


@dataclass(frozen=True)
class Staircase:
    """Both ways down on one list. LDA comes first: the study's own.

    tracks: how many were looked at, of `listed` in the list. classes: what LDA told apart, and how many of them.
    place: correlation of the row number with the rating, in ranks. networks: how many were trained; cpu_seconds for that.
    """

    seed: int
    tracks: int
    listed: int
    repeats: int
    classes: Classes
    class_count: int
    place: float
    group: str
    flights: tuple[Flight, ...]
    networks: int
    cpu_seconds: float = field(compare=False)

    def flight(self, reduction: Reduction = "lda") -> Flight:
        """The way down with LDA, or with PCA."""
        return next(flight for flight in self.flights if flight.reduction == reduction)


def staircase(
    dataset: Dataset, *, seed: int = 0, random_skill: float | None = None, grouped_skill: float | None = None,
    grid: Sequence[Network] = GRID, repeats: int | None = None, workers: int | None = None,
    progress: engine.Progress | None = None,
) -> Staircase:  # fmt: skip
    """Re-run the protocol of 2020 on this list, and take its leaks out one by one.

    random_skill and grouped_skill are the pooled skills of the average model where they are known already; otherwise
    they are computed, the grouped one only if the data set has a group column. Of a list of more than 1,000 tracks a
    random 1,000 are looked at, and both are computed for these, whatever is known. The result does not depend on
    `workers`. Raises `InputError` for fewer than 30 tracks, for ratings that are all equal, and what `make_folds` raises.
    """
    _check(dataset)
    listed = dataset.tracks
    if listed > MOST:
        dataset, random_skill, grouped_skill = _sample(dataset, seed), None, None
    table = protocol.columns(dataset)
    folds = _study_folds(dataset.tracks, repeats or (5 if dataset.tracks <= 400 else 2), seed)
    outside = {
        (kind, row): _learned_from_all(table, kind, row_number=row) for kind in REDUCTIONS for row in (True, False)
    }
    first = [(_claim, (table, outside, tuple(grid), fold, seed)) for fold in folds]
    claims = _transposed(engine.run(first, workers=workers, progress=progress, label=say("The study's grid")))
    chosen = {kind: max(grid, key=lambda network: _mean_r2(claims[kind, network])) for kind in REDUCTIONS}
    second = [(_descend, (table, outside, chosen, fold, seed)) for fold in folds]
    found = _transposed(engine.run(second, workers=workers, progress=progress, label=say("The leaks taken out")))
    honest = _honest(dataset, random_skill, grouped_skill, seed=seed, workers=workers, progress=progress)
    square = protocol.points(dataset) ** 2
    flights = []
    for kind in REDUCTIONS:
        claimed = claims[kind, chosen[kind]]
        steps = _steps(claimed, found[kind, "row_number"], found[kind, "reduction"], honest)
        fits = (_fit(claimed, square, noisy=False), _fit(found[kind, "noisy"], square, noisy=True))
        flights.append(Flight(kind, outside[kind, True].shape[1], chosen[kind], steps, fits))
    scored = [one for run in (claims, found) for many in run.values() for one in many]
    return Staircase(
        seed, dataset.tracks, listed, len(folds) // protocol.SPLITS, table.classes_are, int(table.classes.max()) + 1,
        _place(table), " or ".join(grouping(dataset).kinds), tuple(flights), len(scored), sum(one.cpu_seconds for one in scored),
    )  # fmt: skip


def order_key(dataset: Dataset) -> str:
    """What a staircase hangs on beside the data set's key, which shuffled rows and columns leave as it is."""
    names = "\x1f".join(entry.used_as for entry in dataset.understood)
    return sha256(dataset.file_order.astype(np.int64).tobytes() + names.encode()).hexdigest()


def _check(dataset: Dataset) -> None:
    if dataset.tracks < LEAST:
        raise InputError([
            say(
                "To re-run the study of 2020 I need {least} rated tracks; this list has {tracks}.",
                least=LEAST, tracks=dataset.tracks,
            )
        ])  # fmt: skip
    if np.ptp(dataset.rating) == 0:
        raise InputError([
            say("All ratings are equal, so there is nothing to predict, in 2020's way or in another.")
        ])  # fmt: skip


def _sample(dataset: Dataset, seed: int) -> Dataset:
    """A random `MOST` tracks, in canonical order."""
    take = np.sort(np.random.default_rng([seed, 4]).choice(dataset.tracks, MOST, replace=False))
    tables = (dataset.features, dataset.identity, dataset.context)
    features, identity, context = (frame.iloc[take].reset_index(drop=True) for frame in tables)
    return replace(
        dataset, features=features, rating=dataset.rating[take], identity=identity, context=context,
        file_order=dataset.file_order[take], group=None if dataset.group is None else dataset.group[take],
    )  # fmt: skip


def _study_folds(tracks: int, repeats: int, seed: int) -> tuple[Fold, ...]:
    """The study's `RepeatedKFold`: nothing kept together, nothing in like shares."""
    from sklearn.model_selection import RepeatedKFold

    state = int(np.random.SeedSequence([seed, 5]).generate_state(1)[0])
    splits = RepeatedKFold(n_splits=protocol.SPLITS, n_repeats=repeats, random_state=state).split(np.zeros((tracks, 1)))
    return tuple(Fold(*divmod(place, protocol.SPLITS), *both) for place, both in enumerate(splits))


def _learned_from_all(table: Columns, kind: Reduction, *, row_number: bool) -> np.ndarray:
    whole = table.whole(row_number=row_number)
    return protocol.reduce(kind, table.components, whole, table.classes, whole)[1]


_Key = tuple[Reduction, object]


def _claim(
    table: Columns, outside: dict[tuple[Reduction, bool], np.ndarray], grid: tuple[Network, ...], fold: Fold, seed: int
) -> dict[_Key, Scored]:
    """One fold of the study's grid search, for both reductions."""
    return {
        (kind, network): protocol.score(
            network, outside[kind, True][fold.train], outside[kind, True][fold.test], table.rating, fold, seed=seed
        )
        for kind in REDUCTIONS
        for network in grid
    }


def _descend(
    table: Columns, outside: dict[tuple[Reduction, bool], np.ndarray], chosen: dict[Reduction, Network], fold: Fold,
    seed: int,
) -> dict[_Key, Scored]:  # fmt: skip
    """One fold of what follows: without the row number, with the reduction inside; and the claim with noisy copies."""
    found: dict[_Key, Scored] = {}
    for kind in REDUCTIONS:
        network, known, claimed = chosen[kind], outside[kind, False], outside[kind, True]
        inside = protocol.reduce(
            kind, table.components, table.raw[fold.train], table.classes[fold.train], table.raw[fold.test]
        )
        found[kind, "row_number"] = protocol.score(
            network, known[fold.train], known[fold.test], table.rating, fold, seed=seed
        )
        found[kind, "reduction"] = protocol.score(network, *inside, table.rating, fold, seed=seed)
        found[kind, "noisy"] = protocol.score(
            network, claimed[fold.train], claimed[fold.test], table.rating, fold, seed=seed, row=table.row
        )
    return found


def _transposed(folds: Iterable[dict[_Key, Scored]]) -> dict[_Key, tuple[Scored, ...]]:
    folds = list(folds)
    return {key: tuple(fold[key] for fold in folds) for key in folds[0]}


def _honest(
    dataset: Dataset, random_skill: float | None, grouped_skill: float | None, *, seed: int, workers: int | None,
    progress: engine.Progress | None,
) -> tuple[float, float | None]:  # fmt: skip
    """The average model's pooled skill on random folds and, where there are groups, with whole groups kept together."""

    def skill(*, grouped: bool) -> float:
        found = evaluate(dataset, models=[AVERAGE], seed=seed, grouped=grouped, workers=workers, progress=progress)
        return float(found.row(AVERAGE)["skill"])

    if random_skill is None:
        random_skill = skill(grouped=False)
    if grouped_skill is None and grouping(dataset).kinds:
        grouped_skill = skill(grouped=True)
    return random_skill, grouped_skill


def _steps(
    claimed: Sequence[Scored],
    row_number: Sequence[Scored],
    reduction: Sequence[Scored],
    honest: tuple[float, float | None],
) -> tuple[Step, ...]:
    steps: list[Step] = []

    def add(name: StepName, figure: Literal["mean_r2", "skill"], mean_r2: float | None, skill: float | None) -> None:
        value = mean_r2 if figure == "mean_r2" else skill
        if value is not None:
            steps.append(Step(name, figure, value, steps[-1].value - value if steps else 0.0, mean_r2, skill))

    add("claimed", "mean_r2", _mean_r2(claimed), _skill(claimed))
    add("row_number", "mean_r2", _mean_r2(row_number), _skill(row_number))
    add("reduction", "mean_r2", _mean_r2(reduction), _skill(reduction))
    add("yardstick", "skill", _mean_r2(reduction), _skill(reduction))
    add("models", "skill", None, honest[0])
    add("groups", "skill", None, honest[1])
    return tuple(steps)


def _mean_r2(scored: Sequence[Scored]) -> float:
    """The mean of the folds' R2; folds whose held-out ratings are all equal have none."""
    return float(np.mean([one.r2_test for one in scored if one.r2_test is not None] or [0.0]))


def _skill(scored: Sequence[Scored]) -> float:
    """Pooled over each repeat's tracks, averaged over the repeats, as `core.evaluate` does."""
    sums: dict[int, np.ndarray] = {}
    for one in scored:
        sums[one.repeat] = sums.get(one.repeat, np.zeros(2)) + np.array([one.error, one.guess_error])
    return float(np.mean([1 - error / guess for error, guess in sums.values()]))


def _fit(scored: Sequence[Scored], square: float, *, noisy: bool) -> Fit:
    return Fit(
        noisy,
        float(np.mean([one.r2_train for one in scored])),
        _mean_r2(scored),
        square * float(np.mean([one.mse_train for one in scored])),
        square * float(np.mean([one.mse_test for one in scored])),
    )


def _place(table: Columns) -> float:
    from scipy import stats

    return float(stats.spearmanr(table.row, table.rating).statistic)
