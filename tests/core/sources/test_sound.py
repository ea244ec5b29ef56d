"""Spotify's features and analysis, for an app that still has access."""

from __future__ import annotations

import math

import pytest

from core.reading import Upload, read
from core.sources.spotify.sound import FEATURES, Sound, aggregates, sound
from tests.conftest import table
from tests.core.sources.test_spotify import broken_off, client, fake, logged_in, service
from tests.fakes.service import FAULTS, Service
from tests.fakes.spotify import ANALYSIS, Spotify

__all__ = ["fake", "service"]
IDS = [f"track{n:04d}".ljust(22, "x") for n in range(150)]


def test_features_are_joined_by_id(fake: Spotify, service: Service) -> None:
    """The answer comes last first, with nulls among it; a key that was not found is none; a hundred are asked at a time."""
    fake.sounds, fake.mute = True, {IDS[1], IDS[120]}
    first, last = sound(client(service, logged_in(fake, service)), IDS)
    assert len(first.features) == 99
    assert last.unknown == fake.mute
    assert set(last.features) == set(IDS) - fake.mute
    assert {found["tempo"] for name, found in last.features.items() if name in IDS[:100]} == {200.0}
    assert {found["tempo"] for name, found in last.features.items() if name in IDS[100:]} == {150.0}
    assert math.isnan(last.features[IDS[0]]["key"])
    assert set(last.features[IDS[0]]) == set(FEATURES)


def test_an_app_without_access_is_told_so(fake: Spotify, service: Service) -> None:
    """In one sentence, with what came before."""
    before = Sound({IDS[0]: {"tempo": 90.0}})
    (found,) = sound(client(service, logged_in(fake, service)), IDS[:2], before)
    assert "no app made after 27 November 2024" in found.fault
    assert found.features == before.features


def test_aggregates_are_those_of_the_study() -> None:
    """Means over the segments; one of two steps between keys is a change; half of the sections are major."""
    found = aggregates(ANALYSIS)
    assert found["pitch_0"] == 0.5
    assert found["pitch_11"] == 1.0
    assert {found[f"timbre_{place}"] for place in range(12)} == {15.0}
    assert found["key_change_percentage"] == 50.0
    assert found["mode_avg"] == 0.5


@pytest.mark.parametrize(
    "broken",
    [{}, {"segments": None, "sections": 3}, {"segments": [None, {"pitches": [1]}], "sections": [{"key": "x"}, None]},
     {"segments": [{"pitches": [None] * 12, "timbre": "no"}], "sections": []}],
)  # fmt: skip
def test_an_analysis_without_content_gives_nothing(broken: dict[str, object]) -> None:
    """NaN, and no error."""
    assert all(math.isnan(value) for value in aggregates(broken).values())


def test_the_analysis_is_asked_for_once_per_track(fake: Spotify, service: Service) -> None:
    """What came stays when it breaks off; the next try asks for the rest alone; the names are those of the reader."""
    fake.sounds = True
    one = client(service, logged_in(fake, service))
    service.faults = ["", "", "429 for a day"]
    *_, broken = sound(one, IDS[:30], analysis=True)
    assert "1,440 minutes" in broken.fault
    assert sum("pitch_0" in found for found in broken.features.values()) == 1
    service.asked.clear()
    *_, whole = sound(one, IDS[:30], broken, analysis=True)
    assert len(service.asked) == 29
    rated = table(30).drop(columns=["energy", "valence", "tempo"])
    for name in ("timbre_3", "pitch_11", "key_change_percentage", "mode_avg"):
        rated[name] = [whole.features[key][name] + place for place, key in enumerate(IDS[:30])]
    names = read([Upload("a.csv", rated.to_csv(index=False).encode())]).feature_names
    assert {"timbre_3", "pitch_11", "key_change_percentage", "mode_avg"} <= set(names)


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_fault_is_a_sentence_and_what_came_is_kept(fake: Spotify, service: Service, fault: str) -> None:
    """In the second hundred."""
    fake.sounds = True
    tokens = logged_in(fake, service)
    fake.dead.add("ann")
    service.faults = ["", *[fault] * 3]
    last = broken_off(sound(client(service, tokens), IDS), fault)
    assert len(last.features) == 100
