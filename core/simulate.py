"""Simulated listeners whose taste is known, over a library of invented music.

Every track, album and artist here is made up; nothing was copied from a catalogue. What is real is the shape.
The quartiles of the features, the shares of the discrete ones and the main correlations are written down,
rounded, from widely published summaries of the public table of 114,000 Spotify tracks (Kaggle, "Spotify
Tracks Dataset", M. Pandya, 2022); the table itself was not used. The tails of the distributions are our own
plain choices. A correlation that is not listed is 0, and release dates are unrelated to the sound.

Features are drawn from a Gaussian copula: normal scores with the target correlations, each turned into its
feature by that feature's quantile function. Units are Spotify's: 0 to 1 where nothing else is said,
`loudness` in dB, `tempo` in beats per minute, `duration_ms` in milliseconds, `popularity` 0 to 100, `key` as
pitch class 0 (C) to 11 (B).

    python -m core.simulate data        # writes the bundled files again, byte for byte
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.language import mark
from core.simulate_names import identity

Numbers = NDArray[np.float64]

# Quantile functions: the value of each feature at these probabilities.
PROBABILITIES = (0.0, 0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99, 1.0)
QUANTILES: dict[str, tuple[float, ...]] = {
    "duration_ms": (45e3, 78e3, 118e3, 137e3, 174066, 212906, 261506, 325e3, 382e3, 560e3, 1080e3),
    "popularity": (0, 0, 0, 1, 17, 35, 50, 62, 69, 80, 98),
    "danceability": (0.06, 0.145, 0.254, 0.331, 0.456, 0.580, 0.695, 0.786, 0.832, 0.905, 0.980),
    "energy": (0.001, 0.020, 0.149, 0.261, 0.472, 0.685, 0.854, 0.940, 0.966, 0.992, 1.0),
    "loudness": (-40.0, -26.0, -18.2, -14.6, -10.0, -7.0, -5.0, -3.7, -2.9, -1.5, 1.0),
    "speechiness": (0.0225, 0.0255, 0.0283, 0.0304, 0.0359, 0.0489, 0.0845, 0.172, 0.270, 0.480, 0.950),
    "acousticness": (0.0, 0.00001, 0.00015, 0.0009, 0.0169, 0.169, 0.598, 0.868, 0.942, 0.989, 0.996),
    "instrumentalness": (0.0, 0.0, 0.0, 0.0, 0.0, 0.00004, 0.049, 0.820, 0.893, 0.944, 0.990),
    "liveness": (0.015, 0.037, 0.062, 0.078, 0.098, 0.132, 0.273, 0.431, 0.675, 0.930, 0.990),
    "valence": (0.010, 0.034, 0.070, 0.123, 0.260, 0.464, 0.683, 0.840, 0.909, 0.965, 0.990),
    "tempo": (52.0, 69.0, 78.0, 84.5, 99.2, 122.0, 140.1, 162.0, 174.0, 190.0, 216.0),
}
# Discrete features: each level with its share of the tracks, from the low end of the score to the high one.
LEVELS: dict[str, dict[int, float]] = {
    "explicit": {0: 0.915, 1: 0.085},
    "key": dict(enumerate((0.11, 0.10, 0.10, 0.03, 0.08, 0.08, 0.07, 0.12, 0.06, 0.10, 0.07, 0.08))),
    "mode": {0: 0.36, 1: 0.64},
    "time_signature": {1: 0.009, 3: 0.082, 4: 0.893, 5: 0.016},
}
SOUND = (
    "duration_ms", "popularity", "explicit", "danceability", "energy", "key", "loudness", "mode",
    "speechiness", "acousticness", "instrumentalness", "liveness", "valence", "tempo", "time_signature",
)  # fmt: skip
# Target correlations of the normal scores (discrete features show less); a pair that is not listed has none.
CORRELATIONS: dict[tuple[str, str], float] = {
    ("energy", "loudness"): 0.76, ("energy", "acousticness"): -0.73, ("energy", "valence"): 0.26,
    ("energy", "tempo"): 0.25, ("energy", "liveness"): 0.18, ("energy", "instrumentalness"): -0.18,
    ("energy", "speechiness"): 0.14, ("energy", "danceability"): 0.13, ("energy", "time_signature"): 0.19,
    ("loudness", "acousticness"): -0.59, ("loudness", "instrumentalness"): -0.43,
    ("loudness", "valence"): 0.28, ("loudness", "danceability"): 0.26, ("loudness", "tempo"): 0.21,
    ("loudness", "time_signature"): 0.19, ("loudness", "explicit"): 0.11, ("loudness", "popularity"): 0.05,
    ("danceability", "valence"): 0.48, ("danceability", "instrumentalness"): -0.19,
    ("danceability", "acousticness"): -0.17, ("danceability", "liveness"): -0.13,
    ("danceability", "speechiness"): 0.11, ("danceability", "explicit"): 0.14,
    ("danceability", "time_signature"): 0.21, ("danceability", "mode"): -0.07,
    ("valence", "instrumentalness"): -0.32, ("valence", "duration_ms"): -0.15,
    ("valence", "acousticness"): -0.11, ("valence", "tempo"): 0.08, ("valence", "time_signature"): 0.13,
    ("acousticness", "tempo"): -0.21, ("acousticness", "instrumentalness"): 0.10,
    ("acousticness", "duration_ms"): -0.10, ("acousticness", "mode"): 0.10,
    ("acousticness", "time_signature"): -0.18, ("instrumentalness", "duration_ms"): 0.12,
    ("instrumentalness", "popularity"): -0.10, ("instrumentalness", "speechiness"): -0.09,
    ("speechiness", "liveness"): 0.20, ("speechiness", "explicit"): 0.31,
}  # fmt: skip

INDEX = "Unnamed: 0"  # what pandas calls a column of row numbers that was saved without a name
ARTIST_SHARE = 0.3  # of the variance of each normal score is common to an artist's tracks
TRACKS_PER_ARTIST = 2.5  # on average
ZIPF_SHIFT = 3  # flattens the top: of 300 tracks, the most frequent artist has 14 rather than 35


@dataclass(frozen=True)
class Listener:
    """The truth about one simulated listener.

    `causes` holds (feature, weight) pairs: the listener's liking is the weighted sum of these features, each
    as a normal score of its rank. `r2` is the share of the variance of the ratings that this liking explains
    before they are rounded and clipped. Family "linear" is that sum; "null" has no causes and r2 = 0. `seed`
    decides the library and the noise. `description` is to be said. `key` is the data set's key of a bundled listener's
    file. `liked_first`: the file is put in order after rating, quarter by quarter of the list, and numbered in its first
    column.
    """

    name: str
    description: str
    family: Literal["linear", "null"]
    r2: float
    causes: tuple[tuple[str, float], ...]
    tracks: int
    seed: int
    key: str = ""
    liked_first: bool = False


LISTENERS: tuple[Listener, ...] = (
    Listener(
        name="taste",
        description=mark("Likes it acoustic, wistful and unhurried, and hears much else in the music besides."),
        family="linear",
        r2=0.4,
        causes=(("acousticness", 1.0), ("valence", -0.8), ("tempo", -0.6)),
        tracks=300,
        seed=1,
        key="be7c7e50aa0c17cc1528fcbe5e03bc8b1712760b6d8134f8fb8429f8fa740d35",
    ),
    Listener(
        name="no_taste",
        description=mark("Rates by reasons that no column knows: nothing in the file is linked to the ratings."),
        family="null",
        r2=0.0,
        causes=(),
        tracks=300,
        seed=2,
        key="6c1529ad9294505a67689960d322614d9cc0ed383c5ec56d13af8fe0815c9262",
    ),
    Listener(
        name="trap",
        description=mark(
            "Rates by reasons that no column knows; afterwards the list was put in order, best liked first."
        ),
        family="null",
        r2=0.0,
        causes=(),
        tracks=100,
        seed=3,
        key="7502d9aefddb6ab415a10a539eb510e37de0c0eb65940acd449c28053c571e4a",
        liked_first=True,
    ),
)


def description_of(key: str) -> str:
    """The description of the bundled listener whose data set has this key, to be said; empty for anybody else's."""
    return next((listener.description for listener in LISTENERS if listener.key == key), "")


