"""Every sentence, from planted results."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from core import method, words
from core.biases import scale_use
from core.correlate import Correlations, Pair, correlate, first_pair, pair
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.explain.out_of_fold import Explanation, explain
from core.simulate import LISTENERS
from tests.conftest import dataset, table


def sound(sentence: str) -> str:
    """The sentence, after the checks that hold for each: no nan, no long decimals, no wrong number, one full stop."""
    assert "nan" not in sentence.lower().replace("finance", "")
    assert not re.search(r"\d\.\d{3,}", sentence), sentence
    assert not re.search(r"\b1 (tracks|features|ratings|models|rounds|rows|values)\b", sentence), sentence
    assert not re.search(r"\b(because|causes?|you like|significant)\b", sentence, re.IGNORECASE), sentence
    assert "-" not in re.findall(r"[-\u2212](?=\d)", sentence), "a true minus sign"
    assert not re.search(r"  | ,| \.|\.\.", sentence), sentence
    return sentence


def with_skill(evaluation: Evaluation, skill: float, low: float, high: float) -> Evaluation:
    """The same comparison with another figure for the average."""
    board = evaluation.leaderboard.copy()
    board.loc[board["model"] == "average", ["skill", "skill_low", "skill_high"]] = skill, low, high
    return replace(evaluation, leaderboard=board)


@pytest.mark.parametrize(
    ("skill", "low", "high", "says"),
    [
        (0.24, 0.10, 0.38, "Sound tells about 24 % of how you rate."),
        (0.06, 0.01, 0.11, "There is probably something here, too faint to say what."),
        (0.10, -0.02, 0.2, "I cannot tell your ratings from guessing."),
        (-0.01, -0.05, 0.03, "I cannot tell your ratings from guessing."),
        (0.85, 0.7, 0.95, "This looks too good."),
        (float("nan"), float("nan"), float("nan"), "I cannot tell your ratings from guessing."),
    ],
)
def test_the_models_headline_says_what_the_interval_carries(
    taste_evaluation: Evaluation, skill: float, low: float, high: float, says: str
) -> None:
    """A range that holds zero claims nothing, a faint one says so, one too good to be true warns."""
    assert words.models_headline(with_skill(taste_evaluation, skill, low, high)) == says


@pytest.mark.parametrize(
    ("skill", "low", "high"), [(0.24, 0.10, 0.38), (-0.01, -0.05, 0.03), (-0.06, -0.1, -0.01), (0.85, 0.7, 0.95)]
)
def test_the_models_sentence_gives_the_range(
    taste_evaluation: Evaluation, skill: float, low: float, high: float
) -> None:
    """Figure and range stand side by side in every case."""
    sentence = sound(words.models_sentence(with_skill(taste_evaluation, skill, low, high), 300))
    shown = f"{skill * 100:.0f} % ({low * 100:.0f} to {high * 100:.0f} %)".replace("-", "\u2212")
    assert shown in sentence
    assert ("holds zero" in sentence) == (low <= 0 <= high)
    assert ("does worse" in sentence) == (high < 0)


def test_the_other_sentences_of_a_comparison(taste_evaluation: Evaluation) -> None:
    """Each is sound, and names models by their labels."""
    for sentence in (words.best_model_sentence(taste_evaluation), words.training_sentence(taste_evaluation),
                     words.folds_sentence(taste_evaluation), words.predicted_sentence(taste_evaluation, "ridge")):  # fmt: skip
        assert "_" not in sound(sentence)
    assert "order not defined" in words.predicted_sentence(taste_evaluation, "baseline")


def test_one_model_is_no_comparison(taste_evaluation: Evaluation) -> None:
    """With a single model nothing is called best."""
    board = taste_evaluation.leaderboard
    alone = replace(taste_evaluation, leaderboard=board[board["model"].isin(["ridge", "baseline"])])
    assert "nothing to compare" in words.best_model_sentence(alone)


def test_no_model_is_crowned_on_noise(no_taste: Dataset) -> None:
    """Where no range lies above zero, none is called best."""
    from core.evaluate import evaluate

    found = evaluate(no_taste, models=["ridge", "lightgbm", "nearest_neighbours"])
    assert "none of the 3 models is better than always guessing" in sound(words.best_model_sentence(found))


def test_a_clear_winner_is_told(taste_evaluation: Evaluation) -> None:
    """Models whose range stays below the best one's figure are not its rivals."""
    board = taste_evaluation.leaderboard.copy()
    board.loc[1:2, "skill_high"] = 0.01
    assert "the ranges of 1 of the other 3 models" in sound(
        words.best_model_sentence(replace(taste_evaluation, leaderboard=board))
    )
    board["skill_high"] = 0.01
    assert "no other model" in sound(words.best_model_sentence(replace(taste_evaluation, leaderboard=board)))


def test_groups_are_told(taste_evaluation: Evaluation) -> None:
    """With grouped folds the sentence says that the group is new too."""
    grouped = replace(with_skill(taste_evaluation, 0.24, 0.1, 0.38), grouped=True)
    assert "groups that it has not seen" in sound(words.models_sentence(grouped, 300))


def test_likes_are_told_in_shares_and_hundredths(taste_evaluation: Evaluation) -> None:
    """Two values are a share, and figures on a small scale keep two decimals."""
    use = scale_use(dataset(table(rating=[1, 0, 0, 0] * 10)))
    assert words.ratings_headline(use) == "25 % of your ratings are 1, the others are lower."
    assert "0.25 (0.11 to 0.39)" in sound(words.ratings_sentence(use))
    small = replace(taste_evaluation, leaderboard=taste_evaluation.leaderboard.assign(mae=0.21, mae_baseline=0.24))
    assert "miss is 0.21" in sound(words.models_sentence(small, 300))


