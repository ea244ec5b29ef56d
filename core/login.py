"""Who may use the server where people log in (OpenID Connect): the operator's settings, and what a provider says of a person.

Convention: all of the settings or none of them. What is half set is a fault, since a server that its operator believes to be
closed must not stand open. A person is told by what the provider names them with (issuer and subject, which never change and are
given to nobody else), never by an address of mail.

Sources: https://openid.net/specs/openid-connect-core-1_0.html (2: ID Token, 5.7: Claim Stability and Uniqueness),
https://openid.net/specs/openid-connect-discovery-1_0.html (4).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from core import redact
from core.errors import SettingsError
from core.language import say
from core.safety import is_reachable

# Each may be given in a file too, as containers are given secrets; the value is that of the second.
_FILES = {
    "EARPRINT_LOGIN_SECRET": "EARPRINT_LOGIN_SECRET_FILE",
    "EARPRINT_COOKIE_SECRET": "EARPRINT_COOKIE_SECRET_FILE",
}
_PLAIN = ("EARPRINT_LOGIN_PROVIDER", "EARPRINT_LOGIN_CLIENT")
_ALLOWED, _ADDRESS = "EARPRINT_LOGIN_ALLOWED", "EARPRINT_ADDRESS"
_WELL_KNOWN = "/.well-known/openid-configuration"
_SHORTEST = 32  # characters of the secret that signs cookies
_MAIL = re.compile(r"(?P<name>[^@\s]*)@(?P<domain>[^@\s]+\.[^@\s]+)")
# Seconds. A provider's own token ends within an hour, Streamlit's cookie after thirty days.
_LASTS = 12 * 3600


@dataclass(frozen=True)
class Login:
    """provider: address of its metadata. client: by which name it knows this app. address: of the app, without a slash at its
    end. allowed: addresses of mail, and domains as `@example.org`, lower case; empty for whomever the provider lets in.
    secret: what proves this app to the provider. cookie_secret: what signs cookies.
    """

    provider: str
    client: str
    address: str
    allowed: tuple[str, ...] = ()
    secret: str = field(default="", repr=False)
    cookie_secret: str = field(default="", repr=False)

    @property
    def redirect(self) -> str:
        """Where the provider sends people back to."""
        return f"{self.address}/oauth2callback"


@dataclass(frozen=True)
class Person:
    """Who is logged in. key: tells them from all others, as a hash, and can be no browser's token. name: as the provider has it,
    not escaped. login: this very login, as a hash. until: when it is over, seconds since 1970. is_let_in: whether they may
    use the server.
    """

    key: str
    name: str
    login: str
    until: float
    is_let_in: bool


def in_force() -> Login | None:
    """What the environment says; None where it says nothing of a login. Raises `SettingsError` with all faults at once."""
    given = {name: os.environ.get(name, "").strip() for name in (*_PLAIN, *_FILES, *_FILES.values(), _ALLOWED)}
    if not any(given.values()):
        return None
    faults: list[str] = []
    read = {name: _secret(name, given[name], given[file], faults) for name, file in _FILES.items()}
    lacking = [name for name in _PLAIN if not given[name]]
    faults.extend(say("The login is not set up whole: {name} is not set.", name=name) for name in lacking)
    provider = _provider(given["EARPRINT_LOGIN_PROVIDER"], faults)
    address = _address(os.environ.get(_ADDRESS, "").strip(), faults)
    allowed = _allowed(given[_ALLOWED], faults)
    if 0 < len(read["EARPRINT_COOKIE_SECRET"]) < _SHORTEST:
        faults.append(
            say(
                "{name} is too short: I expected {number} random characters or more, as `openssl rand -hex 32` makes them.",
                name="EARPRINT_COOKIE_SECRET",
                number=str(_SHORTEST),
            )
        )
    if faults:
        raise SettingsError(faults)
    return Login(
        provider, given["EARPRINT_LOGIN_CLIENT"], address, allowed, read["EARPRINT_LOGIN_SECRET"],
        read["EARPRINT_COOKIE_SECRET"],
    )  # fmt: skip


def person(claims: Mapping[str, object], allowed: tuple[str, ...], now: float) -> Person | None:
    """Who these claims of a token speak of, whose signature somebody else has checked; `now` in seconds since 1970.

    None where nobody is logged in, or not any more, or where it does not stand there who they are and since when.
    """
    issuer, subject, since = claims.get("iss"), claims.get("sub"), claims.get("iat")
    if claims.get("is_logged_in") is not True or not (isinstance(issuer, str) and isinstance(subject, str)):
        return None
    if not (issuer and subject and isinstance(since, int | float) and not isinstance(since, bool)):
        return None
    if not now <= since + _LASTS:  # so asked, a time that is no number is over too
        return None
    mail = claims.get("email")
    names = (claims.get(name) for name in ("name", "email", "preferred_username"))
    return Person(
        f"login:{_hash(issuer, subject)}",
        next((name for name in names if isinstance(name, str) and name.strip()), subject),
        _hash(issuer, subject, str(claims.get("nonce")), str(since)),
        since + _LASTS,
        not allowed or (claims.get("email_verified") is True and isinstance(mail, str) and _is_named(mail, allowed)),
    )


class Ended:
    """Logins that were ended before their time, while this process lives: a copy of the cookie would let in again."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def add(self, who: Person) -> None:
        """From now on it lets nobody in."""
        for login, until in list(self._until.items()):
            if until < self._clock():
                self._until.pop(login, None)
        self._until[who.login] = who.until

    def __contains__(self, who: object) -> bool:
        return isinstance(who, Person) and who.login in self._until


