"""What is claimed of how a person rates, and what is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal

from core.biases import ALPHA, KINDS, Bias, Biases, Obstacle, biases, judged
from core.biases.groups import likelihoods
from core.dataset import Dataset
from tests.conftest import dataset, table
from tests.truth.generators import simulate

N = 240
DRAW = np.random.default_rng(5)
NOISE = DRAW.normal(size=N)
ARTIST = DRAW.integers(0, 40, N)


def listener(liking: np.ndarray, *, scale: float = 1.0, shift: float = 0.0, **columns: object) -> Dataset:
    """A list of 240 tracks by 40 artists, whose ratings from 0 to 100 are a liking and what nothing explains."""
    rating = np.clip(np.round(50 + scale * 12 * (liking + NOISE) + shift), 0, 100)
    frame = table(N, artist_name=[f"Artist {number}" for number in ARTIST], rating=rating, **columns)
    frame.loc[0, "rating"], frame.loc[1, "rating"] = 0, 100  # so that the scale is read as 0 to 100
    return dataset(frame)


def of(found: Biases, code: str) -> Bias:
    """The test of this code."""
    return next(bias for bias in found.tested if bias.code == code)


def why(found: Biases, code: str) -> str:
    """What stood in the way of it."""
    return next(obstacle.why for obstacle in found.obstacles if obstacle.code == code)


# --- Each planted habit is claimed, with its direction and size ---


def test_a_drift_is_told_once_the_order_is_confirmed() -> None:
    """Ratings that fall by two deviations on the way; without the person's word the question is not put."""
    data = listener(np.linspace(1, -1, N))
    assert {why(biases(data), code) for code in ("drift", "contrast", "start", "finish")} == {"order"}
    found = of(biases(data, in_order=True), "drift")
    assert found.claimed
    assert found.effect < 0
    assert found.low < found.effect < found.high < 0
    assert found.points == pytest.approx(-24, abs=8)


