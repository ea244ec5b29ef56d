"""The report says what the pages say, alone in one file, and nothing in it but its own two scripts can run."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from core import text, words
from core.language import speak
from core.leaks.finding import IN_ORDER
from core.pipeline import Analysis, analyse, summary
from core.report import fonts, page, report
from core.report.page import escaped, table
from core.words import report as said
from core.words.naming import cluster_label, p_shown
from tests.attacks import ATTACKS
from tests.conftest import dataset
from tests.conftest import table as sounds

MODELS = ["average", "ridge"]
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \u2028\u202e`a` \"'&{0}<b>"
VOID = {"meta", "img", "br", "hr", "link", "input"}


@dataclass
class Read(HTMLParser):
    """What a browser would find in a page: tags with their attributes, the text of each script, and tables as rows of cells."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    scripts: list[tuple[str, str]] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    seen: str = ""
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "script":
            self.scripts.append((dict(attrs).get("id") or "", ""))
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in {"td", "th"}:
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "script" in self.open:
            self.scripts[-1] = (self.scripts[-1][0], data)
        elif "style" not in self.open:
            self.seen += data
            if {"td", "th"} & set(self.open[-2:]):
                self.tables[-1][-1][-1] += data


def read(written: str) -> Read:
    """The page as it is parsed; every tag in it has its end."""
    found = Read()
    found.feed(written)
    found.close()
    assert found.open == []
    return found


def figures(found: Read) -> dict[str, dict]:
    """The charts' own data, by name."""
    return {
        name.removeprefix("chart-").removesuffix("-data"): json.loads(content)
        for name, content in found.scripts if name.startswith("chart-")
    }  # fmt: skip


@pytest.fixture(scope="module")
def likes() -> Analysis:
    """80 tracks, liked the more the higher their valence."""
    frame = sounds(80, seed=3)
    liked = (frame["valence"] + 0.1 * (frame["tempo"] % 3) > 0.6).astype(int)
    return analyse(dataset(frame.assign(rating=liked)), models=MODELS, workers=1)


@pytest.fixture(scope="module")
def hostile() -> Analysis:
    """Titles, artists, a column and a file that would be programs, with a taste, and artists who are rated alike."""
    draw = np.random.default_rng(0)
    frame = sounds(120, seed=5)
    level = np.repeat(np.arange(12), 10)
    frame["track_name"] = [f"{ATTACKS[number % len(ATTACKS)]} {number}" for number in range(120)]
    frame["artist_name"] = [f"{HOSTILE} {number}" for number in level]
    frame[HOSTILE] = draw.integers(0, 4, 120)
    sound = 4 * frame["valence"] + 3 * frame["energy"] + 0.35 * (level * 5 % 12 - 6)
    frame["rating"] = np.clip(np.round(2 + sound + draw.normal(0, 0.8, 120)), 1, 10)
    found = analyse(replace(dataset(frame), name=f"{HOSTILE}.csv", listener=HOSTILE), models=MODELS, workers=1)
    assert not found.verdict.locked
    assert found.biases.claimed
    return found


def test_the_figures_are_those_of_the_summary_document(taste_analysis: Analysis) -> None:
    """Models, drivers and correlations in the tables, the dots of the charts, and the verdict's own sentence."""
    document, found = summary(taste_analysis), read(report(taste_analysis))
    board, drivers = (next(rows for rows in found.tables if head in rows[0]) for head in ("Typical miss", "Licence"))
    for row, own in zip(document["models"], board[1:], strict=True):
        assert own[:5] == [
            words.label(row["name"]), *(text.number(row[name], 2) for name in ("skill", "skill_low", "skill_high", "mae"))
        ]  # fmt: skip
    for row, own in zip(document["drivers"], drivers[1:], strict=True):
        assert own[0] == cluster_label(row["features"], row["group"])
        assert own[2:5] == [text.number(row[name], 3) for name in ("importance", "low", "high")]
        assert own[5] == p_shown(row["p_holm"])
    links = next(rows for rows in found.tables if "q" in rows[0])
    for row, own in zip(document["correlations"], links[1:], strict=True):
        assert own[:4] == [
            words.feature_label(row["feature"]), *(text.number(row[name], 3) for name in ("spearman", "low", "high"))
        ]  # fmt: skip
        assert own[4] == p_shown(row["q"])
    traces = figures(found)["leaderboard"]["data"]
    dots = {trace["y"][0]: trace["x"][0] for trace in traces if trace["mode"] == "markers"}
    assert dots == pytest.approx({words.label(row["name"]): 100 * row["skill"] for row in document["models"]})
    for sentence in (words.verdict_headline(taste_analysis.verdict), document["verdict"]["sentence"].split(". ")[-1]):
        assert sentence in found.seen.replace("\u00a0", " ")


