"""Sentences about several listeners of one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core import text
from core.language import many, mark, say
from core.listeners import LEAST_SHARED
from core.words.naming import digits, feature_label, in_sentence

if TYPE_CHECKING:
    import pandas as pd

    from core.listeners import Listeners

_ALIKE, _SIMILAR = 0.8, 0.667
READING_SEVERITY = mark(
    "Each dot is how much higher (right) or lower (left) somebody rates than the others, on the tracks that they have in common; "
    "the line is the 95 % range over tracks. Who rated better tracks alone is not called generous for it. Grey is what "
    "luck does too, or what is smaller than half a point of ten."
)
READING_EFFECTS = mark(
    "Two dots for each feature: the rank correlation of either listener's ratings with it, over all tracks of their own, and the "
    "95 % range. Coloured are features in which the two differ more than luck allows when so many are looked at "
    "(q up to 0.05). Going together is all that this shows."
)


def listeners_headline(found: Listeners) -> str:
    """Who is stricter, or that nobody is shown to be."""
    told = found.severity[found.severity["claimed"]]
    if told.empty:
        return say("On the same tracks nobody is shown to be stricter.")
    row = told.iloc[int(told["effect"].abs().argmax())]
    if len(found.names) == 2:
        strict = row if row["effect"] < 0 else found.severity.iloc[int(found.severity["effect"].argmin())]
        other = next(name for name in found.names if name != strict["listener"])
        return say(
            "{one} is {size} stricter than {other} on the same tracks.",
            one=_who(strict["listener"]), other=_who(other), size=_points(abs(strict["effect"])),
        )  # fmt: skip
    stricter = mark("{one} is {size} stricter than the others on the same tracks.")
    milder = mark("{one} is {size} more generous than the others on the same tracks.")
    return say(stricter if row["effect"] < 0 else milder, one=_who(row["listener"]), size=_points(abs(row["effect"])))


def severity_sentence(found: Listeners) -> str:
    """What was compared, and the figure of whom the headline names."""
    shared = many(
        len(found.titles),
        "{number} track was rated by two or more of them.",
        "{number} tracks were rated by two or more of them.",
    )
    ranges = [
        say(
            "{one}: {effect} against the others ({low} to {high})",
            one=_who(row["listener"]), effect=_signed(row["effect"]), low=_signed(row["low"]), high=_signed(row["high"]),
        )
        for _, row in found.severity.iterrows() if not np.isnan(row["effect"])
    ]  # fmt: skip
    return f"{shared} {text.listing(ranges, limit=6)}." if ranges else shared


def agreement_headline(found: Listeners) -> str:
    """How many pairs agree; of two listeners how far, by alpha less severity."""
    pairs = found.tastes.dropna(subset=["spearman"])
    if len(pairs) > 1:
        alike = int((pairs["low"] > 0).sum())
        return many(
            len(pairs), "{alike} of {number} pair is shown to prefer the same tracks.",
            "{alike} of {number} pairs are shown to prefer the same tracks.", alike=text.whole(alike) if alike else say("None"),
        )  # fmt: skip
    given = found.agreement
    if given is None or np.isnan(given.without_severity[0]):
        return say("How far the tastes overlap cannot be told.")
    point, low, _ = given.without_severity
    if point >= _ALIKE:
        return say("On the same tracks the tastes nearly agree.")
    if point >= _SIMILAR:
        return say("On the same tracks the tastes are similar.")
    if low > 0:
        return say("On the same tracks the tastes overlap in part.")
    return say("On the same tracks no overlap of the tastes is shown.")


def agreement_sentence(found: Listeners) -> str:
    """Krippendorff's alpha, to the letter and less severity."""
    given = found.agreement
    if given is None:
        return say("It takes 30 tracks that two or more of them rated.")
    steps, letter, beside = (_ranged(one) for one in (given.ordinal, given.interval, given.without_severity))
    return say(
        "Krippendorff's alpha of the ratings is {letter}, of their order {steps}, and {beside} once severity is taken out: "
        "1 is the same rating everywhere, 0 is what ratings dealt out at random agree. The marks 0.8 and 0.67 come from coding, "
        "where one answer is right; of tastes they only tell how far two lists overlap.",
        letter=letter, steps=steps, beside=beside,
    )  # fmt: skip


def taste_sentence(row: pd.Series) -> str:
    """One pair of listeners on the tracks that both rated."""
    one, other = _who(row["one"]), _who(row["other"])
    tracks = many(int(row["tracks"]), "{number} track", "{number} tracks")
    if np.isnan(row["spearman"]):
        return say(
            "{one} and {other} have {tracks} in common; it takes {least} with different ratings.",
            one=one, other=other, tracks=tracks, least=LEAST_SHARED,
        )  # fmt: skip
    figures = say(
        "rank correlation {rho}, 95 %: {low} to {high}; {tracks}",
        rho=text.number(row["spearman"], 2), low=text.number(row["low"], 2), high=text.number(row["high"], 2), tracks=tracks,
    )  # fmt: skip
    if row["low"] > 0:
        return say(
            "What {one} rates higher, {other} tends to rate higher too ({figures}).",
            one=one,
            other=other,
            figures=figures,
        )
    if row["high"] < 0:
        return say(
            "What {one} rates higher, {other} tends to rate lower ({figures}).", one=one, other=other, figures=figures
        )
    return say(
        "Whether {one} and {other} prefer the same tracks cannot be told ({figures}).",
        one=one,
        other=other,
        figures=figures,
    )


def side_by_side_sentence(frame: pd.DataFrame, one: str, other: str) -> str:
    """In which features two listeners' tastes differ."""
    told = frame[frame["q"] <= 0.05]
    if told.empty:
        return say(
            "No feature goes together with the ratings of {one} otherwise than with those of {other}, as far as so many ratings "
            "can tell.",
            one=_who(one), other=_who(other),
        )  # fmt: skip
    row = told.iloc[0]
    more = len(told) - 1
    first = say(
        "The tastes differ most in {feature}: its rank correlation with the ratings is {a} for {one} and {b} for {other}",
        feature=in_sentence(row["feature"]), a=text.number(row["one"], 2), b=text.number(row["other"], 2),
        one=_who(one), other=_who(other),
    )  # fmt: skip
    names = text.listing([feature_label(name) for name in told["feature"][1:]])
    return first + (say("; then in: {names}.", names=names) if more else ".")


def _who(name: str) -> str:
    """A listener's name as code, in which nothing is read: an address in plain text would become a link."""
    return text.quoted(str(name), 30)


def _points(size: float) -> str:
    shown = text.number(size, digits(size))
    return (
        say("{size} point", size=shown) if float(round(size, digits(size))) == 1 else say("{size} points", size=shown)
    )


def _signed(value: float) -> str:
    return f"{'+' if round(value, 2) > 0 else ''}{text.number(value, 2)}"


def _ranged(value: tuple[float, float, float]) -> str:
    point, low, high = (text.number(one, 2) for one in value)
    return say("{point} (95 %: {low} to {high})", point=point, low=low, high=high)
