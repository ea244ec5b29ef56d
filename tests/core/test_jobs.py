"""Long work in processes of its own: shared fairly, stopped at once, and safe from processes that die."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from core.engine import Progress
from core.errors import InputError
from core.jobs import JobError, Jobs, State
from core.language import say, speak, spoken
from tests.conftest import ROOT


def double(number: int) -> int:
    """A job."""
    return 2 * number


def steps(seconds: float, progress: Progress) -> int:
    """A job that tells how far it is."""
    for place in range(20):
        progress("steps", place, 20)
        time.sleep(seconds / 20)
    return os.getpid()


def deaf(seconds: float) -> None:
    """A job that hears nothing."""
    time.sleep(seconds)


def dies(path: str, times: int) -> str:
    """A job whose process is killed so often."""
    count = int(Path(path).read_text() or 0) + 1
    Path(path).write_text(str(count))
    if count <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return f"at the {count}th time"


def greedy(path: str, times: int, megabytes: int) -> str:
    """A job that wants more memory than its process may have, so often."""
    count = int(Path(path).read_text() or 0) + 1
    Path(path).write_text(str(count))
    if count <= times:
        most = psutil.Process().memory_info().vms + 2**20 * megabytes
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    held = [np.ones(2**17 * megabytes // 4) for _ in range(5)]
    return f"{len(held)} at the {count}th time"


def refuses() -> None:
    """A job that the data do not allow."""
    raise InputError(["The column is empty.", "So is the other."])


def fails() -> None:
    """A job with a fault of ours."""
    raise ZeroDivisionError("secret")


def note(path: str, name: str) -> None:
    """A job that leaves a trace."""
    with Path(path).open("a") as out:
        out.write(name)


def tongue() -> str:
    """A job that speaks."""
    return f"{spoken()} {say('Track')}"


@pytest.fixture(scope="module")
def jobs() -> Iterator[Jobs]:
    """One worker."""
    found = Jobs()
    yield found
    found.close()


def ended(jobs: Jobs, owner: str, key: tuple[str, ...], seconds: float = 60) -> State:
    """The job's end."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        state = jobs.look(owner, key)
        assert state is not None
        if state.ended:
            return state
        time.sleep(0.02)
    raise TimeoutError(key)


def test_a_job_is_done_elsewhere_and_once(jobs: Jobs) -> None:
    """In another process; asked again, the result is there; another owner's job of the same key is another."""
    first = jobs.ask("ann", ("a",), steps, 0.0, patience=60)
    assert first.status == "done"
    assert first.result != os.getpid()
    assert jobs.ask("ann", ("a",), double, 1).result == first.result
    assert jobs.ask("ben", ("a",), double, 2, patience=60).result == 4
    assert jobs.look("ann", ("b",)) is None


def test_a_result_may_be_large(jobs: Jobs) -> None:
    """Arrays go there and back unchanged."""
    values = np.random.default_rng(0).normal(size=(400_000, 5))
    state = jobs.ask("ann", ("large",), np.negative, values, patience=60)
    np.testing.assert_array_equal(state.result, -values)


def test_progress_is_told_with_what_is_left(jobs: Jobs) -> None:
    """Steps done of all, and seconds once they can be estimated."""
    assert not jobs.ask("ann", ("steps",), steps, 3.0).ended
    seen: list[State] = []
    while not (state := jobs.look("ann", ("steps",))).ended:  # type: ignore[union-attr]
        seen.append(state)  # type: ignore[arg-type]
        time.sleep(0.05)
    assert {one.label for one in seen} >= {"steps"}
    assert [one.done for one in seen] == sorted(one.done for one in seen)
    left = [one.seconds_left for one in seen if one.seconds_left is not None]
    assert left
    assert 0 < left[-1] < 3


@pytest.mark.parametrize(("job", "argument"), [(steps, 30.0), (deaf, 30.0)])
def test_a_job_stops_within_a_second(jobs: Jobs, job: object, argument: float) -> None:
    """Whether it hears of it or not; the next job is done; asked again, it begins anew."""
    key = ("stopped", str(job))
    jobs.ask("ann", key, job, argument)  # type: ignore[arg-type]
    time.sleep(0.3)
    jobs.stop("ann", key)
    start = time.monotonic()
    assert ended(jobs, "ann", key).status == "stopped"
    assert time.monotonic() - start < 1.2
    assert jobs.ask("ann", (*key, "next"), double, 3, patience=60).result == 6
    assert jobs.ask("ann", key, double, 4, patience=60).result == 8