def test_every_chart_has_words_and_data(taste_analysis: Analysis) -> None:
    """A text alternative, said where the chart is not drawn, and a table of what it shows; ids are unique."""
    found = read(report(taste_analysis))
    plots = [own for tag, own in found.tags if tag == "div" and own.get("class") == "plot"]
    assert [own["id"] for own in plots] == [f"chart-{name}" for name in figures(found)]
    assert len({own["id"] for _, own in found.tags if "id" in own}) == sum("id" in own for _, own in found.tags)
    assert all(own["role"] == "img" and own["aria-label"] in found.seen for own in plots)
    assert sum(tag == "figure" for tag, _ in found.tags) == len(plots)
    assert {"leaderboard", "drivers", "surprises", "ratings", "links", "heatmap"} == set(figures(found))
    rows = {len(rows) - 1 for rows in found.tables}
    assert {taste_analysis.dataset.tracks, len(taste_analysis.drivers.frame)} <= rows


def test_nothing_is_explained_where_nothing_was_found(null_analysis: Analysis) -> None:
    """The sentence that there is nothing, and neither drivers nor surprises by name; what a table needs is there."""
    found = read(report(null_analysis))
    assert "I cannot tell your ratings from guessing." in found.seen
    assert "There is nothing here that I could explain." in found.seen
    assert not {"drivers", "surprises"} & set(figures(found))
    assert "predicted" in figures(found)
    assert "drive your rating" not in found.seen
    assert "Guilty pleasures" not in found.seen


def test_a_question_that_is_open_or_answered_is_told(bach_analysis: Analysis) -> None:
    """With the answer in words; a question that nobody answered is told as that."""
    assert "Is this the order in which you rated? Not answered." in read(report(bach_analysis)).seen
    given = replace(bach_analysis, answers={"row-order": IN_ORDER})
    assert "You answered: Yes, from the first row to the last." in read(report(given)).seen


def test_text_of_a_file_stays_text(hostile: Analysis) -> None:
    """No tag and no script comes from a title, an artist, a column or a file's name, in sentences, tables or charts."""
    written = report(hostile)
    found = read(written)
    assert {tag for tag, _ in found.tags} <= {
        "html", "head", "meta", "title", "style", "body", "main", "section", "p", "h1", "h2", "h3", "figure", "div", "script",
        "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "code", "em",
    }  # fmt: skip
    programs = [content for name, content in found.scripts if not name]
    assert len(programs) == 1
    assert "alert" not in programs[0]
    assert not [own for _, own in found.tags for name in own if name.startswith("on") or name in {"src", "href"}]
    assert "onerror=alert(2)" in found.seen  # it was there, as text
    assert {"surprises", "habit-1"} <= set(figures(found))
    assert "\u202e" not in written
    assert len(written) < 5_000_000


def test_the_file_may_run_its_own_scripts_and_load_nothing(taste_analysis: Analysis) -> None:
    """The policy names the hashes of the two scripts, forbids all else, and no address stands in the page's own part."""
    written = report(taste_analysis)
    policy = next(own["content"] for tag, own in read(written).tags if own.get("http-equiv"))
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[\w+/=]{44}' 'sha256-[\w+/=]{44}'", parts["script-src"])
    assert set(parts) == {"default-src", "script-src", "style-src", "img-src", "font-src", "base-uri", "form-action"}
    assert "http" not in policy
    assert not re.search(r"https?://", re.sub(r"base64,[\w+/=]+", "", written.split('id="library"')[0]))


def test_the_same_list_gives_the_same_bytes(likes: Analysis) -> None:
    """Analysed anew, in a process more."""
    assert report(analyse(likes.dataset, models=MODELS, workers=2)) == report(likes)


def test_in_another_language_the_words_alone_differ(taste_analysis: Analysis) -> None:
    """The same charts, under the language's name; and the first language is as it was."""
    first = report(taste_analysis)
    speak("nb")
    try:
        other = read(report(taste_analysis))
    finally:
        speak("en")
    assert ("html", {"lang": "nb"}) in other.tags
    assert set(figures(other)) == set(figures(read(first)))
    assert "Hva driver smaken din?" in other.seen
    assert report(taste_analysis) == first


