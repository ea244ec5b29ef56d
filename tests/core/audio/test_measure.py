"""What is measured of sounds whose tempo, key, loudness and tones are known."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio.measure import key_of, loud, measure, pitch_classes, resampled, spectrogram

RATE = 44_100


def clicks(bpm: float, seconds: float = 30) -> np.ndarray:
    """A short burst of noise on every beat."""
    draw = np.random.default_rng(0)
    sound = np.zeros(int(seconds * RATE))
    for start in (np.arange(int(seconds * bpm / 60)) * 60 / bpm * RATE).astype(int):
        size = min(2_000, len(sound) - start)
        sound[start : start + size] += 0.3 * draw.normal(size=size) * np.exp(-np.arange(size) / 300)
    return sound


def chord(notes: tuple[int, ...], seconds: float = 1.0, *, cents: float = 0.0) -> np.ndarray:
    """These notes (MIDI) at once, with two overtones each."""
    at = np.arange(int(seconds * RATE)) / RATE
    tones = [440 * 2 ** ((note - 69 + cents / 100) / 12) for note in notes]
    return 0.2 * sum(np.sin(2 * np.pi * f * k * at) / k for f in tones for k in (1, 2, 3)) / len(tones)


def cadence(tonic: int, *, minor: bool = False, cents: float = 0.0) -> np.ndarray:
    """First, fourth, fifth and first degree, four times."""
    third = 3 if minor else 4
    degrees = ((0, third, 7), (5, 5 + third, 12), (7, 7 + third, 14), (0, third, 7))
    return np.tile(np.concatenate([chord(tuple(tonic + n for n in degree), cents=cents) for degree in degrees]), 4)


@pytest.mark.parametrize("bpm", [60, 75, 90, 100, 120, 128, 140, 160, 174])
def test_a_beat_is_told_within_a_hundredth(bpm: int) -> None:
    """From slow to fast, and as clear."""
    found = measure(clicks(bpm), RATE)
    assert found.tempo == pytest.approx(bpm, rel=0.01)
    assert found.beat > 0.3


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("minor", [False, True])
def test_a_cadence_has_its_key(tonic: int, minor: bool) -> None:
    """Twelve major and twelve minor keys."""
    found = measure(cadence(57 + tonic, minor=minor), RATE)
    assert (found.key, found.mode) == ((57 + tonic) % 12, int(not minor))
    assert found.key_strength > 0.8


@pytest.mark.parametrize("cents", [-40, 30])
def test_another_tuning_changes_no_key(cents: float) -> None:
    """Instruments that stand a third of a semitone off 440 Hz."""
    found = measure(cadence(60, cents=cents), RATE)
    assert (found.key, found.mode) == (0, 1)


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000, 96_000])
def test_loudness_is_that_of_the_standard(rate: int) -> None:
    """A sine of 1 kHz at -23 dBFS on both channels is -23.0 LUFS (EBU Tech 3341, case 1), on one 3 dB less, at any rate."""
    at = np.arange(20 * rate) / rate
    sine = 10 ** (-23 / 20) * np.sin(2 * np.pi * 1_000 * at)
    assert loud(np.column_stack([sine, sine]), rate)[0] == pytest.approx(-23.0, abs=0.1)
    assert loud(sine[:, None], rate)[0] == pytest.approx(-26.01, abs=0.1)
    assert loud(np.column_stack([sine, sine]) / 2, rate)[0] == pytest.approx(-29.02, abs=0.1)


def test_pauses_do_not_make_it_quieter() -> None:
    """Two gates: ten seconds of sound and ten of near silence measure as the sound alone (EBU Tech 3341, case 3)."""
    at = np.arange(10 * 48_000) / 48_000
    sine = 10 ** (-23 / 20) * np.sin(2 * np.pi * 1_000 * at)
    both = np.concatenate([sine, 10 ** (-40 / 20) * sine, sine])
    assert loud(np.column_stack([both, both]), 48_000)[0] == pytest.approx(-23.0, abs=0.1)


def test_a_range_is_what_lies_between_quiet_and_loud() -> None:
    """Halves that are 10 dB apart have a range of 10 LU (EBU Tech 3342, case 1); a steady sound has none."""
    at = np.arange(20 * 48_000) / 48_000
    sine = np.sin(2 * np.pi * 1_000 * at)
    both = np.concatenate([10 ** (-20 / 20) * sine, 10 ** (-30 / 20) * sine])
    assert loud(np.column_stack([both, both]), 48_000)[1] == pytest.approx(10, abs=1)
    assert loud(np.column_stack([sine, sine]), 48_000)[1] == pytest.approx(0, abs=0.1)


def test_tones_are_the_pitch_classes_that_sound() -> None:
    """A and E alone: these two are strong, all others weak, C first."""
    found = pitch_classes(spectrogram(resampled(chord((57, 64), 5), RATE)))
    assert set(np.flatnonzero(found > 0.5)) == {9, 4}


def test_silence_and_noise_have_no_key_and_no_beat() -> None:
    """Silence measures nothing but its level; steady noise has a level, and neither tempo nor key."""
    silent = measure(np.zeros(10 * RATE), RATE)
    assert silent.loudness == float("-inf")
    assert np.isnan(
        [silent.tempo, silent.key, silent.mode, silent.energy, silent.danceability, *silent.pitch, *silent.mfcc]
    ).all()
    noise = measure(0.05 * np.random.default_rng(0).normal(size=20 * RATE), RATE)
    assert np.isnan([noise.tempo, noise.key, noise.mode]).all()
    assert noise.loudness < -15
    assert np.isnan(key_of(np.full(12, np.nan))).all()
    assert np.isnan(key_of(np.ones(12))).all()


def test_a_steady_tone_has_no_tempo() -> None:
    """A pad without onsets."""
    assert np.isnan(measure(chord((48, 55, 60), 20), RATE).tempo)


def test_a_second_is_enough_to_measure_something() -> None:
    """A sound shorter than a beat's search, or than a frame, is no crash."""
    short = measure(chord((60,), 1.0), RATE)
    assert np.isnan(short.tempo)
    assert np.isfinite(short.loudness)
    assert np.isfinite(measure(chord((60,), 0.5), RATE).mfcc).all()


def test_estimates_rise_with_what_they_are_made_from() -> None:
    """Louder is more energetic; a beat near 120 is more danceable than one at 60, and both than a pad."""
    assert measure(clicks(120), RATE).energy > measure(0.1 * clicks(120), RATE).energy
    fast, slow, pad = measure(clicks(120), RATE), measure(clicks(60), RATE), measure(chord((48, 55), 20), RATE)
    assert fast.danceability > slow.danceability > pad.danceability == 0
    assert all(0 <= one.energy <= 1 for one in (fast, slow, pad))
