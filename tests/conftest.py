"""What the tests share: real files, and the analyses of them that several tests look at."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pandas as pd
import pytest

from core.dataset import Dataset
from core.evaluate import Evaluation, evaluate
from core.explain.doubt import Doubt
from core.explain.out_of_fold import Explanation
from core.pipeline import Analysis, analyse
from core.reading import Upload, read, read_paths

pytest_plugins = ["tests.overheard"]
# How long an example takes depends on who else works on the machine; no test asserts a speed.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")
ROOT = Path(__file__).resolve().parents[1]
BACH = ROOT.parent / "shared" / "data" / "bach"
# What starts servers and commands of its own: they want all cores.
_SPREAD = {"browser", "test_container.py", "test_faults.py", "test_kills.py", "test_server.py", "test_strangers.py"}
# Of these the first works the examples out for all servers; the other two want none of them meanwhile.
_FIRST = ("test_accessibility.py", "test_container.py", "test_kills.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that wait long go first, so that none of them is left for the end, when the other processes have nothing to do."""
    items.sort(key=lambda item: (item.path.name not in _FIRST, not _SPREAD & set(item.path.parts)))


@pytest.fixture(scope="module", autouse=True)
def one_core(request: pytest.FixtureRequest) -> Iterator[None]:
    """Beside other testing processes this one keeps to one core: workers of its own would only wait for theirs.

    What runs servers of its own may have all of them.
    """
    tester = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not tester or _SPREAD & set(request.node.path.parts) or not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(cores)[int(tester.removeprefix("gw")) % len(cores)]})
    yield
    os.sched_setaffinity(0, cores)


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """A page that is run by a test is not run again by a browser: it waits for its jobs, which run as they do for a person."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pages.ui.jobs.PATIENCE", 300)
        patch.setattr("pages.ui.jobs.HURRY", 300)
        yield


@pytest.fixture(scope="session", autouse=True)
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """All servers of a run, in whichever process of the tests, work the examples out once, as those of one machine do. Beside
    other tests a server's work takes one core: with more it would start processes that only wait for the others.
    """
    folder = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch:
        if "PYTEST_XDIST_WORKER" in os.environ:
            folder = folder.parent
            patch.setattr("tests.browser.app.CORES", {"EARPRINT_CORES": "1"})
        patch.setattr("tests.browser.app.CACHE", str(folder / "examples"))
        yield


@pytest.fixture(scope="session", autouse=True)
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests collect is kept in a file of theirs, not among this person's data; and what was once found is found again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EARPRINT_CACHE", "")
        patch.setenv("EARPRINT_DATABASE", f"sqlite:///{tmp_path_factory.mktemp('kept') / 'earprint.sqlite'}")
        yield


@pytest.fixture(scope="session")
def bach_files() -> list[Path]:
    """The study's two files, features first."""
    if not BACH.is_dir():
        pytest.skip("the Bach study's files are not beside the project")
    return [BACH / "features.csv", BACH / "ratings.csv"]


@pytest.fixture(scope="session")
def bach(bach_files: list[Path]) -> Dataset:
    """100 tracks by one composer, rated by one listener."""
    return read_paths(bach_files)


@pytest.fixture(scope="session")
def bach_evaluation(bach: Dataset) -> Evaluation:
    """All models on the Bach study."""
    return evaluate(bach)


@pytest.fixture(scope="session")
def taste() -> Dataset:
    """The bundled listener whose ratings hang on three features."""
    return read_paths([ROOT / "data" / "simulated_taste.csv"])


@pytest.fixture(scope="session")
def no_taste() -> Dataset:
    """The bundled listener whose ratings are noise."""
    return read_paths([ROOT / "data" / "simulated_no_taste.csv"])


@pytest.fixture(scope="session")
def trap() -> Dataset:
    """The bundled list of 100 tracks whose ratings are noise, best liked first."""
    return read_paths([ROOT / "data" / "simulated_trap.csv"])


@pytest.fixture(scope="session")
def taste_evaluation(taste: Dataset) -> Evaluation:
    """The quick models and some others on the listener with a taste."""
    return evaluate(taste, models=["average", "ridge", "additive_splines", "nearest_neighbours", "lightgbm"])


@pytest.fixture(scope="session")
def taste_analysis(taste: Dataset) -> Analysis:
    """All that is found of the listener with a taste, by two models."""
    return analyse(taste, models=["average", "ridge"])


@pytest.fixture(scope="session")
def null_analysis(no_taste: Dataset) -> Analysis:
    """The same of the listener without one."""
    return analyse(no_taste, models=["average", "ridge"])


@pytest.fixture(scope="session")
def bach_analysis(bach: Dataset) -> Analysis:
    """The same of the study, by all models."""
    return analyse(bach)


def table(tracks: int = 40, *, seed: int = 0, **columns: object) -> pd.DataFrame:
    """A small sound list with a rating, and whatever columns a test adds or replaces."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "track_name": [f"Track {number}" for number in range(tracks)],
        "artist_name": [f"Artist {number % 7}" for number in range(tracks)],
        "energy": draw.random(tracks).round(3),
        "valence": draw.random(tracks).round(3),
        "tempo": (60 + 120 * draw.random(tracks)).round(1),
        "rating": draw.integers(1, 11, tracks),
    })  # fmt: skip
    return frame.assign(**columns)


def upload(frame: pd.DataFrame, name: str = "list.csv") -> Upload:
    """The table as a person would upload it."""
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False)
    return Upload(name, buffer.getvalue().encode())


def dataset(frame: pd.DataFrame | None = None) -> Dataset:
    """The table as read."""
    return read([upload(table() if frame is None else frame)])


def firm(explanation: Explanation) -> Doubt:
    """What refits would say of bars that move by a quarter and that luck does not reach."""
    bars = explanation.importance.sort_values("place")["importance"].to_numpy()
    frame = pd.DataFrame({"place": range(len(bars)), "low": 0.75 * bars, "high": 1.25 * bars, "loose": False})
    return Doubt(frame, 0.0, 0.6, 0.2, 0.8, 239)
