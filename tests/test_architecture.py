"""The rules of the house, executed."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import app
import core

ROOT = Path(__file__).resolve().parents[1]
# A room may import those that stand before it.
ORDER = (
    "errors", "redact", "language", "settings", "safety", "login", "guard", "text", "translations", "schema", "identity",
    "dataset", "export",
    "simulate_names", "simulate", "reading", "cluster", "engine", "worker", "cache", "jobs", "store", "audio", "sources",
    "scaling", "sampled", "gaussian", "models", "folds", "evaluate", "leaks", "chance", "compare", "curve", "verdict",
    "drivers", "peaks", "interactions", "biases", "staircase", "explain", "correlate", "between", "listeners", "words",
    "method", "plots", "pipeline", "many", "report", "__main__",
)  # fmt: skip
CORE = sorted((ROOT / "core").rglob("*.py"))
SHOWN = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]


def room(path: Path) -> str:
    """`core/reading/join.py` -> `reading`."""
    return path.relative_to(ROOT / "core").parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Dotted names of everything that a file imports, at any depth."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides its direction"
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return names


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_in_one_direction(path: Path) -> None:
    """A room imports only rooms that stand before it, and its own files."""
    if path == ROOT / "core" / "__init__.py":
        return
    place = ORDER.index(room(path))
    used = {name.split(".")[1] for name in imported(path) if name.startswith("core.")}
    assert {name for name in used if ORDER.index(name) > place} == set()


def test_every_room_has_its_place() -> None:
    """The order above names every file and folder of core/, and nothing else."""
    assert {room(path) for path in CORE} - {"__init__"} == set(ORDER)


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_core_knows_no_streamlit(path: Path) -> None:
    """No file of core/ imports streamlit or a page."""
    assert not {name for name in imported(path) if name.split(".")[0] in {"streamlit", "pages", "app"}}


def test_core_runs_without_streamlit() -> None:
    """Importing everything in core/ never loads streamlit."""
    names = [module.name for module in pkgutil.walk_packages(core.__path__, "core.") if "__main__" not in module.name]
    code = f"import sys\nfor name in {names!r}: __import__(name)\nassert 'streamlit' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)


def test_first_page_waits_for_nothing_heavy() -> None:
    """What the first page imports loads neither scikit-learn nor shap, lightgbm, numba, spotipy, SQLAlchemy or scipy.stats."""
    heavy = {"sklearn", "shap", "lightgbm", "numba", "spotipy", "sqlalchemy", "distributed", "scipy.stats"}
    code = (
        "import sys, core.words, core.reading, core.simulate, pages.ui.parts, pages.ui.work\n"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "[]"


def test_every_page_is_registered() -> None:
    """The router names every script of pages/ once, and nothing else."""
    scripts = sorted(f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py"))
    assert sorted(path for path, _ in app.PAGES) == scripts


@pytest.mark.parametrize("path", [*CORE, *SHOWN], ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_dangerous(path: Path) -> None:
    """No file builds HTML from data for the browser, evaluates text, or opens a pickle."""
    found = re.findall(
        r"unsafe_allow_html|components\.v1|st\.html(?!\(_STYLE\))|literal_eval|\beval\(|\bexec\(|pickle(?!=False)|joblib\.load",
        path.read_text(),
    )
    # The reader names pickles in order to refuse them.
    assert found == (["pickle"] if path.name == "encoding.py" else [])


@pytest.mark.parametrize("path", [*CORE, *SHOWN], ids=lambda path: str(path.relative_to(ROOT)))
def test_the_server_asks_no_address_of_anybodys(path: Path) -> None:
    """Only core/sources opens connections to other hosts, whose addresses are written there or given by the operator."""
    nets = {
        name
        for name in imported(path)
        if re.match(r"requests|urllib3|urllib\.request|http\.client|httpx|aiohttp|ftplib", name)
    }
    assert not nets or room(path) == "sources", nets


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_nobodys_data_lie_in_a_cache_that_all_share(path: Path) -> None:
    """Streamlit's cache of data belongs to all sessions, and its keys may meet; what is shared on purpose has one maker each."""
    text = path.read_text()
    assert "cache_data" not in text
    shared = re.findall(r"@st\.cache_resource.*\ndef (\w+)", text)
    assert set(shared) <= {"_recent", "_logins", "_store", "_once", "_ended"}


@pytest.mark.parametrize("path", [path for path in SHOWN if path.parent.name == "pages"], ids=lambda path: path.name)
def test_pages_only_arrange(path: Path) -> None:
    """A page imports no numeric model library and stays within 120 lines."""
    assert not {name for name in imported(path) if name.split(".")[0] in {"sklearn", "shap", "scipy", "lightgbm"}}
    assert len(path.read_text().splitlines()) <= 120


def test_every_public_thing_of_core_is_documented() -> None:
    """Every public function, class and module of core/ has a docstring."""
    bare = []
    for module in pkgutil.walk_packages(core.__path__, "core."):
        loaded = importlib.import_module(module.name)
        things = [(module.name, loaded)] + [
            (f"{module.name}.{name}", thing)
            for name, thing in vars(loaded).items()
            if not name.startswith("_")
            and (inspect.isfunction(thing) or inspect.isclass(thing))
            and thing.__module__ == module.name
        ]
        bare += [name for name, thing in things if not inspect.getdoc(thing)]
    assert bare == []


@pytest.mark.parametrize("path", [*CORE, *SHOWN], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_says_more_than_the_data(path: Path) -> None:
    """No text of the app says because, causes, you like, or significant."""
    texts = [
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    documentation = {ast.get_docstring(node, clean=False) for node in ast.walk(ast.parse(path.read_text()))
                     if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)}  # fmt: skip
    said = [text for text in texts if text not in documentation]
    assert [
        text for text in said if re.search(r"\b(because|causes?|you like|significant)\b", text, re.IGNORECASE)
    ] == []


def test_the_app_names_no_place_of_ours() -> None:
    """Outside the tests no file names a folder beside the project."""
    for path in [*CORE, *SHOWN, *ROOT.glob("*.md"), ROOT / "Makefile", *sorted((ROOT / "data").glob("*.md"))]:
        assert "../shared" not in path.read_text(), path


def test_the_one_style_sheet_asks_nobody() -> None:
    """The style sheet is a file of our own that names no other address; nothing else is given to the browser as it stands."""
    sheet = (ROOT / "pages" / "ui" / "style.css").read_text()
    assert not re.findall(r"url\(|@import|://|expression\(", sheet)
    assert [path for path in SHOWN if "st.html" in path.read_text()] == [ROOT / "pages" / "ui" / "parts.py"]
    assert '_STYLE = Path(__file__).with_name("style.css")' in (ROOT / "pages" / "ui" / "parts.py").read_text()
