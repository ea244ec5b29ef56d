"""An analysis to keep: one HTML page that needs no network (`report`), and a picture to share (`core.report.card`).

Convention: it says what the pages say, in their words and figures, and nothing that they would not; where the verdict is locked
nothing is explained here either. The same analysis, in the same language and with the same version, gives the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import version as version_of

import numpy as np
import pandas as pd

from core import cluster, schema, text, words
from core.explain.track import surprises
from core.language import say
from core.leaks import Finding
from core.method import SECTIONS
from core.pipeline import Analysis
from core.plots import biases as habits
from core.plots import correlations, models, ratings, style
from core.plots import drivers as effects
from core.plots import track as tracks
from core.report import page
from core.words import biases as of_habits
from core.words import drivers as of_drivers
from core.words import report as of_report
from core.words import track as of_tracks
from core.words.naming import cluster_label, digits, expected, p_shown, rated

_LIBRARIES = ("numpy", "scipy", "scikit-learn", "lightgbm", "plotly")
_MOST_CELLS = 40  # features of a heatmap that can still be read


def report(analysis: Analysis) -> str:
    """The page as text."""
    return page.page(say("Earprint: {name}", name=text.shorten(analysis.dataset.name)), _sections(analysis))


def _sections(analysis: Analysis) -> Iterator[str]:
    yield _head(analysis)
    yield _verdict(analysis)
    yield _drivers(analysis)
    yield _tracks(analysis)
    yield _ratings(analysis)
    yield _links(analysis)
    yield _data(analysis)
    yield _method(analysis)


def _head(analysis: Analysis) -> str:
    dataset = analysis.dataset
    listener = say("Listener: {listener}", listener=text.shorten(dataset.listener)) if dataset.listener else ""
    told = "" if not dataset.simulated else f"{say(words.SIMULATED)} {say(dataset.simulated)}"
    return "".join([
        page.paragraph("Earprint", kind="kicker"), f"<h1>{page.escaped(say('What drives your taste?'))}</h1>",
        page.paragraph(" · ".join(filter(None, [text.shorten(dataset.name), listener])), kind="quiet"),
        page.paragraph(words.read_headline(dataset), *words.read_details(dataset)),
        page.paragraph(told, kind="note"),
    ])  # fmt: skip


def _verdict(analysis: Analysis) -> str:
    evaluation, verdict = analysis.evaluation, analysis.verdict
    two, said = evaluation.two_ratings, words.best_model_sentence(evaluation)
    likes = say(words.LEADERBOARD_READING_LIKES) if two else ""
    return page.section(
        say("Models"), words.verdict_headline(verdict),
        page.paragraph(*words.verdict_sentences(verdict, evaluation)),
        page.heading(say("Side by side")),
        page.paragraph(said),
        page.chart(
            models.leaderboard(evaluation, style.LIGHT, luck=verdict.evidence.chance.line), "leaderboard", said,
            _leaderboard(analysis),
        ),
        page.how(say(words.LEADERBOARD_READING) + likes),
        page.paragraph(*words.size_sentences(evaluation, analysis.dataset), kind="quiet"),
    )  # fmt: skip


def _leaderboard(analysis: Analysis) -> pd.DataFrame:
    rows, two = analysis.evaluation.leaderboard, analysis.evaluation.two_ratings
    name, order = ("auc", say("AUC")) if two else ("spearman", say("Order"))
    found = pd.DataFrame({
        say("Model"): [words.label(model) for model in rows["model"]],
        say("Skill"): rows["skill"], **_ends(rows["skill_low"], rows["skill_high"]),
        say("Typical miss"): rows["mae"], order: rows[name], say("Skill on what it learned from"): rows["train_skill"],
    })  # fmt: skip
    return found.drop(columns=say("Typical miss")) if two else found


def _drivers(analysis: Analysis) -> str:
    """What passed a test of its own; where nothing may be explained, that instead."""
    verdict, found, two = analysis.verdict, analysis.drivers, analysis.evaluation.two_ratings
    if verdict.locked:
        said = page.paragraph(*words.locked_sentences(verdict))
        return page.section(say("Drivers"), words.locked_headline(verdict), said)
    headline, rows = of_drivers.drivers_headline(found), found.frame
    scale = 1.0 if two is None else 100 / (two[1] - two[0])
    data = pd.DataFrame({
        say("Features"): [cluster_label(row["features"], row["lead"]) for _, row in rows.iterrows()],
        say("Licence"): [say(effects.LICENCES[licence]) for licence in rows["licence"]],
        text.capital(style.unit(two)): scale * rows["effect"], **_ends(scale * rows["low"], scale * rows["high"]),
        say("p after Holm"): list(map(_p, rows["p_holm"])),
    })  # fmt: skip
    return page.section(
        say("Drivers"), headline,
        page.paragraph(*of_drivers.drivers_sentences(found, two)),
        page.chart(effects.effects(found, style.LIGHT, two=two), "drivers", headline, data, digits=3),
        page.how(of_drivers.effects_reading(two)),
    )  # fmt: skip


def _tracks(analysis: Analysis) -> str:
    """Expected against rated; with the names of the furthest where something may be explained."""
    dataset, evaluation = analysis.dataset, analysis.evaluation
    model, two = evaluation.headline, evaluation.two_ratings
    shown = style.sample(dataset.tracks)
    predicted = evaluation.mean_prediction(model)
    data = pd.DataFrame({
        say("Track"): [dataset.titles[row] for row in shown], say("You"): dataset.rating[shown],
        say("Expected"): predicted[shown],
    })  # fmt: skip
    said, legend = words.predicted_sentence(evaluation, model), words.predicted_legend(evaluation)
    if analysis.verdict.locked:
        figure = models.predicted_against_rated(evaluation, model, dataset, style.LIGHT)
        return page.section(
            say("Tracks"), say("Expected against rated, track by track"), page.paragraph(f"{said}."),
            page.paragraph(legend), page.chart(figure, "predicted", said, data),
        )  # fmt: skip
    frame = surprises(dataset, evaluation, model)
    sides = (frame[frame["gap"] > 0], frame[frame["gap"] < 0])
    lists = [
        page.heading(title) + page.table(_furthest(side, analysis))
        for title, side in zip(of_tracks.surprises_titles(evaluation, model), sides, strict=True) if len(side)
    ]  # fmt: skip
    return page.section(
        say("Tracks"), say("Your biggest surprises"),
        page.paragraph(of_tracks.surprises_sentence(evaluation, model), legend),
        page.chart(tracks.surprises(evaluation, model, dataset, frame, style.LIGHT), "surprises", said, data),
        *lists,
        page.paragraph("" if two else of_tracks.outside_sentence(frame), kind="quiet"),
        page.paragraph(of_tracks.unheard_sentence(evaluation, model)),
    )  # fmt: skip


def _furthest(side: pd.DataFrame, analysis: Analysis) -> pd.DataFrame:
    """One side of the surprises, with the range that eight of ten ratings keep; likes have none."""
    evaluation, two = analysis.evaluation, analysis.evaluation.two_ratings
    decimals = digits(evaluation.row(evaluation.headline)["mae_baseline"])
    shown = {
        say("Track"): list(side["title"]), say("You"): [rated(rating, two) for rating in side["rating"]],
        say("Expected"): [expected(value, two) if two else text.number(value, decimals) for value in side["expected"]],
    }  # fmt: skip
    if not two:
        shown[say("80 % range")] = [
            say("{low} to {high}", low=text.number(low, decimals), high=text.number(high, decimals)).replace(
                " ", "\u00a0"
            )
            for low, high in zip(side["low"], side["high"], strict=True)
        ]
    return pd.DataFrame(shown)


def _ratings(analysis: Analysis) -> str:
    use, found, two = analysis.use, analysis.biases, analysis.evaluation.two_ratings
    said = words.ratings_sentence(use)
    steps = pd.DataFrame({
        say("Your rating"): [words.rating_step(label) for label in use.steps["label"]], say("Tracks"): use.steps["count"],
        say("A smooth scale"): use.steps["expected"],
    }).dropna(axis="columns")  # fmt: skip
    others = [bias for bias in found.tested if not bias.claimed]
    return page.section(
        say("Ratings"), words.ratings_headline(use),
        page.paragraph(said, words.leniency_sentence(use, analysis.dataset.scale)),
        page.chart(ratings.distribution(use, style.LIGHT), "ratings", said, steps),
        page.how(say(words.RATINGS_READING_LIKES if use.two_ratings else words.RATINGS_READING)),
        page.heading(of_habits.biases_headline(found)),
        page.paragraph(of_habits.biases_sentence(found)),
        *(_habit(place, analysis) for place in range(len(found.claimed))),
        page.how(say(of_habits.READING)) if found.claimed else "",
        page.folded(
            say("Looked for and not found ({others})", others=len(others)),
            page.bullets(f"{of_habits.bias_title(bias)}. {of_habits.bias_sentence(bias, two)}" for bias in others),
        ) if others else "",
        page.folded(
            say("Could not be tested ({obstacles})", obstacles=len(found.obstacles)),
            page.bullets(map(of_habits.obstacle_sentence, found.obstacles)),
        ) if found.obstacles else "",
    )  # fmt: skip


def _habit(place: int, analysis: Analysis) -> str:
    """A habit that stands out, with its picture. `place` names it: several may be of one kind."""
    bias, use = analysis.biases.claimed[place], analysis.use
    said = of_habits.bias_sentence(bias, analysis.evaluation.two_ratings)
    figure = habits.picture(bias, use, style.LIGHT)
    heads = {
        "label": say("Group"), "effect": text.capital(style.unit(None)), "low": say("95 % from"), "high": say("to"),
        "tracks": say("Tracks"), "along": habits.axis(bias), "left_by_sound": say("Beyond what sound tells (points)"),
        "count": say("Tracks"), "expected": say("A smooth scale"), "counted": say("Counted"),
    }  # fmt: skip
    data = habits.data(bias, use)
    data = data.iloc[style.sample(len(data))]
    kept = [name for name in heads if name in data]
    if bias.steps:
        kept = [name for name in kept if name not in {"low", "high"}]  # a step's edges, which its name tells
    return page.heading(of_habits.bias_title(bias)) + page.paragraph(said) + (
        "" if figure is None else page.chart(figure, f"habit-{place + 1}", said, data[kept].rename(columns=heads))
    )  # fmt: skip


def _links(analysis: Analysis) -> str:
    found, verdict = analysis.correlations, analysis.verdict
    likes = (0.0, 1.0) if set(analysis.dataset.rating) == {0.0, 1.0} else None
    headline, rows = words.rating_links_headline(found, likes), found.with_rating
    data = pd.DataFrame({
        say("Feature"): [words.feature_label(name) for name in rows["feature"]], say("Rank correlation"): rows["spearman"],
        **_ends(rows["low"], rows["high"]), say("q"): list(map(_p, rows["q"])), say("Tracks"): rows["n"],
    })  # fmt: skip
    known = rows["spearman"].notna().any()
    return page.section(
        say("Features"), headline,
        page.paragraph(words.rating_links_sentence(found), words.links_note(verdict)),
        page.chart(correlations.with_rating(found, style.LIGHT), "links", headline, data, digits=3) if known else "",
        page.how(say(words.LINKS_READING)) if known else "",
        _heatmap(analysis),
    )  # fmt: skip


def _heatmap(analysis: Analysis) -> str:
    matrix = analysis.correlations.spearman
    if not 1 < len(matrix) <= _MOST_CELLS:
        return ""
    alternative = say("{kind} correlations of {number} features, clustered", kind="Spearman", number=len(matrix))
    names = [words.feature_label(str(name)) for name in matrix]
    data = pd.DataFrame(matrix.to_numpy(), columns=names)
    data.insert(0, say("Feature"), names, allow_duplicates=True)
    return (
        page.heading(say("Features that move together")) + page.paragraph(say(words.HEATMAP))
        + page.chart(correlations.heatmap(matrix, style.LIGHT, kind="Spearman"), "heatmap", alternative, data)
    )  # fmt: skip


def _data(analysis: Analysis) -> str:
    """The doubts about the file with what was answered, what took part and what was set aside."""
    dataset, findings = analysis.dataset, analysis.verdict.findings
    known = [schema.describe(name) for name in dataset.feature_names]
    features = pd.DataFrame({
        say("Feature"): [feature.label for feature in known], say("What it is"): [feature.meaning for feature in known],
        say("Unit"): [feature.unit for feature in known],
        say("Missing"): [int(dataset.features[name].isna().sum()) for name in dataset.feature_names],
    })  # fmt: skip
    aside = pd.DataFrame(
        [(entry.column, entry.reason) for entry in dataset.dropped], columns=[say("Column"), say("Why")]
    )
    return page.section(
        say("Data"), say("What could mislead here") if findings else say("I found nothing here that would mislead."),
        page.bullets(_doubt(finding, analysis) for finding in findings),
        page.folded(say("The features"), page.table(features)),
        page.folded(say("Set aside"), page.table(aside)) if len(aside) else "",
    )  # fmt: skip


def _doubt(finding: Finding, analysis: Analysis) -> str:
    return f"{finding.sentence} {of_report.answer_sentence(finding, analysis.answers)}".rstrip()


def _method(analysis: Analysis) -> str:
    dataset, evaluation = analysis.dataset, analysis.evaluation
    versions = ", ".join([
        f"Earprint {cluster.version()}", f"Python {sys.version_info.major}.{sys.version_info.minor}",
        *(f"{name} {version_of(name)}" for name in _LIBRARIES),
    ])  # fmt: skip
    rows = of_report.settings(dataset, evaluation, analysis.verdict)
    paragraphs = [page.heading(say(title)) + page.paragraph(say(told)) for title, told in SECTIONS]
    return page.section(
        say("Method"), say("Every figure here can be checked."),
        page.paragraph(words.method_sentence(dataset, evaluation.seed)),
        page.settings([*rows, (say("Versions"), versions)]),
        page.folded(say("How each figure is made"), *paragraphs),
    )  # fmt: skip


def _p(value: float) -> str:
    return "" if np.isnan(value) else p_shown(value)


def _ends(low: pd.Series, high: pd.Series) -> dict[str, pd.Series]:
    """The two ends of 95 % ranges as columns."""
    return {say("95 % from"): low, say("to"): high}
