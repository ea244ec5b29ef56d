"""The command line, as a person runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.__main__ import main
from core.explain.out_of_fold import explain
from core.language import spoken
from core.reading import read_paths
from tests.conftest import ROOT, table
from tests.core.audio.test_listening import recorded
from tests.core.audio.test_measure import clicks
from tests.disks import small


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """`python -m core analyse ...` in a process of its own."""
    command = [sys.executable, "-W", "error::UserWarning", "-m", "core", "analyse", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def bach_document(bach_files: list[Path]) -> dict:
    """The whole analysis of the study."""
    done = run(*bach_files, "--json", "-")
    assert done.returncode == 0, done.stderr
    told = done.stderr.splitlines()
    assert told[:2] == ["Comparing models: fold 0 of 50", "Comparing models: fold 50 of 50"]
    assert told[2:4] == ["Testing against chance: fold 0 of 15", "Testing against chance: fold 15 of 15"]
    return json.loads(done.stdout)


def test_bach_shows_what_is_promised(bach_document: dict) -> None:
    """100 tracks, 33 features, at least eleven models and the baseline at zero; best skill 0.15 to 0.26, none above 0.30."""
    skills = {row["name"]: row["skill"] for row in bach_document["models"]}
    assert bach_document["dataset"]["tracks"] == 100
    assert len(bach_document["dataset"]["features"]) == 33
    assert len(skills) >= 12
    assert abs(skills.pop("baseline")) < 1e-3
    assert 0.15 <= max(skills.values()) <= 0.26
    strongest = bach_document["correlations"][0]
    assert (strongest["feature"], round(strongest["spearman"], 2)) == ("valence", -0.49)


def test_bach_is_seen_through(bach_document: dict) -> None:
    """Sorted, labelled, in two piles, works that repeat: held out by work, the skill is honest and no feature a driver."""
    assert {"row-order", "rating-label", "repeated-group", "two-piles"} <= {
        one["code"] for one in bach_document["findings"]
    }
    label = next(one for one in bach_document["findings"] if one["code"] == "rating-label")
    assert label["columns"] == ["playlist"]
    verdict = bach_document["verdict"]
    assert (verdict["folds"], bach_document["dataset"]["group_column"]) == ("grouped", "work")
    assert 0.10 <= verdict["skill"] <= 0.25
    assert verdict["skill_low"] < 0.19 < verdict["skill_high"]
    assert verdict["p_value"] <= 0.02
    assert max(row["skill"] for row in bach_document["models"]) <= 0.30
    assert "which pile, not the shade" in verdict["sentence"]
    assert not [row for row in bach_document["drivers"] if row["licence"] == "driver"]


def test_row_and_column_order_change_no_figure(bach_document: dict, bach_files: list[Path], tmp_path: Path) -> None:
    """Both files shuffled alike, columns reordered: the same key, and the same skills to 1e-9."""
    order = np.random.default_rng(5).permutation(100)
    shuffled = []
    for path in bach_files:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False).iloc[order]
        shuffled.append(tmp_path / path.name)
        frame[frame.columns[::-1]].rename(columns={"Unnamed: 0": ""}).to_csv(shuffled[-1], index=False)
    done = run(*shuffled, "--quick", "--json", "-", "--workers", 1)
    other = json.loads(done.stdout)
    assert other["dataset"]["key"] == bach_document["dataset"]["key"]
    quick = {row["name"] for row in other["models"]}
    same = [row for row in bach_document["models"] if row["name"] in quick]
    for one, two in zip(same, other["models"], strict=True):
        assert one["name"] == two["name"]
        assert one["skill"] == pytest.approx(two["skill"], abs=1e-9)
        assert one["skill_low"] == pytest.approx(two["skill_low"], abs=1e-9)


def test_files_that_cannot_be_analysed_end_with_2(tmp_path: Path) -> None:
    """Every fault on standard error, nothing on standard output."""
    frame = table().astype(object)
    frame.loc[2, "rating"], frame.loc[3, "energy"] = "good", "loud"
    path = tmp_path / "bad.csv"
    frame.to_csv(path, index=False)
    done = run(path, tmp_path / "missing.csv", "--json", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert "missing.csv" in done.stderr
    done = run(path, "--json", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 2
    assert "row 4 (`good`)" in done.stderr
    assert "row 5 (`loud`)" in done.stderr


def test_options_choose_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rating, group, listener and further features by name; the quick set; the document in a file."""
    frame = table(80, Score=np.arange(80) % 9 + 1, work=[f"w{n % 20}" for n in range(80)], who="me")
    frame["brightness"] = np.random.default_rng(0).random(80)
    path, out = tmp_path / "list.csv", tmp_path / "out.json"
    frame.to_csv(path, index=False)
    status = main([
        "analyse", str(path), "--rating", "Score", "--group", "work", "--listener", "who", "--feature", "brightness",
        "--quick", "--json", str(out), "--seed", "3", "--workers", "1",
    ])  # fmt: skip
    assert status == 0
    document = json.loads(out.read_text())
    assert document["dataset"]["rating"]["column"] == "Score"
    assert (document["dataset"]["group_column"], document["dataset"]["groups"]) == ("work", 20)
    assert document["verdict"]["folds"] == "grouped"
    assert "brightness" in document["dataset"]["features"]
    assert len(document["models"]) == 6
    assert "ridge" in capsys.readouterr().out


