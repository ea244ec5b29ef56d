r"""What a row of a music table names: its artists, its labels, and its title, artist and work as they are compared.

Convention: every function is pure, total on untrusted text and linear in its length; what does not fit a rule stays
as it is. Of a text of more than 500 characters only case and blanks are levelled, and no work is sought beyond.
Joined artists: `;` (exportify.net, the Kaggle table of 114,000 tracks), `, ` with commas of names written `\,`
(exportify.app), bare `, ` (exportify-cli), and `['A', "B's"]` (Kaggle tables made with pandas).
Works: the numbers of the thematic catalogues, such as Schmieder's for Bach (BWV) and Köchel's for Mozart (K).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise

from core import schema

_LONGEST = 500

# --- Cells that hold several names ---

_ITEM = re.compile(
    r"""'((?:[^'\\]|\\.|'(?!\s*(?:,|$)))*+)'?|"((?:[^"\\]|\\.|"(?!\s*(?:,|$)))*+)"?|([^,'"\s][^,]*+)""", re.DOTALL
)
_ENTITY = r"&(?:amp|quot|apos|lt|gt|#\d{1,6});"  # a semicolon that separates nothing
_BETWEEN_SEMICOLONS = re.compile(rf"(?:{_ENTITY}|[^;])+")
_SUFFIX = re.compile(r"the|[js]r\.?|ii|iii|iv|inc\.?|ltd\.?|m\.?d\.?|ph\.?d\.?|esq\.?")
_PAIR = re.compile(r"\S+ (?:&|and) \S+")
_GUEST = re.compile(r" [(\[]?(?:(?:feat|ft|Feat|Ft|FEAT|FT)\. ?|(?:feat|ft|[Ff]eaturing) )(?=\w)")


def split_artists(cells: Sequence[str]) -> list[tuple[str, ...]]:
    r"""A column of artist cells -> the artists of each row: in order, stripped, without duplicates.

    A cell `['A', 'B']` is a list by itself. Otherwise the column decides: one `\,` in it makes the bare `, ` the
    separator; else one `;` makes that the only one; else `, ` separates, except for
    - suffixes: `Sammy Davis, Jr.`, and `Beatles, The`;
    - `Tyler, The Creator`, unless one half stands in the column without the other;
    - `Earth, Wind & Fire`: single words before a pair of words, none of which is a cell of its own.
    `feat.`, `ft.` and `featuring` separate always, ` x ` where one side is a cell of its own (not in `Chloe x Halle`),
    `&`, `and`, `with` and a comma without a blank never.
    """
    rows = [" ".join(cell.split()) for cell in cells]
    lists = {row for row in rows if row.startswith(("['", '["', "[]")) and row.endswith("]")}
    joined = sorted({*rows} - lists)
    alone = {row.casefold() for row in joined}
    if any("\\," in row for row in joined):
        pieces = {row: [piece.replace("\\,", ",") for piece in re.split(r"(?<!\\), ", row)] for row in joined}
    elif any(";" in re.sub(_ENTITY, "", row) for row in joined):
        pieces = {row: _BETWEEN_SEMICOLONS.findall(row) for row in joined}
    else:
        pieces = _split_at_commas(joined, alone)
    artists = {row: _unique(_items(row[1:-1])) for row in lists}
    for row, parts in pieces.items():
        artists[row] = _unique(name for part in parts for name in _split_collaboration(part, alone))
    return [artists[row] for row in rows]


def split_labels(cell: str) -> tuple[str, ...]:
    """Genres and other labels: `pop, rock`, `pop;rock`, `pop|rock`, `["pop", "rock"]` -> (`pop`, `rock`).

    Labels keep their spelling; those that differ in case alone count once.
    """
    cell = cell.strip()
    if cell.startswith("[") and cell.endswith("]"):
        return _unique(_items(cell[1:-1]))
    return _unique(cell.split(next((separator for separator in ";|," if separator in cell), ",")))


def _items(inside: str) -> list[str]:
    """The items of a list as Python or JSON writes it, without its brackets."""
    return [re.sub(r"\\(.)", r"\1", "".join(match.groups(""))) for match in _ITEM.finditer(inside)]


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for name in filter(None, map(str.strip, names)):
        first.setdefault(name.casefold(), name)
    return tuple(first.values())


def _split_at_commas(rows: list[str], alone: set[str]) -> dict[str, list[str]]:
    """Rows whose names are joined by bare `, `; a name that holds a comma itself is put together again."""
    pieces = {row: row.split(", ") for row in rows}
    seen = Counter(part for parts in pieces.values() for part in parts)
    neighbours = Counter(pair for parts in pieces.values() for pair in pairwise(parts))
    for row, parts in pieces.items():
        continues = {place for place, (left, right) in enumerate(pairwise(parts), 1)
                     if _SUFFIX.fullmatch(right.casefold())
                     or (right.startswith("The ") and seen[left] == seen[right] == neighbours[left, right])
                     }  # fmt: skip
        for last, part in enumerate(parts):
            place = last if _PAIR.fullmatch(part) and part.casefold() not in alone else 0
            while place and " " not in parts[place - 1] and parts[place - 1].casefold() not in alone:
                continues.add(place)
                place -= 1
        starts = [place for place in range(len(parts)) if place not in continues]
        pieces[row] = [", ".join(parts[start:end]) for start, end in pairwise([*starts, len(parts)])]
    return pieces


def _split_collaboration(name: str, alone: set[str]) -> Iterator[str]:
    first, *guests = _GUEST.split(name)
    for part in (first, *(guest if re.search(r"[(\[]", guest) else guest.rstrip(")]") for guest in guests)):
        sides = re.split(r" [x×] ", part)
        yield from sides if any(side.casefold() in alone for side in sides) else [part]


# --- Titles and artists as they are compared ---

_LATIN_OR_GREEK = re.compile("([A-Za-z\u00c0-\u02af\u0370-\u03ff])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff]+")
_YO = re.compile("([Ее])\u0308")  # Cyrillic ё is often written е; й, ї and ў are letters of their own
_NO_SIGN = frozenset("'’‘ʼ`´\ufe0e\ufe0f")  # apostrophes, and the choice between an emoji's two looks
_QUOTES = frozenset('"“”„‟«»')
_BRACKETS = {"Ps": "(", "Pe": ")", "Pd": "-"}

_PARTS = re.compile(r"[()]|(?<= )-+(?= )")
_YEAR_APART = re.compile(r"(- \d{4}) - (?=remaster)")
_ANOTHER = r"\b(?:live|(?:re)?mix|edit|acoustic|instrumental|demo|karaoke|unplugged|cover|(?<!soundtrack )version)\b"
_GUESTS = re.compile(rf"(?<=[^\d\s]) (?:feat|ft|featuring) (?!.*{_ANOTHER}).+")  # a digit before: `6 ft under`
_SAME_RECORDING = re.compile(
    rf"(?:feat|ft|featuring) (?!.*{_ANOTHER}).*"
    r"|(?:\d{4} )?(?:digital(?:ly)? )?re ?master(?:ed)?(?: version| edition)?(?: (?:in )?\d{4})?(?: version| edition)?"
    r"|\d{1,3}(?:st|nd|rd|th) anniversary(?: deluxe)? (?:edition|version|remaster(?:ed)?)"
    r"|(?:super )?(?:deluxe|expanded)(?: edition| version)?|(?:special|anniversary|collectors) edition"
    r"|explicit(?: version)?|bonus tracks?(?: version)?"
    r"|(?:original )?(?:album|single|lp) version(?: explicit)?|original (?:mix|version)"
)


def plain_title(title: str) -> str:
    """A title as it is compared: letters and figures in lower case, without accents and without notes on the release.

    Compatibility forms are levelled (NFKC), marks fall from Latin and Greek letters alone, punctuation becomes blanks
    (apostrophes nothing, `&` the word and). In brackets, or behind a dash between blanks, `feat. X`, `Remastered
    2011`, `Deluxe Edition`, `Explicit`, `Bonus Track`, `Album Version`, `Single Version`, `Original Mix` and
    `From "Film"` go, since the recording is the same; so does a `feat. X` at the end. Live, remix, acoustic, demo,
    instrumental, radio edit, karaoke and names of movements stay. A title of punctuation alone stays what it is.
    """
    marked = _marked(title)
    if len(marked) > _LONGEST:
        return marked
    head, *tail = _PARTS.split(_YEAR_APART.sub(r"\1 ", marked))
    words = [_without_guests(head), *(_without_guests(part) for part in tail if not _is_note(part))]
    return _without_guests(" ".join(filter(None, words)) or marked) or _spelling(title)


def plain_artist(artist: str) -> str:
    """An artist as names are compared: like a title, and without a leading `the`. Empty for a blank name alone."""
    marked = _marked(artist)
    words = marked if len(marked) > _LONGEST else _blanked(marked)
    return re.sub(r"^(?:the )+(?=\S)", "", words) or _spelling(artist)


def _marked(text: str) -> str:
    """Folded text with only those marks left that tell its parts: `( )`, `-` and `"`. A long text: case and blanks."""
    text = " ".join(text.casefold().split())
    if len(text) > _LONGEST:
        return text
    decomposed = "".join(map(_mark, unicodedata.normalize("NFKD", text.replace("´", "'"))))
    bare = _YO.sub(r"\1", _LATIN_OR_GREEK.sub(r"\1", unicodedata.normalize("NFKD", decomposed)))
    return " ".join(unicodedata.normalize("NFKC", bare.casefold()).split())


@cache
def _mark(char: str) -> str:
    """What a character is to the comparison: itself, one of the marks that tell parts, a blank, or nothing."""
    kind = unicodedata.category(char)
    if char in _NO_SIGN or kind == "Cf":
        return ""
    if char == "&":
        return " and "
    if char in _QUOTES:
        return '"'
    return _BRACKETS.get(kind, " " if kind[0] == "P" or kind == "Cc" or char in "^|~" else char)


def _blanked(marked: str) -> str:
    return " ".join(re.sub(r'[()"-]', " ", marked).split())


def _without_guests(part: str) -> str:
    return _GUESTS.sub("", _blanked(part))


def _is_note(part: str) -> bool:
    """Whether a part of a title tells only where the same recording was released, or who is heard in it too."""
    words = _without_guests(part)
    from_film = part.strip().startswith('from "') and not re.search(_ANOTHER, words)
    return from_film or bool(_SAME_RECORDING.fullmatch(words))


def _spelling(text: str) -> str:
    """For names without a letter, figure or symbol: nothing goes but case and blanks."""
    one_line = " ".join(text.replace("´", "'").split())
    return " ".join(unicodedata.normalize("NFKC", one_line).casefold().split())


# --- Works ---

_COMPOSERS = {
    name: name.title() for name in
    "albinoni bach bartok beethoven berg berlioz boccherini brahms britten bruch bruckner chopin clementi corelli "
    "czerny debussy dvorak elgar faure franck grieg handel haydn hummel kodaly liszt mahler medtner mendelssohn "
    "mozart nielsen paganini poulenc prokofiev rachmaninoff ravel sarasate scarlatti schoenberg schubert schumann "
    "scriabin shostakovich sibelius strauss szymanowski tchaikovsky telemann vivaldi weber webern wieniawski".split()
} | {"haendel": "Handel", "rachmaninov": "Rachmaninoff", "saens": "Saint-Saëns", "schonberg": "Schoenberg",
     "schostakowitsch": "Shostakovich", "skrjabin": "Scriabin", "tschaikowsky": "Tchaikovsky"}  # fmt: skip

_NUMBER = r"(?P<number>(?P<first>\d{1,4})[a-zR]?)(?![^\W_])(?:[-–—](?P<last>\d{1,4}))?"
# Label, what stands before the number, and the composer who must be named. At one place the first of them counts.
_CATALOGUES = tuple((label, re.compile(before + _NUMBER), composer) for label, before, composer in (
    ("BWV Anh. {number}", r"\b(?i:BWV)\.? ?(?i:Anh)(?:ang\b|\.)? ?(?:[IV]+ )?", ""),
    ("BWV {number}", r"\b(?i:BWV)\.? ?", ""),
    ("BuxWV {number}", r"\b(?i:BuxWV)\.? ?", ""),
    ("HWV {number}", r"\b(?i:HWV)\.? ?", ""),
    ("TWV {group}{number}", r"\b(?i:TWV) ?(?P<group>\d{1,2}: ?(?:[A-Ha-h](?:is|es|s)?)?)", ""),
    ("Hob. {group}:{number}", r"\b(?i:Hob)\.? ?(?P<group>[IVX]+[a-h]?)(?:[:/] ?|,? No\.? ?)", ""),
    ("RV {number}", r"\bRV\.? ?(?=\d\d)", ""),
    ("{group} {number} (Scarlatti)", r"\b(?P<group>[KL])[kp]?\.? ?(?!\d{4})", "Scarlatti"),
    ("K {number}", r"\bKV?\.? ?(?!\d{4})", "Mozart"),
    ("K {number}", r"(?:\bKV\.?|\bK\.|(?<=, )K|(?<=\()K|\bK(?:ö|oe)chel) ?(?=\d\d)(?!\d{4})", ""),
    ("D {number}", r"\bD\.? ?(?!\d{4})", "Schubert"),
    ("S {number}", r"\bS\.? ?(?!\d{4})", "Liszt"),
    ("L {number} (Debussy)", r"\bL\.? ?(?!\d{4})", "Debussy"),
    ("Wq {number}", r"\bWq\.? ?", ""),
    ("Sz {number}", r"\bSz\.? ?", ""),
    ("BB {number}", r"\bBB\.? ?", "Bartok"),
))  # fmt: skip
_OPUS = re.compile(
    r"\b(?P<kind>WoO|(?i:op(?:us|\.)?))\.?(?i: ?posth\.?)? ?(?!\d{4})" + _NUMBER
    + r"(?:(?: ?[,:;/–-])? ?(?:(?i:n[or]?)[.°]* ?|#|(?<=/))(?P<piece>\d{1,3})\b)?"
)  # fmt: skip


def work(title: str, composer: str = "") -> str:
    """The work that a title names by its number in a catalogue: `BWV 988`, `Op. 27 No. 2 (Beethoven)`, or "".

    Movements and variations count to their work (`BWV 1007/1` -> `BWV 1007`); a letter tells works apart. The number
    that stands first counts, a single work before a range such as `BWV 846-869`. Catalogues go before opus
    numbers. Letters that mean little by themselves need their composer's name in the title or the argument: D
    Schubert, S Liszt, L Scarlatti or Debussy, BB Bartók; K is Mozart's, and Scarlatti's where he is named. Opus and
    WoO need the argument, or a well-known name before the title's first colon or dash. Bearers of one surname are
    not told apart.
    """
    line = " ".join(unicodedata.normalize("NFKC", title[:_LONGEST]).split())[:_LONGEST]
    if not re.search(r"\d", line):
        return ""
    named = {*_known_composers(line), *_known_composers(composer)}
    found = [
        ("-" in _number(match), match.start(), place, label, match)
        for place, (label, pattern, needed) in enumerate(_CATALOGUES)
        if not needed or needed in named
        for match in pattern.finditer(line)
    ]
    if found:
        *_, label, match = min(found, key=lambda one: one[:3])
        return label.format(number=_number(match), group=match.groupdict().get("group", "").replace(" ", ""))
    opus = min(_OPUS.finditer(line), key=lambda match: "-" in _number(match), default=None)
    name = _composer(line, composer)
    if not opus or not name:
        return ""
    piece = f" No. {opus['piece']}" if opus["piece"] else ""
    return f"{'WoO' if opus['kind'] == 'WoO' else 'Op.'} {_number(opus)}{piece} ({name})"


def _number(match: re.Match[str]) -> str:
    """The number as labels write it: with its letter, and to the end of a range, but without a movement's (`971-3`)."""
    last = match["last"]
    return f"{match['number']}-{last}" if last and int(last) > int(match["first"]) else match["number"]


def _known_composers(text: str) -> list[str]:
    words = _blanked(_marked(text[:_LONGEST])).split()
    return [_COMPOSERS[word] for word in words if word in _COMPOSERS]


def _composer(line: str, composer: str) -> str:
    """The surname that an opus number belongs to, or "": from the argument, or from the title's beginning."""
    before, *after = re.split(r":| - ", line, maxsplit=1)
    prefix = before if after and len(before.split()) <= 4 and not re.search(r"\d", before) else ""
    known = [*_known_composers(composer), *_known_composers(prefix)]
    if known:
        return known[0]
    surname = _blanked(_marked(re.split(r"[,;/&]", composer[:_LONGEST])[0]))
    return " ".join(surname.split()[-1:]).title()[:40]


_TRACK_ID = re.compile(r"(?:spotify:track:|https?://open\.spotify\.com/(?:intl-[\w-]+/)?track/)([A-Za-z0-9]{22})")
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}")
_NO_ID = schema.MISSING | {"0", "unknown"}


def plain_id(cell: str) -> str:
    """A track id as ids are compared: of a Spotify address or URI the id alone. Case matters in it.

    Empty for what is no id: a word for a missing one, and a short number, by which every file counts its own rows.
    """
    bare = cell.strip()
    found = _TRACK_ID.match(bare)
    if found:
        return found[1]
    return "" if bare.casefold() in _NO_ID or (bare.isdecimal() and len(bare) < 6) else bare


def plain_isrc(cell: str) -> str:
    """An ISRC as it is compared: upper case, without dashes and blanks; empty for what is none (ISO 3901)."""
    bare = re.sub(r"[\s-]", "", cell).upper()
    return bare if _ISRC.fullmatch(bare) else ""
