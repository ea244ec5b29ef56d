"""Settings of the server under which what people open here is less safe than it looks: found at the start, told in the log.

Source: docs/operating.md says of each what it means and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

from core.language import say

Danger = Literal["allowedHosts", "enableXsrfProtection", "enableCORS", "showErrorDetails", "login"]
# Through which a page of somebody else's may reach what a person opened here.
_OPEN_TO_OTHERS = {"allowedHosts", "enableXsrfProtection", "enableCORS"}


@dataclass(frozen=True)
class Settings:
    """address: at which the server listens; empty for all. hosts: names under which it answers; none for any. xsrf, cors: the
    protections. details: what of an error the browser is shown. login: whether people log in.
    """

    address: str
    hosts: Sequence[str]
    xsrf: bool
    cors: bool
    details: str
    login: bool = False


def dangers(settings: Settings) -> tuple[Danger, ...]:
    """What is not safe, the gravest first. A server for its own machine alone needs names all the same: a page of another host
    that takes on its address (DNS rebinding) asks from within.
    """
    found: dict[Danger, bool] = {
        "allowedHosts": not settings.hosts,
        "enableXsrfProtection": not settings.xsrf,
        "enableCORS": not settings.cors,
        "showErrorDetails": settings.details != "none",
        "login": not settings.login and is_reachable(settings.address),
    }
    return tuple(danger for danger, there in found.items() if there)


def is_reachable(address: str) -> bool:
    """Whether other machines reach a server that listens at this address."""
    try:
        return not ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address != "localhost"


def warning(found: Sequence[Danger]) -> str:
    """What a person should know before they open a file here; empty where there is nothing."""
    if not _OPEN_TO_OTHERS & set(found):
        return ""
    return say(
        "This server is set up so that web pages of others could read what you open here. Open nothing that must stay yours "
        "until whoever runs it has mended that: the log says which setting it is."
    )


def no_login() -> str:
    """What a person should know who reaches from another machine a server where nobody logs in."""
    return say(
        "Nobody logs in here: set up like this, Earprint is meant for one person. Unless something in front of it asks who they "
        "are, whoever reaches this address may use it too. What you open they do not see."
    )
