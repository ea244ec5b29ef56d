"""Whatever bytes and choices come, reading ends with a data set or with sentences, and never twice with another."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core import schema, text
from core.errors import SettingsError
from core.reading import ROLES, SCALES, Choices, Reading, Upload, open_files
from tests.conftest import BACH, table, upload

INSERTED = [
    b"\x00", b'"', b'"a"b', b"\xef\xbb\xbf", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\n", b"\r", b"\n\n", b";", b",", b"\t", b"|",
    b"[", b"]", b"{", b"}", b"[1, 2]", b"\\", b"\\u0000", b"<", b">", b"&", b"x" * 3000, b"9" * 300, b"-", b"e99", b" nan ",
    b"%", b"sep=;\n", "★½é\u202e\u2028\U0001f3b5".encode(), b"PK\x03\x04", b"`", b"<script>",
]  # fmt: skip


def bach_pair() -> list[bytes]:
    """The first tracks of the study, features and ratings."""
    if not BACH.is_dir():
        return []
    return [b"".join((BACH / name).read_bytes().splitlines(True)[:26]) for name in ("features.csv", "ratings.csv")]


def history() -> bytes:
    """A streaming history as Spotify gives it."""
    return json.dumps([
        {"ts": f"2021-02-04T19:{n:02d}:33Z", "ms_played": 30_000 + n, "master_metadata_track_name": f"Track {n % 25}",
         "master_metadata_album_artist_name": f"Artist {n % 7}", "spotify_track_uri": f"spotify:track:{n % 25}",
         "ip_addr": "10.0.0.1", "skipped": n % 2 == 0}
        for n in range(30)
    ]).encode()  # fmt: skip


def playlist() -> bytes:
    """Records with features and a rating."""
    return json.dumps({"items": table(25).to_dict("records")}).encode()


def library() -> bytes:
    """A library of iTunes, with stars."""
    tracks = "".join(
        f"<key>{n}</key><dict><key>Track ID</key><integer>{n}</integer><key>Name</key><string>Track {n}</string>"
        f"<key>Artist</key><string>Artist {n % 7}</string><key>BPM</key><integer>{60 + 3 * n}</integer>"
        f"<key>Total Time</key><integer>{90_000 + 999 * n}</integer><key>Rating</key><integer>{20 * (n % 5 + 1)}</integer></dict>"
        for n in range(25)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict><key>Tracks</key><dict>'
    return f"{head}{tracks}</dict></dict></plist>".encode()


def scrobbles() -> bytes:
    """Last.fm's export without a header."""
    return "".join(f'"Artist {n % 7}","Album","Track {n % 25}","19 Aug 2026, 20:{n:02d}"\n' for n in range(30)).encode()


def german() -> bytes:
    """What a German spreadsheet saves: semicolons, decimal commas, Windows-1252, another scale."""
    frame = table(25, artist_name="Für Élise").rename(columns={"track_name": "Titel", "tempo": "Tempo"})
    frame = frame.assign(energy=100 * frame["energy"], duration=[f"{n % 5 + 1}:{n:02d}" for n in range(25)])
    return frame.astype(str).replace(r"\.", ",", regex=True).to_csv(sep=";", index=False).encode("cp1252")


def odd_list() -> bytes:
    """Lists of numbers, key names, several listeners, stars, blanks and what is missing."""
    draw = np.random.default_rng(0)
    frame = table(50, chroma=[f"[{a:.2f}, {b:.2f}, {a * b:.2f}]" for a, b in draw.random((50, 2))],
                  key=["C Major", "F# Minor", "", "B♭ Major", "n/a"] * 10, user=["anna"] * 30 + ["ben"] * 20,
                  rating=[(n % 5 + 1) * "★" for n in range(50)], mystery=draw.random(50))  # fmt: skip
    return frame.to_csv().encode()


SEEDS = [table(25).to_csv(index=False).encode(), history(), playlist(), library(), scrobbles(), german(), odd_list(),
         *bach_pair()]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """One of the seeds with up to six changes."""
    whole = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(whole)))
        end = min(len(whole), at + draw(st.integers(1, 200)))
        what = draw(st.sampled_from(["insert", "flip", "cut", "double", "truncate", "swap"]))
        if what == "insert":
            whole[at:at] = draw(st.sampled_from(INSERTED))
        elif what == "flip" and whole:
            whole[at % len(whole)] ^= draw(st.integers(1, 255))
        elif what == "cut":
            del whole[at:end]
        elif what == "double":
            whole[at:at] = whole[at:end]
        elif what == "truncate" and draw(st.booleans()):
            del whole[at:]
        elif what == "swap":
            whole[at:end] = whole[at:end][::-1]
    return bytes(whole)


