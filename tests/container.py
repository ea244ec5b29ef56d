"""The composition without Docker: what compose.yaml and Dockerfile say, done with this machine's kernel.

Images cannot be built everywhere, so that their services are started here as they would be there: the same files under /app, the
same command, environment, user, file systems, capabilities and bounds of memory and processes, in name spaces of their own
(mount, net, pid) in which each service's name leads to it. The kernel's filter of system calls (seccomp) is Docker's own and is
not done here. `python -m tests.container FOLDER` (as root on Linux, inside `unshare`, as `observed` starts it) prints as JSON
what it saw.

Sources: https://github.com/compose-spec/compose-spec/blob/main/spec.md, https://docs.docker.com/reference/dockerfile/.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.bench.session import Session

ROOT = Path(__file__).resolve().parents[1]
# A name of this machine's for which the proxy makes its own certificate; and a wider upload box, so that its bound is the lesser.
SETTINGS = {"EARPRINT_HOST": "earprint.localhost", "STREAMLIT_SERVER_MAX_UPLOAD_SIZE": "100"}
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}
_TOOLS = ("unshare", "setpriv", "chroot", "mount", "caddy")
_SYSTEM = ("bin", "lib", "lib32", "lib64", "libx32", "sbin", "usr")
_OF_ETC = ("alternatives", "ca-certificates", "ld.so.cache", "localtime", "mime.types", "nsswitch.conf", "ssl")
_DEVICES = ("full", "null", "random", "tty", "urandom", "zero")
# What Docker gives a file system in memory, unless other options are named.
_MEMORY = "noexec,nosuid,nodev"
# What a service may say; `build`, `networks` and the rest are looked at by other tests.
_KNOWN = {
    "build", "cap_add", "cap_drop", "command", "depends_on", "env_file", "environment", "healthcheck", "image", "init",
    "mem_limit", "networks", "pids_limit", "ports", "profiles", "read_only", "restart", "security_opt", "tmpfs", "volumes",
}  # fmt: skip
# The kernel's names of bounds, in both versions of its groups.
_TOLD = {
    "memory.limit_in_bytes": "memory", "memory.max": "memory", "memory.max_usage_in_bytes": "peak", "memory.peak": "peak",
    "pids.max": "processes",
}  # fmt: skip
# Caddy's image, as https://github.com/caddyserver/caddy-docker has it.
_CADDY = {"XDG_CONFIG_HOME": "/config", "XDG_DATA_HOME": "/data", "HOME": "/root"}
_RUNS_CADDY = ("caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile")


@dataclass(frozen=True)
class Image:
    """What the Dockerfile makes. copies: (from, to) under the folder of work; user: numbers of user and group."""

    base: str
    folder: str
    copies: tuple[tuple[str, str], ...]
    environment: Mapping[str, str]
    user: str
    health: tuple[str, ...]
    command: tuple[str, ...]


@dataclass(frozen=True)
class Service:
    """One of compose.yaml's. memory in bytes; volumes: (from, to, whether it may be written)."""

    name: str
    own: bool
    user: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    read_only: bool
    tmpfs: tuple[str, ...]
    volumes: tuple[tuple[str, str, bool], ...]
    keeps: tuple[str, ...]
    locked: bool
    capabilities: tuple[str, ...] | None
    memory: int
    processes: int


