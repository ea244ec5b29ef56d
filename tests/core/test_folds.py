"""Which tracks share a fold, and why."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.dataset import Dataset, canonical
from core.errors import InputError
from core.folds import grouping, make_folds
from core.reading import Choices, read
from tests.conftest import dataset, table, upload


def by(artists: list[str], **columns: object) -> Dataset:
    """A list with these artists."""
    return dataset(table(len(artists), artist_name=artists, **columns))


def test_artists_stay_together_by_themselves() -> None:
    """Where artists repeat, no fold has one on both sides; `grouped=False` tears them apart; the key does not change."""
    data = by([f"Artist {n // 4}" for n in range(80)])
    found = grouping(data)
    assert (found.kinds, found.groups, found.refused) == (("artist",), 20, ())
    labels = data.labels("artist")
    assert all(not set(labels[fold.train]) & set(labels[fold.test]) for fold in make_folds(data))
    assert any(set(labels[fold.train]) & set(labels[fold.test]) for fold in make_folds(data, grouped=False))
    assert data.key == dataset(table(80, artist_name=[f"Artist {n // 4}" for n in range(80)])).key


def test_single_tracks_need_no_groups() -> None:
    """Where nothing repeats, folds are random."""
    assert grouping(by([f"Artist {n}" for n in range(60)])).kinds == ()


def test_one_artist_with_half_of_the_list_is_told_and_not_hidden() -> None:
    """Too large a group leaves random folds, says which, and its ratings still change place only among themselves."""
    data = by(["Big"] * 40 + [f"Artist {n // 2}" for n in range(40)])
    found = grouping(data)
    assert found.kinds == ()
    assert [(one.kind, one.groups, one.largest) for one in found.refused] == [("artist", 21, 40)]
    assert len(np.unique(found.exchangeable)) == 21
    assert len(make_folds(data)) == 50


def test_none_can_be_chosen_and_so_can_a_column() -> None:
    """Choosing none gives random folds; a chosen column counts alone; one that cannot work is refused in a sentence."""
    frame = table(80, artist_name=[f"Artist {n // 4}" for n in range(80)], mood=[f"Mood {n % 16}" for n in range(80)])
    assert grouping(read([upload(frame)], Choices(group="none"))).kinds == ()
    assert grouping(read([upload(frame)], Choices(group="mood"))).kinds == ("mood",)
    frame["mood"] = ["a"] * 60 + ["b"] * 20
    with pytest.raises(InputError, match="Choose another column, or none"):
        make_folds(read([upload(frame)], Choices(group="mood")))


def test_bach_is_kept_together_by_work(bach: Dataset) -> None:
    """65 works of one composer; the largest has 14 tracks."""
    found = grouping(bach)
    assert (found.kinds, found.groups, int(np.bincount(found.labels).max())) == (("work",), 65, 14)


def test_a_very_large_list_has_fewer_rounds_and_keeps_artists_together() -> None:
    """Above 20,000 tracks two rounds of five folds hold every track out once each, no artist on both sides."""
    n, draw = 21_000, np.random.default_rng(0)
    features = pd.DataFrame(draw.normal(size=(n, 3)), columns=["energy", "valence", "tempo"])
    artists = pd.DataFrame({"artist": [f"Artist {number}" for number in draw.integers(0, 4_000, n)]})
    data = canonical(features, draw.integers(1, 11, n), artists, pd.DataFrame(index=range(n)), None,
                     name="large", rating_column="rating")  # fmt: skip
    folds, codes = make_folds(data), pd.factorize(data.labels("artist"))[0]
    assert len(folds) == 10
    assert all(not np.intersect1d(codes[fold.train], codes[fold.test]).size for fold in folds)
    for repeat in (0, 1):
        held = np.concatenate([fold.test for fold in folds if fold.repeat == repeat])
        assert np.array_equal(np.sort(held), np.arange(n))
