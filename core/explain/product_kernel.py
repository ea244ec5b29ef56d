"""Exact interventional Shapley values of models whose kernel is a product over the features (RBF).

The model is f(x) = constant + sum_i weights_i * prod_j k_j(x_j, z_ij) with support points z_i and
k_j(u, v) = exp(-gamma_j (u - v)^2). For one support point and one background row b write p_j = k_j(x_j, z_ij)
and q_j = k_j(b_j, z_ij). The coalition S is worth prod_{j in S} p_j * prod_{j not in S} q_j; its multilinear
extension (Owen 1972, Management Science 18, "Multilinear extensions of games") gives the Shapley value as

    phi_j = (p_j - q_j) * integral_0^1 prod_{l != j} (t p_l + (1 - t) q_l) dt.

The integrand is a polynomial of degree d - 1 in t, so Gauss-Legendre quadrature with ceil(d / 2) nodes is
exact. Fewer do where the factors are smooth in t, and the additivity of each row's values tells whether they
did: over 33 standardised audio columns (80 background rows, 68 to 80 support points, 20 held-out rows,
against 17 nodes) the largest error relative to the largest value was

    nodes                         4        5        6        8
    support vectors, 1 / 33    2e-8    6e-11    9e-14    5e-16
    Gaussian process, 1 / 128  5e-13   7e-16    5e-16    6e-16
    gamma 0.1                  6e-5     1e-6     2e-8    6e-13

and the gap in additivity ten times as large as the error of a value. The default starts with 6.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

FIRST_NODES = 6
ADDITIVITY = 1e-12  # allowed gap per unit of sum |weights|: above rounding errors, far below a rating point
BACKGROUND_BLOCK = 40  # three arrays of 33 features x 40 doubles stay in the processor's nearest caches
SUPPORT_BLOCK = 64  # this and the next bound the memory, whatever the number of tracks
ROW_BLOCK = 256


def product_kernel_shap(
    rows: ArrayLike,
    background: ArrayLike,
    support: ArrayLike,
    weights: ArrayLike,
    gamma: ArrayLike,
    *,
    nodes: int | None = None,
) -> Floats:
    """Shapley values (n, d) of x -> sum_i weights_i exp(-sum_j gamma_j (x_j - support_ij)^2), in its unit.

    `rows` (n, d), `background` (m, d), `support` (s, d), `weights` (s,), `gamma` a number or (d,), all
    finite. An absent feature takes its value from a background row; the values are the mean over those.
    `nodes` fixes the number of quadrature nodes. None starts with 6, and doubles it for the rows whose values
    do not add up to the difference from the mean over the background, at most to ceil(d / 2), which is exact.
    Raises ValueError if the shapes do not fit together. The time grows with n * m * s * d * nodes.
    """
    given = (rows, background, support)
    rows, background, support = (np.ascontiguousarray(table, dtype=np.float64) for table in given)
    weights = np.asarray(weights, dtype=np.float64)
    _check_shapes(rows, background, support, weights)
    columns = rows.shape[1]
    gammas = np.broadcast_to(np.asarray(gamma, dtype=np.float64), (columns,)).copy()
    exact = max(1, (columns + 1) // 2)
    if nodes is not None:
        return _integrate(rows, background, support, weights, gammas, nodes)
    totals = _kernel_sum(rows, support, weights, gammas)
    totals -= _kernel_sum(background, support, weights, gammas).mean()
    tolerance = ADDITIVITY * np.abs(weights).sum()
    count = min(FIRST_NODES, exact)
    values = _integrate(rows, background, support, weights, gammas, count)
    late = np.abs(values.sum(axis=1) - totals) > tolerance
    while count < exact and late.any():
        count = min(2 * count, exact)
        values[late] = _integrate(rows[late], background, support, weights, gammas, count)
        late &= np.abs(values.sum(axis=1) - totals) > tolerance
    return values


def _check_shapes(rows: Floats, background: Floats, support: Floats, weights: Floats) -> None:
    """Raise ValueError unless the columns agree, there is a background, and the weights fit the support."""
    if not (rows.ndim == background.ndim == support.ndim == 2):
        raise ValueError("rows, background and support must be tables (rows, columns).")
    if not (rows.shape[1] == background.shape[1] == support.shape[1]):
        raise ValueError(
            f"rows, background and support have {rows.shape[1]}, {background.shape[1]} and "
            f"{support.shape[1]} columns; they must have the same."
        )
    if len(background) == 0:
        raise ValueError("The background is empty; an absent feature needs a row to take its value from.")
    if weights.shape != (len(support),):
        raise ValueError(f"{len(support)} support points need as many weights, not an array {weights.shape}.")


def _kernel_sum(points: Floats, support: Floats, weights: Floats, gammas: Floats) -> Floats:
    """sum_i weights_i k(point, support_i) for each of the points (n, d): (n,)."""
    from scipy.spatial.distance import cdist

    scale = np.sqrt(gammas)
    return np.asarray(np.exp(-cdist(points * scale, support * scale, "sqeuclidean")) @ weights)


def _integrate(
    rows: Floats,
    background: Floats,
    support: Floats,
    weights: Floats,
    gammas: Floats,
    nodes: int,
) -> Floats:
    """The quadrature with this number of nodes, in blocks that fit into the cache: (n, d)."""
    abscissae, masses = np.polynomial.legendre.leggauss(nodes)
    times, masses = (abscissae + 1) / 2, masses / 2  # from [-1, 1] to [0, 1]
    values = np.zeros(rows.shape)
    for first in range(0, len(support), SUPPORT_BLOCK):
        part = slice(first, first + SUPPORT_BLOCK)
        for start in range(0, len(background), BACKGROUND_BLOCK):
            # contiguous: numpy's results inherit the layout, and the inner loop runs over the last axis
            block = np.ascontiguousarray(background[start : start + BACKGROUND_BLOCK].T)
            absent = np.exp(-gammas[:, None] * (block[None] - support[part, :, None]) ** 2)
            for top in range(0, len(rows), ROW_BLOCK):
                some = slice(top, top + ROW_BLOCK)
                present = np.exp(-gammas * (rows[some, None, :] - support[None, part, :]) ** 2)
                _accumulate(present, absent, weights[part], times, masses, values[some])
    return values / len(background)


@njit(cache=True)
def _accumulate(
    present: Floats,
    absent: Floats,
    weights: Floats,
    times: Floats,
    masses: Floats,
    values: Floats,
) -> None:
    """Add to values (n, d) the sums over support points and background rows of one block.

    `present` (n, s, d) are the p_j, `absent` (s, d, m) the q_j. The product without factor j is the product
    of those before it times those after it, never a division: a factor may be 0. The background rows are
    innermost and contiguous, so that the processor handles several at once without reordering any sum.
    """
    columns, many = absent.shape[1], absent.shape[2]
    before = np.empty((columns, many))
    gathered = np.empty((columns, many))
    product = np.empty(many)
    for row in range(present.shape[0]):
        gathered[:] = 0.0
        for point in range(present.shape[1]):
            for node in range(times.size):
                time = times[node]
                product[:] = weights[point] * masses[node]
                for column in range(columns):
                    p, q, kept = present[row, point, column], absent[point, column], before[column]
                    for other in range(many):
                        kept[other] = product[other]
                        product[other] *= q[other] + time * (p - q[other])
                product[:] = 1.0  # from here on: the factors after the column
                for back in range(columns):
                    column = columns - 1 - back
                    p, q, kept = present[row, point, column], absent[point, column], before[column]
                    target = gathered[column]
                    for other in range(many):
                        change = p - q[other]
                        target[other] += kept[other] * product[other] * change
                        product[other] *= q[other] + time * change
        values[row] += gathered.sum(axis=1)