def library(tracks: int, *, seed: int) -> pd.DataFrame:
    """An invented library: one row per track in random order, nothing missing; units as in the module's head.

    Columns: `track_name, artist_name, album_name, release_date` (YYYY-MM-DD or YYYY), then `SOUND`. Tracks
    per artist fall off like Zipf's law. An artist's tracks share part of their sound (`ARTIST_SHARE`), which
    leaves the distributions and correlations as they are. No two tracks have the same title and artist.
    """
    names, sound, order = (np.random.default_rng([seed, stream]) for stream in range(3))
    artist = np.repeat(np.arange(_artists(tracks)), _tracks_per_artist(tracks))
    frame = pd.concat([identity(artist, names), _sound(artist, sound)], axis=1)
    return frame.iloc[order.permutation(tracks)].reset_index(drop=True)


def simulate(listener: Listener) -> pd.DataFrame:
    """The listener's library (see `library`) with a last column `rating`, an integer from 1 to 10.

    With `liked_first` the quarter with the highest ratings comes first and that with the lowest last, each in random order,
    and a first column `INDEX` counts the rows from 0, as in a table that was saved with its row numbers.

    rating = clip(round(5.8 + 2 * (sqrt(r2) * liking + sqrt(1 - r2) * noise)), 1, 10), where liking has mean 0
    and variance 1 over the library and noise is standard normal, drawn independently of everything else.
    """
    from scipy.stats import rankdata

    frame = library(listener.tracks, seed=listener.seed)
    noise = np.random.default_rng([listener.seed, 3]).standard_normal(listener.tracks)
    raw = 5.8 + 2 * (np.sqrt(listener.r2) * liking(listener, frame) + np.sqrt(1 - listener.r2) * noise)
    frame = frame.assign(rating=np.clip(np.round(raw), 1, 10).astype(int))
    if not listener.liked_first:
        return frame
    place = rankdata(-frame["rating"], method="ordinal") - 1  # ties by the library's order, which is random
    frame = frame.iloc[np.argsort(4 * place // listener.tracks, kind="stable")].reset_index(drop=True)
    frame.insert(0, INDEX, np.arange(listener.tracks))
    return frame


def liking(listener: Listener, frame: pd.DataFrame) -> Numbers:
    """What the listener responds to, per row of `frame`: mean 0, variance 1; all 0 for family "null"."""
    if listener.family == "null":
        return np.zeros(len(frame))
    parts = [weight * _normal_scores(frame[feature]) for feature, weight in listener.causes]
    return _standardised(np.sum(parts, axis=0))


def write(folder: Path) -> list[Path]:
    """Writes `simulated_<name>.csv` of each bundled listener into `folder`, and returns the paths.

    UTF-8, one header line, lines end in LF, truth values as true/false. The same code gives the same bytes on
    every platform, as long as numpy keeps the streams of its default generator.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"simulated_{listener.name}.csv" for listener in LISTENERS]
    for path, listener in zip(paths, LISTENERS, strict=True):
        frame = simulate(listener)
        frame["explicit"] = np.where(frame["explicit"], "true", "false")
        path.write_bytes(frame.to_csv(index=False, lineterminator="\n").encode("utf-8"))
    return paths


def _artists(tracks: int) -> int:
    return max(1, round(tracks / TRACKS_PER_ARTIST))


def _tracks_per_artist(tracks: int) -> NDArray[np.int64]:
    """Sizes that sum to `tracks`: one each, the rest in proportion to 1 / (rank + ZIPF_SHIFT)."""
    weights: Numbers = 1 / (np.arange(1, _artists(tracks) + 1) + ZIPF_SHIFT)
    exact = (tracks - len(weights)) * weights / weights.sum()
    sizes: NDArray[np.int64] = 1 + np.floor(exact).astype(np.int64)
    by_remainder = np.argsort(np.floor(exact) - exact, kind="stable")
    sizes[by_remainder[: tracks - sizes.sum()]] += 1
    return sizes


def _sound(artist: NDArray[np.int64], rng: np.random.Generator) -> pd.DataFrame:
    """The columns `SOUND` for tracks whose artists' numbers are `artist`."""
    from scipy.special import ndtr

    root = np.linalg.cholesky(_correlation_matrix())
    of_artist = rng.standard_normal((artist.max() + 1, len(SOUND)))[artist]
    of_track = rng.standard_normal((len(artist), len(SOUND)))
    scores = (np.sqrt(ARTIST_SHARE) * of_artist + np.sqrt(1 - ARTIST_SHARE) * of_track) @ root.T
    return pd.DataFrame({name: _feature(name, ndtr(scores[:, n])) for n, name in enumerate(SOUND)})


def _feature(name: str, uniform: Numbers) -> NDArray[np.generic]:
    """Values of one feature from ranks in 0..1, with the number of digits that Spotify gives."""
    from scipy.interpolate import PchipInterpolator

    if name in LEVELS:
        cumulative = np.cumsum(list(LEVELS[name].values()))
        levels = np.array(list(LEVELS[name]))[np.searchsorted(cumulative[:-1], uniform)]
        return levels.astype(bool) if name == "explicit" else levels
    # This interpolation is monotone, so no value leaves the table's range.
    values: Numbers = PchipInterpolator(PROBABILITIES, QUANTILES[name])(uniform)
    if name in ("duration_ms", "popularity"):
        return np.round(values).astype(int)
    if name in ("loudness", "tempo"):
        return np.round(values, 3)
    return np.array([round(float(f"{value:.3g}"), 6) for value in values])


def _correlation_matrix() -> Numbers:
    """`CORRELATIONS` as a matrix over `SOUND`, made positive definite by raising eigenvalues below 0.01."""
    target = pd.DataFrame(np.eye(len(SOUND)), index=SOUND, columns=SOUND)
    for (one, other), value in CORRELATIONS.items():
        target.loc[one, other] = target.loc[other, one] = value
    values, vectors = np.linalg.eigh(target.to_numpy())
    mended: Numbers = (vectors * np.maximum(values, 0.01)) @ vectors.T
    scale = np.sqrt(np.diag(mended))
    return np.asarray(mended / np.outer(scale, scale))


def _normal_scores(column: pd.Series) -> Numbers:
    """Ranks (ties share theirs) as quantiles of the normal distribution, standardised."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    return _standardised(ndtri((rankdata(column) - 0.5) / len(column)))


def _standardised(values: Numbers) -> Numbers:
    return np.asarray((values - values.mean()) / values.std())


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line: `python -m core.simulate FOLDER` writes the bundled files and names them."""
    parser = argparse.ArgumentParser(description="Write the bundled simulated listeners as CSV files.")
    parser.add_argument("folder", type=Path, help="where the files go, for example: data")
    for path in write(parser.parse_args(arguments).folder):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
