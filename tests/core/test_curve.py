"""Would more ratings help: exact power laws, planted tastes and simulated second ratings as oracles."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.curve import (
    FOUND,
    LEAST_TWICE,
    Ceiling,
    Curve,
    agreement,
    ceiling,
    detectable,
    extrapolate,
    learning_curve,
)
from core.dataset import Dataset
from core.errors import SettingsError
from core.evaluate import evaluate
from core.reading import Choices, read
from core.words.curve import ceiling_sentence, ceiling_share_sentence, curve_sentence, detectable_sentence
from tests.conftest import dataset, table, upload


def planted(tracks: int = 100, *, d: int = 12, signal: float = 0.6, seed: int = 0) -> Dataset:
    """A rating that hangs on all of d features together, to the share `signal` of its variance."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(tracks, d))
    y = np.sqrt(signal) * x.sum(axis=1) / np.sqrt(d) + np.sqrt(1 - signal) * draw.normal(size=tracks)
    frame = pd.DataFrame(x, columns=[f"timbre_{n}" for n in range(d)])
    return dataset(frame.assign(rating=(5.5 + 1.5 * y).clip(0, 10).round(1)))


@pytest.fixture(scope="module")
def data() -> Dataset:
    """A hundred tracks with a taste that takes many tracks to learn."""
    return planted()


@pytest.fixture(scope="module")
def curve(data: Dataset) -> Curve:
    """Ridge on it."""
    return learning_curve(data, model="ridge", workers=1)


def sound(sentence: str) -> str:
    """The sentence, after the checks that hold for each."""
    assert not re.search(r"nan|\d\.\d{3,}|  |\.\.|-\d|\b1 (tracks|ratings|points)\b", sentence), sentence
    return sentence


@pytest.mark.parametrize("tracks", [100, 63])
def test_with_all_tracks_it_is_the_leaderboards_figure(tracks: int) -> None:
    """The last size is the evaluation itself: the same skill in every fold, and pooled, in folds of any size."""
    data = planted(tracks)
    found, curve = evaluate(data, models=["ridge"], workers=1), learning_curve(data, model="ridge", workers=1)
    own = found.scores[found.scores["model"] == "ridge"]
    last = curve.frame[curve.frame["n"] == curve.frame["n"].max()]
    assert np.allclose(last["skill"], own["skill"], rtol=0, atol=1e-12)
    assert curve.today == pytest.approx(found.row("ridge")["skill"], abs=1e-12)


def test_every_size_is_tried_in_every_fold(curve: Curve) -> None:
    """40 to 100 % of the tracks that a fold learns from, in 50 folds, and in ratings up to today's number."""
    assert list(curve.measured["n"]) == [32, 44, 56, 68, 80]
    assert list(curve.measured["ratings"]) == [40, 55, 70, 85, 100]
    assert (curve.frame.groupby("n").size() == 50).all()


def test_more_tracks_of_a_learnable_taste_help(curve: Curve) -> None:
    """Skill rises over the measured sizes, goes on rising, and the truth with four times the tracks is in the range."""
    assert curve.measured["skill"].iloc[-1] > curve.measured["skill"].iloc[0] + 0.05
    assert (np.diff(curve.forecast["gain"]) > 0).all()
    longer = evaluate(planted(400), models=["ridge"], workers=1)
    assert curve.forecast["low"].iloc[-1] < longer.row("ridge")["skill"] < curve.forecast["high"].iloc[-1]


def test_it_never_looks_further_than_four_times(curve: Curve) -> None:
    """Ranges hold their medians, no skill is above 1, and no row goes beyond 4N."""
    assert list(curve.forecast["ratings"]) == [150, 200, 400]
    assert list(curve.forecast["more"]) == [50, 100, 300]
    assert curve.path["ratings"].max() == pytest.approx(400)
    for rows in (curve.path, curve.forecast):
        assert (rows["low"] <= rows["skill"]).all()
        assert (rows["skill"] <= rows["high"]).all()
        assert (rows["high"] <= 1).all()
    assert (curve.forecast["gain_low"] <= curve.forecast["gain"]).all()