def test_a_waiting_job_is_taken_out(jobs: Jobs, tmp_path: Path) -> None:
    """It never begins."""
    jobs.ask("ann", ("long",), steps, 1.0)
    jobs.ask("ann", ("waits",), note, str(tmp_path / "trace"), "x")
    jobs.stop("ann", ("waits",))
    assert ended(jobs, "ann", ("long",)).status == "done"
    assert ended(jobs, "ann", ("waits",)).status == "stopped"
    assert not (tmp_path / "trace").exists()


def test_who_opens_other_data_leaves_their_old_work(jobs: Jobs) -> None:
    """It ends; what is for the new data goes on, and so does everybody else's."""
    for owner, data in (("ann", "old"), ("ann", "new"), ("ben", "old"), ("", "old")):
        jobs.ask(owner, (data, "leave"), steps, 0.2)
    jobs.leave("ann", "new")
    jobs.leave("", "new")
    assert ended(jobs, "ann", ("old", "leave")).status == "stopped"
    for owner, data in (("ann", "new"), ("ben", "old"), ("", "old")):
        assert ended(jobs, owner, (data, "leave")).status == "done"


def test_who_wants_nothing_kept_leaves_nothing(jobs: Jobs) -> None:
    """What was worked out for them is forgotten; another's stays."""
    for owner in ("ann", "ben"):
        assert jobs.ask(owner, ("k",), double, 2, patience=60).status == "done"
    jobs.forget_owner("ann")
    assert jobs.look("ann", ("k",)) is None
    assert jobs.look("ben", ("k",)) is not None


def test_everybody_has_a_fair_share(jobs: Jobs, tmp_path: Path) -> None:
    """Who asks for one thing does not wait for all of another's."""
    trace = str(tmp_path / "trace")
    jobs.ask("ann", ("first",), steps, 1.0)
    for number in range(4):
        jobs.ask("ann", ("many", str(number)), note, trace, "a")
    waiting = jobs.ask("ben", ("one",), note, trace, "b")
    assert waiting.status == "waiting"
    assert waiting.ahead == 5
    assert ended(jobs, "ann", ("many", "3")).status == "done"
    assert Path(trace).read_text().index("b") <= 1


@pytest.mark.fault(2)
def test_a_job_whose_process_dies_is_begun_again_once(jobs: Jobs, tmp_path: Path) -> None:
    """Then it is given up, and said; the next job is done."""
    for times, status in ((1, "done"), (2, "lost")):
        (tmp_path / str(times)).write_text("")
        state = jobs.ask("ann", ("dies", str(times)), dies, str(tmp_path / str(times)), times, patience=60)
        assert state.status == status
        assert state.again
    assert jobs.ask("ann", ("after",), double, 5, patience=60).result == 10
    jobs.forget("ann", ("dies", "2"))
    assert jobs.ask("ann", ("dies", "2"), dies, str(tmp_path / "2"), 2, patience=60).result == "at the 3th time"


@pytest.mark.fault(12)
def test_a_job_that_finds_no_memory_costs_its_process_alone(jobs: Jobs, tmp_path: Path) -> None:
    """It is begun again once in a new one, then given up, and said; this process takes none; the next job is done."""
    before = psutil.Process().memory_info().rss
    for times, status in ((1, "done"), (2, "lost")):
        (tmp_path / str(times)).write_text("")
        state = jobs.ask("ann", ("greedy", str(times)), greedy, str(tmp_path / str(times)), times, 200, patience=60)
        assert state.status == status
        assert state.again
    assert psutil.Process().memory_info().rss - before < 100 * 2**20
    assert jobs.ask("ann", ("after greed",), double, 5, patience=60).result == 10


def test_what_the_data_do_not_allow_is_told_as_it_is(jobs: Jobs) -> None:
    """And a fault of ours with its trace, for the log."""
    refused = jobs.ask("ann", ("refuses",), refuses, patience=60)
    assert refused.status == "refused"
    assert isinstance(refused.error, InputError)
    assert refused.error.faults == ("The column is empty.", "So is the other.")
    failed = jobs.ask("ann", ("fails",), fails, patience=60)
    assert failed.status == "failed"
    assert "ZeroDivisionError" in failed.trace


