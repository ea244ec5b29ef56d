"""A command run to its end or to a time limit, and what it took."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
_UNIT = 1024**2 if sys.platform == "darwin" else 1024  # of the kernel's ru_maxrss, in a megabyte


@dataclass(frozen=True)
class Spent:
    """CPU seconds of a process and its children, wall-clock seconds, the most memory of one process in MB, what it printed, and
    whether it ended by itself, and well.
    """

    cpu: float
    wall: float
    memory: float
    out: str
    ended: bool
    fault: str = ""


def spend(command: list[str], *, limit: float = 900) -> Spent:
    """Run a command with one numeric thread; it is killed with its children after `limit` seconds."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as fault:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **_ONE_THREAD}, stdout=out, stderr=fault, start_new_session=True
        )
        status, usage = None, None
        try:
            while usage is None:
                done, status, found = os.wait4(child.pid, os.WNOHANG)  # Popen's own wait tells no rusage of one child
                if done:
                    usage = found
                elif time.perf_counter() - start > limit:
                    os.killpg(child.pid, signal.SIGKILL)
                    _, status, usage = os.wait4(child.pid, 0)
                else:
                    time.sleep(0.01)
        finally:
            if usage is None:
                os.killpg(child.pid, signal.SIGKILL)
            child.returncode = status  # it has been waited for
        wall = time.perf_counter() - start
        out.seek(0)
        fault.seek(0)
        return Spent(
            usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / _UNIT,
            out.read(), status == 0, fault.read()[-400:],
        )  # fmt: skip
