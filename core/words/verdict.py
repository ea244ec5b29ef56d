"""The verdict in words: what may be said, on what ground, and what would be needed where nothing may."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from core import text
from core.curve import detectable
from core.language import many, mark, say
from core.verdict import FAINT, Pile, Verdict
from core.words.comparison import models_sentence
from core.words.curve import ceiling_sentence, ceiling_share_sentence, detectable_sentence
from core.words.fixed import KINDS
from core.words.naming import percent_range, together

if TYPE_CHECKING:
    from core.evaluate import Evaluation

_WORDS = {
    "none": mark("nothing found"), "weak": mark("something, faintly"), "clear": mark("something, clearly"),
    "suspicious": mark("too good to trust"),
}  # fmt: skip


def verdict_word(verdict: Verdict) -> str:
    """The level in two or three words; where a doubt is open, that."""
    if verdict.locks and verdict.level != "suspicious":
        return say("waits for an answer")
    return say(_WORDS[verdict.level])


def links_note(verdict: Verdict) -> str:
    """What stands beside single links where the list as a whole shows nothing; empty where it shows something."""
    if verdict.level == "none":
        return say(
            "As a whole your ratings cannot be told from luck, so that a link which stands out here may be luck too."
        )
    if verdict.locked:
        return say("A question about your file is still open, and what goes together here may hang on it.")
    return ""


def verdict_headline(verdict: Verdict) -> str:
    """The verdict in one line."""
    if verdict.level == "suspicious" and any(one.code == "too-good" for one in verdict.locks):
        return say("This looks too good.")
    if verdict.level == "suspicious":
        return say("I do not trust this yet.")
    if verdict.level == "none" and math.isnan(verdict.p_value):
        return say("I cannot test your ratings against luck.")
    if verdict.known_again:
        return say(
            "I know your {groups} again; their sound tells nothing that I can show.",
            groups=together(verdict.evidence.grouping.kinds),
        )
    if verdict.level == "none":
        return say("I cannot tell your ratings from guessing.")
    if verdict.pile_alone:
        return say("Sound tells which pile, not the shade.")
    if verdict.level == "weak" and verdict.skill < FAINT:
        return say("There is probably something here, too faint to say what.")
    if verdict.level == "weak":
        return say("There is probably something here, how much I cannot say.")
    return say("Sound tells about {share} of how you rate.", share=text.percent(verdict.skill))


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
        return many(
            luck.exchangeable,
            "Only {number} rating can change place without tearing groups apart: too few for a test "
            "against luck, so that I claim nothing.",
            "Only {number} ratings can change place without tearing groups apart: too few for a test "
            "against luck, so that I claim nothing.",
        )
    reached = round(luck.p_value * (luck.permutations + 1)) - 1
    how = say("at random inside groups and between groups of one size")
    if luck.scheme == "tracks":
        how = say("at random")
    deals, p = text.whole(luck.permutations), _p(luck.p_value)
    if not reached:
        return say(
            "I dealt your ratings out anew {deals} times, {how}: three quick models then reached what they reach on "
            "the true ones never (p = {p}).",
            deals=deals, how=how, p=p,
        )  # fmt: skip
    return many(
        reached,
        "I dealt your ratings out anew {deals} times, {how}: three quick models then reached what they reach on "
        "the true ones once (p = {p}).",
        "I dealt your ratings out anew {deals} times, {how}: three quick models then reached what they reach on "
        "the true ones {number} times (p = {p}).",
        deals=deals, how=how, p=p,
    )  # fmt: skip


def piles_sentence(verdict: Verdict) -> str:
    """Which pile, or the shade too; empty where there are no piles or nothing was found."""
    piles = verdict.evidence.piles
    if piles is None or not verdict.found:
        return ""
    inside = text.listing([_inside(pile) for pile in piles])
    if verdict.pile_alone:
        return say(
            "Your ratings are two piles, and what sound tells is which pile, not the shade: {inside}.", inside=inside
        )
    return say("Your ratings are two piles, and sound tells something inside a pile too: {inside}.", inside=inside)


def _inside(pile: Pile) -> str:
    where = many(
        pile.tracks, "among the {number} track around {rating}", "among the {number} tracks around {rating}",
        rating=text.number(pile.around),
    )  # fmt: skip
    if math.isnan(pile.p_value):
        return say("{where} nothing can be tested", where=where)
    skill, span = text.percent(pile.skill), percent_range(pile.low, pile.high)
    if pile.told:
        return say(
            "{where} I find something (skill {skill} ({span}), p = {p})",
            where=where, skill=skill, span=span, p=_p(pile.p_holm),
        )  # fmt: skip
    return say(
        "{where} I find nothing beyond luck (skill {skill} ({span}), p = {p})",
        where=where, skill=skill, span=span, p=_p(pile.p_holm),
    )  # fmt: skip


def familiar_sentence(verdict: Verdict) -> str:
    """Song or artist: what a model gains by knowing groups again; empty where folds are random anyway."""
    familiar = verdict.evidence.familiar
    if familiar is None:
        return ""
    kinds = verdict.evidence.grouping.kinds
    groups, skill = together(kinds), text.percent(familiar.skill)
    if verdict.known_again:
        return say(
            "Where {groups} that you rated already may be known again, the same model reaches {skill}, "
            "more than luck does (p = {p}); held out as wholes, nothing of that can be shown.",
            groups=groups, skill=skill, p=_p(familiar.p_value),
        )  # fmt: skip
    gap, low, high = (text.number(100 * points, 0) for points in (familiar.gap, familiar.gap_low, familiar.gap_high))
    return say(
        "Song or {group}? Among {groups} that you rated already the same model reaches "
        "{skill}: knowing them again is worth about {gap} points ({low} to {high}).",
        group=say(KINDS[kinds[0]]) if kinds[0] in KINDS else kinds[0],
        groups=groups, skill=skill, gap=gap, low=low, high=high,
    )  # fmt: skip


def locked_headline(verdict: Verdict) -> str:
    """Why nothing is explained."""
    if verdict.level == "none":
        return say("There is nothing here that I could explain.")
    return say("I explain nothing until this is settled.")


def locked_sentences(verdict: Verdict) -> list[str]:
    """The ground, and what would be needed."""
    if verdict.level == "none":
        return [
            verdict_headline(verdict),
            say("What a model makes of such a list is noise, however firm its bars look."),
            detectable_sentence(detectable(verdict.tracks)),
        ]
    return [*(one.sentence for one in verdict.locks), say("The questions on the Data page say what I need to know.")]


def noise_note(verdict: Verdict) -> str:
    """What stands over explanations that were opened all the same."""
    if verdict.level == "none":
        return say("You look all the same: this is what the models picked up, and it may be noise.")
    return say(
        "You look all the same: this is what the models picked up, and a column may have given your rating away."
    )


def _p(value: float) -> str:
    return text.number(value, 3 if value < 0.1 else 2)
