"""Sentences about a list: how it was read, how it was rated, and what goes with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core import text
from core.folds import grouping
from core.words.naming import LIKED, Two, digits, exact, feature_label, in_sentence, percent_range, share, together
from core.words.reading import waiting_sentence

if TYPE_CHECKING:
    from core.biases import ScaleUse
    from core.correlate import Correlations, Pair
    from core.dataset import Dataset


def read_headline(dataset: Dataset) -> str:
    """What was read, in one line."""
    features = text.count(len(dataset.feature_names), "audio feature")
    return f"I read {text.count(dataset.tracks, 'rated track')} with {features}."


def read_details(dataset: Dataset) -> list[str]:
    """How it was read: joins, rows left out, columns set aside, missing values."""
    lines = list(dataset.notes)
    if dataset.unrated:
        lines.append(waiting_sentence(dataset))
    missing = int(dataset.features.isna().to_numpy().sum())
    if missing:
        lines.append(
            f"{text.count(missing, 'value')} {'is' if missing == 1 else 'are'} missing in the features. Each model fills "
            "them with the median of the tracks that it learns from."
        )
    kept = grouping(dataset)
    if kept.kinds:
        lines.append(f"Whole {together(kept.kinds)} are held out together, so that no model knows one again.")
    else:
        lines += [
            f"With {text.count(one.groups, one.kind)}, up to {one.largest:,} of {dataset.tracks:,} tracks from one, whole "
            f"{one.kind}s cannot be held out: what the models tell holds for {one.kind}s that you rated."
            for one in kept.refused
        ]
    copies = dataset.tracks - len(np.unique(dataset.recordings))
    if copies:
        lines.append(
            f"{text.count(copies, 'row is', 'rows are')} another rating of the same recording; copies share a fold."
        )
    if dataset.tracks < 50:
        lines.append("Below 50 ratings most true links stay hidden. Read everything here as a first guess.")
    return lines


def method_sentence(dataset: Dataset) -> str:
    """What identifies the data that all figures belong to."""
    return (
        f"All of them are computed from {text.count(dataset.tracks, 'track')} and "
        f"{text.count(len(dataset.feature_names), 'feature')} with the data key {dataset.key[:12]} and seed 0; the same "
        "file gives the same figures, to the last digit, in whatever order its rows and columns come."
    )


def ratings_headline(use: ScaleUse) -> str:
    """How the scale is used, in one line."""
    if use.two_ratings:
        low, high = use.two_ratings
        part = _part(int(use.steps["count"].iloc[1]), use.tracks)
        if use.two_ratings == LIKED:
            return f"You liked {part} of {text.count(use.tracks, 'track')}."
        return f"{part[0].upper()}{part[1:]} of your ratings are {exact(high)}, the others {exact(low)}."
    start, end = text.plain_number(use.quarter_low), text.plain_number(use.quarter_high)
    if start == end:
        return f"{text.percent(use.middle_share)} of your ratings are {start}."
    return f"{text.percent(use.middle_share)} of your ratings lie from {start} to {end}."


def _part(some: int, of: int) -> str:
    """A share in words that is never rounded to none or all."""
    if 200 * some <= of:
        return "less than 1 %"
    return "more than 99 %" if 200 * (of - some) <= of else text.percent(some / of)


def ratings_sentence(use: ScaleUse) -> str:
    """Mean, spread and steps with their intervals; of likes the share of the higher rating."""
    if use.two_ratings:
        return _share_sentence(use, use.two_ratings)
    d = digits(use.sd)
    return (
        f"Your {use.tracks:,} ratings use {text.count(use.levels, 'different value')}. Their average is "
        f"{text.number(use.mean, d)} ({text.number(use.mean_low, d)} to {text.number(use.mean_high, d)}) and they typically "
        f"lie {text.number(use.sd, d)} points from it ({text.number(use.sd_low, d)} to {text.number(use.sd_high, d)})."
    )


def _share_sentence(use: ScaleUse, two: Two) -> str:
    others, some = (int(count) for count in use.steps["count"])
    span = percent_range(share(use.mean_low, two), share(use.mean_high, two))
    figures = f"a share of {_part(some, use.tracks)} ({span})"
    if two == LIKED:
        return f"You liked {some:,} and did not like {others:,}: {figures}."
    are = text.count(some, "rating is", "ratings are")
    return f"{are} {exact(two[1])}, {others:,} {'is' if others == 1 else 'are'} {exact(two[0])}: {figures}."


def rating_links_headline(found: Correlations, two: Two | None = None) -> str:
    """How many features go together with the rating, or with likes, beyond what many looks would find by luck."""
    sure = found.with_rating[found.with_rating["q"] <= 0.05]
    if sure.empty:
        return "No single feature goes together with your ratings more than luck allows."
    top = sure.iloc[0]
    others = len(sure) - 1
    more = "" if others == 0 else f", and {text.count(others, 'other feature')} more weakly"
    what = ("fewer likes", "more likes") if two == LIKED else ("lower ratings", "higher ratings")
    return f"More {in_sentence(str(top['feature']))} goes together with {what[int(top['spearman'] > 0)]}{more}."


def rating_links_sentence(found: Correlations) -> str:
    """The strongest link with its interval, and what the comparison counts."""
    top = found.with_rating.iloc[0]
    if np.isnan(top["spearman"]):
        return "No correlation can be computed: the features do not vary."
    return (
        f"The strongest rank correlation is {feature_label(str(top['feature']))}: {text.number(top['spearman'], 2)} "
        f"({text.number(top['low'], 2)} to {text.number(top['high'], 2)}, {int(top['n']):,} tracks). "
        f"{text.count(len(found.with_rating), 'feature was', 'features were')} looked at; coloured are those that stay "
        "beyond luck after counting all looks (at most 5 % of them false on average)."
    )


def pair_sentence(pair: Pair, tracks: int) -> str:
    """Whether two columns go together, in one sentence for any pair."""
    names = f"{feature_label(pair.first)} and {feature_label(pair.second)}"
    if np.isnan(pair.spearman):
        return f"{names}: too few tracks have both, or one of them is the same everywhere."
    numbers = (
        f"rank correlation {text.number(pair.spearman, 2)}, {text.number(pair.low, 2)} to {text.number(pair.high, 2)}, "
        f"{len(pair.rows):,} of {tracks:,} tracks"
    )
    if pair.low <= 0 <= pair.high:
        return f"{names}: I cannot tell whether they go together ({numbers})."
    way = "rise together" if pair.spearman > 0 else "go opposite ways"
    return f"{names} {way} in this list ({numbers})."
