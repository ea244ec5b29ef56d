"""What an operator sets, and who the claims of a token speak of."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.login import Ended, Login, in_force, person

WHOLE = {
    "EARPRINT_LOGIN_PROVIDER": "https://id.example.org/realm", "EARPRINT_LOGIN_CLIENT": "earprint",
    "EARPRINT_LOGIN_SECRET": "secret-canary", "EARPRINT_COOKIE_SECRET": "cookie-canary".ljust(32, "x"),
    "EARPRINT_ADDRESS": "https://earprint.example.org/",
}  # fmt: skip
ANN = {
    "is_logged_in": True, "iss": "https://id.example.org", "sub": "1", "iat": 1000, "nonce": "n",
    "name": "Ann", "email": "Ann@example.org", "email_verified": True,
}  # fmt: skip


def found(monkeypatch: pytest.MonkeyPatch, **change: str | None) -> Login | None:
    """What is in force where these variables differ from a whole setting; None leaves one out."""
    for name in (*WHOLE, "EARPRINT_LOGIN_SECRET_FILE", "EARPRINT_COOKIE_SECRET_FILE", "EARPRINT_LOGIN_ALLOWED"):
        value = {**WHOLE, **change}.get(name)
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return in_force()


def faults(monkeypatch: pytest.MonkeyPatch, **change: str | None) -> str:
    """What is said of such a setting."""
    with pytest.raises(SettingsError) as raised:
        found(monkeypatch, **change)
    return "\n".join(raised.value.faults)


def test_nothing_set_is_no_login(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address alone, which other things need too, asks for none; nor do variables that are empty."""
    assert found(monkeypatch, **{name: None for name in WHOLE if name != "EARPRINT_ADDRESS"}) is None
    assert found(monkeypatch, **{name: " " for name in WHOLE if name != "EARPRINT_ADDRESS"}) is None


def test_a_whole_setting_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The path that every provider's metadata have may be left out."""
    whole = found(monkeypatch, EARPRINT_LOGIN_ALLOWED="Ann@Example.org, elsewhere.test;@third.test")
    assert whole is not None
    assert whole.provider == "https://id.example.org/realm/.well-known/openid-configuration"
    assert (whole.client, whole.secret, whole.cookie_secret) == (
        "earprint", "secret-canary", WHOLE["EARPRINT_COOKIE_SECRET"]
    )  # fmt: skip
    assert whole.redirect == "https://earprint.example.org/oauth2callback"
    assert whole.allowed == ("ann@example.org", "@elsewhere.test", "@third.test")
    named = found(monkeypatch, EARPRINT_LOGIN_PROVIDER=whole.provider, EARPRINT_ADDRESS="http://127.0.0.1:8501")
    assert named is not None
    assert (named.provider, named.allowed) == (whole.provider, ())


def test_no_secret_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the settings are printed, and where one is faulty."""
    assert "canary" not in repr(found(monkeypatch))
    said = faults(
        monkeypatch,
        EARPRINT_COOKIE_SECRET="short-canary",  # noqa: S106 nobody's
        EARPRINT_LOGIN_PROVIDER="https://ann:pw-canary@id.example.org",
    )
    assert "too short" in said
    assert "EARPRINT_LOGIN_PROVIDER" in said
    assert "canary" not in said


def test_secrets_come_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the line's end; a file that is not there, is empty or no text, and a secret given twice, are faults."""
    own, empty, binary = (tmp_path / name for name in ("own", "empty", "binary"))
    own.write_text("y" * 40 + "\n")
    empty.write_text("\n")
    binary.write_bytes(b"\xff\xfe")
    whole = found(monkeypatch, EARPRINT_COOKIE_SECRET=None, EARPRINT_COOKIE_SECRET_FILE=str(own))
    assert whole is not None
    assert whole.cookie_secret == "y" * 40
    for path, says in ((tmp_path / "none", "cannot be read"), (binary, "cannot be read"), (empty, "is empty")):
        said = faults(monkeypatch, EARPRINT_LOGIN_SECRET=None, EARPRINT_LOGIN_SECRET_FILE=str(path))
        assert said == f"The file that EARPRINT_LOGIN_SECRET_FILE names {says}."
    assert "both set" in faults(monkeypatch, EARPRINT_LOGIN_SECRET_FILE=str(own))


