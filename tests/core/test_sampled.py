"""Regressors that learn from a random part of a large list."""

from __future__ import annotations

import numpy as np
from sklearn.svm import SVR

from core.sampled import SampledSVR

DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(600, 4))
Y = X[:, 0] + 0.3 * DRAW.normal(size=600)


def test_up_to_its_limit_it_is_scikit_learns() -> None:
    """All rows are learned from, to the last digit, whatever the seed."""
    plain = SVR(C=0.5, gamma="auto").fit(X, Y).predict(X)
    assert np.array_equal(SampledSVR(C=0.5, gamma="auto", most=600, random_state=4).fit(X, Y).predict(X), plain)


def test_beyond_it_learns_from_a_random_part_and_never_the_first_rows() -> None:
    """Rows of a sorted list are drawn from all of it, so that its end is known; another seed draws others."""
    order = np.argsort(X[:, 0])
    one, other = (SampledSVR(most=150, random_state=seed).fit(X[order], Y[order]) for seed in (0, 1))
    assert max(len(one.support_), int(one.support_.max()) + 1) <= 150
    assert np.corrcoef(one.predict(X), X[:, 0])[0, 1] > 0.9
    assert one.support_vectors_[:, 0].max() > np.quantile(X[:, 0], 0.95)
    assert not np.array_equal(one.predict(X), other.predict(X))
    assert np.array_equal(one.predict(X), SampledSVR(most=150).fit(X[order], Y[order]).predict(X))
