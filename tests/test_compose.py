"""The composition of app, scheduler and workers; images cannot be built everywhere, so that its parts are tried one by one."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import yaml

from tests.conftest import ROOT

SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def test_all_have_the_same_image() -> None:
    """So that a worker never has another version than the app."""
    assert set(SERVICES) == {"app", "scheduler", "worker"}
    assert {service["build"] for service in SERVICES.values()} == {"."}


def test_app_and_workers_know_the_scheduler() -> None:
    """By the name and the port at which it listens."""
    address = SERVICES["app"]["environment"]["EARPRINT_SCHEDULER"]
    assert address == f"tcp://scheduler:{SERVICES['scheduler']['command'][-2]}"
    assert address in SERVICES["worker"]["command"]


def test_the_app_is_reachable_from_its_machine_alone() -> None:
    """Whoever opens it to a net does so knowingly."""
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["app"]["ports"])


@pytest.mark.parametrize("name", ["scheduler", "worker"])
def test_the_programs_know_their_options(name: str) -> None:
    """Each option of a command stands in the program's own help."""
    python, *program = SERVICES[name]["command"]
    assert python == "python"
    shown = subprocess.run(
        [sys.executable, *program[:2], "--help"], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    for option in (part for part in program if part.startswith("--")):
        assert re.search(rf"(?<!\w){option}\b", shown) or re.search(rf"/\s*{option}\b", shown), option


def test_the_image_holds_what_is_needed() -> None:
    """Nobody is root in it; it installs both lists of requirements, and starts the app as `make run` does."""
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert lines.index("USER earprint") < next(place for place, line in enumerate(lines) if line.startswith("CMD"))
    assert any("-r requirements.txt -r requirements-cluster.txt" in line for line in lines)
    assert any('"-m", "streamlit", "run", "app.py"' in line for line in lines)
