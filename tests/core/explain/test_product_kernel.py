"""Product-kernel Shapley values against their definition, against shap, and where the arithmetic is hard."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain.product_kernel import product_kernel_shap
from tests.core.explain.brute_force import Predict, brute_force


def game(seed: int, columns: int, sizes: tuple[int, int, int] = (3, 6, 9)) -> tuple[np.ndarray, ...]:
    """Random rows, background and support points of these sizes, weights and a gamma per column."""
    draw = np.random.default_rng(seed)
    tables = [draw.normal(size=(count, columns)) for count in sizes]
    return *tables, draw.normal(size=sizes[2]), draw.uniform(0.05, 0.6, columns)


def kernel_model(support: np.ndarray, weights: np.ndarray, gamma: np.ndarray | float) -> Predict:
    """The explained function of x (n, d): sum_i weights_i exp(-sum_j gamma_j (x_j - support_ij)^2)."""
    return lambda x: np.exp(-(gamma * (x[:, None] - support) ** 2).sum(axis=2)) @ weights


@pytest.mark.parametrize(("seed", "columns"), [(0, 1), (1, 2), (2, 5), (3, 8), (4, 10)])
def test_brute_force(seed: int, columns: int) -> None:
    """The values are those of the definition, to rounding."""
    rows, background, support, weights, gamma = game(seed, columns)
    values = product_kernel_shap(rows, background, support, weights, gamma)
    expected = brute_force(kernel_model(support, weights, gamma), rows, background)
    np.testing.assert_allclose(values, expected, atol=1e-10)
    assert np.abs(expected).max() > 1e-3


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_shap_agrees() -> None:
    """The explainer of shap over all coalitions finds the same values on five features."""
    import shap

    rows, background, support, weights, gamma = game(5, 5)
    masker = shap.maskers.Independent(background, max_samples=len(background))
    oracle = shap.ExactExplainer(kernel_model(support, weights, gamma), masker)(rows).values
    values = product_kernel_shap(rows, background, support, weights, gamma)
    np.testing.assert_allclose(values, oracle, atol=1e-10)


@pytest.mark.parametrize("gamma", [1 / 128, 1 / 33, 0.1, 0.4])
def test_the_default_nodes_suffice(gamma: float) -> None:
    """With 33 columns the default is as good as the 17 nodes that are exact, for smooth and rough kernels."""
    rows, background, support, weights, _ = game(6, 33, (8, 30, 50))
    exact = product_kernel_shap(rows, background, support, weights, gamma, nodes=17)
    default = product_kernel_shap(rows, background, support, weights, gamma)
    total = kernel_model(support, weights, gamma)
    np.testing.assert_allclose(default, exact, rtol=0, atol=1e-10)
    gap = default.sum(axis=1) - (total(rows) - total(background).mean())
    assert np.abs(gap).max() < 1e-10


def test_too_few_nodes_do_not() -> None:
    """Two nodes miss the values of a rough kernel, so that the test above can fail."""
    rows, background, support, weights, _ = game(6, 33, (8, 30, 50))
    exact = product_kernel_shap(rows, background, support, weights, 0.1, nodes=17)
    rough = product_kernel_shap(rows, background, support, weights, 0.1, nodes=2)
    assert np.abs(rough - exact).max() > 1e-3 * np.abs(exact).max()


def test_factors_that_vanish() -> None:
    """A support point so far away in one column that its kernel is 0 there breaks nothing."""
    rows, background, support, weights, gamma = game(7, 6)
    support[0, 2], support[1] = 1e3, -1e3
    rows[1, 4] = 500.0
    values = product_kernel_shap(rows, background, support, weights, gamma)
    expected = brute_force(kernel_model(support, weights, gamma), rows, background)
    np.testing.assert_allclose(values, expected, atol=1e-10)


def test_blocks_are_invisible() -> None:
    """The mean over explanations against single background rows is the explanation against all of them."""
    rows, background, support, weights, gamma = game(8, 4, (300, 83, 131))
    together = product_kernel_shap(rows, background, support, weights, gamma)
    alone = [product_kernel_shap(rows, one[None], support, weights, gamma) for one in background]
    np.testing.assert_allclose(together, np.mean(alone, axis=0), atol=1e-12)


def test_constant_and_equal_columns() -> None:
    """A column that never changes gets exactly 0, two equal columns get the same."""
    rows, background, support, weights, _ = game(9, 5)
    for table in (rows, background, support):
        table[:, 1], table[:, 4] = 0.7, table[:, 3]
    values = product_kernel_shap(rows, background, support, weights, 0.2)
    assert (values[:, 1] == 0.0).all()
    np.testing.assert_allclose(values[:, 3], values[:, 4], rtol=1e-12)
    assert (np.abs(values[:, 3]) > 1e-6).all()


def test_repeats_to_the_bit() -> None:
    """The same call gives the same bits."""
    parts = game(10, 33, (5, 50, 70))
    np.testing.assert_array_equal(product_kernel_shap(*parts), product_kernel_shap(*parts))


def test_nothing_to_sum() -> None:
    """A model without support points, as after equal ratings, explains everything by 0."""
    rows, background, *_ = game(11, 3)
    values = product_kernel_shap(rows, background, np.empty((0, 3)), np.empty(0), 0.1)
    np.testing.assert_array_equal(values, np.zeros((3, 3)))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda r, b, s, w: (r[:, :2], b, s, w), "must have the same"),
        (lambda r, b, s, w: (r[0], b, s, w), "tables"),
        (lambda r, b, s, w: (r, b[:0], s, w), "background is empty"),
        (lambda r, b, s, w: (r, b, s, w[:-1]), "as many weights"),
    ],
)
def test_refusals(change, sentence: str) -> None:
    """Tables that do not fit together are refused with what is wrong."""
    *parts, gamma = game(12, 3)
    with pytest.raises(ValueError, match=sentence):
        product_kernel_shap(*change(*parts), gamma)
