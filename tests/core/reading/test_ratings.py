"""The cells of the rating column as numbers on a known scale."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SettingsError
from core.reading.ratings import SCALES, ZEROS, Ratings, Scale, read_ratings

NAN = float("nan")
ANY_CELL = st.one_of(
    st.text(max_size=12),
    st.text("0123456789.,/%-+ e½★☆♥♡👍👎\ufe0f", max_size=8),
    st.integers(-3, 300).map(str),
    st.floats(width=32).map(repr),
    st.sampled_from("yes no ja nei like + - ? inf -inf 1e308 1e999 ★★★☆☆ ★★½ 4/5 85% 7,5 NaN unrated".split()),
)


def scale_of(cells: list[str], **choices: str) -> tuple[str, float, float, float, str]:
    """Name, ends, step and label."""
    scale = read_ratings(cells, **choices).scale
    return scale.name, scale.low, scale.high, scale.step, scale.label


def same(one: Ratings, two: Ratings, rows: np.ndarray) -> None:
    """Whether `two` is `one` with its rows in another order."""
    np.testing.assert_array_equal(two.values, one.values[rows])
    np.testing.assert_array_equal(np.isin(rows, one.unreadable), np.isin(np.arange(len(rows)), two.unreadable))
    np.testing.assert_array_equal(np.isin(rows, one.out_of_range), np.isin(np.arange(len(rows)), two.out_of_range))
    assert (one.scale, one.zeros, one.zero_is_unrated) == (two.scale, two.zeros, two.zero_is_unrated)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ("0 1 1", [0, 1, 1]),
        ("true FALSE True", [1, 0, 1]),
        ("ja nei Ja", [1, 0, 1]),
        ("ja nein", [1, 0]),
        ("oui non", [1, 0]),
        ("sí si no", [1, 1, 0]),
        ("si\u0301 no", [1, 0]),
        ("да нет", [1, 0]),
        ("yes no 1 0", [1, 0, 1, 0]),
        ("like dislike", [1, 0]),
        ("liked disliked", [1, 0]),
        ("love hate", [1, 0]),
        ("thumbs_up thumbs_down", [1, 0]),
        ("👍 👎 👍🏽 👎🏿 👍\ufe0f", [1, 0, 1, 0, 1]),
        ("❤️ 💔", [1, 0]),
        ("♥ ♡ ♥", [1, 0, 1]),
        ("★ ☆", [1, 0]),
        ("✓ ✗", [1, 0]),
        ("+ - +", [1, 0, 1]),
        ("+ \u2212 ?", [1, 0, NAN]),
    ],
)  # fmt: skip
def test_two_words_or_signs_are_likes(cells: str, values: list[float]) -> None:
    """Yes and no in many ways of writing are 1 and 0; whether 0 means "not rated" is no question there."""
    found = read_ratings(cells.split())
    np.testing.assert_array_equal(found.values, values)
    assert scale_of(cells.split()) == ("likes", 0, 1, 1, "likes (yes or no)")
    assert (found.zeros, found.zero_is_unrated) == (0, False)
    assert not len(found.unreadable) + len(found.out_of_range)


@pytest.mark.parametrize("mark", ["liked", "♥", "❤️", "♡", "👍", "+", "★", "1", "true"])
def test_a_blank_is_no_dislike(mark: str) -> None:
    """A mark in some cells and nothing in the rest is one value, not two."""
    found = read_ratings([mark, "", mark, "", ""])
    np.testing.assert_array_equal(found.values, [1, NAN, 1, NAN, NAN])
    assert found.scale.name == "likes"


def test_thumbs_may_leave_a_middle() -> None:
    """Beside 1 and -1, 0 is no thumb, unless the person calls it a rating."""
    cells = ["1", "-1", "0", "\u22121"]
    found = read_ratings(cells)
    np.testing.assert_array_equal(found.values, [1, 0, NAN, 0])
    assert (found.scale.name, found.zeros, found.zero_is_unrated) == ("likes", 1, True)
    rated = read_ratings(cells, zero="rating")
    np.testing.assert_array_equal(rated.values, [1, 0, 0.5, 0])
    assert (rated.zeros, rated.zero_is_unrated, rated.scale.step) == (1, False, 0.5)


@pytest.mark.parametrize(
    ("cells", "values", "scale"),
    [
        ("1 2 3 4 5", [1, 2, 3, 4, 5], ("stars", 1, 5, 1, "1 to 5 stars")),
        ("0.5 3 4.5", [0.5, 3, 4.5], ("stars", 0.5, 5, 0.5, "0.5 to 5 stars with halves")),
        ("1 3.7 4.2", [1, 3.7, 4.2], ("stars", 1, 5, 0.1, "1 to 5 stars with decimals")),
        ("4/5 4,5/5 1/5", [4, 4.5, 1], ("stars", 1, 5, 0.5, "1 to 5 stars with halves")),
        ("★★★☆☆ ★★★½ ⭐⭐⭐ *** ⭐️⭐️", [3, 3.5, 3, 3, 2], ("stars", 1, 5, 0.5, "1 to 5 stars with halves")),
        ("3_stars 1_star 4★ ★4.5 2½", [3, 1, 4, 4.5, 2.5], ("stars", 1, 5, 0.5, "1 to 5 stars with halves")),
        ("★★★★★★★☆☆☆ ★★☆☆☆☆☆☆☆☆", [7, 2], ("ten", 1, 10, 1, "1 to 10")),
        ("★★★★★★★ ★★", [7, 2], ("ten", 1, 10, 1, "1 to 10")),
        ("1 7 10", [1, 7, 10], ("ten", 1, 10, 1, "1 to 10")),
        ("0 7 10", [0, 7, 10], ("ten", 0, 10, 1, "0 to 10")),
        ("7/10 3/10 9", [7, 3, 9], ("ten", 1, 10, 1, "1 to 10")),
        ("7,5 8 10", [7.5, 8, 10], ("ten", 1, 10, 0.5, "1 to 10 with halves")),
        ("7,25 8.5 10", [7.25, 8.5, 10], ("ten", 1, 10, 0.25, "1 to 10 with decimals")),
        ("３ ７", [3, 7], ("ten", 1, 10, 1, "1 to 10")),
        ("0.5 7 10", [0.5, 7, 10], ("ten", 0, 10, 0.5, "0 to 10 with halves")),
        ("4/5 9/10", [8, 9], ("ten", 1, 10, 1, "1 to 10")),
        ("3 7 3", [3, 7, 3], ("ten", 1, 10, 1, "1 to 10")),
        ("1 2 1", [1, 2, 1], ("stars", 1, 5, 1, "1 to 5 stars")),
        ("85/100 12/100", [85, 12], ("hundred", 0, 100, 1, "0 to 100")),
        ("85% 20％", [85, 20], ("hundred", 0, 100, 5, "0 to 100")),
        ("20 40 100", [20, 40, 100], ("hundred", 0, 100, 20, "0 to 100")),
        ("1 64 128 196 255", [1, 2, 3, 4, 5], ("bytes", 1, 5, 1, "1 to 5 stars")),
        ("13 54 118 186 242", [0.5, 1.5, 2.5, 3.5, 4.5], ("bytes", 0.5, 5, 0.5, "0.5 to 5 stars with halves")),
        ("1 65 128 192 255", [1, 2, 3, 4, 5], ("bytes", 1, 5, 1, "1 to 5 stars")),
        ("51 102 153 204 255", [1, 2, 3, 4, 5], ("bytes", 1, 5, 1, "1 to 5 stars")),
        ("-5 0 5", [-5, 0, 5], ("free", -5, 5, 1, "\u22125 to 5")),
        ("1 150 300", [1, 150, 300], ("free", 1, 300, 1, "1 to 300")),
        ("0.25 0.75", [0.25, 0.75], ("free", 0.25, 0.75, 0.25, "0.25 to 0.75")),
        ("15/20 8/20 12", [15, 8, 12], ("free", 1, 20, 1, "1 to 20")),
        ("5/6 2/6", [5, 2], ("free", 1, 6, 1, "1 to 6")),
    ],
)  # fmt: skip
def test_numbers_find_their_scale(cells: str, values: list[float], scale: tuple[str, float, float, float, str]) -> None:
    """A column has the scale that its cells say, or the smallest one that holds its numbers."""
    column = [cell.replace("_", " ") for cell in cells.split()]
    found = read_ratings(column)
    np.testing.assert_array_equal(found.values, values)
    assert scale_of(column) == scale
    assert not len(found.unreadable) + len(found.out_of_range)


@pytest.mark.parametrize(
    ("cells", "hint", "zeros", "unrated"),
    [
        ("0 1 2 5", None, 1, True),
        ("0 0 0.5 5", None, 2, False),
        ("0/5 4/5", None, 1, True),
        ("☆☆☆☆☆ ★★★☆☆", None, 1, True),
        ("0 1 10", None, 1, False),
        ("0 50 100", None, 1, False),
        ("0 64 255 0", None, 2, True),
        ("-5 0 5", None, 1, False),
        ("0 1 1", None, 0, False),
        ("yes no", None, 0, False),
        ("1 2 5", None, 0, False),
        ("0 20 100", "twenties", 1, True),
        ("0 7 10", "stars_of_ten", 1, True),
        ("0 3 7", "ten", 1, False),
    ],
)  # fmt: skip
def test_zero_has_a_default_and_a_choice(cells: str, hint: str | None, zeros: int, unrated: bool) -> None:
    """Zeros are counted where they could mean "not rated"; the default follows the scale, and a choice overrides it."""
    column = cells.split()
    found = read_ratings(column, hint=hint)
    assert (found.zeros, found.zero_is_unrated) == (zeros, unrated)
    assert np.isnan(found.values).sum() == zeros * unrated
    assert np.isnan(read_ratings(column, hint=hint, zero="unrated").values).sum() == zeros
    assert not np.isnan(read_ratings(column, hint=hint, zero="rating").values).any()


def test_a_zero_that_counts_is_on_the_scale() -> None:
    """The lower end is 0 where 0 is a rating, and 1 where it is none."""
    cells = "0 1 2 5".split()
    assert scale_of(cells, zero="rating") == ("stars", 0, 5, 1, "0 to 5 stars")
    assert scale_of(cells, zero="unrated") == ("stars", 1, 5, 1, "1 to 5 stars")


def test_a_library_that_is_mostly_unrated_has_stars() -> None:
    """Zeros do not outvote the ratings: a hundred tracks with stars among ten thousand without are no likes."""
    found = read_ratings(["0"] * 10_000 + [str(1 + n % 5) for n in range(100)])
    assert (found.scale.name, found.zeros, found.zero_is_unrated) == ("stars", 10_000, True)
    assert np.isfinite(found.values).sum() == 100


@pytest.mark.parametrize(
    "missing", ["", " ", "NA", "n/a", "NaN", "null", "None", "-", "\u2013", "?", "Unrated", "not rated"]
)
def test_missing_cells_are_not_unreadable(missing: str) -> None:
    """A cell that says that nothing was rated is no fault, beside numbers and beside words."""
    for rest in (["3", "5", "4"], ["yes", "no", "yes"]):
        found = read_ratings([missing, *rest])
        assert np.isnan(found.values[0])
        assert np.isfinite(found.values[1:]).all()
        assert not len(found.unreadable) + len(found.out_of_range)


@pytest.mark.parametrize(
    "cell",
    ["good", "A+", "3-May", "3/12", "1.2.3", "7²", "★★☆", "½½★", "1 2", "0x5", "1,234.5", "yes", "7" * 101, "\ud800"],
)
def test_text_among_numbers_is_named(cell: str) -> None:
    """What is no rating is never guessed, and its row is told."""
    found = read_ratings(["7", "9", cell, "8"])
    assert found.unreadable.tolist() == [2]
    np.testing.assert_array_equal(found.values, [7, 9, NAN, 8])


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "∞", "1e308", "1e999", "-1e7", "7/5", "77"])
def test_numbers_that_no_scale_holds_are_named(cell: str) -> None:
    """An absurd number leaves the scale as it is, and its row is told."""
    tidy = [str(n % 5 + 1) for n in range(200)]
    found = read_ratings([*tidy, cell])
    assert found.out_of_range.tolist() == [200]
    assert np.isnan(found.values[200])
    assert found.scale == read_ratings(tidy).scale


@pytest.mark.parametrize(
    ("cells", "outlier", "name", "named"),
    [
        (200, "77", "ten", True),
        (200, "-3", "ten", True),
        (200, "11", "ten", True),
        (30, "77", "ten", True),
        (30, "12", "hundred", False),
        (30, "-3", "free", False),
        (5, "77", "hundred", False),
    ],
)  # fmt: skip
def test_a_typing_error_does_not_stretch_the_scale(cells: int, outlier: str, name: str, named: bool) -> None:
    """One odd number in a long column is an error; in a short one only if it lies far off."""
    column = [*(str(n % 10 + 1) for n in range(cells - 1)), "10", outlier]
    found = read_ratings(column)
    assert found.scale.name == name
    assert found.out_of_range.tolist() == ([cells] if named else [])


def test_the_rare_best_is_no_typing_error() -> None:
    """Somebody who gives two tracks in three hundred more than 5 points rates up to 10."""
    found = read_ratings([str(n % 5 + 1) for n in range(300)] + ["7", "9"])
    assert found.scale.name == "ten"
    assert not len(found.out_of_range)


def test_a_short_column_beyond_a_hundred_is_no_known_scale() -> None:
    """One 150 among thirty numbers up to 100 may be meant, a 1000 is an error."""
    tidy = [str(3 * n + 1) for n in range(30)]
    assert read_ratings([*tidy, "150"]).scale.name == "free"
    assert read_ratings([*tidy, "1000"]).out_of_range.tolist() == [30]


def test_many_odd_numbers_are_a_scale() -> None:
    """Three in a hundred numbers are no typing errors, nor are twenty in any number."""
    assert read_ratings([str(n % 10 + 1) for n in range(97)] + ["55", "66", "77"]).scale.name == "hundred"
    assert read_ratings([str(n % 10 + 1) for n in range(9_980)] + ["55"] * 20).scale.name == "hundred"


def test_likes_bear_a_typing_error() -> None:
    """An 11 among two hundred zeros and ones is named; one star in a library without zeros is no like."""
    found = read_ratings(["0", "1"] * 100 + ["11"])
    assert (found.scale.name, found.out_of_range.tolist()) == ("likes", [200])
    assert read_ratings(["1"] * 100 + ["5"]).scale.name == "stars"


@pytest.mark.parametrize(
    ("cells", "hint", "name", "values"),
    [
        ("20 70 100", "twenties", "twenties", [1, 3.5, 5]),
        ("1 2 5", "twenties", "stars", [1, 2, 5]),
        ("★★★ ★", "twenties", "stars", [3, 1]),
        ("1 7 10", "stars_of_ten", "stars_of_ten", [0.5, 3.5, 5]),
        ("0.5 3.5 5", "stars_of_ten", "stars", [0.5, 3.5, 5]),
        ("20 90 100", "stars_of_ten", "hundred", [20, 90, 100]),
        ("20 40 64 255", "bytes", "bytes", [1, 2, 2, 5]),
        ("1 3 5", "bytes", "stars", [1, 3, 5]),
        ("1 2 4", "ten", "ten", [1, 2, 4]),
        ("yes no", "ten", "likes", [1, 0]),
        ("1 0 1", "likes", "likes", [1, 0, 1]),
        ("3 7", "likes", "ten", [3, 7]),
        ("1 2 3 4 5 50", "ten", "hundred", [1, 2, 3, 4, 5, 50]),
    ],
)  # fmt: skip
def test_a_format_is_followed_where_the_cells_agree(cells: str, hint: str, name: str, values: list[float]) -> None:
    """What the file's format says counts unless somebody has rewritten the column."""
    found = read_ratings(cells.split(), hint=hint)
    assert found.scale.name == name
    np.testing.assert_array_equal(found.values, values)


