"""A server where people log in: who sees what before, after, and in place of whom."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, BrowserContext, Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, generate_xsrf_token_string
from websockets.asyncio.client import ClientConnection, connect

from tests.bench.session import Session
from tests.browser.app import PAGES, ROOT, go, serving, settled
from tests.browser.person import Person, as_file
from tests.browser.test_accessibility import violations
from tests.conftest import table
from tests.core.audio.test_listening import recorded
from tests.core.audio.test_measure import clicks
from tests.fakes.provider import CLIENT, SECRET, Provider
from tests.fakes.service import serving as service

COOKIE_SECRET = "cookie-secret-canary-0123456789-0123456789"  # noqa: S105 nobody's
USER = "_streamlit_user"
INSIDE = "rated track"  # stands in the sidebar of every page, and nowhere at the gate
GATE = ["EARPRINT", "What drives your taste?", "Earprint shows what your ratings of music go together with", "Log in"]


def settings(provider: Provider) -> dict[str, str]:
    """Of an app that asks this provider, and lets in one address and one domain."""
    return {
        "EARPRINT_LOGIN_PROVIDER": provider.address, "EARPRINT_LOGIN_CLIENT": CLIENT, "EARPRINT_LOGIN_SECRET": SECRET,
        "EARPRINT_COOKIE_SECRET": COOKIE_SECRET, "EARPRINT_ADDRESS": "{address}",
        "EARPRINT_LOGIN_ALLOWED": "@example.org, cat@elsewhere.test",
    }  # fmt: skip


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """Whom the app asks."""
    fake = Provider()
    with service(fake.service()) as there:
        fake.address = there.address
        yield fake


@pytest.fixture(scope="module")
def address(provider: Provider, log: Path) -> Iterator[str]:
    """An app where people log in."""
    with serving(log, **settings(provider)) as found:
        provider.redirect = f"{found}/oauth2callback"
        yield found


class Stranger(Session):
    """Somebody without a browser, who notes all that the server says."""

    def __init__(self, connection: ClientConnection) -> None:
        super().__init__(connection)
        self.heard, self.token = "", ""

    @classmethod
    async def knock(cls, address: str, cookie: str = "") -> Stranger:
        """Connect as a page of the app's own would, with this cookie of a login."""
        token = generate_xsrf_token_string()
        found = cls(await connect(
            address.replace("http", "ws", 1) + "/_stcore/stream", origin=address, max_size=None,  # type: ignore[arg-type]
            subprotocols=["streamlit", token],  # type: ignore[list-item]
            additional_headers={"Cookie": f"_streamlit_xsrf={token}" + (f"; {USER}={cookie}" if cookie else "")},
        ))  # fmt: skip
        found.token = token
        return found

    def _hear(self, message: ForwardMsg) -> None:
        self.heard += str(message)
        super()._hear(message)


def told(address: str, cookie: str = "", *, cold: str = "") -> tuple[str, int]:
    """All that is said to somebody with this cookie who asks for a page and then for each that there is (for the start page alone
    where they are let in); and the status of a file that they send.
    """

    async def ask() -> tuple[str, int]:
        somebody = await Stranger.knock(address, cookie)
        somebody.pages["cold"] = calc_hash(str(ROOT / "pages" / cold)) if cold else ""
        await somebody.run("cold")
        for title in () if INSIDE in somebody.heard else tuple(somebody.pages):
            await somebody.run(title)
        asked = urllib.request.Request(
            f"{address}/_stcore/upload_file/{somebody.id}/file", data=b"--x\r\nContent-Disposition: form-data; "
            b'name="f"; filename="f"\r\n\r\nx\r\n--x--\r\n', method="PUT",
            headers={"Content-Type": "multipart/form-data; boundary=x", "X-Xsrftoken": somebody.token,
                     "Cookie": f"_streamlit_xsrf={somebody.token}", "Origin": address},
        )  # fmt: skip
        status = await asyncio.to_thread(_status, asked)
        await somebody.close()
        return somebody.heard, status

    return _apart(ask())


def _status(asked: urllib.request.Request) -> int:
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code


def _apart(work: Coroutine[Any, Any, tuple[str, int]]) -> tuple[str, int]:
    """In a thread of its own, since Playwright's loop runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def cookie_of(context: BrowserContext) -> str:
    """The browser's cookie of a login; empty where it has none."""
    return next((one["value"] for one in context.cookies() if one["name"] == USER), "")


def ask_to_log_in(context: BrowserContext, address: str) -> str:
    """Go the way of the button without a page: the cookie that this browser has afterwards."""
    claims = {"provider": "default", "exp": int(time.time()) + 60}
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(COOKIE_SECRET))
    context.request.get(f"{address}/auth/login?provider={token}")
    return cookie_of(context)


