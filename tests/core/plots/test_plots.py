"""Charts show the results they are given, and nothing of a title acts."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from core.biases import scale_use
from core.correlate import correlate, first_pair, pair
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.explain.out_of_fold import Explanation, explain
from core.plots import correlations, explanations, models, ratings, style
from tests.conftest import firm, table

HOSTILE = "<b>x</b> ![i](http://x.test/i.png) =1+1"
PALETTES = (style.LIGHT, style.DARK)


@pytest.fixture(scope="module")
def explanation(taste: Dataset) -> Explanation:
    """Ridge on the listener with a taste."""
    return explain(taste, "ridge")


def test_the_leaderboard_draws_what_the_table_says(taste_evaluation: Evaluation) -> None:
    """One dot per model at its skill, the average first, the baseline last at zero."""
    made = models.leaderboard(taste_evaluation, style.LIGHT)
    dots = {trace.y[0]: trace.x[0] for trace in made.data if trace.mode == "markers"}
    assert next(iter(dots)) == "Average of four"
    assert list(dots)[-1] == "Always your average"
    assert dots["Ridge"] == pytest.approx(100 * taste_evaluation.row("ridge")["skill"])
    ends = [trace.x for trace in made.data if trace.mode == "lines" and trace.y[0] == "Ridge"]
    row = taste_evaluation.row("ridge")
    assert ends[0] == pytest.approx((100 * row["skill_low"], 100 * row["skill_high"]))
    assert ends[0][0] < ends[1][0] < ends[1][1] < ends[0][1]


def test_what_cannot_be_told_from_guessing_is_grey(taste_evaluation: Evaluation, explanation: Explanation) -> None:
    """A model whose range holds zero, and the bars of such a model, have the colour of noise."""
    board = taste_evaluation.leaderboard.assign(skill_low=-0.1)
    made = models.leaderboard(replace(taste_evaluation, leaderboard=board), style.LIGHT)
    assert {trace.marker.color for trace in made.data if trace.mode == "markers"} == {style.LIGHT.noise}
    colours = [
        set(explanations.importance_bars(explanation, firm(explanation), style.LIGHT, noise=n).data[0].marker.color)
        for n in (True, False)
    ]
    assert colours == [{style.mix(style.LIGHT.paper, c, 0.45)} for c in (style.LIGHT.noise, style.LIGHT.accent)]


def test_predictions_stand_against_ratings(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """One dot per track, its title on hover, and the chosen one marked."""
    made = models.predicted_against_rated(taste_evaluation, "ridge", taste, style.DARK, chosen=5)
    assert np.array_equal(made.data[1].x, taste.rating)
    assert np.allclose(made.data[1].y, taste_evaluation.mean_prediction("ridge"))
    assert (made.data[2].x[0], made.data[2].y[0]) == (taste.rating[5], taste_evaluation.mean_prediction("ridge")[5])


def test_the_waterfall_leads_from_base_to_prediction(taste: Dataset, explanation: Explanation) -> None:
    """Each bar starts where the last one ended; the last one ends at the prediction; teal raises, orange lowers."""
    for row in (0, 7, 123):
        bars = explanations.waterfall(explanation, row, taste, style.LIGHT).data[0]
        starts, sizes = np.array(bars.base), np.array(bars.x)
        assert starts[0] == pytest.approx(explanation.base[row])
        assert starts[1:] == pytest.approx((starts + sizes)[:-1])
        assert (starts + sizes)[-1] == pytest.approx(explanation.prediction[row])
        colours = np.where(sizes > 0, style.LIGHT.raises, style.LIGHT.lowers)
        assert list(bars.marker.color) == list(colours)


def test_two_models_share_one_axis(taste: Dataset, explanation: Explanation) -> None:
    """The span holds the rating and every step of both."""
    other = explain(taste, "lightgbm")
    low, high = explanations.waterfall_span([explanation, other], 9, taste)
    for one in (explanation, other):
        bars = explanations.waterfall(one, 9, taste, style.LIGHT).data[0]
        ends = np.concatenate([bars.base, np.array(bars.base) + np.array(bars.x), [taste.rating[9]]])
        assert low < ends.min()
        assert ends.max() < high


def test_the_labels_of_training_and_test_stay_apart(taste_evaluation: Evaluation) -> None:
    """The left dot's label ends at it and the right one's begins there, whichever dot is which."""
    for train in (0.3, 0.21, 0.1):
        board = taste_evaluation.leaderboard.assign(skill=0.2, train_skill=train)
        left, right = models.training_against_test(
            replace(taste_evaluation, leaderboard=board), style.LIGHT
        ).layout.annotations
        assert (left.xanchor, right.xanchor) == ("right", "left")
        assert left.x == pytest.approx(100 * min(0.2, train))
        assert (left.text == "not seen") == (train > 0.2)


def test_the_beeswarm_shows_every_track(taste: Dataset, explanation: Explanation) -> None:
    """300 dots per feature at their SHAP values, the dots within their row."""
    made = explanations.beeswarm(explanation, taste, style.LIGHT, top=3)
    name = explanation.importance["feature"].iloc[0]
    assert np.array_equal(made.data[0].x, explanation.values[:, explanation.features.index(name)])
    assert all(np.abs(np.array(trace.y) - place).max() < 0.5 for place, trace in enumerate(made.data))


def test_links_beyond_luck_are_coloured_and_others_grey(taste: Dataset) -> None:
    """The colour is the direction where q is at most 0.05, else that of noise."""
    found = correlate(taste)
    made = correlations.with_rating(found, style.LIGHT)
    colours = {trace.y[0]: trace.marker.color for trace in made.data if trace.mode == "markers"}
    assert colours["Acousticness"] == style.LIGHT.raises
    assert colours["Valence"] == style.LIGHT.lowers
    assert colours["Duration"] == style.LIGHT.noise


def test_the_heatmap_holds_the_matrix(taste: Dataset) -> None:
    """Values and both orders are those of the result."""
    found = correlate(taste).spearman
    assert np.array_equal(correlations.heatmap(found, style.LIGHT, kind="Spearman").data[0].z, found.to_numpy())


def test_the_distribution_counts(taste: Dataset) -> None:
    """Bars are the counts, over the smooth expectation."""
    use = scale_use(taste)
    made = ratings.distribution(use, style.LIGHT)
    assert list(made.data[1].y) == list(use.steps["count"])


PAIRS = [(0.0, 1.0), (3.0, 7.0)]
ANSWERS = {(0.0, 1.0): ("not liked", "liked"), (3.0, 7.0): ("rated 3", "rated 7")}


def as_likes(data: Dataset, evaluation: Evaluation, two: tuple[float, float]) -> tuple[Dataset, Evaluation]:
    """The same tracks and models as if of two ratings: predictions brought to the new scale, each AUC 0.71."""
    liked = data.rating > np.median(data.rating)
    span = two[1] - two[0]
    predictions = {name: two[0] + span * (rows - 1) / 9 for name, rows in evaluation.predictions.items()}
    board = evaluation.leaderboard.assign(auc=0.71, auc_low=0.62, auc_high=0.79)
    return (
        replace(data, rating=np.where(liked, two[1], two[0])),
        replace(evaluation, two_ratings=two, predictions=predictions, leaderboard=board),
    )


@pytest.mark.parametrize("two", PAIRS)
def test_likes_are_two_bars_without_a_hill(
    taste: Dataset, taste_evaluation: Evaluation, two: tuple[float, float]
) -> None:
    """One bar for each rating with its count and share, and no smooth expectation."""
    data, _ = as_likes(taste, taste_evaluation, two)
    made = ratings.distribution(scale_use(data), style.LIGHT)
    assert len(made.data) == 1
    assert tuple(made.data[0].x) == ANSWERS[two]
    some = int((data.rating == two[1]).sum())
    assert list(made.data[0].y) == [300 - some, some]
    assert made.data[0].text[1] == f"{some} ({some / 3:.0f} %)"


@pytest.mark.parametrize("two", PAIRS)
def test_likes_stand_in_two_columns(taste: Dataset, taste_evaluation: Evaluation, two: tuple[float, float]) -> None:
    """Each dot at its expected chance, within the column of its rating; each column's average; the chosen one marked."""
    data, found = as_likes(taste, taste_evaluation, two)
    made = models.predicted_against_rated(found, "ridge", data, style.LIGHT, chosen=5)
    dots, left, right, chosen = made.data
    liked = data.rating == two[1]
    chance = 100 * (found.mean_prediction("ridge") - two[0]) / (two[1] - two[0])
    assert np.allclose(dots.y, chance)
    assert np.array_equal(np.round(dots.x), liked.astype(float))
    assert {text for text, up in zip(dots.text, liked, strict=True) if up} == {ANSWERS[two][1]}
    assert left.y[0] == pytest.approx(chance[~liked].mean())
    assert right.y[0] == pytest.approx(chance[liked].mean())
    assert (chosen.x[0], chosen.y[0]) == (dots.x[5], dots.y[5])
    assert tuple(made.layout.xaxis.ticktext) == ANSWERS[two]
    assert made.layout.yaxis.ticksuffix == " %"
    assert made.layout.shapes[0].y0 == pytest.approx(100 * liked.mean())


