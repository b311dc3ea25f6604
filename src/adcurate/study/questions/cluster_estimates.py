"""The quantities of one marker when its lesions are taken one way: independent, clustered, one a subject.

What cannot be estimated one way keeps its place and says why.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np

from adcurate.arrays import Bools, Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.model.answers.clusters import (
    ClusterAnalysis,
    ClusterEstimate,
    ClusterQuantity,
    ClustersQuestion,
)
from adcurate.model.protocol import Analysis
from adcurate.statistics.clusters import (
    ClusterBootstrap,
    Resampling,
    bootstrap_clustered_accuracy,
    bootstrap_clustered_auc,
    bootstrap_clustered_difference,
    bootstrap_clustered_spearman,
    bootstrap_clustered_youden,
    estimate_clustered_accuracy,
    estimate_clustered_auc,
)
from adcurate.statistics.interval import Interval
from adcurate.statistics.marker import Direction
from adcurate.study.streams import Streams

_T = TypeVar("_T")
_ALONE: Final = {"obuchowski": "delong", "obuchowski-logit": "delong-logit", "wilson-effective": "wilson"}


@dataclass(frozen=True, slots=True, eq=False)
class Lesions:
    """Lesions of one analysis, (n,) each, and whose they are taken to be."""

    analysis: ClusterAnalysis
    values: Floats
    positive: Bools
    grade: Floats
    subject: tuple[str, ...]
    direction: Direction

    @property
    def n_subjects(self) -> int:
        return len(set(self.subject))


def take_lesions(lesions: Lesions, analysis: ClusterAnalysis, at: Integers) -> Lesions:
    return replace(
        lesions,
        analysis=analysis,
        values=lesions.values[at],
        positive=lesions.positive[at],
        grade=lesions.grade[at],
        subject=tuple(lesions.subject[i] for i in at),
    )


def attempt(estimate: Callable[[], _T]) -> tuple[_T | None, str]:
    try:
        return estimate(), ""
    except StatisticsError as error:
        return None, error.sentence


@dataclass(frozen=True, slots=True, eq=False)
class MarkerEstimates:
    """The quantities of one marker under one analysis."""

    question: ClustersQuestion
    marker: str
    lesions: Lesions
    cutoff: float
    methods: Analysis
    streams: Streams

    def all(self, graded: bool) -> list[ClusterEstimate]:
        makers = [self._auc, self._accuracy, self._cutoff, self._difference]
        if graded:
            makers.insert(3, self._rho)
        return [estimate for make in makers for estimate in make()]

    def _auc(self) -> list[ClusterEstimate]:
        its, level = self.lesions, self.methods.confidence_level
        arguments = (its.values, its.positive, its.subject)
        area, reason = attempt(
            lambda: estimate_clustered_auc(
                *arguments,
                direction=its.direction,
                interval=self.question.auc_interval,
                level=level,
            )
        )
        boot, _ = attempt(
            lambda: bootstrap_clustered_auc(
                *arguments,
                self._how("auc"),
                direction=its.direction,
                stratified=self.question.stratified,
            )
        )
        if area is None:
            return [self._nothing("auc", reason)]
        return [self._made("auc", area.value, area.interval, boot, area.design_effect)]

    def _accuracy(self) -> list[ClusterEstimate]:
        its, level = self.lesions, self.methods.confidence_level
        called = its.values <= self.cutoff if its.direction == "low" else its.values >= self.cutoff
        both, reason = attempt(
            lambda: estimate_clustered_accuracy(called, its.positive, its.subject, level=level)
        )
        boots, _ = attempt(
            lambda: bootstrap_clustered_accuracy(
                its.values,
                its.positive,
                its.subject,
                self._how("accuracy"),
                cutoff=self.cutoff,
                direction=its.direction,
                stratified=self.question.stratified,
            )
        )
        if both is None:
            return [self._nothing("sensitivity", reason), self._nothing("specificity", reason)]
        shares = (both.sensitivity, both.specificity)
        names: tuple[ClusterQuantity, ClusterQuantity] = ("sensitivity", "specificity")
        return [
            replace(
                self._made(name, share.value, share.interval, boot, share.design_effect),
                icc=share.icc.value,
                n_lesions=share.denominator,
                n_subjects=share.n_subjects,
            )
            for name, share, boot in zip(names, shares, boots or (None, None), strict=True)
        ]

    def _cutoff(self) -> list[ClusterEstimate]:
        its = self.lesions
        boot, reason = attempt(
            lambda: bootstrap_clustered_youden(
                its.values,
                its.positive,
                its.subject,
                self._how("cutoff"),
                direction=its.direction,
                stratified=self.question.stratified,
            )[0]
        )
        return [self._resampled("cutoff", boot, reason)]

    def _rho(self) -> list[ClusterEstimate]:
        its = self.lesions
        graded = np.flatnonzero(np.isfinite(its.grade))
        part = take_lesions(its, its.analysis, graded)
        boot, reason = attempt(
            lambda: bootstrap_clustered_spearman(part.values, part.grade, part.subject, self._how("rho"))
        )
        return [
            replace(self._resampled("rho", boot, reason), n_lesions=graded.size, n_subjects=part.n_subjects)
        ]

    def _difference(self) -> list[ClusterEstimate]:
        its = self.lesions
        boot, reason = attempt(
            lambda: bootstrap_clustered_difference(
                its.values,
                its.positive,
                its.subject,
                self._how("difference"),
                statistic=self.question.difference,
                stratified=self.question.stratified,
            )
        )
        return [self._resampled("difference", boot, reason)]

    def _how(self, what: str) -> Resampling:
        return Resampling(
            self.streams.rng("clusters", self.marker, self.lesions.analysis, what),
            level=self.methods.confidence_level,
            n_resamples=self.methods.bootstrap_resamples,
        )

    def _resampled(
        self, quantity: ClusterQuantity, boot: ClusterBootstrap | None, reason: str
    ) -> ClusterEstimate:
        if boot is None:
            return self._nothing(quantity, reason)
        return self._made(quantity, boot.value, None, boot, math.nan)

    def _made(
        self,
        quantity: ClusterQuantity,
        value: float,
        interval: Interval | None,
        boot: ClusterBootstrap | None,
        design_effect: float,
    ) -> ClusterEstimate:
        clustered = self.lesions.analysis == "clustered"
        return ClusterEstimate(
            quantity=quantity,
            analysis=self.lesions.analysis,
            value=value,
            interval=interval if clustered else _as_lesions(interval),
            bootstrap=None if boot is None else boot.interval if clustered else _as_lesions(boot.interval),
            n_undefined=0 if boot is None else boot.n_undefined,
            design_effect=design_effect,
            icc=math.nan,
            n_lesions=self.lesions.values.size,
            n_positive=int(self.lesions.positive.sum()),
            n_subjects=self.lesions.n_subjects,
        )

    def _nothing(self, quantity: ClusterQuantity, reason: str) -> ClusterEstimate:
        return replace(self._made(quantity, math.nan, None, None, math.nan), reason=reason)


def _as_lesions(interval: Interval | None) -> Interval | None:
    """Name the method by what it is when every lesion is a subject of its own."""
    if interval is None:
        return None
    method = interval.method.removeprefix("cluster-")
    return replace(interval, method=_ALONE.get(method, method))