def sees_the_gate_alone(page: Page) -> None:
    """One button, and nothing of any page."""
    expect(page.get_by_role("button", name="Log in")).to_be_visible(timeout=60_000)
    settled(page, jobs=False)
    lines = [line for line in page.get_by_test_id("stMain").inner_text().splitlines() if line.strip()]
    assert len(lines) == len(GATE), lines
    assert all(line.startswith(told) for line, told in zip(lines, GATE, strict=True)), lines
    assert page.get_by_test_id("stSidebarNavLink").count() == 0
    assert INSIDE not in page.content()


def logs_in(page: Page, name: str) -> None:
    """Press the button, and come back as whoever sits there."""
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_test_id("stSidebar").get_by_text(f"Logged in as {name}.")).to_be_visible(timeout=60_000)
    settled(page, jobs=False)


def logs_out(page: Page) -> None:
    """Press the button, and stand at the gate."""
    page.get_by_role("button", name="Log out").click()
    sees_the_gate_alone(page)


def test_every_page_by_its_address_shows_the_gate_alone(browser: Browser, address: str) -> None:
    """The first of all on a server that just began, and every other."""
    context = browser.new_context()
    page = context.new_page()
    for path in ("models", *(one for one in PAGES if one != "models")):
        page.goto(f"{address}/{path}")
        sees_the_gate_alone(page)
    assert violations(page) == []
    page.goto(address.replace("127.0.0.1", "localhost"))  # the provider sends nobody back to another name
    expect(page.get_by_role("link", name=f"Log in at {address}")).to_have_attribute("href", address)
    context.close()


def test_who_has_no_browser_gets_no_page(address: str, provider: Provider, tmp_path: Path) -> None:
    """By a page's own mark, first of all on a server that just began, and of every page; nor may they send a file."""
    with serving(tmp_path / "log", **settings(provider)) as fresh:
        said, status = told(fresh, cold="8_collect.py")
        assert "What drives your taste?" in said
        assert (INSIDE in said, "upload" in said, status) == (False, False, 403)
    said, status = told(address)
    assert "What drives your taste?" in said
    assert (INSIDE in said, status) == (False, 403)


def test_people_at_one_browser_stay_apart(browser: Browser, address: str, provider: Provider) -> None:
    """The second sees nothing of the first's files and list; the first finds both at another browser."""
    provider.who = "ann"
    shared = Person(browser, address)
    shared.page.goto(address)
    logs_in(shared.page, "Ann <b>Ash</b>")
    shared.give(as_file(table(60, track_name=[f"heron {n}" for n in range(60)]), "heron.csv"))
    shared.reads("60 rated tracks")
    go(shared.page, "Collect", jobs=False)
    shared.give({"name": "Band - Heron.wav", "mimeType": "audio/wav", "buffer": recorded(clicks(100, 6))})
    shared.reads("1 track to rate.")
    shared.reads("for you alone")
    logs_out(shared.page)
    provider.who = "ben"
    logs_in(shared.page, "ben@example.org")
    assert "simulated" in shared.sidebar()
    for title in ("Collect", "Data"):
        go(shared.page, title, jobs=False)
        assert "heron" not in shared.page.content().lower()
        assert "to rate" not in shared.text()
    provider.who = "ann"
    other = Person(browser, address)
    other.page.goto(f"{address}/collect")
    logs_in(other.page, "Ann <b>Ash</b>")
    assert "heron.csv" in other.sidebar()
    go(other.page, "Collect", jobs=False)
    other.reads("1 track to rate.")
    for one in (shared, other):
        one.sees_no_error()
        one.context.close()


def test_a_cookie_counts_as_it_was_made(address: str, provider: Provider) -> None:
    """Signed with another secret, changed, too old, of another app's address, or of nobody: no page. As it was made: in."""
    claims: dict[str, object] = {
        "iss": provider.address, "sub": "subject of cat", "iat": int(time.time()), "nonce": "n", "name": "Cat",
        "email": "cat@elsewhere.test", "email_verified": True, "origin": address, "is_logged_in": True,
        "provider": "default",
    }  # fmt: skip

    def made(secret: str = COOKIE_SECRET, name: str = USER, **change: object) -> str:
        return create_signed_value(secret, name, json.dumps({**claims, **change})).decode()

    right = made()
    said, status = told(address, right)
    assert (INSIDE in said, "Logged in as Cat" in said, status) == (True, True, 204)
    wrong = (
        made("x" * 40), made(name="_streamlit_user_tokens"), right[:-1] + "~",
        ".".join([made(sub="subject of ann").rsplit(".", 2)[0], *right.rsplit(".", 2)[1:]]),  # hers, signed as another's
        made(iat=int(time.time()) - 13 * 3600), made(origin="http://evil.example"), made(is_logged_in=False), made(sub=""),
        "2|1:0|x", json.dumps(claims).replace('"', "'").replace(",", ""),
    )  # fmt: skip
    for cookie in wrong:
        said, status = told(address, cookie)
        assert (INSIDE in said, "Logged in" in said, status) == (False, False, 403), cookie


