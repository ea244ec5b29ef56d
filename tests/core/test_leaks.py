"""Planted leaks are found and locked, honest lists are left in peace, and figures are those of their textbooks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core import text
from core.dataset import Dataset, Scale, canonical
from core.leaks import Finding, find, gap, order_is_known, piles, repeated_groups, too_good
from core.leaks.alone import Trial
from core.leaks.order import MANY, order_test
from core.leaks.repeats import icc_test
from core.reading import Choices, read
from core.simulate import Listener, simulate
from tests.conftest import dataset, table, upload

CODES = {
    "row-order", "row-index", "identifier", "rating-copy", "rating-label", "duplicate-track", "near-duplicate",
    "repeated-group", "constant", "two-piles", "narrow-rating", "too-few", "too-good", "missing-values",
}  # fmt: skip
TEN = Scale("ten", 1.0, 10.0, 1.0, "1 to 10", "")
STARS = Scale("stars", 0.5, 5.0, 0.5, "0.5 to 5", "")


def listener(seed: int, *, tracks: int = 100, r2: float = 0.4) -> pd.DataFrame:
    """An invented list of an honest listener, in random order."""
    causes = (("acousticness", 1.0), ("valence", -0.8), ("tempo", -0.6))
    return simulate(Listener("x", "", "linear" if r2 else "null", r2, causes if r2 else (), tracks, seed))


def with_feature(frame: pd.DataFrame, values: object, name: str = "hunch") -> Dataset:
    """The list with one more column, which the person takes for a feature."""
    return read([upload(frame.assign(**{name: values}))], Choices(also=[name]))


def rated(ratings: np.ndarray, scale: Scale | None = TEN) -> Dataset:
    """Tracks of noise with these ratings."""
    noise = np.random.default_rng(0).random((len(ratings), 2))
    bare = pd.DataFrame(index=range(len(ratings)))
    return canonical(
        pd.DataFrame(noise, columns=["energy", "valence"]), ratings, bare, bare, None,
        name="x", rating_column="rating", scale=scale,
    )  # fmt: skip


def steps(draws: np.ndarray) -> np.ndarray:
    """Numbers as ratings on ten steps."""
    return np.clip(np.round(draws), 1, 10)


def one(data: Dataset, code: str, answers: dict[str, str] | None = None) -> Finding | None:
    """The finding with this code; there is one at most."""
    found = [finding for finding in find(data, answers=answers) if finding.code == code]
    assert len(found) <= 1
    return found[0] if found else None


# --- The study, and honest lists ---


def test_the_study_is_seen_through(bach: Dataset) -> None:
    """Sorted by rating, labelled by rating, two piles, works that cluster, a row number: each found, nothing else."""
    found = {finding.code: finding for finding in find(bach)}
    assert {code: finding.severity for code, finding in found.items()} == {
        "row-order": "warning", "repeated-group": "note", "two-piles": "warning", "rating-label": "note",
        "row-index": "note",
    }  # fmt: skip
    assert found["row-order"].statistic == pytest.approx(0.76, abs=0.01)
    assert found["rating-label"].columns == ("playlist",)
    assert found["rating-label"].statistic == pytest.approx(0.83, abs=0.02)
    assert found["repeated-group"].columns == ("work",)
    assert found["repeated-group"].statistic == pytest.approx(0.37, abs=0.03)
    assert found["two-piles"].statistic == pytest.approx(4.4, abs=0.15)
    two = piles(bach)
    assert two is not None
    assert (two.low, two.high) == pytest.approx((3.3, 7.35), abs=0.06)
    assert two.bic_gain == pytest.approx(30, abs=2)
    assert two.labels.sum() == 50


def test_the_study_without_its_leaks(bach_files: list[Path]) -> None:
    """Shuffled and without the playlist, the same tracks raise neither doubt."""
    features, ratings = (pd.read_csv(path) for path in bach_files)
    frame = features.drop(columns="playlist").assign(rating=ratings["rating"]).sample(frac=1, random_state=0)
    assert {finding.code for finding in find(dataset(frame))} == {"repeated-group", "two-piles"}


def test_the_bundled_listeners(taste: Dataset, no_taste: Dataset) -> None:
    """Two honest lists keep their figures."""
    for honest in (taste, no_taste):
        assert {finding.code for finding in find(honest)} == {"repeated-group"}


@pytest.mark.parametrize("seed", range(12))
def test_honest_lists_stay_open(seed: int) -> None:
    """A taste of any strength, a drift, or tracks artist by artist: nothing is locked or called sorted."""
    frame = listener(seed, r2=(0.0, 0.3, 0.5)[seed % 3])
    if seed % 2:
        frame = frame.sort_values("artist_name", kind="stable")
    else:
        later = np.arange(len(frame)) >= len(frame) / 2
        frame["rating"] = (frame["rating"] + later).clip(1, 10)
    found = find(dataset(frame))
    assert {finding.severity for finding in found if finding.code != "repeated-group"} <= {"note"}


# --- The order of the rows ---


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("order", ["sorted", "liked first"])
def test_a_file_in_the_order_of_its_ratings_is_seen(seed: int, order: str) -> None:
    """Sorted, or liked tracks before the others."""
    frame = listener(seed)
    ranks = frame["rating"].rank(method="first").to_numpy()
    frame = frame.iloc[np.argsort(-ranks if order == "sorted" else ranks <= 50, kind="stable")]
    found = one(dataset(frame), "row-order")
    assert found is not None
    assert (found.severity, found.among_features) == ("warning", False)


def test_only_the_person_knows_the_order() -> None:
    """The question has an answer that allows to read the order, and one that ends the matter; others change nothing."""
    data = dataset(listener(0).sort_values("rating"))
    asked = one(data, "row-order")
    assert asked is not None
    assert asked.answers[0][0] == "unknown"
    sentences = {asked.sentence}
    for key, _ in asked.answers[1:]:
        settled = one(data, "row-order", {"row-order": key})
        assert settled is not None
        assert settled.severity == "note"
        assert settled.answers == asked.answers
        sentences.add(settled.sentence)
    assert len(sentences) == 3
    assert one(data, "row-order", {"row-order": "nonsense"}) == asked
    assert order_is_known({"row-order": "rated-in-this-order"})
    assert not any(order_is_known({"row-order": key}) for key in ("unknown", "sorted-later", "nonsense"))
    assert not order_is_known({})


def test_only_the_order_hangs_on_the_order() -> None:
    """Another order of the rows changes no finding but that one."""
    frame = listener(1).sort_values("rating").assign(playlist=lambda f: f["rating"] > 5)
    here, there = (
        [finding for finding in find(dataset(rows)) if finding.code != "row-order"]
        for rows in (frame, frame.sample(frac=1, random_state=0))
    )
    assert here == there


@given(st.lists(st.integers(1, 10), min_size=20, max_size=60).filter(lambda values: len(set(values)) > 1))
@settings(max_examples=20, deadline=None)
def test_the_order_is_measured_by_rank(values: list[int]) -> None:
    """The first measure is Spearman's; doubling all ratings or reading from the end changes none."""
    ratings = np.array(values, float)
    draw = np.random.default_rng
    (with_row, with_next), p = order_test(ratings, 99, draw(0))
    assert with_row == pytest.approx(abs(stats.spearmanr(np.arange(len(ratings)), ratings).statistic))
    again, _ = order_test(2 * ratings[::-1], 99, draw(0))
    assert again == pytest.approx((with_row, with_next))
    assert 0 < p <= 1


