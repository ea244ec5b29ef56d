"""Could this be luck: scikit-learn inside the folds, explicit leave-one-out and counted arrangements as oracles."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge, RidgeCV
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.preprocessing import StandardScaler

from core.chance import PANEL, Chance, chance, exchange, p_value, panel_skills, penalties, smooth
from core.dataset import Dataset
from core.evaluate import skill
from core.folds import Fold, make_folds
from core.reading import Choices, read
from tests.conftest import dataset, table, upload


def planted(tracks: int = 60, *, signal: float = 0.0, seed: int = 0) -> Dataset:
    """Three features, and a rating that hangs on `energy` to the share `signal` of its variance."""
    draw = np.random.default_rng([seed, 1])
    frame = table(tracks, seed=seed, artist_name=[f"Artist {n}" for n in range(tracks)])
    liking = (frame["energy"] - 0.5) * np.sqrt(12)
    noisy = np.sqrt(signal) * liking + np.sqrt(1 - signal) * draw.normal(size=tracks)
    return dataset(frame.assign(rating=(5.5 + 2 * noisy).clip(1, 10).round(1)))


def by_hand(data: Dataset, rating: np.ndarray, folds: tuple[Fold, ...]) -> list[float]:
    """The panel's skills for one row of ratings, by scikit-learn's own leave-one-out on a root of each kernel."""
    found = []
    for smoother in PANEL:
        skills = []
        for repeat in range(3):
            predicted, guess = np.empty((2, data.tracks))
            for fold in (fold for fold in folds if fold.repeat == repeat):
                imputer = SimpleImputer(strategy="median").fit(data.x[fold.train])
                scaler = StandardScaler().fit(imputer.transform(data.x[fold.train]))
                x = scaler.transform(imputer.transform(data.x))
                kernel = {
                    "ridge": x @ x.T,
                    "kernel_ridge": rbf_kernel(x, gamma=1 / x.shape[1]),
                    "additive_kernel_ridge": sum(rbf_kernel(column[:, None], gamma=0.5) for column in x.T),
                }[smoother]
                values, vectors = np.linalg.eigh(kernel)
                root = vectors * np.sqrt(np.maximum(values, 0))
                root /= np.sqrt(root[fold.train].var(axis=0).sum())
                model = RidgeCV(alphas=penalties(len(fold.train))).fit(root[fold.train], rating[fold.train])
                predicted[fold.test] = model.predict(root[fold.test])
                guess[fold.test] = rating[fold.train].mean()
            skills.append(skill(rating, predicted, guess))
        found.append(float(np.mean(skills)))
    return found


def test_every_skill_is_that_of_refitted_models() -> None:
    """Observed and permuted ratings get what scikit-learn's models get one by one in the same folds, gaps imputed."""
    frame = table(60, seed=3)
    frame.loc[::7, "valence"] = np.nan
    data = dataset(frame)
    folds = make_folds(data)
    permuted = exchange(data.rating, np.arange(60), 2, np.random.default_rng(0))
    skills = panel_skills(data, np.vstack([data.rating, permuted]), folds)
    for column, rating in enumerate([data.rating, *permuted]):
        np.testing.assert_allclose(skills[:, column], by_hand(data, rating, folds), atol=1e-8)


def test_the_result_is_made_of_these_skills() -> None:
    """T is the best of the panel, the null the best of the panel on permuted ratings, the line their 95 % quantile."""
    data = planted(signal=0.6)
    folds = make_folds(data)
    found = chance(data, folds, permutations=39)
    permuted = exchange(data.rating, np.arange(60), 39, np.random.default_rng([0, 0]))
    assert found.observed == max(found.panel.values())
    assert list(found.panel.values()) == pytest.approx(by_hand(data, data.rating, folds), abs=1e-8)
    np.testing.assert_allclose(found.null, panel_skills(data, permuted, folds).max(axis=0), atol=1e-12)
    assert found.line == np.quantile(found.null, 0.95)
    assert tuple(found.panel) == PANEL
    assert (found.scheme, found.exchangeable, found.permutations) == ("tracks", 60, 39)


