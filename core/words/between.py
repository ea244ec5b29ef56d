"""Sentences about how ratings and features differ between groups of tracks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core import text
from core.between import DECADE, LEAST
from core.language import many, mark, say
from core.words.naming import in_sentence, p_shown, percent_range

if TYPE_CHECKING:
    from core.between import Between

_KINDS = {"artist": mark("artists"), "album": mark("albums"), "work": mark("works"), DECADE: mark("decades")}
READING = mark(
    "Each dot is the mean of one group, the line its 95 % range, the dashed line the mean of all. Of many groups the six highest "
    "and the six lowest are drawn. The share is taken of the ranks, so that a few far values do not decide (epsilon squared, "
    "with the test of Kruskal and Wallis). Nothing is set off against sound here: the Ratings page asks whether artists and "
    "lists matter beside it. Every pair of questions that you put here is one more chance for luck."
)


def division_label(by: str) -> str:
    """A kind of group for a menu: artists, decades, or a column's header."""
    return say(_KINDS[by]) if by in _KINDS else by


def between_sentence(found: Between) -> str:
    """Whether the values differ between the groups, with the share and its range."""
    what = say("your rating") if found.what == "rating" else in_sentence(found.what)
    kinds = say(_KINDS[found.by]) if found.by in _KINDS else say("the groups of {column}", column=text.quoted(found.by))
    if np.isnan(found.p):
        return say(
            "Whether {what} differs between {kinds} cannot be asked: it takes two groups of {least} tracks whose values differ.",
            what=what, kinds=kinds, least=LEAST,
        )  # fmt: skip
    figures = say(
        "{share} of the differences lie between them, 95 %: {span}; p {p}; {tracks} in {groups}",
        share=text.percent(found.share), span=percent_range(found.low, found.high), p=p_shown(found.p),
        tracks=many(found.tracks, "{number} track", "{number} tracks"),
        groups=many(len(found.groups), "{number} group", "{number} groups"),
    )  # fmt: skip
    if found.p <= 0.05:
        return say("In this list {what} differs between {kinds} ({figures}).", what=what, kinds=kinds, figures=figures)
    return say(
        "I cannot tell whether {what} differs between {kinds} ({figures}).", what=what, kinds=kinds, figures=figures
    )
