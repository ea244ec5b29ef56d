"""Sentences about several listeners."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.listeners import Agreement, Listeners
from core.words.listeners import (
    agreement_headline,
    agreement_sentence,
    listeners_headline,
    severity_sentence,
    side_by_side_sentence,
    taste_sentence,
)


def listeners(effects: dict[str, float], *, claimed: bool = True, rho: float = 0.6) -> Listeners:
    """People with these severities on 40 tracks, all pairs alike by `rho`."""
    names = tuple(effects)
    severity = pd.DataFrame({
        "listener": names, "tracks": 40, "mean": 5.0, "effect": list(effects.values()),
        "low": [effect - 0.4 for effect in effects.values()], "high": [effect + 0.4 for effect in effects.values()],
        "p_holm": 0.001, "claimed": [claimed and abs(effect) > 0.5 for effect in effects.values()],
    })  # fmt: skip
    pairs = [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
    tastes = pd.DataFrame(
        [[*pair, 40, rho, rho - 0.2, rho + 0.15] for pair in pairs],
        columns=["one", "other", "tracks", "spearman", "low", "high"],
    )
    three = (rho, rho - 0.2, rho + 0.15)
    return Listeners(
        names, tuple(f"T{n}" for n in range(40)), np.zeros((40, len(names))), severity, Agreement(40, three, three, three), tastes
    )  # fmt: skip


def test_the_stricter_of_two_is_named() -> None:
    """Whoever is listed first; one point is singular."""
    found = listeners({"Ada": 1.0, "Bo": -1.0})
    assert listeners_headline(found) == "`Bo` is 1.0 point stricter than `Ada` on the same tracks."
    found = listeners({"Bo": -1.62, "Ada": 1.62})
    assert listeners_headline(found) == "`Bo` is 1.6 points stricter than `Ada` on the same tracks."
    assert severity_sentence(found) == (
        "40 tracks were rated by two or more of them. `Bo`: −1.62 against the others (−2.02 to −1.22) and `Ada`: +1.62 against "
        "the others (+1.22 to +2.02)."
    )


def test_among_several_the_furthest_is_named() -> None:
    """Stricter or more generous than the others; nobody where nothing is claimed."""
    assert (
        listeners_headline(listeners({"A": -1.5, "B": 0.5, "C": 1.0}))
        == "`A` is 1.5 points stricter than the others on the same tracks."
    )
    assert listeners_headline(listeners({"A": -0.5, "B": -0.5, "C": 1.5})) == (
        "`C` is 1.5 points more generous than the others on the same tracks."
    )
    assert (
        listeners_headline(listeners({"A": -1.0, "B": 1.0}, claimed=False))
        == "On the same tracks nobody is shown to be stricter."
    )


@pytest.mark.parametrize(
    ("alpha", "says"),
    [((0.85, 0.8, 0.9), "nearly agree"), ((0.7, 0.6, 0.8), "are similar"), ((0.4, 0.2, 0.6), "overlap in part"),
     ((0.1, -0.1, 0.3), "no overlap"), ((np.nan, np.nan, np.nan), "cannot be told")],
)  # fmt: skip
def test_agreement_is_told_by_its_size(alpha: tuple[float, float, float], says: str) -> None:
    """Of two people; the figures stand in the sentence, with what 0 and 1 are."""
    found = listeners({"A": 0.1, "B": -0.1})
    found = replace(found, agreement=Agreement(40, (0.5, 0.4, 0.6), (0.45, 0.3, 0.6), alpha))
    assert says in agreement_headline(found)
    if not np.isnan(alpha[0]):
        assert "Krippendorff's alpha of the ratings is 0.45 (95 %: 0.30 to 0.60)" in agreement_sentence(found)
    none = replace(found, agreement=None)
    assert "cannot be told" in agreement_headline(none)
    assert agreement_sentence(none) == "It takes 30 tracks that two or more of them rated."


def test_of_several_the_pairs_are_counted() -> None:
    """How many of them prefer the same tracks."""
    assert (
        agreement_headline(listeners({"A": 0, "B": 0, "C": 0})) == "3 of 3 pairs are shown to prefer the same tracks."
    )
    assert (
        agreement_headline(listeners({"A": 0, "B": 0, "C": 0}, rho=0.1))
        == "None of 3 pairs are shown to prefer the same tracks."
    )


@pytest.mark.parametrize(
    ("rho", "says"),
    [(0.6, "What `A` rates higher, `B` tends to rate higher too"), (-0.6, "What `A` rates higher, `B` tends to rate lower"),
     (0.1, "Whether `A` and `B` prefer the same tracks cannot be told"), (np.nan, "have 40 tracks in common; it takes 20")],
)  # fmt: skip
def test_a_pair_is_told(rho: float, says: str) -> None:
    """Alike, opposite, open, or too little."""
    assert says in taste_sentence(listeners({"A": 0, "B": 0}, rho=rho).tastes.iloc[0])


def test_names_of_listeners_are_code_and_nothing_in_them_is_read() -> None:
    """An address becomes no link, a backtick ends no code, a long name is cut."""
    row = listeners({"`x` http://x.test/": 0, "y" * 50: 0}).tastes.iloc[0]
    said = taste_sentence(row)
    assert "`'x' http://x.test/`" in said
    assert said.count("`") == 4
    assert "y" * 31 not in said


def test_tastes_side_by_side() -> None:
    """The feature that differs most, the others by name, or that nothing does."""
    frame = pd.DataFrame(
        {"feature": ["valence", "energy"], "one": [0.5, 0.3], "other": [-0.3, 0.0], "q": [0.001, 0.03]}
    )
    assert side_by_side_sentence(frame, "A", "B") == (
        "The tastes differ most in valence: its rank correlation with the ratings is 0.50 for `A` and −0.30 for `B`; then "
        "in: Energy."
    )
    assert side_by_side_sentence(frame.head(1), "A", "B").endswith("−0.30 for `B`.")
    assert "No feature goes together" in side_by_side_sentence(frame.assign(q=0.5), "A", "B")
