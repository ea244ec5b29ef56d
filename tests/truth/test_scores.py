"""A score that cannot fail is worthless: each is fed what must fail it, and what must not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import tests.benchmark_truth as benchmark
from core.leaks import Finding
from tests.truth import app, suite_groups, suite_leaks, suite_tastes
from tests.truth.canary import LEAKING, Canary, honest, sing
from tests.truth.claims import Claims, auc, judge, lead_sign
from tests.truth.files import spoil
from tests.truth.generators import simulate
from tests.truth.scores import Score, mean, rate, table
from tests.truth.size import Size
from tests.truth.suite_canary import score as canary_score
from tests.truth.suite_coverage import Held, true_skills
from tests.truth.suite_tastes import Outcome
from tests.truth.tastes import Cause, Taste

TINY = Size(nulls=8, per_cell=2, coverage=2, lists=4, permutations=99, slack=True, workers=1)


# --- Demands ---


@pytest.mark.parametrize(("hits", "met"), [(0, True), (16, True), (17, False), (200, False)])
def test_the_full_run_holds_the_rate_to_the_bare_demand(hits: int, met: bool) -> None:
    """8 % of 200 are 16."""
    assert rate("x", hits, 200, most=0.08, slack=False, basis="").met is met


def test_the_quick_run_allows_what_chance_gives_once_in_a_hundred() -> None:
    """And not one more, on either side; the bound is printed."""
    bound = int(stats.binom.ppf(0.99, 40, 0.08))
    assert stats.binom.sf(bound, 40, 0.08) <= 0.01 < stats.binom.sf(bound - 1, 40, 0.08)
    assert rate("x", bound, 40, most=0.08, slack=True, basis="").met is True
    assert rate("x", bound + 1, 40, most=0.08, slack=True, basis="").met is False
    assert f"<= {bound}/40" in rate("x", 0, 40, most=0.08, slack=True, basis="").demand
    low = next(hits for hits in range(33) if rate("x", hits, 32, least=0.85, slack=True, basis="").met)
    assert stats.binom.cdf(low - 1, 32, 0.85) < 0.01 <= stats.binom.cdf(low, 32, 0.85)


def test_all_means_all() -> None:
    """A demand of 100 % has no room, however few the listeners."""
    assert rate("x", 19, 20, least=1.0, slack=True, basis="").met is False
    assert rate("x", 20, 20, least=1.0, slack=True, basis="").met is True


def test_a_numpy_truth_is_no_way_out() -> None:
    """Counts and means of arrays give plain truth values: a miss is known by `is False`."""
    assert rate("x", np.bool_(True) + np.int64(2), 4, most=0.1, slack=False, basis="").met is False
    assert mean("x", list(np.array([0.5, 0.6])), most=0.1, slack=False, basis="").met is False


def test_nothing_measured_is_a_demand_missed() -> None:
    """Unless it is only reported."""
    assert rate("x", 0, 0, most=0.1, slack=True, basis="").met is False
    assert rate("x", 0, 0, slack=True, basis="").met is None
    assert mean("x", [], most=0.1, slack=False, basis="").met is False
    assert mean("x", [float("nan")], most=0.1, slack=False, basis="").met is False


def test_means_are_held_to_their_demand() -> None:
    """With their error in the quick run."""
    values = [0.85, 0.87, 0.86, 0.86]
    assert mean("x", values, least=0.88, slack=False, basis="").met is False
    assert mean("x", values, least=0.86, slack=False, basis="").met is True
    assert mean("x", values, least=0.87, slack=True, basis="").met is True
    assert mean("x", values, least=0.95, slack=True, basis="").met is False
    assert mean("x", values, most=0.5, slack=True, basis="").met is False


def test_a_missed_demand_ends_with_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In its line, in the last line, and for the shell; a figure that is only reported changes nothing."""
    good, bad, told = (
        Score(name, "1", "2", met, 1, "") for name, met in (("good", True), ("bad", False), ("told", None))
    )
    assert "MISSED" in table([good, bad, told])
    assert "1 of 2 demands met; missed: bad" in table([good, bad, told])
    for scores, status in (([good, told], 0), ([good, bad], 1)):
        monkeypatch.setitem(benchmark.SUITES, "leaks", lambda size, scores=scores: iter(scores))
        assert benchmark.main(["--only", "leaks"]) == status
    assert "missed: bad" in capsys.readouterr().out


