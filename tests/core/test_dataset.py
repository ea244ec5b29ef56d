"""The canonical order and the key."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from core.dataset import Dataset, _components, _pairs, near_copies
from tests.conftest import dataset, table


def test_shuffled_rows_and_columns_are_the_same_data() -> None:
    """The key, the features and the ratings do not depend on the file's order."""
    frame = table()
    other = dataset(frame.sample(frac=1, random_state=1)[frame.columns[::-1]])
    one = dataset(frame)
    assert other.key == one.key
    assert np.array_equal(other.x, one.x)
    assert np.array_equal(other.rating, one.rating)
    assert other.titles == one.titles


def test_the_files_order_is_kept_apart() -> None:
    """`file_order` leads back to the file, and nothing in it is sorted by the rating."""
    frame = table().sort_values("rating")
    read = dataset(frame)
    assert np.array_equal(frame["rating"].to_numpy()[read.file_order], read.rating)
    assert not np.array_equal(np.sort(read.rating), read.rating)


@pytest.mark.parametrize("change", [{"rating": 1}, {"energy": 0.123}, {"track_name": "Another"}])
def test_every_cell_counts_for_the_key(change: dict[str, object]) -> None:
    """One changed rating, feature or title is another data set."""
    frame = table()
    frame["rating"] = frame["rating"].clip(lower=2)
    other = frame.copy()
    for name, value in change.items():
        other.loc[3, name] = value
    assert dataset(frame).key != dataset(other).key


def test_a_renamed_track_keeps_its_fold() -> None:
    """The order hangs on the features alone, so titles change no figure."""
    frame = table()
    assert np.array_equal(dataset(frame).x, dataset(frame.assign(track_name=frame["track_name"].str.upper())).x)


def test_features_lie_on_the_float32_grid() -> None:
    """Every value survives a trip through 32 bits, so that a tree's threshold lies where it says."""
    x = dataset().x
    assert np.array_equal(x, x.astype(np.float32).astype(np.float64))


def test_nothing_can_be_written_into_it() -> None:
    """The matrix, the rating and the fields are read-only."""
    read = dataset()
    for array in (read.x, read.rating, read.features.to_numpy()):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(AttributeError):
        read.name = "x"  # type: ignore[misc]


def test_titles_name_what_is_there() -> None:
    """Title and artist, one of them, or the row's place."""
    assert "Track 3 – Artist 3" in dataset().titles
    bare = dataset(table().drop(columns=["track_name", "artist_name"]))
    assert sorted(bare.titles, key=lambda t: int(t.split()[1]))[:2] == ["Track 1", "Track 2"]
    assert isinstance(bare, Dataset)


def test_copies_of_a_recording_are_known() -> None:
    """The same id or the same features make one recording, over any chain; title and artist alone do not."""
    frame = table(track_id=[f"id{n}" for n in range(40)])
    frame.loc[1, "track_id"] = " id0"
    frame.loc[[2, 1], ["energy", "valence", "tempo"]] = [0.5, 0.5, 120.0]
    frame.loc[[8, 9], "track_id"] = ""
    frame.loc[6, ["track_name", "artist_name"]] = ["Track 7", "Artist 0"]
    read = dataset(frame)
    where = {place: read.recordings[row] for row, place in enumerate(read.file_order)}
    assert where[0] == where[1] == where[2]
    assert len(set(where.values())) == 38


def test_remasters_are_one_recording() -> None:
    """A track under the same title and artist but for remarks is one recording where it sounds alike."""
    frame = table(60)
    frame.loc[1] = frame.loc[0]
    frame.loc[1, "track_name"] = "Track 0 - Remastered 2011"
    frame.loc[1, "energy"] += 0.05
    read = dataset(frame)
    where = {place: read.recordings[row] for row, place in enumerate(read.file_order)}
    assert where[0] == where[1]
    assert len(set(where.values())) == 59


def test_tracks_that_sound_nearly_alike_are_one_recording() -> None:
    """Thirteen features that nearly agree make a copy under any name; among independent tracks there is none."""
    draw = np.random.default_rng(0)
    x = draw.normal(size=(300, 13))
    assert (near_copies(x) == -1).all()
    x[7] = x[100] + 0.05 * draw.normal(size=13)
    labels = near_copies(x)
    assert labels[7] == labels[100] >= 0
    assert (labels >= 0).sum() == 2


@pytest.mark.parametrize(("rows", "radius"), [(1, 1.0), (40, 3.0), (3_000, 1.5)])
def test_near_pairs_and_what_hangs_together_are_scipys(rows: int, radius: float) -> None:
    """All pairs within a radius, over several blocks too, and the components that they make, numbered by their first members."""
    z = np.random.default_rng(1).normal(size=(rows, 6))
    pairs = _pairs(z, radius)
    assert set(map(tuple, pairs)) == set(cKDTree(z).query_pairs(radius))
    graph = coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(rows, rows))
    assert (_components(rows, *pairs.T) == connected_components(graph, directed=False)[1]).all()


def test_a_long_chain_hangs_together() -> None:
    """However the rows of a chain are numbered, they are one."""
    chain = np.random.default_rng(2).permutation(10_000)
    assert (_components(10_000, chain[:-1], chain[1:]) == 0).all()


def test_groups_are_known_by_artist_album_and_work() -> None:
    """The first artist, the album without its remarks, and the catalogue's number make groups; single ones none."""
    frame = table(
        artist_name=["Bach; Gould" if n % 2 else "Bach" for n in range(40)],
        album_name=[f"Album {n // 2}" if n % 2 else f"ALBUM {n // 2} (Deluxe Edition)" for n in range(40)],
        track_name=[f"Aria, BWV {988 + n // 4}: {n}" for n in range(40)],
    )
    assert dataset(frame).groups == {"artist": (1, 40), "album": (20, 40), "work": (10, 40)}


def test_tracks_without_a_group_are_groups_of_their_own() -> None:
    """Blank cells of the group column hold nothing together, and do not hang on the file's order."""
    from core.reading import Choices, read
    from tests.conftest import upload

    frame = table(artist_name=["" if n % 2 else f"A{n % 8}" for n in range(40)])
    one, two = (read([upload(f)], Choices(group="artist_name")) for f in (frame, frame[::-1]))
    assert len(set(one.group)) == 24  # type: ignore[arg-type]
    assert one.key == two.key


def test_a_few_coarse_features_make_no_copies() -> None:
    """Tracks that share mode and time signature, and nothing else that is known, are different recordings."""
    frame = table(60, mode=[n % 2 for n in range(60)], time_signature=[3 + n % 3 for n in range(60)])
    read = dataset(frame.drop(columns=["energy", "valence", "tempo"]))
    assert len(set(read.recordings)) == 60
