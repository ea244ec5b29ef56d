"""Sentences about a list: how it was read, how it was rated, and what goes with what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core import schema, text
from core.folds import grouping
from core.language import many, mark, say
from core.words.naming import (
    LIKED,
    Two,
    digits,
    exact,
    feature_label,
    groups_counted,
    in_sentence,
    p_shown,
    percent_range,
    share,
    together,
)
from core.words.reading import waiting_sentence

if TYPE_CHECKING:
    from core.biases import ScaleUse
    from core.correlate import Correlations, Pair
    from core.dataset import Dataset, Scale
    from core.peaks import Peak


_LEAST_KNOWN = 20  # tracks with a popularity


def read_headline(dataset: Dataset) -> str:
    """What was read, in one line."""
    features = many(len(dataset.feature_names), "{number} audio feature", "{number} audio features")
    return many(
        dataset.tracks,
        "I read {number} rated track with {features}.",
        "I read {number} rated tracks with {features}.",
        features=features,
    )


def read_details(dataset: Dataset) -> list[str]:
    """How it was read: joins, rows left out, columns set aside, missing values."""
    lines = list(dataset.notes)
    if dataset.unrated:
        lines.append(waiting_sentence(dataset))
    missing = int(dataset.features.isna().to_numpy().sum())
    if missing:
        lines.append(
            many(
                missing,
                "{number} value is missing in the features. Each model fills them with the median of the tracks that it learns "
                "from.",
                "{number} values are missing in the features. Each model fills them with the median of the tracks that it learns "
                "from.",
            )
        )
    kept = grouping(dataset)
    if kept.kinds:
        lines.append(
            say("Whole {kinds} are held out together, so that no model knows one again.", kinds=together(kept.kinds))
        )
    else:
        lines += [
            say(
                "With {groups}, up to {largest} of {tracks} tracks from one, whole {kinds} cannot be held out: what the models "
                "tell holds for {kinds} that you rated.",
                groups=groups_counted(one.kind, one.groups), largest=text.whole(one.largest), tracks=text.whole(dataset.tracks),
                kinds=together((one.kind,)),
            )
            for one in kept.refused
        ]  # fmt: skip
    copies = dataset.tracks - len(np.unique(dataset.recordings))
    if copies:
        lines.append(
            many(
                copies,
                "{number} row is another rating of the same recording; copies share a fold.",
                "{number} rows are another rating of the same recording; copies share a fold.",
            )
        )
    if dataset.tracks < 50:
        lines.append(say("Below 50 ratings most true links stay hidden. Read everything here as a first guess."))
    return lines


def method_sentence(dataset: Dataset, seed: int = 0) -> str:
    """What identifies the data that all figures belong to."""
    return say(
        "All of them are computed from {tracks} and {features} with the data key {key} and seed {seed}; the same file gives the "
        "same figures, to the last digit, in whatever order its rows and columns come.",
        tracks=many(dataset.tracks, "{number} track", "{number} tracks"),
        features=many(len(dataset.feature_names), "{number} feature", "{number} features"),
        key=dataset.key[:12],
        seed=seed,
    )


def ratings_headline(use: ScaleUse) -> str:
    """How the scale is used, in one line."""
    if use.two_ratings:
        low, high = use.two_ratings
        part = _part(int(use.steps["count"].iloc[1]), use.tracks)
        if use.two_ratings == LIKED:
            return many(
                use.tracks, "You liked {part} of {number} track.", "You liked {part} of {number} tracks.", part=part
            )
        return say(
            "{part} of your ratings are {rating}, the others {other}.",
            part=text.capital(part),
            rating=exact(high),
            other=exact(low),
        )
    start, end = text.plain_number(use.quarter_low), text.plain_number(use.quarter_high)
    if start == end:
        return say("{part} of your ratings are {rating}.", part=text.percent(use.middle_share), rating=start)
    return say(
        "{part} of your ratings lie from {start} to {end}.", part=text.percent(use.middle_share), start=start, end=end
    )


def _part(some: int, of: int) -> str:
    """A share in words that is never rounded to none or all."""
    if 200 * some <= of:
        return say("less than 1 %")
    return say("more than 99 %") if 200 * (of - some) <= of else text.percent(some / of)


def ratings_sentence(use: ScaleUse) -> str:
    """Mean, spread and steps with their intervals; of likes the share of the higher rating."""
    if use.two_ratings:
        return _share_sentence(use, use.two_ratings)
    d = digits(use.sd)
    return many(
        use.levels,
        "Your {tracks} ratings use {number} different value. Their average is {mean} ({mean_low} to {mean_high}) and they "
        "typically lie {spread} points from it ({spread_low} to {spread_high}).",
        "Your {tracks} ratings use {number} different values. Their average is {mean} ({mean_low} to {mean_high}) and they "
        "typically lie {spread} points from it ({spread_low} to {spread_high}).",
        tracks=text.whole(use.tracks),
        mean=text.number(use.mean, d), mean_low=text.number(use.mean_low, d), mean_high=text.number(use.mean_high, d),
        spread=text.number(use.sd, d), spread_low=text.number(use.sd_low, d), spread_high=text.number(use.sd_high, d),
    )  # fmt: skip


def leniency_sentence(use: ScaleUse, scale: Scale | None) -> str:
    """That the average lies off the scale's middle, and what this is no sign of; empty where it does not, or for likes."""
    if scale is None or use.two_ratings or scale.high <= scale.low:
        return ""
    middle, point = (scale.low + scale.high) / 2, (scale.high - scale.low) / 9
    off = use.mean - middle
    if abs(off) < point or use.mean_low <= middle <= use.mean_high:
        return ""
    above = mark(
        "That is {size} above the middle of the scale ({middle}). Lists hold mostly music that somebody chose to hear, so this "
        "is no sign of mildness."
    )
    below = mark(
        "That is {size} below the middle of the scale ({middle}). It depends on which tracks came into the list, so this is no "
        "sign of severity."
    )
    return say(
        above if off > 0 else below, size=text.number(abs(off), digits(use.sd)), middle=text.plain_number(middle)
    )


