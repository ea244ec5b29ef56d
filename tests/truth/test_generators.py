"""Simulated listeners are what they say: the same from the same seed, with the correlations, shares and leaks written."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core import schema
from core.leaks.repeats import icc_test
from tests.truth import sound
from tests.truth.files import CODES, as_table, read_table, spoil, take
from tests.truth.generators import MIDDLE, SPREAD, simulate
from tests.truth.tastes import FAMILIES, Cause, Taste, draw_taste

TASTES = [family for family in FAMILIES if family != "null"]
OTHERS = (
    "artist", "artist-blocked", "drift", "contrast", "ends", "even", "popularity", "popularity-hidden", "again", "piles",
)  # fmt: skip


def music(tracks: int = 20_000, seed: int = 5) -> np.ndarray:
    """Scores of much music."""
    return sound.scores(np.random.default_rng(seed), tracks)


# --- Sound ---


def test_columns_are_known_to_the_reader() -> None:
    """33 columns whose names the catalogue knows, as themselves."""
    assert len(sound.COLUMNS) == 33
    assert [schema.audio_feature(name) for name in sound.COLUMNS] == list(sound.COLUMNS)


def test_correlations_are_those_written() -> None:
    """Mending moves no correlation by more than 0.02, and much music has them."""
    matrix = pd.DataFrame(sound.correlations(), sound.COLUMNS, sound.COLUMNS)
    for (one, other), value in sound.CORRELATIONS.items():
        assert matrix.loc[one, other] == pytest.approx(value, abs=0.02), (one, other)
    assert matrix.loc["pitch_0", "pitch_7"] == pytest.approx(0.45 * np.cos(np.pi / 6) + 0.10, abs=0.02)
    assert matrix.loc["pitch_0", "pitch_6"] == pytest.approx(-0.35, abs=0.02)
    np.testing.assert_allclose(np.corrcoef(music().T), matrix, atol=0.04)


def test_marginals_are_those_written() -> None:
    """Features have the quantiles of their tables, whatever the scores' correlations."""
    found = sound.values(music()).quantile([0.25, 0.5, 0.75])
    for name, low, middle, high in (
        ("timbre_1", -28, 5, 36),
        ("pitch_4", 0.20, 0.29, 0.39),
        ("tempo", 99.2, 122, 140.1),
    ):
        spread = high - low
        np.testing.assert_allclose(found[name], [low, middle, high], atol=0.04 * spread)


def test_an_artists_tracks_share_their_sound() -> None:
    """The share is that written, and leaves the distribution as it is; sizes fall off, the largest below a third."""
    draw = np.random.default_rng(1)
    artist = sound.artists(draw, 5_000)
    scores = sound.scores(draw, 5_000, artist)
    shares = [icc_test(column, artist, 1, draw)[0] for column in scores.T]
    assert np.mean(shares) == pytest.approx(sound.ARTIST_SHARE, abs=0.02)
    assert scores.std() == pytest.approx(1, abs=0.03)
    sizes = np.sort(np.bincount(sound.artists(draw, 100)))[::-1]
    assert sizes[0] < 100 / 3
    assert sizes[0] >= 3 * np.median(sizes)


# --- Tastes ---


@pytest.mark.parametrize("family", TASTES)
def test_liking_is_standard_and_explains_its_share(family: str) -> None:
    """Mean 0 and variance 1 over all music; ratings before rounding are explained to r2, and nearly so after it."""
    listener = simulate(family, 100, r2=0.4, seed=3)
    taste = listener.truth.taste
    scores = taste.bend(music())
    liking = taste.liking(scores)
    assert liking.mean() == pytest.approx(0, abs=0.04)
    assert liking.std() == pytest.approx(1, abs=0.04)
    _, heard = listener.fresh(20_000)
    assert heard.mean() == pytest.approx(MIDDLE, abs=0.1)
    assert heard.std() == pytest.approx(SPREAD, abs=0.12)


