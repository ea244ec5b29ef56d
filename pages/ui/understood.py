"""What was understood of the files, as a table that the person can change, and the questions that only they can answer."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import streamlit as st

from core import schema, text, words
from core.dataset import GROUPS, Understood
from core.reading import NO_GROUP, SCALES, Choices, Reading
from pages.ui import session

_INFERRED, _NOTHING = "as I found it", NO_GROUP
_KEY = "feature: Key"
_FEATURES = {_KEY: "feature:key"} | {
    f"feature: {feature.label}": f"feature:{name}"
    for name, feature in schema.FEATURES.items() if not name.startswith("key_s") and not name.startswith("key_cos")
}  # fmt: skip
_ROLES = {
    "your rating": "rating", **{kind: kind for kind in schema.IDENTITY}, "listener": "listener", "context": "context",
    "left out": "ignored", "feature, by its name": "feature", **_FEATURES,
}  # fmt: skip


_PLACES = ("rating", "listener", "feature", "identity", "context", "ignored")


def table(columns: tuple[Understood, ...], *, several: bool) -> pd.DataFrame:
    """One row per column of the files: what it is taken for, and why. A list of numbers is one row."""
    rows: dict[str, dict[str, object]] = {}
    for entry in columns:
        if entry.column in rows and entry.role == "feature":
            rows[entry.column]["parts"] = int(str(rows[entry.column]["parts"])) + 1
            if _taken_as(entry) == _KEY:  # a key that is written with its mode gives both
                rows[entry.column] |= {"Taken as": _KEY, "Why": entry.reason}
            continue
        rows.setdefault(entry.column, {
            "Column": entry.column or "(no name)", "Taken as": _taken_as(entry), "Why": entry.reason,
            "Scale": entry.scale, "As written": False if entry.reversible else None, "Missing": entry.missing,
            "Example": text.shorten(entry.example, 40), "File": entry.file, "column": entry.column, "parts": 1,
            "place": _PLACES.index(entry.role),
        })  # fmt: skip
    for row in rows.values():
        if row["parts"] != 1 and row["Taken as"] != _KEY:
            row["Taken as"], row["Why"] = "feature, by its name", f"a list of {row['parts']} numbers, one feature each"
    found = pd.DataFrame(rows.values()).sort_values("place", kind="stable", ignore_index=True).drop(columns="place")
    return found if several else found.drop(columns="File")


def _taken_as(entry: Understood) -> str:
    if entry.role == "feature":
        if re.fullmatch(r"key_(?:sin|cos|\d+)", entry.used_as):
            return _KEY
        label = f"feature: {schema.describe(entry.used_as).label}"
        return label if label in _FEATURES else "feature, by its name"
    if entry.role == "identity":
        return entry.reason.split("(")[1].split(")")[0]
    return {"rating": "your rating", "ignored": "left out"}.get(entry.role, entry.role)


def editor(reading: Reading) -> None:
    """The table with what can be decided by hand; one button reads the files again."""
    several = len(reading.formats or {}) > 1 or len({entry.file for entry in reading.understood}) > 1
    inferred = table(reading.understood, several=several)
    decided = session.choices()
    inferred["As written"] = [
        None if flag is None else column in decided.as_written
        for flag, column in zip(inferred["As written"], inferred["column"], strict=True)
    ]
    with st.form("columns", border=False):
        changed = st.data_editor(
            inferred, hide_index=True, num_rows="fixed", height=36 * min(len(inferred) + 1, 18) + 2,
            key=f"columns-{hash((reading.understood, decided.as_written))}",  # another table, another widget
            disabled=[name for name in map(str, inferred) if name not in {"Taken as", "As written"}],
            column_order=[name for name in map(str, inferred) if name not in {"column", "parts"}],
            column_config={
                "Taken as": st.column_config.SelectboxColumn(options=list(_ROLES), required=True, width="medium"),
                "As written": st.column_config.CheckboxColumn(help="Keep the numbers as they stand in the file"),
                "Missing": st.column_config.NumberColumn(help="Cells without a value, over all rows of the file"),
                "Why": st.column_config.TextColumn(width="large"),
            },
        )  # fmt: skip
        st.caption(
            "Change what is wrong in the column *Taken as*. A column that was made from your rating must stay out. What is "
            "neither your rating nor a feature takes no part in any model."
        )
        with st.expander("Further choices"):
            further = _further(reading, decided)
        again, undo, _ = st.columns([2, 2, 3])
        if again.form_submit_button("Read again", type="primary", width="stretch"):
            session.open_files(session.uploads(), decide(inferred, changed, further))
            st.rerun()
        if undo.form_submit_button("Undo all my changes", width="stretch"):
            session.open_files(session.uploads())
            st.rerun()


def _further(reading: Reading, decided: Choices) -> Choices:
    """The decisions that do not belong to one column."""
    headers = [entry.column for entry in reading.understood]
    headers = list(dict.fromkeys(header for header in headers if header))
    left, right = st.columns(2)
    group_options = [_INFERRED, _NOTHING, *GROUPS, *(header for header in headers if header not in GROUPS)]
    group = left.selectbox(
        "Keep together in one fold", group_options, index=_place(group_options, decided.group),
        help="Tracks of one artist, album or work on both sides of a fold let a model recognise them.",
    )  # fmt: skip
    key = right.selectbox(
        "Musical keys", ["circle", "categories"], index=_place(["circle", "categories"], decided.key),
        format_func={"circle": "on the circle (sine and cosine)", "categories": "one column per key"}.__getitem__,
    )  # fmt: skip
    missing = left.selectbox(
        "Where a feature is missing", ["fill", "leave-out"], index=_place(["fill", "leave-out"], decided.missing),
        format_func={"fill": "fill it in each fold with the median", "leave-out": "leave the track out"}.__getitem__,
    )  # fmt: skip
    scales = [_INFERRED, *SCALES]
    scale = right.selectbox(
        "Your rating's scale", scales, index=_place(scales, decided.scale),
        format_func=lambda name: _scale_label(name, reading),
    )  # fmt: skip
    header = left.selectbox(
        "The first row", [None, True, False], index=[None, True, False].index(decided.has_header),
        format_func={None: _INFERRED, True: "names the columns", False: "is data already"}.__getitem__,
    )  # fmt: skip
    return replace(
        decided, group=None if group == _INFERRED else group, key=key, missing=missing,
        scale=None if scale == _INFERRED else scale, has_header=header,
    )  # fmt: skip


def _scale_label(name: str, reading: Reading) -> str:
    if name != _INFERRED:
        return SCALES[name]
    return f"{_INFERRED}: {reading.rating.scale.label}" if reading.rating is not None else _INFERRED


def _place(options: list[str], chosen: str | None) -> int:
    return options.index(chosen) if chosen in options else 0


def decide(inferred: pd.DataFrame, changed: pd.DataFrame, decided: Choices) -> Choices:
    """The choices after a person changed the table. Only what differs from what was inferred is a new decision."""
    roles = dict(decided.roles)
    for column, before, after in zip(inferred["column"], inferred["Taken as"], changed["Taken as"], strict=True):
        if before == after:
            continue
        roles[column] = _ROLES[after]
        if after == "your rating":  # there is one rating, unless several are chosen at once
            others = inferred["column"][(inferred["Taken as"] == after) & (changed["Taken as"] == after)]
            roles |= {other: "context" for other in others if other != column}
    as_written = tuple(
        column for column, flag in zip(inferred["column"], changed["As written"], strict=True) if flag in (True, 1)
    )
    return replace(decided, roles=roles, as_written=as_written)


def questions(reading: Reading) -> None:
    """What only the person can know: whose ratings, what 0 means, whether to go on without faulty rows."""
    decided = session.choices()
    if reading.skippable and not decided.skip_faulty:
        rows = text.count(reading.skippable, "row")
        if st.button(f"Go on without {'this' if reading.skippable == 1 else 'these'} {rows}"):
            session.open_files(session.uploads(), replace(decided, skip_faulty=True))
            st.rerun()
    if len(reading.listeners) > 1:
        names = [name for name, _ in reading.listeners]
        counts = dict(reading.listeners)
        chosen = st.selectbox(
            "Whose ratings?", names, index=_place(names, reading.listener),
            format_func=lambda name: f"{name} ({text.count(counts[name], 'rating')})",
        )  # fmt: skip
        if chosen != reading.listener:
            session.open_files(session.uploads(), replace(decided, listener=chosen))
            st.rerun()
    if reading.rating is not None and reading.rating.zeros:
        unrated = reading.rating.zero_is_unrated
        answer = st.radio(
            words.zero_question(reading.rating), ["rating", "unrated"], index=int(unrated), horizontal=True,
            format_func={"rating": "0 is a rating", "unrated": "0 means not rated"}.__getitem__,
        )  # fmt: skip
        if (answer == "unrated") != unrated:
            session.open_files(session.uploads(), replace(decided, zero=answer))
            st.rerun()
