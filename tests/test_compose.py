"""Dockerfile, compose.yaml and Caddyfile as they are written; how they run, tests/test_container.py sees."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from streamlit.web.server.starlette import starlette_websocket

from tests import container
from tests.conftest import ROOT
from tests.test_lock import LOCKED

WRITTEN = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = WRITTEN["services"]
OWN = {"app", "scheduler", "worker"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
CADDYFILE = (ROOT / "Caddyfile").read_text()


def tool(name: str) -> str:
    """A linter that comes with requirements-dev.txt."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def test_the_linter_finds_nothing_in_the_dockerfile() -> None:
    """But for what a comment there names with its reason."""
    done = subprocess.run([tool("hadolint"), str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_proxy_takes_its_file(tmp_path: Path) -> None:
    """With a name and without."""
    for name in ({}, {"EARPRINT_HOST": "music.example.org"}):
        done = subprocess.run(
            [tool("caddy"), "validate", "--config", str(ROOT / "Caddyfile"), "--adapter", "caddyfile"],
            capture_output=True, text=True, check=False, env={"XDG_DATA_HOME": str(tmp_path), **name},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def test_the_proxy_that_is_tested_is_the_one_that_runs() -> None:
    """Of the same line of versions."""
    image, _, version = SERVICES["proxy"]["image"].partition(":")
    told = subprocess.run([tool("caddy"), "version"], capture_output=True, text=True, check=True).stdout
    assert image == "caddy"
    assert told.startswith(f"v{version}.")


def test_all_have_the_same_image() -> None:
    """So that a worker never has another version than the app."""
    assert set(SERVICES) == OWN | {"proxy"}
    assert {SERVICES[name]["build"] for name in OWN} == {"."}


@pytest.mark.parametrize("name", SERVICES)
def test_each_is_restricted(name: str) -> None:
    """Whoever breaks into one can write nothing, become nobody else, and take a bounded share of the machine."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all("size=" in place for place in service["tmpfs"])
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert not {"privileged", "user", "pid", "ipc", "network_mode", "devices"} & set(service)


def test_the_proxy_alone_is_published_and_to_its_machine_alone() -> None:
    """Whoever opens it to a net does so knowingly, by a variable."""
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert all(port.startswith("${EARPRINT_LISTEN:-127.0.0.1}:") for port in SERVICES["proxy"]["ports"])


def test_nobody_comes_to_the_app_before_its_router_ran() -> None:
    """The proxy waits for the health check, which runs app.py; otherwise the address of one page would start that page alone."""
    assert SERVICES["proxy"]["depends_on"] == {"app": {"condition": "service_healthy"}}
    assert "/_stcore/script-health-check" in " ".join(container.image().health)
    assert container.image().health[0] == "python"
    assert "healthcheck" not in SERVICES["app"]


def test_the_cluster_is_reached_from_within_alone() -> None:
    """Who reaches the scheduler may run code on its workers; it is started on request."""
    assert WRITTEN["networks"]["cluster"] == {"internal": True}
    for name in ("scheduler", "worker"):
        assert SERVICES[name]["networks"] == ["cluster"]
        assert SERVICES[name]["profiles"] == ["cluster"]
    assert SERVICES["proxy"]["networks"] == ["front"]


def test_app_and_workers_know_the_scheduler() -> None:
    """By the name and the port at which it listens, which the file itself says how to give."""
    address = f"tcp://scheduler:{SERVICES['scheduler']['command'][-2]}"
    assert SERVICES["app"]["environment"]["EARPRINT_SCHEDULER"] == "${EARPRINT_SCHEDULER:-}"
    assert f"EARPRINT_SCHEDULER={address} docker compose --profile cluster" in (ROOT / "compose.yaml").read_text()
    assert address in SERVICES["worker"]["command"]


@pytest.mark.parametrize(("host", "asked", "let_in"), [
    ("", "localhost", True),
    ("", "evil.example", False),
    ("music.example.org", "music.example.org", True),
    ("music.example.org", "music.example.org:8443", True),
    ("music.example.org", "localhost", False),
])  # fmt: skip
def test_the_app_answers_under_its_name_alone(
    monkeypatch: pytest.MonkeyPatch, host: str, asked: str, let_in: bool
) -> None:
    """The name of the proxy's certificate is the one that Streamlit takes, and the address that Spotify is told."""
    app = container.services({"EARPRINT_HOST": host})["app"]
    assert app.environment["EARPRINT_ADDRESS"] == f"https://{host or 'localhost'}"
    names = app.environment["STREAMLIT_SERVER_ALLOWED_HOSTS"].split()
    monkeypatch.setattr("streamlit.config.get_option", {"server.allowedHosts": names}.__getitem__)
    assert starlette_websocket.is_host_allowed(asked) is let_in


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
    """Nobody is root in it; it installs the lock by its hashes, wheels alone, and starts the app as `make run` does."""
    made = container.image()
    assert re.fullmatch(r"python:3\.12\.\d+-slim-\w+", made.base)
    assert made.user == "10001:10001"
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nCMD ")
    assert "--require-hashes --only-binary :all: -r requirements.lock" in DOCKERFILE
    assert made.command[:5] == ("python", "-m", "streamlit", "run", "app.py")
    assert {"streamlit", "distributed"} <= set(LOCKED)


def test_nothing_secret_gets_into_the_image() -> None:
    """What is copied is named, and the builder is shown no more than that."""
    sources = [source for source, _ in container.image().copies]
    assert sources == ["requirements.lock", "app.py", ".streamlit/config.toml", "core", "pages", "data"]
    first, *rest = (ROOT / ".dockerignore").read_text().split()
    assert first == "*"
    assert {line[1:] for line in rest if line.startswith("!")} == set(sources)
    assert ".env" in (ROOT / ".gitignore").read_text().split()


def test_the_proxys_bound_is_above_the_apps() -> None:
    """So that a person whose file is too large is told so by the upload box; sizes in megabytes."""
    bound = re.search(r"max_size (\d+)MB", CADDYFILE)
    own = re.search(r"maxUploadSize = (\d+)", (ROOT / ".streamlit" / "config.toml").read_text())
    assert bound is not None
    assert own is not None
    assert int(own[1]) * 2**20 < int(bound[1]) * 10**6
