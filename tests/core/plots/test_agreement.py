"""The charts of doubt and agreement."""

from __future__ import annotations

import pytest

from core.dataset import Dataset
from core.explain.agreement import agreement
from core.explain.doubt import doubt, refit
from core.explain.groups import Player, sounding_alike
from core.explain.out_of_fold import Explanation, explain
from core.plots import style
from core.plots.agreement import directions
from core.plots.explanations import beeswarm, importance_bars, waterfall
from tests.conftest import firm


@pytest.fixture(scope="module")
def ridge(taste: Dataset) -> Explanation:
    """What ridge uses, over one round."""
    return explain(taste, "ridge", rounds=1, workers=1)


def test_bars_that_luck_could_make_are_grey(taste: Dataset, ridge: Explanation) -> None:
    """Those of the planted causes have the accent and stand beyond the dotted line; the ranges are the refits'."""
    grouped = ridge.grouped(sounding_alike(taste))
    found = doubt(refit(taste, ridge, workers=1), grouped)
    made = importance_bars(grouped, found, style.LIGHT)
    accent = style.mix(style.LIGHT.paper, style.LIGHT.accent, 0.45)
    assert [colour == accent for colour in made.data[0].marker.color] == [True] * 3 + [False] * 9
    assert made.layout.shapes[0].x0 == found.line
    assert made.data[0].customdata[0][0] == found.frame.set_index("place")["low"][grouped.importance["place"].iloc[0]]


def test_marks_point_where_more_of_it_leads(taste: Dataset, ridge: Explanation) -> None:
    """One mark per model and player, up or down by its direction."""
    players = sounding_alike(taste)
    found = agreement({"ridge": ridge, "elastic_net": ridge}, taste, players)
    made = directions(found, style.LIGHT, top=3)
    ways = {trace.y[0]: set(trace.marker.symbol) for trace in made.data}
    assert ways == {
        "Energy, loudness + 1": {"triangle-up"}, "Valence": {"triangle-down"}, "Tempo": {"triangle-down"},
    }  # fmt: skip


def test_names_of_groups_are_text(taste: Dataset, ridge: Explanation) -> None:
    """A group of the person's own may be called anything; no chart lays it out."""
    names = taste.feature_names
    grouped = ridge.grouped((Player(names[:3], "<b>x</b>"), Player(names[3:], "<i>y</i>")))
    found = agreement({"ridge": ridge, "average": ridge}, taste, grouped.players)
    for made in (
        importance_bars(grouped, firm(grouped), style.LIGHT), beeswarm(grouped, taste, style.LIGHT),
        waterfall(grouped, 3, taste, style.LIGHT), directions(found, style.LIGHT),
    ):  # fmt: skip
        assert "<b>x" not in made.to_json().replace("\\u003c", "<")
