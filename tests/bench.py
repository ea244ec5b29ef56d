"""What the work costs, side by side in one run: `make bench`, or `python -m tests.bench [features.csv ratings.csv]`.

CPU seconds of this process with one numeric thread. Shared machines are noisy: trust the ratios, not the seconds.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from core.dataset import Dataset
from core.evaluate import evaluate, fit
from core.explain.contributions import contributions
from core.folds import make_folds
from core.models import BASELINE, CATALOGUE
from core.reading import Choices, Upload, open_files, read_paths, usable_rows
from core.reading.columns import understand
from core.reading.files import tables_of
from core.reading.join import join
from core.reading.log import Log

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".venv-peers" / "bin" / "python"


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one call, after one call that warms caches and compiles."""
    work()
    start = time.process_time()
    work()
    return time.process_time() - start


def models(dataset: Dataset) -> None:
    """Per model: 50 folds, and exact or sampled SHAP per row against shap's own explainer."""
    folds = make_folds(dataset)
    train, test = folds[0].train[:100], folds[0].test[:20]
    sys.stdout.write(
        f"{dataset.name}: {dataset.tracks} tracks, {len(dataset.feature_names)} features, {len(folds)} folds\n"
    )
    sys.stdout.write(
        f"{'model':<20}{'all folds, s':>14}{'SHAP, ms/row':>14}{'shap, ms/row':>14}{'ratio':>8}{'off by':>10}{'shap off':>10}\n"
    )
    for name in CATALOGUE:
        whole = cpu(lambda name=name: evaluate(dataset, models=[name], workers=1))  # type: ignore[misc]
        pipeline = fit(CATALOGUE[name].pipeline(), dataset.x[train], dataset.rating[train])
        background, rows = dataset.x[train], dataset.x[test]
        ours = 1000 * cpu(lambda: contributions(pipeline, rows, background)) / len(rows)  # noqa: B023 called at once
        found = contributions(pipeline, rows, background)
        off = np.abs(found.base + found.values.sum(axis=1) - pipeline.predict(rows)).max()
        line = f"{name:<20}{whole:>14.2f}{ours:>14.2f}"
        if name != BASELINE:
            theirs, their_off = by_shap(pipeline, rows, background)
            line += f"{theirs:>14.1f}{theirs / ours:>8.0f}{off:>10.0e}{their_off:>10.0e}"
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def by_shap(pipeline: object, rows: np.ndarray, background: np.ndarray) -> tuple[float, float]:
    """shap as people use it: TreeExplainer for trees it knows, else KernelExplainer on two rows. ms per row, gap."""
    import shap

    predict = pipeline.predict  # type: ignore[attr-defined]
    last = pipeline[-1]  # type: ignore[index]
    kind = type(last).__name__
    if kind in {"LGBMRegressor", "GradientBoostingRegressor"} and getattr(last, "boosting_type", "") != "rf":
        imputed = pipeline[:-1].transform  # type: ignore[index]
        explainer = shap.TreeExplainer(last, imputed(background), feature_perturbation="interventional")

        def explain() -> np.ndarray:
            return explainer.shap_values(imputed(rows), check_additivity=False)
    else:
        rows = rows[:2]
        explainer = shap.KernelExplainer(predict, background)

        def explain() -> np.ndarray:
            return explainer.shap_values(rows, l1_reg=False, silent=True)

    start = time.process_time()
    values = explain()
    spent = 1000 * (time.process_time() - start) / len(rows)
    return spent, float(np.abs(explainer.expected_value + values.sum(axis=1) - predict(rows)).max())


def reading(rows: int = 100_000) -> None:
    """A list of many rows and 30 columns: read, mapped and validated, against `pd.read_csv` alone."""
    draw = np.random.default_rng(0)
    shares = ("danceability", "energy", "valence", "acousticness", "instrumentalness", "speechiness", "liveness")
    frame = pd.DataFrame({
        "track_id": [f"id{number:020d}" for number in range(rows)],
        "track_name": [f'Song "{n}", live' if n % 10 == 0 else f"Song {n}" for n in range(rows)],
        "artist_name": [f"Artist {n % 5000}" for n in range(rows)], "album_name": [f"Album {n % 9000}" for n in range(rows)],
        **{name: draw.random(rows).round(3) for name in shares},
        "loudness": -20 * draw.random(rows).round(4), "tempo": (60 + 120 * draw.random(rows)).round(3),
        "key": draw.integers(0, 12, rows), "mode": draw.integers(0, 2, rows), "time_signature": draw.integers(3, 6, rows),
        "duration_ms": draw.integers(100_000, 400_000, rows),
        **{f"timbre_{n}": (30 * draw.normal(size=rows)).round(4) for n in range(12)}, "rating": draw.integers(1, 11, rows),
    })  # fmt: skip
    data = frame.to_csv(index=False).encode()
    choices = Choices()

    def understood() -> None:
        log = Log()
        table, _ = join(tables_of([Upload("big.csv", data)], log), log)
        columns = understand(table, choices, log)
        usable_rows(columns, np.ones(rows, dtype=bool), choices, log, whole=True)

    ways = {
        "pd.read_csv alone": lambda: pd.read_csv(io.BytesIO(data)),
        "pd.read_csv, all as text": lambda: pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False),
        "read, mapped, validated": understood,
        "and put in canonical order, with its key": lambda: open_files([Upload("big.csv", data)]),
    }
    sys.stdout.write(f"\n{rows:,} rows x {frame.shape[1]} columns, {len(data) / 1e6:.0f} MB\n")
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(5):
        for name, work in ways.items():
            start = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - start)
    alone = min(times["pd.read_csv alone"])
    for name, found in times.items():
        sys.stdout.write(f"{name:<42}{min(found):>7.3f} s{min(found) / alone:>7.1f}\n")
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    sys.stdout.write(f"largest memory of the process, all of the above: {largest:,.0f} MB\n")


