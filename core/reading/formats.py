"""The catalogue of file formats: by which headers each is known, and what a person should know of it.

Convention: `needs` are headers as `schema.normalise` writes them; of several formats whose headers are all there, the
one with the most counts. What the headers mean stands in `schema` alone, once for all formats. To add a format, add an
entry and a folder with a file of its kind under `tests/core/reading/formats/`.
Sources: the exporters' own code (github.com/pavelkomarov/exportify, watsonbox/exportify, donmerendolo/exportify-cli),
the data sets' pages on Kaggle and TidyTuesday (2020-01-21), the sites' exports as users have published them (2026).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core import schema, translations
from core.language import mark


@dataclass(frozen=True)
class Format:
    """One kind of file. name and advice are to be said. rating: the scale of its rating column, by the names of
    `ratings.SCALES`.

    joined: new column -> the columns whose cells make it, blanks between. headerless: column names and the pattern of
    each cell where the file has no header. plays: each row is one listening, to be counted per track. entities:
    text is written as HTML writes it (`&amp;`). guarded: text that
    a spreadsheet would take for a formula carries a mark, as `export.csv_of` writes it.
    """

    name: str
    needs: frozenset[str]
    advice: str = ""
    rating: str | None = None
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    headerless: tuple[tuple[str, str], ...] = ()
    plays: bool = False
    guarded: bool = False
    entities: bool = False


def _format(name: str, needs: str, advice: str = "", **more: object) -> Format:
    return Format(name, frozenset(needs.split()), advice, **more)  # type: ignore[arg-type]


_IN_LANGUAGES = {
    "Arabic": mark("Exportify (exportify.app, Arabic)"),
    "German": mark("Exportify (exportify.app, German)"),
    "Greek": mark("Exportify (exportify.app, Greek)"),
    "Spanish": mark("Exportify (exportify.app, Spanish)"),
    "French": mark("Exportify (exportify.app, French)"),
    "Italian": mark("Exportify (exportify.app, Italian)"),
    "Japanese": mark("Exportify (exportify.app, Japanese)"),
    "Dutch": mark("Exportify (exportify.app, Dutch)"),
    "Portuguese": mark("Exportify (exportify.app, Portuguese)"),
    "Swedish": mark("Exportify (exportify.app, Swedish)"),
    "Turkish": mark("Exportify (exportify.app, Turkish)"),
}


def _in_language(language: str) -> Format:
    """exportify.app's file in one language: its id, title, artist, album and release date in the words of the page."""
    words = translations.LANGUAGES[language][:5]
    return Format(_IN_LANGUAGES[language], frozenset(map(schema.normalise, words)))


FORMATS = (
    _format("Exportify (exportify.net)", "track_uri artist_name_s release_date genres record_label danceability"),
    _format(mark("Exportify (exportify.net, until 2024)"), "spotify_id artist_ids artist_name_s release_date"),
    _format("Exportify (exportify.app)", "track_uri artist_uri_s album_uri artist_name_s track_duration_ms"),
    *map(_in_language, translations.LANGUAGES),
    _format("exportify-cli", "position artist_name_s duration_ms"),
    _format(mark("Chosic's playlist analyzer"), "song artist bpm camelot dance acoustic"),
    _format(mark("Organize Your Music"), "title artist bpm nrgy dnce acous"),
    _format(mark("Sort Your Music"), "title artist release bpm energy dance loud length rnd"),
    _format("TuneMyMusic", "track_name artist_name album playlist_name type isrc"),
    _format(mark("Soundiiz, Roon or another player"), "title artist album isrc"),
    _format("Soundiiz", "title artist album isrc added_date url"),
    _format(mark("Kaggle's Spotify Tracks (114,000 tracks)"), "track_id artists album_name track_name track_genre"),
    _format(mark("Kaggle's Ultimate Spotify Tracks"), "genre artist_name track_name track_id popularity time_signature"),
    _format(mark("TidyTuesday's Spotify Songs"), "track_id track_artist track_popularity playlist_genre playlist_subgenre"),
    _format(mark("Spotify Song Attributes (George McIntire)"), "target song_title artist acousticness", rating="likes"),
    _format(
        "RateYourMusic", "rym_album first_name last_name title rating",
        mark("Its rows are albums, not tracks: sound can only be joined where your features are those of albums."),
        rating="stars_of_ten", entities=True, joined={"artist": ("first_name", "last_name")},
    ),
    _format("Last.fm", "uts utc_time artist album track", plays=True),
    _format(
        mark("Last.fm, without a header"), "utc_time artist album track", plays=True,
        headerless=(("artist", ".*"), ("album", ".*"), ("track", ".+"),
                    ("utc_time", r"\d{1,2} [A-Z][a-z]{2} \d{4},? \d{2}:\d{2}")),
    ),
    _format(mark("ReccoBeats' audio features"), "id href acousticness danceability valence"),
    _format(mark("ReccoBeats' tracks"), "track_title duration_ms href"),
    _format(mark("Spotify's audio features"), "danceability energy analysis_url track_href"),
    _format(mark("Spotify's tracks"), "name uri artists album_name track_number"),
    _format(mark("Spotify's streaming history"), "track_name artist_name plays skips minutes_played"),
    _format(mark("Apple Music or iTunes library"), "persistent_id name artist play_count skip_count", rating="twenties"),
    _format(
        mark("Apple Music or iTunes playlist"), "name artist time bit_rate sample_rate plays skips my_rating", rating="twenties",
        joined={"length": ("time",)},
    ),
    _format(mark("Earprint's cleaned list"), "earprint_track", guarded=True),
    _format(mark("Earprint's study of 2020"), "track_name pitch_avg timbre_avg key_change_percentage mode_avg"),
)  # fmt: skip


def recognise(headers: Sequence[str]) -> Format | None:
    """The format whose headers are all among these; None for a table of somebody's own."""
    names = {schema.normalise(header) for header in headers}
    fitting = [known for known in FORMATS if known.needs and known.needs <= names]
    return max(fitting, key=lambda known: len(known.needs), default=None)


def without_header(cells: Sequence[str]) -> list[str] | None:
    """The column names of a format that has no header and whose first row looks like these cells; None if none has."""
    for known in FORMATS:
        if len(known.headerless) == len(cells) and all(
            re.fullmatch(pattern, cell.strip()[:200], re.DOTALL)
            for (_, pattern), cell in zip(known.headerless, cells, strict=True)
        ):
            return [name for name, _ in known.headerless]
    return None
