"""A person's own audio files as a table of features: duration, tempo, key, loudness, pitch classes, timbre, dynamics, onsets.

Convention: of each file 90 seconds around its middle are heard; the duration is that of the whole. WAV, FLAC, OGG, MP3 and AIFF
are read (libsndfile). Title, artist and album come from the file's tags, else from a name such as `Artist - Title.mp3`. A file
that cannot be heard is a fault with its name, and costs no other file. Files run side by side in worker processes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core import engine, text
from core.audio.measure import Measures, measure
from core.errors import EarprintError
from core.language import say

SUFFIXES = ("wav", "flac", "ogg", "oga", "mp3", "aif", "aiff")
SOURCE = "own audio (Earprint)"
_SECONDS = 90
_LEAST = 5  # seconds, below which there is nothing to measure


class AudioError(EarprintError):
    """One file that cannot be heard."""


@dataclass(frozen=True)
class Audio:
    """A file to hear: its name, and its bytes or where it lies."""

    name: str
    content: bytes | Path


@dataclass(frozen=True)
class Heard:
    """One file: what its tags say, its length in seconds, what it measures."""

    name: str
    title: str
    artist: str
    album: str
    seconds: float
    measures: Measures


@dataclass(frozen=True)
class Listening:
    """Several files: those that were heard, in the order given, and the faults of the others."""

    heard: tuple[Heard, ...]
    faults: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """One row per file, with columns that Earprint reads as features, and where they come from."""
        return pd.DataFrame([_row(one) for one in self.heard])


def each(
    files: Iterable[Audio], *, workers: int | None = None, progress: engine.Progress | None = None
) -> list[Heard | str]:
    """Hear all files, in order: what was heard of each, or its fault. `progress` may raise to cancel."""
    return engine.run([(_tried, (file,)) for file in files], workers=workers, progress=progress, label=say("Listening"))


def listen_all(
    files: Iterable[Audio], *, workers: int | None = None, progress: engine.Progress | None = None
) -> Listening:
    """Hear all files, those that cannot be heard apart; `progress` may raise to cancel."""
    found = each(files, workers=workers, progress=progress)
    return Listening(
        tuple(one for one in found if isinstance(one, Heard)), tuple(one for one in found if isinstance(one, str))
    )


def listen(file: Audio) -> Heard:
    """Hear one file. Raises `AudioError` where it cannot be heard."""
    import soundfile

    name = text.quoted(file.name, 60)
    suffix = file.name.rpartition(".")[2].casefold()
    if suffix not in SUFFIXES:
        raise AudioError([
            say("{file} is no audio file that I can hear. I hear {formats}. Convert it to one of these.",
                file=name, formats=text.listing([one.upper() for one in ("wav", "flac", "ogg", "mp3", "aiff")])),
        ])  # fmt: skip
    try:
        with soundfile.SoundFile(
            io.BytesIO(file.content) if isinstance(file.content, bytes) else file.content
        ) as opened:
            rate, frames = opened.samplerate, opened.frames
            seconds = frames / rate
            if seconds < _LEAST:
                raise AudioError([
                    say("{file} is {seconds} seconds long. I need at least {least}.",
                        file=name, seconds=text.number(seconds), least=_LEAST),
                ])  # fmt: skip
            wanted = min(frames, _SECONDS * rate)
            opened.seek((frames - wanted) // 2)
            samples = opened.read(wanted, dtype="float32", always_2d=True)
            if len(samples) < _LEAST * rate:  # a file that breaks off may promise more than it holds
                raise AudioError([say("I cannot hear {file}: it is damaged, or no audio at all.", file=name)])
    except (soundfile.LibsndfileError, OSError, ValueError) as error:
        raise AudioError([say("I cannot hear {file}: it is damaged, or no audio at all.", file=name)]) from error
    title, artist, album = _tags(file)
    return Heard(file.name, title, artist, album, seconds, measure(samples, rate))


def _tried(file: Audio) -> Heard | str:
    """A worker's task: what was heard, or the fault."""
    try:
        return listen(file)
    except AudioError as error:
        return error.faults[0]


def _tags(file: Audio) -> tuple[str, str, str]:
    """Title, artist and album; by the file's name where it has no tags."""
    from tinytag import TinyTag, TinyTagException

    found = None
    try:
        if isinstance(file.content, bytes):
            found = TinyTag.get(file.name, file_obj=io.BytesIO(file.content))
        else:
            found = TinyTag.get(file.content)
    except (TinyTagException, OSError, ValueError):
        pass  # a file without tags that can be read goes by its name
    stem = Path(file.name).stem
    artist, dash, title = stem.partition(" - ")
    given = (found.title, found.artist, found.album) if found else (None, None, None)
    return (
        (given[0] or (title if dash else stem)).strip(), (given[1] or (artist if dash else "")).strip(), (given[2] or "").strip(),
    )  # fmt: skip


def _row(one: Heard) -> dict[str, object]:
    m = one.measures
    return {
        "title": one.title, "artist": one.artist, "album": one.album, "file": one.name, "features_from": SOURCE,
        "duration_ms": round(1000 * one.seconds), "tempo": round(m.tempo, 2), "beat_clarity": round(m.beat, 4),
        "key": m.key, "mode": m.mode, "key_strength": round(m.key_strength, 4), "loudness_lufs": round(m.loudness, 2),
        "loudness_range": round(m.loudness_range, 2), "onset_rate": round(m.onset_rate, 3), "brightness": round(m.brightness, 1),
        "energy_est": round(m.energy, 4), "danceability_est": round(m.danceability, 4),
        **{f"pitch_{place}": round(value, 4) for place, value in enumerate(m.pitch)},
        **{f"mfcc_{place}": round(value, 3) for place, value in enumerate(m.mfcc, start=1)},
    }  # fmt: skip