def test_three_looks_count_three_times() -> None:
    """The least p of 99 permutations is 0.01, times three."""
    assert order_test(np.arange(50.0), 99, np.random.default_rng(0))[1] == pytest.approx(0.03)


def test_limits_agree_with_permutations() -> None:
    """On both sides of 2,000 rows the same drift has the same p."""
    draw = np.random.default_rng(1)
    y = draw.standard_normal(MANY + 1) + 0.11 * np.linspace(-1.7, 1.7, MANY + 1)
    groups = np.arange(MANY + 1) // 4
    halo = y + 0.22 * draw.standard_normal(len(y))[groups]
    for exact, limit in (
        (order_test(y[:-1], 2999, draw)[1], order_test(y, 0, draw)[1]),
        (icc_test(halo[:-1], groups[:-1], 2999, draw)[1], icc_test(halo, groups, 0, draw)[1]),
    ):
        assert exact < 0.1
        assert exact == pytest.approx(limit, rel=0.3, abs=0.003)


# --- One column alone ---


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("copy", ["exact", "log", "upside down", "scattered", "missing where low"])
def test_a_copy_of_the_rating_among_the_features_is_locked(seed: int, copy: str) -> None:
    """Whatever was done to it, a feature made from the rating locks every figure until the person says what it is."""
    frame = listener(seed)
    y, draw = frame["rating"].to_numpy(float), np.random.default_rng(seed)
    values = {
        "exact": y, "log": np.log(y), "upside down": 11 - y, "scattered": y + 0.5 * draw.standard_normal(len(y)),
        "missing where low": np.where(y > np.median(y), y, np.nan),
    }[copy]  # fmt: skip
    data = with_feature(frame, values)
    found = one(data, "rating-copy")
    assert found is not None
    assert (found.severity, found.columns, found.among_features) == ("lock", ("hunch",), True)
    assert found.question
    assert found.answers[0][0] == "unknown"
    confirmed = one(data, "rating-copy", {"rating-copy:hunch": "sound"})
    assert confirmed is not None
    assert (confirmed.severity, confirmed.among_features) == ("warning", False)
    refused = one(data, "rating-copy", {"rating-copy": "not-sound"})
    assert refused is not None
    assert (refused.severity, refused.among_features) == ("lock", True)


