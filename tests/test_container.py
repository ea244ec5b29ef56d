"""The composition as it runs: read-only, nobody's rights, bounded, behind a proxy with TLS; see tests/container.py for how."""

from __future__ import annotations

import re
from typing import Any

import pytest

from core.guard import headers
from tests import container

OWN = ("app", "scheduler", "worker")
SERVICES = container.services(container.SETTINGS)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was seen while all of them ran."""
    if reason := container.missing():
        pytest.skip(f"the services cannot be started as in a container: {reason}")
    return container.observed(tmp_path_factory.mktemp("machine"))


@pytest.mark.parametrize("name", OWN)
def test_nobody_is_root_or_can_become_it(seen: dict[str, Any], name: str) -> None:
    """The image's user, without groups or capabilities, and no program gives it any."""
    probe = seen["probes"][name]
    assert (probe["user"], probe["group"], probe["groups"]) == (10001, 10001, [])
    assert probe["capabilities"] == [0] * 5
    assert probe["locked"] == 1


@pytest.mark.parametrize("name", OWN)
def test_nothing_can_be_written_but_what_is_kept_and_what_passes(seen: dict[str, Any], name: str) -> None:
    """Of all folders of the file system."""
    assert seen["probes"][name]["read_only"]
    passing = ["/dev/shm", "/tmp"]  # noqa: S108
    assert seen["probes"][name]["written"] == (["/data", *passing] if name == "app" else passing)


def test_the_image_holds_the_app_alone(seen: dict[str, Any]) -> None:
    """No tests, no documents, nothing that lay beside them."""
    assert seen["probes"]["app"]["seen"] == [".streamlit", "app.py", "core", "data", "pages", "requirements.lock"]


@pytest.mark.parametrize("name", [*OWN, "proxy"])
def test_memory_and_processes_are_bounded(seen: dict[str, Any], name: str) -> None:
    """By the kernel, to what compose.yaml says; what was worked out here fits many times."""
    bounds = seen["bounds"][name]
    if "memory" not in bounds:
        pytest.skip("the kernel lends no groups here")
    assert (bounds["memory"], bounds["processes"]) == (SERVICES[name].memory, SERVICES[name].processes)
    assert bounds.get("peak", 0) < bounds["memory"] / 2


def test_the_app_is_healthy_when_its_script_ran(seen: dict[str, Any]) -> None:
    """By the image's own health check, which said no before the server answered; and it is still there in the end."""
    assert seen["cold"] != 0
    assert seen["still"]


def test_a_person_gets_the_examples_verdict_through_the_proxy(seen: dict[str, Any]) -> None:
    """Over TLS and a WebSocket, under the name that EARPRINT_HOST gives, worked out by processes under the same restrictions."""
    assert any(re.search(r"Sound tells about \d+ % of how you rate", one) for one in seen["said"]), seen["said"]


def test_what_fails_for_want_of_a_right_is_told_nowhere(seen: dict[str, Any]) -> None:
    """No log speaks of a place that cannot be written, or of an error, while the example was worked out."""
    assert set(seen["logs"]) == set(SERVICES)
    for name, log in seen["logs"].items():
        found = re.search(r"traceback|read-only|denied|not permitted|no space left|out of memory", log, re.IGNORECASE)
        assert not found, (name, log)


def test_what_is_kept_lies_in_its_volume(seen: dict[str, Any]) -> None:
    """Results of the examples; a database only once somebody collects."""
    assert set(seen["kept"]) <= {"earprint.sqlite", "earprint.sqlite-shm", "earprint.sqlite-wal", "results"}
    assert "results" in seen["kept"]


def test_workers_find_the_scheduler(seen: dict[str, Any]) -> None:
    """Under the same restrictions, by its name."""
    assert re.search(r"Registered to:\s+tcp://scheduler:8786", seen["logs"]["worker"]), seen["logs"]["worker"]


def test_the_proxy_adds_what_the_app_cannot_know(seen: dict[str, Any]) -> None:
    """That the name is asked for by TLS alone. Cookies too, once each: that is the app's, which is told its address."""
    status, given = seen["proxy"]["/"]
    assert status == 200
    assert given["strict-transport-security"] == ["max-age=31536000"]
    for cookie in seen["proxy"]["/_stcore/health"][1]["set-cookie"]:
        assert len(re.findall(r"; Secure\b", cookie)) == 1, cookie
    assert seen["proxy"]["http"][0] in (301, 308)
    assert seen["proxy"]["http"][1]["location"] == [f"https://{container.SETTINGS['EARPRINT_HOST']}/"]


def test_another_name_is_answered_by_nobody(seen: dict[str, Any]) -> None:
    """There is no certificate for it, not even for the name that the proxy has when it is given none."""
    assert seen["proxy"]["https://localhost/"][0] == 0


def test_the_apps_own_headers_come_once(seen: dict[str, Any]) -> None:
    """The proxy leaves them as they are."""
    given = seen["proxy"]["/"][1]
    assert {name: len(given[name]) for name in headers()} == dict.fromkeys(headers(), 1)


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/script-health-check"])
def test_what_the_operator_asks_is_closed_to_others(seen: dict[str, Any], path: str) -> None:
    """By the proxy: the app's own headers are not there."""
    status, given = seen["proxy"][path]
    assert status == 404
    assert "content-security-policy" not in given


def test_a_body_is_bounded_before_it_reaches_the_app(seen: dict[str, Any]) -> None:
    """A file of 59 MB goes through the proxy; one of 60 and its envelope does not, though the upload box was made to take it."""
    assert seen["upload"]["59"][0] == 204
    status, given = seen["upload"]["60"]
    assert status == 413
    assert "content-security-policy" not in given
