"""Sound of invented tracks: 33 columns as Spotify's analysis writes them, from a Gaussian copula.

Convention: `scores` (n, 33) are standard normal with the correlations written here, and are what a simulated taste
responds to; `values` turns each into its feature by that feature's quantile function, which is monotone. Tracks of one
artist share `ARTIST_SHARE` of the variance of every score.

Sources: marginals and correlations of the audio features are those of `core.simulate`, and so are theirs. Means and
spreads of the timbre columns: YearPredictionMSD (Bertin-Mahieux, Ellis, Whitman & Lamere 2011, ISMIR, 591-596),
rounded; timbre 0 is loudness and timbre 1 brightness, as the analysis defines them (Jehan 2005, PhD thesis, MIT).
Pitch profiles: neighbours on the circle of fifths sound together; the figures are ours.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator
from scipy.special import ndtr

from core import simulate

AUDIO = (
    "valence", "energy", "loudness", "danceability", "tempo", "acousticness", "instrumentalness", "speechiness",
    "duration_ms",
)  # fmt: skip
PITCH = tuple(f"pitch_{place}" for place in range(12))
TIMBRE = tuple(f"timbre_{place}" for place in range(12))
COLUMNS = (*AUDIO, *PITCH, *TIMBRE)
# A quarter of all tracks has no instrumentalness at all, so that a listener's sense of it would be lost in the file.
POSSIBLE_CAUSES = tuple(name for name in COLUMNS if name != "instrumentalness")

PROBABILITIES = (0.0, 0.05, 0.25, 0.50, 0.75, 0.95, 1.0)
PITCH_QUANTILES = (0.04, 0.10, 0.20, 0.29, 0.39, 0.57, 0.90)
TIMBRE_QUANTILES = (
    (15, 32, 40, 44, 48, 52, 56), (-220, -90, -28, 5, 36, 80, 180), (-120, -50, -13, 9, 32, 66, 140),
    (-70, -24, -9, 1, 11, 28, 80), (-60, -40, -22, -8, 7, 34, 90), (-60, -30, -18, -10, -2, 12, 50),
    (-60, -25, -12, -3, 6, 22, 60), (-35, -14, -7, -2, 3, 11, 30), (-35, -12, -3, 3, 10, 22, 50),
    (-25, -8, -2, 2, 6, 13, 30), (-20, -7, -3, 0, 3, 7, 20), (-30, -10, -3, 3, 8, 16, 35),
)  # fmt: skip

OWN_FIFTHS, ALL_PITCHES = (
    0.45,
    0.10,
)  # correlation of two pitches: the first by their distance in fifths, plus the second
CORRELATIONS: dict[tuple[str, str], float] = {
    ("timbre_0", "timbre_1"): 0.40, ("timbre_0", "timbre_5"): 0.25, ("timbre_0", "timbre_7"): -0.30,
    ("timbre_1", "timbre_2"): 0.25, ("timbre_1", "timbre_5"): 0.35, ("timbre_1", "timbre_7"): -0.40,
    ("timbre_2", "timbre_3"): 0.25, ("timbre_3", "timbre_4"): 0.30, ("timbre_4", "timbre_11"): -0.25,
    ("timbre_5", "timbre_10"): -0.40, ("timbre_6", "timbre_7"): 0.45, ("timbre_8", "timbre_9"): 0.40,
    ("timbre_9", "timbre_10"): -0.30,
    ("loudness", "timbre_0"): 0.80, ("energy", "timbre_0"): 0.70, ("acousticness", "timbre_0"): -0.55,
    ("instrumentalness", "timbre_0"): -0.35, ("energy", "timbre_1"): 0.30, ("loudness", "timbre_1"): 0.30,
    ("valence", "timbre_3"): 0.30, ("valence", "timbre_0"): 0.20, ("danceability", "timbre_0"): 0.20,
    ("danceability", "timbre_10"): -0.30, ("tempo", "timbre_0"): 0.20,
}  # fmt: skip
ARTIST_SHARE = 0.3
_SMALLEST = 0.01  # eigenvalue: correlations that are written down in pairs need not be possible all together


def scores(draw: np.random.Generator, tracks: int, artist: np.ndarray | None = None) -> np.ndarray:
    """Normal scores of the columns (tracks, 33); `artist` (tracks,) numbers whose sound is partly shared."""
    own = draw.standard_normal((tracks, len(COLUMNS)))
    if artist is not None:
        shared = draw.standard_normal((int(artist.max()) + 1, len(COLUMNS)))[artist]
        own = np.sqrt(ARTIST_SHARE) * shared + np.sqrt(1 - ARTIST_SHARE) * own
    return np.asarray(own @ np.linalg.cholesky(correlations()).T)


def values(normal: np.ndarray) -> pd.DataFrame:
    """The features of tracks with these scores (n, 33), on the float32 grid and in the order of `COLUMNS`."""
    ranks = ndtr(normal)
    columns = {name: _quantiles(name)(ranks[:, place]) for place, name in enumerate(COLUMNS)}
    return pd.DataFrame(columns).astype(np.float32).astype(float)


def artists(draw: np.random.Generator, tracks: int, *, each: float = 2.5) -> np.ndarray:
    """Each track's artist (tracks,), numbered from 0; tracks per artist fall off as Zipf's law, `each` on average."""
    weights = 1 / (np.arange(round(tracks / each)) + 4.0)  # flattened at the top: the first has about a tenth of 100
    return np.unique(draw.choice(len(weights), tracks, p=weights / weights.sum()), return_inverse=True)[1]


@cache
def correlations() -> np.ndarray:
    """The correlations of the scores (33, 33): those written here and in `core.simulate`, others 0, made possible."""
    target = pd.DataFrame(np.eye(len(COLUMNS)), index=COLUMNS, columns=COLUMNS)
    for (one, other), value in (simulate.CORRELATIONS | CORRELATIONS).items():
        if one in target and other in target:
            target.loc[one, other] = target.loc[other, one] = value
    for place, name in enumerate(PITCH):
        for lower in range(place):
            fifths = 7 * (place - lower) % 12
            value = OWN_FIFTHS * np.cos(np.pi * fifths / 6) + ALL_PITCHES
            target.loc[name, PITCH[lower]] = target.loc[PITCH[lower], name] = value
    found, vectors = np.linalg.eigh(target.to_numpy())
    mended = (vectors * np.maximum(found, _SMALLEST)) @ vectors.T
    scale = np.sqrt(np.diag(mended))
    matrix = np.asarray(mended / np.outer(scale, scale))
    matrix.setflags(write=False)
    return matrix


@cache
def _quantiles(name: str) -> PchipInterpolator:
    if name in AUDIO:
        return PchipInterpolator(simulate.PROBABILITIES, simulate.QUANTILES[name])
    stem, place = name.split("_")
    return PchipInterpolator(PROBABILITIES, PITCH_QUANTILES if stem == "pitch" else TIMBRE_QUANTILES[int(place)])
