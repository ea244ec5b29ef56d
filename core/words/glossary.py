"""What the technical words mean, for whoever points at the sentence they stand in.

Each word is written as the sentences write it (or as it begins there), so that it is found in them, in every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from core import schema
from core.language import mark, say

TERMS = (
    (
        mark("skill"),
        mark(
            "the share of the differences between your ratings that is foretold on tracks not seen. 0 is guessing, 100 % perfect."
        ),
    ),
    (
        mark("average of four"),
        mark(
            "the plain average of four models of different families, chosen before any data were seen, so that none was picked."
        ),
    ),
    (mark("typical miss"), mark("how far what was expected lies from your rating, on average over all tracks.")),
    (
        mark("p = "),
        mark("how often luck alone does as much: 0.05 is one list in twenty. Small does not mean large in effect."),
    ),
    (mark("95 %"), mark("a range of 95 % holds the true figure in about 95 of 100 lists like yours.")),
    (mark("fold"), mark("a part of your tracks that a model does not see while it learns, and is then asked about.")),
    (mark("luck"), mark("what comes out when your ratings are dealt out at random over the tracks, many times.")),
    (mark("SHAP"), mark("a way to share out a prediction over the features, so that the parts add up to it.")),
    (
        mark("rank correlation"),
        mark("how far two things rise together, from −1 (one falls as the other rises) over 0 (not at all) to 1."),
    ),
    (mark("refit"), mark("a model that learned anew, from another draw of your tracks.")),
    (mark("Kendall's W"), mark("how far several models agree on an order: 0 not at all, 1 wholly.")),
    (mark("Holm"), mark("a correction that keeps a false find rare however many were looked for.")),
    (mark("AUC"), mark("in how many of 100 pairs of a liked and a disliked track the model picks the liked one.")),
    (
        mark("drive"),
        mark("called a driver is only what passed a test of its own; it goes with your rating, and why is not known."),
    ),
    (
        mark("habit"),
        mark("a way of rating that has nothing to do with how a track sounds, such as the order of the list."),
    ),
    (mark("baseline"), mark("always guessing the average of your ratings.")),
    (mark("median"), mark("the one in the middle: half lie below, half above.")),
)


def tip(*sentences: str) -> str:
    """The technical words and the features of these sentences with what they mean, as Markdown; empty where there are none."""
    return "\n".join(f"- **{word}**: {meaning}" for word, meaning in _found(" ".join(sentences)))


def _found(sentence: str) -> Iterator[tuple[str, str]]:
    for word, meaning in TERMS:
        if re.search(rf"(?<!\w){re.escape(say(word))}", sentence, re.IGNORECASE):
            yield say(word).strip(" ="), say(meaning)
    for feature in map(schema.describe, schema.FEATURES):
        if feature.meaning and re.search(rf"(?<!\w){re.escape(feature.label)}(?!\w)", sentence, re.IGNORECASE):
            yield feature.label, feature.meaning
