"""Logistic regression of the outcome on markers and other columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.model.answers.predictor import Predictor
from adcurate.statistics.models import LogisticFit, TermTest


@dataclass(frozen=True, slots=True)
class LogisticQuestion:
    """`predictors`: markers and columns that enter one model together; every marker when empty.

    `categorical` names those whose cells are categories, and `reference` their reference levels in the same
    order (the first level by name where left out). `per` says, for each predictor in order, the change its
    odds ratio is for: a number in its own unit, or ``sd``; all ``sd`` when empty (a category's entry is not
    used). `penalty`: ``auto`` is Firth's when the rarer outcome has fewer than 10 cases for each coefficient
    or the classes are separated, else none. `beyond` names predictors of the model: the others are tested
    together for what they add to these.
    """

    kind: ClassVar[str] = "logistic"
    predictors: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    reference: tuple[str, ...] = ()
    per: tuple[str, ...] = ()
    penalty: Literal["auto", "firth", "none"] = "auto"
    interval: Literal["profile", "wald"] = "profile"
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogisticAnswer:
    """The model, a likelihood-ratio test of each predictor (`terms`), and the test of `beyond` if asked for.

    `penalty_reason` says why the penalty is what it is. `n_unknown` rows had no outcome, `n_missing` had one
    but lacked a predictor.
    """

    fit: LogisticFit
    predictors: tuple[Predictor, ...]
    terms: tuple[TermTest, ...]
    added: TermTest | None
    beyond: tuple[str, ...]
    penalty_reason: str
    positive_label: str
    n_unknown: int
    n_missing: int
    findings: tuple[Finding, ...]

    @property
    def p_values(self) -> dict[str, float]:
        """One test for each predictor."""
        return {term.name: term.p_value for term in self.terms}