@pytest.mark.parametrize(("n", "k"), [(16, 5), (12, 30)])
def test_the_penalty_is_chosen_by_leaving_each_track_out(n: int, k: int) -> None:
    """The closed form chooses what n refits choose, for each row of ratings its own."""
    draw = np.random.default_rng(n)
    known, new = draw.normal(size=(n, k)) / np.sqrt(k), draw.normal(size=(5, k)) / np.sqrt(k)
    ratings = draw.normal(size=(4, n)) + np.outer([0, 1, 5, 30], known[:, 0])
    ratings -= ratings.mean(axis=1, keepdims=True)
    chosen = []
    for rating, predicted in zip(ratings, smooth(known, new, ratings), strict=True):
        errors = []
        for alpha in penalties(n):
            left = [np.delete(np.arange(n), i) for i in range(n)]
            outs = [Ridge(alpha).fit(known[rows], rating[rows]).predict(known[[i]])[0] for i, rows in enumerate(left)]
            errors.append(((rating - outs) ** 2).sum())
        chosen.append(penalties(n)[np.argmin(errors)])
        np.testing.assert_allclose(predicted, Ridge(chosen[-1]).fit(known, rating).predict(new), atol=1e-9)
    assert len(set(chosen)) > 1


def test_long_lists_use_the_average_leverage() -> None:
    """Generalised cross-validation by its definition, from the whole hat matrix."""
    n, k = 30, 8
    draw = np.random.default_rng(1)
    known, new = draw.normal(size=(n, k)) / np.sqrt(k), draw.normal(size=(5, k)) / np.sqrt(k)
    ratings = draw.normal(size=(5, n)) + np.outer([0, 1, 3, 10, 30], known[:, 0])
    ratings -= ratings.mean(axis=1, keepdims=True)
    centred = known - known.mean(axis=0)
    hats = [1 / n + centred @ np.linalg.solve(centred.T @ centred + a * np.eye(k), centred.T) for a in penalties(n)]
    for rating, predicted in zip(ratings, smooth(known, new, ratings, exact=False), strict=True):
        errors = [((rating - hat @ rating) ** 2).sum() / (n - np.trace(hat)) ** 2 for hat in hats]
        best = penalties(n)[np.argmin(errors)]
        np.testing.assert_allclose(predicted, Ridge(best).fit(known, rating).predict(new), atol=1e-9)


def test_p_counts_the_observed_arrangement() -> None:
    """(1 + #{T_b >= T}) / (B + 1); what differs by rounding alone is equal."""
    null = np.array([0.1, 0.2, 0.3, 0.3 - 1e-15])
    assert p_value(0.4, null) == 1 / 5
    assert p_value(0.3, null) == 3 / 5
    assert p_value(0.0, null) == 1


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.integers(0, 99))
def test_groups_are_exchanged_within_and_as_wholes(labels: list[int], seed: int) -> None:
    """Each group's ratings become those of one group of its size, and every rating is still there once."""
    together = np.unique(labels, return_inverse=True)[1]
    tracks = np.arange(float(len(labels)))
    for row in exchange(tracks, together, 3, np.random.default_rng(seed)):
        assert sorted(row) == list(tracks)
        for group in range(together.max() + 1):
            source = set(together[row[together == group].astype(int)])
            assert len(source) == 1
            assert np.sum(together == group) == np.sum(together == source.pop())


def test_every_arrangement_is_equally_likely() -> None:
    """Two pairs and a group of three allow 2! * 2! * 2! * 3! = 48 arrangements, drawn uniformly."""
    together = np.array([2, 0, 1, 2, 0, 2, 1])
    drawn = exchange(np.arange(7.0), together, 4800, np.random.default_rng(0))
    counts = Counter(map(tuple, drawn))
    assert len(counts) == 48
    assert stats.chisquare(list(counts.values())).pvalue > 0.001


