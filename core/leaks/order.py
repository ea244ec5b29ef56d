"""Whether the rows stand in an order that comes from the rating.

Convention: all three measures are of mid-ranks, in the file's order: the correlation with the row's number, that of a
row with the next one, and the widest swing of the running sum. p is Bonferroni's over the three, by permutation, and
above 2,000 rows by the limits: the normal distribution and Kolmogorov's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from core import text
from core.dataset import Dataset
from core.language import mark, say
from core.leaks.alone import Trial
from core.leaks.finding import IN_ORDER, ORDER_ANSWERS, ORDER_QUESTION, SORTED_LATER, UNKNOWN, Finding

_SORTED, _PLACE, _SORTED_P, _ORDERED_P = 0.60, 0.40, 0.003, 0.01
MANY = 2_000  # rows from which limits are as good as permutations
_BLOCK = 2_000_000  # numbers permuted at once: some megabytes

_THEN = {
    UNKNOWN: mark("Unless you rated in this order, I read nothing from it."),
    IN_ORDER: mark("You say that you rated in this order, so it can show how your ratings changed on the way."),
    SORTED_LATER: mark("You say that it was put in this order later, so I read nothing from it."),
}


def row_order(
    dataset: Dataset, trial: Trial, given: Mapping[str, str], *, permutations: int, seed: int
) -> Iterator[Finding]:
    """Whether the file is sorted or blocked by the rating, or goes together with it in a weaker way.

    The order is no feature, so that no model can use it; but what it seems to say of the person would be false.
    """
    ratings = dataset.rating[np.argsort(dataset.file_order)]
    if np.ptp(ratings) == 0:
        return
    (with_row, with_next), p = order_test(ratings, permutations, np.random.default_rng([seed, 1]))
    size = max(with_row, with_next)
    place = trial.of_numbers(dataset.file_order[trial.take].astype(float))
    is_sorted = p <= _SORTED_P and (size >= _SORTED or place >= _PLACE)
    if not is_sorted and p >= _ORDERED_P:
        return
    if not is_sorted:
        found = say("Your ratings go together with the order of the rows; chance alone does this in 1 of 100 files.")
    elif place >= _PLACE:
        found = say(
            "Your file looks sorted by rating: the row's place alone tells {share} of it.", share=text.percent(place)
        )
    else:
        found = say(
            "Your file looks put in order by rating: a row goes together with the next ({size}).",
            size=text.number(size, 2),
        )
    answer = given.get("row-order", UNKNOWN)
    settled = answer in {IN_ORDER, SORTED_LATER}
    yield Finding(
        "row-order", "warning" if is_sorted and not settled else "note", (), size,
        say("{found} No model sees the order. {then}", found=found, then=say(_THEN.get(answer, _THEN[UNKNOWN]))),
        say(ORDER_QUESTION), tuple((key, say(label)) for key, label in ORDER_ANSWERS),
    )  # fmt: skip


def order_test(ratings: np.ndarray, permutations: int, draw: np.random.Generator) -> tuple[tuple[float, float], float]:
    """Size of the correlation with the row and with the next row, and p of these two and the widest swing together."""
    from scipy.special import kolmogorov, ndtr

    n = len(ratings)
    ranks = pd.Series(ratings).rank().to_numpy(float)
    z = (ranks - ranks.mean()) / ranks.std()
    row = (np.arange(n) - (n - 1) / 2) / np.arange(n).std()

    def sizes(block: np.ndarray) -> np.ndarray:
        with_next = np.einsum("ij,ij->i", block[:, 1:], block[:, :-1])
        swing = np.abs(np.cumsum(block, axis=1)).max(axis=1)
        return np.array([np.abs(block @ row) / n, np.abs(with_next) / n, swing / np.sqrt(n)])

    observed = sizes(z[None])
    with_row, with_next, swing = observed[:, 0].tolist()
    if n > MANY:
        smallest = min(2 * ndtr(-max(with_row, with_next) * np.sqrt(n)), kolmogorov(swing))
    else:
        reached = np.zeros(3)
        for block in shuffled(z, permutations, draw):
            reached += (sizes(block) >= observed - 1e-12).sum(axis=1)
        smallest = (1 + reached.min()) / (1 + permutations)
    return (with_row, with_next), min(1.0, 3 * float(smallest))


def shuffled(values: np.ndarray, times: int, draw: np.random.Generator) -> Iterator[np.ndarray]:
    """`values` (n,) shuffled `times` times, in blocks (b, n) that bound the memory."""
    block = max(1, _BLOCK // len(values))
    for start in range(0, times, block):
        yield draw.permuted(np.tile(np.sort(values), (min(block, times - start), 1)), axis=1)