# --- Suites, with an app that is wrong ---


def verdicts(monkeypatch: pytest.MonkeyPatch, *, opened: bool, level: str) -> None:
    """An app that says the same of everybody."""
    right = Claims(named=1, true=1, causes=1, signs=1, right_signs=1, auc=1.0, alone=False)
    monkeypatch.setattr(
        suite_tastes, "measure",
        lambda cell, seed, permutations, levels: Outcome(cell, seed, opened, level, right, right),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("opened", "level", "null_met", "gate_met"), [(True, "weak", False, True), (False, "none", True, False)]
)
def test_who_always_or_never_sees_a_taste_fails(
    monkeypatch: pytest.MonkeyPatch, opened: bool, level: str, null_met: bool, gate_met: bool
) -> None:
    """One on the nulls, the other on the tastes."""
    verdicts(monkeypatch, opened=opened, level=level)
    nulls = {score.name: score.met for score in suite_tastes.nulls(TINY)}
    gates = [score.met for score in suite_tastes.gate(TINY) if score.name.startswith("gate") and score.met is not None]
    assert nulls["null, N=100 and 300: verdict other than none"] is null_met
    assert gates
    assert set(gates) == {gate_met}


def test_who_finds_nothing_fails_every_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    """And who finds no piles; honest lists are left in peace."""
    monkeypatch.setattr(app, "findings_of", lambda dataset: ())
    scores = {score.name: score.met for score in suite_leaks.leaks(TINY)}
    assert not any(met for name, met in scores.items() if name.startswith("leak found"))
    assert scores["two piles told, N=300"] is False
    assert scores["honest list locked"] is True


def test_who_locks_everything_fails_the_honest_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock on an honest list is a lock too many."""
    listener = simulate("null", 60)
    lock = Finding("rating-copy", "lock", ("x",), 1.0, "")
    monkeypatch.setattr(app, "findings_of", lambda dataset: (lock,))
    assert suite_leaks.wrongly_found(listener.family, 0.0, 0.0, 60, 0) == ("rating-copy",)
    scores = {score.name: score.met for score in suite_leaks.leaks(TINY)}
    assert scores["honest list locked"] is False


def test_who_hears_an_artist_as_sound_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """So does who finds shades within piles, and who is never right about two ratings."""
    monkeypatch.setattr(suite_groups, "of_halo", lambda *_: suite_groups.Halo(True, 0.2, 0.5, 2))
    monkeypatch.setattr(suite_groups, "of_halo_singly", lambda *_: True)
    monkeypatch.setattr(suite_groups, "of_piles", lambda *_: (True, [True, True]))
    monkeypatch.setattr(suite_groups, "of_twice", lambda *_: False)
    for suite in (suite_groups.halo, suite_groups.within, suite_groups.twice):
        judged = [score.met for score in suite(TINY) if score.met is not None]
        assert judged
        assert not any(judged)


# --- Drivers ---


def clusters(**changes: object) -> pd.DataFrame:
    """Four clusters as `core.drivers` has them."""
    frame = pd.DataFrame({
        "features": [("tempo",), ("energy", "loudness"), ("valence",), ("pitch_0", "pitch_7")],
        "lead": ["tempo", "loudness", "valence", "pitch_0"], "direction": [1, -1, 0, 0],
        "p_holm": [0.001, 0.01, 0.5, 1.0], "licence": ["driver", "driver", "none", "none"],
    })  # fmt: skip
    return frame.assign(**changes)


def test_right_claims_are_right() -> None:
    """Energy down is loudness down: they rise together."""
    taste = Taste((Cause("tempo", 1.0), Cause("energy", -0.5)))
    found = judge(clusters(), taste)
    assert found == Claims(named=2, true=2, causes=2, signs=2, right_signs=2, auc=1.0, alone=False)
    assert found.false == 0


def test_wrong_claims_are_wrong() -> None:
    """A false driver, a missed one, a wrong direction, a cause ranked last: each is counted."""
    taste = Taste((Cause("valence", 1.0), Cause("energy", 0.5)))
    found = judge(clusters(), taste)
    assert (found.named, found.true, found.causes, found.false) == (2, 1, 2, 1)
    assert (found.signs, found.right_signs) == (1, 0)
    assert found.auc == pytest.approx(0.5)


def test_the_companion_alone_is_seen() -> None:
    """With its cause in one cluster it is no fault."""
    trap = Taste((Cause("valence", 1.0),), companion="tempo", rho=0.7)
    assert judge(clusters(), trap).alone
    together = [("tempo", "valence"), ("energy", "loudness"), ("mode",), ("pitch_0", "pitch_7")]
    assert not judge(clusters(features=together), trap).alone


def test_what_has_no_direction_is_not_judged_by_it() -> None:
    """A hump, an interaction, a cluster without a cause."""
    hump = Taste((Cause("tempo", 1.0, "hump"),))
    product = Taste((Cause("tempo", 1.0), Cause("energy", 1.0)), together=True)
    assert lead_sign(hump, ("tempo",), "tempo") == 0
    assert lead_sign(product, ("tempo",), "tempo") == 0
    assert lead_sign(hump, ("energy",), "energy") == 0
    assert lead_sign(Taste((Cause("energy", 1.0),)), ("energy", "acousticness"), "acousticness") == -1


def test_auc_counts_pairs() -> None:
    """Ties half; nothing to compare is no figure."""
    assert auc(np.array([3.0, 1.0, 2.0, 1.0]), np.array([True, True, False, False])) == pytest.approx(0.625)
    assert np.isnan(auc(np.array([1.0, 2.0]), np.array([True, True])))


def test_false_drivers_fail_their_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Precision, recall, ranking, sign, false groups and nulls all fall with an app that names the wrong ones."""
    wrong = Claims(named=2, true=0, causes=2, signs=2, right_signs=0, auc=0.2, alone=True)
    monkeypatch.setattr(
        suite_tastes,
        "measure",
        lambda cell, seed, permutations, levels: Outcome(cell, seed, True, "none", wrong, wrong),
    )
    scores = [score for suite in (suite_tastes.nulls, suite_tastes.gate, suite_tastes.trap) for score in suite(TINY)]
    judged = {score.name: score.met for score in scores if "driver" in score.name or "trap" in score.name}
    failed = [name for name, met in judged.items() if met is False]
    assert len(failed) == 10, judged
    assert not any(met for met in judged.values())


