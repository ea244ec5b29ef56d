"""The analysis as one HTML page that needs no network: sentences, charts, method.

Everything that comes from a file is escaped. The same analysis gives the same bytes.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

import plotly.graph_objects as go

from core import words
from core.correlate import first_pair, pair
from core.language import say, spoken
from core.pipeline import Analysis
from core.plots import correlations, models, ratings, style
from core.plots.drivers import effects
from core.words import biases as habits
from core.words import drivers as said

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
body {{ background: {paper}; color: {ink}; font: 16px/1.5 "Source Sans 3", "Source Sans Pro", sans-serif;
  max-width: 46rem; margin: 3rem auto; padding: 0 1rem; }}
h1, h2 {{ font-family: "Source Serif 4", "Source Serif Pro", Georgia, serif; line-height: 1.2; }}
h2 {{ margin-top: 3rem; }} small {{ color: {ink}; opacity: .75; }} p {{ max-width: 72ch; }}
</style></head><body>
<h1>{title}</h1>
{body}
<hr><p><small>{made}</small></p>
</body></html>
"""


def report(analysis: Analysis) -> str:
    """The page as text."""
    dataset = analysis.dataset
    return _PAGE.format(
        title=html.escape(say("Earprint: {name}", name=dataset.name)), body="\n".join(_sections(analysis)),
        made=say(
            "Data key {key}, seed {seed}. Every figure is made as the Method page of Earprint says.",
            key=dataset.key, seed=analysis.evaluation.seed,
        ),
        language=spoken(), paper=style.LIGHT.paper, ink=style.LIGHT.ink,
    )  # fmt: skip


def _sections(analysis: Analysis) -> Iterator[str]:
    dataset, evaluation, found = analysis.dataset, analysis.evaluation, analysis.correlations
    yield _text(words.read_headline(dataset), *words.read_details(dataset))
    if dataset.simulated:
        yield _text(say(words.SIMULATED), say(dataset.simulated))
    yield _heading(words.verdict_headline(analysis.verdict))
    yield _text(*words.verdict_sentences(analysis.verdict, evaluation))
    yield _chart(
        models.leaderboard(evaluation, style.LIGHT, luck=analysis.verdict.evidence.chance.line),
        "leaderboard",
        first=True,
    )
    best = evaluation.headline
    yield _text(f"{words.predicted_sentence(evaluation, best)}.", words.predicted_legend(evaluation))
    yield _chart(models.predicted_against_rated(evaluation, best, dataset, style.LIGHT), "predicted")
    yield from _drivers(analysis)
    yield _heading(words.rating_links_headline(found, evaluation.two_ratings))
    yield _text(words.rating_links_sentence(found))
    yield _chart(correlations.with_rating(found, style.LIGHT), "links")
    yield _chart(correlations.heatmap(found.spearman, style.LIGHT, kind="Spearman"), "heatmap")
    two = pair(dataset, *first_pair(dataset))
    yield _text(words.pair_sentence(two, dataset.tracks))
    yield _chart(correlations.scatter(two, dataset, style.LIGHT), "pair")
    yield _heading(words.ratings_headline(analysis.use))
    yield _text(words.ratings_sentence(analysis.use))
    yield _chart(ratings.distribution(analysis.use, style.LIGHT), "ratings")
    yield _heading(habits.biases_headline(analysis.biases))
    yield _text(habits.biases_sentence(analysis.biases))
    for bias in analysis.biases.claimed:
        yield _text(habits.bias_sentence(bias, evaluation.two_ratings))


def _drivers(analysis: Analysis) -> Iterator[str]:
    """What passed a test of its own; where nothing may be explained, that instead."""
    if analysis.verdict.locked:
        yield _heading(words.locked_headline(analysis.verdict))
        yield _text(*words.locked_sentences(analysis.verdict))
        return
    two = analysis.evaluation.two_ratings
    yield _heading(said.drivers_headline(analysis.drivers))
    yield _text(*said.drivers_sentences(analysis.drivers, two))
    yield _chart(effects(analysis.drivers, style.LIGHT, two=two), "drivers")
    yield _text(said.effects_legend(two))


def _heading(sentence: str) -> str:
    return f"<h2>{html.escape(sentence)}</h2>"


def _text(*sentences: str) -> str:
    return f"<p>{html.escape(' '.join(sentences))}</p>"


def _chart(figure: go.Figure, name: str, *, first: bool = False) -> str:
    return str(
        figure.to_html(full_html=False, include_plotlyjs="inline" if first else False, div_id=name, config=style.CONFIG)
    )
