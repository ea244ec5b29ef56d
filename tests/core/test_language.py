"""Contract of `core.language` and its catalogues: every string that people read is there, in every language."""

from __future__ import annotations

import ast
import contextvars
import re
import string
import threading
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from core import text
from core.language import LANGUAGES, many, say, speak, spoken
from tests.messages import FILES, in_file

ROOT = Path(__file__).resolve().parents[2]
OTHERS = sorted(set(LANGUAGES) - {"en"})


def in_code() -> set[object]:
    """Every message that the code says: a string, or a pair of strings."""
    return {message for path in FILES for _, message in in_file(path)}


def fields(message: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def catalogue(language: str) -> dict[object, object]:
    """Message (a string or a pair) -> translation (a string or as many as the language has forms)."""
    with (ROOT / "core" / "locale" / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language)
    assert not [message for message in read if message.id and message.fuzzy]
    return {message.id: message.string for message in read if message.id}


@pytest.mark.parametrize("language", OTHERS)
def test_every_string_has_its_translation(language: str) -> None:
    """The catalogue holds what the code says, no more and no less, and nothing in it is empty."""
    translated, said = catalogue(language), in_code()
    assert said - set(translated) == set(), "run `make words`, and translate what is new"
    assert set(translated) - said == set(), "run `make words`"
    empty = [one for one, other in translated.items() if not (all(other) if isinstance(other, tuple) else other)]
    assert empty == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_are_filled_from_the_same_names(language: str) -> None:
    """Names in braces are the same in both, so that no sentence can fail or lose a figure; a number may go without saying."""
    for message, translated in catalogue(language).items():
        if isinstance(message, tuple):
            assert isinstance(translated, tuple)
            wanted = fields(message[0]) | fields(message[1])
            for form in translated:
                assert fields(form) | {"number"} == wanted | {"number"}, form
        else:
            assert isinstance(translated, str)
            assert fields(str(message)) == fields(translated), translated


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_names_in_braces_are_plain(language: str) -> None:
    """No attribute, index, conversion or format stands in a message: values are made ready before."""
    messages = in_code() if language == "en" else set(catalogue(language).values())
    for message in messages:
        for form in message if isinstance(message, tuple) else (message,):
            for _, name, spec, conversion in string.Formatter().parse(str(form)):
                assert name is None or (re.fullmatch("[a-z_]+", name) and not spec and not conversion), form


def _sentences(path: Path) -> list[str]:
    """Strings of three words or more that nobody says: not documentation, not an argument of say, mark or many, not of errors
    that are for programmers alone.
    """
    tree = ast.parse(path.read_text())
    silent: set[int] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and ast.get_docstring(node) is not None
        ):
            silent.add(id(node.body[0].value))  # type: ignore[attr-defined]
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            heard = [*node.args, *(keyword.value for keyword in node.keywords)]
            if name in {"say", "mark", "many"} | _FOR_PROGRAMMERS:
                silent |= {id(part) for argument in heard for part in ast.walk(argument)}
            if name == "split":  # a list of words
                silent |= {id(part) for part in ast.walk(node.func)}
    return [
        node.value for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
        and not _CODES.search(node.value)
        and re.search(r"(?<![\w<>&=])[A-Za-z']{2,} [A-Za-z']{1,} [A-Za-z']{2,}", node.value)
    ]  # fmt: skip


_FOR_PROGRAMMERS = {
    "ValueError", "KeyError", "RuntimeError", "TypeError", "AssertionError", "exception", "filterwarnings", "compile",
    "add_argument", "add_parser", "ArgumentParser", "_NoRouteError",
}  # fmt: skip
# Files whose strings are data (invented names, headers of other programs, patterns), and the command line, which is English.
_DATA = {"simulate_names.py", "translations.py", "spellings.py", "formats.py", "__main__.py"}
# Fonts, an empty page of HTML, routes of explanations, and keys that are labelled where they are shown.
_CODES = re.compile(
    r"sans-serif|<!doctype|mean of members|permutations by shap|as I found it|^your rating$|^left out$|^feature"
)


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.name not in _DATA], ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_sentence_goes_round_the_catalogue(path: Path) -> None:
    """Every string of several words is said, or marked to be said."""
    assert _sentences(path) == []


def test_values_are_never_read_as_templates() -> None:
    """Braces in a title stay braces."""
    assert say("{title} it is", title="{0.__class__} {x}") == "{0.__class__} {x} it is"
    assert many(2, "{number} of {title}", "{number} of {title}", title="{number}") == "2 of {number}"


def test_numbers_have_the_marks_of_the_language() -> None:
    """A comma before decimals and a hard blank between thousands in Norwegian, the true minus in both."""
    assert text.number(-1234.5, 1) == "−1,234.5"

    def norwegian() -> tuple[str, str, str]:
        speak("nb")
        return text.number(-1234.5, 1), text.percent(0.184), text.plain_number(6.5)

    assert contextvars.copy_context().run(norwegian) == ("−1\u00a0234,5", "18 %", "6,5")
    assert spoken() == "en"


def test_two_people_at_once_read_each_their_own_language() -> None:
    """A thread that speaks Norwegian changes nothing for another."""
    heard: list[str] = []

    def speaks() -> None:
        speak("nb")
        heard.append(text.listing(["a", "b"]))

    thread = threading.Thread(target=speaks)
    thread.start()
    thread.join()
    assert heard == ["a og b"]
    assert text.listing(["a", "b"]) == "a and b"


def test_an_unknown_language_is_refused() -> None:
    """Nothing is said in a language that nobody wrote."""
    with pytest.raises(KeyError):
        speak("xx")
    assert spoken() == "en"


def test_counts_have_the_right_number() -> None:
    """One, none and many, with a comma between thousands."""
    assert [many(n, "{number} track", "{number} tracks") for n in (0, 1, 1200)] == [
        "0 tracks",
        "1 track",
        "1,200 tracks",
    ]
