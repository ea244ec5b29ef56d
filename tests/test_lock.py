"""What the container installs: requirements.lock, to the byte."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.conftest import ROOT

INDEX = "https://pypi.org/simple/"
# Lines of the lock, a package each, with its hashes.
TEXT = re.sub(r"^ *#.*\n", "", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE)
LINES = TEXT.replace("\\\n", "").splitlines()
LOCKED = {found[1]: Version(found[2]) for line in LINES if (found := re.match(r"([\w.-]+)==(\S+)", line))}
DIRECT = [
    Requirement(line.partition("#")[0])
    for name in ("requirements.txt", "requirements-cluster.txt")
    for line in (ROOT / name).read_text().splitlines()
    if line.partition("#")[0].strip()
]


@pytest.mark.parametrize("wanted", DIRECT, ids=lambda wanted: wanted.name)
def test_each_requirement_is_locked_in_its_range(wanted: Requirement) -> None:
    """`make lock` was run after the lists were changed."""
    assert LOCKED[canonicalize_name(wanted.name)] in wanted.specifier


def test_each_line_is_one_version_with_hashes() -> None:
    """And nothing else stands there: no other index, no link, no option."""
    assert len(LOCKED) == len(LINES) > len(DIRECT)
    for line in LINES:
        assert re.fullmatch(r"[\w.-]+==\S+(\s*;[^#\\]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", line), line[:100]


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_it_can_be_installed(machine: str) -> None:
    """The index has, for the image's Python on this kind of machine, a wheel of each line with one of its hashes; and no package
    wants one that has no line. Nothing is installed.
    """
    try:
        urllib.request.urlopen(INDEX + "pip/", timeout=10).close()
    except (urllib.error.URLError, OSError) as error:
        pytest.skip(f"the package index cannot be reached: {error}")
    command = [sys.executable, "-m", "uv", "pip", "install", "--no-config", "--default-index", INDEX, "--dry-run", "--strict",
               "--require-hashes", "--only-binary", ":all:", "--python-version", "3.12",
               "--python-platform", f"{machine}-manylinux_2_28", "--target", "/nonexistent",
               "--requirement", str(ROOT / "requirements.lock")]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert f"Would install {len(LOCKED)} packages" in done.stderr
