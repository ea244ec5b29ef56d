"""Sentences about files: what they were recognised as, what belongs together in them, and what only the person knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core import text

if TYPE_CHECKING:
    from core.dataset import Dataset
    from core.reading import Report
    from core.reading.ratings import Ratings


_ARTICLE = {"artist": "an artist", "album": "an album", "work": "a work"}


def formats_sentence(formats: Mapping[str, str]) -> str:
    """Which file was recognised as what; empty where none was."""
    named = [f"`{text.shorten(file)}` as a file of {name}" for file, name in formats.items()]
    return f"I recognise {text.listing(named)}." if named else ""


def groups_sentence(dataset: Dataset, *, choice: bool) -> str:
    """How many tracks share their artist, album or work with another; empty where none does. `choice`: one can be made."""
    named = [
        f"{text.count(tracks, 'track') if place == 0 else f'{tracks:,}'} share {_ARTICLE[kind]} with another "
        f"({text.count(groups, kind)})"
        for place, (kind, (groups, tracks)) in enumerate(dataset.groups.items())
    ]
    if not named:
        return ""
    other = " Another column can be chosen for it, below." if choice and not dataset.group_column else ""
    return f"{text.listing(named)}.{other}"


def zero_question(rating: Ratings) -> str:
    """What a rating of 0 means, which no file says."""
    zeros = rating.zeros
    return f"{text.count(zeros, 'rating')} {'is' if zeros == 1 else 'are'} 0. What does 0 mean in your list?"


def join_headline(report: Report) -> str:
    """How two files were matched, in one line."""
    alone = sum(len(titles) for titles in report.alone.values())
    return (
        f"{text.count(sum(report.by.values()), 'row')} matched, {text.count(alone, 'row')} without a match, "
        f"{text.count(len(report.ambiguous), 'title')} that could not be told apart."
    )


def waiting_sentence(dataset: Dataset) -> str:
    """What becomes of tracks without a rating; empty where there are none."""
    if not dataset.unrated:
        return ""
    return (
        f"{text.count(dataset.unrated, 'track')} without a rating {'waits' if dataset.unrated == 1 else 'wait'} apart: no "
        "model learns from them."
    )