def known_sentence(popularity: np.ndarray) -> str:
    """How well known the tracks are, from their popularity (N,), NaN where unknown; empty where fewer than 20 have one."""
    given = popularity[~np.isnan(popularity)]
    if len(given) < _LEAST_KNOWN:
        return ""
    low, middle, high = (text.number(value, 0) for value in np.quantile(given, [0.25, 0.5, 0.75]))
    return say(
        "How well known your tracks are: half of them have a popularity from {low} to {high}, the one in the middle {middle}.",
        low=low, high=high, middle=middle,
    )  # fmt: skip


def level_sentence(found: Correlations, feature: str, peaks: Sequence[Peak]) -> str:
    """How one feature goes together with the rating, and whether some middle value is rated otherwise than both ends."""
    row = found.with_rating[found.with_rating["feature"] == feature].iloc[0]
    name = feature_label(feature)
    if np.isnan(row["spearman"]):
        return say("{feature}: the same everywhere, or known of too few tracks.", feature=name)
    figures = say(
        "rank correlation {rho}, 95 %: {low} to {high}, q {q}",
        rho=text.number(row["spearman"], 2), low=text.number(row["low"], 2), high=text.number(row["high"], 2),
        q=p_shown(row["q"]),
    )  # fmt: skip
    if row["q"] > 0.05:
        first = say(
            "{feature}: no link with your rating that luck would not make ({figures}).", feature=name, figures=figures
        )
    elif row["spearman"] > 0:
        first = say(
            "{feature}: more of it goes together with higher ratings ({figures}).", feature=name, figures=figures
        )
    else:
        first = say(
            "{feature}: more of it goes together with lower ratings ({figures}).", feature=name, figures=figures
        )
    peak = next((peak for peak in peaks if peak.feature == feature), None)
    if peak is None:
        return f"{first} {say('No middle value is shown to be rated otherwise than both ends.')}"
    higher = mark(
        "Around {value} it is rated higher than towards both ends (two lines; p {p} after counting all features)."
    )
    lower = mark(
        "Around {value} it is rated lower than towards both ends (two lines; p {p} after counting all features)."
    )
    turn = say(higher if peak.sign > 0 else lower, value=schema.shown(feature, peak.at), p=p_shown(peak.p_holm))
    return f"{first} {turn}"