def test_guessing_learns_nothing(data: Dataset) -> None:
    """The baseline has no skill at any size, and no number of ratings gives it some."""
    found = learning_curve(data, model="baseline", workers=1)
    assert np.allclose(found.measured["skill"], 0, atol=1e-12)
    assert np.allclose(found.forecast[["skill", "low", "high", "gain", "gain_low", "gain_high"]], 0, atol=1e-12)
    assert curve_sentence(found).startswith("More ratings would hardly help: sound tells 0 % now")


def test_held_out_tracks_stay_out(data: Dataset) -> None:
    """On shuffled ratings there is nothing to learn at any size: a track in both parts would show."""
    draw = np.random.default_rng(0)
    skills = [
        learning_curve(replace(data, rating=draw.permutation(data.rating)), model="ridge", workers=1).measured["skill"]
        for _ in range(3)
    ]
    assert np.mean(skills) < 0.02


def test_groups_stay_together() -> None:
    """Where artists alone tell the rating, artists that were never heard tell nothing, however many tracks there are."""
    draw = np.random.default_rng(1)
    artist = np.arange(100) % 20
    level, colour = draw.normal(size=20), draw.normal(size=(20, 12))
    frame = pd.DataFrame(colour[artist] + 0.3 * draw.normal(size=(100, 12)), columns=[f"timbre_{n}" for n in range(12)])
    frame = frame.assign(artist_name=[f"Artist {n}" for n in artist], rating=(5.5 + level[artist]).round(1))
    apart, together = (read([upload(frame)], Choices(group=group)) for group in ("none", "artist_name"))
    alone, kept = (learning_curve(d, model="support_vector", workers=1).measured["skill"] for d in (apart, together))
    assert (kept < 0.05).all()
    assert (alone > 0.3).all()


def test_workers_change_no_digit() -> None:
    """One process and two give the same curve."""
    few = planted(60, d=4)
    one, two = (learning_curve(few, model="ridge", workers=n) for n in (1, 2))
    pd.testing.assert_frame_equal(one.frame, two.frame, check_exact=True)
    pd.testing.assert_frame_equal(one.forecast, two.forecast, check_exact=True)


def test_the_shortest_list_has_a_curve() -> None:
    """With 40 tracks every size suffices for every model; an unknown model is refused."""
    few = planted(40, d=4)
    found = learning_curve(few, model="nearest_neighbours", workers=1)
    assert found.measured["n"].min() >= 16
    sound(curve_sentence(found))
    with pytest.raises(SettingsError):
        learning_curve(few, model="oracle")


@pytest.mark.parametrize("power", [0.3, 0.5, 1.0, 1.5])
def test_an_exact_power_law_is_continued_exactly(power: float) -> None:
    """Curves s_inf - a n^-b with b on the grid are recovered at every size; what would pass 1 stops there."""
    sizes = np.array([32.0, 44, 56, 68, 80])
    rising, falling = 0.4 - 0.8 * sizes**-power, 0.1 + 0.3 * sizes**-power
    beyond = np.array([16.0, 120, 160, 320])
    found = extrapolate(sizes, np.stack([rising, falling, rising + 0.7]), beyond)
    assert found[0] == pytest.approx(0.4 - 0.8 * beyond**-power)
    assert found[1] == pytest.approx(0.1 + 0.3 * beyond**-power)
    assert found[2] == pytest.approx(np.minimum(1.1 - 0.8 * beyond**-power, 1))


def test_two_sizes_make_no_curve() -> None:
    """Three unknowns need three sizes; with fewer, nothing is said."""
    assert np.isnan(extrapolate(np.array([16.0, 20]), np.array([[0.1, 0.2]]), np.array([40.0]))).all()