def test_the_study_fits_into_five_megabytes(bach_analysis: Analysis) -> None:
    """With its 33 features, 19 groups and a habit."""
    written = report(bach_analysis)
    assert len(written.encode()) < 5_000_000
    assert "Sound tells which pile, not the shade." in html.unescape(written)


def test_likes_are_told_as_shares(likes: Analysis) -> None:
    """Chances and percentage points, AUC in place of the miss; two answers have no range between them."""
    found = read(report(replace(likes, verdict=replace(likes.verdict, level="clear", findings=()))))
    assert "AUC" in found.tables[0][0]
    assert "Typical miss" not in found.tables[0][0]
    assert "Percentage points" in found.tables[1][0]
    assert "80 % range" not in found.seen
    assert "I found nothing here that would mislead." in found.seen


def test_what_cannot_be_told_is_left_out(likes: Analysis) -> None:
    """Features that do not vary have no chart of links; too many have no heatmap; an impossible test is said to be one."""
    flat = likes.correlations.with_rating.assign(spearman=np.nan)
    names = [f"Timbre {number}" for number in range(50)]
    many = pd.DataFrame(np.eye(50), index=names, columns=names)
    luck = replace(likes.verdict.evidence.chance, scheme="none", p_value=np.nan, line=np.nan, exchangeable=3)
    verdict = replace(likes.verdict, level="none", evidence=replace(likes.verdict.evidence, chance=luck))
    found = replace(
        likes, correlations=replace(likes.correlations, with_rating=flat, spearman=many), verdict=verdict,
        biases=replace(likes.biases, tested=(), obstacles=()), dataset=replace(likes.dataset, scale=None),
    )  # fmt: skip
    shown = read(report(found))
    assert set(figures(shown)) == {"leaderboard", "predicted", "ratings"}
    assert "not possible on this list" in shown.seen
    assert "nan" not in shown.seen


def test_the_settings_are_those_of_the_analysis(null_analysis: Analysis, hostile: Analysis) -> None:
    """Key, seed, folds, what they keep together, models and tests, each by its name."""
    rows = dict(said.settings(null_analysis.dataset, null_analysis.evaluation, null_analysis.verdict))
    assert rows["Data key"] == null_analysis.dataset.key
    assert (rows["Seed"], rows["Folds"]) == ("0", "5, dealt 10 times")
    assert rows["Together in one fold"] == (
        "artists" if null_analysis.evaluation.grouped else "copies of one recording"
    )
    assert "Ridge" in rows["Models"]
    assert rows["Test against luck"].startswith(text.whole(null_analysis.verdict.evidence.chance.permutations))
    alone = replace(
        hostile.evaluation, kinds=(), folds=tuple(fold for fold in hostile.evaluation.folds if not fold.repeat)
    )
    rows = dict(said.settings(hostile.dataset, alone, hostile.verdict))
    assert rows["Together in one fold"] == "copies of one recording"
    assert rows["Folds"] == "5, dealt once"


def test_sentences_and_cells_are_escaped() -> None:
    """Names in backticks are code, a lone backtick is itself; cells are one line, numbers rounded, what is missing empty."""
    assert escaped("a `<b>` & c") == "a <code>&lt;b&gt;</code> &amp; c"
    assert escaped("a ` <b>") == "a ` &lt;b&gt;"
    made = table(pd.DataFrame({"<i>": ["x\ny", "z" * 300], "n": [1.25, np.nan], "k": [1, 2000], "b": [True, False]}))
    rows = read(made).tables[0]
    assert rows == [["<i>", "n", "k", "b"], ["x y", "1.25", "1", "yes"], ["z" * 119 + "…", "", "2,000", ""]]


def test_without_the_typefaces_the_page_takes_those_of_the_system(
    null_analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no package ships them, none is put in and none is asked for."""
    monkeypatch.setattr(fonts, "_SHIPPED_BY", "no-such-package")
    for kept in (fonts.font, page._faces):
        kept.cache_clear()
    try:
        assert fonts.font(fonts.SANS) is None
        assert "@font-face" not in report(null_analysis)
    finally:
        for kept in (fonts.font, page._faces):
            kept.cache_clear()
