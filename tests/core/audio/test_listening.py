"""A person's own files become a table of features; one bad file costs no other."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from core import schema
from core.audio import SOURCE, Audio, AudioError, listen, listen_all
from core.reading import Upload, open_files
from tests.core.audio.test_measure import RATE, cadence, clicks


def recorded(samples: np.ndarray, form: str = "WAV", **tags: str) -> bytes:
    """A file in memory, with tags where the format has them."""
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", RATE, 1, format=form) as out:
        for name, value in tags.items():
            setattr(out, name, value)
        for start in range(0, len(samples), RATE):  # libsndfile's OGG cannot take much at once
            out.write(samples[start : start + RATE])
    return file.getvalue()


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG", "MP3", "AIFF"])
def test_every_format_measures_alike(form: str) -> None:
    """120 beats a minute for 20 seconds, whatever the file."""
    found = listen(Audio(f"a.{form.lower()}", recorded(clicks(120, 20), form)))
    assert found.seconds == pytest.approx(20, abs=0.1)
    assert found.measures.tempo == pytest.approx(120, rel=0.01)


def test_tags_come_before_the_files_name() -> None:
    """Title and artist by tags, else `Artist - Title`, else the name alone."""
    sound = clicks(120, 6)
    tagged = listen(Audio("x - y.flac", recorded(sound, "FLAC", title="Air", artist="Bach", album="Suite")))
    assert (tagged.title, tagged.artist, tagged.album) == ("Air", "Bach", "Suite")
    named = listen(Audio("Nina Simone - Sinnerman.wav", recorded(sound)))
    assert (named.title, named.artist, named.album) == ("Sinnerman", "Nina Simone", "")
    assert listen(Audio("Sinnerman.wav", recorded(sound))).title == "Sinnerman"


def test_the_middle_of_a_long_file_is_heard() -> None:
    """Ninety seconds around the middle; silence before and after does not count, the length is that of the whole."""
    quiet = np.zeros(60 * RATE)
    found = listen(Audio("long.wav", recorded(np.concatenate([quiet, clicks(100, 90), quiet]))))
    assert found.seconds == pytest.approx(210)
    assert found.measures.tempo == pytest.approx(100, rel=0.01)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [("a.wav", b"RIFF no such thing", "I cannot hear `a.wav`: it is damaged"), ("a.mp3", b"", "I cannot hear `a.mp3`"),
     ("a.m4a", b"....", "`a.m4a` is no audio file that I can hear. I hear WAV, FLAC, OGG, MP3 and AIFF."),
     ("notes.txt", b"la la", "`notes.txt` is no audio file"), ("a`b.wav", b"x", "I cannot hear `a'b.wav`")],
)  # fmt: skip
def test_a_file_that_cannot_be_heard_says_why(name: str, content: bytes, says: str) -> None:
    """Damaged, empty, of another kind; its name is never markup."""
    with pytest.raises(AudioError) as raised:
        listen(Audio(name, content))
    assert says in raised.value.faults[0]


@pytest.mark.parametrize(
    ("form", "part", "heard"), [("WAV", 0.5, True), ("FLAC", 0.5, False), ("MP3", 0.9, True), ("MP3", 0.1, False)]
)
def test_a_file_that_breaks_off_is_heard_as_far_as_it_goes(form: str, part: float, heard: bool) -> None:
    """Where enough is left to measure and the format allows it; else it is told as damaged."""
    whole = recorded(clicks(120, 20), form)
    file = Audio(f"cut.{form.lower()}", whole[: int(part * len(whole))])
    if heard:
        assert listen(file).measures.tempo == pytest.approx(120, rel=0.01)
    else:
        with pytest.raises(AudioError, match="damaged"):
            listen(file)


def test_a_short_file_is_told_with_its_length() -> None:
    """Two seconds are too few."""
    with pytest.raises(AudioError, match=r"2\.0 seconds long\. I need at least 5"):
        listen(Audio("short.wav", recorded(clicks(120, 2))))


def test_one_bad_file_costs_no_other(tmp_path: Path) -> None:
    """In two workers, from memory and from disk, in the order given; the fault is told beside what was heard."""
    path = tmp_path / "b.wav"
    path.write_bytes(recorded(cadence(60)[: 8 * RATE]))
    files = [Audio("a.wav", recorded(clicks(120, 10))), Audio("broken.mp3", b"x"), Audio("b.wav", path)]
    told: list[tuple[int, int]] = []
    found = listen_all(files, workers=2, progress=lambda _, done, total: told.append((done, total)))
    assert [one.name for one in found.heard] == ["a.wav", "b.wav"]
    assert len(found.faults) == 1
    assert "broken.mp3" in found.faults[0]
    assert told[-1] == (3, 3)


def test_a_progress_that_raises_ends_the_work() -> None:
    """Who stops it hears nothing more."""

    def stop(label: str, done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        listen_all([Audio("a.wav", recorded(clicks(120, 6)))] * 3, workers=1, progress=stop)


def test_the_table_reads_as_a_list_without_ratings_and_with() -> None:
    """Every column of sound is a feature of the catalogue, none is taken for another source's; a rating beside it is enough."""
    draw = np.random.default_rng(0)
    sounds = [clicks(80 + 4 * n, 6) * draw.uniform(0.2, 1) for n in range(20)]
    found = listen_all(
        [Audio(f"Band - Song {n}.wav", recorded(sound)) for n, sound in enumerate(sounds)], workers=1
    ).table()
    assert set(found["features_from"]) == {SOURCE}
    features = [column for column in found if schema.audio_feature(str(column)) or schema.is_key(str(column))]
    assert {"tempo", "loudness_lufs", "energy_est", "danceability_est", "pitch_0", "mfcc_12", "key", "mode"} <= set(
        features
    )
    assert not {"energy", "danceability", "loudness", "valence"} & set(found)
    rated = found.assign(rating=draw.integers(1, 11, 20))
    read = open_files([Upload("own.csv", rated.to_csv(index=False).encode())])
    assert read.dataset is not None
    assert read.dataset.tracks == 20
    assert "tempo" in read.dataset.feature_names
    assert "loudness_lufs" in read.dataset.feature_names
    pd.testing.assert_series_equal(
        read.dataset.features["tempo"].sort_values(ignore_index=True), rated["tempo"].sort_values(ignore_index=True), rtol=1e-4
    )  # fmt: skip
