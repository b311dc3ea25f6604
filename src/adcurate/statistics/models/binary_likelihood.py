"""The logistic likelihood, plain or with Firth's penalty, maximised for many sets of case counts at once.

One fit is a batch of one; bootstrap samples and cross-validation folds are counts of the same cases. Firth's
penalty adds half the log determinant of the information to the log-likelihood, whose score is then
``X'(c(y - pi) + h(1/2 - pi))`` with ``h`` the diagonal of the weighted hat matrix (Firth 1993; Heinze and
Schemper 2002, eq. 2). A coefficient that is held fixed stays in the information, so that profiles and tests
compare the same penalty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from adcurate.arrays import Bools, Floats

_STEP = 1e-11
_MAXIMUM_STEP = 5.0
_FLAT = 1e-9
_LOST = 1e-13
_CURVED = 1e-2
_SADDLE = 1e-9
_SAME = 1e-5
_BLOCK_CELLS = 1 << 22


@dataclass(frozen=True, slots=True, eq=False)
class BinaryMaximum:
    """Where the likelihood of each of r sets of counts is greatest.

    `coefficients` (r, k) are NaN where there is no maximum (`converged` (r,) is false). `log_likelihood` (r,)
    is without the penalty, `objective` (r,) with it. `information` (r, k, k) is Fisher's, of all columns.
    """

    coefficients: Floats
    log_likelihood: Floats
    objective: Floats
    information: Floats
    converged: Bools
    iterations: int


def maximise_binary(
    design: Floats,
    positive: Bools,
    *,
    firth: bool,
    counts: Floats | None = None,
    start: Floats | None = None,
    free: Bools | None = None,
    offset: Floats | None = None,
    iterations: int = 500,
    tolerance: float = _STEP,
) -> BinaryMaximum:
    """Maximise over the `free` columns of `design` (n, k), which holds its own intercept.

    Parameters
    ----------
    design : (n, k)
        Columns of about unit size.
    positive : (n,)
        The outcome.
    counts : (r, n), optional
        How often each case stands in each set; without it one set with every case once.
    start : (k,) or (r, k), optional
        Where to begin, and the values of the columns that are not free.
    free : (k,), optional
        False holds a column at its start.
    offset : (n,), optional
        Added to the linear predictor.
    tolerance : float
        The last step's size, against that of the coefficients.
    """
    if counts is None:
        counts = np.ones((1, design.shape[0]))
    starts = np.broadcast_to(np.zeros(1) if start is None else start, (counts.shape[0], design.shape[1]))
    n_rows = max(1, _BLOCK_CELLS // max(1, design.shape[0] * design.shape[1]))
    parts = [
        _maximise_block(
            design,
            positive,
            firth,
            counts[i : i + n_rows],
            starts[i : i + n_rows],
            free,
            offset,
            iterations,
            tolerance,
        )
        for i in range(0, counts.shape[0], n_rows)
    ]
    if len(parts) == 1:
        return parts[0]
    return BinaryMaximum(
        coefficients=np.concatenate([part.coefficients for part in parts]),
        log_likelihood=np.concatenate([part.log_likelihood for part in parts]),
        objective=np.concatenate([part.objective for part in parts]),
        information=np.concatenate([part.information for part in parts]),
        converged=np.concatenate([part.converged for part in parts]),
        iterations=max(part.iterations for part in parts),
    )


def search_binary(
    design: Floats,
    positive: Bools,
    *,
    firth: bool,
    start: Floats | None = None,
    free: Bools | None = None,
) -> tuple[BinaryMaximum, Floats]:
    """Maximise one likelihood from several starts, for a penalised one may have several maxima.

    Returns
    -------
    BinaryMaximum, Floats
        The highest (of equal ones the one nearest to no effect), and by how much (m,) each other maximum
        found lies below it.
    """
    first = maximise_binary(design, positive, firth=firth, start=start, free=free)
    moving = np.flatnonzero(np.ones(design.shape[1], dtype=bool) if free is None else free)
    if not firth or not first.converged[0] or not moving.size:
        return first, np.empty(0)
    covariance = np.linalg.inv(first.information[0][np.ix_(moving, moving)])
    values, vectors = np.linalg.eigh(covariance)
    reach = 3.0 * vectors * np.sqrt(np.maximum(values, 0.0))
    starts = np.repeat(first.coefficients, 2 * moving.size, axis=0)
    starts[:, moving] += np.concatenate([reach.T, -reach.T])
    others = maximise_binary(
        design,
        positive,
        firth=True,
        start=starts,
        free=free,
        counts=np.ones((starts.shape[0], design.shape[0])),
    )
    usable = np.flatnonzero(others.converged)
    coefficients = np.concatenate([first.coefficients, others.coefficients[usable]])
    objective = np.append(first.objective, others.objective[usable])
    highest = np.flatnonzero(objective >= objective.max() - 1e-9 * (1.0 + abs(objective.max())))
    best = int(highest[np.argmin((coefficients[highest, 1:] ** 2).sum(axis=1))])
    away = np.abs(coefficients - coefficients[best]).max(axis=1) > _SAME * (
        1.0 + np.abs(coefficients[best]).max()
    )
    below = objective[best] - objective[away]
    if best == 0:
        return first, below
    chosen = usable[best - 1 : best]
    return (
        BinaryMaximum(
            others.coefficients[chosen],
            others.log_likelihood[chosen],
            others.objective[chosen],
            others.information[chosen],
            others.converged[chosen],
            others.iterations,
        ),
        below,
    )


def _maximise_block(
    design: Floats,
    positive: Bools,
    firth: bool,
    counts: Floats,
    start: Floats,
    free: Bools | None,
    offset: Floats | None,
    iterations: int,
    tolerance: float,
) -> BinaryMaximum:
    n, k = design.shape
    r = counts.shape[0]
    outer = (design[:, :, None] * design[:, None, :]).reshape(n, k * k)
    y = positive.astype(np.float64)
    sign = np.where(positive, 1.0, -1.0)
    shift = np.zeros(n) if offset is None else offset
    moving = np.flatnonzero(np.ones(k, dtype=bool) if free is None else free)
    block = np.ix_(moving, moving)
    beta = start.copy()

    def evaluate(b: Floats, c: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Objective, log-likelihood, information, and probabilities."""
        eta = b @ design.T + shift
        log_likelihood = -(c * np.logaddexp(0.0, -sign * eta)).sum(axis=1)
        probability = expit(eta)
        weight = c * probability * expit(-eta)
        information = (weight @ outer).reshape(-1, k, k)
        if not firth:
            return log_likelihood, log_likelihood, information, probability
        determinant_sign, logdet = np.linalg.slogdet(information)
        objective = np.where(determinant_sign > 0, log_likelihood + 0.5 * logdet, -np.inf)
        return objective, log_likelihood, information, probability

    objective, log_likelihood, information, probability = evaluate(beta, counts)
    # A set of counts in which the columns cannot be told apart, or that lacks a class, has no fit.
    able = _condition((counts @ outer).reshape(-1, k, k)) > _FLAT
    able &= (counts @ y > 0) & (counts @ (1 - y) > 0)
    # Nor is there a way up from where all probabilities are 0 or 1 to the last digit.
    able &= np.linalg.slogdet(information)[0] > 0
    converged = np.zeros(r, dtype=bool)
    active = np.flatnonzero(able) if moving.size else np.empty(0, dtype=np.int64)
    if not moving.size:
        converged[:] = able
    done = 0
    while active.size and done < iterations:
        done += 1
        c, b = counts[active], beta[active]
        residual = c * (y - probability[active])
        curvature = exact = information[active]
        if firth:
            slope, bend = _penalty(design, outer, c, probability[active], curvature)
            residual = residual + slope
            exact = curvature - bend
            # Away from the maximum the penalised likelihood need not be concave: Fisher's step still rises.
            curved = _condition(exact[:, block[0], block[1]]) > _CURVED * _condition(
                curvature[:, block[0], block[1]]
            )
            curvature = np.where(curved[:, None, None], exact, curvature)
        score = (residual @ design)[:, moving]
        step = np.zeros_like(b)
        step[:, moving] = np.linalg.solve(curvature[:, block[0], block[1]], score[:, :, None])[:, :, 0]
        size = np.abs(step).max(axis=1)
        step *= np.minimum(1.0, _MAXIMUM_STEP / np.maximum(size, 1e-300))[:, None]
        best = objective[active]
        slack = 1e-12 * (1.0 + np.abs(best))
        new = evaluate(b + step, c)
        for _ in range(40):
            worse = ~(new[0] >= best - slack)
            if not worse.any():
                break
            step[worse] *= 0.5
            again = evaluate(b[worse] + step[worse], c[worse])
            for old_part, part in zip(new, again, strict=True):
                old_part[worse] = part
        beta[active] = b + step
        objective[active], log_likelihood[active], information[active], probability[active] = new
        finished = np.abs(step).max(axis=1) <= tolerance * (1.0 + np.abs(beta[active]).max(axis=1))
        # Without a penalty a separated sample drives the information to nothing.
        lost = np.zeros_like(finished) if firth else _condition(new[2][:, block[0], block[1]]) < _LOST
        if firth and finished.any():
            # A fixed point that is a saddle is left along its rising direction.
            ends = np.flatnonzero(finished)
            values, vectors = np.linalg.eigh(exact[ends][:, block[0], block[1]])
            saddles = values[:, 0] < -_SADDLE * values[:, -1]
            finished[ends[saddles]] = False
            rising = vectors[saddles][:, :, 0]
            rising *= np.sign(rising[np.arange(rising.shape[0]), np.abs(rising).argmax(axis=1)])[:, None]
            away = active[ends[saddles]]
            beta[away[:, None], moving] += rising
            if away.size:
                objective[away], log_likelihood[away], information[away], probability[away] = evaluate(
                    beta[away], counts[away]
                )
        converged[active[finished & ~lost]] = True
        active = active[~(finished | lost)]
    beta[~converged] = np.nan
    log_likelihood[~converged] = np.nan
    objective[~converged] = np.nan
    return BinaryMaximum(beta, log_likelihood, objective, information, converged, done)


