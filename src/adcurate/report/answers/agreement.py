"""Reader agreement, as text: coefficient, limits of agreement, and the change that is more than noise."""

from __future__ import annotations

from typing import Final

from adcurate.model.answers.agreement import AgreementAnswer, MarkerAgreement, ReadingTable
from adcurate.report.answers.agreement_tables import agreement_tables
from adcurate.report.answers.differences import DifferenceScale, counted
from adcurate.report.answers.view import AnswerView
from adcurate.report.numbers import show_interval, show_number, show_p_equation, show_percent
from adcurate.report.scale import MarkerScale
from adcurate.statistics.agreement import REPEATABILITY_CLAIMS, IccEstimate, Precision, Trend

_MOST_PAIRS: Final = 3


def view_agreement(answer: AgreementAnswer, scale: MarkerScale) -> AnswerView:
    """Paragraphs for each marker: between readers, within each reader, over both; then the tables."""
    sentences: list[str] = []
    notes: list[str] = []
    for entry in answer.markers.values():
        tables = [*([entry.between] if entry.between else []), *entry.within.values()]
        for place, table in enumerate(tables):
            sentences.append(_coefficient(entry.marker, table, answer, in_full=place == 0))
            sentences += _limits(entry.marker, table, scale.of(entry.marker), answer.level)
        for reader, table in entry.within.items():
            if table.precision is not None:
                sentences.append(
                    _precision(entry.marker, reader, table.precision, scale.of(entry.marker), answer.level)
                )
        sentences += _reproducibility(entry, answer, scale.of(entry.marker))
        if entry.n_missing:
            notes.append(f"{entry.marker}: {counted(entry.n_missing, 'row')} without a value left out.")
    sentences += _claim(answer)
    notes += [finding.sentence for finding in answer.findings]
    notes.append(
        "A coefficient is given no word such as good: it rises with the range of the lesions, at the "
        "same precision."
    )
    return AnswerView(
        title=_TITLES[answer.compared],
        sentences=tuple(sentence for sentence in sentences if sentence),
        tables=agreement_tables(answer, scale),
        notes=tuple(notes),
    )


_TITLES: Final = {
    "reader": "Do readers get the same number for the same lesion?",
    "session": "Does a reader get the same number again?",
    "reader-and-session": "Do readers get the same number for the same lesion, and the same number again?",
}


def _coefficient(marker: str, table: ReadingTable, answer: AgreementAnswer, *, in_full: bool) -> str:
    n = len(table.lesions)
    lesions = counted(n, "lesion")
    if table.n_subjects != n:
        lesions += f" of {counted(table.n_subjects, 'subject')}"
    if table.what == "reader":
        start = f"{counted(len(table.columns), 'reader')} ({', '.join(table.columns)}) each read {lesions}."
    else:
        start = f"{reader_name(table.reader, start=True)} read {lesions} in {len(table.columns)} sessions."
    if table.n_incomplete:
        start += f" {counted(table.n_incomplete, 'lesion')} not read every time left out of the coefficient."
    if table.icc is None:
        return f"{start} {table.why_no_icc}"
    return f"{start} {_icc(marker, table.icc[answer.icc], answer.level, in_full)}"


def _icc(marker: str, icc: IccEstimate, level: float, in_full: bool) -> str:
    if not in_full:
        return (
            f"ICC({icc.form}) of {marker} was {show_number(icc.value, 3)} ({show_interval(icc.interval, 3)})."
        )
    return (
        f"The intraclass correlation of {marker} was {show_number(icc.value, 3)} "
        f"({show_percent(level, 0)} % CI "
        f"{show_interval(icc.interval, 3)}; ICC({icc.form}): {icc.model}; {icc.mcgraw_wong} of McGraw and "
        "Wong; "
        f"in SPSS {icc.spss})."
    )


