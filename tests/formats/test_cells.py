"""One cell at a time: what is understood, what is refused, and that a refusal tells nothing of the cell."""

from datetime import date

import pytest

from adcurate.formats.cells import CellReading, Refused, is_blank, read_cell
from adcurate.formats.sheet import Cell
from adcurate.formats.vocabulary import COLUMN_BY_NAME


def text(content):
    return Cell("B2", "text", content)


def number(content):
    return Cell("B2", "number", content)


DAY = Cell("B2", "date", "2018-05-03", date(2018, 5, 3))
FORMULA = Cell("B2", "formula", "=A1")
ERROR = Cell("B2", "error", "#REF!")


def read(column, cell, **reading):
    return read_cell(cell, COLUMN_BY_NAME[column], CellReading(**reading))


UNDERSTOOD = [
    ("subject", text("0007"), {}, "0007"),
    ("subject", text("NET-001"), {}, "NET-001"),
    ("subject", text("PAT 12/3"), {}, "PAT 12/3"),
    ("subject", number("123456"), {}, "123456"),
    ("site", text("Zürich 2"), {}, "Zürich 2"),
    ("age", number("56"), {}, 56.0),
    ("age", text("56,5"), {"decimal": ","}, 56.5),
    ("lesion_size_mm", text("23.5"), {}, 23.5),
    ("lesion_size_mm", number("1.7"), {"unit": "cm"}, 17.0),
    ("lesion_size_mm", text("1,7"), {"unit": "cm", "decimal": ","}, 17.0),
    ("ki67", text("3-5"), {}, "3-5"),
    ("ki67", text(" <=2 % "), {}, "<=2 %"),
    ("ki67", text("2,5"), {"decimal": ","}, "2.5"),
    ("ki67", number("2.5"), {"decimal": ","}, "2.5"),
    ("ki67", number("12%"), {}, "12%"),
    ("mitoses", text(">20"), {}, ">20"),
    ("mri_date", DAY, {}, date(2018, 5, 3)),
    ("mri_date", text("2018-05-03"), {"date_order": "mdy"}, date(2018, 5, 3)),
    ("mri_date", text("2018-05-03 12:30"), {}, date(2018, 5, 3)),
    ("mri_date", text("3/5/2018"), {"date_order": "dmy"}, date(2018, 5, 3)),
    ("mri_date", text("03.05.2018"), {"date_order": "dmy"}, date(2018, 5, 3)),
    ("mri_date", text("05/03/2018"), {"date_order": "mdy"}, date(2018, 5, 3)),
    ("grade", text("net g3"), {}, "G3"),
    ("grade", number("2"), {}, "G2"),
    ("sex", text("vrouw"), {}, "female"),
    ("metastatic_disease", Cell("B2", "boolean", "yes"), {}, "yes"),
    ("lesion_site", text("Bauchspeicheldrüse"), {}, "pancreas"),
    ("lesion_site", text(" Papilla  of Vater"), {}, "papilla of vater"),
    ("edition", number("2017"), {}, "who-2017"),
    ("comments", text("=1+1 "), {}, "=1+1 "),
]


@pytest.mark.parametrize(("column", "cell", "reading", "value"), UNDERSTOOD)
def test_a_plain_cell_becomes_its_value(column, cell, reading, value):
    assert read(column, cell, **reading) == value