def image() -> Image:
    """The Dockerfile, read. Raises `ValueError` for an instruction that is not known here."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    said: dict[str, list[str]] = {}
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            said.setdefault(name, []).append(rest.strip())
    if strange := set(said) - {"CMD", "COPY", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "RUN", "USER", "WORKDIR"}:
        raise ValueError(f"not known here: {strange}")
    (base,), (folder,), (user,), (health,), (command,) = (
        said[name] for name in ("FROM", "WORKDIR", "USER", "HEALTHCHECK", "CMD")
    )
    return Image(
        base=base,
        folder=folder,
        copies=tuple((source, target) for source, target in (line.split() for line in said["COPY"])),
        environment=dict(pair.partition("=")[::2] for line in said["ENV"] for pair in shlex.split(line)),
        user=user,
        health=tuple(json.loads(health.partition("CMD ")[2])),
        command=tuple(json.loads(command)),
    )


def services(settings: Mapping[str, str]) -> dict[str, Service]:
    """compose.yaml with these variables, read. Raises `ValueError` for a key that is not known here."""
    said = _filled(yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"], settings)
    made = image()
    return {name: _service(name, one, settings, made) for name, one in said.items()}


def _filled(said: Any, settings: Mapping[str, str]) -> Any:
    """With each `${NAME:-otherwise}` put in."""
    if isinstance(said, dict):
        return {name: _filled(one, settings) for name, one in said.items()}
    if isinstance(said, list):
        return [_filled(one, settings) for one in said]
    if isinstance(said, str):
        return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: settings.get(found[1]) or found[2], said)
    return said


def _service(name: str, said: Mapping[str, Any], settings: Mapping[str, str], made: Image) -> Service:
    if strange := set(said) - _KNOWN:
        raise ValueError(f"not known here: {strange}")
    own = "build" in said
    inherited = {**made.environment, "HOME": "/home/earprint"} if own else _CADDY
    given = settings if "env_file" in said else {}
    volumes = [volume.split(":") for volume in said.get("volumes", ())]
    size = re.fullmatch(r"(\d+)([kmg]?)", str(said["mem_limit"]))
    assert size is not None
    return Service(
        name=name,
        own=own,
        user=made.user if own else "0:0",
        command=tuple(said.get("command", made.command if own else _RUNS_CADDY)),
        environment={**inherited, **given, **said.get("environment", {})},
        read_only=said.get("read_only", False),
        tmpfs=tuple(said.get("tmpfs", ())),
        volumes=tuple((source, place, "ro" not in rest) for source, place, *rest in volumes if source.startswith(".")),
        keeps=tuple(place for source, place, *_ in volumes if not source.startswith(".")),
        locked="no-new-privileges:true" in said.get("security_opt", ()),
        capabilities=tuple(said.get("cap_add", ())) if said.get("cap_drop") == ["ALL"] else None,
        memory=int(size[1]) * _UNITS[size[2]],
        processes=said["pids_limit"],
    )


def missing() -> str:
    """Why it cannot be done here; empty where it can."""
    if sys.platform != "linux" or os.geteuid():
        return "only root on Linux may make name spaces"
    if lacking := [name for name in _TOOLS if _tool(name) is None]:
        return f"not installed: {', '.join(lacking)}"
    tried = subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "true"], capture_output=True, check=False)
    return "the kernel makes no name spaces here" if tried.returncode else ""


def observed(folder: Path) -> dict[str, Any]:
    """What was seen of the composition, which is started and ended for it. Raises `CalledProcessError`."""
    command = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child",
               sys.executable, "-m", "tests.container", str(folder)]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=300)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class Machine:
    """The name spaces from within. folder: an empty folder, over which everything is laid in memory."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.image, self.services, self._folder = image(), services(settings), folder
        self._running: list[subprocess.Popen[bytes]] = []
        self._groups: dict[str, list[Path]] = {}
        _mount("--make-rprivate", "/")
        _mount("-t", "tmpfs", "none", str(folder))
        self._hosts = folder / "hosts"
        self._hosts.write_text(f"127.0.0.1 localhost {settings['EARPRINT_HOST']} {' '.join(self.services)}\n")
        _mount("--bind", str(self._hosts), "/etc/hosts")
        _loopback_up()
        self._trees = _control_groups(folder)
        for name, service in self.services.items():
            self._lay_out(service, folder / name)
            self._groups[name] = self._bound(service)

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """A service as it starts itself, or another command in its place; what it says goes to a file of its name."""
        service = self.services[name]
        with (self._folder / f"{name}{'-asked' if command else ''}.log").open("ab") as out:
            process = subprocess.Popen(
                [*self._restrictions(service), *(command or service.command)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if command else out, stderr=out,
                preexec_fn=lambda: self._enter(name), env={},
            )  # fmt: skip
        self._running.append(process)
        return process

    def ask(self, name: str, *command: str) -> tuple[int, str]:
        """The status and the words of a command that is run as the service is."""
        process = self.start(name, *command)
        told, _ = process.communicate(timeout=90)
        return process.returncode, told.decode()

    def log(self, name: str) -> str:
        """What a service said so far."""
        return (self._folder / f"{name}.log").read_text("utf-8", "replace")

    def inside(self, name: str, place: str) -> Path:
        """A place of a service's, from here."""
        return self._folder / name / place.lstrip("/")

    def bounds(self, name: str) -> dict[str, int]:
        """The bounds in force on a service, and the most memory that it had in bytes, as the kernel tells them; empty where it
        lends no groups.
        """
        return {
            _TOLD[place.name]: int(place.read_text())
            for group in self._groups[name]
            for place in group.iterdir()
            if place.name in _TOLD
        }

    def stop(self) -> None:
        """End everything that was started."""
        for process in self._running:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()
        for group in (group for groups in self._groups.values() for group in groups):
            until = time.monotonic() + 10
            while (group / "cgroup.procs").read_text().strip() and time.monotonic() < until:
                for number in (group / "cgroup.procs").read_text().split():
                    if int(number) > 1:
                        os.kill(int(number), signal.SIGKILL)
                time.sleep(0.05)
            group.rmdir()

    def _restrictions(self, service: Service) -> list[str]:
        user, group = service.user.split(":")
        rights = [f"--reuid={user}", f"--regid={group}", "--clear-groups", "--inh-caps=-all"]
        if service.locked:
            rights.append("--no-new-privs")
        if service.capabilities is not None:
            kept = "".join(f",+{name.lower()}" for name in service.capabilities)
            rights.append(f"--bounding-set=-all{kept}")
        path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
        variables = {"PATH": path, **service.environment}
        return [
            str(_tool("chroot")), str(self._folder / service.name), str(_tool("setpriv")), *rights,
            "/usr/bin/env", f"--chdir={self.image.folder if service.own else '/'}",
            *(f"{name}={value}" for name, value in variables.items()),
        ]  # fmt: skip

    def _lay_out(self, service: Service, root: Path) -> None:
        """The service's file systems, as it will see them."""
        root.mkdir()
        _mount("-t", "tmpfs", "-o", "mode=755", "none", str(root))
        for name in _SYSTEM:
            if (Path("/") / name).is_symlink():
                (root / name).symlink_to((Path("/") / name).readlink())
            elif (Path("/") / name).is_dir():
                _bind(Path("/") / name, root / name)
        self._etc(root / "etc")
        (root / "proc").mkdir()
        _mount("-t", "proc", "none", str(root / "proc"))
        for name in _DEVICES:
            _touched(root / "dev" / name)
            _mount("--bind", f"/dev/{name}", str(root / "dev" / name))
        _memory(root / "dev/shm", "size=64m,mode=1777")
        if service.own:
            self._copy(root / self.image.folder.lstrip("/"))
        for source, place, written in service.volumes:
            _bind(ROOT / source, root / place.lstrip("/"), written=written)
        for place in service.keeps:
            user, group = service.user.split(":")
            _memory(root / place.lstrip("/"), f"mode=755,uid={user},gid={group}")
        for place, _, options in (one.partition(":") for one in service.tmpfs):
            _memory(root / place.lstrip("/"), options)
        # Last, since they may lie in one of these places.
        for place in _outermost({sys.prefix, sys.base_prefix, *sys.path}):
            _bind(place, root / str(place).lstrip("/"))
        if service.read_only:
            _mount("-o", "remount,ro", str(root))

    def _etc(self, etc: Path) -> None:
        etc.mkdir()
        for name in _OF_ETC:
            source = Path("/etc") / name
            if source.is_dir():
                shutil.copytree(source, etc / name, symlinks=True)
            elif source.exists():
                shutil.copy(source, etc / name)
        user, group = self.image.user.split(":")
        (etc / "passwd").write_text(f"root:x:0:0::/root:/bin/sh\nearprint:x:{user}:{group}::/home/earprint:/bin/sh\n")
        (etc / "group").write_text(f"root:x:0:\nearprint:x:{group}:\n")
        shutil.copy(self._hosts, etc / "hosts")

    def _copy(self, folder: Path) -> None:
        """What the image's COPY lines copy, and its modules compiled."""
        for source, target in self.image.copies:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, folder / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place = folder / target / (Path(source).name if target.endswith("/") else "")
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / source, place)
        subprocess.run([sys.executable, "-m", "compileall", "-q", folder / "core", folder / "pages"], check=True)

    def _bound(self, service: Service) -> list[Path]:
        limits = {"memory.limit_in_bytes": service.memory, "memory.max": service.memory, "pids.max": service.processes}
        groups = []
        for tree in self._trees:
            group = tree / f"earprint-{time.time_ns()}-{service.name}"
            group.mkdir()
            groups.append(group)
            for name, value in limits.items():
                if (group / name).exists():
                    (group / name).write_text(str(value))
        return groups

    def _enter(self, name: str) -> None:
        for group in self._groups[name]:
            (group / "cgroup.procs").write_text("0")


