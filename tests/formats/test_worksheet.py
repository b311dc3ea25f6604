"""The clinical worksheet as a whole."""

import csv
import hashlib
import io
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import OutputError, WorksheetError
from adcurate.formats import WorksheetOptions, read_worksheet, write_worksheet, write_worksheet_template
from adcurate.formats.vocabulary import LANGUAGES
from adcurate.formats.worksheet_forms import NEUROENDOCRINE
from adcurate.model.worksheet import WorksheetRow

INCLUDED = {
    "subject": "NET001",
    "status": "included",
    "MRI date": "2018-04-03",
    "lesion": "1",
    "lesion type": "primary",
    "lesion site": "pancreas",
    "lesion size (mm)": "23.5",
    "Ki-67": "3-5",
    "grade": "G2",
    "sex": "F",
    "age": "52",
    "exclusion reason": "",
    "mitoses": "",
    "mitoses unit": "",
    "differentiation": "",
    "visit": "",
}
EXCLUDED = dict.fromkeys(INCLUDED, "") | {
    "subject": "NET002",
    "status": "excluded",
    "exclusion reason": "no DWI",
}


@pytest.fixture
def read(tmp_path):
    def read_rows(*rows, delimiter=",", rename=None, **options):
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=delimiter)
        headers = list(rows[0])
        writer.writerow([(rename or {}).get(header, header) for header in headers])
        writer.writerows([[row.get(header, "") for header in headers] for row in rows])
        path = tmp_path / "worksheet.csv"
        path.write_bytes(stream.getvalue().encode())
        return read_worksheet(path, WorksheetOptions(**options))

    return read_rows


def fault_codes(worksheet):
    return [(fault.address, fault.code) for fault in worksheet.faults]


def test_complete_rows_are_typed_and_the_file_is_known_by_its_digest(read, tmp_path):
    worksheet = read(INCLUDED, EXCLUDED)
    included, excluded = worksheet.rows
    assert worksheet.faults == worksheet.draft_rows == ()
    assert (included.mri_date, included.lesion_size_mm, included.age) == (date(2018, 4, 3), 23.5, 52.0)
    assert (included.ki67, included.grade, included.sex, included.visit) == ("3-5", "G2", "female", "1")
    assert (excluded.status, excluded.exclusion_reason, excluded.row_number) == ("excluded", "no DWI", 3)
    assert worksheet.language == "en"
    assert worksheet.columns_mapping["MRI date"] == "mri_date"
    assert worksheet.digest_sha256 == hashlib.sha256((tmp_path / "worksheet.csv").read_bytes()).hexdigest()


def test_a_row_does_not_print_who_it_is_about(read):
    assert "NET001" not in repr(read(INCLUDED))


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"MRI date": ""}, "C2", "worksheet.missing"),
        ({"lesion type": ""}, "E2", "worksheet.missing"),
        ({"lesion site": ""}, "F2", "worksheet.missing"),
        ({"lesion size (mm)": "NA"}, "G2", "worksheet.missing"),
        ({"status": ""}, "B2", "worksheet.missing"),
        ({"subject": ""}, "A2", "worksheet.missing"),
        ({"Ki-67": "", "grade": ""}, "I2", "worksheet.missing"),
        ({"Ki-67": "5-Mar"}, "H2", "worksheet.ki67-date"),
        ({"exclusion reason": "late"}, "L2", "worksheet.contradiction"),
        ({"mitoses": "3"}, "N2", "worksheet.missing"),
        ({"grade": "NET G3", "differentiation": "poor"}, "O2", "worksheet.contradiction"),
        ({"subject": "=NET001"}, "A2", "worksheet.id-formula-sign"),
    ],
)
def test_a_faulty_row_stays_a_draft_and_says_where(read, changes, column, code):
    worksheet = read(INCLUDED | changes, EXCLUDED)
    assert fault_codes(worksheet) == [(column, code)]
    assert [row.subject for row in worksheet.rows] == ["NET002"]
    assert worksheet.draft_rows[0].row_number == 2
    assert worksheet.draft_rows[0].faults == worksheet.faults


def test_an_excluded_subject_needs_a_reason_and_nothing_else(read):
    assert fault_codes(read(EXCLUDED | {"exclusion reason": ""})) == [("L2", "worksheet.missing")]


def test_ki67_or_a_grade_is_enough(read):
    assert read(INCLUDED | {"grade": ""}).faults == read(INCLUDED | {"Ki-67": ""}).faults == ()