def test_a_copy_that_is_no_feature_is_told_and_locks_nothing() -> None:
    """Unknown numbers take no part; the person still learns what they are."""
    frame = listener(0)
    found = one(dataset(frame.assign(hunch=frame["rating"] * 2.5)), "rating-copy")
    assert found is not None
    assert (found.severity, found.columns, found.question, found.among_features) == ("note", ("hunch",), "", False)
    decimal_commas = frame["rating"].map(lambda value: f"{value / 4:.2f}".replace(".", ","))
    assert one(dataset(frame.assign(hunch=decimal_commas)), "rating-copy") is not None


@pytest.mark.parametrize("kind", ["counted", "shuffled", "stamped"])
def test_a_row_number_among_the_features_is_locked(kind: str) -> None:
    """A count of rows, in their order or not, or a time that rises with them, which somebody took for a feature."""
    frame, draw = listener(0), np.random.default_rng(0)
    count = np.arange(len(frame))
    numbers = {
        "counted": count,
        "shuffled": draw.permutation(count),
        "stamped": np.cumsum(1 + draw.random(len(frame))),
    }[kind]
    data = with_feature(frame, numbers + 1)
    found = one(data, "row-index")
    assert found is not None
    assert (found.severity, found.columns, found.among_features) == ("lock", ("hunch",), True)
    assert all(finding.severity != "lock" for finding in find(data, answers={"row-index:hunch": "sound"}))


def test_a_list_sorted_by_a_known_feature_is_honest() -> None:
    """Tempo may rise from row to row: the spreadsheet was sorted by it, and no rating leaks."""
    frame = listener(0)
    frame["tempo"] = np.linspace(60, 180, len(frame)).round(2)
    assert all(finding.severity != "lock" for finding in find(dataset(frame)))


@pytest.mark.parametrize("wrong", [0.0, 0.1])
def test_a_label_made_from_the_rating(wrong: float) -> None:
    """As a feature it is locked; as a column apart it is told, with its labels, even with one in ten wrong."""
    for seed in range(2):
        frame = listener(seed, tracks=150)
        flipped = np.random.default_rng(seed).random(len(frame)) < wrong
        liked = (frame["rating"] > frame["rating"].median()) ^ flipped
        feature = one(with_feature(frame, liked.astype(int)), "rating-label")
        assert feature is not None
        assert (feature.severity, feature.among_features) == ("lock", True)
        apart = one(dataset(frame.assign(playlist=np.where(liked, "ja", "nei"))), "rating-label")
        assert apart is not None
        assert (apart.severity, apart.columns) == ("note", ("playlist",))
        assert "`ja` and `nei`" in apart.sentence


