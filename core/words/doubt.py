"""Sentences about how firm a model's bars are, and how far models agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core import text
from core.words.naming import Two, capital, in_sentence, label, moved, player_in_sentence

if TYPE_CHECKING:
    import pandas as pd

    from core.explain.agreement import Agreement
    from core.explain.doubt import Doubt
    from core.explain.out_of_fold import Explanation

_STABLE = 0.5  # rank correlation of two halves
_FEW, _MANY = 0.6, 0.8  # Kendall's W
_NAMED = 4


def doubt_sentences(doubt: Doubt, explanation: Explanation, two: Two | None = None) -> list[str]:
    """What the refits say: what luck reaches, how many bars go beyond, and whether halves of the list agree."""
    bars = explanation.importance["importance"]
    beyond = int((bars > doubt.line).sum())
    verb = "goes" if beyond == 1 else "go"
    which = (
        f"{beyond} of {len(bars)} {verb} beyond that, which is not yet a driver" if beyond else "none goes beyond that"
    )
    said = [
        f"I fitted it again {doubt.refits} times. Models of your ratings dealt out anew reach {moved(doubt.line, two)} with "
        f"their longest bar in 19 of 20 cases; {which}."
    ]
    if not np.isnan(doubt.halves):
        firm = doubt.halves >= _STABLE and doubt.halves_low > 0
        said.append(
            f"Two halves of your list agree on the order of the bars with a rank correlation of {text.number(doubt.halves, 2)} "
            f"({text.number(doubt.halves_low, 2)} to {text.number(doubt.halves_high, 2)}): "
            f"{'stable' if firm else 'not stable, as in most lists'}."
        )
    return said


def agreement_headline(found: Agreement) -> str:
    """Whether there is anybody to agree, and on how much."""
    if not found.models:
        return "No model beats guessing, so none is asked."
    if len(found.models) == 1:
        return f"Only {_model(found.models[0])} beats guessing; nobody is there to agree with it."
    return f"What the {len(found.models)} models that beat guessing make of it"


def agreement_sentences(found: Agreement, *, top: int = _NAMED) -> list[str]:
    """The directions of the players used most, and the caveat that belongs to agreement."""
    if len(found.models) < 2:
        return []
    said = [agreement_of(found, place) for place in leading(found)[:top]]
    if not np.isnan(found.w):
        w = text.number(found.w, 2)
        if found.w < _FEW:
            said.append(f"They differ on what matters most (Kendall's W {w}), which is a warning.")
        elif found.w < _MANY:
            said.append(
                f"On what matters most they agree no more than models of pure noise (Kendall's W {w} against 0.75)."
            )
        else:
            said.append(
                f"They agree on what matters most (Kendall's W {w}), which proves nothing: models of one list share its "
                "accidents, and reach 0.75 on pure noise."
            )
    return said


def agreement_of(found: Agreement, place: int) -> str:
    """`5 of 6: more energy, higher.` or `Tempo: contested, 3 higher and 2 lower.`"""
    rows = found.frame[found.frame["place"] == place]
    up, down = int((rows["direction"] > 0).sum()), int((rows["direction"] < 0).sum())
    player, lead = found.players[place], found.lead[place]
    name = player_in_sentence(player)
    others = [in_sentence(feature) for feature in player.features if feature != lead]
    of = f" (with {text.listing(others, limit=2)})" if others and not player.name else ""
    of = f" ({name})" if player.name else of
    if min(up, down) > 0:
        return f"{capital(name)}: contested, {up} higher and {down} lower."
    if not up and not down:
        return f"{capital(name)}: no model has a clear direction."
    way = "higher" if up else "lower"
    return f"{max(up, down)} of {len(rows)}: more {in_sentence(lead)}{of}, {way}."


def leading(found: Agreement) -> list[int]:
    """The players' places, those first that all models together use most."""
    share = found.frame.groupby("place")["share"].mean()
    return [int(place) for place in share.sort_values(ascending=False, kind="stable").index]


def agreement_table(found: Agreement, players: list[str]) -> pd.DataFrame:
    """For download: one row per player and model, with names for people."""
    return found.frame.assign(
        player=[players[place] for place in found.frame["place"]], model=[label(name) for name in found.frame["model"]]
    )[["player", "model", "importance", "share", "direction"]]


def _model(name: str) -> str:
    called = label(name)
    return called[0].lower() + called[1:] if called[1:].islower() else called