def test_all_faults_of_all_rows_are_listed(read):
    worksheet = read(
        INCLUDED | {"age": "old", "sex": "x"}, INCLUDED | {"subject": "NET003", "lesion size (mm)": "0"}
    )
    assert fault_codes(worksheet) == [
        ("J2", "worksheet.word"),
        ("K2", "worksheet.number"),
        ("G3", "worksheet.range"),
    ]


def test_a_subject_may_have_two_lesions_but_not_one_lesion_twice(read):
    second = INCLUDED | {"lesion": "2", "lesion type": "metastasis", "lesion site": "liver"}
    assert len(read(INCLUDED, second).rows) == 2
    assert len(read(INCLUDED, INCLUDED | {"visit": "2"}).rows) == 2
    twins = read(INCLUDED, INCLUDED)
    assert (twins.rows, fault_codes(twins)) == (
        (),
        [("D2", "worksheet.duplicate"), ("D3", "worksheet.duplicate")],
    )


def test_two_rows_of_a_subject_that_contradict_each_other_are_both_drafts(read):
    second = INCLUDED | {"lesion": "2", "sex": "M"}
    worksheet = read(INCLUDED, second, EXCLUDED)
    assert fault_codes(worksheet) == [("J2", "worksheet.contradiction"), ("J3", "worksheet.contradiction")]
    assert len(worksheet.rows) == 1
    assert read(INCLUDED, INCLUDED | {"visit": "2", "age": "53"}).faults == ()
    assert len(read(INCLUDED, INCLUDED | {"lesion": "2", "age": "53"}).faults) == 2


def test_identifiers_that_differ_only_in_capitals_are_faulty(read):
    worksheet = read(INCLUDED, EXCLUDED | {"subject": "net001"})
    assert {code for _, code in fault_codes(worksheet)} == {"worksheet.id-spelling"}


def test_an_identifier_that_lost_its_leading_zeros_is_found_by_its_neighbours(read):
    worksheet = read(INCLUDED | {"subject": "00071"}, EXCLUDED | {"subject": "72"})
    assert fault_codes(worksheet) == [("A3", "worksheet.id-zeros")]
    assert read(INCLUDED | {"subject": "71"}, EXCLUDED | {"subject": "720"}).faults == ()


def test_the_name_of_a_grade_also_says_the_differentiation(read):
    assert read(INCLUDED | {"grade": "NET G3"}).rows[0].differentiation == "well"
    assert read(INCLUDED | {"grade": "NEC"}).rows[0].differentiation == "poor"
    assert read(INCLUDED | {"grade": "NEC G3"}).rows[0].differentiation is None


def test_a_unit_in_a_header_is_used_and_said(read):
    worksheet = read(
        INCLUDED | {"mitoses": "3"}, rename={"lesion size (mm)": "size (cm)", "mitoses": "mitoses/10 HPF"}
    )
    assert worksheet.rows[0].lesion_size_mm == 235.0
    assert worksheet.rows[0].mitoses_unit == "per-10-hpf"
    assert [finding.code for finding in worksheet.findings] == ["worksheet.unit"]
    contradicted = read(
        INCLUDED | {"mitoses": "3", "mitoses unit": "2 mm²"}, rename={"mitoses": "mitoses/10 HPF"}
    )
    assert fault_codes(contradicted) == [("N2", "worksheet.contradiction")]


def test_a_ki67_below_one_percent_is_a_finding(read):
    assert [finding.code for finding in read(INCLUDED | {"Ki-67": "0.12"}).findings] == [
        "worksheet.ki67-fraction"
    ]
    assert read(INCLUDED | {"Ki-67": "0"}).findings == read(INCLUDED | {"Ki-67": "<1"}).findings == ()


def test_what_can_be_read_in_two_ways_is_asked_for_at_once_and_shown_by_shape_only(read):
    row = INCLUDED | {"MRI date": "03/04/2018", "lesion size (mm)": "23,5"}
    with pytest.raises(WorksheetError) as caught:
        read(row, delimiter=";")
    assert caught.value.code == "worksheet.confirm"
    for seen in ("semicolons", '1 cell like "99,9" (first G2)', '1 date like "99/99/9999" (first C2)'):
        assert seen in caught.value.sentence
    for option in ("--delimiter ';'", "--decimal ','", "--dates dmy"):
        assert option in caught.value.remedy
    assert "23,5" not in caught.value.sentence


