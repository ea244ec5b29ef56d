"""One track: its range, what sounds like it, and a model asked what if."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.dataset import Dataset
from core.evaluate import Evaluation, evaluate
from core.explain import track
from core.explain.out_of_fold import explain
from core.folds import grouping
from core.models import AVERAGE
from tests.conftest import dataset, table


@pytest.fixture(scope="module")
def likes() -> Dataset:
    """60 tracks, liked or not."""
    return dataset(table(60, rating=[n * 7 % 3 % 2 for n in range(60)]))


def test_a_range_is_the_others_misses(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """Symmetric about the out-of-fold expectation; about 80 of 100 ratings lie inside, and more of more."""
    held = []
    for row in range(taste.tracks):
        found = track.prediction_interval(taste_evaluation, taste, "ridge", row)
        assert found.expected == taste_evaluation.mean_prediction("ridge")[row]
        assert 1 <= found.low <= found.expected <= found.high <= 10
        held.append(found.holds(taste.rating[row]))
    assert 0.77 < np.mean(held) < 0.87
    wider = track.prediction_interval(taste_evaluation, taste, "ridge", 0, level=0.95)
    assert wider.off > track.prediction_interval(taste_evaluation, taste, "ridge", 0).off


def test_a_range_ends_with_the_scale(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """Of an expectation near the top the range stops at the scale's end, or at the largest rating without a scale."""
    high = track.prediction_interval(taste_evaluation, taste, "ridge", expected=9.8)
    assert high.high == (taste.scale.high if taste.scale else taste.rating.max())
    bare = track.prediction_interval(taste_evaluation, replace(taste, scale=None), "ridge", expected=9.8)
    assert bare.high == taste.rating.max()


def test_a_track_and_its_group_have_no_part_in_its_range(bach: Dataset, bach_evaluation: Evaluation) -> None:
    """Were the ratings of its own work absurd, its range would stay."""
    labels = grouping(bach).labels
    row = int(np.argmax(np.bincount(labels)[labels]))
    rating = bach.rating.copy()
    rating[labels == labels[row]] = 1_000
    found, absurd = (
        track.prediction_interval(bach_evaluation, data, "ridge", row) for data in (bach, replace(bach, rating=rating))
    )
    assert found.off == absurd.off


def test_likes_have_no_range(likes: Dataset) -> None:
    """Nor is there one around nothing."""
    found = evaluate(likes, models=["ridge"], repeats=1, workers=1)
    with pytest.raises(ValueError, match="no range"):
        track.prediction_interval(found, likes, "ridge", 0)
    assert not track.surprises(likes, found, "ridge")["outside"].any()
    other = track.matched_pair(track.sound(likes), 0)
    assert other is None or other.rating != likes.rating[0]


