"""The cells of the rating column -> numbers on a known scale, on what ground, and whether 0 means "not rated".

Convention: a cell says its scale itself ("4/5", "85 %", "★★★☆☆"), or it is a plain number whose scale the whole
column tells: the smallest of likes (0 and 1), 5, 10 and 100 that holds the numbers, but for a few typing errors.
A finer rating is never made coarser, two numbers other than 0 and 1 stay what they are, and nothing hangs on the
order of the rows. What a person chooses goes before what the file's format says, and that before what the cells say.
Sources: ID3v2.4, frame POPM (0 = unknown); the bytes that Windows, Winamp, MediaMonkey and JRiver write for five stars,
and the even steps of 51 that Rekordbox writes; iTunes' library (20 for each star); RateYourMusic's export (half stars).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from core import schema, text
from core.dataset import Scale
from core.errors import SettingsError
from core.language import figure, many, mark, say

SCALES: dict[str, str] = {
    "likes": mark("likes (yes or no)"),
    "stars": mark("stars, up to 5"),
    "ten": mark("points, up to 10"),
    "hundred": mark("points, up to 100"),
    "stars_of_ten": mark("half stars, 1 to 10 (RateYourMusic)"),
    "twenties": mark("20 for each star, up to 100 (iTunes)"),
    "bytes": mark("bytes of MP3 tags, up to 255"),
    "free": mark("numbers as they are"),
}

ZEROS: dict[str, str] = {"rating": mark("0 is a rating"), "unrated": mark("0 means not rated")}

_LIMIT = 1e6  # no rating is larger
_LONGEST = 100  # characters; no cell with a rating is longer
_FEW = 10  # typing errors in a column
_TOPS = (4, 5, 6, 7, 10, 20, 100)  # what ratings are written "out of"; 12, say, would be a month
_HIGHEST = {"stars": 5.0, "ten": 10.0, "hundred": 100.0, "stars_of_ten": 10.0, "twenties": 100.0, "bytes": 255.0}
_FACTOR = {"stars_of_ten": 2.0, "twenties": 20.0}
_STARRED = ("stars", "stars_of_ten", "twenties", "bytes")  # all of them come out as up to five stars
_NAMED = {5.0: "stars", 10.0: "ten", 100.0: "hundred"}

# Byte -> stars. MediaMonkey's half star, 13, lies above Windows' one star, 1: the bytes are names, not amounts.
_BYTES = {1: 1.0, 64: 2.0, 65: 2.0, 128: 3.0, 192: 4.0, 196: 4.0, 255: 5.0,
          13: 0.5, 54: 1.5, 118: 2.5, 186: 3.5, 242: 4.5}  # fmt: skip
_EVEN_BYTES = {byte: half / 2 for half in range(1, 11) for byte in {51 * half // 2, (51 * half + 1) // 2}}
_BYTE_EDGES = (0.0, 31.5, 95.5, 159.5, 223.5)  # any other byte, as Windows reads it: 1-31 is one star, and so on

_MISSING = schema.MISSING - {"-", "\u2013"} | frozenset("nil,unrated,not rated,no rating,unknown".split(","))
_YES = frozenset((
    "yes,y,true,t,ja,j,jo,wahr,oui,vrai,sí,si,sì,verdadero,vero,sim,verdadeiro,tak,да,evet,はい,ναι,نعم,+,"
    "like,liked,likes,love,loved,up,thumbs up,thumb up,x,👍,♥,❤,💖,💗,💙,💚,💛,💜,🧡,🖤,😍,✓,✔,✅,☑"
).split(","))  # fmt: skip
_NO = frozenset((
    "no,n,false,f,nei,nein,nej,nee,falsch,non,faux,falso,não,nao,nie,нет,hayır,hayir,いいえ,όχι,لا,dislike,disliked,"
    "dislikes,not liked,unliked,hate,hated,ban,banned,down,thumbs down,thumb down,👎,💔,✗,✘,❌,☐"
).split(","))  # fmt: skip
_OUTLINES = frozenset("♡🤍☆")  # beside filled ones they say no, alone yes

_ALIKE = str.maketrans({
    **dict.fromkeys("\u2212\u2013\u2014\uff0d", "-"), "\uff0b": "+", "\uff05": "%", "\u066a": "%", "\uff0f": "/",
    "\u2044": "/", "\uff0e": ".", "\uff0c": ",", "\u066b": ".",
    # which picture of a sign, and which colour of skin, says nothing
    **dict.fromkeys("\ufe0e\ufe0f\u200d\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"),
})  # fmt: skip
_NUMBER = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d{1,3})?"
_PLAIN = re.compile(_NUMBER)
_OUT_OF = re.compile(rf"({_NUMBER}) ?(?:/|out of|of|von|av|sur) ?(\d{{1,3}})")
_PERCENT = re.compile(rf"({_NUMBER}) ?%")
_INFINITE = re.compile(r"([+-]?)(?:inf(?:inity)?|∞)")
_FULL, _HALF, _EMPTY = "★⭐🌟✭✮*", "½⯨⯪", "☆✩"
_GLYPHS = re.compile(f"[{_FULL}{_HALF}{_EMPTY}]{{1,12}}")
_WORDS = "stars?|sterne?|stjerner?|stjärnor|stjärna|sterren|ster|étoiles?|estrellas?|estrelas?|stell[ae]|yıldız"
_STARS = re.compile(rf"(?:[{_FULL}] ?({_NUMBER})|({_NUMBER}) ?(?:[{_FULL}]|{_WORDS}))")


@dataclass(frozen=True, eq=False)
class Ratings:
    """The numbers of a rating column.

    values (n,) NaN where there is no rating; zeros counts the cells that say 0 where that could mean "not rated", and
    zero_is_unrated says how they were taken. unreadable (k,) and out_of_range (k,) are row positions of cells that
    are no rating, and of numbers that the scale does not hold.
    """

    values: np.ndarray
    scale: Scale
    zeros: int
    zero_is_unrated: bool
    unreadable: np.ndarray
    out_of_range: np.ndarray


class _Cell(NamedTuple):
    """One text as far as it can be understood by itself."""

    kind: str  # number, word, dash, outline, missing or unreadable
    value: float = np.nan
    top: float = 0.0  # what the number is out of, where the cell says it


@dataclass(frozen=True, eq=False)
class _Column:
    """The different texts of a column (u,), each with its number of cells."""

    texts: np.ndarray
    counts: np.ndarray
    value: np.ndarray
    top: np.ndarray
    number: np.ndarray
    word: np.ndarray
    dash: np.ndarray
    unreadable: np.ndarray

    @property
    def plain(self) -> np.ndarray:
        """Numbers that do not say their scale."""
        return np.asarray(self.number & (self.top == 0))

    def cells(self, mask: np.ndarray) -> int:
        """How many cells the marked texts stand in."""
        return int(self.counts[mask].sum())


def read_ratings(
    cells: Sequence[str], *, scale: str | None = None, zero: str | None = None, hint: str | None = None
) -> Ratings:
    """The ratings in `cells` (n,), text as it stood in the file.

    `scale` (a key of `SCALES`) and `zero` (a key of `ZEROS`) are what a person chose; `hint` (a key of `SCALES`) is
    what the file's format says, and is followed as long as the cells agree. Raises `SettingsError` for other keys.
    """
    for given, known in ((scale, SCALES), (zero, ZEROS), (hint, SCALES)):
        if given is not None and given not in known:
            raise SettingsError([
                say("There is no {given} for ratings. Choose one of {known}.", given=text.quoted(given), known=", ".join(known))
            ])  # fmt: skip
    codes, texts = pd.factorize(np.array(list(cells), dtype=object))
    column = _understood(np.asarray(texts, dtype=object), np.bincount(codes, minlength=len(texts)))
    name, evidence = _scale_of(column, scale, hint)
    top = _top(column, name)
    converted = _converted(column, name, top)
    held = ~np.isnan(converted)
    zeros = _is_zero(column, name) & held
    unrated = bool(zeros.any()) and _zero_is_unrated(name, converted[held], zero)
    kept = converted[held & ~zeros] if unrated else converted[held]
    values = np.where(zeros, np.nan, converted) if unrated else converted
    strange = column.unreadable | (column.word & ~column.dash if name != "likes" else False)
    return Ratings(
        values=values[codes],
        scale=_described(name, kept, top, evidence or _evidence(column, held)),
        zeros=column.cells(zeros),
        zero_is_unrated=unrated,
        unreadable=np.flatnonzero(strange[codes]),
        out_of_range=np.flatnonzero((column.number & ~held)[codes]),
    )


def _cell(cell: str) -> _Cell:
    """One cell by itself."""
    cell = cell.strip()
    if len(cell) > _LONGEST:
        return _Cell("unreadable")
    if not cell.isascii():
        cell = unicodedata.normalize("NFC", cell).translate(_ALIKE)
    plain = " ".join(cell.replace("_", " ").casefold().split())
    if _PLAIN.fullmatch(plain):
        return _Cell("number", _float(plain))
    if plain in _MISSING:
        return _Cell("missing")
    if plain == "-":
        return _Cell("dash", 0.0)
    if plain in _OUTLINES:
        return _Cell("outline")
    if plain in _YES or plain in _NO:
        return _Cell("word", float(plain in _YES))
    return _stars(plain.replace(" ", "")) or _written(plain.replace("½", ".5")) or _Cell("unreadable")


def _stars(plain: str) -> _Cell | None:
    """Stars drawn one by one. Where empty ones fill the row, its length is the scale."""
    if not _GLYPHS.fullmatch(plain):
        return None
    full, half, empty = (sum(map(plain.count, signs)) for signs in (_FULL, _HALF, _EMPTY))
    if half > 1 or not full + empty:
        return None
    if not empty:
        return _Cell("number", full + half / 2)
    return _Cell("number", full + half / 2, full + half + empty) if full + half + empty in _TOPS else None


def _written(plain: str) -> _Cell | None:
    """Numbers that come with something: `4/5`, `85 %`, `3 stars`."""
    if _PLAIN.fullmatch(plain):
        return _Cell("number", _float(plain))
    if found := _OUT_OF.fullmatch(plain):
        return _Cell("number", _float(found[1]), float(found[2])) if int(found[2]) in _TOPS else None
    if found := _PERCENT.fullmatch(plain):
        return _Cell("number", _float(found[1]), 100.0)
    if found := _STARS.fullmatch(plain):
        return _Cell("number", _float(found[1] or found[2]))
    if found := _INFINITE.fullmatch(plain):
        return _Cell("number", -np.inf if found[1] == "-" else np.inf)
    return None


def _float(number: str) -> float:
    return float(number.replace(",", "."))


def _understood(texts: np.ndarray, counts: np.ndarray) -> _Column:
    """All cells, with what only the column tells: `-` is a no beside a `+`, and `♡` is one beside a `♥`."""
    found = [_cell(cell) for cell in texts]
    kind = np.array([cell.kind for cell in found], dtype=object)
    value = np.array([cell.value for cell in found], dtype=float)
    word, dash, outline = kind == "word", kind == "dash", kind == "outline"
    filled = bool((word & (value == 1)).any() or (kind == "number").any())
    value[outline] = 0.0 if filled else 1.0
    if any(str(cell).strip() in ("+", "\uff0b") for cell in texts[word]):
        word = word | dash
    return _Column(
        texts=texts, counts=counts, value=value, top=np.array([cell.top for cell in found], dtype=float),
        number=kind == "number", word=word | outline, dash=dash, unreadable=kind == "unreadable",
    )  # fmt: skip


def _scale_of(column: _Column, chosen: str | None, hint: str | None) -> tuple[str, str]:
    """The scale's name and, where the cells are not the reason, the evidence."""
    if chosen:
        return chosen, say("you chose this scale")
    if hint and _agrees(column, hint):
        return hint, say("the scale of this kind of file")
    words = column.cells(column.word)
    if words and words >= column.cells(column.number & ~(column.plain & np.isin(column.value, (-1, 0, 1)))):
        return "likes", ""
    if _mostly_written(column):
        return _NAMED.get(_commonest_top(column), "free"), ""
    possible = column.plain & (np.abs(column.value) <= _LIMIT)
    name = _smallest(column.value[possible], column.counts[possible])
    return name, _byte_evidence(column.value[possible]) if name == "bytes" else ""