def unsendable() -> object:
    """A job whose result cannot leave its process."""
    return lambda: None


def test_what_cannot_be_sent_is_a_fault_of_ours(jobs: Jobs) -> None:
    """An argument or a result: told at once, and the next job is done."""
    there = jobs.ask("ann", ("there",), double, lambda: None, patience=60)
    back = jobs.ask("ann", ("back",), unsendable, patience=60)
    assert (there.status, back.status) == ("failed", "failed")
    assert there.trace
    assert back.trace
    assert jobs.ask("ann", ("then",), double, 7, patience=60).result == 14


def test_a_stop_that_comes_too_late_harms_nobody(jobs: Jobs) -> None:
    """The next job is done, and is not the one that is stopped."""
    for number in range(15):
        key = ("late", str(number))
        jobs.ask("ann", key, double, number)
        time.sleep(0.002 * number)
        jobs.stop("ann", key)
        assert jobs.ask("ann", (*key, "next"), double, number, patience=60).result == 2 * number


def test_results_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """In number and in bytes; those that were not asked for longest go first."""
    monkeypatch.setattr("core.jobs._MOST_ENDED", 3)
    monkeypatch.setattr("core.jobs._MOST_BYTES", 200_000)
    short = Jobs()
    for number in range(5):
        short.ask("ann", (str(number),), double, number, patience=60)
    assert [short.look("ann", (str(number),)) is not None for number in range(5)] == [False, True, True, True, True]
    for name in "ab":
        short.ask("ann", (name,), np.negative, np.zeros(20_000), patience=60)
    short.ask("ann", ("c",), double, 1, patience=60)
    assert short.look("ann", ("a",)) is None
    assert short.look("ann", ("b",)) is not None
    short.close()


def test_a_job_speaks_the_language_of_its_owner(jobs: Jobs) -> None:
    """Whatever others speak."""
    speak("nb")
    try:
        assert jobs.ask("ann", ("tongue",), tongue, patience=60).result == "nb Låt"
    finally:
        speak("en")
    assert jobs.ask("ben", ("tongue",), tongue, patience=60).result == "en Track"


def test_one_owner_cannot_fill_the_queue(jobs: Jobs) -> None:
    """Twenty at once are enough."""
    for number in range(20):
        jobs.ask("greedy", ("slow", str(number)), steps, 5.0)
    with pytest.raises(JobError, match="at once"):
        jobs.ask("greedy", ("slow", "more"), steps, 5.0)
    assert jobs.ask("modest", ("one",), double, 1, patience=60).result == 2
    for number in range(20):
        jobs.stop("greedy", ("slow", str(number)))


def test_a_process_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The job is given up, not waited for; who asks later tries again."""
    short = Jobs()
    with monkeypatch.context() as broken:
        broken.setattr("core.worker.sys.executable", "/nowhere/python")
        assert short.ask("ann", ("a",), double, 1, patience=10).status == "lost"
    short.forget("ann", ("a",))
    assert short.ask("ann", ("a",), double, 1, patience=60).result == 2
    short.close()


def test_nothing_stays_when_the_app_ends() -> None:
    """The worker's process ends with its owner."""
    short = Jobs()
    process = short.ask("ann", ("pid",), steps, 0.0, patience=60).result
    short.close()
    assert not Path(f"/proc/{process}").exists() or sys.platform == "darwin"


def test_workers_end_with_an_app_that_is_killed() -> None:
    """Which cannot tell them; one is in the middle of a job that hears nothing."""
    code = (
        "import time\nfrom core.jobs import Jobs\nfrom tests.core.test_jobs import deaf, steps\njobs = Jobs()\n"
        "print(jobs.ask('ann', ('pid',), steps, 0.0, patience=60).result, flush=True)\n"
        "jobs.ask('ann', ('deaf',), deaf, 600.0)\ntime.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout is not None
        worker = int(app.stdout.readline())
        time.sleep(0.5)
        app.kill()
    until = time.monotonic() + 30
    while psutil.pid_exists(worker):
        assert time.monotonic() < until
        time.sleep(0.1)
