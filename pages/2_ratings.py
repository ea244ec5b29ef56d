"""Ratings: how do I rate?"""

from core import words
from core.dataset import Dataset
from core.plots import ratings
from pages.ui import parts, work


def body(dataset: Dataset) -> None:
    """The distribution of the ratings and its figures."""
    use = work.ratings_use(dataset)
    parts.headline(words.ratings_headline(use), words.ratings_sentence(use))
    parts.simulated_note(dataset)
    parts.chart(ratings.distribution(use, parts.palette()), "ratings", words.ratings_sentence(use), use.steps)
    parts.how(
        "Each bar counts the tracks with that rating. The grey hill is what a smooth scale with the same average and "
        "spread would give: bars far above it are steps you use more than that, bars far below are steps you avoid. "
        "Of 100 lists like this one, such a range in brackets holds the true average, or spread, in 95."
    )
    parts.next_question("What goes with what?", "pages/3_features.py")


parts.run("Ratings", body)