def _agrees(column: _Column, hint: str) -> bool:
    """Whether the cells can be what the file's format says; somebody may have rewritten them."""
    given = column.number | column.word
    held = ~np.isnan(_converted(column, hint, _top(column, hint)))
    if hint in ("stars_of_ten", "twenties", "bytes"):
        numbers = column.value[held & column.plain]
        whole = bool((numbers == np.round(numbers)).all())
        if not whole or column.cells(held & ~column.plain) or (hint != "stars_of_ten" and numbers.max(initial=0) <= 10):
            return False
    return bool(held.any()) and column.cells(held) >= 0.98 * column.cells(given)


def _smallest(values: np.ndarray, counts: np.ndarray) -> str:
    """The smallest scale that holds the plain numbers (u,), up to a few typing errors."""
    if not len(values):
        return "free"
    if np.isin(values, (-1, 0, 1)).all() and {-1.0, 1.0} <= set(values):
        return "likes"
    if values.max() > 100 and _table_of_bytes(values):
        return "bytes"
    if values.min() >= 0 and values.max() <= 1 and not np.isin(values, (0, 1)).all():
        return "free"  # shares
    rated = values != 0  # most of a library may be unrated
    total = counts[rated].sum()
    several = total >= 50
    # Up to 10 there may be somebody who gives few tracks more than 5 points. In a short column an outlier must lie far
    # off.
    far = {"likes": 1 if several else 10, "stars": 10, "ten": 10 if several else 20, "hundred": 100 if several else 200}
    for name, clear in far.items():
        outside = ~np.isin(values, (0, 1)) if name == "likes" else (values < 0) | (values > _HIGHEST[name])
        if not outside.any():
            return name
        errors = counts[outside].sum()
        bearable = errors <= min(_FEW, 0.02 * total) if several else errors == 1 and total >= 10
        is_clear = ((values > clear) | (several & (values < 0)))[outside].all()
        a_code = name != "likes" and (values[outside] == -1).all()  # some programs write -1 where nothing was rated
        if a_code or (bearable and is_clear and (name != "likes" or not rated.all())):
            return name
    return "free"