def test_columns_are_spread_evenly_and_alike_each_time(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """A dot's place across hangs on its row alone: the same twice, and no two of 300 at one place."""
    data, found = as_likes(taste, taste_evaluation, (0.0, 1.0))
    one, two = (models.predicted_against_rated(found, "ridge", data, palette).data[0].x for palette in PALETTES)
    assert np.array_equal(one, two)
    across = np.sort(np.array(one) - np.round(one))
    assert -0.31 < across[0] < -0.29
    assert 0.29 < across[-1] < 0.31
    assert 0 < np.diff(across).min() <= np.diff(across).max() < 0.01


@pytest.mark.parametrize("two", PAIRS)
def test_likes_are_explained_in_percentages(taste: Dataset, explanation: Explanation, two: tuple[float, float]) -> None:
    """Bars, dots and waterfalls are those of the shares times 100, and no axis speaks of rating points."""
    span = two[1] - two[0]
    data = replace(taste, rating=np.where(taste.rating > 5, two[1], two[0]))
    scaled = {"values": span * explanation.values / 10, "base": two[0] + span * explanation.base / 10,
              "prediction": two[0] + span * explanation.prediction / 10}  # fmt: skip
    made = replace(explanation, by_round=span * explanation.by_round / 10, **scaled)
    low, high = explanations.waterfall_span([made], 3, data, two)
    waterfall = explanations.waterfall(made, 3, data, style.LIGHT, two=two)
    bars, line = waterfall.data[0], waterfall.layout.shapes[0].x0
    assert (np.array(bars.base) + np.array(bars.x))[-1] == pytest.approx(10 * explanation.prediction[3])
    assert line == (100 if data.rating[3] == two[1] else 0)
    assert low < min(line, *bars.base) <= max(line, *bars.base) < high
    assert waterfall.layout.annotations[0].text == ANSWERS[two][int(line == 100)]
    swarm = explanations.beeswarm(made, data, style.LIGHT, top=1, two=two)
    name = explanation.importance["feature"].iloc[0]
    assert np.allclose(swarm.data[0].x, 10 * explanation.values[:, explanation.features.index(name)])
    sizes = explanations.importance_bars(made, firm(made), style.LIGHT, two=two)
    assert np.allclose(sizes.data[0].x, 10 * explanation.importance["importance"].head(12))
    for figure in (waterfall, swarm, sizes):
        assert "ating points" not in figure.to_json()


def test_the_second_figure_on_hover_is_the_auc_of_likes(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """The typical miss in points stays with finer ratings."""
    _, found = as_likes(taste, taste_evaluation, (0.0, 1.0))
    for evaluation, says, never in ((taste_evaluation, "typical miss", "pairs"), (found, "71 % of pairs", "miss")):
        dots = [trace for trace in models.leaderboard(evaluation, style.LIGHT).data if trace.mode == "markers"]
        assert all(says in trace.hovertemplate and never not in trace.hovertemplate for trace in dots)


def every_figure(data: Dataset, evaluation: Evaluation, explanation: Explanation) -> list[go.Figure]:
    """All charts in both palettes."""
    found = correlate(data)
    return [
        figure
        for palette in PALETTES
        for figure in (
            models.leaderboard(evaluation, palette), models.training_against_test(evaluation, palette),
            models.fold_spread(evaluation, palette), models.predicted_against_rated(evaluation, "ridge", data, palette),
            explanations.importance_bars(explanation, firm(explanation), palette),
            explanations.beeswarm(explanation, data, palette),
            explanations.waterfall(explanation, 3, data, palette), correlations.with_rating(found, palette),
            correlations.heatmap(found.pearson, palette, kind="Pearson"),
            correlations.scatter(pair(data, *first_pair(data)), data, palette), ratings.distribution(scale_use(data), palette),
        )
    ]  # fmt: skip


@pytest.mark.parametrize("likes", [False, True])
def test_titles_and_headers_are_text(likes: bool) -> None:
    """A hostile title or header arrives escaped in every chart."""
    from core.evaluate import evaluate
    from core.reading import Choices, read
    from tests.conftest import upload

    frame = table(60, track_name=[f"{HOSTILE} {n}" for n in range(60)], artist_name="<a href='http://x.test'>y</a>")
    frame["<i>header</i>"] = np.random.default_rng(0).random(60)
    if likes:
        frame["rating"] %= 2
    data = read([upload(frame)], Choices(also=["<i>header</i>"]))
    assert any("header" in name for name in data.feature_names)
    evaluation = evaluate(data, models=["average", "ridge"], workers=1)
    for figure in every_figure(data, evaluation, explain(data, "ridge", workers=1)):
        written = json.loads(figure.to_json())
        for text in strings(written["data"]) + strings(written["layout"]):
            assert "<b>x</b>" not in text
            assert "<a href" not in text
            assert "<i>" not in text


def strings(value: object) -> list[str]:
    """All texts in a JSON document."""
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in items for text in strings(item)]


@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark"])
def test_colours_can_be_told_from_the_ground(palette: style.Palette) -> None:
    """Every colour that carries a meaning has a contrast of at least 3 to the paper, ink at least 7."""
    for name, least in (("ink", 7), ("accent", 3), ("raises", 3), ("lowers", 3), ("noise", 3)):
        assert contrast(getattr(palette, name), palette.paper) >= least, name
    assert contrast(palette.raises, palette.lowers) >= 1.5


def contrast(one: str, two: str) -> float:
    """WCAG 2 contrast ratio of two CSS hex colours."""
    lights = []
    for colour in (one, two):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_a_large_list_draws_a_random_part_and_says_so(
    taste: Dataset, taste_evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No chart of dots draws more than its most; each dot is still its own track's; a list within the limit draws all."""
    found = pair(taste, "energy", "valence")
    whole = correlations.scatter(found, taste, style.LIGHT)
    assert len(whole.data[0].x) == 300
    assert not whole.layout.annotations
    monkeypatch.setattr(style, "MOST", 50)
    some = style.sample(300)
    assert len(set(some)) == 50
    assert some.max() > 100  # not the first rows
    for made, x, y in (
        (correlations.scatter(found, taste, style.LIGHT, colour=taste.rating), found.x, found.y),
        (models.predicted_against_rated(taste_evaluation, "ridge", taste, style.LIGHT),
         taste.rating, taste_evaluation.mean_prediction("ridge")),
    ):  # fmt: skip
        dots = next(trace for trace in made.data if trace.customdata is not None)
        assert np.array_equal(dots.x, x[some])
        assert np.array_equal(dots.y, y[some])
        assert [note.text for note in made.layout.annotations] == ["50 of 300 tracks, drawn at random"]
