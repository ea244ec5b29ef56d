"""How tracks sound, as Spotify tells those apps that still have access to its audio features and analysis.

Convention: Spotify closed both to apps made after 27 November 2024, and its policy forbids training models on what its interface
gives. So nothing is asked here unless the person says so. Values are joined by id, never by position. Of an analysis the
aggregates of the study of 2020 are taken: the mean of the twelve pitches and of the twelve timbre values over the segments, the
share in per cent of the sections after the first that begin in another key, and the mean mode of the sections.

Source: https://developer.spotify.com/documentation/web-api/reference/get-audio-analysis.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from core.language import say
from core.sources.net import SourceError, number
from core.sources.spotify.library import Client
from core.sources.spotify.login import LoginAgainError

if TYPE_CHECKING:
    import spotipy

FEATURES = (
    "acousticness", "danceability", "duration_ms", "energy", "instrumentalness", "key", "liveness", "loudness", "mode",
    "speechiness", "tempo", "time_signature", "valence",
)  # fmt: skip
_AT_ONCE = 100


@dataclass(frozen=True)
class Sound:
    """What came: id -> features. unknown: ids of which Spotify knows none. fault: why it ended early, else empty."""

    features: Mapping[str, dict[str, float]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    fault: str = ""


def sound(client: Client, ids: Iterable[str], known: Sound = Sound(), *, analysis: bool = False) -> Iterator[Sound]:
    """Features of tracks by Spotify id, a hundred at a time, and after each part what came so far; what is `known` is not asked
    again. With `analysis` the aggregates too, one request per track.

    A failure ends it with what came, and the fault in words; `LoginAgainError` is raised.
    """
    features, unknown = dict(known.features), set(known.unknown)
    wanted = [one for one in dict.fromkeys(ids) if one not in unknown]
    missing = [one for one in wanted if one not in features]
    refused = say(
        "Spotify gives its audio features and analysis to no app made after 27 November 2024, and not to this one."
    )
    try:
        for start in range(0, len(missing), _AT_ONCE):
            some = missing[start : start + _AT_ONCE]
            answer = client.ask(partial(_features, ids=some), refused=refused)["rows"]
            for record in answer if isinstance(answer, list) else []:
                if isinstance(record, dict) and record.get("id") in some:
                    numbers = {name: number(record.get(name)) for name in FEATURES}
                    features[str(record["id"])] = numbers | ({"key": math.nan} if numbers["key"] == -1 else {})
            unknown |= set(some) - set(features)
            yield Sound(dict(features), frozenset(unknown))
        for one in wanted if analysis else ():
            if one in features and "pitch_0" not in features[one]:
                features[one] = features[one] | aggregates(client.ask(partial(_analysis, id_=one), refused=refused))
                yield Sound(dict(features), frozenset(unknown))
    except LoginAgainError:
        raise
    except SourceError as error:
        yield Sound(features, frozenset(unknown), error.faults[0])


def aggregates(analysis: Mapping[str, Any]) -> dict[str, float]:
    """The study's 26 numbers of one analysis; NaN where it holds nothing for them."""
    segments, sections = _dicts(analysis.get("segments")), _dicts(analysis.get("sections"))
    keys = [key for one in sections if not math.isnan(key := number(one.get("key"))) and key >= 0]
    changes = [one != other for one, other in pairwise(keys)]
    modes = [mode for one in sections if (mode := number(one.get("mode"))) in {0.0, 1.0}]
    return {
        **_means("pitch", [one.get("pitches") for one in segments]),
        **_means("timbre", [one.get("timbre") for one in segments]),
        "key_change_percentage": 100 * float(np.mean(changes)) if changes else math.nan,
        "mode_avg": float(np.mean(modes)) if modes else math.nan,
    }


def _means(name: str, rows: Iterable[object]) -> dict[str, float]:
    whole = [row for row in rows if isinstance(row, list) and len(row) == 12]
    numbers = np.array([[number(value) for value in row] for row in whole]).reshape(-1, 12)
    numbers = numbers[np.isfinite(numbers).all(axis=1)]
    means = numbers.mean(axis=0) if len(numbers) else np.full(12, math.nan)
    return {f"{name}_{place}": float(value) for place, value in enumerate(means)}


def _dicts(rows: object) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _features(api: spotipy.Spotify, *, ids: list[str]) -> object:
    return {"rows": api.audio_features(ids)}


def _analysis(api: spotipy.Spotify, *, id_: str) -> object:
    return api.audio_analysis(id_)
