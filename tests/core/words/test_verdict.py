"""The verdict in words says what its figures carry, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import words
from core.chance import Chance
from core.curve import Ceiling
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.folds import Grouping
from core.leaks import Finding
from core.verdict import Evidence, Familiar, Pile, Verdict

LUCK = Chance(0.002, 999, 0.2, {}, np.zeros(999), 0.03, "groups", 100)
LOCK = Finding("rating-copy", "lock", ("x",), 0.9, "Column `x` tells too much.", among_features=True)
AGAIN = Familiar(0.25, 0.1, 0.4, 0.05, -0.02, 0.12, float("nan"))


def verdict(**changes: object) -> Verdict:
    """A clear one by artists, and what a test changes."""
    labels = np.arange(100) // 2
    evidence = Evidence(LUCK, Grouping(labels, ("artist",), labels), AGAIN, None, None, ("energy", 0.1))
    kept = {
        name: changes.pop(name) for name in ("chance", "familiar", "piles", "ceiling", "grouping") if name in changes
    }
    evidence = replace(evidence, **kept)  # type: ignore[arg-type]
    return replace(Verdict("clear", "average", 0.2, 0.1, 0.3, 100, (), evidence), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "Sound tells about 20 % of how you rate."),
        ({"level": "weak", "skill": 0.05}, "There is probably something here, too faint to say what."),
        ({"level": "weak"}, "There is probably something here, how much I cannot say."),
        ({"level": "none"}, "I cannot tell your ratings from guessing."),
        ({"level": "suspicious", "findings": (LOCK,)}, "I do not trust this yet."),
        ({"level": "suspicious", "findings": (replace(LOCK, code="too-good"),)}, "This looks too good."),
        ({"level": "none", "chance": replace(LUCK, p_value=float("nan"), exchangeable=3)},
         "I cannot test your ratings against luck."),
        ({"level": "none", "familiar": replace(AGAIN, p_value=0.01)},
         "I know your artists again; their sound tells nothing that I can show."),
        ({"piles": (Pile(50, 3.3, 0.0, -0.3, 0.3, 0.5, 0.9), Pile(50, 7.3, 0.0, -0.1, 0.1, 0.8, 0.9))},
         "Sound tells which pile, not the shade."),
        ({"piles": (Pile(50, 3.3, 0.2, 0.1, 0.3, 0.001, 0.002), Pile(50, 7.3, 0.0, -0.1, 0.1, 0.8, 0.8))},
         "Sound tells about 20 % of how you rate."),
    ],
)  # fmt: skip
def test_each_level_has_its_headline(changes: dict[str, object], says: str) -> None:
    """One line for each level and each reason."""
    assert words.verdict_headline(verdict(**changes)) == says


def test_the_test_against_luck_is_told_by_what_was_done() -> None:
    """How many deals reached as much follows from p; a test that was not possible says why."""
    assert "999 times" in words.luck_sentence(verdict())
    assert "on the true ones once (p = 0.002)" in words.luck_sentence(verdict())
    assert "never (p = 0.001)" in words.luck_sentence(verdict(chance=replace(LUCK, p_value=0.001)))
    nothing = words.luck_sentence(verdict(chance=replace(LUCK, p_value=float("nan"), exchangeable=3)))
    assert nothing.startswith("Only 3 ratings can change place")


def test_song_or_artist_is_one_number_with_its_range() -> None:
    """The gap in points, or what is lost when whole artists are held out; nothing where folds are random."""
    assert "worth about 5 points (−2 to 12)" in words.familiar_sentence(verdict())
    assert words.familiar_sentence(verdict(familiar=None)) == ""
    lost = words.familiar_sentence(verdict(level="none", familiar=replace(AGAIN, p_value=0.01)))
    assert "held out as wholes, nothing of that can be shown" in lost


def test_the_level_has_two_or_three_words() -> None:
    """For the sidebar; an open question comes before it."""
    assert [words.verdict_word(verdict(level=level)) for level in ("none", "weak", "clear", "suspicious")] == [
        "nothing found", "something, faintly", "something, clearly", "too good to trust",
    ]  # fmt: skip
    assert words.verdict_word(verdict(level="weak", findings=(LOCK,))) == "waits for an answer"


def test_piles_are_told_one_by_one() -> None:
    """Each pile with its skill, range and p; none of it without piles, and none where nothing was found."""
    piles = (Pile(50, 3.3, 0.0, -0.3, 0.3, 0.5, 0.9), Pile(12, 7.3, *[float("nan")] * 5))
    said = words.piles_sentence(verdict(piles=piles))
    assert "which pile, not the shade" in said
    assert "among the 12 tracks around 7.3 nothing can be tested" in said
    told = (Pile(50, 3.3, 0.2, 0.1, 0.3, 0.001, 0.002), Pile(50, 7.3, 0.0, -0.1, 0.1, 0.8, 0.8))
    assert words.piles_sentence(verdict(piles=told)) == (
        "Your ratings are two piles, and sound tells something inside a pile too: among the 50 tracks around 3.3 I find "
        "something (skill 20 % (10 to 30 %), p = 0.002) and among the 50 tracks around 7.3 I find nothing beyond luck (skill 0 % "
        "(−10 to 10 %), p = 0.80)."
    )
    assert words.piles_sentence(verdict()) == words.piles_sentence(verdict(piles=piles, level="none")) == ""


def test_a_lock_says_why_and_what_is_needed() -> None:
    """None: the table of what can be found; suspicious: the doubt itself."""
    assert "With 100 ratings a taste that sound explains to 20 % is found" in " ".join(
        words.locked_sentences(verdict(level="none"))
    )
    assert words.locked_sentences(verdict(level="suspicious", findings=(LOCK,)))[0] == LOCK.sentence
    assert "may be noise" in words.noise_note(verdict(level="none"))


def test_single_links_are_hedged_where_the_whole_shows_nothing() -> None:
    """By luck, or by what is not settled yet; the level's word says the same."""
    assert "luck" in words.links_note(verdict(level="none"))
    assert "still open" in words.links_note(verdict(level="suspicious", findings=(LOCK,)))
    assert words.links_note(verdict()) == ""
    assert words.verdict_word(verdict()) == "something, clearly"
    assert words.verdict_word(verdict(findings=(LOCK,))) == "waits for an answer"
    assert words.verdict_word(verdict(level="suspicious", findings=(LOCK,))) == "too good to trust"


def test_the_ceiling_is_told_where_something_was_found(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """With the model's share of it; a list in which nothing was found hears no ceiling."""
    ceiling = Ceiling(20, 40, 0.7, 0.5, 0.9)
    assert "agree with r = 0.70" in " ".join(words.verdict_sentences(verdict(ceiling=ceiling), taste_evaluation))
    nothing = words.verdict_sentences(verdict(ceiling=ceiling, level="none"), taste_evaluation)
    assert "agree with" not in " ".join(nothing)
