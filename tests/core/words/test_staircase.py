"""The staircase in words: each sentence follows the signs of its figures, and none says more than they carry."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core import words
from core.staircase import GRID, Fit, Flight, Staircase, Step

NAMES = ("claimed", "row_number", "reduction", "yardstick", "models", "groups")


def way(*values: float, reduction: str = "lda") -> Flight:
    """A way down over these figures."""
    steps = tuple(
        Step(name, "skill", value, last - value, value, value)  # type: ignore[arg-type]
        for name, value, last in zip(NAMES, values, (values[0], *values), strict=False)
    )
    fits = (Fit(False, 0.80, 0.75, 1.0, 1.2), Fit(True, 0.80, 0.77, 1.0, 1.1))
    return Flight(reduction, 2, GRID[0], steps, fits)  # type: ignore[arg-type]


def stairs(*values: float, place: float = -0.8) -> Staircase:
    """The same on a list in order of rating."""
    flights = (way(*values), way(*values, reduction="pca"))
    return Staircase(0, 100, 100, 5, "ratings", 8, place, "work", flights, 300, 20.0)


def said(found: Staircase, name: str, reduction: str = "lda") -> str:
    """One step's sentence."""
    flight = found.flight(reduction)  # type: ignore[arg-type]
    return words.step_sentence(flight.step(name), flight, found)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "tells"),
    [
        ((0.75, 0.33, -0.5, -0.3, 0.24, 0.20), "claimed 75 %; 20 % is left"),
        ((0.79, -0.1, -0.3, -0.2, -0.08), "claimed 79 %; nothing of it is left"),
        ((0.25, 0.2, 0.1, 0.2, 0.31), "claimed 25 %; the honest figure is 31 %"),
        ((-0.1, -0.1, -0.2, -0.1, 0.24), "found nothing here; honest models find 24 %"),
        ((-0.1, -0.1, -0.2, -0.1, -0.05), "found nothing here; and nothing is there"),
    ],
)
def test_the_headline_sets_what_is_left_beside_what_was_claimed(values: tuple[float, ...], tells: str) -> None:
    """Whatever the signs."""
    assert tells in words.staircase_headline(stairs(*values))


def test_the_row_number_tells_much_or_nothing() -> None:
    """A file in order, a file in none, and a leak that does not come through."""
    assert said(stairs(0.75, 0.33, 0, 0, 0.2), "row_number").startswith(
        "−42 points: your file is put in order by rating"
    )
    assert "in your file the row number tells nothing" in said(stairs(0.33, 0.33, 0, 0, 0.2, place=0.05), "row_number")
    assert "does not come through" in said(stairs(0.01, 0.0, 0, 0, 0.2), "row_number")
    leak = said(stairs(0.5, 0.3, 0, 0, 0.2, place=0.05), "row_number")
    assert leak == "−20 points: in your file it told something, so that the row number knew the answer."
    assert "only in the way" in said(stairs(0.2, 0.3, 0, 0, 0.2, place=0.05), "row_number")


def test_a_reduction_that_reads_no_ratings_is_not_said_to_have_read_them() -> None:
    """LDA read the ratings of the tracks held out; PCA only their features."""
    found = stairs(0.75, 0.33, -0.5, -0.3, 0.24)
    assert "had read the ratings" in said(found, "reduction")
    assert "worse than guessing" in said(found, "reduction")
    assert "ratings" not in said(found, "reduction", "pca")
    assert "reads no ratings" in said(stairs(0.3, 0.3, 0.3, 0.3, 0.3), "reduction", "pca")
    assert "better" in said(stairs(0.3, 0.2, 0.3, 0.3, 0.3), "reduction")


