"""Do models agree on what they use?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.dataset import Dataset
from core.evaluate import Evaluation
from core.explain.agreement import agreement, ask
from core.explain.groups import Player, singly, sounding_alike
from core.explain.out_of_fold import Explanation, explain


@pytest.fixture(scope="module")
def ridge(taste: Dataset) -> Explanation:
    """One round of ridge."""
    return explain(taste, "ridge", rounds=1, workers=1)


def test_the_planted_directions_are_told(taste: Dataset, ridge: Explanation) -> None:
    """Acoustic music raises, cheerful and fast music lowers, under each model."""
    found = agreement(
        {"ridge": ridge, "extra_trees": explain(taste, "extra_trees", rounds=1)}, taste, sounding_alike(taste)
    )
    ways = found.frame.assign(lead=[found.lead[place] for place in found.frame["place"]]).groupby("lead")["direction"]
    for name, way in (("acousticness", 1), ("valence", -1), ("tempo", -1)):
        assert ways.get_group(name).tolist() == [way, way]


def test_kendalls_w_is_that_of_the_book(ridge: Explanation, taste: Dataset) -> None:
    """Equal orders give 1; two opposite ones give 0."""
    players = singly(taste.feature_names)
    assert agreement({"ridge": ridge, "average": ridge}, taste, players).w == pytest.approx(1)
    sizes = np.abs(ridge.values).mean(axis=0)
    turned = np.empty_like(sizes)
    turned[np.argsort(sizes)] = np.sort(sizes)[::-1]
    opposite = replace(ridge, values=np.broadcast_to(turned, ridge.values.shape).copy())
    assert agreement({"ridge": ridge, "average": opposite}, taste, players).w == pytest.approx(0, abs=1e-12)


def test_with_one_model_or_one_group_there_is_nothing_to_agree_on(ridge: Explanation, taste: Dataset) -> None:
    """W is not a number then, and nobody at all is an empty table."""
    assert np.isnan(agreement({"ridge": ridge}, taste, singly(taste.feature_names)).w)
    everything = (Player(taste.feature_names, "all"),)
    assert np.isnan(agreement({"ridge": ridge, "average": ridge}, taste, everything).w)
    assert agreement({}, taste, everything).frame.empty


def test_a_feature_that_is_not_used_has_no_direction(ridge: Explanation, taste: Dataset) -> None:
    """Values of 0 everywhere go with nothing."""
    silent = replace(ridge, values=np.zeros_like(ridge.values))
    frame = agreement({"ridge": silent}, taste, singly(taste.feature_names)).frame
    assert not frame["direction"].any()
    assert not frame["share"].any()


def test_only_models_that_beat_guessing_are_asked(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """Neither the average and the baseline, nor a model whose range holds 0; best first, over one round."""
    board = taste_evaluation.leaderboard
    rows = board["model"].isin(["ridge", "baseline", "average", "elastic_net"])
    some = board[rows].assign(skill_low=lambda rows: rows["skill_low"].where(rows["model"] != "elastic_net", -0.1))
    found = ask(taste, replace(taste_evaluation, leaderboard=some.reset_index(drop=True)), workers=1)
    assert list(found) == ["ridge"]
    assert found["ridge"].rounds == 1