def with_gains(curve: Curve, today: float, rows: list[tuple[float, float, float]]) -> Curve:
    """The same curve with other gains (low, median, high) at 1.5, 2 and 4 times the tracks."""
    low, middle, high = zip(*rows, strict=True)
    return replace(
        curve, measured=curve.measured.assign(skill=today),
        forecast=curve.forecast.assign(gain_low=low, gain=middle, gain_high=high),
    )  # fmt: skip


NAN = float("nan")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([(0.01, 0.02, 0.05), (0.01, 0.04, 0.06), (0.02, 0.06, 0.08)],
         "About 50 to 300 more ratings would probably lift what sound tells from 9 % to 11 to 15 %; the gain may be as small "
         "as 1 point or as large as 8 points. Further than 400 ratings I do not look ahead."),
        ([(-0.01, 0.00, 0.01), (-0.01, 0.01, 0.02), (0.002, 0.03, 0.07)],
         "About 300 more ratings would probably lift what sound tells from 9 % to 12 %; the gain may be as small as less "
         "than half a point or as large as 7 points. Further than 400 ratings I do not look ahead."),
        ([(-0.01, 0.00, 0.01), (-0.01, 0.00, 0.01), (-0.01, 0.00, 0.02)],
         "More ratings would hardly help: sound tells 9 % now, and with 400 ratings probably about as much (8 to 11 %)."),
        ([(-0.01, 0.02, 0.05), (-0.02, 0.04, 0.06), (-0.02, 0.06, 0.12)],
         "I cannot say whether more ratings would help. Sound tells 9 % now; 300 more ratings may change that by anything "
         "from \u22122 to +12 points."),
        ([(NAN, NAN, NAN)] * 3, "I cannot say whether more ratings would help: the ratings differ too little."),
    ],
)  # fmt: skip
def test_the_curve_in_words(curve: Curve, rows: list[tuple[float, float, float]], says: str) -> None:
    """A gain is promised only where its whole range lies above zero; flat and wide curves say so."""
    assert sound(curve_sentence(with_gains(curve, 0.09, rows))) == says


def test_the_words_of_a_measured_curve(curve: Curve) -> None:
    """Whatever was measured, the sentence is sound."""
    sound(curve_sentence(curve))


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_more_ratings_never_find_less(one: int, other: int) -> None:
    """The table is met at its cells, rises between them, and goes nowhere beyond them."""
    few, many = detectable(min(one, other)), detectable(max(one, other))
    assert few.faint <= many.faint
    assert few.strong <= many.strong
    assert few.faint <= few.strong
    assert 50 <= few.ratings <= many.ratings <= 300
    for tracks, found in FOUND.items():
        cell = detectable(tracks)
        assert (cell.faint, cell.strong) == pytest.approx(found)


@pytest.mark.parametrize(
    ("tracks", "says"),
    [
        (100, "With 100 ratings a taste that sound explains to 20 % is found only about half the time, one of 40 % nearly "
              "always."),
        (40, "Even with 50 ratings a taste that sound explains to 20 % is found only about one time in five, one of 40 % "
             "about two times in three."),
        (900, "Already with 300 ratings a taste that sound explains to 20 % is found nearly always, and so is one of 40 %."),
    ],
)  # fmt: skip
def test_what_so_many_ratings_can_show(tracks: int, says: str) -> None:
    """Measured sizes in plain words, and the nearest one beyond them."""
    assert sound(detectable_sentence(detectable(tracks))) == says


def rated_twice(
    tracks: int, again: int, *, reliability: float = 0.7, seed: int = 0, step: float = 0.01
) -> pd.DataFrame:
    """A list with a second rating of the first `again` tracks, both with the same share of noise."""
    draw = np.random.default_rng(seed)
    true = np.sqrt(reliability) * draw.normal(size=tracks)
    one, two = (true + np.sqrt(1 - reliability) * draw.normal(size=tracks) for _ in range(2))
    on_scale = [np.round((5.5 + 1.2 * y).clip(1, 10) / step) * step for y in (one, two)]
    second = np.where(np.arange(tracks) < again, on_scale[1], np.nan)
    return table(tracks, seed=seed, rating=on_scale[0].round(2)).assign(second=second.round(2))