HEADERS = ["track_name", "artist_name", "energy", "valence", "tempo", "rating", "Titel", "Tempo", "duration", "chroma",
           "key", "user", "mystery", "timbre_avg", "Name", "", "no such", "`\n"]  # fmt: skip


def choices() -> st.SearchStrategy[Choices]:
    """Anything that a person may choose on the page or the command line."""
    header = st.sampled_from(HEADERS)
    role = st.sampled_from([*ROLES, "feature:energy", "feature:key", "feature:pitch_3", "feature:title"])
    maybe = st.none() | header
    listener = st.sampled_from([None, None, "anna", "user=ben", "artist_name=Artist 1", "nobody", "=", "tempo="])
    return st.builds(
        Choices, rating=maybe, group=st.sampled_from([None, None, "artist", "album", "work", *HEADERS]), listener=listener,
        also=st.lists(header, max_size=2), roles=st.dictionaries(header, role, max_size=3),
        as_written=st.lists(header, max_size=2), scale=st.none() | st.sampled_from(sorted(SCALES)),
        zero=st.sampled_from([None, "rating", "unrated"]), key=st.sampled_from(["circle", "categories"]),
        missing=st.sampled_from(["fill", "leave-out"]), skip_faulty=st.booleans(),
        has_header=st.sampled_from([None, None, True, False]),
    )  # fmt: skip


def check(reading: Reading) -> None:
    """A data set that can be worked with, or faults; all of it in sentences that a page can show."""
    assert (reading.dataset is None) == bool(reading.faults)
    for sentence in (*reading.faults, *reading.notes):
        assert sentence[-1] in ".?)", sentence
        sentence.encode()
        assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text.rich(sentence))
    for entry in reading.understood:
        assert entry.role in get_args(schema.Role)
        assert entry.reason
    if reading.dataset is not None:
        data = reading.dataset
        assert len(data.key) == 64
        assert data.x.shape == (data.tracks, len(data.feature_names))
        assert data.tracks >= 20
        assert data.feature_names
        assert not np.isinf(data.x).any()
        assert (np.isfinite(data.rating)).all()
        assert len(np.unique(data.rating)) > 1
        assert sorted(data.file_order) == list(range(data.tracks))
        assert len(data.identity) == len(data.context) == data.tracks
        assert len(data.titles) == data.tracks


def outcome(reading: Reading) -> tuple[object, ...]:
    """What has to be the same when the same files are read again."""
    return (reading.dataset and reading.dataset.key, reading.faults, reading.notes, reading.understood, reading.reports,
            reading.formats, reading.listeners, reading.skippable)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(damaged(), st.just(Choices()) | choices())
def test_a_damaged_file_is_read_or_refused(data: bytes, chosen: Choices) -> None:
    """No bytes and no choice end otherwise than in a data set or in faults, and the same ones always."""
    files = [Upload("list.csv", data)]
    reading = open_files(files, chosen)
    check(reading)
    assert outcome(open_files(files, chosen)) == outcome(reading)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(damaged(), min_size=2, max_size=4),
    st.lists(st.sampled_from(["a.csv", "liked.csv", "disliked.csv", "b`\n.csv", ""]), min_size=4, max_size=4),
    st.just(Choices()) | choices(),
)
def test_several_damaged_files_are_read_or_refused(data: list[bytes], names: list[str], chosen: Choices) -> None:
    """The same holds for several files, whatever their names."""
    files = [Upload(name, one) for name, one in zip(names, data, strict=False)]
    reading = open_files(files, chosen)
    check(reading)
    assert outcome(open_files(files, chosen)) == outcome(reading)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-16", "replace")))