def test_a_label_without_a_word_is_a_label() -> None:
    """A cross for liked tracks and nothing for others tells as much as two words."""
    frame = listener(0)
    found = one(dataset(frame.assign(remark=np.where(frame["rating"] > 6, "x", ""))), "rating-label")
    assert found is not None
    assert "empty and `x`" in found.sentence


def test_ratings_of_others_are_no_leak() -> None:
    """In a table of several listeners nobody's ratings are made from another's."""
    frame = listener(0).rename(columns={"rating": "rating_anna"})
    frame["rating_ben"] = frame["rating_anna"]
    assert {finding.code for finding in find(dataset(frame))} <= {"repeated-group"}


def test_a_trial_alone_has_a_known_skill() -> None:
    """A copy tells everything, a constant and noise nothing, and ten labels of the rating all but the shrinking."""
    data = dataset(listener(0, tracks=300))
    trial = Trial.of(data, 0)
    draw = np.random.default_rng(0)
    assert trial.of_numbers(trial.rating) == pytest.approx(1)
    assert trial.of_numbers(-trial.rating) == pytest.approx(1)
    assert trial.of_numbers(np.zeros(300)) == pytest.approx(0)
    assert trial.of_numbers(np.full(300, np.nan)) == pytest.approx(0)
    assert trial.of_labels(np.zeros(300, int)) == pytest.approx(0)
    assert -0.2 < trial.of_numbers(draw.random(300)) < 0.1
    assert 0.85 < trial.of_labels(trial.rating.astype(int)) < 1


# --- Copies and groups ---


def test_the_same_song_twice_is_named_with_its_ratings() -> None:
    """A song that was rated 6 and 9 is quoted with both; a copy under another name is told apart."""
    draw = np.random.default_rng(0)
    frame = table(60, **{f"pitch_{n}": draw.random(60) for n in range(12)}).assign(rating=draw.integers(1, 11, 60))
    frame.loc[0, ["track_name", "artist_name", "rating"]] = ["Yesterday", "Beatles", 6]
    frame.loc[1] = frame.loc[0]
    frame.loc[1, ["track_name", "rating"]] = ["Yesterday - Remastered 2009", 9]
    frame.loc[3] = frame.loc[2]
    frame.loc[3, ["track_name", "rating"]] = ["Gestern", frame.loc[2, "rating"] % 10 + 1]
    data = dataset(frame)
    twice, near = one(data, "duplicate-track"), one(data, "near-duplicate")
    assert twice is not None
    assert near is not None
    assert (twice.severity, twice.statistic) == (near.severity, near.statistic) == ("note", 1)
    assert "6 and 9" in twice.sentence
    assert "Yesterday" in twice.sentence
    assert "Gestern" in near.sentence
    assert "Yesterday" not in near.sentence


def test_icc_is_that_of_the_textbook() -> None:
    """With groups of one size it is (F - 1) / (F + size - 1), and its p is close to that of F."""
    draw = np.random.default_rng(0)
    codes = np.repeat(np.arange(20), 5)
    y = draw.standard_normal(100) + 0.6 * draw.standard_normal(20)[codes]
    f, p = stats.f_oneway(*(y[codes == code] for code in range(20)))
    mixed = draw.permutation(100)
    found, found_p = icc_test(y[mixed], codes[mixed], 4999, draw)
    assert found == pytest.approx((f - 1) / (f + 4))
    assert found_p == pytest.approx(p, rel=0.3, abs=0.003)
    assert icc_test(codes.astype(float), codes, 99, draw) == pytest.approx((1.0, 0.01))


