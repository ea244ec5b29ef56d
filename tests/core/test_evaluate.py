"""Models side by side: mathematics, planted effects and planted leaks as oracles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.cross_decomposition import PLSRegression

from core.dataset import Dataset
from core.errors import InputError
from core.evaluate import Evaluation, evaluate, interval, make_folds, skill
from core.models import BASELINE, CATALOGUE
from core.reading import Choices, read
from tests.conftest import dataset, table, upload


def planted(tracks: int = 60, *, d: int = 20, signal: float = 0.0, seed: int = 0) -> Dataset:
    """Noise features, and a rating that hangs on the first of them to the share `signal` of its variance."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(tracks, d))
    y = np.sqrt(signal) * x[:, 0] + np.sqrt(1 - signal) * draw.normal(size=tracks)
    frame = pd.DataFrame(x, columns=[f"timbre_{n}" for n in range(d)])
    return dataset(frame.assign(rating=(5.5 + 2 * y).clip(0, 11).round(2)))


@pytest.mark.parametrize(
    ("tracks", "splits", "repeats"), [(40, 10, 10), (59, 10, 10), (60, 5, 10), (400, 5, 10), (401, 5, 5)]
)
def test_folds_follow_the_number_of_tracks(tracks: int, splits: int, repeats: int) -> None:
    """Each repeat holds out every track exactly once, and no track is in both parts of a fold."""
    folds = make_folds(dataset(table(tracks)))
    assert len(folds) == splits * repeats
    for repeat in range(repeats):
        held = np.concatenate([fold.test for fold in folds if fold.repeat == repeat])
        assert sorted(held) == list(range(tracks))
    assert all(not set(fold.train) & set(fold.test) and len(fold.train) + len(fold.test) == tracks for fold in folds)


def test_groups_stay_together() -> None:
    """With a group column no artist is on both sides of a fold."""
    frame = table(80, artist_name=[f"Artist {n % 16}" for n in range(80)])
    grouped = read([upload(frame)], Choices(group="artist_name"))
    for fold in make_folds(grouped):
        assert not set(grouped.group[fold.train]) & set(grouped.group[fold.test])  # type: ignore[index]
    assert evaluate(grouped, models=["ridge"], workers=1).grouped


@pytest.mark.parametrize("artists", [["A"] * 40 + [f"B{n}" for n in range(40)], ["A", "B", "C", "D"] * 20])
def test_groups_that_allow_no_folds_are_refused(artists: list[str]) -> None:
    """A group of more than a third, or too few groups, is a fault in words."""
    grouped = read([upload(table(80, artist_name=artists))], Choices(group="artist_name"))
    with pytest.raises(InputError, match=r"would put \d+ groups"):
        make_folds(grouped)


def test_copies_of_a_recording_share_a_fold() -> None:
    """A track rated twice is never in both parts of a fold, so that a copy cannot tell the answer."""
    frame = table(60)
    again = frame.assign(rating=frame["rating"].to_numpy()[::-1])
    twice = read([upload(pd.concat([frame, again]))])
    assert twice.tracks > 100
    for fold in make_folds(twice):
        assert not set(twice.recordings[fold.train]) & set(twice.recordings[fold.test])
    assert not evaluate(twice, models=["ridge"], workers=1).grouped


def test_skill_is_zero_for_the_mean_and_one_for_the_truth() -> None:
    """And below zero for worse than the mean, and undefined where the mean is perfect."""
    y = np.array([1.0, 2.0, 6.0])
    assert skill(y, np.full(3, 3.0), 3.0) == 0
    assert skill(y, y, 3.0) == 1
    assert skill(y, -y, 3.0) < 0
    assert np.isnan(skill(np.full(3, 3.0), y, 3.0))


def test_the_interval_is_that_of_nadeau_and_bengio() -> None:
    """Closed form on four values; missing folds do not count."""
    values = np.array([0.1, 0.2, np.nan, 0.3, 0.2])
    low, high = interval(values, 0.2, test_share=0.25)
    half = stats.t.ppf(0.975, 3) * np.std([0.1, 0.2, 0.3, 0.2], ddof=1) * np.sqrt(1 / 4 + 0.25)
    assert (low, high) == (pytest.approx(0.2 - half), pytest.approx(0.2 + half))


def test_the_baseline_is_exactly_zero(taste_evaluation: Evaluation) -> None:
    """Always guessing the training mean is what skill is measured against."""
    row = taste_evaluation.row(BASELINE)
    assert abs(row["skill"]) < 1e-12
    assert abs(row["train_skill"]) < 1e-12
    assert row["mae"] == row["mae_baseline"]
    assert np.isnan(row["spearman"])