def test_a_planted_taste_is_no_luck(taste: Dataset, no_taste: Dataset) -> None:
    """The bundled listeners: one with a taste of r2 = 0.4, one without."""
    assert chance(taste, make_folds(taste), permutations=199).p_value == 1 / 200
    assert chance(no_taste, make_folds(no_taste), permutations=199).p_value > 0.1


def test_p_is_uniform_without_a_taste() -> None:
    """Thirty listeners without a taste: about 5 % get p <= .05, and the p-values fill the line from 0 to 1."""
    found = []
    for seed in range(30):
        data = planted(60, seed=seed)
        found.append(chance(data, make_folds(data), permutations=59, seed=seed).p_value)
    assert np.mean(np.array(found) <= 0.05) <= 0.15
    assert stats.kstest(found, "uniform").pvalue > 0.01


def clustered(seed: int) -> Dataset:
    """80 tracks by artists of Zipf's sizes; features and ratings each share a level by artist, and nothing else."""
    draw = np.random.default_rng(seed)
    artist = np.repeat(np.arange(24), [10, 8, 7, 6, 5, 4, 4, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1])
    x = np.sqrt(0.6) * draw.normal(size=(24, 8))[artist] + np.sqrt(0.4) * draw.normal(size=(80, 8))
    y = np.sqrt(0.4) * draw.normal(size=24)[artist] + np.sqrt(0.6) * draw.normal(size=80)
    frame = table(80, artist_name=[f"Artist {n}" for n in artist], rating=(5.5 + 1.5 * y).clip(1, 10).round(2))
    frame = frame.drop(columns=["energy", "valence", "tempo"])
    frame = frame.assign(**{f"timbre_{n}": column for n, column in enumerate(x.T)})
    return read([upload(frame)], Choices(group="artist_name"))


def test_groups_keep_the_level_where_single_tracks_do_not() -> None:
    """Artists with levels of their own and no link to sound: exchange by group errs rarely, tracks in random folds often."""
    by_group, by_track = [], []
    for seed in range(16):
        data = clustered(seed)
        found = chance(data, make_folds(data), permutations=59)
        assert found.scheme == "groups"
        by_group.append(found.p_value)
        random = make_folds(data, grouped=False)
        by_track.append(chance(data, random, together=np.arange(80), permutations=59).p_value)
    assert np.mean(np.array(by_group) <= 0.05) <= 0.15
    assert np.mean(np.array(by_track) <= 0.05) >= 0.3


def test_bach_is_no_luck(bach: Dataset) -> None:
    """By work, as its folds are, and tracks singly: what is found in the study's list is more than luck reaches."""
    for grouped, together, scheme in ((True, None, "groups"), (False, np.arange(100), "tracks")):
        found = chance(bach, make_folds(bach, grouped=grouped), together=together)
        assert found.scheme == scheme
        assert found.p_value <= 0.02
        assert found.observed > found.line


def test_rows_of_one_recording_stay_together() -> None:
    """A track that occurs twice is exchanged with its copy, so the tracks are not single."""
    frame = table(50)
    again = frame.head(10).assign(rating=lambda part: (part["rating"] + 1).clip(upper=10))
    data = read([upload(pd.concat([frame, again]))])
    assert data.tracks > len(np.unique(data.recordings))
    assert chance(data, make_folds(data), permutations=19).scheme == "groups"


def test_where_nothing_can_change_place_there_is_no_p() -> None:
    """Groups of different sizes with one rating each, or one rating for all."""
    artists = np.repeat(np.arange(9), np.arange(3, 12))
    frame = table(63, artist_name=[f"Artist {n}" for n in artists], rating=artists + 1)
    data = read([upload(frame)], Choices(group="artist_name"))
    folds = make_folds(data)
    found = chance(data, folds)
    assert np.isnan([found.p_value, found.line]).all()
    assert (found.scheme, found.exchangeable, found.permutations, len(found.null)) == ("none", 0, 0, 0)
    assert found.observed == max(found.panel.values())
    flat = chance(replace(data, rating=np.full(63, 5.0)), folds)
    assert flat.scheme == "none"
    assert np.isnan([flat.p_value, flat.observed]).all()


