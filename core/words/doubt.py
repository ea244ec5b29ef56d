"""Sentences about how firm a model's bars are, and how far models agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core import text
from core.language import many, say
from core.words.naming import Two, in_sentence, label, moved, player_in_sentence

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
    which = say("none goes beyond that")
    if beyond:
        which = many(
            beyond,
            "{number} of {bars} goes beyond that, which is not yet a driver",
            "{number} of {bars} go beyond that, which is not yet a driver",
            bars=len(bars),
        )
    said = [
        say(
            "I fitted it again {refits} times. Models of your ratings dealt out anew reach {line} with their longest bar in 19 "
            "of 20 cases; {which}.",
            refits=doubt.refits, line=moved(doubt.line, two), which=which,
        )
    ]  # fmt: skip
    if not np.isnan(doubt.halves):
        firm = doubt.halves >= _STABLE and doubt.halves_low > 0
        said.append(say(
            "Two halves of your list agree on the order of the bars with a rank correlation of {link} ({low} to {high}): {firm}.",
            link=text.number(doubt.halves, 2), low=text.number(doubt.halves_low, 2), high=text.number(doubt.halves_high, 2),
            firm=say("stable") if firm else say("not stable, as in most lists"),
        ))  # fmt: skip
    return said


def agreement_headline(found: Agreement) -> str:
    """Whether there is anybody to agree, and on how much."""
    if not found.models:
        return say("No model beats guessing, so none is asked.")
    if len(found.models) == 1:
        return say("Only {model} beats guessing; nobody is there to agree with it.", model=_model(found.models[0]))
    return say("What the {number} models that beat guessing make of it", number=text.whole(len(found.models)))


def agreement_sentences(found: Agreement, *, top: int = _NAMED) -> list[str]:
    """The directions of the players used most, and the caveat that belongs to agreement."""
    if len(found.models) < 2:
        return []
    said = [agreement_of(found, place) for place in leading(found)[:top]]
    if not np.isnan(found.w):
        w = text.number(found.w, 2)
        if found.w < _FEW:
            said.append(say("They differ on what matters most (Kendall's W {w}), which is a warning.", w=w))
        elif found.w < _MANY:
            said.append(say(
                "On what matters most they agree no more than models of pure noise (Kendall's W {w} against 0.75).", w=w
            ))  # fmt: skip
        else:
            said.append(say(
                "They agree on what matters most (Kendall's W {w}), which proves nothing: models of one list share its "
                "accidents, and reach 0.75 on pure noise.", w=w,
            ))  # fmt: skip
    return said


def agreement_of(found: Agreement, place: int) -> str:
    """`5 of 6: more energy, higher.` or `Tempo: contested, 3 higher and 2 lower.`"""
    rows = found.frame[found.frame["place"] == place]
    up, down = int((rows["direction"] > 0).sum()), int((rows["direction"] < 0).sum())
    player, lead = found.players[place], found.lead[place]
    name = player_in_sentence(player)
    others = [in_sentence(feature) for feature in player.features if feature != lead]
    of = say(" (with {others})", others=text.listing(others, limit=2)) if others and not player.name else ""
    of = f" ({name})" if player.name else of
    if min(up, down) > 0:
        return say("{name}: contested, {up} higher and {down} lower.", name=text.capital(name), up=up, down=down)
    if not up and not down:
        return say("{name}: no model has a clear direction.", name=text.capital(name))
    if up:
        return say("{some} of {all}: more {lead}{of}, higher.", some=up, all=len(rows), lead=in_sentence(lead), of=of)
    return say("{some} of {all}: more {lead}{of}, lower.", some=down, all=len(rows), lead=in_sentence(lead), of=of)


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
