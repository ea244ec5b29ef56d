"""What a large list costs, in words."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from core.dataset import Dataset
from core.evaluate import Evaluation
from core.words import size_sentences


def test_a_large_list_is_told_what_it_costs(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """One sentence for each thing that is done on a part, or not at all; none where all is done on all."""
    assert list(size_sentences(taste_evaluation, taste)) == []
    found = replace(taste_evaluation, sampled=(("support_vector", 4_000),), left_out=("gaussian_process",))
    told = list(size_sentences(found, SimpleNamespace(tracks=60_000)))
    assert len(told) == 4
    assert "each fit learns from a random 4,000 tracks" in told[0]
    assert "Left out, too slow for a list of this size" in told[1]
    assert "on a random 10,000 of your 60,000 tracks" in told[2]
    assert "in more than 50,000 tracks" in told[3]
    assert len(list(size_sentences(found, SimpleNamespace(tracks=20_000)))) == 3