def test_pooled_skill_is_recomputed_by_hand(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """1 - SSE / SSE of the training means, per repeat, averaged: from predictions and folds alone."""
    skills = []
    for repeat, predicted in enumerate(taste_evaluation.predictions["ridge"]):
        guess = np.empty(taste.tracks)
        for fold in taste_evaluation.folds:
            if fold.repeat == repeat:
                guess[fold.test] = taste.rating[fold.train].mean()
        skills.append(1 - ((taste.rating - predicted) ** 2).sum() / ((taste.rating - guess) ** 2).sum())
    assert taste_evaluation.row("ridge")["skill"] == pytest.approx(np.mean(skills), abs=1e-12)


def test_the_planted_taste_is_found(taste_evaluation: Evaluation) -> None:
    """Of a taste of r2 = 0.4 over 300 tracks an honest model gets 0.2 to 0.4, and the interval stays above zero."""
    row = taste_evaluation.row("average")
    assert 0.2 < row["skill"] < 0.4
    assert row["skill_low"] > 0
    assert row["mae"] < row["mae_baseline"]


def test_no_taste_is_not_found(no_taste: Dataset) -> None:
    """Where the ratings are noise, no interval lies above zero and no model orders the tracks the wrong way round."""
    found = evaluate(no_taste, models=["average", "ridge", "gaussian_process"])
    board = found.leaderboard.set_index("model").drop(BASELINE)
    assert (board["skill"] < 0.05).all()
    assert (board["skill_low"] <= 0).all()
    assert (board["spearman"].abs().fillna(0) < 0.2).all()


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_held_out_ratings_never_reach_a_prediction(name: str) -> None:
    """Whatever the ratings of a fold's tracks are, what is predicted for them stays the same, to the last digit."""
    data = planted(signal=0.3)
    fold = make_folds(data)[0]
    other = data.rating.copy()
    other[fold.test] = np.random.default_rng(1).permutation(other[fold.test]) * 1.7
    one, two = (evaluate(d, models=[name], workers=1) for d in (data, replace(data, rating=other)))
    assert np.array_equal(one.predictions[name][0, fold.test], two.predictions[name][0, fold.test])


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_held_out_tracks_never_shape_a_transform(name: str) -> None:
    """Another track of the same held-out fold may sound like anything: the first one's prediction stays the same."""
    data = planted(signal=0.3)
    fold = make_folds(data)[0]
    kept, changed = fold.test[0], fold.test[1:]
    features = data.features.copy()
    features.iloc[changed] = features.iloc[changed] * 100 + 7
    one, two = (evaluate(d, models=[name], workers=1) for d in (data, replace(data, features=features)))
    assert one.predictions[name][0, kept] == pytest.approx(two.predictions[name][0, kept], abs=1e-12)


def canary(run: Callable[[Dataset], float], data: Dataset, *, times: int = 40) -> tuple[float, float]:
    """Mean skill on permuted ratings and its upper 2 standard errors: an honest pipeline finds nothing there."""
    draw = np.random.default_rng(0)
    skills = np.array([run(replace(data, rating=draw.permutation(data.rating))) for _ in range(times)])
    return float(skills.mean()), float(skills.mean() + 2 * skills.std(ddof=1) / np.sqrt(times))


def honest(data: Dataset) -> float:
    """The pipeline as it is."""
    return float(evaluate(data, models=["ridge"], workers=1).row("ridge")["skill"])


def fitted_before_the_split(data: Dataset) -> float:
    """The 2020 protocol's fault: a reduction that saw all ratings, before the folds were dealt."""
    scores = PLSRegression(2).fit(data.x, data.rating).transform(data.x)
    return honest(replace(data, features=pd.DataFrame(scores, columns=["timbre_0", "timbre_1"])))


def test_the_canary_lives_in_our_pipeline() -> None:
    """On shuffled ratings the mean skill is at most 0 and its upper bound at most 0.02 (science, D7)."""
    mean, upper = canary(honest, planted())
    assert mean <= 0
    assert upper <= 0.02


def test_the_canary_dies_of_a_fit_outside_the_fold() -> None:
    """A supervised reduction fitted on all rows shows skill on shuffled ratings, so the canary can fail."""
    mean, _ = canary(fitted_before_the_split, planted(), times=10)
    assert mean > 0.1


def test_workers_change_no_digit(taste: Dataset) -> None:
    """One process and two give the same predictions."""
    one, two = (evaluate(taste, models=["ridge", "lightgbm"], workers=n) for n in (1, 2))
    assert all(np.array_equal(one.predictions[name], two.predictions[name]) for name in one.predictions)


def test_the_seed_changes_the_folds() -> None:
    """Another seed deals the tracks anew; the same seed does not."""
    data = dataset()
    first, again, other = (make_folds(data, seed=seed)[0].test for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_bach_reaches_what_is_honest(bach_evaluation: Evaluation) -> None:
    """50 folds, at least eleven models and the baseline; best skill 0.15 to 0.26, none above 0.30."""
    assert len(bach_evaluation.folds) == 50
    assert len(bach_evaluation.models) >= 12
    best = bach_evaluation.leaderboard["skill"].max()
    assert 0.15 <= best <= 0.26
    row = bach_evaluation.row("average")
    assert row["skill_low"] < 0.19 < row["skill_high"]