def test_shap_values_of_all_models_are_a_table(tmp_path: Path) -> None:
    """Each model but the average and the baseline, each track and feature, as `explain` finds them one by one."""
    path, out, page = tmp_path / "list.csv", tmp_path / "shap.csv", tmp_path / "out.json"
    table(60).to_csv(path, index=False)
    assert main(["analyse", str(path), "--quick", "--workers", "1", "--shap", str(out), "--json", str(page)]) == 0
    found, data = pd.read_csv(out), read_paths([path])
    assert list(found.columns) == ["model", "track", "feature", "shap_value", "standard_error"]
    names = [row["name"] for row in json.loads(page.read_text())["models"]]
    assert list(found["model"].unique()) == [name for name in names if name not in {"average", "baseline"}]
    for name in ("support_vector", "extra_trees"):
        alone = explain(data, name, workers=1).values
        np.testing.assert_allclose(found.loc[found["model"] == name, "shap_value"], alone.ravel(), rtol=0, atol=1e-9)


def test_unwritable_results_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A place that cannot be written to is a sentence, not a traceback."""
    path = tmp_path / "list.csv"
    table(60).to_csv(path, index=False)
    assert main(["analyse", str(path), "--json", str(tmp_path / "no" / "out.json")]) == 2
    told = capsys.readouterr()
    assert "cannot write" in told.err
    assert "Comparing" not in told.err  # told before the work
    assert main(["analyse", str(path), "--quick", "--report", str(tmp_path), "--workers", "1"]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_the_report_is_one_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Self-contained HTML with its sentences, hostile titles escaped, the same bytes twice; English is spoken unasked."""
    frame = table(60, track_name="<script>alert(1)</script>")
    frame["track_name"] += [str(n) for n in range(60)]
    path = tmp_path / "<b>list.csv"
    frame.to_csv(path, index=False)
    pages, documents, out = [], [], tmp_path / "out.json"
    for name, language in (("a.html", []), ("b.html", ["--language", "en"])):
        page = tmp_path / name
        command = ["analyse", str(path), "--quick", "--workers", "1", "--report", str(page), "--json", str(out)]
        assert main(command + language) == 0
        pages.append(page.read_text())
        documents.append(json.loads(out.read_text()))
        for timed in (documents[-1], *documents[-1]["models"]):
            del timed["seconds"]
    assert pages[0] == pages[1]
    assert documents[0] == documents[1]
    own = pages[0].split("</style>")[1]
    assert "<script>alert" not in own
    assert "<b>list" not in own
    assert 'src="http' not in own
    assert "skill -" not in own
    assert capsys.readouterr().out.count("baseline") == 2