def test_r2_is_as_asked() -> None:
    """The liking that made a list explains the share r2 of its ratings."""
    draw, taste = np.random.default_rng(8), draw_taste("linear", np.random.default_rng(0))
    liking = taste.liking(sound.scores(draw, 20_000))
    for r2 in (0.0, 0.2, 0.4):
        raw = np.sqrt(r2) * liking + np.sqrt(1 - r2) * draw.standard_normal(20_000)
        assert np.corrcoef(liking, raw)[0, 1] ** 2 == pytest.approx(r2, abs=0.02)


def test_a_simple_taste_is_found_again_by_its_correlation() -> None:
    """The rank correlation of a single cause has the sign and the size that were put in."""
    listener = simulate("single", 20_000, r2=0.4, seed=2)
    (cause,) = listener.truth.taste.causes
    rho = listener.dataset.features[cause.feature].corr(pd.Series(listener.dataset.rating), method="spearman")
    of_ranks = 6 / np.pi * np.arcsin(np.sqrt(0.4) / 2)  # Pearson (1907), for two normal variables
    assert rho * cause.sign == pytest.approx(of_ranks, abs=0.02)


def test_shapes_are_what_they_are_called() -> None:
    """A hump is highest at its top, a step has two levels, what saturates is flat above, a line is a line."""
    grid = np.linspace(-3, 3, 601)
    assert grid[Cause("tempo", 1.0, "hump", 0.3).part(grid).argmax()] == pytest.approx(0.3, abs=0.011)
    assert Cause("tempo", 1.0, "hump").sign == 0
    assert len(np.unique(Cause("tempo", -1.0, "step", 0.2).part(grid).round(9))) == 2
    slope = np.diff(Cause("tempo", 1.0, "saturating").part(grid))
    assert slope.min() >= 0
    assert slope[-100:].max() < 0.05 * slope.max()
    np.testing.assert_allclose(np.diff(Cause("tempo", -2.0).part(grid), 2), 0, atol=1e-9)


def test_a_companion_goes_along_and_adds_nothing() -> None:
    """It correlates with the cause as asked; given the cause it says nothing about the liking."""
    taste = Taste((Cause("tempo", 1.0),), companion="pitch_3", rho=-0.8)
    scores = taste.bend(music())
    cause, companion = (scores[:, sound.COLUMNS.index(name)] for name in ("tempo", "pitch_3"))
    assert np.corrcoef(cause, companion)[0, 1] == pytest.approx(-0.8, abs=0.02)
    np.testing.assert_allclose(np.abs(np.corrcoef(taste.liking(scores), cause)[0, 1]), 1)


def test_an_interaction_has_no_main_effect() -> None:
    """Neither column alone goes along with the product, where they are independent."""
    taste = Taste((Cause("speechiness", 1.0), Cause("pitch_3", 1.0)), together=True)
    scores = music()
    liking = taste.liking(scores)
    for name in ("speechiness", "pitch_3"):
        assert np.corrcoef(liking, scores[:, sound.COLUMNS.index(name)])[0, 1] == pytest.approx(0, abs=0.04)


# --- Lists ---


@pytest.mark.parametrize("family", [*FAMILIES, *OTHERS])
def test_the_same_seed_gives_the_same_list(family: str) -> None:
    """To the last bit; another seed gives another."""
    one, again, other = (simulate(family, 60, r2=0.2, seed=seed, size=0.2) for seed in (1, 1, 2))
    assert one.dataset.key == again.dataset.key
    assert one.dataset.key != other.dataset.key
    assert set(np.unique(one.dataset.rating)) <= set(range(1, 11))


@pytest.mark.parametrize("kind", CODES)
def test_the_same_seed_gives_the_same_leak(kind: str) -> None:
    """The truth says what must be found."""
    one, again = (spoil(kind, 60, seed=1, size=0.1) for _ in range(2))
    assert one.dataset.key == again.dataset.key
    assert one.truth.leak == CODES[kind]


def test_the_reader_understands_a_list_as_it_was_made() -> None:
    """Written as CSV and read again, a list is the same data set."""
    dataset = simulate("linear", 80, r2=0.2).dataset
    assert read_table(as_table(dataset)).key == dataset.key


