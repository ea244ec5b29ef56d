"""JSON and property lists -> header and rows of text."""

from __future__ import annotations

import json
import math
import plistlib
from collections import Counter, defaultdict
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.reading.documents import Document, DocumentError, is_document, read_documents
from core.reading.limits import Limits

CANARY = "canary-7f3a"


def outcome(decoded: str, limits: Limits | None = None) -> Document | DocumentError:
    """What one text gives."""
    ((_, found),) = read_documents([("f.json", decoded)], limits)
    return found


def document(value: object) -> Document:
    """The document of a JSON value, or of a text."""
    found = outcome(value if isinstance(value, str) else json.dumps(value))
    assert isinstance(found, Document), found
    return found


def cells(found: Document) -> list[dict[str, str]]:
    """The rows by header."""
    return [dict(zip(found.header, row, strict=True)) for row in found.rows]


def is_sound(found: Document | DocumentError) -> bool:
    """A table of text that can be written, or the end of a sentence."""
    if isinstance(found, DocumentError):
        return str(found).endswith(".") and str(found)[0].islower()
    whole = [found.header, *found.rows]
    assert all(type(cell) is str for row in whole for cell in row)
    assert {len(row) for row in whole} == {len(found.header)}
    assert len(set(found.header)) == len(found.header)
    assert found.number is None or len(found.number) == len(found.rows)
    assert all(note.endswith(".") for note in found.notes)
    return b"\x00" not in repr(found.notes).encode() + "".join(cell for row in whole for cell in row).encode()


def entry(
    title: str | None = "Air", *, uri: str | None = "spotify:track:a", ms: object = 60_000, **more: object
) -> dict:
    """One entry of the extended history, with canaries wherever it tells about the person."""
    return {
        "ts": "2021-02-04T19:02:33Z", "username": CANARY, "platform": CANARY, "ms_played": ms, "conn_country": CANARY,
        "ip_addr_decrypted": CANARY, "ip_addr": CANARY, "user_agent_decrypted": CANARY,
        "master_metadata_track_name": title, "master_metadata_album_artist_name": "Bach" if title else None,
        "master_metadata_album_album_name": "Suites" if title else None, "spotify_track_uri": uri,
        "episode_name": None, "episode_show_name": None, "spotify_episode_uri": None, "reason_start": "clickrow",
        "reason_end": "trackdone", "shuffle": False, "skipped": False, "offline": False, "offline_timestamp": 1,
        "incognito_mode": False, **more,
    }  # fmt: skip


def short(title: str = "Air", *, ms: int = 60_000, time: str = "2021-02-04 19:02") -> dict:
    """One entry of the short form."""
    return {"endTime": time, "artistName": "Bach", "trackName": title, "msPlayed": ms}


# --- What is a document ---


@pytest.mark.parametrize(
    "decoded",
    [
        '[{"a": 1}]', '\ufeff\n {"a": [1]}', "[]", "{}", "[1, 2]", '["a", "b"]', "[[1], [2]]", '[ [ {"a":', '{"a": 1,, }',
        "[" * 5_000, '<?xml version="1.0"?><plist/>', "<plist version='1.0'>", "\n<!DOCTYPE plist PUBLIC", "[1" + "0" * 5_000,
    ],
)  # fmt: skip
def test_json_and_property_lists_are_documents(decoded: str) -> None:
    """Also damaged ones, as far as their beginning leaves no doubt."""
    assert is_document(decoded)


@pytest.mark.parametrize(
    "decoded",
    [
        "", "  \n", "a,b\n1,2\n", '"a",b\n1,2\n', "[a],[b]\n1,2\n", "[1],[2]\n1,2\n", '["a"],["b"]\n1,[2]\n',
        "[0.1, 0.2];x\n[0.3, 0.4];y\n", "{a},b\n1,2\n", '{"a"},b\n', "{'a': 1}", "<b>,c\n1,2\n", "xml,plist\n1,2\n",
        "[title]\nA\nB\n", "[[a]],b\n", "[true],b\n1,[2]", "[1" + ",1" * 10_000_000 + "]",
    ],
)  # fmt: skip
def test_a_table_with_brackets_is_no_document(decoded: str) -> None:
    """Headers in quotes, brackets and braces stay a CSV's."""
    assert not is_document(decoded)


