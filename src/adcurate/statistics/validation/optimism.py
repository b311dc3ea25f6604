"""What is left of a chosen cut-off's accuracy in new patients: optimism bootstrap, .632 and .632+.

A cut-off that was chosen and judged on the same cases looks better than it is. All three corrections repeat
the whole choice in bootstrap resamples and judge it on cases that did not make it. They correct the *mean*:
none narrows the uncertainty of a small sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.findings import Finding
from adcurate.statistics.marker import Direction, Rule, rule_of
from adcurate.statistics.validation.correction import Corrected, CorrectionMethod, find_correction
from adcurate.statistics.validation.replicates import Resampling, YoudenReplicates
from adcurate.statistics.validation.selection import QUANTITIES, CutoffTies, Quantity, rule_values

_FEW: Final = 10
_OUT_SHARE: Final = 0.632


@dataclass(frozen=True, slots=True, eq=False)
class BootstrapValidation:
    """Apparent and corrected AUC, sensitivity, specificity and J of a chosen cut-off.

    `corrections` holds each quantity under each method. `out_of_bag` is the leave-one-out bootstrap value of
    each quantity (cases judged only by the replicates that did not draw them), `no_information` what a rule
    that calls as many cases positive would reach if marker and outcome had nothing to do with each other, and
    `overfitting` the relative overfitting rate of .632+ (0 none, 1 no better than no information). A value is
    NaN where no replicate supports it.
    """

    cutoff: float
    rule: Rule
    direction: Direction
    direction_chosen: bool
    ties: CutoffTies
    corrections: tuple[Corrected, ...]
    out_of_bag: Mapping[str, float]
    no_information: Mapping[str, float]
    overfitting: Mapping[str, float]
    n_positive: int
    n_negative: int
    n_resamples: int
    n_undefined: int
    resampling: Resampling
    findings: tuple[Finding, ...]

    def of(self, quantity: Quantity, method: CorrectionMethod | None = None) -> Corrected:
        """Return one correction; without a method the ordinary optimism bootstrap's."""
        return find_correction(self.corrections, quantity, method)


def correct_optimism(replicates: YoudenReplicates) -> BootstrapValidation:
    """Correct the accuracy of a chosen Youden cut-off for having been chosen on the same cases.

    ``optimism-bootstrap``
        Optimism is the mean over replicates of (accuracy of the replicate's rule in the replicate) minus
        (accuracy of the same rule in the sample); the corrected value is the apparent one minus it (Efron
        1983; Harrell, Lee and Mark 1996; ``rms::validate``). Leans to the optimistic side for a rule as
        jumpy as a cut-off: cases of the resample are in the sample too.
    ``.632``
        ``0.368 apparent + 0.632 out-of-bag``, where out-of-bag is the leave-one-out bootstrap: for each case
        the share of the replicates not holding it that call it wrongly, then the mean over cases (Efron
        1983).
    ``.632+``
        The same with a weight that grows with the relative overfitting rate (Efron and Tibshirani 1997).
        Errors and no-information rates: of sensitivity, the missed share of positives, and 1 - q, where q is
        the share of all cases that the sample's rule calls positive; of specificity, the falsely called
        share of negatives, and q; of J, the balanced error (1 - J)/2, and 1/2; of the AUC, 1 - AUC over
        pairs, and 1/2. Each quantity has its own weight, so J need not be the sum of its parts.

    The AUC of one marker with a stated direction involves no choice: nothing was fitted, its optimism is 0
    by construction, and the method says ``nothing-fitted``. Where the direction was chosen, the AUC is
    corrected like the rest, out-of-bag over pairs of cases that were both not drawn.

    Parameters
    ----------
    replicates
        From `repeat_youden`.

    Notes
    -----
    Checked against R code of our own on given resamples, with cut-offs chosen by cutpointr 1.1.2.

    Examples
    --------
    >>> from adcurate.statistics.validation.replicates import repeat_youden
    >>> adc = [0.6, 0.7, 0.9, 1.0, 0.8, 1.1, 1.2, 1.4]
    >>> high_grade = [True] * 4 + [False] * 4
    >>> made = repeat_youden(adc, high_grade, direction="low", n_resamples=500, rng=np.random.default_rng(1))
    >>> found = correct_optimism(made)
    >>> found.of("j").apparent, found.of("j").corrected < 0.75, found.of("auc").method
    (0.75, True, 'nothing-fitted')
    """
    counts, chosen, sample = replicates.counts, replicates.resamples, replicates.sample
    kept = chosen.position >= 0
    apparent = _quantities(sample.auc, sample.sensitivity, sample.specificity)
    in_resample = _quantities(chosen.auc[kept], chosen.sensitivity[kept], chosen.specificity[kept])
    rules = rule_values(counts)
    side, place = chosen.flipped[kept].astype(np.int64), chosen.position[kept]
    against = chosen.flipped[kept] != sample.flipped[0]
    in_sample = _quantities(
        np.where(against, 1.0 - sample.auc[0], sample.auc[0]),
        rules.sensitivity[side, place],
        rules.specificity[side, place],
    )
    out_of_bag = _out_of_bag(replicates, apparent["auc"][0])
    called = _called_share(replicates)
    no_information = {"auc": 0.5, "sensitivity": called, "specificity": 1.0 - called, "j": 0.0}

    n_used = int(np.count_nonzero(kept))
    corrections: list[Corrected] = []
    overfitting: dict[str, float] = {}
    for quantity in QUANTITIES:
        value = float(apparent[quantity][0])
        if quantity == "auc" and not replicates.direction_chosen:
            overfitting[quantity] = 0.0
            corrections.append(
                Corrected(quantity, "nothing-fitted", value, value, 0.0, n_used, replicates.n_undefined)
            )
            continue
        scale = 2.0 if quantity == "j" else 1.0
        error_in, error_out = (1.0 - value) / scale, (1.0 - out_of_bag[quantity]) / scale
        error_none = (1.0 - no_information[quantity]) / scale
        plus, overfitting[quantity] = _error_632_plus(error_in, error_out, error_none)
        optimism = float(np.mean(in_resample[quantity] - in_sample[quantity]))
        found: dict[CorrectionMethod, float] = {
            "optimism-bootstrap": value - optimism,
            ".632": 1.0 - scale * ((1.0 - _OUT_SHARE) * error_in + _OUT_SHARE * error_out),
            ".632+": 1.0 - scale * plus,
        }
        corrections += [
            Corrected(
                quantity,
                method,
                value,
                corrected,
                value - corrected,
                n_used,
                replicates.n_undefined,
            )
            for method, corrected in found.items()
        ]
    return BootstrapValidation(
        cutoff=replicates.cutoff,
        rule=rule_of(replicates.direction),
        direction=replicates.direction,
        direction_chosen=replicates.direction_chosen,
        ties=replicates.ties,
        corrections=tuple(corrections),
        out_of_bag=out_of_bag,
        no_information=no_information,
        overfitting=overfitting,
        n_positive=counts.n_positive,
        n_negative=counts.n_negative,
        n_resamples=replicates.n_resamples,
        n_undefined=replicates.n_undefined,
        resampling=replicates.resampling,
        findings=_findings(replicates),
    )


