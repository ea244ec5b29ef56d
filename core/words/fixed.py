"""Sentences that are the same for every list."""

from __future__ import annotations

from core.language import mark

SIMULATED = mark("Simulated listener, invented for Earprint.")
EXAMPLES = {
    "taste": mark("A listener with a taste"), "no_taste": mark("A listener without one"),
    "trap": mark("A trap: sorted by liking"),
}  # fmt: skip
# One group of each kind, in the middle of a sentence.
KINDS = {"artist": mark("artist"), "album": mark("album"), "work": mark("work")}
HEATMAP = mark(
    "Teal: more of one, more of the other. Orange: more of one, less of the other. The columns stand in the order of the "
    "rows. Blocks are features that tell the same "
    "story; a model cannot know which of them you hear."
)
PREDICTED = mark("On the dashed line a track is rated as expected. Above it you gave less, below it you gave more.")
BARS = mark(
    "The mean size of each part of a prediction, and how far the bar moves if other tracks had been rated. Grey is a bar that "
    "luck could make, or whose place in the order is open."
)
BEESWARM = mark("One dot per track and feature: to the right it raises the expectation, to the left it lowers it.")
