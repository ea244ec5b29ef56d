"""Sampled interventional Shapley values of nearest neighbours and neural networks, which have no closed form.

A random order of the features is walked from a background row to the explained row, one feature at a time; a
feature's gain is the change of the prediction at its step (Castro, Gomez and Tejada 2009, Computers &
Operations Research 36). Each order is also walked backwards from the same background row (antithetic pairs;
Mitchell, Cooper, Frank and Holmes 2022, JMLR 23), and each background row serves equally many pairs. So the
estimates are unbiased, and their sum telescopes exactly to the prediction minus the mean prediction over the
background. All rows share the orders: a row's values do not depend on which others are explained with it.

A step costs one update, not one prediction: the distance to a training row and the input of a hidden unit are
sums over the features, of which one term changes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEIGHBOUR_PAIRS = 320  # 33 features, 80 training rows: 2 ms a row, standard errors 0.16 of the mean |value|
NETWORK_PAIRS = 160  # 33 features, 16 hidden units: 0.8 ms a row, standard errors 0.005 of the mean |value|
USUAL_TRAINING_ROWS = 100  # beyond these a step of the neighbours costs more, and the pairs become fewer
TIE = 1e-12  # distances this close, relative to the largest, are equal: rounding must not choose a neighbour

# What neighbours predict from: the training rows by column (d, N), their ratings (N,), the columns' means and
# standard deviations (d,), how many neighbours count, and by how much equal squared distances may differ.
_Training = tuple[Floats, Floats, Floats, Floats, int, float]

# A network with d inputs: the weights of its first hidden layer (d, units), the place of its activation among ACTIVATIONS, the
# weights and then the shift of each unit after those, and the number of units of each hidden layer, then 1.
_Network = tuple[Floats, int, Floats, Ints]
ACTIVATIONS = ("identity", "relu", "tanh", "logistic")


def network_shap(
    model: Any, rows: Floats, background: Floats, *, seed: int = 0, permutations: int | None = None
) -> tuple[Floats, Floats]:
    """Values and their standard errors, (n, d) each, of a fitted MLPRegressor with any hidden layers.

    `permutations` is the number of antithetic pairs per row, rounded up to a multiple of the background's
    length; by default about 160. Raises TypeError for a network with several outputs or a transformed output.
    """
    if model.out_activation_ != "identity" or model.coefs_[-1].shape[1] != 1:
        raise TypeError("Only a neural network with one untransformed output can be explained.")
    orders = _orders(seed, permutations or NETWORK_PAIRS, background.shape)
    sums = np.zeros((3, *rows.shape))
    weights, shift = model.coefs_[0], model.intercepts_[0]
    later = [np.vstack([coefficients, shifts]).T.ravel() for coefficients, shifts in
             zip(model.coefs_[1:], model.intercepts_[1:], strict=True)]  # fmt: skip
    sizes = np.array([len(coefficients) for coefficients in model.coefs_[1:]] + [1])
    network = np.ascontiguousarray(weights), ACTIVATIONS.index(model.activation), np.concatenate(later), sizes
    _walk_network(network, rows, rows @ weights + shift, background, background @ weights + shift, orders, sums)
    return _estimate(sums, len(background), len(orders))


def neighbour_shap(
    model: Any, rows: Floats, background: Floats, *, seed: int = 0, permutations: int | None = None
) -> tuple[Floats, Floats]:
    """Values and their standard errors, (n, d) each, of a fitted KNeighborsRegressor.

    Training rows at the same distance share the places that are left among the k nearest, because which of
    them scikit-learn takes depends on their order in memory. What that choice adds to a prediction belongs to
    no feature; so that the values still add up, it is spread in proportion to their size (it is 0 without
    ties). `permutations` as in `network_shap`; the default falls from 320 as the training rows exceed 100.
    Raises TypeError unless the neighbours count equally and the distance is Euclidean.
    """
    if model.weights != "uniform" or model.effective_metric_ != "euclidean" or np.ndim(model._y) != 1:
        raise TypeError("Neighbours must have uniform weights, the Euclidean distance and one rating each.")
    usual = NEIGHBOUR_PAIRS * min(1.0, USUAL_TRAINING_ROWS / model.n_samples_fit_)
    orders = _orders(seed, permutations or int(usual), background.shape)
    sums = np.zeros((3, *rows.shape))
    rows, background = np.ascontiguousarray(rows), np.ascontiguousarray(background)
    _walk_nearest(_prepared(model, rows, background), rows, background, orders, sums)
    values, error = _estimate(sums, len(background), len(orders))
    gap = model.predict(rows) - model.predict(background).mean() - values.sum(axis=1)
    size = np.abs(values)
    size[size.sum(axis=1) == 0.0] = 1.0  # a row that no feature moves takes its gap in equal parts
    return values + gap[:, None] * (size / size.sum(axis=1, keepdims=True)), error


def _prepared(model: Any, rows: Floats, background: Floats) -> _Training:
    """The training rows of a fitted KNeighborsRegressor; the tables to explain bound the distances."""
    columns = np.ascontiguousarray(np.asarray(model._fit_X, dtype=np.float64).T)
    largest = max((part**2).sum(axis=1).max() for part in (columns.T, rows, background))
    tie = TIE * max(4 * largest, 1e-200)  # no two points are further apart than twice the longest
    ratings, wanted = np.asarray(model._y, dtype=np.float64), int(model.n_neighbors)
    return columns, ratings, columns.mean(axis=1), columns.std(axis=1), wanted, tie


def _orders(seed: int, pairs: int, background: tuple[int, ...]) -> Ints:
    """Random orders (rounds, m, d) of the columns of a background (m, d), one per background row and round.

    At least `pairs`, and at least two: one alone has no spread to take a standard error from.
    """
    rounds = -(-max(pairs, 2) // background[0])
    ordered = np.tile(np.arange(background[1], dtype=np.int64), (rounds, background[0], 1))
    return np.random.default_rng(seed).permuted(ordered, axis=2)


def _estimate(sums: Floats, background: int, rounds: int) -> tuple[Floats, Floats]:
    """Mean gain and its standard error, (n, d) each, from sums (3, n, d) over the antithetic pairs.

    `sums` holds the gains of the pairs, their squares, and the squares of each background row's total gain.
    The background is given, not sampled: with two rounds or more only the spread between the pairs of the
    same background row is error. With one round it is that between all pairs, which is an upper bound.
    """
    gains, squares, squared_totals = sums
    pairs = background * rounds
    expected, freedom = gains**2 / pairs, pairs - 1
    if rounds > 1:
        expected, freedom = squared_totals / rounds, background * (rounds - 1)
    return gains / pairs, np.sqrt(np.maximum(squares - expected, 0.0) / freedom / pairs)


@njit(cache=True, fastmath={"reassoc"})  # this lets the processor add several products at once
def _output(inputs: Floats, kind: int, later: Floats, sizes: Ints, room: Floats) -> float:
    """What a network predicts from the inputs (units,) of its first hidden layer; room (2, most units) is overwritten."""
    start, total = 0, 0.0
    for layer in range(sizes.size - 1):
        values, many = inputs if layer == 0 else room[layer % 2], sizes[layer]
        for unit in range(sizes[layer + 1]):
            total = 0.0
            for place in range(many):
                value = values[place]
                if kind == 1:
                    value = max(value, 0.0)
                elif kind == 2:
                    value = np.tanh(value)
                elif kind == 3:
                    value = (1.0 + np.tanh(value / 2)) / 2
                total += value * later[start + place]
            start += many + 1
            total += later[start - 1]
            room[(layer + 1) % 2, unit] = total
    return total


@njit(cache=True)
def _walk_network(
    network: _Network, rows: Floats, full: Floats, background: Floats, empty: Floats, orders: Ints, sums: Floats
) -> None:
    """Add the gains of all pairs to sums (3, n, d), see `_estimate`. full (n, units) and empty (m, units) are the inputs of
    the first hidden layer for the rows and for the background.
    """
    weights, kind, later, sizes = network
    room, inputs, rest = np.empty((2, sizes.max())), np.empty(weights.shape[1]), np.empty(weights.shape[1])
    for row in range(rows.shape[0]):
        last = _output(full[row], kind, later, sizes, room)
        for index in range(background.shape[0]):
            first = _output(empty[index], kind, later, sizes, room)
            total = np.zeros(rows.shape[1])
            for turn in range(orders.shape[0]):
                inputs[:], rest[:] = empty[index], full[row]
                forth, back = first, last
                for step in range(rows.shape[1]):
                    column = orders[turn, index, step]
                    change = rows[row, column] - background[index, column]
                    if change == 0.0:
                        continue
                    for unit in range(inputs.size):
                        inputs[unit] += change * weights[column, unit]
                        rest[unit] -= change * weights[column, unit]
                    ahead = _output(inputs, kind, later, sizes, room)
                    behind = _output(rest, kind, later, sizes, room)
                    gain = (ahead - forth + back - behind) / 2
                    forth, back = ahead, behind
                    total[column] += gain
                    sums[0, row, column] += gain
                    sums[1, row, column] += gain**2
            for column in range(total.size):
                sums[2, row, column] += total[column] ** 2


@njit(cache=True, fastmath={"reassoc"})  # this lets the processor add several ratings at once
def _within(nearness: Floats, ratings: Floats, radius: float) -> tuple[int, float]:
    """How many training rows lie within the radius, and the sum of their ratings."""
    count, total = 0, 0.0
    for index in range(nearness.size):
        count += nearness[index] <= radius
        total += ratings[index] if nearness[index] <= radius else 0.0
    return count, total


@njit(cache=True)
def _nearest_mean(
    ratings: Floats, wanted: int, tie: float, nearness: Floats, guess: float, width: float
) -> tuple[float, float]:
    """The mean rating of the `wanted` nearest training rows, ties shared, and a radius that holds them.

    Brackets the radius around a guess, then halves the bracket until one end holds the wanted number or it is
    as narrow as a tie. Counting over all rows is faster than sorting them: no branch depends on the data.
    """
    low = high = guess
    inner, inner_sum = outer, outer_sum = _within(nearness, ratings, guess)
    while outer < wanted:
        low, inner, inner_sum = high, outer, outer_sum
        high, width = high + width, 3 * width
        outer, outer_sum = _within(nearness, ratings, high)
    while inner > wanted:
        high, outer, outer_sum = low, inner, inner_sum
        low, width = low - width, 3 * width
        inner, inner_sum = _within(nearness, ratings, low)
    while inner != wanted and outer != wanted and high - low > tie:
        middle = (low + high) / 2
        count, total = _within(nearness, ratings, middle)
        if count < wanted:
            low, inner, inner_sum = middle, count, total
        else:
            high, outer, outer_sum = middle, count, total
    if inner == wanted:
        return inner_sum / wanted, low
    share = (wanted - inner) / (outer - inner)
    return ((1 - share) * inner_sum + share * outer_sum) / wanted, high


@njit(cache=True)
def _chain(
    training: _Training,
    order: Ints,
    changes: Floats,
    nearness: Floats,
    start: tuple[float, float],
) -> Floats:
    """The gains (d,) of one order of the columns; a column that does not change gains exactly 0.

    `changes` (d,) are minus twice the steps from the background row to the row. At the background row,
    `nearness` (N,) are the distances, and `start` the mean rating and the radius.
    """
    columns, ratings, centre, spread, wanted, tie = training
    gains, now = np.zeros(order.size), nearness.copy()
    value, radius = start
    for column in order:
        change = changes[column]
        if change != 0.0:
            moved = columns[column]
            for other in range(now.size):
                now[other] += change * moved[other]
            guess, width = radius + change * centre[column], abs(change) * spread[column] + tie
            after, radius = _nearest_mean(ratings, wanted, tie, now, guess, width)
            gains[column] = after - value
            value = after
    return gains


@njit(cache=True)
def _walk_nearest(training: _Training, rows: Floats, background: Floats, orders: Ints, sums: Floats) -> None:
    """Add the gains of all pairs to sums (3, n, d), see `_estimate`."""
    columns, ratings, _, _, wanted, tie = training
    for index in range(background.shape[0]):
        nearness = np.zeros(ratings.size)  # squared distances but for |row|^2, which all training rows share
        for column in range(background.shape[1]):
            nearness += columns[column] * (columns[column] - 2 * background[index, column])
        start = _nearest_mean(ratings, wanted, tie, nearness, nearness.mean(), 1.0)
        for row in range(rows.shape[0]):
            changes = 2 * (background[index] - rows[row])
            total = np.zeros(changes.size)
            for turn in range(orders.shape[0]):
                order = orders[turn, index]
                gain = _chain(training, order, changes, nearness, start)
                gain = (gain + _chain(training, order[::-1].copy(), changes, nearness, start)) / 2
                total += gain
                sums[0, row] += gain
                sums[1, row] += gain**2
            sums[2, row] += total**2
