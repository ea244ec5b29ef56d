"""The catalogue of columns."""

from __future__ import annotations

import pytest

from core import schema, translations


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Danceability", "danceability"), ("Duration (ms)", "duration_ms"), ("Time Signature", "time_signature"),
        ("BPM", "tempo"), ("pitch_11", "pitch_11"), ("chroma_03", "pitch_3"), ("timbre_avg_2", "timbre_2"),
        ("popularity", None), ("playlist", None), ("track_name", None), ("Rating", None), ("position", None),
    ],
)  # fmt: skip
def test_headers_find_their_feature(header: str, name: str | None) -> None:
    """Case, blanks and units in a header do not matter; what is no sound is no feature."""
    assert schema.audio_feature(header) == name


def test_no_alias_stands_for_two_things() -> None:
    """Each alias belongs to one feature, and to no identity, context or rating."""
    aliases = [alias for feature in schema.FEATURES.values() for alias in (feature.name, *feature.aliases)]
    others = [name for names in (*schema.IDENTITY.values(), *schema.CONTEXT.values(), schema.RATING) for name in names]
    assert len(set(aliases)) == len(aliases)
    assert len(set(others)) == len(others), sorted(name for name in others if others.count(name) > 1)
    assert not set(aliases) & set(others)


def test_pitches_carry_their_names() -> None:
    """pitch_0 is C and pitch_11 is B."""
    assert [schema.describe(f"pitch_{n}").label for n in (0, 1, 11)] == ["Pitch C", "Pitch C#", "Pitch B"]


@pytest.mark.parametrize("header", ["", "Unnamed: 0", "#", "index", "Track ID", "row_nr", "Position"])
def test_indexes_are_known_by_name(header: str) -> None:
    """Row numbers and identifiers are recognised by their header."""
    assert schema.names_an_index(header)


@pytest.mark.parametrize("header", ["playlist", "Liked", "my_score", "ja", "Play Count", "fav", "PlayCount"])
def test_labels_are_known_by_name(header: str) -> None:
    """Columns that may be made from the rating are recognised by their header."""
    assert schema.names_a_label(header)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [("duration_ms", 189_400, "3:09"), ("loudness", -12.21, "\u221212.2"), ("energy", 0.000379, "0.000379"),
     ("tempo", 1234.5, "1,234"), ("energy", float("nan"), "missing"), ("key_cos", -1.8e-16, "0")],
)  # fmt: skip
def test_values_are_shown_as_people_read_them(name: str, value: float, text: str) -> None:
    """Minutes and seconds, a true minus, no powers of ten for what is common, nor for what is left of a zero."""
    assert schema.shown(name, value) == text


def test_numbered_features_stand_in_the_order_of_their_numbers() -> None:
    """timbre_2 comes before timbre_10, the catalogue before both."""
    assert sorted(["timbre_10", "timbre_2", "energy"], key=schema.order) == ["energy", "timbre_2", "timbre_10"]


def test_every_language_names_every_field_once() -> None:
    """Each language has a word for each field, no word means two things, and each is understood."""
    meanings: dict[str, str] = {}
    for language, words in translations.LANGUAGES.items():
        assert len(words) == len(translations.FIELDS), language
        assert len(set(words)) == len(words), language
        for field, word in zip(translations.FIELDS, words, strict=True):
            name = schema.normalise(word)
            assert meanings.setdefault(name, field) == field, (language, word)
            if field in schema.FEATURES:
                assert schema.audio_feature(word) == field
            elif field == "key":
                assert name in schema.KEY
            else:
                assert field in {schema.identity(word), schema.context(word)}
