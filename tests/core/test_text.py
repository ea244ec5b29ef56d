"""Words, numbers and escaping."""

from __future__ import annotations

import re

import pytest

from core import text


def test_listing_joins_as_a_person_would() -> None:
    """One, two and many items read as in speech; long lists end with a count."""
    assert text.listing([]) == ""
    assert text.listing(["a"]) == "a"
    assert text.listing(["a", "b"]) == "a and b"
    assert text.listing(["a", "b", "c"]) == "a, b and c"
    assert text.listing(range(8), limit=3) == "0, 1, 2 and 5 more"


@pytest.mark.parametrize(
    ("value", "digits", "shown"), [(-0.04, 1, "0.0"), (-1.26, 1, "\u22121.3"), (1234.5, 0, "1,234"), (0.125, 2, "0.12")]
)
def test_numbers_are_rounded_once(value: float, digits: int, shown: str) -> None:
    """A true minus, no negative zero."""
    assert text.number(value, digits) == shown


def test_plain_numbers_lose_needless_decimals() -> None:
    """7.0 is 7, 6.5 stays."""
    assert [text.plain_number(value) for value in (7.0, 6.5, -1.0)] == ["7", "6.5", "\u22121"]


HOSTILE = "<b>x</b> ![i](http://x.test/i.png) =1+1 `c` $x$ :red[a] :smile: a_b_c *s* [l](javascript:1) # h"


def test_markdown_escapes_every_mark() -> None:
    """After escaping, every punctuation mark that Markdown could read stands behind a backslash."""
    escaped = text.markdown(HOSTILE)
    assert re.sub(r"\\(.)", r"\1", escaped) == HOSTILE
    assert re.search(r"(?<!\\)[<>\[\]()`*_$:!#]", escaped) is None


def test_control_characters_become_blanks() -> None:
    """A line break opens no new block, and no mark turns the direction of writing."""
    assert text.markdown("a\n# b\u202ec") == r"a \# b c"
    assert text.hover("a\nb") == "a b"


def test_rich_keeps_names_as_code_and_escapes_the_rest() -> None:
    """A name in backticks is a code span; an odd backtick makes none."""
    assert text.rich("Column `a_b` *x*") == r"Column `a_b` \*x\*"
    assert "`" not in text.rich("odd ` one *x*").replace("\\`", "")


def test_hover_escapes_the_tags_that_plotly_reads() -> None:
    """Angle brackets and ampersands arrive as they were written."""
    assert text.hover("<b>A & B</b>") == "&lt;b&gt;A &amp; B&lt;/b&gt;"