def _table_of_bytes(values: np.ndarray) -> dict[int, float]:
    """The table in which all bytes stand, or none."""
    seen = set(values[values != 0])
    return next((table for table in (_BYTES, _EVEN_BYTES) if seen <= set(table)), {})


def _byte_evidence(values: np.ndarray) -> str:
    if _table_of_bytes(values) is _EVEN_BYTES:
        return say("bytes as in MP3 tags: 51 for each of five stars")
    return say("bytes as in MP3 tags: 1, 64, 128, 196 and 255 for one to five stars")


def _mostly_written(column: _Column) -> bool:
    """Whether at least half of the numbers say their scale."""
    written = column.cells(column.number & ~column.plain)
    return written > 0 and written >= column.cells(column.plain)


def _commonest_top(column: _Column) -> float:
    """What most written cells are out of, the larger of two that are equally common; 0 where none are."""
    written = column.number & (column.top > 0)
    tops = sorted(set(column.top[written]))
    return max(tops, key=lambda top: (column.cells(written & (column.top == top)), top), default=0.0)


def _top(column: _Column, name: str) -> float:
    """The upper end of the scale in converted numbers; 0 where only the numbers tell."""
    if name == "likes":
        return 1.0
    if name == "free":
        return _commonest_top(column) if _mostly_written(column) else 0.0
    return 5.0 if name in _STARRED else _HIGHEST[name]


