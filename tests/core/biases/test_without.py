"""Contract of `core.biases.without`: habits are learned from known tracks alone, and taking them out is judged out of fold."""

from __future__ import annotations

import numpy as np
import pytest

from core.biases import Bias, biases
from core.biases.sound import heard
from core.biases.without import REMOVABLE, compare, habit, parts, taken_out
from core.dataset import Dataset
from core.evaluate import evaluate
from tests.truth.generators import simulate


def found(dataset: Dataset, code: str) -> Bias:
    """One bias of a list that was rated in the file's order, claimed or not."""
    return next(bias for bias in biases(dataset, in_order=True).tested if bias.code == code)


@pytest.fixture(scope="module")
def falling() -> Dataset:
    """300 tracks whose ratings fall from first to last."""
    return simulate("drift", 300, size=0.4, seed=2).dataset


def test_a_drift_that_is_taken_out_leaves_ratings_without_one(falling: Dataset) -> None:
    """What is left no longer goes along with the order, and the parts' mean is 0."""
    drift = habit(falling, found(falling, "drift"))
    assert drift is not None
    left = taken_out(falling, [drift])
    assert abs(np.corrcoef(falling.rating, falling.file_order)[0, 1]) > 0.3
    assert abs(np.corrcoef(left, falling.file_order)[0, 1]) < 0.1
    assert left.mean() == pytest.approx(falling.rating.mean())


@pytest.mark.parametrize("code", ["drift", "contrast", "start", "artist"])
def test_a_held_out_rating_changes_no_part(falling: Dataset, code: str) -> None:
    """Other ratings of the tracks that are not known: the same parts to the last digit, their own included."""
    data = falling if code != "artist" else simulate("artist", 300, size=0.3, seed=1).dataset
    one = habit(data, found(data, code))
    assert one is not None
    sound, train = heard(data), np.arange(0, data.tracks, 2)
    before = parts(sound, [one], train)
    sound.rating.setflags(write=True)
    kept = sound.rating[1::2].copy()
    sound.rating[1::2] = 11 - kept
    after = parts(sound, [one], train)
    sound.rating[1::2] = kept
    assert np.ptp(before) > 0
    np.testing.assert_array_equal(before, after)


def test_an_artist_of_whom_nothing_is_known_has_no_part() -> None:
    """A group whose tracks are all held out has the level 0, like a track without an artist; known ones have their own."""
    data = simulate("artist", 300, size=0.3, seed=1).dataset
    one = habit(data, found(data, "artist"))
    assert one is not None
    unknown = one.values == one.values[0]
    added = parts(heard(data), [one], np.flatnonzero(~unknown))
    assert len(set(added[unknown])) == 1
    assert len(set(added[~unknown].round(9))) > 10


def test_a_model_that_learns_without_the_drift_foretells_more(falling: Dataset) -> None:
    """Out of fold the average with the drift taken out and put back beats itself; most of the gain is the habit's own skill."""
    drift = habit(falling, found(falling, "drift"))
    assert drift is not None
    evaluation = evaluate(falling, models=["ridge"], repeats=4)
    result = compare(falling, evaluation, [drift])
    assert result.model == "ridge"
    assert result.as_is == pytest.approx(float(evaluation.row("ridge")["skill"]))
    assert result.verdict == "better"
    assert 0 < result.low < result.difference == pytest.approx(result.without - result.as_is)
    assert result.alone > 0.05


def test_a_habit_that_is_not_there_helps_nothing() -> None:
    """On a list without drift, taking one out is never called better."""
    for seed in range(4):
        data = simulate("null", 150, r2=0, seed=seed).dataset
        drift = habit(data, found(data, "drift"))
        assert drift is not None
        assert compare(data, evaluate(data, models=["ridge"], repeats=3), [drift]).verdict != "better"


def test_only_parts_can_be_taken_out(falling: Dataset) -> None:
    """The middle of the scale, its ends and its round steps are no parts of a rating."""
    for code in ("middle", "ends", "round"):
        assert habit(falling, found(falling, code)) is None
        assert code not in REMOVABLE