def test_what_is_confirmed_is_read(tmp_path):
    path = tmp_path / "w.csv"
    row = INCLUDED | {"MRI date": "03/04/2018", "lesion size (mm)": "23,5", "Ki-67": "2,5"}
    path.write_text(";".join(row) + "\n" + ";".join(row.values()) + "\n")
    for order, day in (("dmy", date(2018, 4, 3)), ("mdy", date(2018, 3, 4))):
        worksheet = read_worksheet(path, WorksheetOptions(delimiter=";", decimal=",", date_order=order))
        (read_row,) = worksheet.rows
        assert (read_row.mri_date, read_row.lesion_size_mm, read_row.ki67) == (day, 23.5, "2.5")
    for one_missing in ({"delimiter": ";", "decimal": ","}, {"decimal": ",", "date_order": "dmy"}):
        with pytest.raises(WorksheetError):
            read_worksheet(path, WorksheetOptions(**one_missing))


def test_unknown_double_and_missing_headers_are_refused_with_the_nearest_known(read):
    for rename, said in (
        ({"age": "Lesion sizes", "sex": "zzzz"}, '"zzzz", "Lesion sizes" (like "lesion size"?)'),
        ({"age": "Geschlecht"}, "sex"),
        ({"status": "comments"}, "status"),
        ({"grade": "edition", "Ki-67": "comments"}, "grade or ki67"),
    ):
        with pytest.raises(WorksheetError) as caught:
            read(INCLUDED, rename=rename)
        assert caught.value.code == "worksheet.columns"
        assert said in caught.value.sentence


def test_a_header_is_mapped_once_or_left_out(read):
    rename = {"age": "Years on earth", "sex": "Shoe size"}
    mapping = {"years on earth": "age", "Shoe size": "ignore"}
    worksheet = read(INCLUDED, rename=rename, mapping=mapping)
    assert (worksheet.rows[0].age, worksheet.rows[0].sex) == (52.0, None)
    assert worksheet.columns_mapping["Shoe size"] == "ignore"
    for wrong in ({"Shoe size": "shoe"}, {"absent": "age"}):
        with pytest.raises(WorksheetError) as caught:
            read(INCLUDED, rename=rename, mapping=mapping | wrong)
        assert caught.value.code == "worksheet.columns"


def test_a_worksheet_without_rows_is_refused(read):
    with pytest.raises(WorksheetError) as caught:
        read(dict.fromkeys(INCLUDED, ""))
    assert caught.value.code == "worksheet.layout"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_template_filled_in_its_language_reads_in_that_language(tmp_path, language, suffix):
    path = tmp_path / f"template.{suffix}"
    write_worksheet_template(path, language)
    words = {column.name: column.words for column in NEUROENDOCRINE.columns}
    said = {
        "status": "included",
        "lesion_type": "metastasis",
        "sex": "male",
        "necrosis": "absent",
        "grade": "G2",
    }
    values = {name: words[name][word][language][0] for name, word in said.items()}
    values |= {"subject": "A1", "lesion_site": "liver", "lesion_size_mm": 12, "mri_date": "2020-02-29"}
    line = [values.get(column.name, "") for column in NEUROENDOCRINE.columns]
    if suffix == "csv":
        with path.open("a", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerow(line)
    else:
        book = openpyxl.load_workbook(path)
        for index, value in enumerate(line, 1):
            book.worksheets[0].cell(2, index, value or None)
        book.save(path)
    worksheet = read_worksheet(path)
    assert (worksheet.language, worksheet.faults) == (language, ())
    assert {name: getattr(worksheet.rows[0], name) for name in said} == said


def test_the_template_has_lists_a_frozen_header_text_columns_and_instructions(tmp_path):
    path = tmp_path / "template.xlsx"
    write_worksheet_template(path, "de")
    book = openpyxl.load_workbook(path)
    sheet, guide = book.worksheets
    assert sheet.freeze_panes == "B2"
    assert len(sheet.data_validations.dataValidation) == sum(
        bool(column.words) for column in NEUROENDOCRINE.columns
    )
    spans = [(span.min, span.max, span.number_format) for span in sheet.column_dimensions.values()]
    for index, column in enumerate(NEUROENDOCRINE.columns, 1):
        if column.kind in ("identifier", "ki67", "mitoses"):
            assert [form for first, last, form in spans if first <= index <= last] == ["@"]
    assert guide.title == "Anleitung"
    assert guide.max_row >= len(NEUROENDOCRINE.columns)


def test_the_same_rows_give_the_same_bytes_and_no_file_is_overwritten(tmp_path):
    rows = [WorksheetRow(subject="A", status="excluded", exclusion_reason="x")]
    for name in ("one.xlsx", "two.xlsx"):
        write_worksheet(tmp_path / name, rows)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    with pytest.raises(OutputError) as caught:
        write_worksheet(tmp_path / "one.xlsx", rows)
    assert caught.value.code == "output.exists"


def workbook_with(path, changes):
    write_worksheet_template(path)
    book = openpyxl.load_workbook(path)
    values = {
        "subject": "A1",
        "status": "included",
        "mri_date": datetime(2018, 4, 3),
        "lesion_type": "primary",
    }
    values |= {"lesion_site": "pancreas", "lesion_size_mm": 12.5, "ki67": "3-5"} | changes
    for index, column in enumerate(NEUROENDOCRINE.columns, 1):
        cell = book.worksheets[0].cell(2, index)
        value, number_format = values.get(column.name), None
        if isinstance(value, tuple):
            value, number_format = value
        cell.value = value
        if number_format:
            cell.number_format = number_format
    book.save(path)
    return read_worksheet(path)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ki67": (datetime(2026, 5, 3), "d-mmm")}, "worksheet.ki67-date"),
        ({"ki67": "=3-5"}, "worksheet.formula"),
        ({"age": "#N/A"}, "worksheet.error-cell"),
        ({"subject": (1.2e11, "General")}, "worksheet.id-scientific"),
        ({"subject": (datetime(2026, 1, 2), "d-mmm")}, "worksheet.id-date"),
        ({"mri_date": (43193, "General")}, "worksheet.date"),
    ],
)
def test_what_a_spreadsheet_does_to_cells_is_found(tmp_path, changes, code):
    worksheet = workbook_with(tmp_path / "w.xlsx", changes)
    assert [fault.code for fault in worksheet.faults] == [code]
    assert worksheet.faults[0].address.endswith("2")