# --- Spotify's streaming history ---


def test_a_history_adds_up_to_tracks() -> None:
    """Plays of thirty seconds and more, skips, minutes, first and last time, per uri."""
    found = document([
        entry(ms=30_000), entry(ms=29_999, skipped=True), entry(ms=90_000, ts="2019-12-31T23:59:59Z", reason_end="fwdbtn"),
        entry("Gigue", uri="spotify:track:b", ms=0, ts="2020-01-01T00:00:00Z", skipped=None),
    ])  # fmt: skip
    assert cells(found) == [
        {"track_name": "Air", "artist_name": "Bach", "album_name": "Suites", "spotify_track_uri": "spotify:track:a",
         "plays": "2", "skips": "2", "minutes_played": "2.50", "first_played": "2019-12-31 23:59",
         "last_played": "2021-02-04 19:02"},
        {"track_name": "Gigue", "artist_name": "Bach", "album_name": "Suites", "spotify_track_uri": "spotify:track:b",
         "plays": "0", "skips": "0", "minutes_played": "0.00", "first_played": "2020-01-01 00:00",
         "last_played": "2020-01-01 00:00"},
    ]  # fmt: skip
    assert found.number is None
    assert "4 entries" in found.notes[0]
    assert "2 tracks" in found.notes[0]
    assert "counts of plays are not ratings" in found.notes[0]


def test_nothing_about_the_person_comes_out_of_a_history() -> None:
    """No address, name, country, device or agent, wherever they stand and whatever else is wrong with an entry."""
    parts = [
        ("a.json", json.dumps([entry(), entry(None, uri=None), entry(ms=CANARY), entry(ts=CANARY)])),
        ("b.json", json.dumps([entry(reason_start=CANARY, reason_end=CANARY, skipped=CANARY, shuffle=CANARY)])),
        ("c.json", json.dumps([short() | {"username": CANARY}])),
        ("d.json", json.dumps([{"name": "A", "Username": CANARY, "track": {"name": "B", "ip_addr_x": CANARY}}])),
        ("e.json", '[{"ip_addr": "' + CANARY),
        ("f.json", json.dumps({"username": CANARY, "items": []})),
    ]
    parts += [("g.json", json.dumps([entry(None, uri=None)]))]
    for found in (read_documents(parts), read_documents(parts[4:])):
        assert CANARY not in repr(found)
        errors = [error for _, error in found if isinstance(error, DocumentError)]
        assert len(errors) >= 2
        assert all(error.__cause__ is error.__context__ is error.__traceback__ is None for error in errors)


def test_the_short_form_adds_up_alike() -> None:
    """By title and artist; whether a track was skipped it does not say, and of ids and albums it knows nothing."""
    found = document([short(), short(ms=29_000, time="2020-01-01 08:00"), short("Gigue")])
    assert cells(found) == [
        {"track_name": "Air", "artist_name": "Bach", "plays": "1", "skips": "", "minutes_played": "1.48",
         "first_played": "2020-01-01 08:00", "last_played": "2021-02-04 19:02"},
        {"track_name": "Gigue", "artist_name": "Bach", "plays": "1", "skips": "", "minutes_played": "1.00",
         "first_played": "2021-02-04 19:02", "last_played": "2021-02-04 19:02"},
    ]  # fmt: skip


