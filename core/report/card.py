"""The share card: one picture of 1200 x 630 pixels with the verdict in a sentence and the one chart that carries it.

It names no track, and the list only where that is wanted. Where there are drivers it shows them with their 95 % ranges, else how
much sound foretells beside the line that luck reaches; grey where the verdict is locked. It is drawn twice as large and made
smaller, for smooth lines. The same analysis, in the same language and with the same version, gives the same bytes.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from core import text, words
from core.language import many, say
from core.pipeline import Analysis
from core.plots import style
from core.report.fonts import SANS, SERIF, font
from core.words.drivers import drivers_headline
from core.words.naming import cluster_label
from core.words.report import card_axis, card_caption, card_skill

SIZE = (1200, 630)
MOST = 5  # drivers
_LARGER = 2
_EDGE = 64
_PALETTE = style.LIGHT
Face = ImageFont.FreeTypeFont | ImageFont.ImageFont


def card(analysis: Analysis, *, named: bool = False) -> bytes:
    """The card as PNG; `named` puts the list's name on it."""
    paper = _Paper()
    paper.write((_EDGE, 52), "EARPRINT", 20, colour=_PALETTE.accent, weight=600, apart=3)
    y = paper.paragraph((_EDGE, 92), words.verdict_headline(analysis.verdict), 56, family=SERIF, weight=600, lines=2)
    driving = _driving(analysis)
    if len(driving):
        y = paper.paragraph((_EDGE, y + 16), drivers_headline(analysis.drivers), 27, lines=2)
        _effects(paper, driving, analysis, (y + 28, 544))
    else:
        y = paper.paragraph((_EDGE, y + 16), card_caption(analysis.verdict), 27, lines=2)
        _skill(paper, analysis, (y + 28, 544))
    paper.line((_EDGE, 562), (SIZE[0] - _EDGE, 562), _PALETTE.hairline, 1.5)
    paper.write((_EDGE, 580), _footer(analysis, named), 21, colour=_quiet())
    paper.write((SIZE[0] - _EDGE, 580), say("What drives your taste?"), 21, colour=_quiet(), family=SERIF, anchor="ra")
    return paper.png()


def alternative(analysis: Analysis) -> str:
    """The card in words."""
    told = drivers_headline(analysis.drivers) if len(_driving(analysis)) else card_caption(analysis.verdict)
    return f"{words.verdict_headline(analysis.verdict)} {told}"


def _driving(analysis: Analysis) -> pd.DataFrame:
    if analysis.verdict.locked:
        return analysis.drivers.frame.head(0)
    return analysis.drivers.licensed("driver").head(MOST)


def _footer(analysis: Analysis, named: bool) -> str:
    dataset = analysis.dataset
    skill = "" if _driving(analysis).empty else card_skill(analysis.verdict)
    return " · ".join(filter(None, [
        many(dataset.tracks, "{number} rated track", "{number} rated tracks"), skill,
        say("simulated listener") if dataset.simulated else "", text.shorten(dataset.name, 40) if named else "",
    ]))  # fmt: skip