def test_a_choice_goes_before_everything() -> None:
    """The chosen scale is taken; what it does not hold is out of range, and words are no numbers."""
    found = read_ratings(["4", "7", "60", "yes", "★★★★☆"], scale="ten", hint="hundred")
    np.testing.assert_array_equal(found.values, [4, 7, NAN, NAN, 8])
    assert (found.unreadable.tolist(), found.out_of_range.tolist()) == ([3], [2])
    assert found.scale.name == "ten"
    assert read_ratings(["0", "1"], scale="likes").scale.evidence == "you chose this scale"


def test_numbers_without_a_scale_have_limits() -> None:
    """Beyond a million nothing is a rating, and a fraction says nothing among numbers of no known scale."""
    assert read_ratings(["1e6", "-1e6", "1000001"], scale="free").out_of_range.tolist() == [2]
    assert read_ratings(["-2", "150", "300", "4/5"]).out_of_range.tolist() == [3]


def test_signs_among_numbers() -> None:
    """A dash among numbers is a missing one, even where a stray plus, which is none, stands beside it; -0 is 0."""
    found = read_ratings(["7", "8", "9", "+", "-", "-0"])
    np.testing.assert_array_equal(found.values, [7, 8, 9, NAN, NAN, 0])
    assert found.unreadable.tolist() == [3]
    assert not np.signbit(found.values[5])


