"""How far a job is, in one line."""

from __future__ import annotations

from core.jobs import State
from core.language import many, say


def waiting(state: State, done: int, total: int, label: str = "") -> str:
    """What is being done, `done` of `total` steps of it, what is left, and what went wrong on the way.

    `label` tells what a job does that does not tell so itself.
    """
    if state.status == "waiting":
        if not state.ahead:
            return say("Getting ready")
        return many(
            state.ahead, "{number} piece of work comes before yours", "{number} pieces of work come before yours"
        )
    told = label or say("Getting ready")
    if state.label:
        told = say("{what}: {done} of {total}", what=state.label, done=done, total=total)
    left = "" if state.seconds_left is None else _left(state.seconds_left)
    again = say("begun again, since its process had ended") if state.again else ""
    return " · ".join(filter(None, [told, left, again]))


def _left(seconds: float) -> str:
    """Roughly: nobody can know it better."""
    if seconds < 60:
        rounded = max(5 * round(seconds / 5), 5)
        return many(rounded, "about {number} second left", "about {number} seconds left")
    return many(round(seconds / 60), "about {number} minute left", "about {number} minutes left")
