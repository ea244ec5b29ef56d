"""What a person sees before they are let in, and all that they see then: who is asked, and one button."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from core import text
from core.language import say
from core.login import Login
from pages.ui import parts, watch, who


def show() -> None:
    """The gate of a server where people log in."""
    parts.frame("Earprint")
    watch.begin()
    asked, person = who.settings(), who.logged_in()
    if asked is None:
        return
    with st.container(key="kicker"):
        st.caption("EARPRINT")
    if person is None:
        st.title(say("What drives your taste?"), anchor=False)
        st.markdown(
            text.rich(
                say(
                    "Earprint shows what your ratings of music go together with, and how well they can be predicted. This server "
                    "asks who you are first. What you open here is kept apart from what others open."
                )
            ),
            width=parts.TEXT_WIDTH,
        )
        if st.query_params.get("login") == "failed":
            st.warning(
                say(
                    "The service that knows who you are did not answer. Try again in a minute; if it stays so, tell whoever runs "
                    "this server: its log says why."
                )
            )
        _way_in(asked)
    else:
        st.title(say("You are not on the list."), anchor=False)
        st.text(say("Logged in as {name}.", name=text.shorten(person.name, 60)))
        st.markdown(
            text.rich(
                say(
                    "Whoever runs this server lets in only some, by a confirmed address of mail, and yours is not among them. "
                    "Ask them, or log in as somebody else."
                )
            ),
            width=parts.TEXT_WIDTH,
        )
        st.button(say("Log out"), on_click=who.log_out, type="primary", key="log-out")


def _way_in(asked: Login) -> None:
    """The button; under another name than the provider knows the app by, the login would be lost on its way back."""
    here, there = urlsplit(st.context.url or asked.address), urlsplit(asked.address)
    if (here.scheme, here.netloc) != (there.scheme, there.netloc):
        st.link_button(say("Log in at {address}", address=text.markdown(asked.address)), asked.address, type="primary")
        return
    st.button(say("Log in"), on_click=st.login, type="primary", key="log-in")