def test_written_scales_are_brought_together() -> None:
    """Where cells say different scales, the commonest one holds and the others are converted to it."""
    found = read_ratings(["7/10", "4/5", "30 %", "9/10", "8"])
    assert found.scale.name == "ten"
    np.testing.assert_array_equal(found.values, [7, 8, 3, 9, 8])


@pytest.mark.parametrize(
    ("cells", "evidence"),
    [
        ("ja nei ja", "cells say `ja` and `nei`"),
        ("`x` yes no", "cells say `no` and `yes`"),
        ("1 2 10", "whole numbers from 1 to 10"),
        ("1 2.5 10", "numbers from 1 to 10"),
        ("★★★ ★ 5", "2 cells hold stars"),
        ("4/5 3/5", "2 cells are written out of 5"),
        ("80% 30%", "2 cells are percentages"),
        ("1 -1", "the only numbers are \u22121 and 1"),
        ("4 4", "the only number is 4"),
        ("1 64 255", "bytes as in MP3 tags: 1, 64, 128, 196 and 255 for one to five stars"),
        ("51 204 255", "bytes as in MP3 tags: 51 for each of five stars"),
        ("", "no cell holds a rating"),
    ],
)  # fmt: skip
def test_the_evidence_says_what_the_cells_look_like(cells: str, evidence: str) -> None:
    """Each scale comes with the ground for it, in plain words."""
    assert read_ratings(cells.split()).scale.evidence == evidence