def as_rows(frame: pd.DataFrame, again: int) -> pd.DataFrame:
    """The second ratings as further rows, of the same recording under another id."""
    frame = frame.assign(
        isrc=[f"QZAAA{n:07d}" for n in range(len(frame))], track_id=[f"one{n}" for n in range(len(frame))]
    )
    extra = frame[:again].assign(rating=frame["second"][:again], track_id=[f"two{n}" for n in range(again)])
    return pd.concat([frame, extra]).drop(columns="second")


@pytest.mark.parametrize("header", ["rating_2", "Rating again", "retest", "second_rating", "re-rating"])
def test_a_second_column_gives_the_ceiling(header: str) -> None:
    """A re-rater of r = .7 is found out, whatever the column is called."""
    found = ceiling(dataset(rated_twice(300, 300).rename(columns={"second": header})))
    assert found is not None
    assert (found.tracks, found.ratings) == (300, 600)
    assert found.reliability == pytest.approx(0.7, abs=0.08)
    assert found.low < found.reliability < found.high


def test_a_recording_in_two_rows_gives_the_same_ceiling() -> None:
    """The same ratings as rows of a second release, and as a second column, agree to the same degree."""
    frame = rated_twice(120, 60, step=1)
    rows = ceiling(dataset(as_rows(frame, 60)))
    column = ceiling(dataset(frame.rename(columns={"second": "rating_2"})))
    assert rows is not None
    assert column is not None
    assert rows.tracks == column.tracks == 60
    assert (rows.reliability, rows.low, rows.high) == pytest.approx((column.reliability, column.low, column.high))


def test_rows_that_differ_in_the_rating_alone_prove_nothing() -> None:
    """Reading leaves out rows that agree, so what remains of such pairs would only disagree."""
    frame = rated_twice(80, 60, step=1)
    extra = frame[:60].assign(rating=frame["second"][:60])
    found = ceiling(dataset(pd.concat([frame, extra]).drop(columns="second")))
    differ = int((frame["rating"][:60] != frame["second"][:60]).sum())
    assert found is not None
    assert (found.tracks, found.repeats) == (0, differ)
    assert np.isnan(found.reliability)
    assert "left out as copies" in sound(ceiling_sentence(found))


def test_few_pairs_are_counted_but_not_judged() -> None:
    """Below 15 tracks there is a count and no figure; without any, nothing at all."""
    few = ceiling(dataset(rated_twice(60, LEAST_TWICE - 1).rename(columns={"second": "rating_2"})))
    assert few is not None
    assert few.tracks == LEAST_TWICE - 1
    assert np.isnan([few.reliability, few.low, few.high]).all()
    assert ceiling_sentence(few) == "You rated 14 tracks twice; from 15 on I can say how good a model could get."
    assert ceiling(dataset(table(60))) is None
    sound(ceiling_sentence(None))


@pytest.mark.parametrize("second", ["copy", "stars", "text"])
def test_a_column_that_is_no_second_rating(second: str) -> None:
    """A copy of the ratings, another scale and text give no ceiling."""
    frame = table(60)
    cells = {"copy": frame["rating"], "stars": (frame["rating"] / 2).round(), "text": ["good"] * 60}[second]
    found = ceiling(dataset(frame.assign(rating_2=cells)))
    if second == "copy":
        assert found is not None
        assert found.copied
        assert np.isnan(found.reliability)
        assert "never differently" in sound(ceiling_sentence(found))
    else:
        assert found is None


def test_a_typing_error_costs_one_pair() -> None:
    """One cell of text among the second ratings is passed over."""
    frame = rated_twice(60, 60, step=1).rename(columns={"second": "rating_2"})
    found = ceiling(dataset(frame.assign(rating_2=["oops", *frame["rating_2"].astype(str)[1:]])))
    assert found is not None
    assert found.tracks == 59


