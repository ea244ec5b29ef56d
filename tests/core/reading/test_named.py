"""Which tracks some files name."""

from __future__ import annotations

import pandas as pd

from core.reading import Named, Upload, named_tracks


def upload(name: str, frame: pd.DataFrame) -> Upload:
    """The table as a file."""
    return Upload(name, frame.to_csv(index=False).encode())


def test_ids_are_found() -> None:
    """Links as ids; ISRCs where a file has no ids; each once, of every file; nothing of a file that is none."""
    ids = [f"{n:022d}".replace("0", "b") for n in range(10)]
    one = pd.DataFrame(
        {"track": [f"T{n}" for n in range(10)], "uri": [f"spotify:track:{name}" for name in ids], "rating": 5}
    )
    other = pd.DataFrame({"title": ["a", "b"], "isrc": ["US-RC1-76-07839", ""]})
    files = [upload(f"{n}.csv", frame) for n, frame in enumerate((one, other, one))]
    assert named_tracks([*files, Upload("x.csv", b"\x00\x01")]) == Named((*ids, "USRC17607839"), ())
    assert named_tracks([]) == Named((), ())


def test_titles_are_found_where_there_are_no_ids() -> None:
    """With their artists, if the file names them; each once; blank ones are none."""
    one = pd.DataFrame({"Title": ["Aria", " Aria", "", "Só"], "Artist": ["Bach", "Bach", "x", ""], "rating": 5})
    other = pd.DataFrame({"song": ["La Mer"], "rating": [3]})
    with_ids = pd.DataFrame({"title": ["Known"], "artist": ["Somebody"], "track_id": ["b" * 22]})
    found = named_tracks([upload("a.csv", one), upload("b.csv", other), upload("c.csv", with_ids)])
    assert found == Named(("b" * 22,), (("Aria", "Bach"), ("Só", ""), ("La Mer", "")))