def test_a_column_of_dates_is_an_order() -> None:
    """Rated by date, whatever the rows' order; the date is then not asked about a second time."""
    days = np.random.default_rng(1).permutation(N)
    dates = [f"{day}" for day in pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D")]
    found = biases(listener(1.2 - 2.4 * days / N, added_at=dates))
    assert of(found, "drift").claimed
    assert of(found, "drift").column == "added_at"
    assert "added" not in {bias.code for bias in found.tested}


def test_a_rating_drawn_to_the_one_before_is_contrast_with_its_slope() -> None:
    """Half a point of the last rating's distance from the middle stays in the next one."""
    rating = [50.0]
    for noise in NOISE[1:]:
        rating.append(float(np.clip(round(50 + 0.5 * (rating[-1] - 50) + 15 * noise), 0, 100)))
    frame = table(N, rating=rating)
    frame.loc[0, "rating"], frame.loc[1, "rating"] = 0, 100
    found = of(biases(dataset(frame), in_order=True), "contrast")
    assert found.claimed
    assert found.low < 0.5 < found.high


def test_a_favoured_artist_is_a_halo_with_its_share() -> None:
    """Levels of the artists that make up a third of the variance; the levels come out in their order."""
    level = np.random.default_rng(2).normal(size=40)
    found = of(biases(listener(0.7 * level[ARTIST])), "artist")
    assert found.claimed
    assert found.low < 0.33 < found.high
    assert found.levels is not None
    told = found.levels.set_index("label")["effect"]
    true = pd.Series({f"Artist {number}": level[number] for number in range(40)})
    assert told.corr(true.reindex(told.index)) > 0.7


@pytest.mark.parametrize("columns", [0, 4])
def test_the_likelihood_of_a_share_is_that_of_the_whole_covariance(columns: int) -> None:
    """Each share's log likelihood is the normal density of the full matrix at its best scale, but for a constant."""
    draw = np.random.default_rng(3)
    own = np.unique(draw.integers(0, 12, 40), return_inverse=True)[1]
    y, u, shares = draw.normal(size=40), draw.normal(size=(40, columns)), np.array([0.0, 0.3, 0.94])
    whole = []
    for share in shares:
        covariance = u @ u.T + (1 - share) * np.eye(40) + share * (own[:, None] == own)
        scale = y @ np.linalg.solve(covariance, y) / 40
        whole.append(multivariate_normal(cov=scale * covariance).logpdf(y))
    np.testing.assert_allclose(likelihoods(y, u, own, shares) - whole, 20 * (1 + np.log(2 * np.pi)), atol=1e-9)


def test_fame_beside_sound_is_told_and_fame_that_rides_on_sound_is_not() -> None:
    """The same correlation with the rating, once its own and once that of the energy that it goes along with."""
    energy = np.random.default_rng(3).uniform(size=N)
    fame = np.clip(np.round(100 * (0.6 * energy + 0.4 * np.random.default_rng(4).uniform(size=N))), 0, 100).astype(int)
    own = of(biases(listener(2 * fame / 100, energy=energy, popularity=fame)), "popularity")
    rides = of(biases(listener(2 * energy, energy=energy, popularity=fame)), "popularity")
    assert own.claimed
    assert own.effect > 0.2
    assert not rides.claimed
    assert rides.raw > 0.2


def test_a_time_that_is_liked_is_a_middle_with_its_year() -> None:
    """Music around 1985 is rated higher than older and newer music."""
    year = np.random.default_rng(6).integers(1960, 2011, N)
    found = of(biases(listener(2 - ((year - 1985) / 10.0) ** 2 * 0.8, release_date=year)), "year-middle")
    assert found.claimed
    assert found.place == pytest.approx(1985, abs=5)
    assert found.effect > 0


def test_the_music_of_youth_needs_a_year_of_birth() -> None:
    """Tracks of the years when the person was 10 to 24 are rated higher; without the year there is nothing to ask."""
    year = np.random.default_rng(7).integers(1960, 2011, N)
    data = listener(1.2 * ((year >= 1980) & (year <= 1994)), release_date=year)
    assert why(biases(data), "youth") == "birth-year"
    found = of(biases(data, birth_year=1970), "youth")
    assert found.claimed
    assert found.effect > 0.6


@pytest.mark.parametrize(("lift", "claimed"), [(1.2, True), (0.0, False)])
def test_explicit_tracks_and_a_source(lift: float, claimed: bool) -> None:
    """Two kinds of tracks, and three lists, that are rated otherwise or not."""
    draw = np.random.default_rng(8)
    words, place = draw.random(N) < 0.3, draw.choice(["a", "b", "c"], N)
    found = biases(listener(lift * words + lift * (place == "a"), explicit=words, mood=place))
    assert of(found, "explicit").claimed is claimed
    assert of(found, "source").claimed is claimed
    if claimed:
        assert of(found, "source").levels is not None
        assert of(found, "source").levels["label"].iloc[0] == "a"


@pytest.mark.parametrize(("family", "size", "code"), [("ends", 0.2, "ends"), ("even", 0.6, "round")])
def test_habits_of_the_scale(family: str, size: float, code: str) -> None:
    """Ratings moved to the ends, or to even numbers, are more than a smooth scale would hold there."""
    found = of(biases(simulate(family, 300, size=size, seed=1).dataset), code)
    assert found.claimed
    assert found.effect > 0
    assert found.steps == (("1", "10") if code == "ends" else ("2", "4", "6", "8", "10"))


# --- What changes nothing ---


def test_names_of_artists_are_names() -> None:
    """Other names for the same artists give the same figures but for the draws."""
    level = np.random.default_rng(2).normal(size=40)
    data = listener(0.7 * level[ARTIST])
    names = data.identity["artist"].map(lambda name: f"Z{name[::-1]}")
    other = of(biases(replace(data, identity=data.identity.assign(artist=names))), "artist")
    one = of(biases(data), "artist")
    assert (other.effect, other.raw, other.n) == pytest.approx((one.effect, one.raw, one.n))
    assert other.p == pytest.approx(one.p, abs=0.01)


def test_a_reversed_scale_reverses_what_has_a_direction() -> None:
    """Correlations turn their sign; the share between artists and the slope over the rating before stay."""
    fame = np.random.default_rng(9).integers(0, 101, N)
    data = listener(fame / 50 + np.linspace(-0.5, 0.5, N), popularity=fame)
    one, other = (biases(given, in_order=True) for given in (data, replace(data, rating=100 - data.rating)))
    for code in ("popularity", "drift", "start", "finish"):
        assert of(other, code).effect == pytest.approx(-of(one, code).effect)
        assert of(other, code).p == pytest.approx(of(one, code).p)
    for code in ("artist", "contrast"):
        assert of(other, code).effect == pytest.approx(of(one, code).effect, abs=1e-6)


def test_ratings_moved_by_a_constant_change_nothing_beside_the_scale() -> None:
    """Ten points more for every track: the same figures for all that is not about the scale's own steps."""
    data = listener(np.linspace(-0.5, 0.5, N), scale=0.5)
    one, other = (biases(given, in_order=True) for given in (data, replace(data, rating=data.rating + 10)))
    for code in ("drift", "contrast", "start", "artist", "duration"):
        if code in {bias.code for bias in one.tested}:
            assert of(other, code).effect == pytest.approx(of(one, code).effect, abs=1e-6)


# --- What is counted, and what cannot be asked ---


def test_every_look_is_counted() -> None:
    """q grows with the number of tests; a p of 0.03 alone is a claim, and among ten others of no kind it is none."""
    one = Bias("drift", 100, 0.3, 0.1, 0.5, 0.03)
    (alone,) = judged([one])
    assert alone.claimed
    many = judged([one, *(Bias(code, 100, 0.0, -1.0, 1.0, 0.5) for code in ("ends", "round", "contrast", "explicit"))])
    assert not any(bias.claimed for bias in many)
    assert next(bias.q for bias in many if bias.code == "drift") > ALPHA


def test_a_small_effect_is_not_spoken_of_however_sure() -> None:
    """Below the least size of its kind nothing is claimed; a p that cannot be had is none."""
    small = Bias("drift", 9_000, KINDS["drift"].effect - 0.01, 0.1, 0.2, 1e-9)
    unknown = Bias("start", 200, 0.9, 0.1, 1.0, float("nan"))
    assert not any(bias.claimed for bias in judged([small, unknown]))


@pytest.mark.parametrize(
    ("column", "cells", "code", "reason"),
    [("popularity", 0, "popularity", "same"), ("release_date", "", "year", "column"),
     ("explicit", "false", "explicit", "few-kind"),
     ("artist_name", "One", "artist", "few-groups"), ("mood", "blue", "source", "column")],
)  # fmt: skip
def test_a_column_that_says_nothing_is_no_test(column: str, cells: object, code: str, reason: str) -> None:
    """One level, one artist, no dates: not applicable, for this reason; never a crash or a p of nan."""
    found = biases(dataset(table(120, **{column: cells})), in_order=True)
    assert why(found, code) == reason
    assert all(np.isfinite([bias.p, bias.q, bias.effect, bias.low, bias.high]).all() for bias in found.tested)


def test_ratings_that_are_all_the_same_are_not_asked() -> None:
    """No habit can be read off one rating for all but a few; nothing breaks."""
    frame = table(60, rating=[7] * 58 + [6, 8], popularity=range(60), release_date=[2000] * 60)
    found = biases(dataset(frame), in_order=True, birth_year=1990)
    assert all(bias.q > 0 for bias in found.tested if np.isfinite(bias.q))
    assert isinstance(found.obstacles[0], Obstacle)


def test_a_label_made_from_the_rating_is_no_bias() -> None:
    """A list of favourites tells the rating, and the other way round."""
    data = listener(np.zeros(N))
    frame = data.context.assign(mood=np.where(data.rating > np.median(data.rating), "loved", "not"))
    assert why(biases(replace(data, context=frame)), "source") == "label"


def test_two_piles_have_no_smooth_scale(bach: Dataset) -> None:
    """The study's list: no habit of the scale, the order unknown, and the works' halo beyond the sound's."""
    found = biases(bach, labels=("playlist",))
    assert {why(found, code) for code in ("middle", "ends", "round")} == {"piles"}
    assert {why(found, code) for code in ("drift", "contrast")} == {"order"}
    assert why(found, "source") == "label"
    halo = of(found, "work")
    assert halo.raw == pytest.approx(0.37, abs=0.01)
    assert halo.low <= halo.effect <= halo.high
    assert [bias.code for bias in found.claimed] == ["work"]


def test_the_same_seed_gives_the_same_claims() -> None:
    """Draws hang on the seed alone."""
    data = simulate("artist", 100, size=0.2, seed=3).dataset
    one, other = biases(data), biases(data)
    assert [(bias.code, bias.p, bias.low) for bias in one.tested] == [
        (bias.code, bias.p, bias.low) for bias in other.tested
    ]
