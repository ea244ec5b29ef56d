"""What a person or the command line decided about the columns: every inference of the reader can be reversed here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core import schema, text
from core.errors import SettingsError
from core.language import mark, say

NO_GROUP = "none"
ROLES = ("rating", "feature", *schema.IDENTITY, "listener", "context", "ignored")
# What tells tracks apart or groups them, in people's words.
KINDS = {
    "title": mark("title"), "artist": mark("artist"), "album": mark("album"), "work": mark("work"), "id": mark("id"),
    "isrc": mark("isrc"),
}  # fmt: skip


@dataclass(frozen=True)
class Choices:
    """What a person or the command line decided, by header.

    roles: header -> one of `ROLES`, or `feature:NAME` with a canonical name. as_written: columns whose numbers stay on
    the scale they have. listener: `NAME`, `COLUMN` or `COLUMN=NAME`. group: a header, or artist, album or work, or none;
    nothing chosen lets `folds.grouping` decide.
    source: the one whose features are taken, where a column tells where they come from.
    scale and zero: as in `ratings.read_ratings`. key: `circle` or `categories`. missing: `fill` or `leave-out`.
    has_header: whether the first row names the columns; None to find out.
    """

    rating: str | None = None
    group: str | None = None
    listener: str | None = None
    source: str | None = None
    also: Sequence[str] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    as_written: Sequence[str] = ()
    scale: str | None = None
    zero: str | None = None
    key: str = "circle"
    missing: str = "fill"
    skip_faulty: bool = False
    has_header: bool | None = None

    def __post_init__(self) -> None:
        wrong = [
            role
            for role in self.roles.values()
            if role not in ROLES and not re.fullmatch("feature:(?!rating$).+", role)
        ]
        wrong += [self.key] * (self.key not in {"circle", "categories"})
        wrong += [self.missing] * (self.missing not in {"fill", "leave-out"})
        wrong += [str(self.zero)] * (self.zero not in {None, "rating", "unrated"})
        if wrong:
            raise SettingsError(
                [say("I do not know the choice `{choice}`.", choice=text.shorten(choice)) for choice in wrong]
            )
