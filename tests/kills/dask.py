"""A real Dask scheduler and its workers on this machine, with the programs that a person starts them with."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """One that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Cluster:
    """Where it is, and its processes: `scheduler`, `worker 0`, `worker 1` ..."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._root = root
        self._environment = {**os.environ, "PYTHONPATH": str(root), "EARPRINT_SCHEDULER": "", **environment}
        self._start("scheduler", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port",
                    self.address.rpartition(":")[2], "--no-dashboard")  # fmt: skip

    def add_worker(self) -> str:
        """Start one more, and tell its name."""
        number = str(len(self.processes) - 1)
        self._start(f"worker {number}", "distributed.cli.dask_worker", self.address, "--nthreads", "1", "--no-dashboard",
                    "--name", number, "--no-nanny", "--death-timeout", "30")  # fmt: skip
        return f"worker {number}"

    def wait(self, patience: float = 120) -> None:
        """Until all workers are known to the scheduler."""
        from distributed import Client

        with Client(self.address, timeout=patience, set_as_default=False) as client:
            client.wait_for_workers(len(self.processes) - 1, timeout=patience)

    def close(self) -> None:
        """End everything."""
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait(timeout=20)

    def _start(self, name: str, *command: str) -> None:
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=self._root, env=self._environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip


@contextmanager
def running(workers: int = 2, root: Path = ROOT, environment: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """A cluster of this package as it stands in `root`; `environment` is added to that of its processes."""
    cluster = Cluster(root, environment or {})
    try:
        for _ in range(workers):
            cluster.add_worker()
        yield cluster
    finally:
        cluster.close()
