"""Which settings of a server are not safe, and what a person is told of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.safety import Settings, dangers, is_reachable, no_login, warning

SAFE = Settings("127.0.0.1", ["localhost"], xsrf=True, cors=True, details="none")


def test_the_safe_settings_have_no_danger() -> None:
    """And nobody is told anything."""
    assert dangers(SAFE) == ()
    assert warning(()) == ""


@pytest.mark.parametrize(("change", "found", "told"), [
    ({"hosts": []}, ("allowedHosts",), True),
    ({"xsrf": False}, ("enableXsrfProtection",), True),
    ({"cors": False}, ("enableCORS",), True),
    ({"details": "full"}, ("showErrorDetails",), False),
    ({"address": ""}, ("login",), False),
    ({"address": "0.0.0.0", "login": True}, (), False),  # noqa: S104 the danger itself
    ({"address": "", "hosts": [], "cors": False}, ("allowedHosts", "enableCORS", "login"), True),
])  # fmt: skip
def test_each_unsafe_setting_is_named(change: dict[str, object], found: tuple[str, ...], told: bool) -> None:
    """Alone and together; a person is told of what lets others read along, the operator of all."""
    assert dangers(replace(SAFE, **change)) == found  # type: ignore[arg-type]
    assert bool(warning(found)) == told  # type: ignore[arg-type]
    assert not told or "others could read what you open here" in warning(found)  # type: ignore[arg-type]


@pytest.mark.parametrize(("address", "reachable"), [
    ("", True), ("0.0.0.0", True), ("::", True), ("192.168.1.4", True), ("earprint.example", True), ("127.0.0.1", False),  # noqa: S104
    ("127.1.2.3", False), ("::1", False), ("[::1]", False), ("localhost", False),
])  # fmt: skip
def test_what_other_machines_reach(address: str, reachable: bool) -> None:
    """Everything but this machine's own addresses."""
    assert is_reachable(address) == reachable


def test_where_nobody_logs_in_it_is_for_one_person() -> None:
    """That is said, and what others can and cannot do."""
    assert "meant for one person" in no_login()
    assert "What you open they do not see" in no_login()