def test_a_halo_is_warned_of_until_the_group_stays_together() -> None:
    """Artists whose tracks are rated alike ask for grouped folds; the same list with groups needs no warning."""
    frame = table(100)
    artist = frame["artist_name"].astype("category").cat.codes.to_numpy()
    frame["rating"] = steps(3 + 0.8 * artist + np.random.default_rng(0).standard_normal(100)).astype(int)
    alone = one(dataset(frame), "repeated-group")
    assert alone is not None
    assert (alone.severity, alone.columns) == ("warning", ("artist",))
    grouped = read([upload(frame)], Choices(group="artist_name"))
    assert [group.together for group in repeated_groups(grouped)] == [True]
    kept = one(grouped, "repeated-group")
    assert kept is not None
    assert kept.severity == "note"


def test_a_chosen_group_of_another_kind_counts_too() -> None:
    """A column that is neither artist, album nor work is judged by its own name."""
    frame = table(100).assign(mood=np.arange(100) // 10)
    found = repeated_groups(read([upload(frame)], Choices(group="mood")))
    assert [(group.kind, group.groups, group.largest) for group in found] == [("artist", 7, 15), ("mood", 10, 10)]


# --- The ratings themselves ---


def test_two_piles_are_found_where_they_were_put() -> None:
    """Means, sizes and the border between them; on stars the same ratings halved give the same piles, halved."""
    draw = np.random.default_rng(0)
    y = steps(np.concatenate([draw.normal(3, 1, 60), draw.normal(8, 1, 90)]))
    two = piles(rated(y))
    assert two is not None
    assert (two.low, two.high) == pytest.approx((3, 8), abs=0.4)
    assert 4.5 < two.threshold < 6.5
    assert two.labels.sum() == (y > two.threshold).sum() == pytest.approx(90, abs=4)
    halved = piles(rated(y / 2, STARS))
    assert halved is not None
    assert (halved.low, halved.high, halved.threshold) == pytest.approx((two.low / 2, two.high / 2, two.threshold / 2))
    assert (halved.d, halved.bic_gain) == pytest.approx((two.d, two.bic_gain))
    upside_down = piles(rated(11 - y))
    assert upside_down is not None
    assert (11 - upside_down.high, 11 - upside_down.low) == pytest.approx((two.low, two.high), abs=0.05)


@pytest.mark.parametrize("seed", range(4))
def test_one_pile_is_no_two(seed: int) -> None:
    """A normal list, one cut off at its ends, one with a favourite number, and likes are no two piles."""
    draw = np.random.default_rng(seed)
    normal = steps(draw.normal(5.8, 2, 200))
    for y in (normal, steps(draw.normal(8.5, 2.5, 200)), np.where(draw.random(200) < 0.3, 7, normal)):
        assert piles(rated(y)) is None
    assert one(rated((normal > 5).astype(float), Scale("likes", 0, 1, 1, "", "")), "two-piles") is None


def test_a_scale_that_is_hardly_used() -> None:
    """A small spread or a value given to four of ten is told; smaller and more often leave nothing to explain."""
    draw = np.random.default_rng(0)
    normal = steps(draw.normal(6, 2, 200))
    often, mostly = (np.where(np.arange(200) < 200 * share, 7, normal) for share in (0.38, 0.6))
    expected = {"note": (steps(draw.normal(6, 0.8, 200)), often), "lock": (steps(draw.normal(6, 0.5, 200)), mostly)}
    for severity, lists in expected.items():
        for ratings in lists:
            found = one(rated(ratings), "narrow-rating")
            assert found is not None
            assert (found.severity, found.among_features) == (severity, False)
    stars = Scale("stars", 1.0, 5.0, 1.0, "", "")
    assert one(rated(np.repeat([1.0, 2.0, 3.0, 4.0, 5.0], [10, 20, 50, 90, 30]), stars), "narrow-rating") is None
    assert one(rated(normal), "narrow-rating") is None
    assert one(rated((normal > 8).astype(float), Scale("likes", 0, 1, 1, "", "")), "narrow-rating") is None


def test_few_tracks_are_told() -> None:
    """Below 50 ratings comes a warning."""
    assert one(dataset(table(49)), "too-few") is not None
    assert one(dataset(table(50)), "too-few") is None


# --- What is missing or set aside, and what evaluation adds ---


def test_what_was_set_aside_is_told_by_kind() -> None:
    """A row number, an identifier, a constant feature, and features with holes."""
    frame = table(60, **{"Unnamed: 0": range(60), "album_uri": [f"u{n}" for n in range(60)], "liveness": 0.1})
    frame = frame.assign(energy=frame["energy"].where(frame.index > 35), tempo=frame["tempo"].where(frame.index > 15))
    found = [(finding.code, finding.severity, finding.columns) for finding in find(dataset(frame))]
    for expected in (
        ("row-index", "note", ("Unnamed: 0",)), ("identifier", "note", ("album_uri",)), ("constant", "note", ("liveness",)),
        ("missing-values", "warning", ("energy",)), ("missing-values", "note", ("tempo",)),
    ):  # fmt: skip
        assert expected in found


def test_evaluation_adds_two_doubts() -> None:
    """A gap above 0.10, a skill above 0.60, and a skill that rests on one column; not before."""
    assert gap(0.30, 0.21) is None
    lost = gap(0.30, 0.15)
    assert lost is not None
    assert lost.statistic == pytest.approx(0.15)
    assert too_good(0.60, alone=0.3, column="energy") is None
    assert too_good(0.02, alone=0.02, column="energy") is None
    assert gap(float("nan"), 0.1) is None
    assert too_good(float("nan"), alone=float("nan")) is None
    lock, told = too_good(0.61), too_good(0.3, alone=0.27, column="energy")
    assert lock is not None
    assert told is not None
    assert (lock.severity, lock.among_features, told.severity) == ("lock", True, "note")
    assert told.sentence.startswith("`energy` alone carries 90 %")


NASTY = ("`x`", "<b>y", "", "-1e999", "12345678901234567890123456789", "1,5", "nan", "x" * 300, "\u202e", "日本")


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_nothing_in_a_file_breaks_the_search(data: st.DataObject) -> None:
    """Any cells in any further column: findings are well formed, and their sentences cannot be broken open."""
    tracks = data.draw(st.integers(20, 40))
    cells = st.lists(st.sampled_from(NASTY), min_size=tracks, max_size=tracks)
    frame = table(tracks, rating=data.draw(st.lists(st.integers(0, 10), min_size=tracks, max_size=tracks)))
    frame.loc[:1, "rating"] = [3, 9]
    for header in ("playlist", "x`<i>", "liked it"):
        frame[header] = data.draw(cells)
    frame["valence"] = data.draw(st.sampled_from([frame["valence"], "", frame["rating"] / 10]))
    for finding in find(dataset(frame), permutations=19):
        assert finding.code in CODES
        assert np.isfinite(finding.statistic)
        assert finding.severity == "lock" or not finding.among_features
        assert bool(finding.question) == bool(finding.answers)
        assert finding.sentence.count("`") % 2 == 0
        assert "<i>" not in text.rich(finding.sentence).replace("`x'<i>`", "")


def test_the_same_file_gives_the_same_findings() -> None:
    """Twice the same seed, twice the same; another seed keeps the codes."""
    data = dataset(listener(3).sort_values("rating"))
    assert find(data) == find(data)
    assert [finding.code for finding in find(data, seed=5)] == [finding.code for finding in find(data)]


def test_features_of_several_sources_are_told() -> None:
    """Two named sources, and a named beside an unnamed one, are a warning; a single one is none."""
    halves = ["own audio (Earprint)"] * 30 + ["ReccoBeats"] * 30
    found = next(one for one in find(dataset(table(60, features_from=halves))) if one.code == "mixed-sources")
    assert found.severity == "warning"
    assert "`ReccoBeats` and `own audio (Earprint)`" in found.sentence
    partly = [one.code for one in find(dataset(table(60, features_from=["ReccoBeats"] * 30 + [""] * 30)))]
    assert "mixed-sources" in partly
    single = [one.code for one in find(dataset(table(60, features_from=["ReccoBeats"] * 60)))]
    assert "mixed-sources" not in single
