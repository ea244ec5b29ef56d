"""What was understood of the files, as a table that the person can change, and the questions that only they can answer."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import streamlit as st

from core import schema, text, words
from core.dataset import GROUPS, Understood
from core.language import many, mark, say
from core.reading import KINDS, NO_GROUP, SCALES, Choices, Reading
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


_LABELS = {
    "your rating": mark("your rating"), **KINDS, "listener": mark("listener"), "context": mark("context"),
    "left out": mark("left out"), "feature, by its name": mark("feature, by its name"),
}  # fmt: skip
_COLUMNS = {
    "Column": mark("Column"), "Taken as": mark("Taken as"), "Why": mark("Why"), "Scale": mark("Scale"),
    "As written": mark("As written"), "Missing": mark("Missing"), "Example": mark("Example"), "File": mark("File"),
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
            "Column": entry.column or say("(no name)"), "Taken as": _taken_as(entry), "Why": entry.reason,
            "Scale": entry.scale, "As written": False if entry.reversible else None, "Missing": entry.missing,
            "Example": text.shorten(entry.example, 40), "File": entry.file, "column": entry.column, "parts": 1,
            "place": _PLACES.index(entry.role),
        })  # fmt: skip
    for row in rows.values():
        if row["parts"] != 1 and row["Taken as"] != _KEY:
            row["Taken as"] = "feature, by its name"
            row["Why"] = say("a list of {parts} numbers, one feature each", parts=str(row["parts"]))
    found = pd.DataFrame(rows.values()).sort_values("place", kind="stable", ignore_index=True).drop(columns="place")
    return found if several else found.drop(columns="File")


def _taken_as(entry: Understood) -> str:
    if entry.role == "feature":
        if re.fullmatch(r"key_(?:sin|cos|\d+)", entry.used_as):
            return _KEY
        known = schema.FEATURES.get(entry.used_as)  # its own label, not the one that is said: the options are keys
        label = f"feature: {known.label}" if known else ""
        return label if label in _FEATURES else "feature, by its name"
    if entry.role == "identity":
        return entry.code
    return {"rating": "your rating", "ignored": "left out"}.get(entry.role, entry.role)


def _role_label(choice: object) -> str:
    """What a choice of the column `Taken as` is called."""
    name = str(choice)
    if name in _LABELS:
        return say(_LABELS[name])
    if name == _KEY:
        return say("feature: {label}", label=say("Key"))
    return say("feature: {label}", label=schema.describe(_FEATURES[name].partition(":")[2]).label)


def heading(name: str) -> str:
    """What a column of the table is called."""
    return say(_COLUMNS[name])


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
            column_config={name: st.column_config.Column(say(label)) for name, label in _COLUMNS.items()} | {
                "Taken as": st.column_config.SelectboxColumn(
                    say("Taken as"), options=list(_ROLES), required=True, width="medium", format_func=_role_label
                ),
                "As written": st.column_config.CheckboxColumn(
                    say("As written"), help=say("Keep the numbers as they stand in the file")
                ),
                "Missing": st.column_config.NumberColumn(
                    say("Missing"), help=say("Cells without a value, over all rows of the file")
                ),
                "Why": st.column_config.TextColumn(say("Why"), width="large"),
            },
        )  # fmt: skip
        st.caption(
            say(
                "Change what is wrong in the column *Taken as*. A column that was made from your rating must stay out. What is "
                "neither your rating nor a feature takes no part in any model."
            )
        )
        with st.expander(say("Further choices")):
            further = _further(reading, decided)
        again, undo, _ = st.columns([2, 2, 3])
        if again.form_submit_button(say("Read again"), type="primary", width="stretch"):
            session.open_files(session.uploads(), decide(inferred, changed, further))
            st.rerun()
        if undo.form_submit_button(say("Undo all my changes"), width="stretch"):
            session.open_files(session.uploads())
            st.rerun()


def _further(reading: Reading, decided: Choices) -> Choices:
    """The decisions that do not belong to one column."""
    headers = [entry.column for entry in reading.understood]
    headers = list(dict.fromkeys(header for header in headers if header))
    left, right = st.columns(2)
    group_options = [_INFERRED, _NOTHING, *GROUPS, *(header for header in headers if header not in GROUPS)]
    group = left.selectbox(
        say("Keep together in one fold"), group_options, index=_place(group_options, decided.group),
        help=say("Tracks of one artist, album or work on both sides of a fold let a model recognise them."),
        format_func=_group_label,
    )  # fmt: skip
    key = right.selectbox(
        say("Musical keys"), ["circle", "categories"], index=_place(["circle", "categories"], decided.key),
        format_func={"circle": say("on the circle (sine and cosine)"), "categories": say("one column per key")}.__getitem__,
    )  # fmt: skip
    missing = left.selectbox(
        say("Where a feature is missing"), ["fill", "leave-out"], index=_place(["fill", "leave-out"], decided.missing),
        format_func={"fill": say("fill it in each fold with the median"), "leave-out": say("leave the track out")}.__getitem__,
    )  # fmt: skip
    scales = [_INFERRED, *SCALES]
    scale = right.selectbox(
        say("Your rating's scale"), scales, index=_place(scales, decided.scale),
        format_func=lambda name: _scale_label(name, reading),
    )  # fmt: skip
    header = left.selectbox(
        say("The first row"), [None, True, False], index=[None, True, False].index(decided.has_header),
        format_func={None: say("as I found it"), True: say("names the columns"), False: say("is data already")}.__getitem__,
    )  # fmt: skip
    return replace(
        decided, group=None if group == _INFERRED else group, key=key, missing=missing,
        scale=None if scale == _INFERRED else scale, has_header=header,
    )  # fmt: skip


def _scale_label(name: str, reading: Reading) -> str:
    if name != _INFERRED:
        return say(SCALES[name])
    if reading.rating is None:
        return say("as I found it")
    return say("as I found it: {scale}", scale=reading.rating.scale.label)


def _group_label(name: str) -> str:
    """A way to keep tracks together: as found, none, artist, album, work, or a column's header."""
    kept = {_INFERRED: mark("as I found it"), _NOTHING: mark("none"), **{kind: KINDS[kind] for kind in GROUPS}}
    return say(kept[name]) if name in kept else name


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
        label = many(reading.skippable, "Go on without this {number} row", "Go on without these {number} rows")
        if st.button(label):
            session.open_files(session.uploads(), replace(decided, skip_faulty=True))
            st.rerun()
    if len(reading.listeners) > 1:
        names = [name for name, _ in reading.listeners]
        counts = dict(reading.listeners)
        chosen = st.selectbox(
            say("Whose ratings?"), names, index=_place(names, reading.listener),
            format_func=lambda name: f"{name} ({many(counts[name], '{number} rating', '{number} ratings')})",
        )  # fmt: skip
        if chosen != reading.listener:
            session.open_files(session.uploads(), replace(decided, listener=chosen))
            st.rerun()
    if len(reading.sources) > 1:
        _source(reading, decided)
    if reading.rating is not None and reading.rating.zeros:
        unrated = reading.rating.zero_is_unrated
        answer = st.radio(
            words.zero_question(reading.rating), ["rating", "unrated"], index=int(unrated), horizontal=True,
            format_func={"rating": say("0 is a rating"), "unrated": say("0 means not rated")}.__getitem__,
        )  # fmt: skip
        if (answer == "unrated") != unrated:
            session.open_files(session.uploads(), replace(decided, zero=answer))
            st.rerun()


def _source(reading: Reading, decided: Choices) -> None:
    """Where the features come from: all sources at once, or one."""
    counts = dict(reading.sources)
    options = ["", *counts]
    chosen = st.selectbox(
        say("Whose features?"), options, index=_place(options, decided.source or ""), key="feature-source",
        format_func=lambda name: say("of all sources") if not name else (
            f"{name} ({many(counts[name], '{number} row', '{number} rows')})"
        ),
    )  # fmt: skip
    if chosen != (decided.source or ""):
        session.open_files(session.uploads(), replace(decided, source=chosen or None))
        st.rerun()
