"""What a piece of sound measures: loudness, tempo, key, pitch classes, timbre, dynamics, onsets, and two honest estimates.

Convention: `samples` is mono, float, `rate` in Hz. All measures but loudness are of the sound at 22,050 Hz, in frames of 2,048
samples every 512. What cannot be measured is NaN: a tempo without a beat, a key without tones, anything of silence. Nothing here
tells valence, speechiness, liveness or instrumentalness: they take models trained on what people said of music.

Sources: ITU-R BS.1770-4 for loudness (K-weighting and both gates); Ellis (2007), J. New Music Res. 36, 51-60, for the tempo
as the strongest lag of the onset strength under a log-normal weight; Krumhansl (1990), Cognitive foundations of musical pitch,
chapter 4, for the key profiles; Davis & Mermelstein (1980), IEEE Trans. ASSP 28, 357-366, for cepstral coefficients on the mel
scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import gcd

import numpy as np

RATE, FRAME, HOP = 22_050, 2_048, 512
_SILENCE = -60.0  # LUFS, below which nothing is measured
_TEMPI = (40.0, 220.0)  # beats per minute that are looked for
_USUAL, _WIDTH = 120.0, 0.9  # the tempo that is likeliest beforehand, and how many octaves around it
_CLEAR_BEAT = 0.12  # how far a lag must stand out of the onset strength to be a beat
_ONSET = 0.05  # mean rise of the bands' log power from frame to frame, below which nothing begins
_CLEAR_KEY = 0.5  # correlation with the best profile, below which there is no key
_TONES = (55.0, 1_760.0)  # Hz that are read as tones
_MELS, _COEFFICIENTS = 40, 12
_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])


@dataclass(frozen=True)
class Measures:
    """One sound. loudness: LUFS; loudness_range: LU between its quiet (10 %) and loud (95 %) moments of 3 s; tempo: beats per
    minute, beat: how clearly it stands out (0 to 1); key: 0 to 11 from C, mode: 1 major, 0 minor, key_strength: correlation with
    the profile; onset_rate: onsets a second; brightness: mean spectral centroid in Hz; pitch: 12 means of the pitch classes from
    C, each frame's largest being 1; mfcc: 12 mean coefficients; energy and danceability: estimates from 0 to 1.
    """

    loudness: float
    loudness_range: float
    tempo: float
    beat: float
    key: float
    mode: float
    key_strength: float
    onset_rate: float
    brightness: float
    pitch: tuple[float, ...]
    mfcc: tuple[float, ...]
    energy: float
    danceability: float


def measure(samples: np.ndarray, rate: int) -> Measures:
    """Everything of one sound (n,) or (n, channels)."""
    channels = samples.reshape(len(samples), -1).astype(float)
    loudness, spread = loud(channels, rate)
    nothing = float("nan")
    if not loudness > _SILENCE:
        return Measures(
            loudness, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, (nothing,) * 12,
            (nothing,) * _COEFFICIENTS, nothing, nothing,
        )  # fmt: skip
    power = spectrogram(resampled(channels.mean(axis=1), rate))
    mels = _mel_bank() @ power
    strength = _onset_strength(mels)
    bpm, beat = tempo(strength)
    chroma = pitch_classes(power)
    key, mode, fit = key_of(chroma)
    onsets = _onset_rate(strength)
    total = power.sum(axis=0)
    sounding = total > 1e-4 * total.max()
    centroid = float(np.mean((_frequencies() @ power)[sounding] / total[sounding]))
    return Measures(
        loudness, spread, bpm, beat, key, mode, fit, onsets, centroid, tuple(chroma.tolist()), tuple(_mfcc(mels[:, sounding])),
        _energy(loudness, onsets, centroid, spread), _danceability(bpm, beat, mels),
    )  # fmt: skip


def loud(channels: np.ndarray, rate: int) -> tuple[float, float]:
    """Integrated loudness in LUFS (minus infinity for silence), and the range between quiet and loud moments in LU."""
    from scipy.signal import lfilter

    weighted = channels
    for b, a in _k_weighting(rate):
        weighted = lfilter(b, a, weighted, axis=0)
    squares = np.cumsum(np.vstack([np.zeros((1, channels.shape[1])), weighted**2]), axis=0)

    def moments(seconds: float, step: float) -> np.ndarray:
        """Mean square over the channels of each window."""
        size = min(round(seconds * rate), len(channels))
        starts = np.arange(0, len(channels) - size + 1, max(round(step * rate), 1))
        return np.asarray(((squares[starts + size] - squares[starts]) / size).sum(axis=1))

    blocks = moments(0.4, 0.1)
    level = _lufs(blocks)
    kept = blocks[level > -70.0]  # BS.1770: the absolute gate, then 10 LU below what it leaves
    if not len(kept):
        return float("-inf"), float("nan")
    kept = kept[_lufs(kept) > _lufs(kept.mean()) - 10.0]
    short = _lufs(moments(3.0, 1.0))
    short = short[short > float(_lufs(kept.mean())) - 20.0]
    spread = float(np.subtract(*np.quantile(short, [0.95, 0.10]))) if len(short) > 1 else 0.0
    return float(_lufs(kept.mean())), spread


def _lufs(power: np.ndarray | float) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.asarray(-0.691 + 10 * np.log10(power))


def _k_weighting(rate: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """BS.1770's two filters at any rate: the shelf of a head, and a high pass (the analogue forms, by the bilinear transform)."""
    shelf, quality, gain = 1681.974450955533, 0.7071752369554196, 3.999843853973347
    k, high, band = np.tan(np.pi * shelf / rate), 10 ** (gain / 20), 10 ** (gain / 20 * 0.4996667741545416)
    a = 1 + k / quality + k * k
    first = (
        np.array([high + band * k / quality + k * k, 2 * (k * k - high), high - band * k / quality + k * k]) / a,
        np.array([a, 2 * (k * k - 1), 1 - k / quality + k * k]) / a,
    )
    corner, quality = 38.13547087602444, 0.5003270373238773
    k = np.tan(np.pi * corner / rate)
    a = 1 + k / quality + k * k
    second = np.array([1.0, -2.0, 1.0]), np.array([a, 2 * (k * k - 1), 1 - k / quality + k * k]) / a
    return [first, second]


