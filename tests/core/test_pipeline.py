"""The summary document is a contract."""

from __future__ import annotations

import json

import pytest

from core.dataset import Dataset
from core.pipeline import analyse, summary
from tests.conftest import dataset, table

KEYS = {
    "": {"version", "seconds", "dataset", "findings", "verdict", "models", "drivers", "correlations", "biases"},
    "dataset": {"key", "name", "tracks", "features", "dropped", "group_column", "groups", "rating"},
    "rating": {"column", "min", "max", "mean", "sd", "levels"},
    "verdict": {"level", "skill", "skill_low", "skill_high", "p_value", "permutations", "folds", "sentence"},
    "models": {
        "name",
        "skill",
        "skill_low",
        "skill_high",
        "mae",
        "mae_baseline",
        "spearman",
        "auc",
        "train_skill",
        "seconds",
    },
    "correlations": {"feature", "spearman", "low", "high", "q"},
    "dropped": {"column", "reason"},
    "findings": {"code", "severity", "columns", "statistic", "sentence"},
    "drivers": {"group", "features", "licence", "direction", "importance", "low", "high", "p_holm"},
}


@pytest.fixture(scope="module")
def document(taste: Dataset) -> dict:
    """The document of the bundled listener, through JSON and back."""
    found = analyse(taste, models=["average", "ridge"])
    return json.loads(json.dumps(summary(found), allow_nan=False))


def test_the_keys_are_the_contract(document: dict) -> None:
    """Every part has exactly the promised keys."""
    assert set(document) == KEYS[""]
    assert set(document["dataset"]) == KEYS["dataset"]
    assert set(document["dataset"]["rating"]) == KEYS["rating"]
    assert set(document["verdict"]) == KEYS["verdict"]
    for part in ("models", "correlations", "findings", "drivers"):
        assert document[part]
        assert all(set(row) == KEYS[part] for row in document[part])
    assert all(set(row) == KEYS["dropped"] for row in document["dataset"]["dropped"])


def test_habits_are_those_that_were_tested(document: dict) -> None:
    """Each with its figures and its sentence; the bundled listener's order is unknown, so that nothing hangs on it."""
    assert document["biases"]
    for row in document["biases"]:
        assert set(row) == {"code", "effect", "low", "high", "p", "q", "n", "claimed", "sentence"}
        assert row["low"] <= row["effect"] <= row["high"]
        assert not row["claimed"] or row["q"] <= 0.05
    assert not {"drift", "contrast", "start", "finish"} & {row["code"] for row in document["biases"]}


def test_a_planted_taste_is_clear_and_its_drivers_are_its_causes(document: dict) -> None:
    """The bundled listener's three causes, with their signs, and no other feature, are called drivers."""
    assert (document["verdict"]["level"], document["verdict"]["p_value"]) == ("clear", 0.001)
    driving = {row["group"]: row["direction"] for row in document["drivers"] if row["licence"] == "driver"}
    assert {"valence": -1, "tempo": -1}.items() <= driving.items()
    named = {name for row in document["drivers"] if row["licence"] == "driver" for name in row["features"]}
    assert named <= {"acousticness", "energy", "loudness", "valence", "tempo"}


def test_noise_has_no_drivers(no_taste: Dataset) -> None:
    """Without a signal the level is none, and no cluster of features has a licence."""
    document = summary(analyse(no_taste, models=["ridge"]))
    assert document["verdict"]["level"] == "none"
    assert {row["licence"] for row in document["drivers"]} == {"none"}
    assert "I cannot tell your ratings from guessing." in document["verdict"]["sentence"]


def test_an_answer_settles_a_doubt(bach: Dataset) -> None:
    """Who rated in the file's order says so, and the doubt becomes a note; the study's sentence says which pile."""
    found = analyse(bach, models=["ridge"], answers={"row-order": "rated-in-this-order"})
    document = summary(found)
    order = next(one for one in document["findings"] if one["code"] == "row-order")
    assert order["severity"] == "note"
    assert "which pile, not the shade" in document["verdict"]["sentence"]
    assert not [row for row in document["drivers"] if row["licence"] == "driver"]


def test_the_figures_are_those_of_the_comparison(document: dict) -> None:
    """Models best first, the baseline at zero, the verdict's figure that of the average."""
    models = {row["name"]: row for row in document["models"]}
    skills = [row["skill"] for row in document["models"]]
    assert skills == sorted(skills, reverse=True)
    assert abs(models["baseline"]["skill"]) < 1e-3
    assert models["baseline"]["spearman"] is None
    assert all(row["auc"] is None for row in models.values())
    assert document["verdict"]["skill"] == models["average"]["skill"]
    assert document["dataset"]["tracks"] == 300


def test_likes_have_an_auc_in_the_document() -> None:
    """A number from 0 to 1 for each model after its order, null for the baseline; the rating is told as it is."""
    found = analyse(dataset(table(80, rating=[n % 2 for n in range(80)])), models=["ridge"], workers=1)
    document = json.loads(json.dumps(summary(found), allow_nan=False))
    models = {row["name"]: row for row in document["models"]}
    assert 0 <= models["ridge"]["auc"] <= 1
    assert models["baseline"]["auc"] is None
    keys = list(models["ridge"])
    assert keys[keys.index("spearman") + 1] == "auc"
    assert (document["dataset"]["rating"]["levels"], document["dataset"]["rating"]["max"]) == (2, 1.0)
    assert "of pairs" in document["verdict"]["sentence"]
    assert "miss" not in document["verdict"]["sentence"]