def _share_sentence(use: ScaleUse, two: Two) -> str:
    others, some = (int(count) for count in use.steps["count"])
    figures = say(
        "a share of {part} ({range})",
        part=_part(some, use.tracks), range=percent_range(share(use.mean_low, two), share(use.mean_high, two)),
    )  # fmt: skip
    if two == LIKED:
        return say(
            "You liked {some} and did not like {others}: {share}.",
            some=text.whole(some), others=text.whole(others), share=figures,
        )  # fmt: skip
    are = many(some, "{number} rating is {rating}", "{number} ratings are {rating}", rating=exact(two[1]))
    return many(
        others,
        "{ratings}, {number} is {other}: {share}.",
        "{ratings}, {number} are {other}: {share}.",
        ratings=are, other=exact(two[0]), share=figures,
    )  # fmt: skip


def rating_links_headline(found: Correlations, two: Two | None = None) -> str:
    """How many features go together with the rating, or with likes, beyond what many looks would find by luck."""
    sure = found.with_rating[found.with_rating["q"] <= 0.05]
    if sure.empty:
        return say("No single feature goes together with your ratings more than luck allows.")
    top = sure.iloc[0]
    others = len(sure) - 1
    more = ""
    if others:
        more = many(others, ", and {number} other feature more weakly", ", and {number} other features more weakly")
    names = {"feature": in_sentence(str(top["feature"])), "more": more}
    if two == LIKED:
        if top["spearman"] > 0:
            return say("More {feature} goes together with more likes{more}.", **names)
        return say("More {feature} goes together with fewer likes{more}.", **names)
    if top["spearman"] > 0:
        return say("More {feature} goes together with higher ratings{more}.", **names)
    return say("More {feature} goes together with lower ratings{more}.", **names)


def rating_links_sentence(found: Correlations) -> str:
    """The strongest link with its interval, and what the comparison counts."""
    top = found.with_rating.iloc[0]
    if np.isnan(top["spearman"]):
        return say("No correlation can be computed: the features do not vary.")
    strongest = say(
        "The strongest rank correlation is {feature}: {link} ({low} to {high}, {tracks} tracks).",
        feature=feature_label(str(top["feature"])), link=text.number(top["spearman"], 2), low=text.number(top["low"], 2),
        high=text.number(top["high"], 2), tracks=text.whole(int(top["n"])),
    )  # fmt: skip
    return strongest + many(
        len(found.with_rating),
        " {number} feature was looked at; coloured are those that stay beyond luck after counting all looks (at most 5 % of them "
        "false on average).",
        " {number} features were looked at; coloured are those that stay beyond luck after counting all looks (at most 5 % of "
        "them false on average).",
    )


def pair_sentence(pair: Pair, tracks: int) -> str:
    """Whether two columns go together, in one sentence for any pair."""
    names = {"one": feature_label(pair.first), "other": feature_label(pair.second)}
    if np.isnan(pair.spearman):
        return say("{one} and {other}: too few tracks have both, or one of them is the same everywhere.", **names)
    numbers = say(
        "rank correlation {link}, {low} to {high}, {some} of {all} tracks",
        link=text.number(pair.spearman, 2), low=text.number(pair.low, 2), high=text.number(pair.high, 2),
        some=text.whole(len(pair.rows)), all=text.whole(tracks),
    )  # fmt: skip
    if pair.low <= 0 <= pair.high:
        return say("{one} and {other}: I cannot tell whether they go together ({numbers}).", **names, numbers=numbers)
    if pair.spearman > 0:
        return say("{one} and {other} rise together in this list ({numbers}).", **names, numbers=numbers)
    return say("{one} and {other} go opposite ways in this list ({numbers}).", **names, numbers=numbers)