def test_nothing_rated_is_no_scale() -> None:
    """A column without a rating says so."""
    for cells in ([], ["", "?"], ["A", "B"]):
        found = read_ratings(cells)
        assert (found.scale.name, found.scale.label) == ("free", "no ratings")
        assert len(found.values) == len(cells)
        assert np.isnan(found.values).all()


@pytest.mark.parametrize("choice", [{"scale": "stras"}, {"zero": "no"}, {"hint": ""}])
def test_unknown_names_are_told(choice: dict[str, str]) -> None:
    """A scale or an answer that does not exist is a fault of the settings."""
    with pytest.raises(SettingsError):
        read_ratings(["1", "2"], **choice)


@settings(max_examples=300)
@given(
    st.lists(ANY_CELL, max_size=30),
    st.sampled_from([None, *SCALES]), st.sampled_from([None, *ZEROS]), st.sampled_from([None, *SCALES]),
)  # fmt: skip
def test_any_text_is_read(cells: list[str], scale: str | None, zero: str | None, hint: str | None) -> None:
    """Whatever the cells hold, each one is a rating on the scale, missing, unrated, unreadable or out of range."""
    found = read_ratings(cells, scale=scale, zero=zero, hint=hint)
    assert found.values.shape == (len(cells),)
    finite = np.flatnonzero(np.isfinite(found.values))
    assert not np.isinf(found.values).any()
    parts = [*finite, *found.unreadable, *found.out_of_range]
    assert len(set(parts)) == len(parts)
    alone = [read_ratings([cell], scale=found.scale.name, zero="rating") for cell in cells]
    rest = [one for row, one in enumerate(alone) if row not in parts]  # missing, or a zero that was no rating
    assert not any(len(one.unreadable) + len(one.out_of_range) for one in rest)
    assert sum(float(one.values[0]) == 0 for one in rest) == (found.zeros if found.zero_is_unrated else 0)
    assert all(np.isnan(one.values[0]) or one.values[0] == 0 for one in rest)
    known = found.scale
    assert isinstance(known, Scale)
    assert known.name in SCALES
    assert scale is None or known.name == scale
    assert known.label
    assert known.evidence
    assert np.isfinite([known.low, known.high, known.step]).all()
    if len(finite):
        numbers = found.values[finite]
        assert known.low <= numbers.min() <= numbers.max() <= known.high
        if known.step:
            np.testing.assert_allclose(numbers / known.step, np.round(numbers / known.step), rtol=0, atol=1e-6)


