"""The catalogue of columns: the only place that knows a column's name, label, unit, range, family and meaning.

Convention: canonical names are lower case with underscores. Units are Spotify's: shares 0-1, loudness in dB
(about -60 to 0), tempo in beats per minute, duration in milliseconds, key 0-11 from C, mode 1 = major.
`normalise` brings a header to the form in which aliases are compared.
Source of meanings: Spotify Web API reference, "Get Track's Audio Features".
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from core import translations
from core.language import figure, mark, say

Role = Literal["rating", "identity", "feature", "context", "listener", "ignored"]

_ADDED_AFTER = re.compile(r"\s*(?:[(\[/].*|\b\d+(?:\.\d+)?\s*(?:-|\u2013|to|bis)\s*\d+)\s*$", re.DOTALL)
_ADDED_BEFORE = re.compile(r"^\s*(?:\d{1,3}[.)]\s*|(?:audio_)?features?[._])", re.IGNORECASE)

# Keys, which are said only where people read them (`family_label`).
FAMILIES = (
    mark("mood"), mark("loudness and energy"), mark("rhythm"), mark("voice and instruments"), mark("form"), mark("harmony"),
    mark("pitch profile"), mark("timbre"), mark("other"),
)  # fmt: skip
_MOOD, _ENERGY, _RHYTHM, _VOICE, _FORM, _HARMONY, _PITCH, _TIMBRE, _OTHER = FAMILIES

_ROUNDING = 1e-9
PITCHES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


@dataclass(frozen=True)
class Feature:
    """What is known of one audio feature. In the catalogue its words are marked; `describe` says them, all but the family."""

    name: str
    label: str
    unit: str
    family: str
    meaning: str
    aliases: tuple[str, ...] = ()


_AUDIO = (
    Feature("valence", mark("Valence"), mark("0 to 1"), _MOOD,
            mark("How cheerful the music sounds."), ("val", "happiness")),
    Feature("mode", mark("Mode"), mark("1 major, 0 minor"), _MOOD,
            mark("Whether the track is in a major or a minor key.")),
    Feature("mode_avg", mark("Share of major sections"), mark("0 to 1"), _MOOD,
            mark("The mean mode over the track's sections: 1 is major throughout.")),
    Feature("energy", mark("Energy"), mark("0 to 1"), _ENERGY,
            mark("How intense and busy the music sounds."), ("nrgy",)),
    Feature("loudness", mark("Loudness"), "dB", _ENERGY,
            mark("The mean level of the whole track."), ("loudness_db", "loud_db", "db", "loud", "lufs")),
    Feature("danceability", mark("Danceability"), mark("0 to 1"), _RHYTHM,
            mark("How steady and strong the beat is."), ("dance", "dnce", "dancability")),
    Feature("tempo", mark("Tempo"), mark("beats per minute"), _RHYTHM,
            mark("The estimated speed of the beat."), ("bpm",)),
    Feature("time_signature", mark("Beats per bar"), mark("beats"), _RHYTHM,
            mark("The estimated number of beats in a bar.")),
    Feature("acousticness", mark("Acousticness"), mark("0 to 1"), _VOICE,
            mark("How sure the analysis is that the track is acoustic."), ("acoustic", "acous")),
    Feature("instrumentalness", mark("Instrumentalness"), mark("0 to 1"), _VOICE,
            mark("How sure the analysis is that nobody sings."), ("instrumental", "instr")),
    Feature("speechiness", mark("Speechiness"), mark("0 to 1"), _VOICE,
            mark("How much of the track is spoken."), ("speech", "spch")),
    Feature("liveness", mark("Liveness"), mark("0 to 1"), _VOICE,
            mark("How sure the analysis is that an audience is there."), ("live",)),
    Feature("duration_ms", mark("Duration"), mark("milliseconds"), _FORM,
            mark("The length of the track."),
            ("track_duration_ms", "duration", "dur", "length", "total_time", "duration_s", "seconds")),
    Feature("key_change_percentage", mark("Key changes"), mark("% of sections"), _FORM,
            mark("The share of the track's sections that change the key.")),
    Feature("loudness_lufs", mark("Loudness (LUFS)"), mark("LUFS"), _ENERGY,
            mark("The level of the whole track as ears weigh it (ITU-R BS.1770).")),
    Feature("loudness_range", mark("Loudness range"), mark("LU"), _ENERGY,
            mark("How far the quiet and the loud moments lie apart.")),
    Feature("energy_est", mark("Energy (estimate)"), mark("0 to 1"), _ENERGY,
            mark("Estimated from loudness, onsets, brightness and evenness; not Spotify's energy.")),
    Feature("brightness", mark("Brightness"), mark("Hz"), _TIMBRE,
            mark("The mean centre of the spectrum: bright sound has much above it.")),
    Feature("danceability_est", mark("Danceability (estimate)"), mark("0 to 1"), _RHYTHM,
            mark("Estimated from the clearness of the beat, its tempo and the low bands; not Spotify's danceability.")),
    Feature("beat_clarity", mark("Clearness of the beat"), mark("0 to 1"), _RHYTHM,
            mark("How far the beat stands out of the onsets.")),
    Feature("onset_rate", mark("Onsets"), mark("per second"), _RHYTHM,
            mark("How many notes or strokes begin in a second.")),
    Feature("key_strength", mark("Clearness of the key"), mark("\u22121 to 1"), _HARMONY,
            mark("How well the tones fit the key that fits best.")),
    Feature("key_sin", mark("Key (sine)"), mark("\u22121 to 1"), _HARMONY,
            mark("Where the key lies on the circle of twelve: sine of its angle, so that B and C are neighbours.")),
    Feature("key_cos", mark("Key (cosine)"), mark("\u22121 to 1"), _HARMONY,
            mark("Where the key lies on the circle of twelve: cosine of its angle.")),
)  # fmt: skip


def normalise(header: str) -> str:
    """A header as aliases are compared: `Artist Name(s)` -> `artist_name_s`, `durationMs` -> `duration_ms`."""
    text = unicodedata.normalize("NFKC", header).replace("\u00ad", "")  # a soft hyphen is no part of the word
    text = re.sub(r"(?<=[A-Za-z][a-z])(?=[A-Z])", "_", text).casefold()  # `trackID`, but not `dB`
    return re.sub(r"[^\w]+|_+", "_", text).strip("_")


def forms(header: str) -> tuple[str, ...]:
    """The normalised header, then without what people and exporters add: a unit or a scale (`Tempo (BPM)`,
    `Rating 1-10`, `Score/10`), a number before it (`8. Rating`), the part of a record (`audio_features.energy`).
    """
    bare = _ADDED_BEFORE.sub("", _ADDED_AFTER.sub("", header))
    return tuple(dict.fromkeys(form for form in (normalise(header), normalise(bare)) if form))


def _translated(field: str) -> tuple[str, ...]:
    """The words for a field in all languages, as aliases are compared; none for a field that is not translated."""
    if field not in translations.FIELDS:
        return ()
    place = translations.FIELDS.index(field)
    return tuple(dict.fromkeys(normalise(words[place]) for words in translations.LANGUAGES.values()))


FEATURES: dict[str, Feature] = {feature.name: feature for feature in _AUDIO}
_BY_ALIAS = {alias: feature.name for feature in _AUDIO for alias in (feature.name, *feature.aliases)}
for _field in set(translations.FIELDS) & set(FEATURES):
    _BY_ALIAS |= dict.fromkeys(_translated(_field), _field)
KEY = ("key", *_translated("key"), "initial_key", "initialkey", "camelot")

# A column of bracketed lists -> the stem of the columns it expands to, and their family.
_LISTS = {"pitch": (_PITCH, ("pitch_avg", "pitches", "pitch", "chroma")),
          "timbre": (_TIMBRE, ("timbre_avg", "timbres", "timbre")),
          "mfcc": (_TIMBRE, ("mfcc", "mfccs", "mfcc_avg"))}  # fmt: skip
_NUMBERED = re.compile(r"^(pitch|chroma|timbre|mfcc)_(?:avg_)?(\d{1,2})$|^(key)_(0?\d|1[01])$")
_OWN = re.compile(r"^\s*feature:\s*(.+)$", re.IGNORECASE | re.DOTALL)  # a header that says so itself

IDENTITY: dict[str, tuple[str, ...]] = {
    "title": ("track_name", "title", "song", "song_title", "track", "name", "song_name", "track_title", "titel", "titre",
              "t\u00edtulo", "titolo"),
    "artist": ("artist_name", "artist", "artists", "artist_name_s", "artist_names", "track_artist", "artist_s_name", "artist_s",
               "performer", "band",
               "interpret", "artiste", "artista", "k\u00fcnstler"),
    "album": ("album_name", "album", "track_album_name", "album_title"),
    "id": ("persistent_id", "track_id", "spotify_id", "track_uri", "uri", "spotify_track_id", "spotify_track_uri",
           "id", "track_mbid", "rym_album", "url"),
    "isrc": ("isrc", "track_isrc", "isrc_code"),
}  # fmt: skip

CONTEXT: dict[str, tuple[str, ...]] = {
    "popularity": ("popularity", "track_popularity", "pop"),
    "explicit": ("explicit",),
    "release_date": (
        "release_date",
        "album_release_date",
        "track_album_release_date",
        "year",
        "album_date",
        "release",
        "released",
        "date_released",
    ),
    "added_at": ("added_at", "added", "date_added", "rated_at", "added_date", "utc_time", "end_time"),
    "source": ("features_from",),
    "genre": ("genres", "genre", "track_genre", "artist_genres", "top_genre", "playlist_genre", "parent_genres"),
}

IDENTITY = {kind: tuple(dict.fromkeys((*aliases, *_translated(kind)))) for kind, aliases in IDENTITY.items()}
CONTEXT = {kind: tuple(dict.fromkeys((*aliases, *_translated(kind)))) for kind, aliases in CONTEXT.items()}

# In the order in which they are tried. Names of likes come last: a file that holds a finer rating beside them
# means the finer one.
RATING = (
    "rating", "my_rating", "ratings", "user_rating", "personal_rating", "track_rating", "rate", "score", "my_score",
    "stars", "my_stars", "overall_rating", "grade", "liking",
    "bewertung", "punkte", "wertung", "évaluation", "calificación", "puntuación", "valoración", "valutazione", "voto",
    "avaliação", "classificação", "nota", "betyg", "karakter", "vurdering", "terningkast", "waardering", "beoordeling",
    "cijfer", "puan", "ocena", "評価", "βαθμολογία", "تقييم", "note",
    "target", "liked", "like", "love", "loved", "favorite", "favourite", "fav",
)  # fmt: skip

# Whose rating a row holds, in a table of several people's.
LISTENER = (
    "listener", "listener_id", "user", "user_id", "userid", "username", "user_name", "rater", "rater_id", "participant",
    "participant_id", "respondent", "rated_by",
)  # fmt: skip
_LISTENERS_OWN = re.compile(r"^(rating|score|stars)_(?:of_|by_|from_)?(.+)$|^(.+?)(?:_s)?_(rating|score|stars)$")
_NOBODY = frozenset(
    "avg average mean median max min sum total count counts number n critic critics user overall album age content mood "
    "popularity community public personal track song scale out of my your again new old final first second".split()
)
# What stands in a cell that holds nothing.
MISSING = frozenset(["", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "null", "none", "undefined", "-", "\u2013", "?"])

# Columns that name a person who is not the listener: read past, never kept.
PRIVATE = (
    "added_by", "hinzugefügt_von", "añadido_por", "ajouté_par", "aggiunto_da", "追加者", "toegevoegd_door", "adicionado_por",
    "tillagd_av", "أضيف_بواسطة", "προστέθηκε_από", "ekleyen", "ip_addr", "ip_addr_decrypted", "user_agent",
    "user_agent_decrypted", "email", "e_mail", "location",
)  # fmt: skip

# science: a category or a number under such a name is often made from the rating itself.
_LABEL_WORDS = frozenset(
    "like liked likes fav favorite favorites favourite favourites love loved playlist playlists list range "
    "score scores star stars rating ratings rated play played plays playcount skip skipped skips ja nei yes no target "
    "grade".split()
)
_INDEX_WORDS = frozenset(
    "unnamed index idx row nr no rank ranking position pos number rnd id ids uri uris isrc url".split()
)


def audio_feature(header: str) -> str | None:
    """The canonical name of the audio feature that this header stands for, or None."""
    own = _OWN.match(header)
    if own:
        return normalise(own[1]) or own[1]
    for name in forms(header):
        numbered = _NUMBERED.match(name)
        if numbered:
            stem = "pitch" if numbered[1] == "chroma" else numbered[1] or numbered[3]
            return f"{stem}_{int(numbered[2] or numbered[4])}"
        if name in _BY_ALIAS:
            return _BY_ALIAS[name]
    return None


def is_key(header: str) -> bool:
    """Whether the header names the musical key."""
    return any(form in KEY for form in forms(header))


def rating(header: str) -> int | None:
    """How soon the header is tried as the rating's (0 first), or None where it names none."""
    return next((RATING.index(form) for form in forms(header) if form in RATING), None)


