"""The study of 2020, re-run: it claims what it claimed, and each leak is worth what it is worth."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.dataset import Dataset
from core.errors import InputError
from core.staircase import GRID, Network, Staircase, order_key, protocol, staircase
from tests.conftest import dataset, table

LINEAR = (Network("identity", (1,)),)  # the fastest of the grid


def quick(data: Dataset, **settings: object) -> Staircase:
    """One network, one round, the honest figure given, every track by itself."""
    alone = np.array([str(place) for place in range(data.tracks)], dtype=object)
    data = replace(data, group=alone, group_column="none")
    usual: dict[str, object] = {"grid": LINEAR, "repeats": 1, "random_skill": 0.1, "workers": 1}
    return staircase(data, **{**usual, **settings})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def of_bach(bach: Dataset) -> Staircase:
    """The study's own list, with its works kept together at the end."""
    return staircase(bach, grid=GRID[:1], repeats=1)


@pytest.fixture(scope="module")
def of_trap(trap: Dataset) -> Staircase:
    """The list of noise that is sorted by liking, with the whole grid."""
    return staircase(trap, repeats=1)


@pytest.fixture(scope="module")
def once(trap: Dataset) -> Staircase:
    """The same list, quickly."""
    return quick(trap)


def test_on_bach_it_tells_the_studys_own_story(of_bach: Staircase) -> None:
    """About 0.75 claimed, 0.10 to 0.25 left, and every leak of the study was worth something."""
    flight = of_bach.flight()
    assert flight.components == 2
    assert 0.62 <= flight.claimed <= 0.80
    assert 0.10 <= flight.honest <= 0.25
    assert flight.step("row_number").drop > 0.2
    assert flight.step("reduction").drop > 0.3
    assert flight.step("reduction").value < 0  # inside the fold the network does worse than guessing
    assert flight.step("groups").drop < flight.step("reduction").drop


def test_on_bach_training_and_test_lie_as_near_as_in_the_studys_table(of_bach: Staircase) -> None:
    """R2 of 0.80 in training and about 0.05 less in test, the squared error up by a fifth, with noisy copies or without."""
    for fit in of_bach.flight().fits:
        assert 0.75 < fit.r2_train < 0.85
        assert 0.0 < fit.r2_gap < 0.12
        assert 0.0 < fit.mse_relative < 0.4


@pytest.mark.parametrize("reduction", ["lda", "pca"])
def test_the_drops_sum_to_claimed_less_honest(of_bach: Staircase, of_trap: Staircase, reduction: str) -> None:
    """Signed, with both reductions, with groups and without."""
    for found in (of_bach, of_trap):
        flight = found.flight(reduction)  # type: ignore[arg-type]
        assert sum(step.drop for step in flight.steps) == pytest.approx(flight.claimed - flight.honest, abs=1e-12)
        assert flight.steps[0].drop == 0


def test_the_trap_catches_the_study_and_nobody_else(of_trap: Staircase) -> None:
    """Noise in order: much is claimed, the row number is worth most of it, LDA on all rows some, nothing is left."""
    flight = of_trap.flight()
    assert flight.claimed > 0.6
    assert flight.honest < 0.1
    assert flight.step("row_number").drop > 0.5
    assert flight.step("reduction").drop > 0.05
    assert abs(of_trap.place) > 0.8


def test_without_order_the_row_number_is_worth_nothing(trap: Dataset, once: Staircase) -> None:
    """The same list shuffled; and what follows that step is the same to the last digit."""
    order = np.random.default_rng(1).permutation(trap.tracks)
    shuffled = replace(trap, file_order=order)
    other = quick(shuffled)
    assert abs(other.flight().step("row_number").drop) < 0.1 < once.flight().step("row_number").drop
    assert [step.value for step in once.flight().steps[1:]] == [step.value for step in other.flight().steps[1:]]
    assert order_key(trap) != order_key(shuffled)


def test_the_mean_of_r2_and_pooled_skill_are_of_the_same_predictions(of_trap: Staircase) -> None:
    """The step between the two figures changes nothing else, and the first reads lower on 20 tracks a fold."""
    inside, pooled = (of_trap.flight().step(name) for name in ("reduction", "yardstick"))  # type: ignore[arg-type]
    assert (inside.mean_r2, inside.skill) == (pooled.mean_r2, pooled.skill)
    assert (inside.value, pooled.value) == (inside.mean_r2, pooled.skill)
    assert pooled.drop < 0


def test_known_figures_are_taken_and_groups_add_a_step(trap: Dataset, once: Staircase) -> None:
    """What was computed elsewhere is not computed again."""
    assert once.flight().steps[-1].name == "models"
    flight = quick(trap, random_skill=0.3, grouped_skill=0.2).flight()
    assert [step.value for step in flight.steps[-2:]] == [0.3, 0.2]


def test_the_result_does_not_depend_on_the_number_of_workers(trap: Dataset, once: Staircase) -> None:
    """One process or two; another seed gives another result."""
    assert once == quick(trap, workers=2)
    assert once != quick(trap, seed=1)


def test_progress_is_told_and_can_cancel(trap: Dataset) -> None:
    """Every fold is heard of, and an exception ends the work."""
    heard = []
    quick(trap, progress=lambda *step: heard.append(step))
    assert {done for _, done, total in heard if total == 5} == set(range(6))

    class Stop(Exception):  # noqa: N818
        pass

    def stop(label: str, done: int, total: int) -> None:
        if done == 2:
            raise Stop

    with pytest.raises(Stop):
        quick(trap, progress=stop)


