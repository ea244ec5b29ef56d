"""Every kind of file that people bring: a folder under `formats/` holds one, and what is to be understood of it.

The tracks are invented. `formats/tracks.csv` tells in the catalogue's units how each of them sounds, so that one table
is the truth for all files, however they spell it. `expected.toml` beside a file says the rest:
formats: file -> its format. tracks: rated tracks of the data set, where there is one. notes and faults: a part of each
sentence. rounding: how far the file's own figures lie from the truth. strangers: titles that the truth does not know.
respelled: names that the exporter does not write as they are.
identity and features: meaning -> column; lists: stem -> column of twelve numbers. others: role -> columns.
grounds: feature -> a part of its scale and reason. rating: its column, scale and values. first: cells of the first row.
"""

from __future__ import annotations

import csv
import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import identity, translations
from core.reading import Choices, Reading, Upload, cells, open_files
from core.reading.columns import understand
from core.reading.files import tables_of
from core.reading.formats import FORMATS, Format, recognise
from core.reading.found import Columns
from core.reading.join import join
from core.reading.log import Log
from core.reading.ratings import SCALES
from core.reading.tables import Table

FOLDER = Path(__file__).parent / "formats"
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/expected.toml"))
SHARES = frozenset(
    "danceability energy speechiness acousticness instrumentalness liveness valence mode_avg".split()
)  # fmt: skip
NOT_IN_TRUTH = frozenset({"key_change_percentage", "mode_avg"})
CANARIES = ("203.0.113.77", "198.51.100.42", "canary")  # addresses, and names of the listener, the phone and the folder

each_folder = pytest.mark.parametrize("name", NAMES)


@dataclass(frozen=True, eq=False)
class Case:
    """The files of one folder as they are read, step by step, and what is expected of them."""

    reading: Reading
    table: Table
    columns: Columns
    expected: dict[str, Any]

    @property
    def features(self) -> dict[str, np.ndarray]:
        """Features as people name them: a key is its number from C, and not a point on the circle."""
        found = dict(self.columns.features)
        if "key_sin" in found:
            angle = np.arctan2(found.pop("key_sin"), found.pop("key_cos"))
            found["key"] = np.round(12 * angle / (2 * np.pi), 3) % 12
        return found

    def cell(self, kind: str, row: int) -> str:
        """What identifies a row, as it stands in the file; empty where nothing of this kind does."""
        found = self.columns.identity.get(kind)
        return "" if found is None else str(found[row].as_py())


def files_of(name: str) -> list[Upload]:
    """The files of a folder as a person would choose them."""
    paths = sorted(path for path in (FOLDER / name).iterdir() if path.name != "expected.toml")
    return [Upload(path.name, path.read_bytes()) for path in paths]


def expected_of(name: str) -> dict[str, Any]:
    """What is expected of a folder."""
    return tomllib.loads((FOLDER / name / "expected.toml").read_text("utf-8"))


def case_of(files: list[Upload], expected: dict[str, Any]) -> Case:
    """These files as they are read."""
    table, _ = join(tables_of(files, Log()), Log())
    return Case(open_files(files), table, understand(table, Choices(), Log()), expected)


@cache
def case(name: str) -> Case:
    """A folder as it is read."""
    return case_of(files_of(name), expected_of(name))


