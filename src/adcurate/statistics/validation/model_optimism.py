"""What is left of a fitted model in new patients: a logistic combination refitted in every resample.

A single marker with a stated direction needs no fitting and its AUC no correction. A combination of markers
does, and so do predicted risks even of one marker: coefficients are fitted, and fitted too closely.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.marker import require_generator
from adcurate.statistics.models.binary_likelihood import maximise_binary
from adcurate.statistics.models.design import check_predictors, standardise
from adcurate.statistics.models.logistic import check_outcome
from adcurate.statistics.resampling import bootstrap_indices
from adcurate.statistics.validation.correction import Corrected, find_correction

ModelQuantity = Literal["auc", "brier", "intercept", "slope"]

_BLOCK_CELLS = 1 << 21


@dataclass(frozen=True, slots=True)
class ModelValidation:
    """AUC, Brier score, calibration intercept and slope of a logistic model, apparent and corrected.

    A corrected slope below 1 says by how much predicted log-odds are too extreme for new patients; it is the
    factor to shrink them by. For the Brier score the optimism is negative (a small score is good). Slope and
    intercept are NaN where the model separates the sample; resamples that it separates are in neither.
    """

    corrections: tuple[Corrected, ...]
    names: tuple[str, ...]
    penalty: str
    n_positive: int
    n_negative: int
    n_resamples: int
    n_undefined: int
    findings: tuple[Finding, ...]

    def of(self, quantity: ModelQuantity) -> Corrected:
        """Return the correction of a quantity."""
        return find_correction(self.corrections, quantity)


def correct_model_optimism(
    predictors: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    names: tuple[str, ...],
    penalty: Literal["none", "firth"] = "none",
    n_resamples: int = 1000,
    rng: np.random.Generator | None = None,
    draws: npt.ArrayLike | None = None,
) -> ModelValidation:
    """Correct a logistic model's performance by refitting it in every bootstrap resample.

    Optimism is the mean over resamples of (performance of the resample's model in the resample) minus
    (performance of the same model on the sample). Coefficients are refitted; which predictors are in the
    model is not chosen again, so a model that was searched for stays optimistic.

    Parameters
    ----------
    predictors : (n, p) or (n,), any units
        Finite.
    positive : (n,), boolean
        The outcome.
    penalty
        As in `fit_logistic`. Under ``none`` a resample that the predictors separate has no fit and is left
        out, which leans to the optimistic side where it happens often.
    rng
        Needed unless `draws` is given. The order of the cases matters to the draws: sort them first.
    draws : (n_resamples, n), optional
        Indices into the cases, to repeat another program's resamples.

    Returns
    -------
    ModelValidation
        Quantities ``auc``, ``brier``, ``intercept`` and ``slope`` (logit(share) = intercept + slope * model).

    Raises
    ------
    StatisticsError
        ``statistics.no-convergence`` when the sample itself has no fit, ``statistics.too-few`` when no
        resample has; ``statistics.one-class``, ``statistics.constant``, ``statistics.collinear``,
        ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Harrell, Lee and Mark 1996. Equals ``rms::validate`` on its own resamples: its Dxy is 2 AUC - 1.

    Examples
    --------
    >>> generator = np.random.default_rng(1)
    >>> adc = generator.normal(1.0, 0.2, 60)
    >>> high_grade = generator.random(60) < expit((0.9 - adc) * 6)
    >>> found = correct_model_optimism(adc, high_grade, names=("ADC",), rng=generator, n_resamples=200)
    >>> round(found.of("slope").apparent, 6), round(found.of("slope").corrected, 2)
    (1.0, 1.01)
    """
    y = check_outcome(positive)
    n = y.size
    columns = standardise(check_predictors(predictors, names, n), names).columns
    _check_penalty(penalty)
    design = np.column_stack([np.ones(n), columns])
    firth = penalty == "firth"
    whole = maximise_binary(design, y, firth=firth)
    if not whole.converged[0]:
        raise StatisticsError(
            "statistics.no-convergence",
            "The model has no fit on these cases: the predictors separate the classes.",
            remedy="Use Firth's penalty.",
        )
    indices = (
        bootstrap_indices(n, n_resamples, require_generator(rng)) if draws is None else np.asarray(draws)
    )
    if indices.ndim != 2 or indices.dtype.kind not in "iu" or indices.min() < 0 or indices.max() >= n:
        raise StatisticsError(
            "statistics.shape",
            "Given resamples are rows of indices into the cases.",
            remedy="Give a table of whole numbers from 0 to the number of cases minus 1.",
        )
    k = indices.shape[0]
    cells = indices + n * np.arange(k)[:, None]
    times: Floats = np.bincount(cells.ravel(), minlength=n * k).reshape(k, n).astype(np.float64)
    fitted = maximise_binary(design, y, firth=firth, counts=times)
    kept = np.flatnonzero(fitted.converged)
    everyone = np.ones((1, n))
    if kept.size == 0:
        raise _no_fit(k)
    inside = _performance(design, y, fitted.coefficients[kept], times[kept])
    outside = _performance(design, y, fitted.coefficients[kept], everyone)
    apparent = _performance(design, y, whole.coefficients, everyone)
    gains = inside - outside
    usable = np.isfinite(gains)
    n_used = usable.sum(axis=0)
    with np.errstate(invalid="ignore"):
        optimism = np.where(usable, gains, 0.0).sum(axis=0) / np.where(n_used > 0, n_used, np.nan)
    quantities: tuple[ModelQuantity, ...] = ("auc", "brier", "intercept", "slope")
    n_undefined = k - int(kept.size)
    findings = [_undefined(n_undefined, k)] if n_undefined else []
    if int(n_used[3]) < kept.size:
        findings.append(_no_slope(int(kept.size - n_used[3])))
    return ModelValidation(
        corrections=tuple(
            Corrected(name, "optimism-bootstrap", value, value - gain, gain, used, k - used)
            for name, value, gain, used in zip(
                quantities, apparent[0].tolist(), optimism.tolist(), n_used.tolist(), strict=True
            )
        ),
        names=names,
        penalty=penalty,
        n_positive=int(np.count_nonzero(y)),
        n_negative=int(np.count_nonzero(~y)),
        n_resamples=k,
        n_undefined=n_undefined,
        findings=tuple(findings),
    )


def predict_left_out(
    predictors: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    names: tuple[str, ...],
    penalty: Literal["none", "firth"] = "none",
) -> Floats:
    """Predict each case's risk by the logistic model that the other cases fit.

    Honest risks for `assess_calibration`, at a price: pooled over cases they lean against the truth (without
    a positive the share of positives is lower), so a weak marker looks worse than it is.

    Parameters
    ----------
    predictors, positive, names, penalty
        As in `correct_model_optimism`.

    Returns
    -------
    Floats
        (n,) probabilities, in the order of the cases.

    Raises
    ------
    StatisticsError
        ``statistics.no-convergence`` when the model has no fit without some case, and the codes of
        `correct_model_optimism`.

    Examples
    --------
    >>> high_grade = [True, True, False, True, False, True, False, False]
    >>> predict_left_out([1, 2, 3, 4, 5, 6, 7, 8], high_grade, names=("ADC",)).round(2).tolist()
    [0.84, 0.74, 0.95, 0.48, 0.52, 0.05, 0.26, 0.16]
    """
    y = check_outcome(positive)
    columns = standardise(check_predictors(predictors, names, y.size), names).columns
    _check_penalty(penalty)
    design = np.column_stack([np.ones(y.size), columns])
    # Cases alike in predictors and class leave the same others: one fit for all of them, so that they tie.
    _, alone, of_case = np.unique(
        np.column_stack([columns, y]), axis=0, return_index=True, return_inverse=True
    )
    others = np.ones((alone.size, y.size))
    others[np.arange(alone.size), alone] = 0.0
    fitted = maximise_binary(design, y, firth=penalty == "firth", counts=others)
    if not fitted.converged.all():
        raise StatisticsError(
            "statistics.no-convergence",
            "Without one of the cases the model has no fit: a class is missing, or the predictors separate "
            "the classes.",
            remedy="Use Firth's penalty.",
            n_without_fit=int(np.count_nonzero(~fitted.converged)),
        )
    return np.asarray(expit((design[alone] * fitted.coefficients).sum(axis=1))[of_case.ravel()])


def _check_penalty(penalty: str) -> None:
    if penalty not in ("none", "firth"):
        raise StatisticsError(
            "statistics.option", "The penalty is none or firth.", remedy="Name one of the two."
        )


def _performance(design: Floats, y: Bools, coefficients: Floats, times: Floats) -> Floats:
    """Return (r, 4) AUC, Brier score, intercept and slope of each model on its counts (r, n) or (1, n)."""
    predictor = coefficients @ design.T
    counts = np.broadcast_to(times, predictor.shape)
    found = np.empty((predictor.shape[0], 4))
    found[:, 0] = _areas(predictor, y, counts)
    found[:, 1] = (counts * (expit(predictor) - y) ** 2).sum(axis=1) / counts.sum(axis=1)
    for row, (line, count) in enumerate(zip(predictor, counts, strict=True)):
        found[row, 2:] = _recalibrate(line, y, count)
    return found


def _recalibrate(line: Floats, y: Bools, count: Floats) -> tuple[float, float]:
    """Fit logit(share) = intercept + slope * line; each model's line is another design, hence one by one."""
    centre, spread = float(line.mean()), float(line.std())
    if spread == 0.0:
        return np.nan, np.nan
    best = maximise_binary(
        np.column_stack([np.ones(line.size), (line - centre) / spread]), y, firth=False, counts=count[None, :]
    )
    intercept, slope = best.coefficients[0]
    return float(intercept - slope * centre / spread), float(slope / spread)


def _areas(predictor: Floats, y: Bools, counts: Floats) -> Floats:
    """Return (r,) weighted areas under the curve."""
    rows = max(1, _BLOCK_CELLS // int(np.count_nonzero(y) * np.count_nonzero(~y)))
    found = []
    for start in range(0, predictor.shape[0], rows):
        part, weight = predictor[start : start + rows], counts[start : start + rows]
        sign = np.sign(part[:, y][:, :, None] - part[:, ~y][:, None, :])
        first, second = weight[:, y], weight[:, ~y]
        right = np.einsum("ri,rij,rj->r", first, 0.5 + 0.5 * sign, second)
        found.append(right / (first.sum(axis=1) * second.sum(axis=1)))
    return np.concatenate(found)


def _no_fit(n_resamples: int) -> StatisticsError:
    return StatisticsError(
        "statistics.too-few",
        "The model has no fit in any resample.",
        remedy="Use Firth's penalty, or leave this validation out.",
        n_resamples=n_resamples,
    )


def _undefined(n_undefined: int, n_resamples: int) -> Finding:
    return Finding(
        "validation.undefined-replicates",
        f"{n_undefined} of {n_resamples} resamples had no fit (a class missing, or the classes separated) "
        "and were left out.",
        severity="note" if n_undefined * 20 < n_resamples else "warning",
    )


def _no_slope(n_separated: int) -> Finding:
    return Finding(
        "validation.no-slope",
        f"In {n_separated} resamples the model separates the classes: they are in no corrected slope "
        "or intercept.",
    )