def test_some_rows_are_a_list_of_their_own() -> None:
    """Their features, ratings and order stay together."""
    dataset = simulate("null", 60).dataset
    rows = np.flatnonzero(dataset.rating > 6)
    part = take(dataset, rows)
    assert sorted(part.rating) == sorted(dataset.rating[rows])
    assert list(as_table(part)["track_name"]) == [
        name for name in as_table(dataset)["track_name"] if name in set(dataset.identity["title"].iloc[rows])
    ]


@pytest.mark.parametrize("icc", [0.1, 0.3])
def test_a_halo_is_as_large_as_asked(icc: float) -> None:
    """ICC(1) of the ratings by artist, rounding aside; and it does not hang on the sound."""
    dataset = simulate("artist", 6_000, seed=4, size=icc, grouped=True).dataset
    assert dataset.group is not None
    codes = pd.factorize(dataset.group)[0]
    assert icc_test(dataset.rating, codes, 1, np.random.default_rng(0))[0] == pytest.approx(icc, abs=0.03)


def test_two_ratings_agree_by_seven_tenths() -> None:
    """After rounding and clipping."""
    listener = simulate("again", 20_000, r2=0.2, seed=1)
    second = listener.dataset.context["rating_2"].astype(float)
    assert np.corrcoef(listener.dataset.rating, second)[0, 1] == pytest.approx(listener.truth.reliability, abs=0.01)


def test_order_goes_along_as_asked() -> None:
    """Drift by its correlation with the row; contrast by its slope on the rating before."""
    drift, contrast = (simulate(family, 20_000, r2=0.2, size=-0.3) for family in ("drift", "contrast"))
    in_order = [listener.dataset.rating[np.argsort(listener.dataset.file_order)] for listener in (drift, contrast)]
    # The drift is 0.3 of what the liking leaves, and the liking is a fifth of the variance.
    expected = -0.3 * np.sqrt(0.8)
    assert np.corrcoef(np.arange(20_000), in_order[0])[0, 1] == pytest.approx(expected, abs=0.02)
    assert np.corrcoef(in_order[1][:-1], in_order[1][1:])[0, 1] == pytest.approx(-0.3, abs=0.03)


def test_popularity_goes_along_with_loudness() -> None:
    """By 0.4; hidden, it is nowhere in the list."""
    seen, hidden = (simulate(family, 5_000, r2=0.4) for family in ("popularity", "popularity-hidden"))
    popularity = seen.dataset.context["popularity"].astype(float)
    assert popularity.corr(seen.dataset.features["loudness"], method="spearman") == pytest.approx(0.39, abs=0.03)
    assert popularity.corr(pd.Series(seen.dataset.rating)) == pytest.approx(np.sqrt(0.4), abs=0.03)
    assert hidden.dataset.context.empty


def test_piles_hold_no_shade() -> None:
    """The taste tells the list from the other one, and nothing within either."""
    listener = simulate("piles", 10_000, r2=0.4, seed=1)
    scores = listener.dataset.features.rank(pct=True)
    pile = listener.truth.pile
    assert pile is not None
    high = pile[listener.dataset.file_order] == 1
    rating = pd.Series(listener.dataset.rating)
    assert rating[high].mean() - rating[~high].mean() == pytest.approx(4.2, abs=0.1)
    assert scores.corrwith(rating).abs().max() > 0.1
    for part in (high, ~high):
        assert scores[part].corrwith(rating[part]).abs().max() < 0.06


def test_planted_copies_are_near() -> None:
    """Two rows of a pair sound alike and have names of their own."""
    listener = spoil("duplicates", 100, seed=2)
    pairs = listener.truth.pairs
    assert pairs is not None
    assert len(pairs) == 10
    frame = as_table(listener.dataset)
    features = frame[list(listener.dataset.feature_names)]
    z = ((features - features.mean()) / features.std()).to_numpy()
    assert np.sqrt(((z[pairs[:, 0]] - z[pairs[:, 1]]) ** 2).mean(axis=1)).max() < 0.1
    assert frame["track_name"].is_unique


def test_a_list_with_more_in_it_than_taste_has_no_fresh_tracks() -> None:
    """Nor does a family that does not exist have a list."""
    with pytest.raises(ValueError, match="more in its ratings"):
        simulate("drift", 60, size=0.2).fresh(10)
    with pytest.raises(ValueError, match="no such family"):
        simulate("surprise", 60)
