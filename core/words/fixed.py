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
RATINGS_READING = mark(
    "Each bar counts the tracks with that rating. The grey hill is what a smooth scale with the same "
    "average and spread would give: bars far above it are steps you use more than that, bars far below "
    "are steps you avoid. Of 100 lists like this one, such a range in brackets holds the true average, "
    "or spread, in 95.",
)
RATINGS_READING_LIKES = mark(
    "Each bar counts the tracks with that rating. Of 100 lists like this one, such a range in brackets "
    "holds the true share in 95: the share among the tracks that your list was drawn from, not among all "
    "music.",
)
LINKS_READING = mark(
    "A dot right of the dashed line: tracks with more of this feature tend to have higher ratings; left: lower. The "
    "line through the dot is the 95 % range. Grey means that luck may do the same when so many features are looked "
    "at. Going together is all that this shows: another feature, or the artist, may stand behind it."
)
LEADERBOARD_READING = mark(
    "Skill is the share of the differences between your ratings that a model foretells on tracks that it "
    "has not seen: 0 is no better than always guessing your average (the dashed line), 100 % is perfect. "
    "The thick line holds the true figure in 50 of 100 lists like yours, the thin one in 95. The dotted "
    "line is as far as luck gets: with your ratings dealt out at random, the best of three quick models "
    "passes it in 5 of 100 deals. Where the lines overlap widely, do not believe that one model is "
    "better than another.",
)
LEADERBOARD_READING_LIKES = mark(
    " On a dot you read how often the model picks the right one of two tracks with different ratings "
    "(AUC in the table): 50 % is guessing.",
)
