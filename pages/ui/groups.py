"""Which features are shown as one: the switch that the charts of explanations share, and the person's own groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pandas as pd
import streamlit as st

from core import schema, text, words
from core.dataset import Dataset
from core.explain.groups import Player, chosen, families, singly, sounding_alike
from core.language import mark, say
from pages.ui import parts, session

_WAYS = {
    "alike": mark("What sounds alike"),
    "features": mark("Single features"),
    "families": mark("Families"),
    "own": mark("My own groups"),
}


def switch(dataset: Dataset, name: str) -> tuple[Player, ...]:
    """The players that the person wants to see; one choice for all pages. `name` makes the widget's key."""
    # `key` alone would be forgotten with the page.
    st.session_state["players"] = (
        st.segmented_control(
            say("Show"), list(_WAYS), default=st.session_state.get("players", "alike"), format_func=lambda way: say(_WAYS[way]),
            key=f"players-{name}",
        )
        or st.session_state.get("players", "alike")
    )  # fmt: skip
    way = st.session_state["players"]
    if way == "own":
        return chosen(dataset.feature_names, _own(dataset, name))
    if way == "alike":
        return session.remember((dataset.key, "alike"), lambda: sounding_alike(dataset))
    return families(dataset.feature_names) if way == "families" else singly(dataset.feature_names)


def _own(dataset: Dataset, name: str) -> Mapping[str, str]:
    """Feature -> the group that the person put it into; at first the families."""
    kept = st.session_state.setdefault("groups", {})
    if dataset.key not in kept:
        kept[dataset.key] = {
            feature: schema.family_label(player.name)
            for player in families(dataset.feature_names)
            for feature in player.features
        }
    with st.expander(say("Edit my groups"), expanded=True):
        st.markdown(
            say(
                "Write the same name beside all features of a group; a feature without a name stands alone. This "
                "changes what is shown, not what is tested: drivers are asked of features that sound alike.",
            ),
            width=parts.TEXT_WIDTH,
        )
        # An editor that gets its own result back begins anew, and one that was left forgets: so it starts from what is kept
        # when it is new, and from the same for as long as it lives.
        editor = f"groups-{name}-{dataset.key}"
        if editor not in st.session_state:
            st.session_state["groups-start"] = dict(kept[dataset.key])
        start = st.session_state["groups-start"]
        table = pd.DataFrame({"Feature": list(start), "Group": list(start.values())})
        edited = st.data_editor(
            table.assign(Feature=[words.feature_label(feature) for feature in start]), hide_index=True,
            disabled=["Feature"], key=editor,
            column_config={"Feature": say("Feature"), "Group": st.column_config.TextColumn(say("Group"), max_chars=40)},
        )  # fmt: skip
        named = [text.shorten(str(cell or "").strip(), 40) for cell in edited["Group"]]
        kept[dataset.key] = dict(zip(start, named, strict=True))
    return cast(Mapping[str, str], kept[dataset.key])
