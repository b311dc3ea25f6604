"""The main tables of a study as SPSS syntax: groups, rank correlation, ROC curve and cut-off.

Only procedures of SPSS Statistics Base are used; PSPP runs the same file. Beside each table a comment says
what Adcurate found. Not here, because SPSS Base has no procedure for them: Dunn's pairs, and intervals by
bootstrap, by DeLong or by Clopper and Pearson; the R script has these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from adcurate.model.analysis import MarkerAnalysis

_SIGNS: Final = {"<=": "LE", ">=": "GE"}
_LONGEST_LINE: Final = 100


@dataclass(frozen=True, slots=True)
class SyntaxMarker:
    """A marker's analysis and its variable in the file."""

    variable: str
    analysis: MarkerAnalysis


@dataclass(frozen=True, slots=True)
class SyntaxRequest:
    """What the syntax is made from.

    `analysed` is the code of ``flow_stage`` for cases that are analysed, `n_grades` how many grades there
    are from code 1 on, `resolution` the step within which values tie (None: equal values only).
    """

    title: str
    digest: str
    file_name: str
    analysed: int
    n_grades: int
    resolution: float | None
    level: float
    markers: Sequence[SyntaxMarker]


def spss_syntax(request: SyntaxRequest) -> str:
    """The syntax, in ASCII, with CR LF as SPSS for Windows likes it."""
    parts = [
        _comment(request.title),
        _comment(f"Research use only. Data digest {request.digest}"),
        _comment("Make the folder of this file the working directory first, or write the whole path below"),
        f"GET FILE='{request.file_name}'.",
        _comment("Cases that are analysed; all that were screened are in the file"),
        f"SELECT IF (flow_stage = {request.analysed}).",
        "FREQUENCIES VARIABLES=grade positive /ORDER=ANALYSIS.",
    ]
    parts += [_marker(one, request) for one in request.markers]
    return "\r\n".join("\r\n".join(parts).splitlines()) + "\r\n"


def _marker(one: SyntaxMarker, request: SyntaxRequest) -> str:
    found, name = one.analysis, one.variable
    # No variable of the file has two underscores in a row.
    steps, scaled, used = f"{name}__s", f"{name}__m", f"{name}__u"
    ranks = f"{name}__r {name}__g"
    unit = request.resolution or 1.0
    value = f"RND({name} / {unit!r})" if request.resolution else name
    low = found.direction == "low"
    sign = _SIGNS[found.youden.rule]
    cutoff = round(found.youden.cutoff / unit) if request.resolution else found.youden.cutoff
    table = found.at_cutoff
    lines = [
        "",
        _comment(f"Marker {found.marker}: {found.direction} values are positive, n = {len(found.values)}"),
        _comment(f"Values tie within {unit!r} mm2/s, so ranks are those of whole steps")
        if request.resolution
        else "",
        f"COMPUTE {steps} = {value}.",
        f"VARIABLE LABELS {steps} 'Marker in steps of {unit!r} mm2/s'.",
        f"FORMATS {steps} (F10.0)." if request.resolution else "",
        f"COMPUTE {used} = NOT (MISSING({name}) OR MISSING(grade) OR MISSING(positive)).",
        f"FILTER BY {used}.",
        f"COMPUTE {scaled} = {name} * 1000000.",
        f"VARIABLE LABELS {scaled} 'Marker in 1e-6 mm2/s, not rounded'.",
        f"FORMATS {scaled} (F12.3).",
        f"EXAMINE VARIABLES={scaled} BY positive grade /PLOT=NONE /STATISTICS=DESCRIPTIVES",
        "  /PERCENTILES(25,50,75)=HAVERAGE /MISSING=LISTWISE /NOTOTAL.",
        _comment(_mann_whitney(found)),
        f"NPAR TESTS /MANN-WHITNEY={steps} BY positive(0 1).",
    ]
    if found.kruskal_wallis is not None:
        test = found.kruskal_wallis
        lines += [
            _comment(f"Adcurate: Kruskal-Wallis H = {test.h!r}, df = {test.df}, p = {test.p_value!r}"),
            f"NPAR TESTS /KRUSKAL-WALLIS={steps} BY grade(1 {request.n_grades}).",
        ]
    if found.spearman is not None:
        rho = found.spearman
        lines += [
            _comment(f"Adcurate: Spearman rho = {rho.rho!r}, p = {rho.p_value!r}, the correlation of ranks"),
            f"RANK VARIABLES={steps} grade /RANK INTO {ranks} /TIES=MEAN /PRINT=NO.",
            f"CORRELATIONS /VARIABLES={ranks}.",
        ]
    lines += [
        _comment(f"Adcurate: AUC = {found.auc.value!r}; its interval of record is {found.auc_of_record}"),
        _comment(f"Low values are positive: the curve is drawn of minus {steps}") if low else "",
        f"COMPUTE {name}__n = {'-' if low else ''}{steps}.",
        f"ROC {name}__n BY positive (1) /PLOT=CURVE(REFERENCE) /PRINT=SE COORDINATES",
        f"  /CRITERIA=CUTOFF(INCLUDE) TESTPOS(LARGE) DISTRIBUTION(FREE) CI({request.level * 100:g}).",
        _comment(
            f"Adcurate: cut-off {found.youden.cutoff!r} mm2/s, {table.table.tp} of {found.auc.n_positive} "
            f"found, {table.table.tn} of {found.auc.n_negative} ruled out"
        ),
        f"COMPUTE {name}__t = ({steps} {sign} {cutoff!r}).",
        f"VALUE LABELS {name}__t 0 'test negative' 1 'test positive'.",
        f"CROSSTABS /TABLES={name}__t BY positive /CELLS=COUNT COLUMN.",
        "FILTER OFF.",
    ]
    return "\n".join(line for line in lines if line)


def _mann_whitney(found: MarkerAnalysis) -> str:
    test = found.mann_whitney[found.mann_whitney_of_record]
    return (
        f"Adcurate: Mann-Whitney U = {min(test.u_x, test.u_y)!r}, z = {test.z!r}, p = {test.p_value!r} "
        f"({test.method})"
    )


def _comment(text: str) -> str:
    """A comment on lines of its own, whatever the text holds: none ends early, no quote is left open."""
    plain = "".join(one if " " <= one <= "~" and one not in "'\"" else " " for one in text)
    lines: list[str] = [""]
    for word in plain.split():
        if len(lines[-1]) + len(word) >= _LONGEST_LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(f"* {line.rstrip('.')}." for line in lines)
