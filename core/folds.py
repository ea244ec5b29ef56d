"""Which tracks are learned from and which are held out, and which must stay together.

Convention: folds follow the data's canonical order, never the file's. Rows of one recording always share a fold. Tracks
of one artist, album or work do too, wherever that is possible, since a model that has heard nine movements of a work
knows the tenth by its company: the headline is about artists and works that the model has not heard. Where there are
only two different ratings (likes), every fold gets the same share of both as nearly as whole groups allow; the deal
then hangs on the ratings too, but a model still learns nothing of those held out.

Sources: Kapoor & Narayanan (2023), Patterns 4, 100804, for dependent tracks on both sides of a split; Kohavi (1995),
IJCAI, 1137-1143, for stratified folds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.dataset import GROUPS, Dataset, linked
from core.errors import InputError
from core.language import many, say

_MIN_TRAIN = 16  # the neighbours need 15
_MIN_GROUPS = 8
_LARGE = 20_000  # tracks, above which more rounds cost minutes and hardly move the second digit of a skill
_MIN_TRACKS = 40  # below, groups of three tracks leave folds too unequal


@dataclass(frozen=True)
class Fold:
    """Row numbers of one split, in the data set's canonical order."""

    repeat: int
    number: int
    train: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class TooLarge:
    """A kind of group (or a chosen column) whose tracks cannot be kept together.

    groups: how many there are; largest: tracks of the largest one.
    """

    kind: str
    groups: int
    largest: int


@dataclass(frozen=True, eq=False)
class Grouping:
    """What stays together in one fold.

    labels (N,), from 0: equal where tracks share a fold. kinds: which groups did that beyond copies of one recording,
    as few of artist, album and work as say it all, or the column that was chosen; empty where folds are random.
    exchangeable (N,): labels inside which, and between equals of which, ratings may change place under the null
    hypothesis; those of `labels`, or of groups that are too large for folds and must not be forgotten. refused: kinds
    that repeat and yet are torn apart.
    """

    labels: np.ndarray
    kinds: tuple[str, ...]
    exchangeable: np.ndarray
    refused: tuple[TooLarge, ...] = ()

    @property
    def groups(self) -> int:
        """How many groups there are, tracks that stand alone among them."""
        return len(np.unique(self.labels))


def grouping(dataset: Dataset) -> Grouping:
    """What the headline's folds keep together.

    A group that was chosen is kept, whatever it is (choosing none: every track by itself). Else artists and works are
    both kept together, over any chain; where that leaves too few or too large groups, one of them alone; else nothing
    but copies. Albums count where no artist repeats: two artists' albums of one title are two.
    """
    if dataset.group is not None:
        labels = linked([dataset.recordings, pd.factorize(dataset.group)[0]])
        alone = len(np.unique(dataset.group)) == dataset.tracks
        return Grouping(labels, () if alone else (dataset.group_column or "group",), labels)
    repeat = [kind for kind in GROUPS if kind in dataset.groups]
    found = {kind: _codes(dataset.labels(kind)) for kind in repeat if not (kind == "album" and "artist" in repeat)}
    if not found:
        return Grouping(dataset.recordings, (), dataset.recordings)
    wanted = _fewest(dataset, found)
    singly: list[list[str]] = [[kind] for kind in ("artist", "work", "album") if kind in found and [kind] != wanted]
    choices = [wanted, *singly]
    refused: list[TooLarge] = []
    for tried in choices:
        labels = linked([dataset.recordings, *(found[kind] for kind in tried)])
        if _possible(dataset, labels):
            return Grouping(labels, tuple(tried), labels, tuple(refused))
        if len(tried) == 1:
            own = np.bincount(linked([found[tried[0]]]))
            refused.append(TooLarge(tried[0], len(own), int(own.max())))
    # Ratings still change place within groups, or with a whole group of equal size; finer groups forbid more.
    finest = max(
        (linked([dataset.recordings, codes]) for codes in found.values()), key=lambda labels: len(np.unique(labels))
    )
    return Grouping(dataset.recordings, (), finest, tuple(refused))


def _codes(labels: np.ndarray) -> np.ndarray:
    return np.where(labels == "", -1, pd.factorize(labels)[0])


