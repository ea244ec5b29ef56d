"""What the app says, read from its code: for `make words` (as Babel's extractor) and for the tests of the catalogues.

Babel's own reading of Python passes over calls inside the arguments of other calls, and inside f-strings.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = {"say": (1,), "mark": (1,), "many": (2, 3)}
FILES = [ROOT / "app.py", *sorted((ROOT / "core").rglob("*.py")), *sorted((ROOT / "pages").rglob("*.py"))]
Message = str | tuple[str, str]


def in_file(path: Path) -> Iterator[tuple[int, Message]]:
    """Line and message of everything that one file says: a string, or a pair of strings of `many`."""
    with path.open("rb") as file:
        for line, _, arguments, _ in extract(file, KEYWORDS, (), {}):
            yield line, arguments if len(arguments) > 1 else arguments[0]


def extract(
    file: BinaryIO, keywords: Collection[str], tags: Collection[str], options: Mapping[str, str]
) -> Iterator[tuple[int, str, tuple[str, ...], list[str]]]:
    """Babel's form of an extractor: line, function, its messages (literals alone) and comments (none)."""
    for node in ast.walk(ast.parse(file.read())):
        name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if name in KEYWORDS:
            chosen = [node.args[place - 1] for place in KEYWORDS[name] if place <= len(node.args)]
            texts = tuple(
                part.value for part in chosen if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
            if texts:
                yield node.lineno, name, texts, []
