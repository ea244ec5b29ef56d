"""The language in which the app speaks: English is written in the code, every other language in one file under `core/locale`.

Convention: a sentence that people read is written once, as `say("... {name} ...", name=value)`, or, where a number decides
between two forms, as `many(number, "{number} track", "{number} tracks")`. What stands in the code is both the English sentence
and the key of the catalogue (GNU gettext's way). A constant of a module is made before anybody has chosen a language, so it is
only marked there, `mark("...")`, and said where it is used: `say(TITLES[code])`. Values are put in as they are: they are
never read as a template, so a title may hold braces.

The language belongs to the running context (`contextvars`), so that two people on one server read each their own.

A further language: `make words LANGUAGE=xx` writes an empty catalogue of every string; translate it, name it in `LANGUAGES`.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "nb": "Norsk"}
# Between thousands, and before decimals.
_MARKS = {"en": (",", "."), "nb": ("\u00a0", ",")}
_FOLDER = Path(__file__).with_name("locale")
_spoken: ContextVar[str] = ContextVar("language", default="en")


def speak(language: str) -> None:
    """From now on say everything in this language (a key of `LANGUAGES`; any other raises KeyError)."""
    _spoken.set({one: one for one in LANGUAGES}[language])


def spoken() -> str:
    """The language that is spoken: a key of `LANGUAGES`."""
    return _spoken.get()


def say(message: str, /, **values: object) -> str:
    """A sentence in the language that is spoken, its `{names}` filled with `values`."""
    language = _spoken.get()
    return _filled(message if language == "en" else _catalogue(language).gettext(message), values)


def many(number: int, one: str, other: str, /, **values: object) -> str:
    """`one` or `other`, by the language's rule for this number, which stands where they say `{number}`."""
    english = one if number == 1 else other
    language = _spoken.get()
    message = english if language == "en" else _catalogue(language).ngettext(one, other, number)
    return _filled(message, {"number": figure(f"{number:,}"), **values})


def _filled(message: str, values: Mapping[str, object]) -> str:
    return message.format(**values)


def mark(message: str) -> str:
    """A sentence that is said elsewhere: into the catalogue with it, and unchanged."""
    return message


def figure(written: str) -> str:
    """A number as Python writes it, `1,234.5`, with the marks of the language that is spoken."""
    thousands, decimal = _MARKS[_spoken.get()]
    return written.translate({ord(","): thousands, ord("."): decimal})


@cache
def _catalogue(language: str) -> gettext.GNUTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with (_FOLDER / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
