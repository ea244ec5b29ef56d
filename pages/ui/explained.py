"""What the Drivers page says of a model's use of the features beyond its bars: their table, and whether others agree."""

from __future__ import annotations

import pandas as pd

from core import words
from core.dataset import Dataset
from core.explain import agreement as agreeing
from core.explain.doubt import Doubt
from core.explain.groups import Player
from core.explain.out_of_fold import Explanation
from core.plots.agreement import directions
from core.words import doubt as doubts
from pages.ui import parts, work


def bars(explanation: Explanation, firm: Doubt) -> pd.DataFrame:
    """The bars with their ranges, for download."""
    own = explanation.importance.merge(firm.frame, on="place")
    return own.drop(columns="place").assign(luck=firm.line)


def agreement(dataset: Dataset, players: tuple[Player, ...]) -> None:
    """Do the models that beat guessing agree, direction included?"""
    found = agreeing.agreement(work.opinions(dataset), dataset, players)
    parts.section(doubts.agreement_headline(found), *doubts.agreement_sentences(found))
    if len(found.models) < 2:
        return
    labels = [words.player_label(player) for player in players]
    table = doubts.agreement_table(found, labels)
    parts.chart(directions(found, parts.palette()), "agreement", doubts.agreement_headline(found), table)
    parts.how(
        "One mark per model: up where more of the feature raises what it expects, down where it lowers it, a grey dot where "
        "neither can be said. The larger the mark, the more the model uses it beside what it uses most. Of a group, the "
        "direction is that of the feature named first in the sentence above."
    )
