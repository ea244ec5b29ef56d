"""A real Chromium for the browser tests: the system's, else one that this installs, else a loud failure.

`python -m tests.browser.chromium` prints the browser's path. Debian's package is tried first (as root, or with
a sudo that does not ask), then Playwright's own download, which is the way on macOS.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find() -> str | None:
    """The path of a Chromium that starts, or None. `CHROMIUM` in the environment comes first."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), *MAC, _of_playwright()]
    return next((path for path in candidates if path and Path(path).exists() and _starts(path)), None)


def ensure() -> str:
    """The path of a Chromium; installs one when none is found. Raises `SystemExit` when that fails too."""
    found = find()
    if found:
        return found
    failures = []
    for command in _installers():
        sys.stderr.write(f"No Chromium found; trying: {' '.join(command)}\n")
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode == 0 and (found := find()):
            return found
        failures.append(f"$ {' '.join(command)}\n{done.stderr.strip()[-600:]}")
    raise SystemExit(
        "The browser tests need Chromium and none could be installed. Install `chromium` or Google Chrome, or set "
        "CHROMIUM to its path.\n\n" + "\n\n".join(failures)
    )


def _starts(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _installers() -> list[list[str]]:
    commands = []
    if shutil.which("apt-get"):
        root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
        packages = ["chromium", "fonts-noto-core"]
        commands.append([*root, "sh", "-c", f"apt-get update -q && apt-get install -qy {' '.join(packages)}"])
    commands.append([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium-headless-shell"])
    commands.append([sys.executable, "-m", "playwright", "install", "chromium-headless-shell"])
    return commands


if __name__ == "__main__":
    sys.stderr.write(f"Browser: {ensure()}\n")