@cache
def truth() -> dict[str, dict[str, str]]:
    """Title, id and ISRC of a track -> its row in the table of truth."""
    with (FOLDER / "tracks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row[kind]: row for row in rows for kind in ("title", "id", "isrc")}


def true_row(found: Case, row: int) -> dict[str, str] | None:
    """The track of truth that a row names."""
    names = (
        found.cell("title", row),
        identity.plain_id(found.cell("id", row)),
        identity.plain_isrc(found.cell("isrc", row)),
    )
    return next((truth()[name] for name in names if name in truth()), None)


def wrong_numbers(found: Case) -> list[str]:
    """Feature values that are not those of the track that their row names."""
    rounding = {"share": 1e-6, "key": 1e-3} | found.expected.get("rounding", {})
    wrong = []
    for name, values in found.features.items():
        if name in NOT_IN_TRUTH or name.startswith(("pitch_", "timbre_")):
            continue
        bearable = rounding.get("share" if name in SHARES else name, 1e-6) + 1e-6
        for row in np.flatnonzero(~np.isnan(values)):
            track = true_row(found, int(row))
            if track is None and found.cell("title", int(row)) in found.expected.get("strangers", ()):
                continue
            if track is None or abs(values[row] - float(track[name])) > bearable:
                wrong.append(f"{name} of {found.cell('title', int(row))!r} is {values[row]}")
    return wrong


@each_folder
def test_a_file_is_known_by_its_headers(name: str) -> None:
    """Its format is named, a table of somebody's own is taken for none, and all that is said is what was expected."""
    reading, expected = case(name).reading, case(name).expected
    assert (reading.formats or {}) == expected["formats"]
    assert (reading.dataset.tracks if reading.dataset else None) == expected.get("tracks")
    for said, parts in ((reading.notes, expected["notes"]), (reading.faults, expected["faults"])):
        assert len(said) == len(parts), said
        for sentence, part in zip(said, parts, strict=True):
            assert part in sentence


@each_folder
def test_every_column_has_its_meaning(name: str) -> None:
    """Each column is the rating, a sign of identity, a feature, a listener, context or set aside, as expected."""
    found, expected = case(name), case(name).expected
    columns = found.columns
    sources = dict(columns.source)
    for stem, column in expected.get("lists", {}).items():
        assert [sources.pop(f"{stem}_{place}") for place in range(12)] == [column] * 12
    used = {entry.used_as for entry in found.reading.understood if entry.role == "feature"}
    assert {feature: sources[feature] for feature in used & sources.keys()} == expected.get("features", {})
    assert columns.identity.keys() == expected["identity"].keys()
    assert [kind for kind, column in expected["identity"].items()
            if columns.identity[kind] is not found.table.cells[column]] == []  # fmt: skip
    assert columns.rating_column == expected.get("rating", {}).get("column")
    told: dict[str, set[str]] = {}
    for entry in found.reading.understood:
        told.setdefault(entry.role, set()).add(entry.column)
    assert {column for roles in told.values() for column in roles} == set(found.table.columns)
    for role in ("listener", "context", "ignored"):
        assert told.get(role, set()) == set(expected["others"].get(role, [])), role


@each_folder
def test_what_was_converted_says_so(name: str) -> None:
    """A feature that is spelled or scaled in another way tells its scale and how it was read; all others tell neither."""
    grounds = case(name).expected.get("grounds", {})
    told = {entry.used_as: entry for entry in case(name).reading.understood if entry.role == "feature"}
    told.pop("key_cos", None)  # says the same as the sine
    for feature, ground in grounds.items():
        scale, _, reason = ground.rpartition(": ")
        assert reason in told[feature].reason
        assert scale in ("", told[feature].scale)
    assert {entry.used_as for entry in told.values() if entry.reversible or "written" in entry.reason} == set(grounds)


@each_folder
def test_one_track_sounds_the_same_in_every_file(name: str) -> None:
    """Every feature of every row is that of the track it names, as exactly as the file writes it."""
    assert wrong_numbers(case(name)) == []


@each_folder
def test_one_track_has_the_same_name_in_every_file(name: str) -> None:
    """Titles and first artists are those of the tracks, whatever stands around, between and inside them."""
    found = case(name)
    respelled = found.expected.get("respelled", [])
    artists = identity.split_artists([found.cell("artist", row) for row in range(len(found.table))])
    for row in range(len(found.table)):
        track = true_row(found, row)
        if track is None:
            continue
        assert not found.cell("title", row) or found.cell("title", row) in (track["title"], *respelled)
        assert not artists[row] or artists[row][0] in (track["artist"].split("; ")[0], *respelled)


@each_folder
def test_ratings_come_out_on_their_scale(name: str) -> None:
    """Stars, points, likes and bytes are numbers on the scale that the file's format or its cells tell."""
    expected = case(name).expected.get("rating")
    if expected is None:
        assert case(name).columns.rating is None
        return
    ratings = case(name).reading.rating
    assert ratings is not None
    assert (ratings.scale.name, ratings.scale.label) == (expected["scale"], expected["label"])
    assert np.array_equal(ratings.values, np.array(expected["values"], dtype=float), equal_nan=True)


@each_folder
def test_the_first_row_is_as_a_person_reads_it(name: str) -> None:
    """Text stays as it stands in the file, however it is quoted, escaped, encoded or nested; numbers are the catalogue's."""
    found = case(name)
    first: dict[str, object] = {
        kind: found.cell(kind, 0) for kind in ("title", "artist", "id", "isrc") if kind in found.columns.identity
    }
    first |= {feature: float(values[0]) for feature, values in found.features.items()}
    for cell, value in found.expected["first"].items():
        assert first[cell] == (pytest.approx(value, abs=1e-9) if isinstance(value, int | float) else value)


@pytest.mark.parametrize("format_", FORMATS, ids=lambda known: known.name)
def test_every_format_has_a_file(format_: Format) -> None:
    """Each entry of the catalogue is what some folder is recognised as; its rating's scale is one that there is."""
    recognised = {known for name in NAMES for known in expected_of(name)["formats"].values()}
    languages = {f"Exportify (exportify.app, {language})" for language in translations.LANGUAGES}
    assert format_.name in recognised | languages
    assert format_.rating is None or format_.rating in SCALES


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_every_language_of_exportify_is_its_own(language: str) -> None:
    """No language's headers are taken for another's."""
    known = recognise(translations.LANGUAGES[language])
    assert known is not None
    assert known.name == f"Exportify (exportify.app, {language})"


@each_folder
def test_order_and_own_columns_do_not_change_the_format(name: str) -> None:
    """Columns in another order, or with somebody's notes and ratings beside them, are the same format."""
    for one in tables_of(files_of(name), Log()):
        known = recognise(one.columns)
        assert recognise([*one.columns[::-1], "My notes", "My rating", ""]) == known


@pytest.mark.parametrize(
    ("left", "right", "by", "rows"),
    [
        ("itunes_library", "exportify_net", "title", 8), ("exportify_net", "reccobeats_features", "id", 6),
        ("roon", "reccobeats_features", "ISRC", 6), ("soundiiz", "spotify_audio_features", "id", 6),
        ("spotify_history", "exportify_net_2024", "id", 8), ("tunemymusic", "chosic", "id", 6),
        ("lastfm_to_csv", "exportify_app", "title", 7), ("spreadsheet_german", "tidytuesday", "title", 8),
        ("earprint_cleaned", "spotify_playlist", "id", 6), ("spotify_history_short", "exportify_app_german", "title", 3),
    ],
)  # fmt: skip
def test_files_of_two_formats_are_one_list(left: str, right: str, by: str, rows: int) -> None:
    """Tracks find each other by what both files say of them, and each keeps the sound that is its own."""
    both = case_of([*files_of(left), *files_of(right)], {"rounding": expected_of(left).get("rounding", {})
                                                         | expected_of(right).get("rounding", {})})  # fmt: skip
    (report,) = both.reading.reports
    assert sum(matched for sign, matched in report.by.items() if by in sign) == rows
    assert len(both.table) == sum(report.by.values())
    assert wrong_numbers(both) == []


def everything(reading: Reading) -> str:
    """All that a reading holds, as one text."""
    parts = [repr(reading), *map(repr, reading.understood), *reading.notes, *reading.faults]
    dataset = reading.dataset
    if dataset is not None:
        frames = (dataset.features, dataset.identity, dataset.context, dataset.waiting)
        parts += [repr(dataset), *(frame.to_csv() for frame in frames if frame is not None)]
    return "\n".join(parts)


@pytest.mark.parametrize("name", ["spotify_history", "spotify_playlist", "spotify_playlist_2025"])
def test_nobody_is_named(name: str) -> None:
    """Addresses, user names and devices of a history or playlist are nowhere in what was read: alone, and in a data set."""
    raw = "".join(file.data.decode() for file in files_of(name))
    planted = [canary for canary in CANARIES if canary in raw]
    assert planted
    found = case(name)
    rated = open_files([*files_of(name), *files_of("song_attributes")])
    assert (rated.dataset is not None) == (name == "spotify_history")  # the playlists are too short for one
    columns = [text for column in found.table.cells.values() for text in cells.strings(column)]
    for text in (everything(found.reading), everything(rated), *columns, *found.table.columns):
        assert [sign for sign in (*planted, "ip_addr", "username", "added_by", "conn_country") if sign in text] == []


def test_the_truth_is_sound() -> None:
    """The table of truth holds 24 different tracks whose numbers are possible."""
    rows = {id(row): row for row in truth().values()}.values()
    assert len(rows) == 24
    assert len(truth()) == 72
    for row in rows:
        assert all(0 <= float(row[name]) <= 1 for name in SHARES - NOT_IN_TRUTH)
        assert math.isfinite(float(row["tempo"]))
        assert 0 <= int(row["key"]) < 12