def test_both_forms_of_one_history_count_once() -> None:
    """What stands in both is one listening; what stands in the short form alone joins the only uri of its name."""
    long = ("long.json", json.dumps([entry()]))
    brief = ("brief.json", json.dumps([short(), short(time="2021-03-01 10:00"), short("Gigue")]))
    for parts in ([long, brief], [brief, long]):
        ((_, found),) = read_documents(parts)
        assert isinstance(found, Document)
        told = [(row["track_name"], row["plays"], row["skips"]) for row in cells(found)]
        assert told == [("Air", "2", "0"), ("Gigue", "1", "")]
        assert any("1 entry stands in both forms" in note for note in found.notes)


def test_a_track_that_was_renamed_has_its_fullest_and_latest_name() -> None:
    """Blanks around it do not count, and the order of the entries does not matter."""
    old, new = entry("Aria"), entry(" Air ", ts="2022-01-01T00:00:00Z")
    bare = entry(None, ts="2023-01-01T00:00:00Z") | {"master_metadata_album_artist_name": "Bach"}
    for history in ([old, new, bare], [bare, new, old]):
        found = cells(document(history))
        assert [(row["track_name"], row["album_name"], row["plays"]) for row in found] == [("Air", "Suites", "3")]


def test_two_uris_of_one_name_stay_apart() -> None:
    """An entry without a uri belongs to neither of them."""
    found = document([entry(uri="u:1"), entry(uri="u:2"), entry(uri=None)])
    assert sorted(row["spotify_track_uri"] for row in cells(found)) == ["", "u:1", "u:2"]


def test_podcasts_audiobooks_and_nameless_entries_are_left_out_and_counted() -> None:
    """None of them is a track."""
    found = document([
        entry(), entry(None, uri=None, episode_name="News"), entry(None, uri=None, audiobook_title="Emma"),
        entry(None, uri=None), entry(ms=None), entry(ms=-5), entry(ms=True), entry(ms=float("nan")), "x", 7, None,
        short("Unknown Track") | {"artistName": "Unknown Artist"},
    ])  # fmt: skip
    assert len(found.rows) == 1
    assert found.notes[1:] == [
        "Left out 2 entries of podcasts and audiobooks.",
        "Left out 9 entries without a track's name or a length.",
    ]
    assert isinstance(outcome(json.dumps([entry(None, uri=None, episode_name="News")])), DocumentError)


def test_a_copy_of_a_file_counts_once() -> None:
    """The same history given twice is no second listening."""
    same = json.dumps([entry()])
    ((name, found),) = read_documents([("a.json", same), ("a (1).json", same)])
    assert name == "a.json and 1 more"
    assert isinstance(found, Document)
    assert cells(found)[0]["plays"] == "1"
    assert "`a (1).json` is a copy of `a.json`: I count it once." in found.notes


def test_histories_merge_at_the_place_of_the_first() -> None:
    """All other files keep their own place, also those that cannot be read."""
    found = read_documents([
        ("bad", "{"), ("list", '[{"a": 1}]'), ("h1", json.dumps([entry()])), ("last", '[{"b": 1}]'),
        ("h2", json.dumps([entry(offline=True)])), ("h3", json.dumps([short("Gigue")])),
    ])  # fmt: skip
    assert [name for name, _ in found] == ["bad", "list", "h1 and 2 more", "last"]
    assert [isinstance(each, DocumentError) for _, each in found] == [True, False, False, False]


def entries() -> st.SearchStrategy[list[dict]]:
    """Histories of a few tracks; each entry has a number, so that no two files are copies."""
    minute = st.integers(0, 59)
    one = st.builds(
        lambda track, ms, at, skipped, end: entry(
            f"T{track // 2}", uri=f"u:{track}" if track else None, ms=ms, ts=f"2020-01-01T10:{at:02d}:00Z", skipped=skipped,
            reason_end=end,
        ),
        st.integers(0, 5), st.integers(0, 70_000), minute, st.sampled_from([True, False, None]),
        st.sampled_from(["fwdbtn", "trackdone", None]),
    )  # fmt: skip
    return st.lists(one, min_size=1, max_size=25).map(
        lambda found: [each | {"offline_timestamp": place} for place, each in enumerate(found)]
    )