def list_stem(header: str) -> str:
    """The stem of the columns that a column of lists expands to: `pitch_avg` -> `pitch`."""
    names = forms(header)
    return next(
        (stem for stem, (_, aliases) in _LISTS.items() if set(names) & set(aliases)), names[0] if names else "list"
    )


def identity(header: str) -> str | None:
    """`title`, `artist`, `album`, `id` or `isrc` where the header names one of them."""
    name = normalise(header)
    return next((kind for kind, aliases in IDENTITY.items() if name in aliases), None)


def identities(headers: Iterable[str]) -> dict[str, str]:
    """Kind -> the header that stands for it; of several, the one whose alias comes first, wherever it stands."""
    known = {normalise(header): header for header in headers}
    first = {kind: next((alias for alias in aliases if alias in known), None) for kind, aliases in IDENTITY.items()}
    return {kind: known[alias] for kind, alias in first.items() if alias is not None}


def context(header: str) -> str | None:
    """The kind of context (popularity, date, genre, ...) that the header names, or None."""
    name = normalise(header)
    return next((kind for kind, aliases in CONTEXT.items() if name in aliases), None)


def is_known(header: str) -> bool:
    """Whether the header is a name that this catalogue knows: of a feature, a rating, an identity, a listener."""
    name = normalise(header)
    return bool(
        is_key(header) or rating(header) is not None or name in LISTENER or audio_feature(header) or identity(header)
        or context(header) or is_list(header)
    )  # fmt: skip


