"""Ratings: how do I rate?"""

from core import words
from core.dataset import Dataset
from core.plots import ratings
from pages.ui import parts, work

_HOW = (
    "Each bar counts the tracks with that rating. The grey hill is what a smooth scale with the same average and spread "
    "would give: bars far above it are steps you use more than that, bars far below are steps you avoid. Of 100 lists "
    "like this one, such a range in brackets holds the true average, or spread, in 95."
)
_HOW_LIKES = (
    "Each bar counts the tracks with that rating. Of 100 lists like this one, such a range in brackets holds the true "
    "share in 95: the share among the tracks that your list was drawn from, not among all music."
)


def body(dataset: Dataset) -> None:
    """The distribution of the ratings and its figures."""
    use = work.ratings_use(dataset)
    parts.headline(words.ratings_headline(use), words.ratings_sentence(use))
    parts.simulated_note(dataset)
    data = use.steps.dropna(axis="columns")
    parts.chart(ratings.distribution(use, parts.palette()), "ratings", words.ratings_sentence(use), data)
    parts.how(_HOW_LIKES if use.two_ratings else _HOW)
    parts.next_question("What goes with what?", "pages/3_features.py")


parts.run("Ratings", body)