def test_likes_print_their_auc(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The table shows AUC in place of miss and order where there are two ratings, and only there."""
    path = tmp_path / "likes.csv"
    heads = []
    for ratings in ([n % 2 for n in range(80)], [n % 5 + 1 for n in range(80)]):
        table(80, rating=ratings).to_csv(path, index=False)
        assert main(["analyse", str(path), "--quick", "--workers", "1"]) == 0
        lines = capsys.readouterr().out.splitlines()
        start = next(n for n, line in enumerate(lines) if line.startswith("model"))
        heads.append(lines[start].split()[-2:])
        ridge = next(line for line in lines[start:] if line.startswith("ridge"))
        assert len(ridge.split()) == 5 + len(heads)
    assert heads == [["range", "AUC"], ["miss", "order"]]


def test_sentences_come_in_the_language_that_was_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The document's sentences and the page; the caller goes on in English; a language that nobody wrote is refused."""
    file, page = tmp_path / "list.csv", tmp_path / "page.html"
    table(60).to_csv(file, index=False)
    assert (
        main(
            [
                "analyse",
                str(file),
                "--quick",
                "--workers",
                "1",
                "--language",
                "nb",
                "--json",
                "-",
                "--report",
                str(page),
            ]
        )
        == 0
    )
    document = json.loads(capsys.readouterr().out)
    assert "Jeg kan ikke skille" in document["verdict"]["sentence"] or "flaks" in document["verdict"]["sentence"]
    assert '<html lang="nb">' in page.read_text()
    assert spoken() == "en"
    with pytest.raises(SystemExit) as ended:
        main(["analyse", str(file), "--language", "xx"])
    assert ended.value.code == 2


def test_a_folder_of_audio_becomes_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files and folders; a damaged file is told and costs no other; the table's columns are features of the catalogue."""
    folder = tmp_path / "music"
    folder.mkdir()
    for number in range(2):
        (folder / f"Band - Song {number}.wav").write_bytes(recorded(clicks(100 + 20 * number, 6)))
    (folder / "broken.mp3").write_bytes(b"x")
    (folder / "cover.jpg").write_bytes(b"x")
    out = tmp_path / "features.csv"
    assert main(["listen", str(folder), "--out", str(out), "--workers", "1"]) == 0
    told = capsys.readouterr()
    assert "I heard 2 tracks." in told.out
    assert "broken.mp3" in told.err
    assert "cover.jpg" not in told.err
    found = pd.read_csv(out)
    assert list(found["title"]) == ["Song 0", "Song 1"]
    np.testing.assert_allclose(found["tempo"], [100, 120], rtol=0.01)
    assert main(["listen", str(folder / "broken.mp3"), "--out", str(out), "--workers", "1"]) == 2
    assert main(["listen", str(tmp_path / "nothing"), "--out", str(out), "--workers", "1"]) == 2
    assert main(["listen", str(folder), "--out", str(tmp_path / "no" / "x.csv"), "--workers", "1"]) == 2


@pytest.mark.fault(3)
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file of before is whole, no half lies beside it, and with room the command does it; a pipe is written into."""
    sound = tmp_path / "Band - Song.wav"
    sound.write_bytes(recorded(clicks(100, 6)))
    with small(tmp_path / "full") as disk:
        out, ballast = disk / "features.csv", disk / "ballast"
        out.write_text("of before")
        out.chmod(0o600)
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 1_024)
        assert main(["listen", str(sound), "--out", str(out), "--workers", "1"]) == 2
        assert "No space left" in capsys.readouterr().err
        assert out.read_text() == "of before"
        assert {one.name for one in disk.iterdir()} == {"features.csv", "ballast"}
        ballast.unlink()
        assert main(["listen", str(sound), "--out", str(out), "--workers", "1"]) == 0
        assert list(pd.read_csv(out)["title"]) == ["Song"]
        assert out.stat().st_mode & 0o777 == 0o600
    assert main(["listen", str(sound), "--out", "/dev/null", "--workers", "1"]) == 0
    assert not Path("/dev/null").is_file()


def test_a_report_and_a_card_are_commands_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each reads and analyses as `analyse` does and writes one file; the page is that of `analyse --report`."""
    path, page, other, picture = (tmp_path / name for name in ("list.csv", "a.html", "b.html", "card.png"))
    table(60, Score=[n % 7 + 1 for n in range(60)]).to_csv(path, index=False)
    reading = ["--quick", "--workers", "1", "--rating", "Score", "--seed", "2", "--answer", "row-order=sorted-later"]
    assert main(["report", str(path), "--out", str(page), *reading]) == 0
    assert main(["analyse", str(path), "--report", str(other), *reading]) == 0
    assert page.read_bytes() == other.read_bytes()
    assert "column <code>Score</code>" in page.read_text()
    assert main(["card", str(path), "--out", str(picture), "--named", *reading]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert main(["report", str(path), "--out", str(tmp_path / "no" / "a.html")]) == 2
    assert "cannot write" in capsys.readouterr().err
    assert (
        main(["card", str(path), "--out", str(tmp_path / "x.png"), "--answer", "row-order=sound", "--group", "nothing"])
        == 2
    )
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert "report" in told
    assert "card" in told


def test_a_report_is_of_one_listener(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everybody at once is refused, before the work; a listener by name is told."""
    path, page = tmp_path / "list.csv", tmp_path / "a.html"
    table(100, user=["Ann", "Bo"] * 50).to_csv(path, index=False)
    assert main(["report", str(path), "--listener", "all", "--out", str(page)]) == 2
    assert "--listener NAME" in capsys.readouterr().err
    assert main(["report", str(path), "--listener", "Ann", "--out", str(page), "--quick", "--workers", "1"]) == 0
    assert "Listener: Ann" in page.read_text()