def test_the_models_are_praised_only_for_what_they_do() -> None:
    """Above guessing they learn more; below it they are only less far below; where the network is ahead it is said."""
    assert "learn more from 100 tracks" in said(stairs(0.7, 0.3, -0.5, -0.3, 0.24), "models")
    assert "less far below guessing" in said(stairs(0.7, 0.3, -0.5, -0.3, -0.05), "models")
    assert "the network does better" in said(stairs(0.7, 0.3, 0.4, 0.45, 0.24), "models")
    assert "about as well" in said(stairs(0.7, 0.3, 0.2, 0.25, 0.24), "models")


def test_groups_are_named_and_their_step_follows_its_sign() -> None:
    """A fall, a rise, and hardly anything."""
    assert "`work`" in said(stairs(0.7, 0.3, 0.2, 0.2, 0.3, 0.1), "groups")
    assert "known from its kin" in said(stairs(0.7, 0.3, 0.2, 0.2, 0.3, 0.1), "groups")
    assert "no harm" in said(stairs(0.7, 0.3, 0.2, 0.2, 0.2, 0.3), "groups")
    assert "changes little" in said(stairs(0.7, 0.3, 0.2, 0.2, 0.2, 0.19), "groups")


def test_what_was_done_to_the_list_is_said() -> None:
    """Components, network, folds; a sample; classes that are not the ratings as they are; the other reduction."""
    found = stairs(0.75, 0.33, -0.5, -0.3, 0.24)
    sentence = words.staircase_sentence(found)
    assert "LDA to 2 components, a network of 2 and 2 logistic units and 5 × 5 folds, on 100 tracks" in sentence
    assert "classes" not in sentence
    network = next(one for one in GRID if one.activation == "tanh")
    tanh = replace(found, flights=tuple(replace(one, network=network) for one in found.flights))
    assert "tanh units" in words.staircase_sentence(tanh)
    assert "random part of your 5,000" in words.staircase_sentence(replace(found, listed=5000))
    assert "8 whole steps" in words.staircase_sentence(replace(found, classes="steps"))
    assert "8 parts" in words.staircase_sentence(replace(found, classes="tenths"))


def test_the_studys_table_reads_as_the_study_wrote_it() -> None:
    """R2 to two places, its difference in points, the squared error's as a share of that in training."""
    first, second = words.fits_rows(way(0.75, 0.3))
    assert (first["R², training"], first["R², test"], first["R², difference"]) == ("0.80", "0.75", "5 %")
    assert (second["MSE, training"], second["MSE, test"], second["MSE, difference"]) == ("1.00", "1.10", "10 %")
    assert "5 points of R² and 20 %" in words.fits_sentence(way(0.75, 0.3))


def test_changes_have_their_sign() -> None:
    """Points, with a true minus, and none for nothing."""
    changes = [words.change(step) for step in way(0.75, 0.33, 0.33, 0.36).steps[1:]]
    assert changes == ["−42", "0", "+3"]
    assert "−42" in words.stairs_alternative(way(0.75, 0.33, 0.33, 0.36))


def test_no_sentence_of_the_staircase_oversteps() -> None:
    """None of the forbidden words, no empty braces, no double blank."""
    for values in (
        (0.75, 0.33, -0.5, -0.3, 0.24, 0.2),
        (0.1, 0.2, 0.3, 0.2, 0.1, 0.2),
        (-0.1, -0.1, -0.1, -0.1, -0.1, -0.1),
    ):
        found = stairs(*values)
        sentences = [words.staircase_headline(found), words.staircase_sentence(found), words.staircase_cost(found)]
        for flight in found.flights:
            sentences += [words.step_sentence(step, flight, found) for step in flight.steps]
            sentences += [words.step_hover(step, flight) for step in flight.steps]
            sentences += [words.fits_sentence(flight), words.honest_hover(flight)]
        sentences += [words.STAIRCASE_OFFER, words.STAIRCASE_READING, words.FITS_LEGEND]
        for sentence in sentences:
            assert not re.search(
                r"because|\bcauses?\b|you like|significant|[{}]|  |\bnan\b", sentence, re.IGNORECASE
            ), sentence