def _limits(marker: str, table: ReadingTable, scale: MarkerScale, level: float) -> list[str]:
    """A sentence for each pair, or for the widest when there are many."""
    pairs = table.pairs
    start = ""
    if len(pairs) > _MOST_PAIRS:
        pairs = (max(pairs, key=lambda pair: pair.limits.upper_limit - pair.limits.lower_limit),)
        widest = f"{pairs[0].first} and {pairs[0].second}"
        start = f"Of {len(table.pairs)} pairs, the widest limits were those of {widest}. "
    said = []
    for pair in pairs:
        found = pair.limits
        shown = DifferenceScale.of(found.variant, scale)
        of = (
            f"{pair.first}, {pair.second}"
            if table.what == "reader"
            else (f"{reader_name(table.reader)}, sessions {pair.first} and {pair.second}")
        )
        said.append(
            f"{start}{marker}, {of} (n = {found.n}): the {shown.bias_name(pair.first, pair.second)} was "
            f"{shown.show(found.bias)}{shown.suffix} ({show_percent(level, 0)} % CI "
            f"{shown.interval(found.bias_interval)}; paired t test, {show_p_equation(found.p_value)}), "
            "and the limits "
            f"of agreement were {shown.show(found.lower_limit)} ({shown.interval(found.lower_interval)}) to "
            f"{shown.show(found.upper_limit)} ({shown.interval(found.upper_interval)}){shown.suffix}; "
            f"{_INTERVALS[found.lower_interval.method]}.{_slope(found.proportional)}"
        )
    return said


def _slope(trend: Trend | None) -> str:
    if trend is None:
        return ""
    return (
        f" Differences on means: slope {show_number(trend.slope, 3)} "
        f"({show_interval(trend.interval, 3)}; {show_p_equation(trend.p_value)})."
    )


_INTERVALS: Final = {
    "exact": "intervals of the limits exact, by noncentral t",
    "approximate-1986": "intervals of the limits approximate (Bland and Altman 1986)",
    "approximate-1999": "intervals of the limits approximate (Bland and Altman 1999)",
}


def _precision(marker: str, reader: str, found: Precision, scale: MarkerScale, level: float) -> str:
    text = (
        f"Repeatability of {marker}, {reader_name(reader)} ({counted(found.n_readings, 'reading')} of "
        f"{counted(found.n_lesions, 'lesion')}): the within-lesion SD was {scale.show(found.wsd.value)}"
        f"{scale.suffix} ({show_percent(level, 0)} % CI {scale.interval(found.wsd.interval)}) and the "
        "repeatability "
        f"coefficient {scale.show(found.rc.value)}{scale.suffix} ({scale.interval(found.rc.interval)})."
    )
    if found.wcv_rms.interval is None:
        return text
    return (
        f"{text} The within-lesion coefficient of variation was {show_percent(found.wcv_rms.value)} % "
        f"({show_interval(found.wcv_rms.interval, 1, 100.0)}; root mean square; from logs "
        f"{show_percent(found.wcv_log.value)} %). To be more than noise with 95 % confidence, a change "
        "must be larger "
        f"than {show_percent(found.percent_rc.value)} %, or, from logs, a fall of more than "
        f"{show_percent(-found.fall.value)} % or a rise of more than {show_percent(found.rise.value)} %."
    )


def _reproducibility(entry: MarkerAgreement, answer: AgreementAnswer, scale: MarkerScale) -> list[str]:
    found = entry.reproducibility
    if found is None:
        return [entry.why_no_reproducibility] if entry.between is not None else []
    text = (
        f"Two single readings of {entry.marker} of one lesion by different readers stay within "
        f"{scale.show(found.rdc.value)}{scale.suffix} of each other in 95 % of cases (reproducibility "
        "coefficient, "
        f"{show_percent(answer.level, 0)} % CI {scale.interval(found.rdc.interval)}; "
        f"{counted(found.n_lesions, 'lesion')}, "
        f"{counted(found.n_readers, 'reader')}, {counted(found.n_repeats, 'reading')} each)"
    )
    if found.fall.interval is None:
        return [f"{text}."]
    return [
        f"{text}; from logs, a fall of more than {show_percent(-found.fall.value)} % or a rise of more than "
        f"{show_percent(found.rise.value)} % is more than readers' noise."
    ]


def _claim(answer: AgreementAnswer) -> list[str]:
    if not answer.organ:
        return []
    if answer.claim is None:
        *others, last = (claim.organ for claim in REPEATABILITY_CLAIMS)
        return [
            f"No claim of repeatability exists for this organ ({answer.organ}): the QIBA ADC Profile has "
            f"claims for {', '.join(others)} and {last} only, and none of them is borrowed here."
        ]
    claim = answer.claim
    return [
        f"For {claim.organ}, a change of more than {show_percent(claim.smallest_true_change, 0)} % of the "
        f"{claim.measurand} "
        f"is claimed to be a true change with 95 % confidence ({claim.source}); it holds for acquisitions "
        "that follow the "
        "profile."
    ]


def reader_name(reader: str, *, start: bool = False) -> str:
    """A reader in a sentence; the one of a table that names none is "the reader"."""
    if reader:
        return f"{'Reader' if start else 'reader'} {reader}"
    return "The reader" if start else "the reader"