def test_something_must_be_expected(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """A range needs a track or an expectation."""
    with pytest.raises(ValueError, match="expectation"):
        track.prediction_interval(taste_evaluation, taste, "ridge")


def test_surprises_are_the_largest_gaps(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """Both sides, largest first; with the track's own range, and outside as that says."""
    found = track.surprises(taste, taste_evaluation, "ridge", top=4)
    gaps = taste.rating - taste_evaluation.mean_prediction("ridge")
    assert found["gap"].head(4).tolist() == sorted(gaps, reverse=True)[:4]
    assert found["gap"].tail(4).tolist() == sorted(gaps)[:4]
    assert found["title"].tolist() == [taste.titles[row] for row in found["row"]]
    for place, row in enumerate(found["row"]):
        own = track.prediction_interval(taste_evaluation, taste, "ridge", row)
        assert (found["low"][place], found["high"][place]) == (own.low, own.high)
        assert own.holds(taste.rating[row]) != found["outside"][place]


def test_neighbours_are_the_nearest_of_other_recordings(taste: Dataset) -> None:
    """By brute force; the share of pairs that are nearer grows; what differs most comes with both values."""
    z = (taste.x - taste.x.mean(axis=0)) / taste.x.std(axis=0)
    distance = np.sqrt(((z - z[5]) ** 2).sum(axis=1))
    found = track.neighbours(track.sound(taste), 5)
    assert [near.row for near in found] == [row for row in np.argsort(distance) if row != 5][:5]
    shares = [near.nearer for near in found]
    assert shares == sorted(shares)
    pairs = np.sqrt(((z[:, None] - z[None]) ** 2).sum(axis=2))[np.triu_indices(taste.tracks, 1)]
    assert shares[2] == pytest.approx((pairs < distance[found[2].row] - 1e-9).mean())
    first = found[0]
    lead = first.differences[0]
    apart = np.abs(z[first.row] - z[5])
    assert lead.feature == taste.feature_names[int(np.argmax(apart))]
    assert (lead.own, lead.other) == tuple(taste.features[lead.feature].to_numpy()[[5, first.row]])


def test_copies_are_no_neighbours() -> None:
    """The same recording under another name is left out, however near it is."""
    frame = table(60, id=[f"{n % 30:022d}" for n in range(60)])
    features = ["energy", "valence", "tempo"]
    frame.loc[30:, features] = frame.loc[:29, features].to_numpy()
    data = dataset(frame)
    twin = int(np.flatnonzero((data.recordings == data.recordings[0]) & (np.arange(60) != 0))[0])
    assert twin not in {near.row for near in track.neighbours(track.sound(data), 0, top=60)}
    assert len(track.neighbours(track.sound(data), 0, top=60)) == 58


def test_the_nearest_that_is_expected_higher(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """By half the typical miss at least, and nothing nearer is; the track expected highest has none."""
    predicted, mae = taste_evaluation.mean_prediction("ridge"), taste_evaluation.row("ridge")["mae"]
    lowest, highest = int(np.argmin(predicted)), int(np.argmax(predicted))
    found = track.nearest_higher(track.sound(taste), taste_evaluation, "ridge", lowest)
    assert found is not None
    higher = predicted >= predicted[lowest] + mae / 2
    order = [near.row for near in track.neighbours(track.sound(taste), lowest, top=taste.tracks)]
    assert found.row == next(row for row in order if higher[row])
    assert track.nearest_higher(track.sound(taste), taste_evaluation, "ridge", highest) is None


def test_a_matched_pair_sounds_alike_and_is_rated_apart(taste: Dataset) -> None:
    """Two steps and a standard deviation at least, and nearer than nine of ten pairs; else there is none."""
    found = [track.matched_pair(track.sound(taste), row) for row in range(40)]
    assert any(found)
    for row, near in enumerate(found):
        if near:
            assert abs(near.rating - taste.rating[row]) >= max(2, taste.rating.std())
            assert near.nearer < track.NEAR
    far = int(np.argmax(np.abs((taste.x - taste.x.mean(axis=0)) / taste.x.std(axis=0)).sum(axis=1)))
    assert track.matched_pair(track.sound(taste), far) is None


def test_large_lists_are_measured_by_a_sample(monkeypatch: pytest.MonkeyPatch, taste: Dataset) -> None:
    """The neighbours stay, the shares of pairs nearly do, and the same seed gives the same."""
    whole = track.neighbours(track.sound(taste), 5)
    monkeypatch.setattr(track, "_SAMPLED", 100)
    some, again = (track.neighbours(track.sound(taste), 5) for _ in range(2))
    assert some == again
    assert [near.row for near in some] == [near.row for near in whole]
    assert abs(some[4].nearer - whole[4].nearer) < 0.05


@pytest.mark.parametrize("name", [AVERAGE, "ridge", "nearest_neighbours", "lightgbm"])
def test_what_if_adds_up_and_starts_near_the_expectation(name: str, bach: Dataset, bach_evaluation: Evaluation) -> None:
    """Base and parts are the model's own prediction, before and after a slider moves."""
    asked = track.whatif(bach, name, 3)
    start, base, parts = asked.explain(asked.values)
    assert start == pytest.approx(base + parts.sum())
    assert start == pytest.approx(float(asked.pipeline.predict(asked.values[None])[0]), abs=1e-9)
    assert abs(start - bach_evaluation.mean_prediction(name)[3]) < 1.5
    moved = asked.values.copy()
    moved[0] = asked.ranges[0, 1]
    assert asked.explain(moved)[0] == pytest.approx(float(asked.pipeline.predict(moved[None])[0]), abs=1e-9)


def test_what_if_does_not_know_the_rating(bach: Dataset) -> None:
    """Were the track and its work rated otherwise, the model would say the same."""
    labels = grouping(bach).labels
    rating = bach.rating.copy()
    rating[labels == labels[3]] = 2.0
    one, other = (track.whatif(data, AVERAGE, 3) for data in (bach, replace(bach, rating=rating)))
    assert one.explain(one.values)[0] == other.explain(other.values)[0]
    assert len(one.background) <= 100


def test_steps_hold_the_tracks_own_value() -> None:
    """Whole numbers stay whole, two values stay two, and the ends are the list's."""
    frame = table(60, mode=[n % 2 for n in range(60)], duration_ms=[100_000 + 1_000 * n for n in range(60)])
    data = dataset(frame)
    asked = track.whatif(data, "ridge", 4)
    assert asked.steps("mode") == [0.0, 1.0]
    for name in data.feature_names:
        steps = asked.steps(name)
        own = data.features[name].to_numpy()
        assert own[4] in steps
        assert (steps[0], steps[-1]) == (own.min(), own.max())
    assert all(stop == round(stop) for stop in asked.steps("duration_ms"))


def test_missing_values_are_filled_with_the_others_median() -> None:
    """What is filled in is named, is what the imputer takes, and belongs to no difference between tracks."""
    frame = table(60)
    frame.loc[7, "energy"] = None
    data = dataset(frame)
    row = int(np.flatnonzero(np.isnan(data.features["energy"].to_numpy()))[0])
    found = track.filled_in(data, row)
    assert set(found) == {"energy"}
    asked = track.whatif(data, "ridge", row)
    imputed = asked.pipeline[0].transform(data.x[[row]])[0]
    assert np.array_equal(imputed, asked.values)
    assert found["energy"] == imputed[data.feature_names.index("energy")]
    told = {one.feature for near in track.neighbours(track.sound(data), row, top=59) for one in near.differences}
    assert "energy" not in told
    assert track.filled_in(data, (row + 1) % 60) == {}


def test_companions_move_along_their_line() -> None:
    """What goes along moves by its regression, not beyond the list, and back again; what stands alone moves nothing."""
    draw = np.random.default_rng(0)
    frame = table(80)
    frame["loudness"] = (-20 + 15 * frame["energy"] + draw.normal(scale=0.5, size=80)).round(2)
    data = dataset(frame)
    own = dict(zip(data.feature_names, data.x[0].tolist(), strict=True))
    high = float(data.features["energy"].max())
    found = track.companions(data, "energy", high, own)
    assert set(found) == {"loudness"}
    slope = np.polyfit(data.features["energy"], data.features["loudness"], 1)[0]
    line = own["loudness"] + slope * (high - own["energy"])
    assert found["loudness"] == pytest.approx(min(line, data.features["loudness"].max()))
    assert track.companions(data, "energy", own["energy"], own) == pytest.approx({"loudness": own["loudness"]})
    assert track.companions(data, "tempo", 200.0, own) == {}


def test_otherwise_is_an_explanation_of_a_list_of_one(taste: Dataset) -> None:
    """The chart reads it as any other: values add up, and the track has the new features."""
    real = explain(taste, "ridge", rounds=1, workers=1)
    asked = track.whatif(taste, "ridge", 9)
    values = asked.values.copy()
    values[0] = asked.ranges[0, 0]
    made, one = track.otherwise(asked, taste, real, values)
    assert made.prediction[0] == pytest.approx(made.base[0] + made.values[0].sum())
    assert one.features.iloc[0].tolist() == values.tolist()
    assert one.titles == (taste.titles[9],)
    assert isinstance(made.track_frame(0), pd.DataFrame)
