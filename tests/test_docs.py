"""The documentation says what there is: its links, pictures, commands, options and variables are held to the code."""

from __future__ import annotations

import argparse
import ast
import importlib.util
import re
import tomllib
from dataclasses import fields
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from PIL import Image

from core.__main__ import _parser
from core.guard import UploadLimits
from core.reading.limits import Limits
from tests.bench.__main__ import GROUPS, SEVERAL
from tests.benchmark_truth import SUITES
from tests.browser.pictures import FOLDER, WIDTH, names
from tests.conftest import ROOT
from tests.core.test_pipeline import KEYS

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
# Written by a command, or an example.
NOT_THERE = {"core/locale/de.po"}
of_each = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


def text_of(name: str) -> str:
    """A document of the project."""
    return (ROOT / name).read_text("utf-8")


def links(path: Path) -> list[str]:
    """Where a document leads inside the project: links and pictures."""
    found = re.findall(r"\]\(([^()\s]+)\)", path.read_text("utf-8"))
    return [link for link in found if not link.startswith(("http://", "https://"))]


def anchors(path: Path) -> set[str]:
    """The headings of a document as links name them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code(path: Path) -> str:
    """What stands in a document as code, a line each; in prose `make` is a word like any other."""
    text = path.read_text("utf-8")
    blocks = re.findall(r"^```.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`]+)`", prose)])


@of_each
def test_links_lead_somewhere(path: Path) -> None:
    """Each file that is linked or shown is there, and so is the heading."""
    for link in links(path):
        name, _, place = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.is_file(), link
        assert target.is_relative_to(ROOT), link
        assert not place or place in anchors(target), link


@of_each
def test_files_that_are_named_are_there(path: Path) -> None:
    """A path in code is one of a file or folder of the project."""
    named = set(re.findall(r"\b(?:core|pages|tests|data|docs)/[\w./]*\w", code(path))) - NOT_THERE
    assert {name for name in named if not (ROOT / name).exists()} == set()


@of_each
def test_commands_that_are_named_are_there(path: Path) -> None:
    """`make` has the target and reads the variable; what `--only` asks for and what `python -m` starts exists."""
    makefile = text_of("Makefile")
    for target, rest in re.findall(r"\bmake ([a-z]+)((?: +[A-Z]+=(?:\"[^\"]*\"|\S+))*)", code(path)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
        for name, value in re.findall(r"([A-Z]+)=(\"[^\"]*\"|\S+)", rest):
            assert f"$({name})" in makefile, name
            chosen = re.search(r"--only ([a-z0-9 ]+)", value)
            known = {"truth": set(SUITES), "bench": {*GROUPS, *SEVERAL}}.get(target, set())
            assert chosen is None or set(chosen[1].split()) <= known, value
    for module in re.findall(r"python -m ([a-z_.]+)", code(path)):
        assert importlib.util.find_spec(module), module


def test_pictures_are_those_that_are_taken() -> None:
    """Each is shown somewhere and taken by `make pictures`, of one width; together they stay small."""
    taken = sorted(FOLDER.glob("*.png"))
    shown = {link.rpartition("/")[2] for path in DOCUMENTS for link in links(path) if link.endswith(".png")}
    assert {path.name for path in taken} == shown == {f"{name}.png" for name in names()}
    assert sum(path.stat().st_size for path in taken) < 1_500_000
    assert {Image.open(BytesIO(path.read_bytes())).width for path in taken} == {WIDTH}


def test_every_variable_is_documented() -> None:
    """What the code, compose.yaml and the proxy read of their environment stands in a table of docs/operating.md, no more."""
    read = {f"EARPRINT_MAX_{limit.name.upper()}" for kind in (Limits, UploadLimits) for limit in fields(kind)}
    for path in (ROOT / "app.py", *(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(r"EARPRINT_[A-Z_]*[A-Z]", str(node.value)):
                read.add(str(node.value))
    for name in ("compose.yaml", "Caddyfile"):
        read |= set(re.findall(r"\$\{?(EARPRINT_\w+)", text_of(name)))
    told = re.findall(r"^\| `(EARPRINT_\w+)` \|", text_of("docs/operating.md"), re.MULTILINE)
    assert sorted(told) == sorted(read)
    for path in DOCUMENTS:
        assert set(re.findall(r"\bEARPRINT_\w+", path.read_text("utf-8"))) <= read, path.name


def test_every_option_is_documented() -> None:
    """docs/command-line.md has a section for each command and names each of its options, and no option that there is not."""
    text = text_of("docs/command-line.md")
    (commands,) = (action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction))
    known = {
        option for parser in commands.choices.values() for action in parser._actions for option in action.option_strings
    }
    assert set(commands.choices) <= anchors(ROOT / "docs" / "command-line.md")
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*\b", text))
    assert named | {"-h"} == known


def test_the_summary_documents_keys_are_documented() -> None:
    """Each key of the contract stands in docs/command-line.md."""
    text = text_of("docs/command-line.md")
    assert {key for part in KEYS.values() for key in part if f'"{key}"' not in text} == set()


def test_every_threat_has_its_test_or_says_that_it_has_none() -> None:
    """Each of the sixteen in SECURITY.md; and each test that is named there exists."""
    threats = text_of("SECURITY.md").partition("\n## Threats")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| \d+ \|.*\|$", threats, re.MULTILINE)
    assert [int(row.split()[1]) for row in rows] == list(range(1, 17))
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
        assert named or "**Not yet**" in row, row
        assert row.count("::") == len(named)
        for path, name in named:
            tree = ast.parse(text_of(path))
            assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{path}::{name}"


def test_the_readme_is_short_and_says_how_to_begin() -> None:
    """Two commands, the second of which runs the tests; the rest stands in docs/."""
    readme = text_of("README.md")
    assert len(readme.splitlines()) <= 150
    assert "make run " in readme
    assert "make test " in readme


def test_it_can_be_cited() -> None:
    """CITATION.cff holds what CFF 1.2.0 demands, with the version and licence of the package."""
    cited = yaml.safe_load(text_of("CITATION.cff"))
    assert cited["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(cited)
    assert (cited["type"], cited["title"], cited["license"]) == ("software", "Earprint", "MIT")
    assert cited["version"] == tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    assert text_of("LICENSE").startswith("MIT")
    assert f"## {cited['version']}" in text_of("CHANGELOG.md")
