"""What is said of one track is what its figures carry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.dataset import Dataset
from core.evaluate import Evaluation, evaluate
from core.explain.track import Difference, Interval, Near, surprises, whatif
from core.words import track as said
from tests.conftest import dataset, table

RANGE = Interval(4.7, 2.4, 0.8, (1.0, 10.0))
NEAR = Near(3, 7.0, 0.004, (Difference("valence", 0.2, 0.8), Difference("duration_ms", 60_000, 90_000)))


@pytest.fixture(scope="module")
def likes() -> Dataset:
    """60 tracks, liked or not."""
    return dataset(table(60, rating=[n * 7 % 3 % 2 for n in range(60)]))


@pytest.fixture(scope="module")
def likes_evaluation(likes: Dataset) -> Evaluation:
    """Ridge on them."""
    return evaluate(likes, models=["ridge"], repeats=1, workers=1)


def test_a_range_is_told_with_its_ends(taste_evaluation: Evaluation) -> None:
    """By how much, from where to where, and whether the rating was a surprise."""
    assert said.interval_sentence(RANGE, taste_evaluation, "ridge") == (
        "80 of 100 times such an expectation is off by less than 2.4 points: 2.3 to 7.1."
    )
    assert "inside" in said.surprise_sentence(RANGE, 7.0)
    assert "it surprised the model" in said.surprise_sentence(RANGE, 8.0)


def test_what_is_filled_in_is_named() -> None:
    """One or several features, in people's units; nothing where nothing is missing."""
    assert said.missing_sentence({}) == ""
    one = said.missing_sentence({"duration_ms": 90_000.0})
    assert "lacks 1 feature: duration (1:30)" in one
    assert "its bar in the charts is about that value" in one
    assert "their bars in the charts are" in said.missing_sentence({"energy": 0.5, "valence": 0.25})


def test_neighbours_are_told_by_their_ratings(taste: Dataset, likes: Dataset) -> None:
    """An average with its ends beside the track's own; of likes how many were liked."""
    found = [replace(NEAR, rating=rating) for rating in (4.0, 8.0, 6.0)]
    assert said.neighbours_sentence(taste, 0, found).startswith(
        "To the 3 tracks that sound most like it you gave 6.0 on average (4 to 8); to this one"
    )
    liked = [replace(NEAR, rating=rating) for rating in (0.0, 1.0, 1.0)]
    assert said.neighbours_sentence(likes, 0, liked) == "Of the 3 tracks that sound most like it you liked 2."
    assert "no other track" in said.neighbours_sentence(taste, 0, [])
    assert said.neighbours_sentence(taste, 0, found[:1]) == "To the 1 track that sounds most like it you gave 4."
    threes = dataset(table(60, rating=np.resize([3, 7], 60)))
    told = said.neighbours_sentence(threes, 0, [replace(NEAR, rating=rating) for rating in (3.0, 7.0)])
    assert told == "Of the 2 tracks that sound most like it you gave 7 to 1."


@pytest.mark.parametrize(("nearer", "says"), [(0.0, "100 %"), (0.0001, "99.9 %"), (0.004, "99.6 %"), (0.031, "97 %")])
def test_nearness_is_never_rounded_up_to_all(nearer: float, says: str) -> None:
    """Only the nearest pair of all is nearer than all."""
    assert said.nearer_than(replace(NEAR, nearer=nearer)) == f"{says} of pairs"


def test_tables_hold_titles_as_they_are(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """Untrusted text goes into cells unchanged, beside figures rounded once."""
    found = said.neighbours_table(taste, [NEAR], taste_evaluation)
    assert found["Track"].tolist() == [taste.titles[3]]
    assert found["Differs most in"].tolist() == ["Valence and Duration"]
    frame = surprises(taste, taste_evaluation, "ridge")
    assert said.surprises_table(frame, taste_evaluation, "ridge")["Track"].tolist() == frame["title"].tolist()


def test_another_track_is_told_by_what_differs(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """Both expectations, or both ratings, and the features with both values."""
    higher = said.higher_sentence(taste_evaluation, "ridge", 0, NEAR)
    assert higher.startswith("Ridge expected ")
    assert "It differs most in valence (0.8 instead of 0.2) and duration (1:30 instead of 1:00)." in higher
    assert higher.endswith("You gave it 7.")
    matched = said.matched_sentence(taste_evaluation, 3.0, NEAR)
    assert matched.startswith("You gave it 7 instead of 3. The two sound more alike than 99.6 % of pairs do.")
    assert "no other track" in said.no_higher("ridge")
    twin = replace(NEAR, differences=())
    assert "In its features nothing differs." in said.higher_sentence(taste_evaluation, "ridge", 0, twin)
    assert said.neighbours_table(taste, [twin], taste_evaluation)["Differs most in"].tolist() == ["nothing"]


def test_likes_are_told_as_chances(likes: Dataset, likes_evaluation: Evaluation) -> None:
    """A chance of a like instead of points, and what was answered."""
    near = replace(NEAR, rating=1.0)
    assert "a like with a chance of" in said.higher_sentence(likes_evaluation, "ridge", 0, near)
    assert said.matched_sentence(likes_evaluation, 0.0, near).startswith("You liked it.")
    assert said.higher_sentence(likes_evaluation, "ridge", 0, replace(NEAR, rating=0.0)).endswith(
        "You did not like it."
    )
    assert "a chance of 40 %; as the track is, 30 %" in said.whatif_sentence("ridge", 0.4, 0.3, likes_evaluation)
    frame = surprises(likes, likes_evaluation, "ridge")
    assert set(said.surprises_table(frame, likes_evaluation, "ridge")["You"]) <= {"liked", "not liked"}


def test_what_if_is_told_against_the_track_as_it_is(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """What changed, or that nothing that can be told did; and whose answer it is."""
    assert said.whatif_sentence("ridge", 6.44, 5.6, taste_evaluation) == "Ridge would expect 6.4; as the track is, 5.6."
    assert said.whatif_sentence("ridge", 5.62, 5.6, taste_evaluation).endswith("as for the track as it is.")
    assert "not yours" in said.whatif_legend(whatif(taste, "ridge", 0))
    assert said.companions_sentence([]) == ""
    assert said.companions_sentence(["energy", "loudness"]).endswith("energy and loudness.")


def test_surprises_of_a_model_that_only_guesses_have_no_pet_name(
    taste_evaluation: Evaluation, likes_evaluation: Evaluation
) -> None:
    """Where a model finds nothing they are hardly more than the extreme ratings, and this is said."""
    assert said.surprises_titles(taste_evaluation, "ridge")[0].startswith("Guilty pleasures")
    assert said.surprises_titles(likes_evaluation, "ridge")[0].startswith("Rated above")
    assert "no better than a guess" in said.surprises_sentence(likes_evaluation, "ridge")
    frame = pd.DataFrame({"outside": [True, False, True]})
    assert said.outside_sentence(frame).startswith("2 of these 3 lie outside")


def test_what_sound_leaves_open_is_the_rest_of_skill(
    taste_evaluation: Evaluation, likes_evaluation: Evaluation
) -> None:
    """With its range; of a model without skill all may be open."""
    row = taste_evaluation.row("ridge")
    assert f"about {100 - 100 * row['skill']:.0f} %" in said.unheard_sentence(taste_evaluation, "ridge")
    assert "may leave all differences" in said.unheard_sentence(likes_evaluation, "ridge")