def _penalty(
    design: Floats, outer: Floats, counts: Floats, probability: Floats, information: Floats
) -> tuple[Floats, Floats]:
    """What half the log determinant adds to each residual (r, n), and its second derivative (r, k, k)."""
    k = design.shape[1]
    inverse = np.linalg.inv(information)
    leverage = inverse.reshape(-1, k * k) @ outer.T
    weight = counts * probability * (1.0 - probability)
    tilt = weight * (1.0 - 2.0 * probability)
    bend = counts * probability * (1.0 - probability) * (1.0 - 6.0 * probability * (1.0 - probability))
    third = (tilt @ (outer[:, :, None] * design[:, None, :]).reshape(-1, k**3)).reshape(-1, k, k, k)
    turned = np.einsum("rab,rbcj->racj", inverse, third)
    second = 0.5 * ((bend * leverage) @ outer).reshape(-1, k, k)
    second -= 0.5 * np.einsum("racj,rcak->rjk", turned, turned)
    return np.asarray(0.5 * tilt * leverage), second


def _condition(information: Floats) -> Floats:
    """Return (r,) the smallest eigenvalue over the cases' number, which is 0 for what cannot be estimated."""
    values = np.linalg.eigvalsh(information)
    return np.asarray(values[:, 0] / np.maximum(values[:, -1], 1.0))
