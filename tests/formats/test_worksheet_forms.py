"""What a worksheet asks and understands, by the scale of its study's grades."""

from __future__ import annotations

import itertools
import re
from datetime import date

import openpyxl
import pytest

from adcurate.errors import ProtocolError
from adcurate.formats import read_worksheet, write_worksheet, write_worksheet_template
from adcurate.formats.columns import match_word, plain
from adcurate.formats.protocol import parse_protocol
from adcurate.formats.vocabulary import BENIGN_DIAGNOSES, COLUMNS, DIAGNOSES, LANGUAGES, MALIGNANT_DIAGNOSES
from adcurate.formats.worksheet_forms import BENIGN_MALIGNANT, ISUP, NEUROENDOCRINE, side_of, worksheet_form
from adcurate.model.worksheet import WorksheetRow
from adcurate.study.create import TEMPLATES, template_text

SHARED = "subject,status,mri date,lesion site,size (mm)"
OWN = worksheet_form("own", ("low", "very high", "G2"))
FORMS = {"neuroendocrine": NEUROENDOCRINE, "isup": ISUP, "benign-malignant": BENIGN_MALIGNANT, "own": OWN}


def read(folder, form, head, *cells):
    path = folder / "sheet.csv"
    rows = [f"A{n},included,2024-05-0{n % 9 + 1},liver,12,{cell}" for n, cell in enumerate(cells)]
    path.write_text("\n".join((f"{SHARED},{head}", *rows)) + "\n", encoding="utf-8")
    return read_worksheet(path, form=form)


@pytest.mark.parametrize(
    ("typed", "grade", "gleason"),
    [
        ("1", "ISUP 1", None),
        ("ISUP 2", "ISUP 2", None),
        ("isup grade group 3", "ISUP 3", None),
        ("GG2", "ISUP 2", None),
        ("GGG 4", "ISUP 4", None),
        ("grade group 5", "ISUP 5", None),
        ("IV", "ISUP 4", None),
        ("ISUP-graad 2", "ISUP 2", None),
        ("groupe de grade 3", "ISUP 3", None),
        ("Graduierungsgruppe 1", "ISUP 1", None),
        ("3+4=7", "ISUP 2", "3+4"),
        ("Gleason 4+3", "ISUP 3", "4+3"),
        ("8", "ISUP 4", "8"),
        ("kein Tumor", "benign", None),
    ],
)
def test_a_grade_group_is_known_by_its_name_its_number_or_its_gleason_score(tmp_path, typed, grade, gleason):
    row = read(tmp_path, ISUP, "grade group", typed).rows[0]
    assert (row.grade, row.gleason) == (grade, gleason)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7", "worksheet.gleason"),
        ("3-4", "worksheet.gleason"),
        ("G2", "worksheet.gleason"),
        ("high", "worksheet.word"),
    ],
)
def test_a_grade_group_that_can_be_read_in_two_ways_or_none_is_a_fault(tmp_path, typed, code):
    found = read(tmp_path, ISUP, "grade group", typed)
    assert (found.rows, [fault.code for fault in found.faults]) == ((), [code])


def test_a_gleason_score_fills_a_blank_grade_and_leaves_a_given_one(tmp_path):
    found = read(tmp_path, ISUP, "ISUP,Gleason", ",4+3", "2,4+3")
    assert [(row.grade, row.gleason) for row in found.rows] == [("ISUP 3", "4+3"), ("ISUP 2", "4+3")]
    assert read(tmp_path, ISUP, "ISUP,Gleason", ",").faults[0].code == "worksheet.missing"


def test_a_diagnosis_says_the_outcome_in_every_language_and_may_not_contradict_it(tmp_path):
    for diagnosis, by_language in DIAGNOSES.items():
        for word in (name for names in by_language.values() for name in names):
            row = read(tmp_path, BENIGN_MALIGNANT, "diagnosis", word).rows[0]
            assert (row.diagnosis, row.grade) == (diagnosis, side_of(diagnosis)), word
    found = read(tmp_path, BENIGN_MALIGNANT, "outcome,diagnosis", "malin,FNH", "gutartig,HCC")
    assert [fault.code for fault in found.faults] == ["worksheet.contradiction"] * 2
    assert (side_of("haemangioma"), side_of("metastasis")) == ("benign", "malignant")


@pytest.mark.parametrize(
    "table", [{**MALIGNANT_DIAGNOSES, **BENIGN_DIAGNOSES}, ISUP.grade.words, BENIGN_MALIGNANT.grade.words]
)
def test_no_word_means_two_things(table):
    meanings: dict[str, set[str]] = {}
    for word, by_language in table.items():
        for name in itertools.chain([word], *by_language.values()):
            meanings.setdefault(plain(name), set()).add(word)
            assert match_word(name, table) == word
    assert [name for name, words in meanings.items() if len(words) > 1] == []


def test_own_grades_are_taken_as_they_are_written_whatever_their_capitals(tmp_path):
    found = read(tmp_path, OWN, "WHO grade", "LOW", "very high", "Grad 2", "G3")
    assert [row.grade for row in found.rows] == ["low", "very high", "G2"]
    assert [fault.code for fault in found.faults] == ["worksheet.word"]


@pytest.mark.parametrize("form", [ISUP, BENIGN_MALIGNANT, OWN], ids=lambda form: form.scale)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_worksheet_of_another_tumour_has_no_word_of_neuroendocrine_ones_and_reads_back(
    tmp_path, form, language
):
    write_worksheet_template(tmp_path / "template.xlsx", language, form)
    book = openpyxl.load_workbook(tmp_path / "template.xlsx")
    said = [str(cell.value) for sheet in book for cells in sheet.iter_rows() for cell in cells if cell.value]
    lists = [one.formula1 for one in book.worksheets[0].data_validations.dataValidation]
    foreign = re.compile(r"ki-?67|\b(who|oms|nets?|tne|nec|minen)\b|mitos|n[eé][ck]ros", re.IGNORECASE)
    assert [text for text in (*said, *lists) if foreign.search(text)] == []
    grade = next(iter(form.grade.words))
    row = WorksheetRow(
        "A1", "included", mri_date=date(2024, 5, 1), lesion_size_mm=12.0, lesion_site="liver", grade=grade
    )
    write_worksheet(tmp_path / "one.csv", [row], language=language, form=form)
    assert read_worksheet(tmp_path / "one.csv", form=form).rows == (row,)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_column_is_understood_whatever_the_form_asks(form):
    assert {column.name for column in form.readable} == {column.name for column in COLUMNS}
    assert set(form.required) | set(form.said_by) <= {column.name for column in form.columns}


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_a_protocol_whose_grades_are_of_its_scale(name):
    protocol = parse_protocol(template_text(name).encode())
    assert protocol.template == name
    words = worksheet_form(protocol.grading.scale, protocol.grades).grade.words
    assert set(protocol.grades) <= set(words)
    assert {marker.direction for marker in protocol.markers} == {"low"}


@pytest.mark.parametrize(
    ("template", "old", "new"),
    [
        ("prostate-isup", 'other = "none"', 'other = "who-2019"'),
        ("prostate-isup", 'grades = ["ISUP 1"', 'grades = ["G1", "ISUP 1"'),
        ("prostate-isup", "b_values = []", "b_values = [50, 800]"),
        ("liver-benign-malignant", 'kind = "roc-comparison"', 'kind = "trend"'),
    ],
)
def test_what_does_not_fit_the_scale_is_refused(template, old, new):
    text = template_text(template)
    assert old in text
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text.replace(old, new, 1).encode())
    assert caught.value.code == "protocol.value"
