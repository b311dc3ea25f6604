"""Which size of a lesion decides whether it is eligible: the worksheet's, or that of the reader's ruler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from adcurate.findings import Finding
from adcurate.model.protocol import Eligibility
from adcurate.model.reading.size import ReadSize
from adcurate.model.worksheet import WorksheetRow
from adcurate.study.readings_that_count import ReaderRule


@dataclass(frozen=True, slots=True)
class SizedRows:
    """The worksheet's rows with the size that decides, and what a person must know of it.

    `n_measured` of `n_lesions` included lesions have a long axis of the reader who counts, `n_smaller` of
    them under the protocol's minimum.
    """

    rows: tuple[WorksheetRow, ...]
    findings: tuple[Finding, ...]
    n_lesions: int = 0
    n_measured: int = 0
    n_smaller: int = 0


def size_rows(
    rows: Sequence[WorksheetRow], sizes: Sequence[ReadSize], rule: Eligibility, whose: ReaderRule
) -> SizedRows:
    """Put the long axis of the readings that count in the place of the worksheet's size, where the rule asks.

    Of several readers it is the mean. A lesion that was never measured has no size, and is a finding where
    the protocol asks for one. A lesion that could not be assessed keeps the worksheet's size: that must not
    make it ineligible. A ruler and a worksheet on two sides of the protocol's minimum are a finding,
    whichever decides.
    """
    by_lesion: dict[tuple[str, str], dict[str, ReadSize]] = {}
    for one in sizes:
        by_lesion.setdefault((one.subject, one.lesion), {})[one.reader] = one
    if rule.lesion_size == "worksheet" and not by_lesion:
        return SizedRows(tuple(rows), ())
    sized: list[WorksheetRow] = []
    findings: list[Finding] = []
    n_lesions = n_measured = n_smaller = 0
    for row in rows:
        if row.status != "included":
            sized.append(row)
            continue
        n_lesions += 1
        own = by_lesion.get((row.subject, row.lesion), {})
        read = _counted(own, row, whose)
        long_axis = _mean([one.long_axis_mm for one in read])
        n_measured += long_axis is not None
        n_smaller += long_axis is not None and long_axis < rule.minimum_lesion_size_mm
        findings += _two_sides(row, long_axis, rule)
        if rule.lesion_size == "worksheet":
            sized.append(row)
        elif long_axis is not None:
            findings += _partly(row, read, rule)
            sized.append(replace(row, lesion_size_mm=long_axis))
        elif read and all(one.cannot_assess for one in read):
            findings += _said(row, rule, "eligibility.size-of-worksheet", _NOT_ASSESSED)
            sized.append(row)
        else:
            findings += _said(row, rule, "eligibility.no-ruler", _NO_RULER)
            sized.append(replace(row, lesion_size_mm=None))
    return SizedRows(tuple(sized), tuple(findings), n_lesions, n_measured, n_smaller)


_NO_RULER = "No long axis was measured by the reader who counts: the lesion is not analysed."
_NOT_ASSESSED = "The lesion could not be assessed: the worksheet's size decides whether it is eligible."


def _counted(own: Mapping[str, ReadSize], row: WorksheetRow, whose: ReaderRule) -> list[ReadSize]:
    """The readings whose ruler counts; of a decision's drawing without a ruler, those of all readers."""
    counted = whose.counted(row.subject, row.lesion, own.keys())
    read = [own[reader] for reader in counted.readers]
    if whose.value == "consensus" and not any(one.long_axis_mm or one.cannot_assess for one in read):
        readers = replace(whose, value="mean").counted(row.subject, row.lesion, own.keys())
        return [own[reader] for reader in readers.readers]
    return read


def _two_sides(row: WorksheetRow, long_axis: float | None, rule: Eligibility) -> list[Finding]:
    least, stated = rule.minimum_lesion_size_mm, row.lesion_size_mm
    if least <= 0 or long_axis is None or stated is None or (long_axis < least) == (stated < least):
        return []
    decides = "ruler" if rule.lesion_size == "ruler" else "worksheet"
    sentence = (
        f"The ruler says {long_axis:.1f} mm and the worksheet {stated:g} mm, on two sides of the protocol's "
        f"{least:g} mm; the {decides} decides."
    )
    return _said(row, rule, "eligibility.size-disagrees", sentence)


def _partly(row: WorksheetRow, read: Sequence[ReadSize], rule: Eligibility) -> list[Finding]:
    n = sum(one.long_axis_mm is not None for one in read)
    if n == len(read):
        return []
    return _said(
        row, rule, "eligibility.partial-ruler", f"The long axis is of {n} of {len(read)} readers who count."
    )


def _said(row: WorksheetRow, rule: Eligibility, code: str, sentence: str) -> list[Finding]:
    if rule.minimum_lesion_size_mm <= 0:
        return []
    return [Finding(code, sentence, "warning", {"subject": row.subject, "lesion": row.lesion})]


def _mean(lengths: Sequence[float | None]) -> float | None:
    known = [length for length in lengths if length is not None]
    return float(np.mean(known)) if known else None
