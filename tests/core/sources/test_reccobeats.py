"""Features by id, from a service of our own on loopback that behaves, and misbehaves, as the real one is described to."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
import requests

from core.reading import Upload, open_files
from core.sources import net, table_of
from core.sources.net import SourceError, get_json
from core.sources.reccobeats import FEATURES, SERVICE, Fetched, fetch
from tests.conftest import table
from tests.fakes.service import FAULTS, Answer, Service, of_json, serving

IDS = [f"{n:022d}"[::-1].replace("0", "a") for n in range(1, 101)]


def record(name: str) -> dict[str, object]:
    """One track as the service describes it; its energy tells which."""
    return {
        "id": f"uuid-{name}", "href": f"https://open.spotify.com/track/{name}", "isrc": f"USRC1{IDS.index(name):07d}",
        "trackTitle": f"Song {IDS.index(name)}", "artists": [{"name": "A"}, None, {"name": "<b>B</b>"}],
        **dict.fromkeys(FEATURES, 0.5), "energy": IDS.index(name) / 100, "tempo": 120.0, "key": 5, "mode": 1,
    }  # fmt: skip


def answer(path: str, query: dict[str, list[str]]) -> Answer:
    """Known are all but every tenth id; the answer comes in another order, with a null among its records; 40 at most."""
    assert path in {"/audio-features", "/track"}
    names = query["ids"][0].split(",")[:40]
    by_isrc = {f"USRC1{n:07d}": name for n, name in enumerate(IDS)}
    known = [by_isrc.get(name, name) for name in names]
    found = [record(name) for name in reversed(known) if name in IDS and IDS.index(name) % 10]
    return of_json({"content": [*found[:1], None, *found[1:]]})


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The service, and short pauses between tries."""
    monkeypatch.setattr(net, "_PAUSE", 0.01)
    with serving(Service(answer)) as running:
        yield running


def test_each_id_gets_its_own_features(service: Service) -> None:
    """A hundred in three requests, joined by id though the order differs; unknown ones are told, none is made up."""
    told: list[tuple[int, int]] = []
    found = fetch(IDS, address=service.address, progress=lambda done, of: told.append((done, of)))
    assert len(service.asked) == 3
    assert found.fault == ""
    assert len(found.features) == 90
    assert set(found.unknown) == set(IDS[::10])
    assert all(found.features[name]["energy"] == IDS.index(name) / 100 for name in found.features)
    assert told[-1] == (100, 100)


def test_links_uris_and_isrcs_are_ids_too(service: Service) -> None:
    """Whatever a person pastes; what is no id is not sent."""
    given = [
        f"https://open.spotify.com/track/{IDS[1]}?si=abc", f"spotify:track:{IDS[2]}", "us-rc1-00-00003", "no id at all, really",
        "", IDS[1],
    ]  # fmt: skip
    found = fetch(given, address=service.address)
    assert set(found.features) == {IDS[1], IDS[2], "USRC10000003"}
    assert found.features["USRC10000003"]["energy"] == 0.03
    assert "really" not in service.asked[0]


@pytest.mark.fault(9)
@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_fault_is_a_sentence_and_costs_nothing_that_came(service: Service, fault: str) -> None:
    """The second request fails for good: the first forty are kept, and a later try asks for the others alone."""
    service.faults = ["", *[fault] * 3]
    found = fetch(IDS, address=service.address)
    assert found.fault.startswith("ReccoBeats ")
    assert found.fault.endswith(".")
    assert len(found.features) + len(found.unknown) == 40
    before = len(service.asked)
    service.faults = []
    whole = fetch(IDS, known=found, address=service.address)
    assert whole.fault == ""
    assert len(whole.features) == 90
    assert len(service.asked) - before == 2


@pytest.mark.fault(9)
@pytest.mark.parametrize("fault", ["500", "503"])
def test_a_fault_that_passes_is_not_told(service: Service, fault: str) -> None:
    """The service recovers at the third try."""
    service.faults = [fault, fault]
    assert fetch(IDS[:40], address=service.address).fault == ""


@pytest.mark.fault(9)
def test_a_short_wait_is_waited_for(service: Service) -> None:
    """A second is; a day is told."""
    FAULTS["429 for a second"] = (429, {"Retry-After": "1"}, b"{}")
    try:
        service.faults = ["429 for a second"]
        assert fetch(IDS[:40], address=service.address).fault == ""
        service.faults = ["429 for a day"]
        assert "1,440 minutes" in fetch(IDS[:40], address=service.address).fault
    finally:
        del FAULTS["429 for a second"]


@pytest.mark.fault(9)
@pytest.mark.parametrize("fault", ["silence", "drip"])
def test_nothing_takes_longer_than_its_deadline(service: Service, fault: str) -> None:
    """A server that says nothing, and one that sends a byte now and then."""
    service.faults = [fault] * 3
    start = time.monotonic()
    found = fetch(IDS, address=service.address, seconds=1.0)
    assert time.monotonic() - start < 3
    assert found.fault
    assert not found.features


@pytest.mark.fault(9)
def test_no_net_is_told() -> None:
    """Nobody listens at that address."""
    assert "Is this machine on the net?" in fetch(IDS[:1], address="http://127.0.0.1:9", seconds=5).fault


@pytest.mark.fault(9)
def test_an_answer_without_bound_is_refused(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """More bytes than any answer has."""
    monkeypatch.setattr(net, "_MOST", 100)
    with pytest.raises(SourceError, match="do not understand"):
        get_json(
            requests.Session(), f"{service.address}/audio-features", {"ids": ",".join(IDS[:40])}, service="It",
            deadline=time.monotonic() + 5,
        )  # fmt: skip


def test_names_come_when_they_are_asked_for(service: Service) -> None:
    """Title, artists, ISRC and link of each id that is known, by a second request for forty."""
    found = fetch(IDS[:40], titles=True, address=service.address)
    assert len(found.names) == 36
    assert found.names[IDS[1]] == {
        "title": "Song 1", "artist": "A; <b>B</b>", "isrc": "USRC10000001", "link": f"https://open.spotify.com/track/{IDS[1]}",
    }  # fmt: skip
    assert [path.partition("?")[0] for path in service.asked] == ["/audio-features", "/track"]
    assert fetch(IDS[:40], address=service.address).names == {}


def test_values_that_are_none_are_missing(service: Service) -> None:
    """A key of -1, a null, a text and a missing field."""
    odd = {**record(IDS[1]), "key": -1, "valence": None, "tempo": "fast"}
    del odd["mode"]
    service.answer = lambda path, query: of_json({"content": [odd]})
    found = fetch(IDS[1:2], address=service.address).features[IDS[1]]
    assert np.isnan([found["key"], found["valence"], found["tempo"], found["mode"]]).all()
    assert found["energy"] == 0.01


def test_what_came_joins_a_list_of_ratings(service: Service) -> None:
    """By id; every row remembers its source."""
    rated = table(60).drop(columns=["energy", "valence", "tempo"]).assign(track_id=IDS[:60])
    found: Fetched = fetch(IDS[:60], address=service.address)
    files = [
        Upload("mine.csv", rated.to_csv(index=False).encode()),
        Upload("features.csv", table_of(found.features, SERVICE).to_csv(index=False).encode()),
    ]
    read = open_files(files)
    assert read.dataset is not None, read.faults
    assert read.dataset.tracks == 54
    assert "energy" in read.dataset.feature_names
    assert set(read.dataset.context["features_from"]) == {"ReccoBeats"}