def same(one: Chance, other: Chance) -> bool:
    """Equal but for rounding."""
    return bool(
        one.p_value == other.p_value
        and np.allclose(one.null, other.null, atol=1e-9)
        and np.allclose(list(one.panel.values()), list(other.panel.values()), atol=1e-9)
    )


def test_the_scale_and_the_files_order_do_not_matter() -> None:
    """Ratings in other units or rows in another order give the same result; another seed gives another null."""
    frame = table(60, seed=5, artist_name=[f"Artist {n}" for n in range(60)])
    data = dataset(frame)
    found = chance(data, make_folds(data), permutations=39)
    stretched = replace(data, rating=7 - 20 * data.rating)
    assert same(found, chance(stretched, make_folds(stretched), permutations=39))
    shuffled = dataset(frame.sample(frac=1, random_state=1))
    assert same(found, chance(shuffled, make_folds(shuffled), permutations=39))
    assert not same(found, chance(data, make_folds(data), permutations=39, seed=1))


def test_an_unsure_p_is_settled_with_twice_as_many() -> None:
    """Between .03 and .07 the permutations are extended, the first ones kept; a clear p is left alone."""
    counts = set()
    for seed in range(8):
        data = planted(60, signal=0.1, seed=seed)
        folds = make_folds(data)
        found = chance(data, folds, permutations=99)
        first = p_value(found.observed, found.null[:99])
        assert found.permutations == len(found.null) == (199 if 0.03 <= first <= 0.07 else 99)
        assert found.p_value == p_value(found.observed, found.null)
        assert len(np.unique(found.null.round(9))) == found.permutations  # new ones, not the first again
        counts.add(found.permutations)
    assert counts == {99, 199}


def test_long_lists_are_tested_too() -> None:
    """Landmarks above 300 training tracks, one repeat and the short cut above 2,000 tracks: same truth."""
    for tracks in (450, 2100):
        found = chance(data := planted(tracks, signal=0.1), make_folds(data), permutations=39)
        assert found.p_value == 1 / 40
        assert 0.05 < found.panel["ridge"] < 0.15
        assert min(found.panel.values()) > 0.03
        assert found.line < 0.02


def test_empty_and_constant_columns_are_harmless() -> None:
    """A column that is empty or constant in the training tracks changes nothing."""
    frame = table(40).assign(loudness=[-5.0] * 39 + [-6.0], liveness=[np.nan] * 38 + [0.1, 0.2])
    data = dataset(frame)
    assert "liveness" in data.feature_names
    assert np.isfinite(chance(data, make_folds(data), permutations=19).null).all()


def test_workers_change_no_digit() -> None:
    """One process and two say the same, whether the ratings are few different numbers or all differ."""
    for data in (planted(60, signal=0.3), dataset(table(60, rating=np.random.default_rng(2).normal(size=60).round(6)))):
        one, two = (chance(data, make_folds(data), permutations=99, workers=count) for count in (1, 2))
        assert np.array_equal(one.null, two.null)
        assert one.panel == two.panel


def test_progress_counts_up_and_may_cancel() -> None:
    """Every fold is heard of; what the listener raises ends the work."""
    data = planted(60)
    folds = make_folds(data)
    heard: list[tuple[str, int, int]] = []
    chance(data, folds, permutations=9, progress=lambda *news: heard.append(news))
    assert [done for _, done, _ in heard] == list(range(16))
    assert {(label, total) for label, _, total in heard} == {("Testing against chance", 15)}

    def enough(label: str, done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        chance(data, folds, permutations=9, progress=enough)