def _effects(paper: _Paper, rows: pd.DataFrame, analysis: Analysis, height: tuple[float, float]) -> None:
    """Each driver's effect with its range, on one axis that holds 0."""
    two = analysis.evaluation.two_ratings
    scale = 1.0 if two is None else 100 / (two[1] - two[0])
    labels = [cluster_label(row["features"], row["lead"]) for _, row in rows.iterrows()]
    left = _EDGE + min(max(paper.width(label, 25) for label in labels), 380) + 32
    place, end = (
        _axis((scale * rows["low"].min(), scale * rows["high"].max(), 0.0), (left, SIZE[0] - _EDGE - 96)),
        height[1],
    )
    step = min(68.0, (end - 36 - height[0]) / len(rows))
    top = height[0] + (end - 36 - height[0] - step * len(rows)) / 2
    paper.line((place(0), top), (place(0), top + step * len(rows)), _PALETTE.noise, 2, dash=8)
    for number, (label, (_, row)) in enumerate(zip(labels, rows.iterrows(), strict=True)):
        y, direction = top + step * (number + 0.5), row["direction"]
        colour = _PALETTE.raises if direction > 0 else _PALETTE.lowers if direction < 0 else _PALETTE.ink
        low, middle, high = (scale * row[name] for name in ("low", "effect", "high"))
        paper.write((left - 32, y), label, 25, anchor="rm", room=left - 32 - _EDGE)
        paper.line((place(low), y), (place(high), y), colour, 4)
        paper.dot((place(middle), y), 11, colour)
        size = text.number(middle, 1 if two is None else 0)
        paper.write(
            (SIZE[0] - _EDGE, y), f"+{size}" if middle > 0 else size, 25, colour=colour, weight=600, anchor="rm"
        )
    told = card_axis(two, curved=bool((rows["direction"] == 0).any()))
    paper.write((_EDGE, end), told, 19, colour=_quiet(), anchor="ld", room=SIZE[0] - 2 * _EDGE)


def _skill(paper: _Paper, analysis: Analysis, height: tuple[float, float]) -> None:
    """What sound foretells with its range, 0, and the line that luck reaches."""
    found, luck = analysis.verdict, 100 * analysis.verdict.evidence.chance.line
    low, skill, high = (100 * value for value in (found.low, found.skill, found.high))
    given = [value for value in (low, skill, high, luck, 0.0, 10.0) if np.isfinite(value)]
    place = _axis((min(given), max(given)), (_EDGE + 16, SIZE[0] - _EDGE - 16))
    y = (height[0] + height[1]) / 2
    top, bottom = y - 66, y + 66
    colour = _PALETTE.noise if found.locked or not low > 0 else _PALETTE.accent
    paper.line((place(0), top), (place(0), bottom), _PALETTE.noise, 2, dash=8)
    paper.write(
        (place(0), bottom + 6), say("0 %: always your average"), 21, colour=_quiet(), anchor=_side(place(0), "a")
    )
    if np.isfinite(luck):
        paper.line((place(luck), top), (place(luck), bottom), _PALETTE.ink, 2.5, dash=4)
        paper.write((place(luck), top - 6), say("luck gets this far"), 21, anchor=_side(place(luck), "d"))
    if np.isfinite(low) and np.isfinite(high):
        paper.line((place(low), y), (place(high), y), colour, 5)
    paper.dot((place(skill), y), 15, colour)


def _side(x: float, vertical: str) -> str:
    """Where a text stands at a line: to the side on which there is room."""
    return ("l" if x < SIZE[0] / 2 else "r") + vertical


def _axis(values: Sequence[float], ends: tuple[float, float]) -> Callable[[float], float]:
    """From a value to its place between the two ends, with a little air."""
    low, high = min(values), max(values)
    air = 0.04 * (high - low) or 1.0
    return lambda value: ends[0] + (value - low + air) / (high - low + 2 * air) * (ends[1] - ends[0])


def _quiet() -> str:
    return style.mix(_PALETTE.ink, _PALETTE.noise, 0.5)