def test_only_a_whole_login_makes_a_cookie(browser: Browser, address: str, provider: Provider, log: Path) -> None:
    """Not a state that nobody began, nor one that another browser did, nor a refusal, nor a token of another key, app, provider
    or login, or one that is over. None of the secrets stands in the log.
    """
    provider.who = "ann"
    one, other = browser.new_context(), browser.new_context()
    one.request.get(f"{address}/oauth2callback?code=x&state=y")
    assert cookie_of(one) == ""
    provider.holds_back = True
    ask_to_log_in(one, address)
    provider.holds_back = False
    other.request.get(provider.held[-1])
    assert cookie_of(other) == ""
    provider.who = ""
    assert ask_to_log_in(one, address) == ""
    provider.who, provider.forged = "ann", True
    assert ask_to_log_in(one, address) == ""
    provider.forged = False
    for wrong in (
        {"aud": "another app"},
        {"iss": "http://evil.example"},
        {"nonce": "another"},
        {"exp": 1},
        {"sub": None},
    ):
        provider.wrong = wrong
        assert ask_to_log_in(one, address) == "", wrong
    provider.wrong = {}
    assert ask_to_log_in(one, address)
    text = log.read_text()
    assert "OAuth token exchange failed" in text
    for secret in (COOKIE_SECRET, SECRET, "eyJ"):
        assert secret not in text
    for context in (one, other):
        context.close()


def test_to_log_out_ends_it(browser: Browser, address: str, provider: Provider) -> None:
    """In this window, in another that stood open, and for a copy of the cookie that somebody kept."""
    provider.who = "ann"
    context = browser.new_context()
    copy = ask_to_log_in(context, address)
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(f"{address}/method")
        expect(page.get_by_test_id("stSidebar").get_by_text("Logged in as")).to_be_visible(timeout=60_000)
        settled(page, jobs=False)
    assert INSIDE in told(address, copy)[0]
    logs_out(first)
    assert cookie_of(context) == ""
    second.get_by_test_id("stSidebarNavLink").filter(has_text="Data").click()
    expect(second.get_by_role("button", name="Log in")).to_be_visible(timeout=60_000)
    said, status = told(address, copy)
    assert (INSIDE in said, status) == (False, 403)
    context.close()


@pytest.mark.parametrize("who", ["dan", "eve"])
def test_who_is_not_named_is_told_so(browser: Browser, address: str, provider: Provider, who: str) -> None:
    """Another's address, which was never confirmed, does not help; a sentence and the way out are all that there is."""
    provider.who = who
    context = browser.new_context()
    cookie = ask_to_log_in(context, address)
    page = context.new_page()
    page.goto(f"{address}/models")
    expect(page.get_by_text("You are not on the list.")).to_be_visible(timeout=60_000)
    settled(page, jobs=False)
    assert INSIDE not in page.content()
    assert page.get_by_test_id("stSidebarNavLink").count() == 0
    said, status = told(address, cookie)
    assert (INSIDE in said, status) == (False, 403)
    logs_out(page)
    context.close()


def test_a_provider_that_does_not_answer_is_told(browser: Browser, tmp_path: Path) -> None:
    """At the gate, in a sentence, with the button to try again; the log says what was wrong."""
    log = tmp_path / "log"
    nobody = Provider()
    nobody.address = "http://127.0.0.1:9"  # discard: nobody listens there
    with serving(log, **settings(nobody)) as address:
        person = Person(browser, address)
        person.page.goto(f"{address}/models")
        person.page.get_by_role("button", name="Log in").click()
        expect(person.page.get_by_text("did not answer. Try again in a minute")).to_be_visible(timeout=60_000)
        expect(person.page.get_by_role("button", name="Log in")).to_be_visible()
        assert not person.errors + person.foreign
        person.context.close()
    assert "Error during OAuth authorization redirect" in log.read_text()


def test_a_login_that_is_half_set_up_does_not_start() -> None:
    """The process ends, and says in plain sentences all that is wrong."""
    done = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true", "--server.port", "1"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": "", "EARPRINT_LOGIN_SECRET": SECRET, "EARPRINT_MAX_ROWS": "10"},
    )  # fmt: skip
    assert done.returncode != 0
    said = done.stdout + done.stderr
    for name in ("LOGIN_PROVIDER", "LOGIN_CLIENT", "COOKIE_SECRET", "ADDRESS"):
        assert f"EARPRINT_{name}" in said
    assert "Traceback" not in said
    assert SECRET not in said