@given(st.lists(ANY_CELL, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(cells: list[str], chance: object) -> None:
    """Rows in another order give the same numbers in that order, and the same scale."""
    rows = list(range(len(cells)))
    chance.shuffle(rows)  # type: ignore[attr-defined]
    same(read_ratings(cells), read_ratings([cells[row] for row in rows]), np.array(rows, dtype=int))


@given(st.lists(st.sampled_from([0, 0.5, 1, 2.5, 4, 5]), min_size=1, max_size=20), st.data())
def test_every_way_of_writing_gives_the_number(stars: list[float], data: st.DataObject) -> None:
    """Numbers written on a scale come back, with points or commas, in fractions, percent and glyphs."""

    def glyphs(value: float) -> str:
        return ("★" * int(value) + "½" * (value % 1 > 0)).ljust(5, "☆")

    ways = {
        "stars": [lambda v: f"{v:g}", lambda v: f"{v:g}".replace(".", ","), lambda v: f"{v:g}/5", lambda v: f"{v:g} stars",
                  lambda v: f" {v:.2f} ", glyphs],
        "ten": [lambda v: f"{2 * v:g}", lambda v: f"{2 * v:g} / 10", lambda v: f"{2 * v:g} out of 10"],
        "hundred": [lambda v: f"{20 * v:g}", lambda v: f"{20 * v:g} %", lambda v: f"{20 * v:g}/100"],
        "stars_of_ten": [lambda v: f"{2 * v:g}"],
        "twenties": [lambda v: f"{20 * v:g}"],
    }  # fmt: skip
    name = data.draw(st.sampled_from(sorted(ways)))
    cells = [data.draw(st.sampled_from(ways[name]))(value) for value in stars]
    factor = {"ten": 2, "hundred": 20}.get(name, 1)
    found = read_ratings(cells, scale=name, zero="rating")
    np.testing.assert_array_equal(found.values, np.array(stars) * factor)
    assert found.zeros == stars.count(0)


@given(st.lists(st.floats(-1e6, 1e6), max_size=20))
def test_free_numbers_come_back_to_the_last_digit(numbers: list[float]) -> None:
    """As they are means as they are."""
    found = read_ratings([repr(number) for number in numbers], scale="free", zero="rating")
    np.testing.assert_array_equal(found.values, numbers)


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("bytes", np.arange(256)),
        ("bytes", np.array([0, 1, 54, 64, 118, 128, 186, 196, 242, 255])),
        ("bytes", np.array([0, 26, 51, 77, 102, 127, 153, 178, 204, 229, 255])),
        ("twenties", np.arange(101)),
        ("stars_of_ten", np.arange(11)),
        ("stars", np.arange(51) / 10),
    ],
)  # fmt: skip
def test_more_stays_more(name: str, cells: np.ndarray) -> None:
    """A higher cell never gets fewer stars, and the ends become 0 and 5."""
    values = read_ratings([f"{cell:g}" for cell in cells], scale=name, zero="rating").values
    assert (np.diff(values) >= 0).all()
    assert (values[0], values[-1]) == (0, 5)