@dataclass
class _Paper:
    """What is drawn on; all lengths are pixels of the card, whatever the size at which it is drawn."""

    image: Image.Image = field(
        default_factory=lambda: Image.new("RGB", (_LARGER * SIZE[0], _LARGER * SIZE[1]), _PALETTE.paper)
    )
    faces: dict[tuple[str, int, int], Face] = field(default_factory=dict)  # its own: no two threads may draw with one

    @property
    def pen(self) -> ImageDraw.ImageDraw:
        """What draws on the image."""
        return ImageDraw.Draw(self.image)

    def png(self) -> bytes:
        """The finished card."""
        file = io.BytesIO()
        self.image.resize(SIZE, Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
        return file.getvalue()

    def line(
        self, start: tuple[float, float], end: tuple[float, float], colour: str, width: float, dash: float = 0
    ) -> None:
        """A straight line; with `dash` in pieces of that length, as far apart."""
        if not dash:
            self.pen.line([_LARGER * value for value in (*start, *end)], colour, round(_LARGER * width))
            return
        (x, y), (_, bottom) = start, end
        while y < bottom:
            self.line((x, y), (x, min(y + dash, bottom)), colour, width)
            y += 2 * dash

    def dot(self, at: tuple[float, float], radius: float, colour: str) -> None:
        """A full dot with a rim of paper."""
        for size, fill in ((radius + 3, _PALETTE.paper), (radius, colour)):
            box = [_LARGER * (value + sign * size) for sign in (-1, 1) for value in at]
            self.pen.ellipse(box, fill)

    def width(self, written: str, size: int, family: str = SANS, weight: int = 400) -> float:
        """How wide a text is."""
        return float(self.face(family, size, weight).getlength(written)) / _LARGER

    def face(self, family: str, size: int, weight: int) -> Face:
        """A typeface."""
        key = (family, size, weight)
        if key not in self.faces:
            self.faces[key] = _face(*key)
        return self.faces[key]

    def write(
        self, at: tuple[float, float], written: str, size: int, *, colour: str = _PALETTE.ink, family: str = SANS,
        weight: int = 400, anchor: str = "la", apart: float = 0, room: float = 0,
    ) -> None:  # fmt: skip
        """One line of text; in `room` as much of it as there is room for, `apart` between its letters."""
        face = self.face(family, size, weight)
        shown = _letters(face, text.one_line(written))
        while room and len(shown) > 2 and self.width(shown, size, family, weight) > room:
            shown = text.shorten(shown, len(shown) - 1)
        x, y = (_LARGER * value for value in at)
        for part in shown if apart else [shown]:
            self.pen.text((x, y), part, colour, face, anchor, stroke_width=2 * _LARGER, stroke_fill=_PALETTE.paper)
            x += face.getlength(part) + _LARGER * apart

    def paragraph(
        self, at: tuple[float, float], written: str, size: int, *, family: str = SANS, weight: int = 400, lines: int
    ) -> float:
        """A text over at most so many lines, smaller where it needs more; the height at which it ends."""
        wrapped = self._wrapped(written, size, family, weight)
        while len(wrapped) > lines and size > 20:
            size -= 1
            wrapped = self._wrapped(written, size, family, weight)
        for number, line in enumerate(wrapped[:lines]):
            shown = line if number < lines - 1 or len(wrapped) <= lines else f"{line} …"
            self.write((at[0], at[1] + 1.22 * size * number), shown, size, family=family, weight=weight, room=_room())
        return at[1] + 1.22 * size * min(len(wrapped), lines)

    def _wrapped(self, written: str, size: int, family: str, weight: int) -> list[str]:
        lines: list[str] = []
        for word in text.one_line(written).split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size, family, weight) <= _room():
                lines[-1] = longer
            else:
                lines.append(word)
        return lines


def _room() -> float:
    return SIZE[0] - 2 * _EDGE


def _face(family: str, size: int, weight: int) -> Face:
    """A typeface; Pillow's own, which knows no weights, where ours is not installed."""
    data = font(family)
    if data is None:
        return ImageFont.load_default(_LARGER * size)
    face = ImageFont.truetype(io.BytesIO(data), _LARGER * size)
    face.set_variation_by_axes([weight] if family == SANS else [weight, min(size, 60)])
    return face


def _letters(face: Face, written: str) -> str:
    """The same in letters that the typeface has: without their marks where it lacks those, else `?`."""
    unknown = bytes(face.getmask("\U0010ffff"))
    known = {one: one == " " or bytes(face.getmask(one)) != unknown for one in set(written)}
    plain = {one: unicodedata.normalize("NFKD", one)[0] for one, there in known.items() if not there}
    return "".join(one if known[one] else plain[one] if plain[one].isascii() else "?" for one in written)