@settings(max_examples=100, deadline=None)
@given(entries(), st.data())
def test_a_history_split_in_any_way_gives_the_sums_of_its_entries(history: list[dict], data: st.DataObject) -> None:
    """However it is cut into files and in whatever order they come, the table is that of simple counting."""
    home: Callable[[dict], str] = lambda e: e["spotify_track_uri"] or ("u:1" if "u:1" in uris else "")  # noqa: E731
    uris = {e["spotify_track_uri"] for e in history}
    plays = Counter(home(e) for e in history if e["ms_played"] >= 30_000)
    skips = Counter(home(e) for e in history if e["skipped"] is True or e["reason_end"] == "fwdbtn")
    lengths: defaultdict[str, int] = defaultdict(int)
    for each in history:
        lengths[home(each)] += each["ms_played"]

    shuffled = data.draw(st.permutations(history))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(history)), max_size=4)))
    pieces = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(history)], strict=True) if a < b]
    ((_, found),) = read_documents([(f"{n}.json", json.dumps(piece)) for n, piece in enumerate(pieces)])
    assert isinstance(found, Document)
    table = {row.get("spotify_track_uri", ""): row for row in cells(found)}
    assert len(table) == len(found.rows)
    assert {uri: int(row["plays"]) for uri, row in table.items()} == {uri: plays[uri] for uri in lengths}
    assert {uri: int(row["skips"]) for uri, row in table.items()} == {uri: skips[uri] for uri in lengths}
    assert {uri: row["minutes_played"] for uri, row in table.items()} == {
        u: f"{ms / 60_000:.2f}" for u, ms in lengths.items()
    }
    whole = document(history)
    assert (found.header, found.rows) == (whole.header, whole.rows)


# --- Lists of records ---


def test_audio_features_of_reccobeats() -> None:
    """The link to Spotify gives a column that other files can be joined by."""
    found = document({"content": [
        {"id": "6f", "href": "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC", "isrc": "GB", "energy": 0.25, "key": 3},
        {"id": "7a", "href": "https://open.spotify.com/intl-de/track/abc?si=1", "energy": 1e-07},
        {"id": "8b", "href": "https://elsewhere.example/track/abc", "energy": None},
    ]})  # fmt: skip
    assert found.header == ["id", "href", "spotify_id", "isrc", "energy", "key"]
    assert [row["spotify_id"] for row in cells(found)] == ["4uLU6hMCjMI75M1A2tKUQC", "abc", ""]
    assert [row["energy"] for row in cells(found)] == ["0.25", "1e-07", ""]
    assert found.number == [1, 2, 3]
    assert found.notes == []


