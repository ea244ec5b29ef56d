"""Simulated listeners: the library looks like music, the truth is in the ratings, the files can be remade."""

from __future__ import annotations

import dataclasses
import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, spearmanr

from core.simulate import (
    CORRELATIONS,
    LEVELS,
    LISTENERS,
    PROBABILITIES,
    QUANTILES,
    SOUND,
    Listener,
    library,
    liking,
    main,
    simulate,
    write,
)
from core.simulate_names import WORDS, invent

DATA = Path(__file__).parents[2] / "data"
TASTE, NO_TASTE, TRAP = LISTENERS
MANY = 5000


@pytest.fixture(scope="module")
def large() -> pd.DataFrame:
    return library(MANY, seed=7)


@pytest.fixture(scope="module")
def large_taste() -> tuple[Listener, pd.DataFrame]:
    listener = dataclasses.replace(TASTE, tracks=MANY, seed=8)
    return listener, simulate(listener)


def chance_bound(rows: int, tests: int) -> float:
    """The largest of `tests` absolute rank correlations exceeds this in 1 of 1,000 files without a link."""
    return float(norm.isf(0.001 / (2 * tests)) / np.sqrt(rows - 1))


def test_columns_are_identity_then_sound_then_rating() -> None:
    """A simulated file has the columns of a Spotify export in a fixed order, the rating last."""
    identity = ["track_name", "artist_name", "album_name", "release_date"]
    assert list(simulate(TASTE).columns) == [*identity, *SOUND, "rating"]


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """Writing twice gives the same bytes."""
    first, second = write(tmp_path / "first"), write(tmp_path / "second")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_other_seed_other_library() -> None:
    """Another seed gives another sound and other names."""
    one, other = library(50, seed=1), library(50, seed=2)
    assert not np.array_equal(one["energy"], other["energy"])
    assert list(one["track_name"]) != list(other["track_name"])