def is_private(header: str) -> bool:
    """Whether the header says that the column tells who or where somebody is."""
    return normalise(header) in PRIVATE


def listeners_own(header: str) -> tuple[str, str] | None:
    """The manner and the listener whose ratings the header names: `rating_anna` -> `rating_*`, `anna`; None for others."""
    name = normalise(header)
    found = _LISTENERS_OWN.match(name)
    if found is None or rating(header) is not None:
        return None
    who = found[2] or found[3]
    if who in FEATURES or who in _BY_ALIAS or not _NOBODY.isdisjoint(who.split("_")) or not re.search(r"[^\W\d_]", who):
        return None
    return (f"{found[1]}_*" if found[2] else f"*_{found[4]}"), who


def is_list(header: str) -> bool:
    """Whether the header names a list of numbers about the sound: `pitch_avg`, `timbre`, `mfcc`."""
    return any(form in aliases for form in forms(header) for _, aliases in _LISTS.values())


def names_a_label(header: str) -> bool:
    """Whether the header says that the column may be made from the rating (`playlist`, `liked`, `my_list`)."""
    name = normalise(header)
    return not _LABEL_WORDS.isdisjoint((*name.split("_"), name.replace("_", "")))


def names_an_index(header: str) -> bool:
    """Whether the header says row number, rank or identifier. An empty header is pandas' saved index."""
    name = normalise(header)
    return name == "" or not _INDEX_WORDS.isdisjoint(name.split("_"))


