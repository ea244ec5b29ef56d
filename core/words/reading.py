"""Sentences about files: what they were recognised as, what belongs together in them, and what only the person knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core import text
from core.language import many, mark, say
from core.words.naming import groups_counted

if TYPE_CHECKING:
    from core.dataset import Dataset
    from core.reading import Report
    from core.reading.ratings import Ratings


_SHARED = {
    "artist": mark("{tracks} share an artist with another ({groups})"),
    "album": mark("{tracks} share an album with another ({groups})"),
    "work": mark("{tracks} share a work with another ({groups})"),
}


def formats_sentence(formats: Mapping[str, str]) -> str:
    """Which file was recognised as what; empty where none was."""
    named = [
        say("`{file}` as a file of {program}", file=text.shorten(file), program=say(name))
        for file, name in formats.items()
    ]
    return say("I recognise {files}.", files=text.listing(named)) if named else ""


def groups_sentence(dataset: Dataset, *, choice: bool) -> str:
    """How many tracks share their artist, album or work with another; empty where none does. `choice`: one can be made."""
    named = []
    for place, (kind, (groups, tracks)) in enumerate(dataset.groups.items()):
        some = many(tracks, "{number} track", "{number} tracks") if place == 0 else text.whole(tracks)
        named.append(say(_SHARED[kind], tracks=some, groups=groups_counted(kind, groups)))
    if not named:
        return ""
    other = say(" Another column can be chosen for it, below.") if choice and not dataset.group_column else ""
    return f"{text.listing(named)}.{other}"


def zero_question(rating: Ratings) -> str:
    """What a rating of 0 means, which no file says."""
    return many(
        rating.zeros,
        "{number} rating is 0. What does 0 mean in your list?",
        "{number} ratings are 0. What does 0 mean in your list?",
    )


def join_headline(report: Report) -> str:
    """How two files were matched, in one line."""
    parts = [
        many(sum(report.by.values()), "{number} row matched", "{number} rows matched"),
        many(
            sum(len(titles) for titles in report.alone.values()),
            "{number} row without a match",
            "{number} rows without a match",
        ),
        many(
            len(report.ambiguous),
            "{number} title that could not be told apart",
            "{number} titles that could not be told apart",
        ),
    ]
    return ", ".join(parts) + "."


def waiting_sentence(dataset: Dataset) -> str:
    """What becomes of tracks without a rating; empty where there are none."""
    if not dataset.unrated:
        return ""
    return many(
        dataset.unrated,
        "{number} track without a rating waits apart: no model learns from them.",
        "{number} tracks without a rating wait apart: no model learns from them.",
    )