def test_a_playlist_of_spotify_is_unwrapped_and_flattened() -> None:
    """The track comes out of its wrapper, with what stands beside it, and what stands inside it under both names."""
    track = {
        "album": {"name": "Suites", "images": [{"url": "u"}], "artists": [{"name": "Bach"}]}, "type": "track",
        "artists": [{"name": "Bach", "id": "1"}, {"name": "Gould"}], "external_ids": {"isrc": "GB", "ean": "1"},
        "id": "a", "name": "Air", "explicit": False, "track": True, "episode": False,
    }  # fmt: skip
    items = [
        {"added_at": "2020", "added_by": {"id": CANARY}, "is_local": False, "type": "saved", "track": track},
        {"added_at": "2021", "track": None},
        {"track": track | {"name": "Gigue", "explicit": True}, "type": "saved", "added_at": "2022"},
    ]
    for value in (
        {"items": items},
        {"tracks": {"items": items}},
        json.loads(json.dumps(items).replace("track", "item")),
    ):
        found = document(value)
        first, second = cells(found)
        assert CANARY not in repr(found)
        assert {
            "added_at": "2020",
            "is_local": "false",
            "album_name": "Suites",
            "album_artists": "Bach",
            "name": "Air",
            "artists": "Bach; Gould",
            "isrc": "GB",
            "external_ids_ean": "1",
            "explicit": "false",
        }.items() <= first.items()
        assert "track" not in first
        assert {first["type"], second["type"]} in ({"track"}, {"item"})  # not that of the place in the list
        assert (second["name"], second["explicit"], second["is_local"]) == ("Gigue", "true", "")
        assert found.number == [1, 3]
        assert found.header.index("added_at") < found.header.index("name")
        said = " ".join(found.notes)
        assert "1 entry" in said
        assert "`album_images`" in said
        assert "1 field of `f.json` that may tell who" in said


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""), (True, "true"), (False, "false"), (7, "7"), (-0.5, "-0.5"), (1e22, "1e+22"), ("NaN", "NaN"), ("007", "007"),
        ([0.1, 2], "[0.1, 2]"), ([1, None], "[1, nan]"), (["a", "b"], "a; b"), (["a", None, 1], "a; 1"), ([], ""), ([None], ""),
        ([{"name": "A"}, {"name": "B"}], "A; B"), ([True, False], "true; false"), ("\ud800x", "\ufffdx"), ("a\x00b", "a\ufffdb"),
        ("😀", "😀"), (10**400, ""), (math.inf, ""), (math.nan, ""), ([math.nan, 1.5], "[nan, 1.5]"),
    ],
)  # fmt: skip
def test_values_become_text(value: object, cell: str) -> None:
    """One spelling for each kind of value; text stays as it is."""
    assert cells(document([{"x": value, "y": "1"}]))[0]["x"] == cell


def test_numbers_beyond_all_measure_are_missing() -> None:
    """JSON can write 1e999, which no number of ours is."""
    assert cells(document('[{"x": 1e999, "y": [1e999, 2]}]')) == [{"x": "", "y": "[nan, 2]"}]


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_read_back_equal(value: float) -> None:
    """Writing a number as text loses no digit, and makes no whole number of a broken one."""
    cell = cells(document([{"x": value}]))[0]["x"]
    assert json.loads(cell) == value
    assert type(json.loads(cell)) is type(value)


def test_records_in_records_are_taken_to_a_depth_of_three() -> None:
    """What lies deeper is left out and named."""
    found = document([{"a": {"b": {"c": 1, "d": {"e": 2}}}, "f": [[1]], "g": [{"url": "u"}]}])
    assert cells(found) == [{"a_b_c": "1"}]
    assert len(found.notes) == 1
    assert all(f"`{name}`" in found.notes[0] for name in ("a_b_d", "f", "g"))


def test_of_two_fields_with_one_name_the_first_given_stays() -> None:
    """A record inside a record may end up where another field is."""
    assert cells(document([{"a_b": "", "a": {"b": 1}, " a_b": 2}])) == [{"a_b": "1"}]


def test_names_of_fields_are_sound_and_short() -> None:
    """They may be anything in JSON; a name of more than 100 characters is no column's."""
    found = document('[{"\\ud800": 1, "' + "x" * 100 + '": 2, "' + "y" * 101 + '": 3}]')
    assert found.header == ["\ufffd", "x" * 100]
    assert "Left out 1 field" in found.notes[0]


@pytest.mark.parametrize(
    "key", ["ip_addr", "IP Addr", "ip_address_2", "username", "userName", "user_name", "user_agent_decrypted", "E-Mail", "email",
            "email_address", "conn_country", "added_by"],
)  # fmt: skip
def test_fields_about_a_person_are_left_out_anywhere(key: str) -> None:
    """At every depth, and counted."""
    found = document([{"name": "Air", key: CANARY, "a": {key: CANARY, "b": {key: [CANARY]}}}, {key: 1}])
    assert found.header == ["name"]
    assert CANARY not in repr(found)
    assert found.notes == ["Left out 3 fields of `f.json` that may tell who or where somebody is."]


