"""The same work on a Dask cluster: real scheduler, real workers, and every way of losing them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from core import cluster, engine
from core.chance import chance
from core.dataset import Dataset
from core.evaluate import evaluate
from tests.conftest import ROOT
from tests.kills import dask
from tests.kills.dask import Cluster

# Of the cluster's own log when a connection is lost or closed in the middle.
pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:distributed"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def square(number: int) -> int:
    """A task."""
    return number * number


def total(values: np.ndarray, number: int) -> float:
    """A task with a large argument that others have too."""
    return float(values.sum()) + number


def fails(number: int) -> int:
    """A task with a fault."""
    raise ZeroDivisionError(number)


def slow(number: int) -> tuple[int, int]:
    """A task that takes its time, and tells where it was done."""
    time.sleep(0.3)
    return number, os.getpid()


def noted(trace: str, number: int) -> int:
    """A task that takes its time and leaves a trace."""
    with Path(trace).open("a") as out:
        out.write(f"{number}\n")
    time.sleep(0.3)
    return number


def kills_its_worker(number: int) -> int:
    """A task that no worker survives."""
    os.kill(os.getpid(), signal.SIGKILL)
    return number


@contextmanager
def running(workers: int = 2, root: Path = ROOT) -> Iterator[Cluster]:
    """A cluster, to which this process keeps no connection afterwards."""
    with dask.running(workers, root) as found:
        try:
            yield found
        finally:
            cluster._forget()


@pytest.fixture(scope="module")
def where() -> Iterator[str]:
    """A cluster of two workers."""
    with running() as found:
        yield found.address


@pytest.fixture
def on(where: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The setting."""
    monkeypatch.setenv("EARPRINT_SCHEDULER", where)
    return where


def test_results_come_in_the_order_of_the_tasks(on: str) -> None:
    """From other processes, with progress up to the total."""
    heard: list[int] = []
    found = engine.run([(square, (n,)) for n in range(30)], progress=lambda _, done, __: heard.append(done))
    assert found == [n * n for n in range(30)]
    assert heard[0] == 0
    assert heard[-1] == 30
    where = {process for _, process in engine.run([(slow, (n,)) for n in range(4)])}
    assert len(where) == 2
    assert os.getpid() not in where


def test_numbers_are_those_of_one_core(on: str, taste: Dataset) -> None:
    """To the last bit that matters."""
    here = evaluate(taste, models=["ridge", "average", "lightgbm"], repeats=1, workers=1)
    there = evaluate(taste, models=["ridge", "average", "lightgbm"], repeats=1)
    for name in here.predictions:
        np.testing.assert_allclose(there.predictions[name], here.predictions[name], rtol=0, atol=1e-9)
    one, other = (chance(taste, here.folds, permutations=99, workers=count) for count in (1, None))
    np.testing.assert_allclose(other.null, one.null, rtol=0, atol=1e-9)