def test_agreement_is_the_analysis_of_variance() -> None:
    """Against scipy's F for three ratings each, and NaN or one where nothing varies."""
    draw = np.random.default_rng(0)
    ratings = draw.normal(size=(30, 1)) + draw.normal(size=(30, 3))
    f = stats.f_oneway(*ratings).statistic
    found, low, high = agreement(np.repeat(np.arange(30), 3), ratings.ravel())
    assert found == pytest.approx((f - 1) / (f + 2))
    bound = f / stats.f.ppf(0.975, 29, 60)
    assert low == pytest.approx((bound - 1) / (bound + 2))
    assert low < found < high
    tracks = np.repeat(np.arange(15), 2)
    assert agreement(tracks, tracks.astype(float)) == (1, 1, 1)
    assert np.isnan(agreement(tracks, np.full(30, 7.0))).all()


def test_the_interval_of_the_agreement_covers_the_truth() -> None:
    """Of 300 re-raters of r = .7 with 20 tracks each, the interval holds .7 for about 95 %."""
    draw = np.random.default_rng(0)
    tracks = np.repeat(np.arange(20), 2)
    held = []
    for _ in range(300):
        ratings = np.sqrt(0.7) * draw.normal(size=(20, 1)) + np.sqrt(0.3) * draw.normal(size=(20, 2))
        _, low, high = agreement(tracks, ratings.ravel())
        held.append(low <= 0.7 <= high)
    assert 0.91 <= np.mean(held) <= 0.98


def test_the_share_of_what_can_be_reached_has_its_range() -> None:
    """Its ends come from the ends of both, it never passes 1, and a ceiling that may be 0 says nothing."""
    found = Ceiling(23, 46, 0.7, 0.5, 0.85)
    assert found.share(0.21, 0.1, 0.3) == pytest.approx((0.3, 0.1 / 0.85, 0.6))
    assert found.share(0.6, -0.1, 0.8) == pytest.approx((0.6 / 0.7, -0.2, 1))
    assert found.share(-0.2, -0.3, -0.1) == pytest.approx((-0.2 / 0.7, -0.6, -0.1 / 0.85))
    assert np.isnan(replace(found, low=-0.1).share(0.2, 0.1, 0.3)).all()


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (Ceiling(23, 46, 0.7, 0.5, 0.85),
         "You rated 23 tracks twice; your two ratings agree with r = 0.70 (0.50 to 0.85). No model can tell more than about "
         "70 % (50 to 85 %)."),
        (Ceiling(23, 46, 0.2, -0.2, 0.6),
         "You rated 23 tracks twice; your two ratings agree with r = 0.20 (\u22120.20 to 0.60). That range holds zero, so I "
         "cannot say how good a model could get."),
        (Ceiling(20, 47, 0.7, 0.5, 0.85),
         "You rated 20 tracks more than once; your ratings agree with r = 0.70 (0.50 to 0.85). No model can tell more than "
         "about 70 % (50 to 85 %)."),
        (Ceiling(1, 2, NAN, NAN, NAN), "You rated 1 track twice; from 15 on I can say how good a model could get."),
    ],
)  # fmt: skip
def test_the_ceiling_in_words(found: Ceiling, says: str) -> None:
    """The agreement, its range, and what follows, with the same range."""
    assert sound(ceiling_sentence(found)) == says


def test_the_share_in_words() -> None:
    """With its range; at most, where the skill's range holds zero; nothing, where the ceiling's does."""
    found = Ceiling(23, 46, 0.7, 0.5, 0.85)
    assert ceiling_share_sentence(found, 0.21, 0.1, 0.3) == (
        "Of what any model could reach, this one reaches about 30 % (12 to 60 %)."
    )
    assert ceiling_share_sentence(found, 0.05, -0.1, 0.2) == (
        "Of what any model could reach, this one reaches at most about 40 %."
    )
    assert ceiling_share_sentence(replace(found, low=-0.1), 0.05, -0.1, 0.2) == ""