def describe(name: str) -> Feature:
    """The catalogue's entry for a canonical feature name, said; unknown features describe themselves."""
    if name in FEATURES:
        known = FEATURES[name]
        return replace(known, label=say(known.label), unit=say(known.unit), meaning=say(known.meaning))
    stem, _, position = name.rpartition("_")
    if stem == "key" and position.isdigit() and int(position) < 12:
        key = PITCHES[int(position)]
        meaning = say("Whether the track is in the key of {key}.", key=key)
        return Feature(name, say("Key {key}", key=key), say("1 yes, 0 no"), _HARMONY, meaning)
    if stem == "pitch" and position.isdigit() and int(position) < 12:
        pitch = PITCHES[int(position)]
        meaning = say("How much of the tone {pitch} sounds.", pitch=pitch)
        return Feature(name, say("Pitch {pitch}", pitch=pitch), say("0 to 1"), _PITCH, meaning)
    if stem in _LISTS and position.isdigit():
        label = f"MFCC {position}"
        if stem != "mfcc":
            label = say("Timbre {place}", place=position) if stem == "timbre" else say("Pitch {pitch}", pitch=position)
        return Feature(
            name, label, "", _LISTS[stem][0], say("Component {place} of the sound's colour.", place=position)
        )
    return Feature(name, name.replace("_", " ").strip() or name, "", _OTHER, say("A numeric column of your file."))


def family_label(family: str) -> str:
    """A family's name for people; a group of the person's own stays what it is."""
    return say(family) if family in FAMILIES else family


def is_share(name: str) -> bool:
    """Whether a feature runs from 0 to 1."""
    return describe(name).unit == say("0 to 1")


def shown(name: str, value: float) -> str:
    """A feature's value as people read it: three digits, lengths as minutes and seconds.

    What arithmetic on the 32-bit grid leaves of a zero, such as a key's cosine, is read as 0.
    """
    if math.isnan(value):
        return say("missing")
    value = 0.0 if abs(value) < _ROUNDING else value
    if name == "duration_ms":
        seconds = round(value / 1000)
        return f"{seconds // 60}:{seconds % 60:02d}"
    digits = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return figure(digits).replace("-", "\u2212")


def order(name: str) -> tuple[int, str, int, str]:
    """Sort key of canonical feature names: catalogue first, then stems with their numbers in order."""
    if name in FEATURES:
        return list(FEATURES).index(name), "", 0, name
    stem, _, position = name.rpartition("_")
    if position.isdigit() and len(position) < 10:
        return len(FEATURES), stem, int(position), name
    return len(FEATURES), name, -1, name
