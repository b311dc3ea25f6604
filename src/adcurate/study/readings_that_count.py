"""Which readings of a lesion are analysed: one reader's, the mean of all, or what was agreed and decided.

It knows names of readers and how lesions stand, and no number: measurements, rows of a table and rulers are
chosen by the same rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from adcurate.findings import Finding
from adcurate.model.plan import Plan
from adcurate.model.protocol import Protocol, Reading
from adcurate.model.reading.standing import LesionStanding, Standing
from adcurate.study.reader_of_record import CONSENSUS, is_first_reading, reader_who_counts

MEAN: Final = "mean"

_CANNOT_ASSESS: Final = "could not be assessed, by decision"
_BLOCKED: Final[Mapping[Standing, str]] = {
    "undecided": "readers differ, and nobody has decided",
    "unread": "not locked by every reader",
    "two-lesions": "readers saw two lesions, by decision",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """The readers whose readings count, their mean where there are several; `why_not` where none does."""

    readers: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class ReaderRule:
    """`value` is a reader, ``mean`` or ``consensus``; `first` is who drew first, where readers agreed."""

    value: str
    where_agreed: Literal["mean", "first-reader"] = "mean"
    first: str = ""
    standings: Mapping[tuple[str, str], LesionStanding] = field(default_factory=dict)

    def counted(self, subject: str, lesion: str, readers: Collection[str]) -> Counted:
        """Whose readings of a lesion count, of those who have one."""
        if self.value == MEAN:
            return _all_first(readers)
        if not self.stands(subject, lesion):
            return self._one(self.value, readers)
        standing = self.standings[subject, lesion].standing
        if standing in _BLOCKED:
            return Counted(why_not=_BLOCKED[standing])
        if standing == "drawing":
            return Counted((CONSENSUS,)) if CONSENSUS in readers else Counted(why_not=_CANNOT_ASSESS)
        if standing == "mean" or self.where_agreed == MEAN:
            return _all_first(readers)
        return self._one(self.first, readers)

    def is_open(self, subject: str, lesion: str) -> bool:
        """Whether no reading of a lesion can count, as it stands."""
        return self.stands(subject, lesion) and self.standings[subject, lesion].standing in _BLOCKED

    def stands(self, subject: str, lesion: str) -> bool:
        """Whether what was agreed or decided in the reading room says what counts for a lesion."""
        return self.value == CONSENSUS and (subject, lesion) in self.standings

    def _one(self, reader: str, readers: Collection[str]) -> Counted:
        return Counted((reader,)) if reader in readers else Counted(why_not=f"no reading of {reader}")


def reader_rule(
    protocol: Protocol,
    order: Sequence[str],
    readings: Iterable[tuple[str, bool]],
    standings: Mapping[tuple[str, str], LesionStanding],
) -> ReaderRule:
    """The plan's rule for the readings there are; parameters as of `reader_who_counts`.

    Raises
    ------
    StatisticsError
        ``statistics.option``: the plan names a reader who read nothing.
    """
    pairs = [(reader, known) for reader, known in readings if reader != CONSENSUS or _is_asked(protocol)]
    plan, rules = protocol.plan, protocol.reading or Reading()
    first = reader_who_counts(Plan(), order, [pair for pair in pairs if pair[0] != CONSENSUS])
    is_made = plan.value == CONSENSUS and bool(standings)
    value = CONSENSUS if is_made else reader_who_counts(plan, order, pairs)
    return ReaderRule(value, rules.where_agreed, first, standings)


def consensus_findings(rule: ReaderRule, eligible: Collection[tuple[str, str]]) -> tuple[Finding, ...]:
    """How the consensus came about, and by name each lesion that waits for somebody."""
    if rule.value != CONSENSUS or not rule.standings:
        return ()
    own = [one for key, one in sorted(rule.standings.items()) if key in eligible]
    n = Counter(one.standing for one in own)
    agreed = "the mean of all readers" if rule.where_agreed == MEAN else f"the reading of {rule.first}"
    sentence = (
        f"Of {len(own)} lesions, {n['agreed']} needed no decision and have {agreed}; {n['drawing']} have the "
        f"drawing and {n['mean']} the mean that was decided for; {n['two-lesions']} were decided to be two "
        f"lesions, {n['undecided']} wait for a decision and {n['unread']} for a reader."
    )
    findings = [Finding("reading.consensus", sentence, "note")]
    said: Mapping[Standing, tuple[str, str]] = {
        "undecided": ("reading.undecided", "Readers differ, and nobody has decided: it is not analysed."),
        "unread": ("reading.not-locked", "Not every reader has locked it: it is not analysed."),
    }
    for one in own:
        if one.standing in said:
            code, words = said[one.standing]
            findings.append(Finding(code, words, "serious", {"subject": one.subject, "lesion": one.lesion}))
    return tuple(findings)


def _is_asked(protocol: Protocol) -> bool:
    return protocol.plan.value == CONSENSUS


def _all_first(readers: Collection[str]) -> Counted:
    own = tuple(sorted(reader for reader in readers if is_first_reading(reader)))
    return Counted(own) if own else Counted(why_not="no first reading")
