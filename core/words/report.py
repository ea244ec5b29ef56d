"""Sentences of the report and of the share card that no page needs: what was answered, and the settings behind the figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core import drivers, text, verdict
from core.language import many, mark, say
from core.words.naming import Two, label, percent_range, together

if TYPE_CHECKING:
    from core.dataset import Dataset
    from core.evaluate import Evaluation
    from core.leaks import Finding
    from core.verdict import Verdict


OFFER = mark(
    "One page with everything that was found, its charts and its grounds: it opens anywhere, asks no network for anything, and "
    "prints. And a card with the verdict in one sentence, which names none of your tracks."
)


def answer_sentence(finding: Finding, answers: Mapping[str, str]) -> str:
    """What the person was asked about a doubt, and what they said; empty where nothing was asked."""
    if not finding.question:
        return ""
    labels = dict(finding.answers)
    given = answers.get(":".join((finding.code, *finding.columns)))
    if given not in labels:
        return say("{question} Not answered.", question=finding.question)
    return say("{question} You answered: {answer}.", question=finding.question, answer=labels[given])


def settings(dataset: Dataset, evaluation: Evaluation, found: Verdict) -> list[tuple[str, str]]:
    """What a person needs to get the same figures again: (name, value), names of columns in backticks."""
    rounds = evaluation.folds[-1].repeat + 1
    each = len(evaluation.folds) // rounds
    kept = together(evaluation.kinds) if evaluation.kinds else say("copies of one recording")
    luck = found.evidence.chance
    test = say("not possible on this list")
    if luck.scheme != "none":
        test = say(
            "{deals} deals; weak needs p up to {found}, clear p up to {sure} and a skill of {faint} with its range above 0; "
            "above {most} it is suspicious",
            deals=text.whole(luck.permutations), found=text.number(verdict.FOUND, 2), sure=text.number(verdict.SURE, 2),
            faint=text.percent(verdict.FAINT), most=text.percent(verdict.TOO_GOOD),
        )  # fmt: skip
    return [
        (say("Data key"), dataset.key),
        (say("Your rating"), _rating(dataset)),
        (say("Seed"), str(evaluation.seed)),
        (say("Folds"), many(rounds, "{folds}, dealt once", "{folds}, dealt {number} times", folds=text.whole(each))),
        (say("Together in one fold"), kept),
        (say("Models"), text.listing([label(name) for name in evaluation.models], limit=len(evaluation.models))),
        (say("Headline"), say("{model}, fixed in advance", model=label(evaluation.headline))),
        (say("Test against luck"), test),
        (
            say("Test of a driver"),
            say(
                "p up to {alpha} after Holm's correction, and one direction in {share} of refits",
                alpha=text.number(drivers.ALPHA, 2), share=text.percent(drivers.SURE),
            ),
        ),
    ]  # fmt: skip


def _rating(dataset: Dataset) -> str:
    column = text.quoted(dataset.rating_column, 40)
    if dataset.scale is None:
        return say("column {column}", column=column)
    return say("column {column}, {scale}", column=column, scale=dataset.scale.label)


def card_caption(found: Verdict) -> str:
    """What a chart of the skill alone shows."""
    return say(
        "Of the differences between the ratings sound foretells {skill} ({span}) on tracks not seen.",
        skill=text.percent(found.skill), span=percent_range(found.low, found.high),
    )  # fmt: skip


def card_axis(two: Two | None, *, curved: bool) -> str:
    """What a chart of effects shows; `curved`: an effect in it lies between the middle and both ends."""
    told = say("Percentage points from a typical low to a typical high of each, with the 95 % range")
    if two is None:
        told = say("Rating points from a typical low to a typical high of each, with the 95 % range")
    return f"{told}; {say('in black: lows and highs against the middle')}" if curved else told


def card_skill(found: Verdict) -> str:
    """The headline's figure with its range, where the chart shows something else."""
    return say("skill {skill} ({span})", skill=text.percent(found.skill), span=percent_range(found.low, found.high))
