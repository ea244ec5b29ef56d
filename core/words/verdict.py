"""The verdict in words: what may be said, on what ground, and what would be needed where nothing may."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from core import text
from core.curve import detectable
from core.verdict import FAINT, Pile, Verdict
from core.words.comparison import models_sentence
from core.words.curve import ceiling_sentence, ceiling_share_sentence, detectable_sentence
from core.words.naming import percent_range, together

if TYPE_CHECKING:
    from core.evaluate import Evaluation

_WORDS = {
    "none": "nothing found", "weak": "something, faintly", "clear": "something, clearly", "suspicious": "too good to trust",
}  # fmt: skip


def verdict_word(verdict: Verdict) -> str:
    """The level in two or three words; where a doubt is open, that."""
    return "waits for an answer" if verdict.locks and verdict.level != "suspicious" else _WORDS[verdict.level]


def links_note(verdict: Verdict) -> str:
    """What stands beside single links where the list as a whole shows nothing; empty where it shows something."""
    if verdict.level == "none":
        return "As a whole your ratings cannot be told from luck, so that a link which stands out here may be luck too."
    if verdict.locked:
        return "A question about your file is still open, and what goes together here may hang on it."
    return ""


def verdict_headline(verdict: Verdict) -> str:
    """The verdict in one line."""
    if verdict.level == "suspicious":
        return (
            "This looks too good."
            if any(one.code == "too-good" for one in verdict.locks)
            else "I do not trust this yet."
        )
    if verdict.level == "none" and math.isnan(verdict.p_value):
        return "I cannot test your ratings against luck."
    if verdict.known_again:
        return (
            f"I know your {together(verdict.evidence.grouping.kinds)} again; their sound tells nothing that I can show."
        )
    if verdict.level == "none":
        return "I cannot tell your ratings from guessing."
    if verdict.pile_alone:
        return "Sound tells which pile, not the shade."
    if verdict.level == "weak":
        faint = verdict.skill < FAINT
        return f"There is probably something here, {'too faint to say what' if faint else 'how much I cannot say'}."
    return f"Sound tells about {text.percent(verdict.skill)} of how you rate."


def verdict_sentences(verdict: Verdict, evaluation: Evaluation) -> list[str]:
    """What stands behind the headline: the figures, the test against luck, piles, groups and the ceiling."""
    return [sentence for sentence in _sentences(verdict, evaluation) if sentence]


def _sentences(verdict: Verdict, evaluation: Evaluation) -> Iterator[str]:
    yield from (one.sentence for one in verdict.locks)
    yield models_sentence(evaluation, verdict.tracks)
    yield luck_sentence(verdict)
    yield piles_sentence(verdict)
    yield familiar_sentence(verdict)
    found = verdict.evidence.ceiling
    if verdict.found and found is not None:
        yield ceiling_sentence(found)
        yield ceiling_share_sentence(found, verdict.skill, verdict.low, verdict.high)


def luck_sentence(verdict: Verdict) -> str:
    """The permutation test, by what was done."""
    luck = verdict.evidence.chance
    if math.isnan(luck.p_value):
        return (
            f"Only {text.count(luck.exchangeable, 'rating')} can change place without tearing groups apart: too few for a test "
            "against luck, so that I claim nothing."
        )
    reached = round(luck.p_value * (luck.permutations + 1)) - 1
    how = "at random" if luck.scheme == "tracks" else "at random inside groups and between groups of one size"
    times = "never" if not reached else "once" if reached == 1 else f"{reached:,} times"
    return (
        f"I dealt your ratings out anew {luck.permutations:,} times, {how}: three quick models then reached what they reach on "
        f"the true ones {times} (p = {_p(luck.p_value)})."
    )


def piles_sentence(verdict: Verdict) -> str:
    """Which pile, or the shade too; empty where there are no piles or nothing was found."""
    piles = verdict.evidence.piles
    if piles is None or not verdict.found:
        return ""
    if verdict.pile_alone:
        return (
            "Your ratings are two piles, and what sound tells is which pile, not the shade: "
            f"{text.listing([_inside(pile) for pile in piles])}."
        )
    inside = text.listing([_inside(pile) for pile in piles])
    return f"Your ratings are two piles, and sound tells something inside a pile too: {inside}."


def _inside(pile: Pile) -> str:
    where = f"among the {pile.tracks:,} tracks around {text.number(pile.around)}"
    if math.isnan(pile.p_value):
        return f"{where} nothing can be tested"
    told = f"skill {text.percent(pile.skill)} ({percent_range(pile.low, pile.high)}), p = {_p(pile.p_holm)}"
    return f"{where} I find {'something' if pile.told else 'nothing beyond luck'} ({told})"


def familiar_sentence(verdict: Verdict) -> str:
    """Song or artist: what a model gains by knowing groups again; empty where folds are random anyway."""
    familiar = verdict.evidence.familiar
    if familiar is None:
        return ""
    kinds = together(verdict.evidence.grouping.kinds)
    if verdict.known_again:
        return (
            f"Where {kinds} that you rated already may be known again, the same model reaches {text.percent(familiar.skill)}, "
            f"more than luck does (p = {_p(familiar.p_value)}); held out as wholes, nothing of that can be shown."
        )
    gap = text.number(100 * familiar.gap, 0)
    span = f"{text.number(100 * familiar.gap_low, 0)} to {text.number(100 * familiar.gap_high, 0)}"
    return (
        f"Song or {verdict.evidence.grouping.kinds[0]}? Among {kinds} that you rated already the same model reaches "
        f"{text.percent(familiar.skill)}: knowing them again is worth about {gap} points ({span})."
    )


def locked_headline(verdict: Verdict) -> str:
    """Why nothing is explained."""
    if verdict.level == "none":
        return "There is nothing here that I could explain."
    return "I explain nothing until this is settled."


def locked_sentences(verdict: Verdict) -> list[str]:
    """The ground, and what would be needed."""
    if verdict.level == "none":
        return [
            verdict_headline(verdict),
            "What a model makes of such a list is noise, however firm its bars look.",
            detectable_sentence(detectable(verdict.tracks)),
        ]
    return [*(one.sentence for one in verdict.locks), "The questions on the Data page say what I need to know."]


def noise_note(verdict: Verdict) -> str:
    """What stands over explanations that were opened all the same."""
    if verdict.level == "none":
        return "You look all the same: this is what the models picked up, and it may be noise."
    return "You look all the same: this is what the models picked up, and a column may have given your rating away."


def _p(value: float) -> str:
    return text.number(value, 3 if value < 0.1 else 2)
