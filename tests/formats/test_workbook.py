"""What an XLSX file is refused for before it is parsed."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import AdcurateError, WorksheetError
from adcurate.formats import read_worksheet, write_worksheet_template
from adcurate.formats.workbook import check_workbook

PARTS = [
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
    "[Content_Types].xml",
]
REFUSALS_OF_DAMAGE = {
    "worksheet.layout",
    "worksheet.type",
    "worksheet.bomb",
    "worksheet.columns",
    "worksheet.too-big",
    "worksheet.macro",
    "table.header",
    "table.empty",
    "table.ragged",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "worksheet.xlsx"
    write_worksheet_template(path)
    return path.read_bytes()


def with_part(content, name, part, *, instead_of=None):
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename != instead_of:
                new.writestr(entry, old.read(entry))
        new.writestr(name, part)
    return changed.getvalue()


def refusal_of(content):
    with pytest.raises(WorksheetError) as caught:
        check_workbook(content)
    return caught.value.code


def test_our_own_template_passes(template):
    check_workbook(template)


def test_an_old_or_protected_workbook_is_refused():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert refusal_of(ole) == "worksheet.type"
    assert refusal_of(ole + "EncryptedPackage".encode("utf-16-le")) == "worksheet.encrypted"


def test_what_is_no_workbook_is_refused(template):
    assert refusal_of(b"PK\x03\x04 not a zip") == "worksheet.type"
    assert refusal_of(template[: len(template) // 2]) == "worksheet.type"
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert refusal_of(other.getvalue()) == "worksheet.type"


@pytest.mark.parametrize(
    ("name", "part", "code"),
    [
        ("xl/vbaProject.bin", b"x", "worksheet.macro"),
        ("xl/externalLinks/externalLink1.xml", b"<a/>", "worksheet.external-link"),
        ("xl/connections.xml", b"<a/>", "worksheet.external-link"),
        ("xl/big.bin", bytes(3_000_000), "worksheet.bomb"),
        ("xl/stored.bin", bytes(51_000_000), "worksheet.bomb"),
        (
            "docProps/x.xml",
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            "worksheet.bomb",
        ),
        (
            "xl/worksheets/sheet9.xml",
            b'<s><mergeCells><mergeCell ref="A1:B1"/></mergeCells></s>',
            "worksheet.layout",
        ),
    ],
)
def test_a_planted_part_is_found(template, name, part, code):
    assert refusal_of(with_part(template, name, part)) == code


def test_a_macro_content_type_is_found_under_any_name(template):
    types = zipfile.ZipFile(io.BytesIO(template)).read("[Content_Types].xml")
    planted = types.replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")
    assert planted != types
    assert refusal_of(
        with_part(template, "[Content_Types].xml", planted, instead_of="[Content_Types].xml")
    ) == ("worksheet.macro")


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 4), st.sampled_from(PARTS))
def test_a_damaged_part_is_refused_by_name_or_read(tmp_path_factory, template, random, n_signs, name):
    part = bytearray(zipfile.ZipFile(io.BytesIO(template)).read(name))
    for _ in range(n_signs):
        part[random.randrange(len(part))] = random.choice(b'<>"/0189AZaz=&')
    kept = part if n_signs else part[: random.randrange(len(part))]
    path = tmp_path_factory.mktemp("damaged") / "worksheet.xlsx"
    path.write_bytes(with_part(template, name, bytes(kept), instead_of=name))
    with pytest.raises(AdcurateError) as caught:  # at best a template without rows
        read_worksheet(path)
    assert caught.value.code in REFUSALS_OF_DAMAGE


def test_a_workbook_without_its_list_of_parts_is_refused(template, tmp_path):
    path = tmp_path / "worksheet.xlsx"
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    path.write_bytes(with_part(template, "[Content_Types].xml", types, instead_of="[Content_Types].xml"))
    with pytest.raises(WorksheetError) as caught:
        read_worksheet(path)
    assert caught.value.code == "worksheet.layout"


def test_an_encrypted_entry_is_found(template):
    position = template.index(b"PK\x01\x02") + 8
    flagged = bytearray(template)
    flagged[position] |= 1
    assert refusal_of(bytes(flagged)) == "worksheet.encrypted"