# --- The canary, and the app's headline ---


def test_the_canary_notices_each_leak_and_no_honest_model() -> None:
    """On ten shuffles already; what is clean where a leak is demanded fails, and the other way round."""
    dataset = simulate("linear", 100, r2=0.4).dataset
    clean = sing(honest("ridge"), dataset, range(10))
    assert clean.clean
    assert canary_score("x", clean, leaking=False).met is True
    assert canary_score("x", clean, leaking=True).met is False
    for name, pipeline in LEAKING.items():
        found = sing(pipeline, dataset, range(10))
        assert not found.clean, name
        assert canary_score(name, found, leaking=False).met is False


def test_the_canary_is_strict_about_both_its_figures() -> None:
    """A mean above 0, or a mean below that is too unsure."""
    assert not Canary((0.001, 0.0, 0.001)).clean
    assert not Canary((-0.5, 0.45, 0.0)).clean
    assert Canary((-0.01, -0.02, -0.015)).clean


def test_true_skill_is_that_of_fresh_tracks() -> None:
    """Without a taste no model has any; with a strong simple one ridge has most of it; intervals hold what they hold."""
    null, single = (simulate(family, 300, r2=r2) for family, r2 in (("null", 0.0), ("single", 0.4)))
    rows = [np.arange(240)]
    nothing, much = (true_skills(listener, ("ridge",), rows)["ridge"] for listener in (null, single))
    assert nothing[0] == pytest.approx(0, abs=0.04)
    assert 0.2 < much[0] < 0.4
    assert Held(0.1, 0.0, 0.2, 0.15, 0.3).holds(0.15)
    assert not Held(0.1, 0.0, 0.2, 0.15, 0.3).holds(0.3)


def test_levels_are_those_of_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy among the features is suspicious; with no luck in it there is none, and no model is fitted."""
    copied = spoil("copy", 60, size=1.0).dataset
    luck = app.chance_of(copied, permutations=99)
    assert app.level_of(copied, luck) == "suspicious"
    monkeypatch.setattr(app, "evaluate", None)
    assert app.level_of(copied, replace(luck, p_value=0.051)) == "none"
    assert app.level_of(copied, replace(luck, p_value=float("nan"))) == "none"
