"""A Spotify and a ReccoBeats of ours side by side, and the settings of an app that asks them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from core.sources.reccobeats import FEATURES
from tests.fakes.service import Service, of_json, serving
from tests.fakes.spotify import Spotify


@contextmanager
def beside(fake: Spotify) -> Iterator[tuple[dict[str, str], Service]]:
    """Settings for the app, and this Spotify as it runs; the ReccoBeats knows every track."""
    known = Service(lambda path, query: of_json({"content": [by_id(name) for name in query["ids"][0].split(",")]}))
    with serving(fake.service()) as there, serving(known) as features:
        settings = {
            "EARPRINT_SPOTIFY_API": f"{there.address}/v1/", "EARPRINT_SPOTIFY_ACCOUNTS": there.address,
            "EARPRINT_SPOTIFY_CLIENT": "client", "EARPRINT_RECCOBEATS": features.address,
        }  # fmt: skip
        yield settings, there


def by_id(name: str) -> dict[str, object]:
    """Features that differ from track to track."""
    draw = np.random.default_rng(list(name.encode()))
    numbers = dict(zip(FEATURES, draw.uniform(0.1, 0.9, len(FEATURES)), strict=True))
    return {
        "href": f"https://open.spotify.com/track/{name}",
        **numbers,
        "key": 5,
        "mode": 1,
        "loudness": -9 * draw.uniform(),
    }