def test_bytes_have_windows_borders() -> None:
    """Bytes that no program writes count as the stars that Windows shows for them."""
    edges = [1, 31, 32, 95, 96, 159, 160, 223, 224, 255]
    found = read_ratings([str(byte) for byte in edges], scale="bytes")
    np.testing.assert_array_equal(found.values, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    assert read_ratings(["1", "50", "200", "255"]).scale.name == "free"


@pytest.mark.parametrize(
    "cell",
    ["1" * 5_000_000, "*" * 5_000_000, " " * 5_000_000, "1 " * 2_000_000, "½" * 5_000_000, "9" * 100, "9" * 99 + "x"],
)
def test_a_long_cell_costs_no_time(cell: str) -> None:
    """A cell made to keep a pattern busy is read at once."""
    start = time.process_time()
    found = read_ratings([cell, "5"])
    assert time.process_time() - start < 1
    assert np.isnan(found.values[0])


def test_many_different_cells_are_quick() -> None:
    """100,000 different numbers take a second or two, and keep their places."""
    numbers = np.random.default_rng(0).normal(size=100_000)
    start = time.process_time()
    found = read_ratings([repr(float(number)) for number in numbers])
    assert time.process_time() - start < 5
    np.testing.assert_array_equal(found.values, numbers)
    assert found.scale.name == "free"


@pytest.mark.parametrize("codes", [1, 6])
def test_minus_one_is_a_code(codes: int) -> None:
    """However often -1 stands beside ratings from 1 to 10, it is no rating and makes no scale of its own."""
    found = read_ratings([*(str(n % 10 + 1) for n in range(40)), *["-1"] * codes])
    assert found.scale.name == "ten"
    assert found.out_of_range.tolist() == list(range(40, 40 + codes))