REFUSED = [
    ("ki67", DAY, {}, "worksheet.ki67-date"),
    ("ki67", text("5-Mar"), {}, "worksheet.ki67-date"),
    ("ki67", text("03-May"), {}, "worksheet.ki67-date"),
    ("ki67", text("5 mrt"), {}, "worksheet.ki67-date"),
    ("ki67", text("Dez 20"), {}, "worksheet.ki67-date"),
    ("ki67", text("2018-05-03"), {}, "worksheet.ki67-date"),
    ("ki67", text("3/5"), {}, "worksheet.ki67-date"),
    ("ki67", text("3.5.2018"), {}, "worksheet.ki67-date"),
    ("ki67", number("43223"), {}, "worksheet.ki67-date"),
    ("mitoses", text("2-Oct"), {}, "worksheet.mitoses-date"),
    ("ki67", text("high"), {}, "worksheet.ki67"),
    ("ki67", text("2,5"), {}, "worksheet.ki67"),
    ("ki67", text("2.5"), {"decimal": ","}, "worksheet.ki67"),
    ("ki67", number("120"), {}, "worksheet.ki67"),
    ("mitoses", text("3%"), {}, "worksheet.mitoses"),
    ("ki67", FORMULA, {}, "worksheet.formula"),
    ("age", ERROR, {}, "worksheet.error-cell"),
    ("age", text("#N/A"), {}, "worksheet.error-cell"),
    ("comments", FORMULA, {}, "worksheet.formula"),
    ("comments", text("a\0"), {}, "worksheet.character"),
    ("age", text("old"), {}, "worksheet.number"),
    ("age", text("1e2"), {}, "worksheet.number"),
    ("age", text("56,5"), {}, "worksheet.number"),
    ("age", text("130"), {}, "worksheet.range"),
    ("lesion_size_mm", text("0"), {}, "worksheet.range"),
    ("lesion_size_mm", text("-3"), {}, "worksheet.range"),
    ("lesion_size_mm", text("12 mm"), {}, "worksheet.number"),
    ("lesion_size_mm", text("200"), {"unit": "cm"}, "worksheet.range"),
    ("mri_date", text("03/05/2018"), {}, "worksheet.date"),
    ("mri_date", text("03/05/18"), {"date_order": "dmy"}, "worksheet.date"),
    ("mri_date", text("31/04/2018"), {"date_order": "dmy"}, "worksheet.date"),
    ("mri_date", text("03/05-2018"), {"date_order": "dmy"}, "worksheet.date"),
    ("mri_date", text("0018-05-03"), {}, "worksheet.date"),
    ("mri_date", number("43223"), {}, "worksheet.date"),
    ("grade", text("G4"), {}, "worksheet.word"),
    ("grade", DAY, {}, "worksheet.word"),
    ("lesion_site", DAY, {}, "worksheet.word"),
    ("edition", text("WHO 1999"), {}, "worksheet.edition"),
    ("subject", text("1.2E+11"), {}, "worksheet.id-scientific"),
    ("subject", text("1,2E+11"), {}, "worksheet.id-scientific"),
    ("subject", number("123456789012"), {}, "worksheet.id-scientific"),
    ("subject", number("12.5"), {}, "worksheet.id-scientific"),
    ("subject", DAY, {}, "worksheet.id-date"),
    ("subject", text("2-Jan"), {}, "worksheet.id-date"),
    ("subject", text("NET001 "), {}, "worksheet.id-blank"),
    ("subject", text("\u00a0NET001"), {}, "worksheet.id-blank"),
    ("subject", text("NET\u200b001"), {}, "worksheet.id-blank"),
    ("subject", text("=1"), {}, "worksheet.id-formula-sign"),
    ("subject", text("-12"), {}, "worksheet.id-formula-sign"),
    ("subject", text("＝1"), {}, "worksheet.id-formula-sign"),
    ("subject", text("\t1"), {}, "worksheet.id-formula-sign"),
    ("subject", text("\u041dET001"), {}, "worksheet.id-characters"),
    ("subject", text("Ｎ001"), {}, "worksheet.id-characters"),
    ("subject", text("é1"), {}, "worksheet.id-characters"),
    ("subject", text("a" * 65), {}, "worksheet.id-characters"),
    ("lesion", text("<b>"), {}, "worksheet.id-characters"),
]


@pytest.mark.parametrize(("column", "cell", "reading", "code"), REFUSED)
def test_a_faulty_cell_is_refused_by_name_without_its_value(column, cell, reading, code):
    refused = read(column, cell, **reading)
    assert isinstance(refused, Refused)
    assert refused.code == code
    if len(cell.text) > 5:
        assert cell.text.strip() not in refused.sentence + refused.remedy


def test_blank_means_nothing_was_said():
    assert is_blank(text("  "), COLUMN_BY_NAME["subject"])
    assert is_blank(text("NA"), COLUMN_BY_NAME["ki67"])
    assert not is_blank(text("NA"), COLUMN_BY_NAME["comments"])
    assert not is_blank(FORMULA, COLUMN_BY_NAME["ki67"])
