"""The benchmark's table, and that every row names its demand. What anything takes is asserted nowhere."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from tests.bench import imports
from tests.bench.__main__ import GROUPS, SEVERAL, _parser
from tests.bench.fitting import apart
from tests.bench.process import ROOT
from tests.bench.table import NO_DEMAND, Row, at_most, document, plain, short

MET = at_most("a page", "1.2 s", "an empty one: 1.0 s", 1.2, 1.5, "within 1.5 times")
MISSED = at_most("a list", "20 s", "a peer: 2 s", 10.0, 0.1, "at most 1/10")
MODULES = sorted((ROOT / "tests" / "bench").glob("*.py"))


def test_the_document_holds_every_row_and_where_it_was_measured() -> None:
    """One Markdown table: what, ours, the other, the ratio, the demand in brackets, met or missed."""
    text = document([MET, MISSED, plain("a | b", "3 MB")], peers=Path("nowhere"))
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert lines[0] == "| what | ours | peer or reference | ratio | demand | met |"
    assert lines[2] == "| a page | 1.2 s | an empty one: 1.0 s | 1.2 | [within 1.5 times] | met |"
    assert lines[3] == "| a list | 20 s | a peer: 2 s | 10 | [at most 1/10] | missed |"
    assert lines[4] == f"| a / b | 3 MB |  |  | [{NO_DEMAND}] |  |"
    assert "cores" in text
    assert "numpy" in text


def test_a_row_without_its_demand_is_refused() -> None:
    """Nothing is said to be good without what it was measured by."""
    with pytest.raises(ValueError, match="names its demand"):
        Row("a page", "1 s", "", None, "", None)
    with pytest.raises(ValueError, match="met or missed"):
        Row("a page", "1 s", "", None, "within 2 times", None)
    with pytest.raises(ValueError, match="met or missed"):
        Row("a page", "1 s", "", None, NO_DEMAND, True)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_every_row_that_a_group_makes_names_its_demand(path: Path) -> None:
    """In the code of the groups: each `Row` and `at_most` has all its parts, and the demand is a name or words."""
    for call in ast.walk(ast.parse(path.read_text())):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in {"Row", "at_most"}:
            place = {"Row": 4, "at_most": 5}[call.func.id]
            demand = call.args[place]
            assert not isinstance(demand, ast.Constant) or demand.value, (path, call.lineno)
    assert len(path.read_text().splitlines()) <= 250


@pytest.mark.parametrize("work", [*imports.WAYS.values(), *imports.REFERENCES.values()])
def test_what_is_imported_can_be(work: str) -> None:
    """A name that was changed elsewhere would end a whole run in its middle."""
    seconds, megabytes = imports.probe(work)
    assert seconds > 0
    assert megabytes > 0


def test_groups_are_chosen_by_name() -> None:
    """Each group gives rows, and has a name that the command line takes."""
    assert all(inspect.isgeneratorfunction(group) for group in GROUPS.values())
    assert set(SEVERAL["pages"]) <= set(GROUPS)
    options = _parser().parse_args(["a.csv", "b.csv", "--only", "users", "pages"])
    assert (options.files, options.only) == ([Path("a.csv"), Path("b.csv")], ["users", "pages"])


def test_documents_are_compared_number_by_number() -> None:
    """The largest difference, but for the seconds; infinite where anything else differs."""
    one = {"seconds": {"read": 1.0}, "models": [{"name": "ridge", "skill": 0.5}, {"name": "svr", "skill": 0.25}]}
    two = {"seconds": {"read": 9.0}, "models": [{"name": "ridge", "skill": 0.5}, {"name": "svr", "skill": 0.375}]}
    assert apart(one, two) == 0.125
    assert apart({"name": "ridge"}, {"name": "svr"}) == float("inf")
    assert apart([1.0], [1.0, 2.0]) == float("inf")


def test_numbers_are_short() -> None:
    """Two digits that count."""
    assert [short(number) for number in (0.00342, 0.12, 1.44, 34.4, 1234.5, None)] == [
        "0.0034", "0.12", "1.4", "34", "1,234", "",
    ]  # fmt: skip
