"""A person's tracks on Spotify: log in, choose, fetch. Tokens live in this session, logins under way in the server's memory."""

import os
import re
import time
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from core import text
from core.language import many, mark, say
from core.sources.net import SourceError
from core.sources.spotify.library import SAVED, Client, Playlist, Pulled
from core.sources.spotify.login import SERVICE, Addresses, LoginAgainError, Logins, Tokens
from core.sources.spotify.sound import Sound, sound
from pages.ui import by_id, collected, parts, session, titles

_TOKENS, _PULLED, _LISTS, _ADDRESS, _SOUND = (
    "spotify-tokens",
    "spotify-pulled",
    "spotify-lists",
    "spotify-address",
    "spotify-sound",
)
_ID = re.compile(r"[0-9A-Za-z]{22}")
_FRESH = 500.0  # seconds for which an address to log in at is offered
_ALWAYS = {
    SAVED: mark("Saved tracks"), "top-short": mark("Top tracks of four weeks"), "top-medium": mark("Top tracks of half a year"),
    "top-long": mark("Top tracks of a year"),
}  # fmt: skip


@st.cache_resource
def _logins() -> Logins:
    """One for the server: who comes back from Spotify's page has a new session."""
    return Logins()


def returned() -> None:
    """Take over what Spotify's page sent back with, and clear it from the address."""
    given = st.query_params
    state, code, refused = given.get("state", ""), given.get("code", ""), given.get("error", "")
    if not state:
        return
    given.clear()
    if refused:
        st.session_state["spotify-fault"] = say("Spotify did not let you in. Nothing was fetched.")
        return
    try:
        st.session_state[_TOKENS] = _logins().finish(state, code, _where(), browser=session.whose())
    except SourceError as error:
        st.session_state["spotify-fault"] = error.faults[0]


def section() -> None:
    """Log in, choose, fetch; the tracks go into the table to be rated."""
    parts.section(
        say("Which tracks you have on Spotify"),
        say(
            "Spotify tells which tracks are yours, not how they sound: it gives features to no new app, and its policy forbids "
            "training models on what it gives. So the tracks come without features, to be rated here; features come by id, or "
            "from your own audio."
        ),
    )
    fault = st.session_state.pop("spotify-fault", "")
    if fault:
        st.error(text.rich(fault))
    tokens = st.session_state.get(_TOKENS)
    if not isinstance(tokens, Tokens):
        _log_in()
        return
    try:
        _choose(_client(tokens))
    except LoginAgainError as error:
        _log_out()
        st.error(text.rich(error.faults[0]))
        _log_in()
    except SourceError as error:
        st.error(text.rich(error.faults[0]))
        st.button(say("Log out"), on_click=_log_out, key="spotify-out")


def _log_in() -> None:
    app = os.environ.get("EARPRINT_SPOTIFY_CLIENT", "")
    if not app:
        app = st.text_input(
            say("Client id of your app at developer.spotify.com"), key="spotify-client",
            help=say("Make an app there, and enter {address} as its redirect URI. No secret is needed.", address=_redirect()),
        ).strip()  # fmt: skip
    if not app:
        return
    st.session_state["spotify-app"] = app
    known = st.session_state.get(_ADDRESS)
    if not known or known[0] != app or time.monotonic() - known[1] > _FRESH:
        known = (app, time.monotonic(), _logins().begin(app, _redirect(), _where(), browser=session.whose()))
        st.session_state[_ADDRESS] = known
    st.link_button(say("Log in with Spotify"), known[2])
    st.caption(say("Spotify's page opens in a new tab, and you come back there."))