def test_the_command_remakes_the_bundled_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m core.simulate FOLDER` writes exactly the files in data/ and prints their names."""
    main([str(tmp_path)])
    written = sorted(tmp_path.iterdir())
    names = [f"simulated_{listener.name}.csv" for listener in LISTENERS]
    assert [path.name for path in written] == sorted(names)
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / name) for name in names]
    for path in written:
        assert path.read_bytes() == (DATA / path.name).read_bytes()


@pytest.mark.parametrize("listener", LISTENERS, ids=lambda listener: listener.name)
def test_a_file_read_back_is_the_simulation(listener: Listener, tmp_path: Path) -> None:
    """A written file reads back as the simulated table: nothing is lost to quoting, accents or digits."""
    paths = dict(zip((known.name for known in LISTENERS), write(tmp_path), strict=True))
    text = paths[listener.name].read_bytes().decode("utf-8")
    assert "\r" not in text
    again = pd.read_csv(io.StringIO(text), dtype={"release_date": "str"})
    pd.testing.assert_frame_equal(again, simulate(listener), rtol=1e-12)


@pytest.mark.parametrize("feature", sorted(QUANTILES))
def test_quartiles_are_the_targets(large: pd.DataFrame, feature: str) -> None:
    """Each quartile of 5,000 tracks cuts off 25, 50 and 75 % of them, within 4 points."""
    for probability in (0.25, 0.50, 0.75):
        cut = QUANTILES[feature][PROBABILITIES.index(probability)]
        below, not_above = (large[feature] < cut).mean(), (large[feature] <= cut).mean()
        assert below - 0.04 <= probability <= not_above + 0.04


@pytest.mark.parametrize("feature", sorted(LEVELS))
def test_shares_of_the_levels_are_the_targets(large: pd.DataFrame, feature: str) -> None:
    """Each level of a discrete feature has its share of 5,000 tracks, within 4 points; shares sum to 1."""
    assert sum(LEVELS[feature].values()) == pytest.approx(1)
    shares = large[feature].astype(int).value_counts(normalize=True)
    assert set(shares.index) <= set(LEVELS[feature])
    for level, share in LEVELS[feature].items():
        assert shares.get(level, 0.0) == pytest.approx(share, abs=0.04)


@pytest.mark.parametrize("pair", [pair for pair in CORRELATIONS if not set(pair) & set(LEVELS)], ids="-".join)
def test_rank_correlations_are_the_targets(large: pd.DataFrame, pair: tuple[str, str]) -> None:
    """Two continuous features correlate as planned, within 0.08."""
    assert spearmanr(large[pair[0]], large[pair[1]]).statistic == pytest.approx(CORRELATIONS[pair], abs=0.08)


def test_features_never_leave_their_range(large: pd.DataFrame) -> None:
    """No value lies outside its feature's table, and nothing is missing."""
    assert not large.isna().any(axis=None)
    for feature, table in QUANTILES.items():
        assert large[feature].between(table[0], table[-1]).all(), feature


def test_tracks_are_unique(large: pd.DataFrame) -> None:
    """No two tracks of a library have the same title and artist, not even apart from brackets and case."""
    bare = large["track_name"].str.replace(r"\s*\(.*\)", "", regex=True).str.casefold()
    assert not pd.concat([bare, large["artist_name"].str.casefold()], axis=1).duplicated().any()


def test_artists_are_many_and_unequal() -> None:
    """Of 300 tracks the most frequent artist has a few percent, and many artists have one each."""
    sizes = library(300, seed=3)["artist_name"].value_counts()
    assert sizes.sum() == 300
    assert 10 <= sizes.max() <= 20
    assert (sizes == 1).sum() >= 20


def test_tracks_of_one_artist_sound_alike(large: pd.DataFrame) -> None:
    """About 30 % of the variance of a feature's ranks is between artists (intraclass correlation)."""
    ranks = large["danceability"].rank()
    groups = ranks.groupby(large["artist_name"])
    sizes, artists = groups.size(), groups.ngroups
    between = (sizes * (groups.mean() - ranks.mean()) ** 2).sum() / (artists - 1)
    within = ((ranks - groups.transform("mean")) ** 2).sum() / (MANY - artists)
    usual_size = (MANY - (sizes**2).sum() / MANY) / (artists - 1)
    assert (between - within) / (between + (usual_size - 1) * within) == pytest.approx(0.3, abs=0.08)


@pytest.mark.parametrize("tracks", [1, 2, 3, 50])
def test_small_libraries_have_the_size_asked_for(tracks: int) -> None:
    """A library has exactly as many tracks as asked for, down to one."""
    assert len(library(tracks, seed=1)) == tracks


@pytest.mark.parametrize("listener", [TASTE, NO_TASTE], ids=lambda listener: listener.name)
def test_ratings_are_whole_and_in_no_order(listener: Listener) -> None:
    """A rating is a whole number from 1 to 10, and the place of a track in the file says nothing about it."""
    rating = simulate(listener)["rating"]
    assert rating.dtype == "int64"
    assert rating.between(1, 10).all()
    bound = chance_bound(len(rating), tests=2)
    assert abs(spearmanr(np.arange(len(rating)), rating).statistic) < bound
    assert abs(spearmanr(rating[1:], rating[:-1]).statistic) < bound


def test_the_trap_stands_best_liked_first_and_is_numbered() -> None:
    """Each quarter is rated at least as high as the next, in no order inside, and the first column counts the rows."""
    frame = simulate(TRAP)
    assert frame.columns[0] == "Unnamed: 0"
    assert list(frame.iloc[:, 0]) == list(range(100))
    quarters = [frame["rating"].iloc[start : start + 25] for start in range(0, 100, 25)]
    assert all(one.min() >= other.max() for one, other in pairwise(quarters))
    assert quarters[0].max() > quarters[-1].min() + 3
    assert not any(quarter.is_monotonic_decreasing for quarter in quarters)


def test_the_trap_is_a_list_without_taste_put_in_order() -> None:
    """The same tracks with the same ratings as without the order, and no feature goes together with a rating."""
    frame, unordered = simulate(TRAP), simulate(dataclasses.replace(TRAP, liked_first=False))
    by = ["track_name", "artist_name"]
    ordered = [table.sort_values(by, ignore_index=True) for table in (frame.drop(columns="Unnamed: 0"), unordered)]
    pd.testing.assert_frame_equal(*ordered)
    links = frame[list(SOUND)].astype(float).corrwith(frame["rating"], method="spearman")
    assert links.abs().max() < chance_bound(len(frame), tests=len(SOUND))


@pytest.mark.parametrize("r2", [0.0, 0.5, 1.0])
def test_no_listener_can_leave_the_scale(r2: float) -> None:
    """Even 5,000 ratings that follow taste alone, or noise alone, stay within 1 and 10."""
    ratings = simulate(dataclasses.replace(TASTE, r2=r2, tracks=MANY, seed=9))["rating"]
    assert ratings.min() == 1
    assert ratings.max() == 10


def test_a_linear_fit_finds_what_was_planted(large_taste: tuple[Listener, pd.DataFrame]) -> None:
    """Over 5,000 tracks a linear fit on the raw features explains about r2 and gives the planted signs."""
    listener, frame = large_taste
    sound = frame[list(SOUND)].astype(float)
    sound = (sound - sound.mean()) / sound.std()
    rating = frame["rating"] - frame["rating"].mean()
    weights = np.linalg.lstsq(sound.to_numpy(), rating.to_numpy(), rcond=None)[0]
    explained = 1 - ((rating - sound @ weights) ** 2).sum() / (rating**2).sum()
    assert 0.33 < explained < 0.42
    fitted = dict(zip(SOUND, weights, strict=True))
    assert all(np.sign(fitted[feature]) == np.sign(weight) for feature, weight in listener.causes)
    others = [abs(value) for feature, value in fitted.items() if feature not in dict(listener.causes)]
    assert max(others) < min(abs(fitted[feature]) for feature, _ in listener.causes) / 2


def test_liking_explains_r2_of_the_ratings(large_taste: tuple[Listener, pd.DataFrame]) -> None:
    """The true liking has mean 0, variance 1 and explains r2 of the ratings, less what rounding costs."""
    listener, frame = large_taste
    truth = liking(listener, frame)
    assert truth.mean() == pytest.approx(0, abs=1e-9)
    assert truth.std() == pytest.approx(1)
    assert np.corrcoef(truth, frame["rating"])[0, 1] ** 2 == pytest.approx(listener.r2, abs=0.04)


def test_causes_are_not_near_copies() -> None:
    """The causes of a listener are nearly independent of each other, so each can be told apart."""
    causes = [feature for feature, _ in TASTE.causes]
    between = np.abs(simulate(TASTE)[causes].corr(method="spearman").to_numpy() - np.eye(len(causes)))
    assert between.max() < 0.4


@pytest.mark.parametrize("tracks", [NO_TASTE.tracks, MANY])
def test_the_null_listener_has_no_link(tracks: int) -> None:
    """Without taste, no feature correlates with the rating beyond chance (Bonferroni bound, 1 in 1,000)."""
    frame = simulate(dataclasses.replace(NO_TASTE, tracks=tracks))
    links = frame[list(SOUND)].astype(float).corrwith(frame["rating"], method="spearman")
    assert links.abs().max() < chance_bound(tracks, tests=len(SOUND))


def test_names_never_run_out() -> None:
    """Where every name that the words allow is taken, a number makes a new one."""
    taken: set[str] = set()
    words = len(WORDS["number"])
    names = [invent(np.random.default_rng(turn), ("{number}",), taken) for turn in range(words + 3)]
    assert len({name.casefold() for name in names}) == words + 3
    assert sum(" No. " in name for name in names) == 3