def _tool(name: str) -> str | None:
    """Where a program is: beside this Python, or where the system has it."""
    return shutil.which(name, path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def _mount(*options: str) -> None:
    subprocess.run(["mount", *options], check=True)


def _touched(place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.touch()


def _bind(source: Path, place: Path, *, written: bool = False) -> None:
    """A file or folder at another place too."""
    if source.is_dir():
        place.mkdir(parents=True, exist_ok=True)
    else:
        _touched(place)
    _mount("--bind", str(source), str(place))
    if not written:
        _mount("-o", "remount,ro,bind", str(place))


def _memory(place: Path, options: str) -> None:
    """A file system in memory."""
    place.mkdir(parents=True, exist_ok=True)
    _mount("-t", "tmpfs", "-o", ",".join(filter(None, (_MEMORY, options))), "none", str(place))


def _outermost(paths: set[str]) -> list[Path]:
    """Folders that are there and lie in no other of them, in the system's or in the project (but an environment inside it)."""
    held = {Path(f"/{name}") for name in _SYSTEM}
    found: list[Path] = []
    for path in sorted(Path(path).resolve() for path in paths if path):
        inside = any(path.is_relative_to(other) for other in held | set(found))
        if path.is_dir() and path != ROOT and not inside:
            found.append(path)
    return found


def _control_groups(folder: Path) -> list[Path]:
    """Where the kernel's groups are to be had: version 1 has a tree for each kind of bound, version 2 one for all."""
    for kinds in (["-t", "cgroup", "-o", "memory"], ["-t", "cgroup", "-o", "pids"]), (["-t", "cgroup2"],):
        trees = []
        for number, options in enumerate(kinds):
            place = folder / f"groups-{number}"
            place.mkdir(exist_ok=True)
            if not subprocess.run(["mount", *options, "none", str(place)], capture_output=True, check=False).returncode:
                trees.append(place)
        if trees and all(os.access(tree, os.W_OK) for tree in trees):
            return trees
    return []


def _loopback_up() -> None:
    """As `ip link set lo up` does (ioctl SIOCSIFFLAGS, IFF_UP | IFF_RUNNING)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 0x1 | 0x40))


# Run inside a service: who it is there, and which folders it could write to.
_PROBE = """
import json, os
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
places = sorted(place for place, _, _ in os.walk("/") if not place.startswith("/proc") and os.access(place, os.W_OK))
outermost = [place for place in places if not any(place.startswith(other + "/") for other in places)]
print(json.dumps({"user": os.getuid(), "group": os.getgid(), "groups": os.getgroups(), "locked": int(status["NoNewPrivs"]),
                  "capabilities": [int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")],
                  "read_only": bool(os.statvfs("/").f_flag & os.ST_RDONLY), "written": outermost,
                  "seen": sorted(os.listdir("/app"))}))
"""


def _observe(folder: Path) -> dict[str, Any]:
    host = SETTINGS["EARPRINT_HOST"]
    with _machine(folder) as machine:
        seen: dict[str, Any] = {"probes": {}, "bounds": {}}
        app = machine.start("app")
        health = machine.image.health
        seen["cold"] = machine.ask("app", *health)[0]
        _until(lambda: machine.ask("app", *health)[0] == 0, "the app is not healthy", lambda: machine.log("app"))
        machine.start("proxy")
        authority = machine.inside("proxy", "/data/caddy/pki/authorities/local/root.crt")
        _until(authority.exists, "the proxy has no certificate", lambda: machine.log("proxy"))
        trusted = ssl.create_default_context(cafile=str(authority))
        front = (
            f"https://{host}/_stcore/health"  # Caddy has its authority some time before its certificate for this name
        )
        _until(lambda: _answer(front, trusted)[0] == 200, "the proxy does not answer", lambda: machine.log("proxy"))
        seen["proxy"] = _through_the_proxy(host, trusted)
        asyncio.run(_person(f"https://{host}", trusted, machine, seen))
        machine.start("scheduler")
        machine.start("worker")
        _until(lambda: "Registered to" in machine.log("worker"), "no worker", lambda: machine.log("worker"))
        for name in ("app", "scheduler", "worker"):
            seen["probes"][name] = json.loads(machine.ask(name, "python", "-c", _PROBE)[1])
        for name in machine.services:
            seen["bounds"][name] = machine.bounds(name)
        seen["kept"] = sorted(one.name for one in machine.inside("app", "/data").iterdir())
        seen["still"] = app.poll() is None
        seen["logs"] |= {name: machine.log(name) for name in machine.services if name != "app"}
    return seen


def _through_the_proxy(host: str, trusted: ssl.SSLContext) -> dict[str, Any]:
    """What a browser is answered: path -> status and headers, lower case, each with all its values."""
    found = {}
    for address in (f"https://{host}/", f"https://{host}/_stcore/health", f"https://{host}/_stcore/metrics",
                    f"https://{host}/_stcore/script-health-check", "https://localhost/"):  # fmt: skip
        found[address.removeprefix(f"https://{host}")] = _answer(address, trusted)
    found["http"] = _answer(f"http://{host}/", trusted)
    return found


def _answer(address: str, trusted: ssl.SSLContext, **asked: Any) -> tuple[int, dict[str, list[str]]]:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    opener = urllib.request.build_opener(Stay, urllib.request.HTTPSHandler(context=trusted))
    try:
        with opener.open(urllib.request.Request(address, **asked), timeout=30) as answer:
            return answer.status, _headers(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _headers(error.headers)
    except urllib.error.URLError as error:
        return 0, {"error": [str(error.reason)]}


def _headers(given: Any) -> dict[str, list[str]]:
    return {name.lower(): given.get_all(name) for name in given}


async def _person(address: str, trusted: ssl.SSLContext, machine: Machine, seen: dict[str, Any]) -> None:
    """Somebody who opens the start page through the proxy and waits for the example's verdict: what is said there; and what is
    answered to a file of theirs, and to one that is a little larger than the proxy lets through.
    """
    session = await Session.open(address, ssl=trusted)
    await session.run()
    await session.settled(patience=150)
    seen["said"], seen["logs"] = session.said, {"app": machine.log("app")}
    cookie = _answer(f"{address}/_stcore/health", trusted)[1]["set-cookie"][0].partition(";")[0]
    told = {
        "Cookie": cookie,
        "X-Xsrftoken": cookie.partition("=")[2],
        "Content-Type": "multipart/form-data; boundary=x",
    }
    envelope = b'--x\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n%s\r\n--x--\r\n'
    seen["upload"] = {}
    for megabytes in (59, 60):
        place, body = f"{address}/_stcore/upload_file/{session.id}/{megabytes}", envelope % bytes(megabytes * 10**6)
        seen["upload"][megabytes] = await asyncio.to_thread(
            _answer, place, trusted, data=body, method="PUT", headers=told
        )
    await session.close()


def _until(there: Callable[[], bool], otherwise: str, told: Callable[[], str], patience: float = 90) -> None:
    until = time.monotonic() + patience
    while not there():
        if time.monotonic() > until:
            raise TimeoutError(f"{otherwise}:\n{told()}")
        time.sleep(0.2)


@contextmanager
def _machine(folder: Path) -> Iterator[Machine]:
    machine = Machine(folder, SETTINGS)
    try:
        yield machine
    finally:
        machine.stop()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_observe(Path(sys.argv[1])), indent=1))
