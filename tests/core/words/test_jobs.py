"""How far a job is, in words."""

from __future__ import annotations

import pytest

from core.jobs import State
from core.words.jobs import waiting


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (State("waiting"), "Getting ready"),
        (State("waiting", ahead=1), "1 piece of work comes before yours"),
        (State("waiting", ahead=3), "3 pieces of work come before yours"),
        (State("running"), "Getting ready"),
        (State("running", "Fitting", 3, 9), "Fitting: 3 of 9"),
        (State("running", "Fitting", 3, 9, seconds_left=1.2), "Fitting: 3 of 9 · about 5 seconds left"),
        (State("running", "Fitting", 3, 9, seconds_left=63), "Fitting: 3 of 9 · about 1 minute left"),
        (State("running", "Fitting", 3, 9, seconds_left=400), "Fitting: 3 of 9 · about 7 minutes left"),
        (State("running", "Fitting", 3, 9, again=True), "Fitting: 3 of 9 · begun again, since its process had ended"),
    ],
)  # fmt: skip
def test_one_line_tells_how_far_it_is(state: State, says: str) -> None:
    """What, how much of it, how long still, and what went wrong."""
    assert waiting(state, 3, 9) == says