def _choose(client: Client) -> None:
    if _LISTS not in st.session_state:
        st.session_state[_LISTS] = (client.name(), client.playlists())
    name, playlists = st.session_state[_LISTS]
    st.markdown(text.markdown(say("Logged in as {name}.", name=name or "Spotify")))
    lists: dict[str, Playlist] = {one.id: one for one in playlists}
    what = st.selectbox(
        say("Which tracks?"), [*_ALWAYS, *lists], key="spotify-what",
        format_func=lambda one: say(_ALWAYS[one]) if one in _ALWAYS else _named(lists[one]),
    )  # fmt: skip
    fetch, out, _ = st.columns([2, 2, 3])
    if fetch.button(say("Fetch them"), type="primary", width="stretch", key="spotify-fetch"):
        _fetch(client, what)
    out.button(say("Log out"), on_click=_log_out, width="stretch", key="spotify-out")
    pulled = st.session_state.get(_PULLED, {}).get(what)
    if isinstance(pulled, Pulled):
        if pulled.fault:
            st.error(text.rich(pulled.fault))
        st.markdown(
            many(
                len(pulled.rows),
                "{number} track came, and stands in the table.",
                "{number} tracks came, and stand in the table.",
            )
        )
    titles.section(client)
    _sound(client)


def _sound(client: Client) -> None:
    """Off until it is asked for: features and analysis, which Spotify gives to old apps alone."""
    with st.expander(say("My app is old enough for Spotify's audio features")):
        st.markdown(
            text.rich(
                say(
                    "Spotify gives them to no app made after 27 November 2024, and its policy forbids training models on what it "
                    "gives: whether you may is yours to judge."
                )
            )
        )
        analysis = st.checkbox(
            say("The analysis too: pitches, timbre, key changes; one request per track"), key="spotify-analysis"
        )
        wanted = list(dict.fromkeys([*session.named().ids, *collected.ids(), *titles.in_files()]))
        wanted = [one for one in wanted if _ID.fullmatch(one)]
        before = st.session_state.get(_SOUND)
        known = before if isinstance(before, Sound) else Sound()
        if st.button(say("Ask Spotify for features"), disabled=not (wanted or known.features), key="ask-spotify-sound"):
            bar = st.progress(0.0, say("Asking Spotify"))
            for place, found in enumerate(sound(client, [*wanted, *known.features], known, analysis=analysis)):
                st.session_state[_SOUND] = found
                bar.progress(min((place + 1) / max(len(wanted), 1), 1.0), say("Asking Spotify"))
            collected.learn(st.session_state[_SOUND].features, SERVICE)
            st.rerun()
        if isinstance(before, Sound):
            by_id.came(SERVICE, before.features, before.unknown, before.fault)


def _named(one: Playlist) -> str:
    count = "" if one.tracks is None else f" ({many(one.tracks, '{number} track', '{number} tracks')})"
    return f"{text.shorten(one.name, 60)}{count}"


def _fetch(client: Client, what: str) -> None:
    """Page by page; each is kept at once, so that who stops it, or a failure, loses nothing, and a later press goes on."""
    kept = st.session_state.setdefault(_PULLED, {})
    before = kept.get(what)
    known = before if isinstance(before, Pulled) and not before.whole else Pulled()
    bar = st.progress(0.0, say("Fetching from Spotify"))
    for page in client.tracks(what, known):
        kept[what] = page
        collected.add_tracks(page.rows)
        bar.progress(min(page.seen / max(page.total or page.seen, 1), 1.0), say("Fetching from Spotify"))
    bar.empty()
    st.rerun()


def _client(tokens: Tokens) -> Client:
    return Client(
        tokens,
        str(st.session_state.get("spotify-app") or os.environ.get("EARPRINT_SPOTIFY_CLIENT", "")),
        _redirect(),
        _keep,
        _where(),
    )


def _keep(tokens: Tokens) -> None:
    st.session_state[_TOKENS] = tokens


def _log_out() -> None:
    for name in (_TOKENS, _LISTS, _PULLED, _ADDRESS):
        st.session_state.pop(name, None)


def _redirect() -> str:
    """The address of this page, which the person registers with Spotify; behind a proxy the operator's `EARPRINT_ADDRESS`."""
    whole = os.environ.get("EARPRINT_ADDRESS") or st.context.url or "http://127.0.0.1:8501"
    place = urlsplit(whole)
    return urlunsplit((place.scheme, place.netloc, "/collect", "", ""))


def _where() -> Addresses:
    usual = Addresses()
    return Addresses(
        os.environ.get("EARPRINT_SPOTIFY_API") or usual.api,
        os.environ.get("EARPRINT_SPOTIFY_ACCOUNTS") or usual.accounts,
    )