@pytest.mark.parametrize(
    "changes",
    [
        {"rating": [n % 3 // 2 for n in range(40)]},
        {"rating": [0] * 38 + [1, 1]},
        {"rating": np.random.default_rng(0).random(40).round(5) * 100},
        {"energy": 0.5},
        {"energy": [None, 0.2] * 20, "tempo": [None] * 39 + [100.0]},
    ],
    ids=["likes", "two likes", "continuous", "constant", "missing"],
)
def test_any_list_has_its_staircase(changes: dict[str, object]) -> None:
    """Likes, scales without steps, columns that are constant or full of holes: finite figures, and no warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = quick(dataset(table(40, **changes)))
    for flight in found.flights:
        assert all(np.isfinite(step.value) for step in flight.steps)
        assert sum(step.drop for step in flight.steps) == pytest.approx(flight.claimed - 0.1)


def test_features_that_never_differ_tell_nothing() -> None:
    """With constant features alone all that is claimed hangs on the row number."""
    data = dataset(table(40))
    found = quick(replace(data, features=data.features * 0 + 1, file_order=np.argsort(np.argsort(data.rating))))
    assert found.flight().claimed > 0.5
    assert found.flight().step("row_number").value < 0.05
    assert found.flight().step("reduction").value < 0.05


def test_the_scale_of_the_ratings_does_not_matter() -> None:
    """Ratings times ten: the same figures, squared errors a hundred times as large."""
    data = replace(dataset(table(40, seed=3)), scale=None)
    one, ten = quick(data), quick(replace(data, rating=10 * data.rating))
    assert one.flight().claimed == pytest.approx(ten.flight().claimed, abs=1e-6)
    assert 100 * one.flight().fits[0].mse_test == pytest.approx(ten.flight().fits[0].mse_test, rel=1e-6)


def test_a_long_list_is_looked_at_in_part() -> None:
    """1,000 tracks of 1,100; the honest figure is of these too, so that what is known of all is not used."""
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({
        "track_name": [f"T{n}" for n in range(1100)], "energy": draw.random(1100), "tempo": 60 + 100 * draw.random(1100),
        "rating": draw.integers(1, 11, 1100),
    })  # fmt: skip
    found = quick(dataset(frame), random_skill=0.9, workers=None)
    assert (found.tracks, found.listed) == (1000, 1100)
    assert found.flight().honest < 0.1


def test_too_short_or_all_equal_is_refused() -> None:
    """In a sentence."""
    with pytest.raises(InputError, match="30 rated tracks"):
        quick(dataset(table(29)))
    short = dataset(table(40))
    with pytest.raises(InputError, match="equal"):
        quick(replace(short, rating=np.full(40, 5.0)))


def test_the_rule_of_99_percent_adds_raw_columns_in_the_files_order() -> None:
    """[1, 99.5, .5] of the variance needs two columns; nothing but constants needs one."""
    base = np.random.default_rng(0).permutation(100.0 * np.arange(50))
    base = (base - base.mean()) / base.std()
    columns = np.outer(base, np.sqrt([0.6, 99.0, 0.4]))
    assert protocol.components(columns) == 2
    assert protocol.components(columns[:, ::-1]) == 2
    assert protocol.components(columns[:, [0, 2, 1]]) == 3
    assert protocol.components(np.ones((50, 3))) == 1


def test_the_columns_are_the_row_number_and_the_files_own_order(bach: Dataset) -> None:
    """As in the notebook: the row number, milliseconds, energy, and so on."""
    found = protocol.columns(bach)
    assert np.array_equal(found.whole(row_number=True)[:, 0], bach.file_order)
    assert np.array_equal(found.raw[:, 0], bach.features["duration_ms"])
    assert np.array_equal(found.raw[:, 1], bach.features["energy"])
    assert np.array_equal(found.rating, bach.rating)  # 1 to 10 is the study's own scale


@pytest.mark.parametrize(
    ("rating", "number", "are"),
    [([1.0, 2.5, 7.0] * 10, 3, "ratings"), (np.arange(0, 10.1, 0.25), 11, "steps"), (np.arange(100.0), 10, "tenths")],
)
def test_classes_for_lda(rating: np.ndarray, number: int, are: str) -> None:
    """Ratings as they are, whole steps, or tenths; classes follow the ratings' order."""
    labels, found = protocol.rating_classes(np.asarray(rating))
    assert (found, labels.max() + 1, len(np.unique(labels))) == (are, number, number)
    order = np.argsort(rating, kind="stable")
    assert (np.diff(labels[order]) >= 0).all()


def test_noisy_copies_are_the_first_quarter_of_the_file() -> None:
    """A quarter more rows, near those that stand first, with their ratings."""
    known, rating, row = np.arange(40.0)[:, None] * 10, np.arange(40.0), np.arange(40)[::-1]
    more, ratings = protocol.noisy(known, rating, row, np.random.default_rng(0))
    assert len(more) == len(ratings) == 50
    assert np.allclose(more[:, 0], 10 * ratings, atol=1)
    values, counts = np.unique(ratings, return_counts=True)
    assert set(values[counts == 2]) == set(range(30, 40))


@pytest.mark.parametrize("kind", protocol.REDUCTIONS)
def test_a_reduction_learns_from_the_known_rows_alone(kind: protocol.Reduction) -> None:
    """Other new rows leave the known ones as they are; they come out standardised."""
    draw = np.random.default_rng(0)
    known, labels = draw.normal(size=(60, 5)), np.arange(60) % 4
    one, _ = protocol.reduce(kind, 2, known, labels, draw.normal(size=(9, 5)))
    other, _ = protocol.reduce(kind, 2, known, labels, 100 * draw.normal(size=(3, 5)))
    assert np.array_equal(one, other)
    assert one.shape == (60, 2)
    assert np.allclose(one.std(axis=0), 1)