@pytest.mark.parametrize(
    "value",
    [
        [{"t": "A"}], {"content": [{"t": "A"}]}, {"audio_features": [{"t": "A"}]}, {"data": [{"t": "A"}], "x": [{"t": "B"}]},
        {"results": {"tracks": {"items": [{"t": "A"}]}}}, {"mine": [{"t": "A"}]}, {"items": [1], "mine": [{"t": "A"}]},
        {"artists": [{"t": "B"}], "mine": [{"t": "A"}]}, {"songs": [{"t": "A"}], "items": []}, [1, None, {"t": "A"}, "x", [2]],
    ],
)  # fmt: skip
def test_the_list_of_tracks_is_found(value: object) -> None:
    """At the top, under a usual name, or where it is the only one."""
    assert cells(document(value)) == [{"t": "A"}]


def test_what_is_no_record_is_counted_and_the_others_keep_their_numbers() -> None:
    """Numbers are places in the file."""
    found = document([1, {"t": "A"}, [{}], {"t": "B"}])
    assert found.number == [2, 4]
    assert found.notes == ["Left out 2 entries of `f.json` without a track."]


@pytest.mark.parametrize(
    ("decoded", "says"),
    [
        ('[{"a": 1},\n {"b": }]', "line 2, column 8"), ("[]", "empty list"), ('{"content": []}', "empty list"),
        ('{"a": 1}', "without a list"), ('{"a": [{}], "b": [{}]}', "without a list"), ("7", "without a list"),
        ('{"name": "Air", "artists": [{"name": "Bach"}]}', "without a list"), ("[1, 2]", "holds no track"),
        ("[{}]", "holds no track"), ('[{"email": "x"}]', "holds no track"), ("", "line 1, column 1"),
        ("[" * 100_000, "nests"), ('{"a":' * 100_000, "nests"),
        ("[" * 100_000 + "]" * 100_000, "nests"), ('[{"a": ' + "1" * 5_000 + "}]", "thousands of digits"),
        ('[{"a": "' + "x" * 100_001 + '"}]', "field of 100,001 characters"),
        ("[{" + ",".join(f'"{n}": 1' for n in range(501)) + "}]", "500"),
        ("[" + "{},{}," * 100_001 + "{}]", "200,003 tracks"), ("[" + "1," * 10_000_000 + "1]", "10,000,000 values"),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_what_holds_no_tracks_is_refused_with_advice(decoded: str, says: str) -> None:
    """One sentence says what was found."""
    found = outcome(decoded)
    assert isinstance(found, DocumentError)
    assert says in str(found)
    assert is_sound(found)


def test_limits_are_those_given() -> None:
    """Rows, columns, cells and characters, of lists, histories and libraries."""
    two = json.dumps([{"a": 1, "b": 2}, {"a": 1}])
    assert isinstance(outcome(two, Limits(rows=2, columns=2, cells=6)), Document)
    for limits in (Limits(rows=1), Limits(columns=1), Limits(cells=4)):
        assert isinstance(outcome(two, limits), DocumentError)
    sparse = json.dumps([{str(number): 1} for number in range(10)])  # ten by ten cells, of which ten are given
    assert isinstance(outcome(sparse, Limits(cells=100)), Document)
    assert isinstance(outcome(sparse, Limits(cells=99)), DocumentError)
    history = json.dumps([entry(uri="u:1"), entry(uri="u:2"), entry(uri="u:2")])
    assert isinstance(outcome(history, Limits(rows=2)), Document)
    for limits in (Limits(rows=1), Limits(cell_characters=5)):
        assert isinstance(outcome(history, limits), DocumentError)
    listed = library({"Name": "Canon"}, {"Name": "Chaconne"})
    assert isinstance(outcome(listed, Limits(rows=2, cells=listed.count("<"))), Document)
    for limits in (Limits(rows=1), Limits(cell_characters=5), Limits(cells=listed.count("<") - 1)):
        assert isinstance(outcome(listed, limits), DocumentError)


# --- The library of iTunes and Music ---


def library(*tracks: dict) -> str:
    """A property list as the app exports it."""
    listed = {"Major Version": 1, "Tracks": {str(100 + n): track for n, track in enumerate(tracks)}, "Playlists": []}
    return plistlib.dumps(listed, sort_keys=False).decode()


def test_a_library_gives_its_music() -> None:
    """Names, lengths, counts and the person's own ratings; no paths, no podcasts, no ratings that come from the album."""
    air = {"Track ID": 1, "Name": "Air & <Gigue>", "Artist": "Bach", "Total Time": 1000, "Rating": 80, "Loved": True,
           "Play Count": 3, "Skip Count": 1, "Persistent ID": "AB", "Location": f"file:///{CANARY}", "BPM": 90}  # fmt: skip
    computed = {"Track ID": 2, "Name": "B", "Rating": 60, "Rating Computed": True, "Album Rating": 60}
    decoded = library(
        air, {"Track ID": 9, "Name": "News", "Podcast": True}, computed, {"Name": "Film", "Movie": True}, {"TV Show": True},
        {"Track ID": 3, "Name": "C", "Rating": 0, "Favorited": True},
    )  # fmt: skip
    assert is_document(decoded)
    found = document(decoded)
    assert found.header == ["Track ID", "Name", "Artist", "Album", "Genre", "Duration (ms)", "Year", "BPM", "Play Count",
                            "Skip Count", "Rating", "Loved", "Persistent ID"]  # fmt: skip
    assert found.rows == [
        ["1", "Air & <Gigue>", "Bach", "", "", "1000", "", "90", "3", "1", "80", "true", "AB"],
        ["2", "B", *[""] * 11],
        ["3", "C", *[""] * 9, "true", ""],
    ]
    assert found.number == [1, 3, 6]
    assert CANARY not in repr(found)
    assert [note[:17] for note in found.notes] == ["Left out 3 entrie", "Left out 1 rating", "I count 1 track o"]


def test_the_declared_encoding_of_decoded_text_does_not_count() -> None:
    """The text was UTF-16 or Latin-1 on disk; its letters are already right."""
    decoded = library({"Name": "Für Elise"})
    for encoding in ("UTF-16", "ISO-8859-1", "no-such-thing"):
        assert cells(document("\ufeff" + decoded.replace("UTF-8", encoding)))[0]["Name"] == "Für Elise"


PLIST = '<plist version="1.0"><dict><key>Tracks</key><dict>{}</dict></dict></plist>'


@pytest.mark.parametrize(
    ("decoded", "says"),
    [
        ('<!DOCTYPE plist [<!ENTITY a "b">]>' + PLIST.format(""), "entities"), (PLIST.format("<!-- x -->"), "entities"),
        ('<!DOCTYPE plist [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + PLIST.format("&a;"), "entities"),
        (PLIST.format("")[:-9], "not well-formed XML in line 1"), ("<?xml\nversion='1.0'?>\n<plist><dict>", "line 3"),
        (PLIST.format("<key>1</key><dict><key>a</key><integer>x</integer></dict>"), "not a sound property list"),
        (PLIST.format("<key>1</key><dict><key>a</key><date>x</date></dict>"), "not a sound property list"),
        (PLIST.format("<key>1</key>"), "not a sound property list"), (PLIST.format(""), "without a single track"),
        (PLIST.format("<key>1</key><dict><key>a</key><data>x</data></dict>"), "not a sound property list"),
        ("<?xml version='1.0'?><rss/>", "no library"), ("<plist><array/></plist>", "no library"), ("<plist/>", "no library"),
        ("<plist><dict><key>Tracks</key><array/></dict></plist>", "no library"),
        ("<plist " + "x" * 200_000, "100,000 characters"),
        (library({"Podcast": True}), "without a single track"),
        ("<plist>" + "<array>" * 50_000, "not well-formed"),
        ("<plist>" + "<array>" * 50_000 + "</array>" * 50_000 + "</plist>", "no library"),
    ],
    ids=lambda value: str(value)[-20:],
)  # fmt: skip
def test_what_is_no_library_is_refused_with_advice(decoded: str, says: str) -> None:
    """Entities are refused unread, damage is told with its place."""
    assert is_document(decoded)
    found = outcome(decoded)
    assert isinstance(found, DocumentError)
    assert says in str(found)
    assert is_sound(found)


def test_odd_values_in_a_library_are_missing() -> None:
    """Data, dates, lists, endless numbers and tracks that are none do no harm."""
    inside = (
        "<key>1</key><dict><key>Name</key><string>Air</string><key>Year</key><integer>0x" + "f" * 9_000 + "</integer>"
        "<key>BPM</key><real>nan</real><key>Genre</key><data>QUI=</data><key>Album</key><date>2020-01-01T00:00:00Z</date>"
        "<key>Rating</key><array><true/></array></dict><key>2</key><string>x</string>"
    )
    found = document(PLIST.format(inside))
    assert [cell for cell in found.rows[0] if cell] in (["Air"], ["Air", "true"])
    assert found.notes == ["Left out 1 entry of `f.json` without a track."]


# --- Anything at all ---

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("\ud800\x00"))
KEYS = st.one_of(
    st.text(max_size=4),
    st.sampled_from(
        ["track", "item", "items", "content", "tracks", "name", "artists", "href", "email", "external_ids", "isrc"]
    ),
    st.sampled_from(
        ["ts", "ms_played", "master_metadata_track_name", "spotify_track_uri", "skipped", "msPlayed", "trackName"]
    ),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=25
)


@settings(max_examples=150, deadline=None)
@given(st.lists(VALUES | st.lists(st.dictionaries(KEYS, VALUES, max_size=5), max_size=5), min_size=1, max_size=3))
def test_any_json_gives_tables_or_sentences(values: list[object]) -> None:
    """Whatever JSON holds, nothing else comes of it."""
    decoded = [json.dumps(value) for value in values]
    found = read_documents([(f"{n}.json", each) for n, each in enumerate(decoded)])
    assert 1 <= len(found) <= len(values)
    assert all(is_sound(each) for _, each in found)
    assert all(is_document(each) for each, value in zip(decoded, values, strict=True) if isinstance(value, list | dict))


WHOLE = (
    json.dumps([entry(), entry("Gigue", uri="spotify:track:b", skipped=True), short()]),
    json.dumps(
        {"items": [{"added_at": "2020", "track": {"name": "Air", "artists": [{"name": "Bach"}], "valence": 0.5}}] * 2}
    ),
    library({"Name": "Air", "Rating": 80, "Rating Computed": True}, {"Name": "B", "Play Count": 2, "Loved": False}),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(WHOLE), st.data())
def test_damaged_text_gives_tables_or_sentences(whole: str, data: st.DataObject) -> None:
    """Letters changed, cut out, doubled or put in: reading ends in order, and so does asking what it is."""
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(whole)))
        what = data.draw(st.sampled_from(["cut", "double", "insert"]))
        length = data.draw(st.integers(1, 30))
        if what == "cut":
            whole = whole[:at] + whole[at + length :]
        elif what == "double":
            whole = whole[:at] + whole[at : at + length] + whole[at:]
        else:
            marks = [
                '"',
                "{",
                "[",
                "]",
                "}",
                ",",
                ":",
                "NaN",
                "-",
                "9",
                "\\ud800",
                "\x00",
                "\ufeff",
                "<",
                "</dict>",
                "&x;",
                "é",
                "<!--",
            ]
            whole = whole[:at] + data.draw(st.sampled_from(marks)) + whole[at:]
    assert is_document(whole) in (True, False)
    assert all(is_sound(found) for _, found in read_documents([("f", whole)]))
