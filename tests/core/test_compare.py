"""Model against model: numerical integration and planted differences as oracles."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from core.compare import ROPE, against
from core.errors import SettingsError
from core.evaluate import Evaluation, evaluate
from core.folds import Fold
from core.words.versus import versus_sentence, versus_summary
from tests.conftest import dataset, table

VERDICTS = {"better", "same", "worse", "open"}


def planted(folds: dict[str, list[float]], *, test: int = 20, train: int = 80, repeats: int = 1) -> Evaluation:
    """An evaluation whose models have these skills fold by fold, and pooled their mean."""
    count = len(next(iter(folds.values())))
    places = [(n % repeats, n // repeats) for n in range(count)]
    dealt = tuple(Fold(repeat, fold, np.arange(train), np.arange(test)) for repeat, fold in places)
    scores = pd.DataFrame([
        {"model": model, "repeat": repeat, "fold": fold, "skill": skill}
        for model, skills in folds.items() for (repeat, fold), skill in zip(places, skills, strict=True)
    ])  # fmt: skip
    board = pd.DataFrame({"model": list(folds), "skill": [float(np.nanmean(skills)) for skills in folds.values()]})
    return Evaluation(0, dealt, (), board, scores, {})


def only(evaluation: Evaluation, rope: float = ROPE) -> pd.Series:
    """The single row of `one` against `other`."""
    (_, row), = against(evaluation, "other", rope=rope).iterrows()  # fmt: skip
    return row


def test_the_posterior_is_that_of_the_papers() -> None:
    """Formula by hand, areas by numerical integration of Student's density, over two repeats of five folds."""
    draw = np.random.default_rng(0)
    one, other = draw.normal(0.2, 0.05, 10), draw.normal(0.15, 0.05, 10)
    row = only(planted({"one": list(one), "other": list(other)}, repeats=2))
    d = one - other
    scale = d.std(ddof=1) * math.sqrt(1 / 10 + 20 / 80)

    def density(x: float) -> float:
        z = (x - d.mean()) / scale
        return math.gamma(5) / (math.sqrt(9 * math.pi) * math.gamma(4.5) * scale) * (1 + z * z / 9) ** -5

    assert row["difference"] == pytest.approx(d.mean())
    assert row["p_better"] == pytest.approx(integrate.quad(density, ROPE, np.inf)[0], abs=1e-8)
    assert row["p_same"] == pytest.approx(integrate.quad(density, -ROPE, ROPE)[0], abs=1e-8)
    assert row["p_worse"] == pytest.approx(integrate.quad(density, -np.inf, -ROPE)[0], abs=1e-8)
    assert integrate.quad(density, row["low"], row["high"])[0] == pytest.approx(0.95, abs=1e-8)
    assert row["high"] - row["difference"] == pytest.approx(stats.t.ppf(0.975, 9) * scale)


@given(
    st.lists(st.tuples(st.floats(-2, 1), st.floats(-2, 1)), min_size=2, max_size=12), st.sampled_from([0.0, 0.02, 0.5])
)
def test_probabilities_are_probabilities(folds: list[tuple[float, float]], rope: float) -> None:
    """They sum to one, the interval holds the difference, and the verdict is the one that is sure."""
    one, other = (list(skills) for skills in zip(*folds, strict=True))
    row = only(planted({"one": one, "other": other}), rope)
    sure = {"better": row["p_better"], "same": row["p_same"], "worse": row["p_worse"]}
    assert sum(sure.values()) == pytest.approx(1)
    assert all(0 <= p <= 1 for p in sure.values())
    assert row["low"] <= row["difference"] <= row["high"]
    assert row["verdict"] == next((name for name, p in sure.items() if p >= 0.95), "open")


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=3, max_size=12))
def test_turned_round_the_answer_turns_round(folds: list[tuple[float, float]]) -> None:
    """The other model against this one: better and worse change places, and nothing else."""
    one, other = (list(skills) for skills in zip(*folds, strict=True))
    forth = only(planted({"one": one, "other": other}))
    back = only(planted({"one": other, "other": one}))
    assert (back["p_better"], back["p_same"]) == (pytest.approx(forth["p_worse"]), pytest.approx(forth["p_same"]))
    assert (back["low"], back["high"]) == (pytest.approx(-forth["high"]), pytest.approx(-forth["low"]))


@pytest.mark.parametrize(
    ("difference", "verdict"), [(0.1, "better"), (0.01, "same"), (0.0, "same"), (-0.01, "same"), (-0.1, "worse")]
)
def test_the_same_difference_in_every_fold_is_certain(difference: float, verdict: str) -> None:
    """Without any spread all probability lies at one point."""
    row = only(planted({"one": [0.5 + difference] * 5, "other": [0.5] * 5}))
    assert row["verdict"] == verdict
    assert (row["low"], row["high"]) == (pytest.approx(difference), pytest.approx(difference))