def test_a_percentage_cell_is_read_as_it_is_shown(tmp_path):
    assert workbook_with(tmp_path / "w.xlsx", {"ki67": (0.12, "0%")}).rows[0].ki67 == "12%"


def test_a_date_cell_needs_no_confirmation(tmp_path):
    assert workbook_with(tmp_path / "w.xlsx", {}).rows[0].mri_date == date(2018, 4, 3)


labels = st.text("ABCxyz019", min_size=1, max_size=6)
counts = st.sampled_from(["12", "<1", "<=2", ">20", "3-5", "2.5"])
days = st.dates(date(1990, 1, 1), date(2030, 1, 1))


@st.composite
def included_rows(draw):
    return WorksheetRow(
        subject=f"S{draw(labels)}",
        status="included",
        lesion=f"L{draw(labels)}",
        mri_date=draw(days),
        histology_date=draw(st.none() | days),
        age=draw(st.none() | st.integers(0, 120).map(float)),
        sex=draw(st.sampled_from([None, "female", "male", "other", "unknown"])),
        primary_site=draw(st.sampled_from([None, "pancreas", "small intestine", "papilla of vater"])),
        metastatic_disease=draw(st.sampled_from([None, "yes", "no"])),
        lesion_type=draw(st.sampled_from(["primary", "metastasis"])),
        lesion_site=draw(st.sampled_from(["liver", "lymph node", "=1+1"])),
        lesion_size_mm=draw(st.integers(1, 9999)) / 10,
        ki67=draw(counts),
        mitoses=draw(counts),
        mitoses_unit=draw(st.sampled_from(["per-10-hpf", "per-2-mm2"])),
        necrosis=draw(st.sampled_from([None, "absent", "present"])),
        differentiation=draw(st.sampled_from([None, "well", "poor"])),
        edition=draw(st.sampled_from([None, "who-2010", "who-2021-lung"])),
        grade=draw(st.sampled_from(["G1", "G2", "G3", None])),
        comments=draw(st.none() | st.text("a=+-@\t\r\n;\",' é", min_size=1).filter(str.strip)),
    )


@settings(max_examples=40, deadline=None)
@given(included_rows(), st.sampled_from(["csv", "xlsx"]), st.sampled_from(LANGUAGES))
def test_a_written_row_reads_back_equal(tmp_path_factory, row, suffix, language):
    path = tmp_path_factory.mktemp("rows") / f"worksheet.{suffix}"
    write_worksheet(path, [row], language=language)
    worksheet = read_worksheet(path)
    assert worksheet.faults == ()
    assert worksheet.rows == (row,)