def _converted(column: _Column, name: str, top: float) -> np.ndarray:
    """The numbers on the scale (u,), NaN where it does not hold them."""
    value, plain = column.value, column.plain
    result = np.full(len(value), np.nan)
    if name == "likes":
        result[column.word] = value[column.word]
        thumbs = _has_thumbs(column)
        fits = plain & np.isin(value, (-1, 0, 1) if thumbs else (0, 1))
        result[fits] = (value[fits] + 1) / 2 if thumbs else value[fits]
        return result + 0.0
    if name == "free":
        # beside "15/20" a plain number is out of 20 too
        low, high = (0.0, top) if top else (-_LIMIT, _LIMIT)
        fits = plain & (value >= low) & (value <= high)
    else:
        fits = plain & (value >= 0) & (value <= _HIGHEST[name])
    result[fits] = _from_bytes(value[fits]) if name == "bytes" else value[fits] / _FACTOR.get(name, 1.0)
    fits = ~plain & column.number & (value >= 0) & (value <= column.top) & (top > 0)
    result[fits] = np.where(column.top[fits] == top, value[fits], value[fits] * top / column.top[fits])
    return result + 0.0  # + 0.0 turns -0.0 into 0.0


def _from_bytes(values: np.ndarray) -> np.ndarray:
    """Stars (u,): by the table that knows all bytes, else by Windows' ranges."""
    table = {0: 0.0, **_table_of_bytes(values)}
    if set(values) <= set(table):
        return np.array([table[byte] for byte in values], dtype=float)
    return np.searchsorted(_BYTE_EDGES, values).astype(float)


