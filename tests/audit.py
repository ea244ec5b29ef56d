"""Known vulnerabilities of what the container installs: `python -m tests.audit`, part of `make check`.

pip-audit looks up each line of requirements.lock in the OSV database (https://google.github.io/osv.dev/api/). One that is known
fails; a database that cannot be reached is said in one line and lets the rest go on, since nothing was learnt. pip-audit ends
with 1 for both, so that it is told by its document, which it writes only where every package had its answer.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
OSV = "https://api.osv.dev/v1/query"
# Vulnerabilities that do not touch Earprint, each with the reason.
ACCEPTED: dict[str, str] = {}
_PATIENCE = 60.0  # seconds: a net that hangs must not hold CI
_UNREACHED = re.compile(r"requests\.exceptions\.|ServiceError|Could not connect")


def audit(lock: Path = LOCK, service: str = OSV, *, patience: float = _PATIENCE) -> tuple[int, str]:
    """The status to end with and what to say: 0 where nothing is known or nobody could be asked, 1 for a known vulnerability, 2
    where pip-audit itself failed.
    """
    ignored = [part for name in ACCEPTED for part in ("--ignore-vuln", name)]
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--require-hashes", "--disable-pip",
               "--vulnerability-service", "osv", "--osv-url", service, "--format", "json", "--desc", "off",
               "--progress-spinner", "off", "--timeout", "10", *ignored]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=patience)
    except subprocess.TimeoutExpired:
        return 0, f"Not audited: {service} did not answer within {patience:.0f} s."
    if not done.stdout.strip():
        if _UNREACHED.search(done.stderr):
            return 0, f"Not audited: {service} cannot be reached from here."
        return 2, f"pip-audit failed:\n{done.stderr}"
    packages = json.loads(done.stdout)["dependencies"]
    found = [
        f"{package['name']} {package['version']}: {', '.join([fault['id'], *fault['aliases']])}; "
        f"mended in {', '.join(fault['fix_versions']) or 'no version'}"
        for package in packages
        for fault in package.get("vulns", [])
    ]
    if found:
        return 1, "\n".join(["Known vulnerabilities (make lock takes the newest versions):", *found])
    return 0, f"Audited: nothing is known against the {len(packages)} packages of {lock.name}."


if __name__ == "__main__":
    status, told = audit()
    sys.stdout.write(told + "\n")
    sys.exit(status)