def resampled(samples: np.ndarray, rate: int) -> np.ndarray:
    """The same at 22,050 Hz."""
    from scipy.signal import resample_poly

    if rate == RATE:
        return samples
    common = gcd(RATE, rate)
    return np.asarray(resample_poly(samples, RATE // common, rate // common))


def spectrogram(samples: np.ndarray) -> np.ndarray:
    """Power (1,025 frequencies, frames) under a Hann window; a sound shorter than a frame is one frame."""
    padded = np.pad(samples, (0, max(FRAME - len(samples), 0)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP]
    return np.asarray(np.abs(np.fft.rfft(frames * np.hanning(FRAME), axis=1).T) ** 2)


def tempo(strength: np.ndarray) -> tuple[float, float]:
    """Beats per minute and how clearly they stand out, from the onset strength (frames,); NaN where no beat does.

    Half and double of a tempo fit as well as itself; the one nearer to 120 is told.
    """
    frames_a_minute = 60 * RATE / HOP
    centred = strength - strength.mean()
    n = len(centred)
    if n < 2 * frames_a_minute / _TEMPI[0] or not _has_onsets(strength):
        return float("nan"), 0.0
    spectrum = np.fft.rfft(centred, 2 * n)
    along = np.fft.irfft(np.abs(spectrum) ** 2)[:n] / np.arange(n, 0, -1)
    along /= along[0]
    lags = np.arange(int(frames_a_minute / _TEMPI[1]), int(frames_a_minute / _TEMPI[0]) + 1)
    weight = np.exp(-0.5 * (np.log2(frames_a_minute / lags / _USUAL) / _WIDTH) ** 2)
    best = int(lags[np.argmax(along[lags] * weight)])
    clear = float(np.clip(along[best], 0.0, 1.0))
    if clear < _CLEAR_BEAT:
        return float("nan"), clear
    before, here, after = along[best - 1 : best + 2]
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0  # the parabola's top
    return float(frames_a_minute / (best + np.clip(shift, -0.5, 0.5))), clear


def pitch_classes(power: np.ndarray) -> np.ndarray:
    """Mean strength of the twelve pitch classes from C (12,), each frame's largest being 1; NaN where no frame has tones.

    The tuning is found first: the share of a semitone by which most of the sound lies off 440 Hz.
    """
    frequencies = _frequencies()
    inside = (frequencies >= _TONES[0]) & (frequencies <= _TONES[1])
    amplitude = np.sqrt(power[inside])
    # tones are peaks over the frequencies; what lies between them is noise
    peaks = np.zeros_like(amplitude)
    middle = amplitude[1:-1]
    top = (middle > amplitude[:-2]) & (middle >= amplitude[2:]) & (middle > 0.02 * amplitude.max(axis=0))
    peaks[1:-1][top] = middle[top]
    left, right = np.log(np.maximum(amplitude[:-2], 1e-12)), np.log(np.maximum(amplitude[2:], 1e-12))
    centre = np.log(np.maximum(middle, 1e-12))
    bend = left - 2 * centre + right
    shift = np.where(bend < 0, 0.5 * (left - right) / np.where(bend < 0, bend, -1), 0.0)  # between two frequencies
    exact = np.zeros_like(amplitude)
    exact[1:-1] = frequencies[inside][1:-1, None] + shift * (frequencies[1] - frequencies[0])
    where = peaks > 0
    if not where.any():
        return np.full(12, np.nan)
    semitone = 69 + 12 * np.log2(exact[where] / 440.0)
    off = float(np.angle(np.sum(peaks[where] * np.exp(2j * np.pi * semitone))) / (2 * np.pi))
    classes = np.round(semitone - off).astype(int) % 12
    frame = np.broadcast_to(np.arange(amplitude.shape[1]), amplitude.shape)[where]
    chroma = np.zeros((12, amplitude.shape[1]))
    np.add.at(chroma, (classes, frame), peaks[where])
    largest = chroma.max(axis=0)
    sounding = largest > 1e-3 * largest.max()
    return np.asarray((chroma[:, sounding] / largest[sounding]).mean(axis=1))


def key_of(chroma: np.ndarray) -> tuple[float, float, float]:
    """Key (0 to 11 from C), mode (1 major, 0 minor) and the correlation with its profile; NaN where none fits."""
    if np.isnan(chroma).any() or np.ptp(chroma) < 1e-9:
        return float("nan"), float("nan"), float("nan")
    fits = np.array([
        [np.corrcoef(np.roll(profile, tonic), chroma)[0, 1] for tonic in range(12)] for profile in (_MINOR, _MAJOR)
    ])  # fmt: skip
    mode, tonic = np.unravel_index(int(fits.argmax()), fits.shape)
    strength = float(fits.max())
    if strength < _CLEAR_KEY:
        return float("nan"), float("nan"), strength
    return float(tonic), float(mode), strength


def _onset_strength(mels: np.ndarray) -> np.ndarray:
    """How much the bands rise from frame to frame, in log power, on average (frames,)."""
    level = np.log10(np.maximum(mels, 1e-6 * mels.max()))
    rise = np.maximum(np.diff(level, axis=1), 0).mean(axis=0)
    return np.concatenate([[0.0], rise])


def _has_onsets(strength: np.ndarray) -> bool:
    """Whether anything begins: the bands of steady tones rise and fall a little too."""
    return bool(np.quantile(strength, 0.98) >= _ONSET)


def _onset_rate(strength: np.ndarray) -> float:
    """Onsets a second: peaks of the strength that stand out of their surroundings of half a second."""
    from scipy.ndimage import uniform_filter1d
    from scipy.signal import find_peaks

    if not _has_onsets(strength):
        return 0.0
    size = max(round(0.5 * RATE / HOP), 1)
    around = uniform_filter1d(strength, size, mode="nearest")
    peaks, _ = find_peaks(strength, height=np.maximum(1.5 * around, 0.15 * strength.max()), distance=3)
    return float(len(peaks) / (len(strength) * HOP / RATE))


def _mfcc(mels: np.ndarray) -> list[float]:
    from scipy.fft import dct

    level = 10 * np.log10(np.maximum(mels, 1e-10 * mels.max()))
    return [float(value) for value in dct(level, axis=0, norm="ortho")[1 : _COEFFICIENTS + 1].mean(axis=1)]


def _energy(loudness: float, onsets: float, centroid: float, spread: float) -> float:
    """An estimate: loud, busy, bright and evenly loud sound has much (equal weights of four shares)."""
    shares = ((loudness + 35) / 27, onsets / 6, centroid / 4_000, 1 - spread / 20)
    return float(np.mean(np.clip(shares, 0, 1)))


def _danceability(bpm: float, beat: float, mels: np.ndarray) -> float:
    """An estimate: a clear beat near 120, carried by the low bands (a product of three shares, its cube root)."""
    if np.isnan(bpm):
        return 0.0
    low = _onset_strength(mels[:8])
    _, steady = tempo(low)
    near = float(np.exp(-0.5 * (np.log2(bpm / _USUAL) / 0.6) ** 2))
    return float(np.cbrt(np.clip(beat, 0, 1) * np.clip(steady, 0, 1) * near))


@cache
def _frequencies() -> np.ndarray:
    return np.asarray(np.fft.rfftfreq(FRAME, 1 / RATE))


@cache
def _mel_bank() -> np.ndarray:
    """Triangles on the mel scale from 30 Hz to 10 kHz (bands, frequencies), each of area 1."""
    mel = np.linspace(1127 * np.log1p(30 / 700), 1127 * np.log1p(10_000 / 700), _MELS + 2)
    edges = 700 * np.expm1(mel / 1127)
    rising = (_frequencies() - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - _frequencies()) / np.diff(edges)[1:, None]
    bank = np.maximum(np.minimum(rising, falling), 0)
    return np.asarray(bank / (edges[2:] - edges[:-2])[:, None] * 2)