def test_a_value_that_most_ratings_have_is_told() -> None:
    """Where the quartiles are one value, its share is given."""
    assert (
        words.ratings_headline(scale_use(dataset(table(rating=[7] * 36 + [1, 2, 3, 4]))))
        == "90 % of your ratings are 7."
    )


def test_reading_is_told(bach: Dataset) -> None:
    """Tracks, features, the join, unrated rows and missing values."""
    assert words.read_headline(bach) == "I read 100 rated tracks with 33 audio features."
    frame = table().astype(object)
    frame.loc[0, "rating"], frame.loc[1, "energy"] = "", ""
    lines = words.read_details(dataset(frame))
    assert [sound(line)[:5] for line in lines] == ["1 row", "1 val", "Below"]


def test_ratings_are_told() -> None:
    """Quartiles without needless decimals, mean and spread with their ranges."""
    use = scale_use(dataset(table(rating=np.arange(40) % 10 + 1)))
    assert words.ratings_headline(use) == "60 % of your ratings lie from 3 to 8."
    assert "average is 5.5 (4.6 to 6.4)" in sound(words.ratings_sentence(use))


def test_links_with_the_rating_are_hedged(taste: Dataset, no_taste: Dataset) -> None:
    """A link is "goes together with"; none is said as a result."""
    found = correlate(taste)
    assert sound(words.rating_links_headline(found)).startswith("More acousticness goes together with higher ratings")
    assert "No single feature" in words.rating_links_headline(correlate(no_taste))
    sound(words.rating_links_sentence(found))
    empty = replace(found, with_rating=found.with_rating.assign(spearman=np.nan))
    assert isinstance(empty, Correlations)
    sound(words.rating_links_sentence(empty))


def test_any_pair_has_a_sentence(taste: Dataset) -> None:
    """Clear, unclear and impossible pairs."""
    two = pair(taste, *first_pair(taste))
    cases = {(-0.5, -0.6, -0.4): "go opposite ways", (0.5, 0.4, 0.6): "rise together", (0.1, -0.1, 0.3): "cannot tell"}
    for (rho, low, high), says in cases.items():
        assert says in sound(words.pair_sentence(Pair("mode", "rating", two.rows, two.x, two.y, rho, low, high), 300))
    nothing = Pair("mode", "valence", two.rows, two.x, two.y, *[float("nan")] * 3)
    assert "too few" in sound(words.pair_sentence(nothing, 300))


@pytest.fixture(scope="module")
def explanation(taste: Dataset) -> Explanation:
    """Ridge on the listener with a taste."""
    return explain(taste, "ridge")


def test_a_model_that_beats_guessing_is_described(explanation: Explanation, taste_evaluation: Evaluation) -> None:
    """The features it leans on, as the model's, with a range."""
    assert words.explanation_headline(explanation, taste_evaluation).startswith("Ridge leans most on")
    assert "This describes the model" in sound(words.explanation_sentence(explanation, taste_evaluation))
    sound(words.bars_alternative(explanation))


def test_a_model_that_does_not_is_called_noise(
    explanation: Explanation, taste: Dataset, taste_evaluation: Evaluation
) -> None:
    """Where the interval holds zero, the picture is introduced as what may be noise."""
    board = taste_evaluation.leaderboard.assign(skill_low=-0.1)
    weak = replace(taste_evaluation, leaderboard=board)
    assert "nothing that holds up" in words.explanation_headline(explanation, weak)
    assert "may be noise" in sound(words.explanation_sentence(explanation, weak))
    headline = words.track_headline(taste, 3, explanation, weak)
    assert "no better than a guess" in sound(headline)
    assert "sound suggests" not in headline


def test_the_route_is_told(explanation: Explanation) -> None:
    """Exact or sampled, all tracks or a sample, one round or several."""
    assert "exact" in sound(words.explanation_route(explanation, 300))
    sampled = replace(explanation, standard_error=np.full_like(explanation.values, 0.01), rounds=1)
    assert "1 round of" in sound(words.explanation_route(sampled, 300))
    assert "random sample of 300 of 5,000" in words.explanation_route(explanation, 5000)


def test_a_track_is_told(explanation: Explanation, taste: Dataset, taste_evaluation: Evaluation) -> None:
    """Rated more, less, or as expected; the strongest features named."""
    said = {
        sound(words.track_headline(taste, row, explanation, taste_evaluation)).split()[-4]
        for row in range(taste.tracks)
    }
    assert said == {"than", "what"}
    assert all(
        "expected" in sound(words.track_sentence(explanation, row, taste_evaluation)) for row in range(0, 300, 17)
    )
    still = replace(explanation, values=np.zeros_like(explanation.values))
    assert "No feature moves it" in words.track_sentence(still, 3, taste_evaluation)


def test_the_fixed_texts_are_sound(taste: Dataset) -> None:
    """The page texts, the method and the listeners' descriptions too."""
    texts = [words.UNTESTED, words.HEATMAP, words.PREDICTED, words.BARS, words.BEESWARM, words.method_sentence(taste)]
    texts += [text for section in method.SECTIONS for text in section] + [
        listener.description for listener in LISTENERS
    ]
    for text in texts:
        sound(text)