def _fewest(dataset: Dataset, found: dict[str, np.ndarray]) -> list[str]:
    """As few kinds as keep the same tracks together as all of them: a work has one composer."""
    kinds = list(found)
    whole = linked([dataset.recordings, *found.values()])
    for kind in ("work", "album", "artist"):
        rest = [other for other in kinds if other != kind]
        if kind in kinds and rest and _same(whole, linked([dataset.recordings, *(found[other] for other in rest)])):
            kinds = rest
    return kinds


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two labellings keep the same tracks together."""
    return bool(np.array_equal(pd.factorize(one)[0], pd.factorize(other)[0]))


def _plan(tracks: int) -> tuple[int, int]:
    """Folds and repeats for so many tracks."""
    if tracks < 60:
        return 10, 10
    return 5, 10 if tracks <= 400 else 5 if tracks <= _LARGE else 2


def _possible(dataset: Dataset, labels: np.ndarray) -> bool:
    sizes, (splits, _) = np.bincount(labels), _plan(dataset.tracks)
    enough = len(sizes) >= max(_MIN_GROUPS, splits) and sizes.max() <= dataset.tracks / 3
    return bool(enough and (dataset.tracks >= _MIN_TRACKS or sizes.max() <= 2))


def make_folds(dataset: Dataset, *, seed: int = 0, grouped: bool = True) -> tuple[Fold, ...]:
    """Repeated folds by the number of tracks: 10 x 10 below 60, 10 repeats of 5 up to 400, 5 of 5 above, 2 of 5
    above 20,000.

    With `grouped`, tracks stay together as `grouping` says; else only rows of one recording. The folds depend on the
    canonical order, the groups and the seed alone; of two-valued ratings also on which tracks have the higher one.
    Raises `InputError` where groups that were chosen, or copies, allow no folds.
    """
    found = grouping(dataset) if grouped else Grouping(dataset.recordings, (), dataset.recordings)
    splits, repeats = _plan(dataset.tracks)
    alone = len(np.unique(found.labels)) == dataset.tracks
    if not alone and not _possible(dataset, found.labels):
        raise InputError([_refusal(dataset, found, splits)])
    folds = []
    for repeat in range(repeats):
        # Seeds of neighbouring repeats must not coincide between two runs with seeds 0 and 1.
        state = int(np.random.SeedSequence([seed, repeat]).generate_state(1)[0])
        parts = _deal(dataset, None if alone else found.labels, splits, state)
        folds += [Fold(repeat, number, train, test) for number, (train, test) in enumerate(parts)]
    smallest = min(len(fold.train) for fold in folds)
    if smallest < _MIN_TRAIN:
        raise InputError([
            say(
                "With these groups a model would learn from only {tracks} tracks at a time; I need {least}. Choose another "
                "column to keep together, or none.",
                tracks=smallest, least=_MIN_TRAIN,
            )
        ])  # fmt: skip
    return tuple(folds)


def _deal(
    dataset: Dataset, together: np.ndarray | None, splits: int, state: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Row numbers of the training and the test tracks of each fold of one repeat."""
    from sklearn.model_selection import GroupKFold, KFold

    if dataset.likes:
        yield from _deal_likes(dataset, together, splits, state)
    elif together is None:
        yield from KFold(splits, shuffle=True, random_state=state).split(dataset.x)
    else:
        yield from GroupKFold(splits, shuffle=True, random_state=state).split(dataset.x, groups=together)


def _deal_likes(
    dataset: Dataset, together: np.ndarray | None, splits: int, state: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Folds with both of two ratings in like shares.

    Groups are dealt to the folds in turn, in random order: those in which the higher rating is commoner than in the
    whole list first, then the others. Not by scikit-learn's `StratifiedGroupKFold`: it places the groups by size, so
    that with few groups its repeats would be alike, and their spread would say too little.
    """
    liked = dataset.rating == dataset.rating.max()
    groups = np.arange(dataset.tracks) if together is None else together
    shares = np.bincount(groups, weights=liked) / np.bincount(groups)
    order = np.random.default_rng(state).permutation(len(shares))
    order = order[np.argsort(shares[order] <= liked.mean(), kind="stable")]
    fold = np.empty(len(shares), dtype=int)
    fold[order] = np.arange(len(shares)) % splits
    for number in range(splits):
        held = fold[groups] == number
        yield np.flatnonzero(~held), np.flatnonzero(held)


def _refusal(dataset: Dataset, found: Grouping, splits: int) -> str:
    sizes = np.bincount(found.labels)
    what = say("Column `{column}`", column=found.kinds[0]) if found.kinds else say("Tracks that occur more than once")
    put = many(
        len(sizes),
        "{what} would put {number} group of tracks into folds, the largest of {largest} of {tracks} tracks.",
        "{what} would put {number} groups of tracks into folds, the largest of {largest} of {tracks} tracks.",
        what=what, largest=sizes.max(), tracks=dataset.tracks,
    )  # fmt: skip
    needed = say(
        "To keep groups together I need at least {tracks} tracks in at least {groups} groups, none with more than a third of "
        "the tracks.",
        tracks=_MIN_TRACKS, groups=max(_MIN_GROUPS, splits),
    )  # fmt: skip
    same = say("Their titles and artists, or all their features, are the same: have a look at the file.")
    return f"{put} {needed} {say('Choose another column, or none.') if found.kinds else same}"