def test_folds_that_say_nothing_do_not_count() -> None:
    """A fold in which one of the two has no skill is left out of both; with a single one left nothing is said."""
    nan = float("nan")
    holes = only(planted({"one": [0.3, nan, 0.1, 0.4, 0.2], "other": [0.1, 0.2, nan, 0.1, 0.1]}))
    d = np.array([0.2, 0.3, 0.1])
    assert holes["high"] - holes["difference"] == pytest.approx(
        stats.t.ppf(0.975, 2) * d.std(ddof=1) * math.sqrt(1 / 3 + 1 / 4)
    )
    lonely = only(planted({"one": [0.3, nan, nan], "other": [0.1, 0.2, nan]}))
    assert lonely["verdict"] == "open"
    assert np.isnan([lonely["low"], lonely["high"], lonely["p_better"], lonely["p_same"], lonely["p_worse"]]).all()


def test_the_interval_is_centred_at_the_pooled_difference() -> None:
    """The leaderboard's figures differ by exactly what the table says, though the folds' mean is another."""
    evaluation = planted({"one": [0.3, 0.1, 0.4], "other": [0.1, 0.2, 0.1]})
    board = evaluation.leaderboard.assign(skill=[0.5, 0.1])
    row = only(replace(evaluation, leaderboard=board))
    assert row["difference"] == pytest.approx(0.4)
    assert (row["low"] + row["high"]) / 2 == pytest.approx(0.4)


def test_every_other_model_has_a_row(taste_evaluation: Evaluation) -> None:
    """In the leaderboard's order; a taste is told from guessing, and two like models are not told apart."""
    found = against(taste_evaluation, "average")
    assert list(found["model"]) == [model for model in taste_evaluation.models if model != "average"]
    rows = found.set_index("model")
    skills = taste_evaluation.leaderboard.set_index("model")["skill"]
    assert np.allclose(rows["difference"], skills[rows.index] - skills["average"])
    assert rows.loc["baseline", "verdict"] == "worse"
    assert rows.loc["ridge", "verdict"] in {"open", "same"}
    assert set(found["verdict"]) <= VERDICTS


def test_noise_makes_no_model_better() -> None:
    """On four lists of noise no model is ahead of guessing."""
    verdicts = []
    for seed in range(4):
        noise = evaluate(dataset(table(60, seed=seed)), models=["ridge", "nearest_neighbours"], workers=1)
        verdicts += list(against(noise, "baseline")["verdict"])
    assert "better" not in verdicts


def test_wrong_settings_are_refused(taste_evaluation: Evaluation) -> None:
    """A model that was not compared, or a region below zero, is refused in words."""
    with pytest.raises(SettingsError, match="was not compared"):
        against(taste_evaluation, "extra_trees")
    with pytest.raises(SettingsError, match="Choose 0 or more"):
        against(taste_evaluation, "average", rope=-0.1)


def row_of(model: str, low: float, high: float, verdict: str) -> pd.Series:
    """A row as `against` makes it, as far as words read it."""
    return pd.Series({"model": model, "low": low, "high": high, "verdict": verdict})


@pytest.mark.parametrize(
    ("row", "reference", "says"),
    [
        (row_of("ridge", -0.01, 0.04, "open"), "average",
         "I cannot tell ridge from the average of four: the difference is \u22121 to +4 points of skill."),
        (row_of("lightgbm", 0.03, 0.09, "better"), "ridge",
         "LightGBM is ahead of ridge: the difference is +3 to +9 points of skill."),
        (row_of("baseline", -0.30, -0.10, "worse"), "average",
         "The average of four is ahead of always guessing your average: the difference is +10 to +30 points of skill."),
        (row_of("ridge", -0.012, 0.014, "same"), "average",
         "Ridge and the average of four are practically the same: the difference is \u22121 to +1 points of skill, and less "
         "than 2 points count as none."),
        (row_of("ridge", 0.001, 0.004, "same"), "bayesian_ridge",
         "Ridge and bayesian ridge are practically the same: the difference is about 0 points of skill, and less than "
         "2 points count as none."),
        (row_of("ridge", float("nan"), float("nan"), "open"), "average",
         "I cannot tell ridge from the average of four: there are too few rounds in which to compare them."),
    ],
)  # fmt: skip
def test_one_against_one_in_words(row: pd.Series, reference: str, says: str) -> None:
    """The range stands beside every verdict; who is ahead comes first."""
    assert versus_sentence(row, reference) == says


@pytest.mark.parametrize(
    ("verdicts", "says"),
    [
        (["same"] * 5 + ["open"] * 7,
         "Of 12 models none is shown to be better than the average of four; 5 are practically the same, 7 cannot be told."),
        (["better", "worse", "same"],
         "Of 3 models 1 is shown to be better than the average of four, and 1 to be worse; 1 is practically the same."),
        (["better"] * 2, "Of 2 models 2 are shown to be better than the average of four."),
        ([], "One model beside the baseline: nothing to compare."),
    ],
)  # fmt: skip
def test_all_against_one_in_words(verdicts: list[str], says: str) -> None:
    """Every model is counted once; always guessing the average is no model."""
    models = [f"model {number}" for number in range(len(verdicts))]
    found = pd.DataFrame({"model": [*models, "baseline"], "verdict": [*verdicts, "worse"]})
    assert versus_summary(found, "average") == says
