"""Every sentence, from planted results."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core import method, words
from core.biases import scale_use
from core.correlate import Correlations, Pair, correlate, first_pair, pair
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.explain.out_of_fold import Explanation, explain
from core.language import say
from core.simulate import LISTENERS
from core.words import shape, track
from tests.conftest import dataset, firm, table


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
    board.loc[1:3, "skill_high"] = 0.01
    assert "the ranges of 1 of the other 4 models" in sound(
        words.best_model_sentence(replace(taste_evaluation, leaderboard=board))
    )
    board["skill_high"] = 0.01
    assert "no other model" in sound(words.best_model_sentence(replace(taste_evaluation, leaderboard=board)))


def test_groups_are_told(taste_evaluation: Evaluation) -> None:
    """With grouped folds the sentence says that the group is new too."""
    grouped = replace(with_skill(taste_evaluation, 0.24, 0.1, 0.38), kinds=("artist",))
    assert "artists that it has not heard" in sound(words.models_sentence(grouped, 300))


def test_figures_on_a_small_scale_keep_two_decimals(taste_evaluation: Evaluation) -> None:
    """A miss of 0.21 on five stars is not 0.2."""
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
    assert [sound(line)[:5] for line in lines] == ["1 tra", "1 val", "With ", "Below"]


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
    assert "goes together with more likes" in sound(words.rating_links_headline(found, (0.0, 1.0)))
    assert words.rating_links_headline(found, (3.0, 7.0)) == words.rating_links_headline(found)
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
    assert "This describes the model" in sound(
        words.explanation_sentence(explanation, firm(explanation), taste_evaluation)
    )
    assert "rating points" in sound(words.bars_alternative(explanation, taste_evaluation))


def test_a_model_that_does_not_is_called_noise(
    explanation: Explanation, taste: Dataset, taste_evaluation: Evaluation
) -> None:
    """Where the interval holds zero, the picture is introduced as what may be noise."""
    board = taste_evaluation.leaderboard.assign(skill_low=-0.1)
    weak = replace(taste_evaluation, leaderboard=board)
    assert "nothing that holds up" in words.explanation_headline(explanation, weak)
    assert "may be noise" in sound(words.explanation_sentence(explanation, firm(explanation), weak))
    headline = words.track_headline(taste, 3, explanation, weak)
    assert "no better than a guess" in sound(headline)
    assert "sound suggests" not in headline


def test_the_route_is_told(explanation: Explanation, taste_evaluation: Evaluation) -> None:
    """Exact or sampled, all tracks or a sample, one round or several."""
    assert "exact" in sound(words.explanation_route(explanation, 300, taste_evaluation))
    sampled = replace(
        explanation, standard_error=np.full_like(explanation.values, 0.01), by_round=explanation.by_round[:1]
    )
    assert "1 round of" in sound(words.explanation_route(sampled, 300, taste_evaluation))
    assert "of 0.01 rating points" in words.explanation_route(sampled, 300, taste_evaluation)
    assert "random sample of 300 of 5,000" in words.explanation_route(explanation, 5000, taste_evaluation)
    alone = replace(explanation, rows=explanation.rows[:1])
    assert "this track" in words.explanation_route(alone, 300, taste_evaluation)


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


PAIRS = [(0.0, 1.0), (3.0, 7.0)]


def as_likes(evaluation: Evaluation, two: tuple[float, float] = (0.0, 1.0), **figures: float) -> Evaluation:
    """The same comparison as if of two ratings, each model with this AUC."""
    given = {"auc": 0.71, "auc_low": 0.62, "auc_high": 0.79} | figures
    return replace(evaluation, two_ratings=two, leaderboard=evaluation.leaderboard.assign(**given))


def of_likes(explanation: Explanation, two: tuple[float, float]) -> Explanation:
    """The same explanation as if of shares of the higher rating: base 0.6, the first track at 0.71."""
    span = two[1] - two[0]
    values = np.zeros_like(explanation.values)
    values[:, :2] = 0.12 * span, -0.01 * span
    base = np.full(len(values), two[0] + 0.6 * span)
    by_round = np.repeat(values[None], explanation.rounds, axis=0)
    return replace(explanation, values=values, base=base, prediction=base + values.sum(axis=1), by_round=by_round)


@pytest.mark.parametrize(
    ("rating", "headline", "sentence"),
    [
        ([1, 1, 1, 0] * 10, "You liked 75 % of 40 tracks.",
         "You liked 30 and did not like 10: a share of 75 % (60 to 86 %)."),
        ([7, 3, 3, 3] * 10, "25 % of your ratings are 7, the others 3.",
         "10 ratings are 7, 30 are 3: a share of 25 % (14 to 40 %)."),
        ([1] * 299 + [0], "You liked more than 99 % of 300 tracks.",
         "You liked 299 and did not like 1: a share of more than 99 % (98 to 100 %)."),
        ([0.5] * 299 + [2.25], "Less than 1 % of your ratings are 2.25, the others 0.5.",
         "1 rating is 2.25, 299 are 0.5: a share of less than 1 % (0 to 2 %)."),
    ],
)  # fmt: skip
def test_two_ratings_are_told_as_a_share(rating: list[float], headline: str, sentence: str) -> None:
    """0 and 1 are likes, other pairs go by their numbers; a share is never rounded to none or all."""
    use = scale_use(dataset(table(len(rating), rating=rating)))
    assert sound(words.ratings_headline(use)) == headline
    assert sound(words.ratings_sentence(use)) == sentence


@pytest.mark.parametrize(
    ("two", "says"),
    [
        ((0.0, 1.0), "Of a liked and a disliked track it picks the liked one in 71 % of pairs (62 to 79 %; guessing: 50 %)."),
        ((3.0, 7.0), "Of a track rated 7 and one rated 3 it picks the 7 in 71 % of pairs (62 to 79 %; guessing: 50 %)."),
        ((-1.0, 1.0), "Of a track rated 1 and one rated \u22121 it picks the 1 in 71 % of pairs "
                      "(62 to 79 %; guessing: 50 %)."),
    ],
)  # fmt: skip
def test_pairs_told_apart_take_the_place_of_the_miss(
    taste_evaluation: Evaluation, two: tuple[float, float], says: str
) -> None:
    """Skill stays; the typical miss in points gives way to the pairs."""
    for skill in ((0.24, 0.10, 0.38), (-0.05, -0.1, -0.01)):
        sentence = sound(words.models_sentence(as_likes(with_skill(taste_evaluation, *skill), two), 300))
        assert sentence.endswith(says.removeprefix("Of"))
        assert "miss" not in sentence
        assert "points" not in sentence
    beside = words.predicted_sentence(as_likes(taste_evaluation, two), "ridge")
    assert "in 71 % of pairs (62 to 79 %" in sound(beside)
    assert "miss" not in beside


def test_pairs_without_a_range_or_a_figure_are_told(taste_evaluation: Evaluation) -> None:
    """Short lists have no range of the AUC, the baseline has none at all."""
    short = as_likes(taste_evaluation, auc_low=float("nan"), auc_high=float("nan"))
    assert "71 % of pairs (too few tracks for a range; guessing: 50 %)" in sound(words.models_sentence(short, 60))
    none = as_likes(taste_evaluation, auc=float("nan"))
    assert "cannot tell which is which" in sound(words.predicted_sentence(none, "baseline"))
    assert "Of a liked and a disliked track it cannot tell which is which." in words.models_sentence(none, 60)


@pytest.mark.parametrize(("low", "certain"), [(0.53, True), (0.49, False), (float("nan"), False)])
def test_an_order_that_holds_up_is_not_called_guessing(taste_evaluation: Evaluation, low: float, certain: bool) -> None:
    """Where skill cannot be told from guessing but the order can, the headline says faint; else it says guessing."""
    found = as_likes(with_skill(taste_evaluation, 0.05, -0.02, 0.12), auc_low=low)
    assert ("too faint to say what" in words.models_headline(found)) == certain
    assert ("I cannot tell" in words.models_headline(found)) != certain
    assert ("Yet of a liked" in sound(words.models_sentence(found, 100))) == certain


@pytest.mark.parametrize("two", PAIRS)
def test_parts_of_a_chance_are_percentage_points(
    explanation: Explanation, taste_evaluation: Evaluation, two: tuple[float, float]
) -> None:
    """Means, ranges, single tracks and errors; the same on any two ratings."""
    made, found = of_likes(explanation, two), as_likes(taste_evaluation, two)
    assert "by 12 percentage points on average (9 to 15)." in sound(words.explanation_sentence(made, firm(made), found))
    assert "12 percentage points" in sound(words.bars_alternative(made, found))
    sentence = sound(words.track_sentence(made, 3, found))
    assert "with a chance of 71 %" in sentence
    assert "starts from 60 %" in sentence
    assert "by 12 percentage points" in sentence
    assert "by 1 percentage point." in sentence
    error = 0.02 * (two[1] - two[0])
    sampled = replace(made, standard_error=np.full_like(made.values, error), gap=error / 5)
    assert "of 2 percentage points" in sound(words.explanation_route(sampled, 300, found))
    assert "up to 0.4 percentage points" in words.explanation_route(sampled, 300, found)
    exact = replace(made, standard_error=np.full_like(made.values, error / 10))
    assert "below 1 percentage point," in sound(words.explanation_route(exact, 300, found))


@pytest.mark.parametrize(
    ("two", "high", "says"),
    [
        ((0.0, 1.0), True, "You liked it; its sound suggests 71 %."),
        ((0.0, 1.0), False, "You did not like it; its sound suggests 71 %."),
        ((3.0, 7.0), True, "You gave it 7; its sound suggests 71 % for 7."),
        ((3.0, 7.0), False, "You gave it 3; its sound suggests 71 % for 7."),
    ],
)
def test_a_liked_track_is_told(
    taste: Dataset,
    explanation: Explanation,
    taste_evaluation: Evaluation,
    two: tuple[float, float],
    high: bool,
    says: str,
) -> None:
    """What was rated, and the chance that its sound suggests; of a model that found nothing, that it is a guess."""
    data = replace(taste, rating=np.where(np.arange(taste.tracks) % 2 == high, two[1], two[0]))
    made, found = of_likes(explanation, two), as_likes(taste_evaluation, two)
    assert sound(words.track_headline(data, 1, made, found)) == says
    weak = replace(found, leaderboard=found.leaderboard.assign(skill_low=-0.1))
    assert "no better than a guess" in sound(words.track_headline(data, 1, made, weak))
    assert "sound suggests" not in words.track_headline(data, 1, made, weak)
    beyond = replace(made, prediction=made.prediction + two[1] - two[0])
    assert "suggests 100 %" in words.track_headline(data, 1, beyond, found)


@pytest.mark.parametrize("two", [None, *PAIRS])
def test_expected_against_rated_is_explained(taste_evaluation: Evaluation, two: tuple[float, float] | None) -> None:
    """A diagonal for a scale, two columns for likes."""
    legend = sound(words.predicted_legend(replace(taste_evaluation, two_ratings=two)))
    assert ("column" in legend) == (two is not None)
    assert ("more" in legend) == (two is None)
    assert ("a like" in legend) == (two == (0.0, 1.0))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-2, 3))
def test_shares_are_linear(one: float, other: float, share: float) -> None:
    """The lower rating is 0, the higher 1, and what lies between keeps its place."""
    low, high = sorted((one, other))
    assume(high - low > 1e-3)
    assert words.share(low, (low, high)) == 0
    assert words.share(high, (low, high)) == 1
    assert words.share(low + share * (high - low), (low, high)) == pytest.approx(share, abs=1e-6)


def test_titles_say_what_was_given() -> None:
    """Beside a title: the number, or liked and not liked."""
    assert [words.rated(rating, None) for rating in (7, 6.5)] == ["7", "6.5"]
    assert [words.rated(rating, (0.0, 1.0)) for rating in (0, 1)] == ["not liked", "liked"]
    assert [words.rated(rating, (3.0, 7.0)) for rating in (3, 7)] == ["rated 3", "rated 7"]


def test_what_stands_where_there_is_nothing_is_sound() -> None:
    """A list in which no feature has a shape, and a track without a match."""
    assert sound(say(shape.NO_SHAPE)).startswith("Every feature is the same for nearly all")
    assert sound(say(track.NO_MATCHED)).startswith("No track that sounds much like it")


def test_the_fixed_texts_are_sound(taste: Dataset) -> None:
    """The page texts, the method and the listeners' descriptions too."""
    texts = [words.HEATMAP, words.BARS, words.BEESWARM, words.method_sentence(taste)]
    texts += [text for section in method.SECTIONS for text in section] + [
        listener.description for listener in LISTENERS
    ]
    for text in texts:
        sound(text)
