"""Disks that are too small, or only to be read: real ones, as far as whoever runs the tests may mount them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small(folder: Path, size: str = "600k") -> Iterator[Path]:
    """A folder on a disk of its own with so much room. Skips the test where it cannot be made."""
    folder.mkdir()
    if _mount("-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)):
        pytest.skip("no disk of its own can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Meanwhile nothing can be written into a folder that is there; root, whom rights do not stop, sees it mounted so."""
    root = os.geteuid() == 0
    if not root:
        folder.chmod(0o500)
    elif _mount("--bind", str(folder), str(folder)) or _mount("-o", "remount,bind,ro", str(folder)):
        pytest.skip("nothing can be mounted here")
    try:
        yield
    finally:
        if root:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        else:
            folder.chmod(0o700)


def _mount(*how: str) -> int:
    return subprocess.run(["mount", *how], check=False, capture_output=True).returncode