@example(b"sep=;\n")
@example(b" " * 20_001 + b"\na,b\n1,2\n")
@example(b"x" * 25_000 + b";b\n1\n2\n")
@example(b'"a,b"\n"1,2"\n')
@example("\ufeff\ufeff".encode())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nor do bytes that were never a table."""
    check(open_files([Upload("x", data)]))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.sampled_from(["energy", "tempo", "duration", "key", "mode", "loudness", "time_signature", "rating", "mystery", "l"]),
    st.lists(
        st.sampled_from([
            "", "NA", "0", "1", "-1", "0.5", "101", "1e29", "-1e30", "1e31", "1e-320", "-0", "nan", "50%", "3:45", "4/4",
            "4-Apr", "C#", "8A", "-", "★★", "½", "5/7", "yes", "-inf", "1,5", "[1, 2]", "[nan]", "[1, 2, 3]", "[", "²", "٣", "x",
        ]),
        min_size=1, max_size=6,
    ),
)  # fmt: skip
def test_any_cells_are_read_or_refused(column: str, cells: list[str]) -> None:
    """Whatever a column holds, alone and for a feature that was chosen."""
    frame = table(40).assign(**{column: (cells * 40)[:40]})
    for chosen in (Choices(), Choices(also=[column]), Choices(rating=column), Choices(skip_faulty=True)):
        check(open_files([upload(frame)], chosen))


def test_the_seeds_are_readable() -> None:
    """Most of what is damaged above is, undamaged, a data set; so the tests above look at more than refusals."""
    readings = [open_files([Upload("list.csv", seed)]) for seed in SEEDS]
    assert [reading.dataset is not None for reading in readings][:7] == [True, False, True, True, False, True, True]
    if bach_pair():
        assert open_files([Upload(str(n), data) for n, data in enumerate(bach_pair())]).dataset is not None


@pytest.mark.parametrize("wrong", [
    {"key": "line"}, {"missing": "guess"}, {"zero": "0"}, {"roles": {"energy": "sound"}}, {"roles": {"no such": ""}},
    {"roles": {"energy": "rating:mine"}},
])  # fmt: skip
def test_choices_that_are_none_are_refused(wrong: dict[str, object]) -> None:
    """A choice that does not exist is the one thing that raises."""
    with pytest.raises(SettingsError):
        Choices(**wrong)


def test_a_scale_that_is_none_is_refused() -> None:
    """A scale is looked up when the file is read."""
    with pytest.raises(SettingsError):
        open_files([upload(table())], Choices(scale="seven"))


# --- Hostile files: each ends soon, and with short sentences ---

LIST = table(40).to_csv(index=False).encode()


def rows(header: bytes, row: bytes, number: int = 100_000) -> bytes:
    """A table whose rows differ in a number alone, which stands in place of each `#`."""
    return header + b"\n" + b"".join(row.replace(b"#", b"%d" % n) + b"\n" for n in range(number))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "200,000 columns": lambda: b",".join([b"c%d" % n for n in range(200_000)]) + b"\n" + b"1," * 199_999 + b"1\n",
    "one line of 20 MB": lambda: b"x" * 20_000_000,
    "one line of 10 million cells": lambda: b"x," * 10_000_000,
    "an open quotation mark": lambda: b'title,rating\n"' + b"a,b\n" * 5_000_000,
    "quotation marks alone": lambda: b'"' * 20_000_000,
    "a million short rows": lambda: b"title,rating,energy\n" + b"a\n" * 1_000_000,
    "a million whole rows": lambda: b"title,rating,energy\n" + b"a,1,2\n" * 1_000_000,
    "5 million blank lines": lambda: LIST.replace(b"\n", b"\n" * 5_000_000, 1),
    "a million rows of separators": lambda: LIST + b",,,,,\n" * 1_000_000,
    "100,000 rows too long": lambda: rows(b"title,rating", b"a,1,2,3"),
    "many narrow rows under a wide header": lambda: b"c," * 499 + b"c\n" + b"1\n" * 30_000,
    "a million brackets in a cell": lambda: LIST + b"a,b," + b"[" * 1_000_000 + b",1,1,1\n",
    "brackets in every cell": lambda: rows(b"title,rating,x", b"a,#," + b"[" * 4000, 2000),
    "numbers of 3,000 digits": lambda: rows(b"title,rating,energy", b"a,#,0.#" + b"7" * 3000, 1000),
    "ratings of 3,000 digits": lambda: rows(b"title,rating,energy", b"a,#" + b"7" * 3000 + b",0.#", 1000),
    "100,000 faults in each column": lambda: rows(b"title,rating,energy", b"a,good,loud"),
    "deep JSON": lambda: b"[" * 10_000_000 + b"]" * 10_000_000,
    "deep JSON objects": lambda: b'{"tracks":' * 2_000_000,
    "JSON with a number without end": lambda: b'[{"track_name":"a","rating":' + b"9" * 1_000_000 + b"}]",
    "JSON with a field for each record": lambda: b"[" + b",".join(b'{"k%d":1}' % n for n in range(150_000)) + b"]",
    "deep XML": lambda: b'<?xml version="1.0"?><plist>' + b"<array>" * 300_000 + b"</array>" * 300_000 + b"</plist>",
    "an XML bomb": lambda: b'<!DOCTYPE plist [<!ENTITY a "' + b"x" * 10**6 + b'">]><plist>' + b"&a;" * 10**6 + b"</plist>",
    "zero bytes": lambda: b"\x00" * 20_000_000,
    "blanks before the header": lambda: b" " * 10_000_000 + b"\n" + LIST,
    "one track in 100,000 rows": lambda: rows(b"track_id,rating,energy", b"x,#,0.#"),
    "500 names of 10,000 characters": lambda: (b"x" * 10_000 + b",") * 500 + b"rating\n" + b"1," * 500 + b"1\n",
    "60,000 listeners": lambda: rows(b"user,title,rating,energy", b"u#,t,5,0.#", 60_000),
}  # fmt: skip


def memory(field: str) -> int:
    """Megabytes of this process as the kernel counts them: VmRSS now, VmHWM at its highest since `forget_the_highest`."""
    found = re.search(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) // 1000


def forget_the_highest() -> None:
    """Let VmHWM begin again (Linux, proc(5): clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is counted by Linux")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_soon(name: str) -> None:
    """Seconds and a few hundred megabytes, however it is made; what is said of it stays short."""
    data = HOSTILE[name]()
    forget_the_highest()
    before, start = memory("VmRSS"), time.process_time()
    reading = open_files([Upload("hostile.csv", data)])
    assert time.process_time() - start < 15
    assert memory("VmHWM") - before < 700
    check(reading)
    assert all(len(sentence) < 1000 for sentence in (*reading.faults, *reading.notes))


@pytest.mark.parametrize("row", [b"a,b,0.5", b"a,b,0.#", b"a#,b#,0.#"])
def test_hostile_pairs_end_soon(row: bytes) -> None:
    """Neither equal nor different names in two long files cost more than their length."""
    same = rows(b"title,artist,rating", b"a,b,1", 8_000)
    other = rows(b"title,artist,energy", row, 8_001)
    start = time.process_time()
    check(open_files([Upload("a.csv", same), Upload("b.csv", other)]))
    assert time.process_time() - start < 15


@pytest.mark.parametrize("length", [1000, 5000])
def test_long_names_stay_out_of_sentences(length: int) -> None:
    """A header as long as a page is told by its length."""
    reading = open_files(
        [upload(table(**{"x" * length: ["x"] * 39 + ["1"]}), "y" * 5000)], Choices(also=["x" * length])
    )
    assert reading.faults
    assert all(len(sentence) < 1500 for sentence in (*reading.faults, *reading.notes))


@pytest.mark.parametrize("digits", [400, 5000])
def test_hours_of_many_digits_are_no_length(digits: int) -> None:
    """`999...9:00:00` is text, not a crash."""
    check(open_files([upload(table(duration="9" * digits + ":00:00"))]))


def test_infinite_values_in_an_unknown_column_are_no_fault() -> None:
    """A column that nobody asked for may hold anything, without a warning."""
    check(open_files([upload(table(mystery=["inf"] * 3 + ["1"] * 37))]))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_lists_hold_no_infinite_number_behind_nan() -> None:
    """`[nan, 1e999]` is a fault as `[1e999, nan]` is."""
    cells = [f"[nan, {n}e{9 * n}]" for n in range(40)]
    check(open_files([upload(pd.DataFrame({"rating": range(40), "timbre": cells}))]))


def test_headers_are_tame_in_sentences() -> None:
    """A header can not move the cursor of the terminal in which the command line says what is wrong with its column."""
    reading = open_files([upload(table(**{"te\x1b[2J\nst": ["x"] * 39 + ["1"]}))], Choices(also=["te\x1b[2J\nst"]))
    assert reading.faults
    assert all(sentence.isprintable() for sentence in reading.faults)


def test_a_header_that_says_that_it_is_a_feature_has_a_reason() -> None:
    """`feature: x`, as cleaned lists have it, is a feature on a ground that the Data page can show."""
    reading = open_files([upload(table(**{"feature: x": np.arange(40) ** 2}))])
    assert all(entry.reason for entry in reading.understood)


def test_lists_of_blanks_end_soon() -> None:
    """A cell costs no more than its length: here a second for half a megabyte, two minutes for a file of 50 MB."""
    data = rows(b"title,rating,timbre", b'a,#,"[1' + b" " * 4090 + b'x]"', 150)
    start = time.process_time()
    check(open_files([Upload("blanks.csv", data)]))
    assert time.process_time() - start < 0.4