def _quantities(auc: Floats, sensitivity: Floats, specificity: Floats) -> dict[str, Floats]:
    return {
        "auc": auc,
        "sensitivity": sensitivity,
        "specificity": specificity,
        "j": sensitivity + specificity - 1.0,
    }


def _out_of_bag(replicates: YoudenReplicates, apparent_auc: float) -> dict[str, float]:
    seen = replicates.out_of_bag > 0
    right = np.ones(seen.size)
    right[seen] -= replicates.out_of_bag_wrong[seen] / replicates.out_of_bag[seen]
    positive = replicates.cases.strata
    sensitivity, specificity = (
        float(np.mean(right[seen & side])) if np.any(seen & side) else float("nan")
        for side in (positive, ~positive)
    )
    return {
        "auc": replicates.pair_auc if replicates.direction_chosen else float(apparent_auc),
        "sensitivity": sensitivity,
        "specificity": specificity,
        "j": sensitivity + specificity - 1.0,
    }


def _called_share(replicates: YoudenReplicates) -> float:
    counts, place = replicates.counts, int(replicates.sample.position[0])
    everyone = counts.positives + counts.negatives
    called = everyone[place:] if replicates.sample.flipped[0] else everyone[: place + 1]
    return int(called.sum()) / int(everyone.sum())


def _error_632_plus(error_in: float, error_out: float, error_none: float) -> tuple[float, float]:
    """Return the .632+ error and the relative overfitting rate (Efron and Tibshirani 1997)."""
    capped = min(error_out, error_none)
    overfitting = (
        (capped - error_in) / (error_none - error_in) if min(error_out, error_none) > error_in else 0.0
    )
    weight = _OUT_SHARE / (1.0 - (1.0 - _OUT_SHARE) * overfitting)
    return (1.0 - weight) * error_in + weight * capped, overfitting


def _findings(replicates: YoudenReplicates) -> tuple[Finding, ...]:
    counts = replicates.counts
    fewest = min(counts.n_positive, counts.n_negative)
    findings = []
    if fewest < _FEW:
        findings.append(
            Finding(
                "validation.few-cases",
                f"The smaller class has {fewest} cases: a correction removes the optimism on average, but "
                "its own error is as large as the optimism. Only new patients can tell.",
                where={"n": str(fewest)},
            )
        )
    if replicates.n_undefined:
        findings.append(
            Finding(
                "validation.undefined-replicates",
                f"{replicates.n_undefined} of {replicates.n_resamples} resamples lacked a class and "
                "were left out.",
                severity="note",
            )
        )
    if np.any(replicates.out_of_bag == 0):
        findings.append(
            Finding(
                "validation.never-out-of-bag",
                f"{int(np.count_nonzero(replicates.out_of_bag == 0))} cases were drawn in every resample and "
                "are in no out-of-bag value: ask for more resamples.",
            )
        )
    return tuple(findings)
