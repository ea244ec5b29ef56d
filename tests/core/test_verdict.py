"""What may be said, and on what evidence."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest

from core.dataset import Dataset
from core.evaluate import evaluate
from core.verdict import Evidence, Verdict, gather, holm, judge, level_of
from tests.conftest import dataset, table


def verdict(data: Dataset, *, model: str = "ridge", **answers: str) -> tuple[Verdict, Evidence]:
    """The verdict from the comparison of one model with guessing."""
    found = evaluate(data, models=[model], repeats=None if model == "average" else 3)
    evidence = gather(data, found, permutations=199)
    return judge(data, found, evidence, answers=answers), evidence


@pytest.mark.parametrize(
    ("skill", "low", "p", "level"),
    [
        (0.3, 0.1, 0.001, "clear"), (0.3, 0.1, 0.02, "weak"), (0.3, -0.01, 0.001, "weak"), (0.09, 0.01, 0.001, "weak"),
        (0.3, 0.1, 0.06, "none"), (-0.01, -0.1, 0.001, "none"), (0.3, 0.1, float("nan"), "none"),
        (float("nan"), float("nan"), 0.001, "none"), (0.61, 0.5, 0.001, "suspicious"),
    ],
)  # fmt: skip
def test_the_ladder(skill: float, low: float, p: float, level: str) -> None:
    """Each rung by its definition; what could not be told is none; an open doubt is suspicious whatever the figures."""
    assert level_of(skill, low, p) == level
    assert level_of(skill, low, p, doubtful=True) == "suspicious"


def test_holm_by_its_definition() -> None:
    """The smallest p counts as often as there are tests, and none falls below one before it."""
    assert holm([0.01, 0.04, 0.03 + 0.02]) == pytest.approx([0.03, 0.08, 0.08])
    assert holm([]) == []


def test_bach_is_which_pile_and_not_the_shade(bach: Dataset) -> None:
    """Held out by work: clear, between 0.10 and 0.25 with 0.19 in the range, nothing inside a pile, no model above 0.30."""
    found, evidence = verdict(bach, model="average")
    assert evidence.grouping.kinds == ("work",)
    assert found.level in {"weak", "clear"}
    assert 0.10 <= found.skill <= 0.25
    assert found.low < 0.19 < found.high
    assert found.p_value <= 0.02
    assert found.pile_alone
    assert evidence.familiar is not None
    assert evidence.familiar.gap_low < evidence.familiar.gap < evidence.familiar.gap_high
    assert abs(evidence.familiar.gap) < 0.10
    assert {"row-order", "rating-label", "repeated-group", "two-piles"} <= {one.code for one in found.findings}


def test_workers_change_nothing_of_the_evidence(bach: Dataset) -> None:
    """One process and two gather the same, through folds that tear groups apart and both piles."""
    found = evaluate(bach, models=["ridge"], workers=1)
    one, two = (gather(bach, found, permutations=99, workers=count) for count in (1, 2))
    assert np.array_equal(one.chance.null, two.chance.null)
    assert one.familiar is not None
    assert one.piles is not None
    np.testing.assert_equal(asdict(two.familiar), asdict(one.familiar))  # type: ignore[arg-type] # NaN is equal to itself here
    np.testing.assert_equal([asdict(pile) for pile in two.piles or ()], [asdict(pile) for pile in one.piles])


def test_the_bundled_listeners(taste: Dataset, no_taste: Dataset) -> None:
    """A taste is clear and open; noise is none and locked."""
    found, _ = verdict(taste)
    assert (found.level, found.locked, found.pile_alone) == ("clear", False, False)
    nothing, _ = verdict(no_taste)
    assert (nothing.level, nothing.locked, nothing.known_again) == ("none", True, False)


def test_a_copy_of_the_rating_is_suspicious_until_it_is_explained() -> None:
    """A feature that knows the rating locks everything; a person's word that it is sound does not lift a skill too high."""
    draw = np.random.default_rng(0)
    frame = table(80, artist_name=[f"Artist {n}" for n in range(80)])
    frame["valence"] = (frame["rating"] + draw.normal(0, 0.3, 80)).round(3) / 20
    found, _ = verdict(dataset(frame))
    assert (found.level, found.locked) == ("suspicious", True)
    assert "rating-copy" in {one.code for one in found.locks}
    answered, _ = verdict(dataset(frame), **{"rating-copy": "sound"})
    assert (answered.level, [one.code for one in answered.locks]) == ("suspicious", ["too-good"])


def test_where_no_rating_can_change_place_nothing_is_said() -> None:
    """Ratings that hang on the artist alone, artists of different sizes: no test is possible, so that the level is none."""
    artists = np.repeat(np.arange(9), np.arange(3, 12))
    frame = table(63, artist_name=[f"Artist {n}" for n in artists], rating=artists + 1)
    found, evidence = verdict(dataset(frame))
    assert np.isnan(found.p_value)
    assert evidence.chance.scheme == "none"
    assert (found.level, found.locked) == ("none", True)


def test_the_verdict_does_not_hang_on_the_files_order(taste: Dataset) -> None:
    """Rows in another order give the same evidence."""
    small = taste.subset(np.arange(60))
    shuffled = replace(small, file_order=small.file_order[::-1].copy())
    one, other = (verdict(data)[0] for data in (small, shuffled))
    assert (one.level, one.skill, one.p_value) == (other.level, other.skill, other.p_value)