def _hash(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _is_named(mail: str, allowed: tuple[str, ...]) -> bool:
    parts = _MAIL.fullmatch(mail.strip().lower())
    return parts is not None and bool({parts[0], f"@{parts['domain']}"} & set(allowed)) and parts["name"] != ""


def _secret(name: str, value: str, file: str, faults: list[str]) -> str:
    """What the variable holds, or the file that its sister names."""
    if value and file:
        faults.append(say("{name} and {file} are both set: leave one of them out.", name=name, file=_FILES[name]))
    elif not value and not file:
        faults.append(
            say("The login is not set up whole: neither {name} nor {file} is set.", name=name, file=_FILES[name])
        )
    elif file:
        try:
            value = Path(file).read_text("utf-8").strip()
        except (OSError, ValueError):
            faults.append(say("The file that {name} names cannot be read.", name=_FILES[name]))
        else:
            if not value:
                faults.append(say("The file that {name} names is empty.", name=_FILES[name]))
    return value


def _provider(given: str, faults: list[str]) -> str:
    """The address of the provider's metadata, which may be given with or without the path that all have."""
    if given and not _is_web(given):
        faults.append(
            say(
                "{name} holds {given}. I expected the provider's address with https:// (http:// for this machine alone).",
                name="EARPRINT_LOGIN_PROVIDER",
                given=repr(redact.text(given)),
            )
        )
    return given if given.endswith(_WELL_KNOWN) else given.rstrip("/") + _WELL_KNOWN


def _address(given: str, faults: list[str]) -> str:
    if not given:
        faults.append(say("The login is not set up whole: {name} is not set.", name=_ADDRESS))
    elif not _is_web(given):
        faults.append(
            say(
                "{name} holds {given}. I expected the address at which people open this app, with https:// (http:// for this "
                "machine alone).",
                name=_ADDRESS,
                given=repr(redact.text(given)),
            )
        )
    return given.rstrip("/")


def _is_web(address: str) -> bool:
    """Whether this is a plain address over TLS, or of this machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.query or parts.fragment or parts.username or parts.password:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and not is_reachable(host))


def _allowed(given: str, faults: list[str]) -> tuple[str, ...]:
    """Addresses as they are, domains with an @ before them."""
    names = [name if "@" in name else f"@{name}" for name in re.split(r"[\s,;]+", given.lower()) if name]
    if given and not (names and all(_MAIL.fullmatch(name) for name in names)):
        faults.append(
            say(
                "{name} holds {given}. I expected addresses of mail, or domains such as example.org, with commas between.",
                name=_ALLOWED,
                given=repr(redact.text(given)),
            )
        )
    return tuple(dict.fromkeys(names))
