"""The one grading rule: which grades the histology allows under an edition, and which of them wins.

Ki-67 and mitoses each allow a set of grades (one grade, or several where a range crosses a limit or falls
into a gap of the wording). The higher of the two wins; differentiation overrules both; necrosis counts where
the edition says so. The pathologist's grade stays the grade: what is computed here is a check on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from adcurate.errors import GradingError
from adcurate.findings import Finding
from adcurate.grading.bands import higher, in_order, read_bands
from adcurate.grading.editions import GRADES, Edition, EditionName, Grade, edition_named
from adcurate.grading.quantity import Ki67, Mitoses, MitosesUnit

Differentiation = Literal["well", "poor", "mixed"]
Necrosis = Literal["absent", "present"]
DecidedBy = Literal["ki67", "mitoses", "differentiation", "necrosis"]

_UNIT_WORDS: Final[dict[MitosesUnit, str]] = {
    "per-10-hpf": "10 high-power fields",
    "per-2-mm2": "2 mm²",
}


@dataclass(frozen=True, slots=True)
class Grading:
    """What one edition says of one tumour.

    `grade` is None where the edition leaves the tumour ungraded (`possible` is then empty) or the histology
    leaves several grades open (`possible` lists them, lowest first). `high_grade` is True for G3 and for a
    carcinoma, False where only G1 and G2 are left, None where it is open. `decided_by` names what fixed it.
    """

    grade: Grade | None
    label: str
    possible: tuple[Grade, ...]
    high_grade: bool | None
    edition: EditionName
    decided_by: tuple[DecidedBy, ...]
    rule: str
    findings: tuple[Finding, ...]


def grade(
    edition: str,
    *,
    ki67: Ki67 | None = None,
    mitoses: Mitoses | None = None,
    necrosis: Necrosis | None = None,
    differentiation: Differentiation | None = None,
) -> Grading:
    """Grade a neuroendocrine neoplasm under one edition.

    Parameters
    ----------
    edition
        A name of `EDITIONS`, such as ``who-2017``.
    ki67 : percent
        From `parse_ki67`; an interval that lies inside one band gives its grade.
    mitoses : per 10 HPF or per 2 mm²
        From `parse_mitoses`. A count in the unit of another edition is used as it is, with a note.
    necrosis
        Asked for by the lung edition only.
    differentiation
        ``poor`` makes a carcinoma of any count; ``mixed`` a mixed neoplasm, which has no single grade.

    Returns
    -------
    Grading
        With the findings ``grading.gap``, ``grading.range-across-limit``, ``grading.at-limit``,
        ``grading.ki67-against-mitoses``, ``grading.differentiation-missing``,
        ``grading.differentiation-against-count``, ``grading.g3-not-split``, ``grading.mitoses-unit``,
        ``grading.necrosis-missing``, ``grading.ki67-not-used`` or ``grading.mixed``.

    Raises
    ------
    GradingError
        ``grading.edition``; ``grading.incomplete`` where nothing that the edition grades by is given;
        ``grading.value`` for an unknown word for necrosis or differentiation.

    Notes
    -----
    Source: the WHO edition itself (`Edition.source`).

    Examples
    --------
    >>> from adcurate.grading import parse_ki67
    >>> grade("who-2010", ki67=parse_ki67("2.5")).possible
    ('G1', 'G2')
    >>> grade("who-2017", ki67=parse_ki67("2.5")).label
    'NET G1'
    """
    book = edition_named(edition)
    _check_words(necrosis, differentiation)
    by_ki67 = read_bands(ki67, book.ki67, "Ki-67", book)
    by_mitoses = read_bands(mitoses, book.mitoses, "The mitotic count", book)
    findings = [*by_ki67.findings, *by_mitoses.findings, *_unit_findings(mitoses, book)]
    if ki67 is not None and not book.ki67:
        findings.append(
            Finding(
                "grading.ki67-not-used", f"{book.title} does not grade by Ki-67; it was not used.", "note"
            )
        )
    possible = higher(by_ki67.grades, by_mitoses.grades)
    possible, necrosis_decides = _with_necrosis(possible, necrosis, book, findings)
    if by_ki67.grades and by_mitoses.grades and not set(by_ki67.grades) & set(by_mitoses.grades):
        findings.append(
            Finding(
                "grading.ki67-against-mitoses",
                "Ki-67 and mitoses give different grades; the higher one counts.",
            )
        )
    if differentiation == "mixed":
        return _mixed(book, findings)
    if differentiation == "poor":
        return _carcinoma(book, possible, findings)
    if not possible:
        needs = "Ki-67 or mitoses" if book.ki67 else "mitoses or the presence of necrosis"
        raise GradingError(
            "grading.incomplete",
            f"{book.title} grades by {needs}, and neither is given.",
            remedy="Add what the pathology report says, or leave the computed grade out.",
        )
    decided: tuple[DecidedBy, ...] = (
        ("necrosis",) if necrosis_decides else _deciders(possible, by_ki67.grades, by_mitoses.grades)
    )
    only = possible[0] if len(possible) == 1 else None
    if only == "G3":
        findings.extend(_g3_findings(book, differentiation))
    return Grading(
        grade=only,
        label=_label(book, possible, differentiation),
        possible=possible,
        high_grade=True if possible == ("G3",) else (False if "G3" not in possible else None),
        edition=book.name,
        decided_by=decided,
        rule=_rule_sentence(book, only, decided),
        findings=tuple(findings),
    )


def _with_necrosis(
    possible: tuple[Grade, ...], necrosis: Necrosis | None, book: Edition, findings: list[Finding]
) -> tuple[tuple[Grade, ...], bool]:
    floor = book.necrosis_grade
    if floor is None or necrosis == "absent" or (necrosis is None and not possible):
        return possible, False
    raised = higher(possible, (floor,)) if possible else tuple(name for name in GRADES if name >= floor)
    if necrosis == "present":
        return raised, bool(possible) and raised != possible
    if raised == possible:
        return possible, False
    sentence = f"Under {book.title} necrosis raises the grade to {floor}, and nothing is said of necrosis."
    findings.append(Finding("grading.necrosis-missing", sentence))
    return in_order({*possible, *raised}), False


def _deciders(
    possible: tuple[Grade, ...], ki67: tuple[Grade, ...], mitoses: tuple[Grade, ...]
) -> tuple[DecidedBy, ...]:
    if not ki67 and not mitoses:
        return ("necrosis",)
    named: tuple[tuple[DecidedBy, tuple[Grade, ...]], ...] = (("ki67", ki67), ("mitoses", mitoses))
    return tuple(name for name, grades in named if grades and grades[-1] == max((*ki67, *mitoses)))


def _carcinoma(book: Edition, possible: tuple[Grade, ...], findings: list[Finding]) -> Grading:
    if possible and "G3" not in possible:
        sentence = "The tumour is said to be poorly differentiated, and its counts are those of G1 or G2."
        findings.append(Finding("grading.differentiation-against-count", sentence, "serious"))
    ungraded = "; it is not graded and counts as high grade" if book.nec_grade is None else ""
    return Grading(
        grade=book.nec_grade,
        label=book.nec,
        possible=() if book.nec_grade is None else (book.nec_grade,),
        high_grade=True,
        edition=book.name,
        decided_by=("differentiation",),
        rule=f"{book.title}: a poorly differentiated tumour is a neuroendocrine carcinoma{ungraded}.",
        findings=tuple(findings),
    )


def _mixed(book: Edition, findings: list[Finding]) -> Grading:
    sentence = f"A mixed neoplasm ({book.mixed}) has no single grade; its components are judged one by one."
    findings.append(Finding("grading.mixed", sentence))
    return Grading(
        grade=None,
        label=book.mixed,
        possible=(),
        high_grade=None,
        edition=book.name,
        decided_by=("differentiation",),
        rule=f"{book.title}: a neoplasm with a non-neuroendocrine component is {book.mixed}.",
        findings=tuple(findings),
    )


def _g3_findings(book: Edition, differentiation: Differentiation | None) -> list[Finding]:
    if not book.splits_g3:
        if differentiation != "well":
            return []
        sentence = (
            f"{book.title} calls every G3 a carcinoma; later editions call a well-differentiated one NET G3."
        )
        return [Finding("grading.g3-not-split", sentence)]
    if differentiation is None:
        sentence = (
            f"{book.title} parts {book.names['G3']} from carcinoma by differentiation, which is not given."
        )
        return [Finding("grading.differentiation-missing", sentence)]
    return []


def _label(book: Edition, possible: tuple[Grade, ...], differentiation: Differentiation | None) -> str:
    labels = [book.names[name] for name in possible]
    if "G3" in possible and book.splits_g3 and differentiation is None:
        labels.append(book.nec)
    return " or ".join(labels)


def _rule_sentence(book: Edition, only: Grade | None, decided: tuple[DecidedBy, ...]) -> str:
    words = {
        "ki67": "Ki-67",
        "mitoses": "mitoses",
        "differentiation": "differentiation",
        "necrosis": "necrosis",
    }
    by = " and ".join(words[name] for name in decided)
    return f"{book.title}: {only} by {by}." if only else f"{book.title}: several grades stay open by {by}."


def _unit_findings(mitoses: Mitoses | None, book: Edition) -> list[Finding]:
    if mitoses is None or mitoses.unit == book.mitoses_unit:
        return []
    sentence = (
        f"Mitoses were counted per {_UNIT_WORDS[mitoses.unit]} and {book.title} counts per "
        f"{_UNIT_WORDS[book.mitoses_unit]}; the field size is not known, so the count was used as it is."
    )
    return [Finding("grading.mitoses-unit", sentence, "note")]


def _check_words(necrosis: Necrosis | None, differentiation: Differentiation | None) -> None:
    if necrosis not in (None, "absent", "present") or differentiation not in (None, "well", "poor", "mixed"):
        raise GradingError(
            "grading.value",
            "Necrosis or differentiation is said in a word that is not known.",
            remedy='Necrosis is "absent" or "present"; differentiation "well", "poor" or "mixed".',
        )