@pytest.mark.parametrize("missing", sorted(WHOLE))
def test_half_a_setting_is_a_fault(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """Whichever half: a server that its operator believes closed does not start open."""
    assert missing in faults(monkeypatch, **{missing: None})


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where only the list of those who may come in is there."""
    said = faults(monkeypatch, **{**dict.fromkeys(WHOLE), "EARPRINT_LOGIN_ALLOWED": "ann@example.org"})
    assert said.count("\n") == len(WHOLE) - 1
    for name in WHOLE:
        assert name in said


@pytest.mark.parametrize("name", ["EARPRINT_LOGIN_PROVIDER", "EARPRINT_ADDRESS"])
@pytest.mark.parametrize("address", [
    "http://id.example.org", "http://192.168.1.4", "id.example.org", "ftp://id.example.org", "https://", "https://a:b",
    "https://id.example.org/?x=1", "https://id.example.org/#x", "https://ann@id.example.org", "http://[::1", "https:x",
])  # fmt: skip
def test_an_address_without_tls_is_a_fault(monkeypatch: pytest.MonkeyPatch, name: str, address: str) -> None:
    """Of the provider, which is told the secret, and of the app, whose cookies would be read; so is what is no plain address."""
    assert name in faults(monkeypatch, **{name: address})


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://localhost:8501", "http://[::1]:1"])
def test_this_machine_needs_no_tls(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Nobody reads along there."""
    assert found(monkeypatch, EARPRINT_LOGIN_PROVIDER=address, EARPRINT_ADDRESS=address)


@pytest.mark.parametrize("allowed", [",", "ann", "ann@", "@", "ann@example", "a b@example.org", "ann@example.org,x"])
def test_a_list_that_names_nobody_is_a_fault(monkeypatch: pytest.MonkeyPatch, allowed: str) -> None:
    """It would let everybody in, or nobody."""
    assert "EARPRINT_LOGIN_ALLOWED" in faults(monkeypatch, EARPRINT_LOGIN_ALLOWED=allowed)


def test_a_person_is_their_provider_and_subject() -> None:
    """Whatever else changes; no two share a key, and none could be a browser's token."""
    ann = person(ANN, (), 1000)
    assert ann is not None
    same = person({**ANN, "name": "A.", "email": "new@example.org", "nonce": "m", "iat": 2000}, (), 2000)
    assert same is not None
    assert (same.key, same.login == ann.login) == (ann.key, False)
    assert ann.name == "Ann"
    others = [
        person({**ANN, **change}, (), 1000)
        for change in ({"sub": "2"}, {"iss": "https://other.test"}, {"iss": 'https://id.example.org", "1', "sub": ""})
    ]
    assert {one.key for one in others[:2] if one} & {ann.key} == set()
    assert others[2] is None
    assert ann.key.startswith("login:")


@pytest.mark.parametrize("change", [
    {"is_logged_in": False}, {"is_logged_in": "true"}, {"iss": None}, {"sub": ""}, {"sub": 7}, {"iat": None}, {"iat": True},
    {"iat": "1000"}, {"iat": math.nan}, {"iat": 1000 - 12 * 3600 - 1},
])  # fmt: skip
def test_nobody_is_logged_in(change: dict[str, object]) -> None:
    """Where a claim is missing or of another kind, and twelve hours after the login."""
    assert person({**ANN, **change}, (), 1000) is None
    assert person({}, (), 1000) is None


@pytest.mark.parametrize(("allowed", "change", "let_in"), [
    ((), {"email_verified": False}, True),
    (("ann@example.org",), {}, True),
    (("@example.org",), {}, True),
    (("@example.org",), {"email": "ann@sub.example.org"}, False),
    (("@example.org",), {"email": "ann@example.org@evil.test"}, False),
    (("@example.org",), {"email": "example.org"}, False),
    (("ben@example.org",), {}, False),
    (("@example.org",), {"email_verified": False}, False),
    (("@example.org",), {"email_verified": "true"}, False),
    (("@example.org",), {"email": None}, False),
])  # fmt: skip
def test_who_may_come_in(allowed: tuple[str, ...], change: dict[str, object], let_in: bool) -> None:
    """Everybody where nobody is named; else who has a named address, or one of a named domain, that the provider confirmed."""
    found = person({**ANN, **change}, allowed, 1000)
    assert found is not None
    assert found.is_let_in is let_in


def test_a_login_that_was_ended_stays_ended() -> None:
    """That login alone, until it would have been over by itself."""
    now = [1000.0]
    ended = Ended(lambda: now[0])
    first, second = (person({**ANN, "nonce": nonce}, (), 1000) for nonce in "ab")
    assert first is not None
    assert second is not None
    ended.add(first)
    assert first in ended
    assert second not in ended
    now[0] = first.until + 1
    ended.add(second)
    assert first not in ended
    assert second in ended