def test_a_large_argument_is_sent_once(on: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And arrives as it is."""
    sent: list[int] = []
    client = cluster._client(on)
    scatter = client.scatter
    monkeypatch.setattr(client, "scatter", lambda *given, **how: (sent.append(1), scatter(*given, **how))[1])
    values = np.arange(50_000.0)
    assert engine.run([(total, (values, n)) for n in range(8)]) == [values.sum() + n for n in range(8)]
    assert len(sent) == 1


def test_a_fault_in_a_task_is_loud(on: str) -> None:
    """As it is, and the next work is done."""
    with pytest.raises(ZeroDivisionError):
        engine.run([(square, (1,)), (fails, (2,))])
    assert engine.run([(square, (n,)) for n in range(3)]) == [0, 1, 4]


def test_progress_can_cancel(on: str) -> None:
    """What has not begun is never done."""

    def stop(label: str, done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        engine.run([(slow, (n,)) for n in range(60)], progress=stop)
    assert time.monotonic() - start < 5
    assert engine.run([(square, (n,)) for n in range(3)]) == [0, 1, 4]


def test_a_cluster_that_does_not_answer_is_gone_without(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is done here, and the progress says so."""
    monkeypatch.setenv("EARPRINT_SCHEDULER", f"tcp://127.0.0.1:{dask.free_port()}")
    monkeypatch.setattr(cluster, "_CONNECT", 1)
    heard: list[str] = []
    found = engine.run(
        [(square, (n,)) for n in range(5)], progress=lambda what, *_: heard.append(what), label="Squares"
    )
    assert found == [0, 1, 4, 9, 16]
    assert heard[-1] == "Squares (on this machine alone: The cluster does not answer)"


def test_another_version_is_not_worked_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its numbers might differ: workers with a package that has one more line are refused."""
    shutil.copytree(ROOT / "core", tmp_path / "core", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "core" / "scaling.py").open("a") as changed:
        changed.write("# another line\n")
    with running(1, tmp_path) as other:
        monkeypatch.setenv("EARPRINT_SCHEDULER", other.address)
        with pytest.raises(cluster.ClusterError, match="another version"):
            cluster.run([(square, (1,)), (square, (2,))], {}, lambda _: None)


def test_a_worker_that_is_lost_costs_nothing() -> None:
    """Its tasks are done by the other; each result is there once."""
    with running() as lost, pytest.MonkeyPatch.context() as patch:
        patch.setenv("EARPRINT_SCHEDULER", lost.address)
        killed: list[bool] = []

        def kill(label: str, done: int, of: int) -> None:
            if done >= 4 and not killed:
                lost.processes["worker 0"].kill()
                killed.append(True)

        found = engine.run([(slow, (n,)) for n in range(12)], progress=kill)
        assert [number for number, _ in found] == list(range(12))
        assert killed


def test_what_a_lost_worker_had_delivered_is_not_done_again(tmp_path: Path) -> None:
    """Its results are here: no other worker does these tasks once more."""
    with running() as lost, pytest.MonkeyPatch.context() as patch:
        patch.setenv("EARPRINT_SCHEDULER", lost.address)
        delivered: list[int] = []

        def kill(number: int, _: int) -> None:
            delivered.append(number)
            if len(delivered) == 6:
                lost.processes["worker 0"].kill()

        tasks = [(noted, (str(tmp_path / "trace"), number)) for number in range(12)]
        assert engine.run(tasks, each=kill) == list(range(12))
        begun = (tmp_path / "trace").read_text().split()
        assert [begun.count(str(number)) for number in delivered[:6]] == [1] * 6


def test_a_scheduler_that_is_lost_leaves_the_rest_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done there is kept."""
    monkeypatch.setattr(cluster, "_SILENT", 2)
    with running(1) as lost:
        monkeypatch.setenv("EARPRINT_SCHEDULER", lost.address)
        heard: list[str] = []

        def kill(label: str, done: int, of: int) -> None:
            heard.append(label)
            if done == 3:
                lost.processes["scheduler"].kill()

        given: dict[int, object] = {}
        found = engine.run([(slow, (n,)) for n in range(8)], progress=kill, label="Slow", each=given.__setitem__)
        assert [number for number, _ in found] == list(range(8))
        assert given == dict(enumerate(found))
        assert "on this machine alone" in heard[-1]
        assert len({process for _, process in found[:3]}) == 1


def test_a_result_that_is_lost_with_the_last_worker_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was there, and its worker was gone before it could be fetched: what is silent then is the cluster."""
    monkeypatch.setattr(cluster, "_SILENT", 2)
    with running(1) as lost:
        monkeypatch.setenv("EARPRINT_SCHEDULER", lost.address)
        fetched: list[int] = []

        def kill(number: int, _: int) -> None:
            fetched.append(number)
            if len(fetched) == 1:
                time.sleep(1)  # meanwhile the others end, and come together
            elif len(fetched) == 2:
                lost.processes["worker 0"].kill()

        with pytest.raises(cluster.ClusterError):
            cluster.run([(square, (n,)) for n in range(6)], {}, lambda _: None, kill)


def test_a_task_that_kills_every_worker_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not tried for ever there."""
    monkeypatch.setattr(cluster, "_SILENT", 4)
    with running() as lost:
        monkeypatch.setenv("EARPRINT_SCHEDULER", lost.address)
        with pytest.raises(cluster.ClusterError):
            cluster.run([(kills_its_worker, (1,)), (square, (2,))], {}, lambda _: None)


def test_without_the_setting_there_is_no_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And its packages are not imported."""
    monkeypatch.delenv("EARPRINT_SCHEDULER", raising=False)
    code = (
        "import sys; from core import engine; engine.run([(abs, (-1,)), (abs, (2,))], workers=1)\n"
        "print('distributed' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "False"