def starting() -> None:
    """What a person waits for before the first page: the imports of the app against those of an empty one."""
    for label, code in (("import streamlit", "import streamlit"),
                        ("the first page's imports", "import pages.ui.parts, pages.ui.work, core.words, core.reading"),
                        ("import shap", "import shap")):  # fmt: skip
        times = []
        for _ in range(3):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
            times.append(time.perf_counter() - start)
        sys.stdout.write(f"{label:<28}{np.median(times):>6.2f} s\n")


def whole(files: list[Path]) -> None:
    """Everything that `analyse` does beside lazypredict's single split and its cross-validation, each in its process."""
    if not PEERS.exists():
        sys.stdout.write("\nlazypredict is not installed here; `make bench` puts it into an environment of its own.\n")
        return
    dataset = read_paths(files)
    with tempfile.TemporaryDirectory() as folder:
        table, document = Path(folder) / "list.csv", Path(folder) / "summary.json"
        dataset.features.assign(rating=dataset.rating).to_csv(table, index=False)
        lazy = [str(PEERS), str(ROOT / "tests" / "peers" / "lazy.py"), str(table)]
        ours = [sys.executable, "-m", "core", "analyse", *map(str, files), "--json", str(document), "--workers", "1"]
        split, told = _spent(lazy)
        fits = int(told.split()[-1])
        sys.stdout.write(f"\n{dataset.name}, whole processes, one numeric thread each\n")
        sys.stdout.write(f"{'':<46}{'CPU, s':>8}{'models fitted':>15}{'ms each':>9}\n")
        _row("lazypredict, one split of 80 to 20", split, fits)
        _row("lazypredict, one split and 5 folds", _spent([*lazy, "5"])[0], 6 * fits)
        spent, _ = _spent(ours)
        models, folds = len(json.loads(document.read_text())["models"]) - 2, len(make_folds(dataset))
        _row("analyse: 999 permutations, verdict, drivers", spent, models * folds)
    sys.stdout.write(f"analyse over one split of lazypredict: {spent / split:.1f}\n")


def _row(name: str, spent: float, fits: int) -> None:
    sys.stdout.write(f"{name:<46}{spent:>8.1f}{fits:>15,}{1000 * spent / fits:>9.0f}\n")
    sys.stdout.flush()


def _spent(command: list[str]) -> tuple[float, str]:
    """CPU seconds of a process and all its children, and what it printed."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **one}, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


MOVES = 30
# From each arrow key to the first frame in which the what-if figure holds other numbers, in milliseconds.
_STOPWATCH = """() => {
  const look = () => JSON.stringify(
    (document.querySelector('.st-key-chart-what-if .js-plotly-plot')?.calcdata ?? []).map(t => t.map(p => [p.p, p.s, p.x])));
  window.waits = [];
  document.addEventListener('keydown', event => {
    const start = performance.now(), before = look();
    const step = () => look() === before ? requestAnimationFrame(step) : window.waits.push(performance.now() - start);
    step();
  }, true);
}"""


def slider(files: list[Path]) -> None:
    """What a person waits for on the Track page, from a key on a what-if slider to the redrawn figure, in a browser."""
    from tests.browser.app import browsing, go, serving, settled

    with serving() as address, browsing() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(address)
        settled(page)
        page.locator('input[type="file"]').set_input_files(files)
        page.wait_for_timeout(1000)
        settled(page)
        go(page, "Track")
        thumbs = page.locator('[data-testid="stSlider"] input[type="range"]').all()
        thumb = next(one for one in thumbs if int(one.get_attribute("max") or 0) > MOVES)
        thumb.scroll_into_view_if_needed()
        thumb.press("Home")  # so that every key moves it
        settled(page)
        page.evaluate(_STOPWATCH)
        for number in range(MOVES):
            thumb.press("ArrowRight")
            page.wait_for_function(f"window.waits.length > {number}", timeout=20_000)
            page.wait_for_timeout(300)
        waits = np.array(page.evaluate("window.waits"))
    median, slow = np.percentile(waits, [50, 95])
    sys.stdout.write(
        f"\na what-if slider, key to redrawn figure, {MOVES} moves: median {median:.0f} ms, 95 % {slow:.0f} ms\n"
    )


def main() -> None:
    """All tables, on the files given or on the bundled listener."""
    files = [Path(name) for name in sys.argv[1:]] or [ROOT / "data" / "simulated_taste.csv"]
    whole(files)
    reading()
    with threadpool_limits(limits=1):
        models(read_paths(files))
    starting()
    slider(files)


if __name__ == "__main__":
    main()