def _has_thumbs(column: _Column) -> bool:
    """Whether likes are written as 1 and -1, which leaves 0 for neither."""
    return bool((column.plain & (column.value == -1)).any())


def _is_zero(column: _Column, name: str) -> np.ndarray:
    """The texts (u,) that say 0 on a scale where it could mean "not rated"."""
    zeros = np.asarray(column.number & (column.value == 0))
    return np.asarray(zeros & column.plain & _has_thumbs(column)) if name == "likes" else zeros


def _zero_is_unrated(name: str, numbers: np.ndarray, chosen: str | None) -> bool:
    """The person's choice; else so for likes and stars, unless half a star shows that the scale goes further down."""
    if chosen:
        return chosen == "unrated"
    if name == "stars":
        return not ((numbers > 0) & (numbers < 1)).any()
    return name == "likes" or name in _STARRED


def _described(name: str, numbers: np.ndarray, top: float, evidence: str) -> Scale:
    """The scale of the converted numbers that count (k,)."""
    if name == "free" and not len(numbers):
        return Scale(name, 0.0, 0.0, 0.0, say("no ratings"), evidence)
    least = float(numbers.min()) if len(numbers) else 1.0
    low = 1.0 if least >= 1 else 0.5 if least >= 0.5 and top == 5 else 0.0
    high = top
    if name in ("likes", "hundred"):
        low = 0.0
    elif name == "free" and not top:
        low, high = least, float(numbers.max())
    step = _step(numbers, wide=name == "hundred")
    return Scale(name, low, high, step, _label(name, low, high, step), evidence)


def _step(numbers: np.ndarray, *, wide: bool) -> float:
    """The largest even step that all numbers keep, 0 where there is none."""
    steps = (*((20.0, 10.0, 5.0) if wide else ()), 1.0, 0.5, 0.25, 0.1, 0.05, 0.01)
    return next((s for s in steps if np.allclose(numbers / s, np.round(numbers / s), rtol=0, atol=1e-6)), 0.0)


def _label(name: str, low: float, high: float, step: float) -> str:
    if name == "likes":
        return say(SCALES[name]) if step == 1 else say("likes (yes, no or neither)")
    ends = {"low": _shown(low), "high": _shown(high)}
    scale = say("{low} to {high} stars", **ends) if name in _STARRED else say("{low} to {high}", **ends)
    if step >= 1 or name == "free":
        return scale
    return say("{scale} with halves", scale=scale) if step == 0.5 else say("{scale} with decimals", scale=scale)


def _evidence(column: _Column, held: np.ndarray) -> str:
    """What the cells that the scale holds look like."""
    plain, words = column.plain & held, column.word & held
    if words.any():
        often = sorted(np.flatnonzero(words), key=lambda place: (-column.counts[place], column.texts[place]))
        named = text.listing([text.quoted(column.texts[place].strip()) for place in often[:4]])
        return say("cells say {words}", words=named)
    drawn = held & np.array([not set(_FULL + _EMPTY).isdisjoint(cell) for cell in column.texts], dtype=bool)
    if drawn.any():
        return many(column.cells(drawn), "{number} cell holds stars", "{number} cells hold stars")
    if _mostly_written(column):
        shares = all("%" in cell for cell in column.texts[held & ~plain])
        found = column.cells(held & ~plain)
        if shares:
            return many(found, "{number} cell is percentages", "{number} cells are percentages")
        top = figure(f"{_commonest_top(column):g}")
        return many(found, "{number} cell is written out of {top}", "{number} cells are written out of {top}", top=top)
    numbers = np.unique(column.value[plain])
    if not len(numbers):
        return say("no cell holds a rating")
    if len(numbers) <= 2 or np.isin(numbers, (-1, 0, 1)).all():
        given = text.listing([_shown(value) for value in numbers])
        return many(len(numbers), "the only number is {numbers}", "the only numbers are {numbers}", numbers=given)
    ends = {"low": _shown(numbers[0]), "high": _shown(numbers[-1])}
    if (numbers == np.round(numbers)).all():
        return say("whole numbers from {low} to {high}", **ends)
    return say("numbers from {low} to {high}", **ends)


def _shown(value: float) -> str:
    return figure(f"{value + 0.0:,.7g}").replace("-", "\u2212")
