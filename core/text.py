"""Small helpers for text that people read: lists, plurals, rounding, and escaping of untrusted titles."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from core.language import figure, say

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&@^=\"'])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def listing(items: Sequence[object], *, limit: int = 5) -> str:
    """`a, b and c`; beyond `limit` items `a, b, c, d, e and 7 more`."""
    shown = [str(item) for item in items[:limit]]
    if len(items) > limit:
        return say("{several} and {number} more", several=", ".join(shown), number=whole(len(items) - limit))
    return (
        say("{several} and {last}", several=", ".join(shown[:-1]), last=shown[-1]) if len(shown) > 1 else "".join(shown)
    )


def whole(number: int) -> str:
    """A count: 1,200."""
    return figure(f"{number:,}")


def capital(sentence: str) -> str:
    """With a capital letter in front."""
    return sentence[:1].upper() + sentence[1:]


def one_line(text: str) -> str:
    """Without line breaks and without marks that steer a terminal or turn the direction of reading."""
    return _CONTROL.sub(" ", text)


def shorten(text: str, length: int = 60) -> str:
    """At most `length` characters of one line (see `one_line`); an ellipsis where some were cut."""
    text = one_line(text)
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def quoted(text: str, length: int = 24) -> str:
    """A cell of somebody's file as it may stand in a sentence: one line, short, in backticks (see `rich`)."""
    return "`" + shorten(_CONTROL.sub(" ", text).replace("`", "'"), length) + "`"


def markdown(text: str) -> str:
    """Untrusted text for a place that reads Markdown: every mark escaped, so that nothing is loaded or laid out.

    Streamlit renders Markdown in labels, captions, metrics and errors, and a title such as `![x](http://...)`
    would otherwise make the reader's browser fetch the address. Line breaks, which would open new blocks, become
    blanks. An address still becomes a link, since links are found after parsing; where a title stands by itself,
    `st.text` shows it to the letter.
    """
    return _MARKDOWN.sub(r"\\\1", _CONTROL.sub(" ", text))


def rich(sentence: str) -> str:
    """A sentence of ours for a place that reads Markdown: names in backticks become code, all else is escaped.

    Inside a code span Markdown reads nothing, and no span can hold a backtick, so a file's name or a column's
    header in it stays what it is.
    """
    parts = _CONTROL.sub(" ", sentence).split("`")
    whole = len(parts) % 2 == 1  # every backtick has its partner
    return "".join(
        f"`{part}`" if place % 2 and part.strip() and whole else markdown(part) for place, part in enumerate(parts)
    )


def hover(text: str) -> str:
    """Untrusted text for plotly, which reads a subset of HTML in titles, labels and hover texts."""
    return html.escape(_CONTROL.sub(" ", text), quote=False)


def number(value: float, digits: int = 1) -> str:
    """A figure rounded once, with a true minus sign and no negative zero."""
    rounded = round(float(value), digits) + 0.0
    return figure(f"{rounded:,.{digits}f}").replace("-", "\u2212")


def plain_number(value: float) -> str:
    """A figure on the rating's own scale, without needless decimals: 7, 6.5, 6.67."""
    return figure(f"{round(float(value), 2) + 0.0:g}").replace("-", "\u2212")


def percent(value: float) -> str:
    """A share as a whole percentage: 0.184 -> `18 %`."""
    return f"{number(100 * value, 0)} %"
