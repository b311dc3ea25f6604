"""Effects of studies to a pool: pooled, left out one by one, and tested for an uneven funnel."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from adcurate.arrays import Bools
from adcurate.errors import StatisticsError
from adcurate.model.answers.literature import (
    EffectPool,
    LiteratureCorrelationQuestion,
    LiteratureMeansQuestion,
    StudyEffect,
)
from adcurate.statistics.interval import Interval
from adcurate.statistics.meta import (
    Effects,
    PooledEffect,
    compare_begg,
    compare_egger,
    leave_one_out,
    pool_effects,
)
from adcurate.study.questions.literature_cautions import no_spread


def pool_studies(
    label: str,
    groups: tuple[str, ...],
    effects: Effects,
    unit: str,
    lines: Sequence[tuple[str, int | None, bool, int]],
    question: LiteratureMeansQuestion | LiteratureCorrelationQuestion,
    level: float,
) -> EffectPool:
    """Pool effects by the question's options.

    `lines` holds each study's name, year, whether it is this study, and its number of cases. A study without
    any spread has no weight and is left out with a finding; this study is, when the question says so, shown
    and not pooled.
    """

    def pooled_of(chosen: Bools) -> PooledEffect | None:
        if not chosen.any():
            return None
        return pool_effects(
            values[chosen],
            variances[chosen],
            tau2=question.tau2,
            interval=question.interval,
            prediction=question.prediction,
            level=level,
        )

    values, variances = effects.values, effects.variances
    own = np.array([is_own for _, _, is_own, _ in lines], dtype=bool)
    # A study without any spread would take all the weight.
    usable = variances > 0.0
    kept = usable & (~own | question.pool_this_study)
    pooled = pooled_of(kept)
    findings = list(pooled.findings) if pooled is not None else []
    if not usable.all():
        findings.append(no_spread([line[0] for line, good in zip(lines, usable, strict=True) if not good]))
    k = int(np.count_nonzero(kept))
    without: tuple[PooledEffect, ...] = ()
    if k > 1:
        without = leave_one_out(
            values[kept],
            variances[kept],
            tau2=question.tau2,
            interval=question.interval,
            prediction=question.prediction,
            level=level,
        )
    egger = begg = None
    if k > 2:
        try:
            egger = compare_egger(values[kept], variances[kept], variant=question.egger, level=level)
            begg = compare_begg(values[kept], variances[kept])
            findings.extend(egger.findings)
        except StatisticsError as error:
            if error.code != "statistics.constant":
                raise
    others = pooled_of(usable & ~own) if own.any() else None
    z = float(ndtri(0.5 + level / 2.0))
    weights = iter(pooled.weights if pooled is not None else ())
    return EffectPool(
        label=label,
        groups=groups,
        measure=effects.measure,
        scale=effects.scale,
        unit=unit,
        studies=tuple(
            StudyEffect(
                study=study,
                year=year,
                effect=float(value),
                variance=float(variance),
                interval=Interval(
                    float(value) - z * math.sqrt(variance),
                    float(value) + z * math.sqrt(variance),
                    level,
                    "normal",
                ),
                n=n,
                weight=next(weights) if counted else None,
                this_study=is_own,
            )
            for (study, year, is_own, n), value, variance, counted in zip(
                lines, values, variances, kept, strict=True
            )
        ),
        pooled=pooled,
        without=without,
        others=others,
        egger=egger,
        begg=begg,
        findings=tuple(findings),
    )
