"""Every row of the standard's table has an answer, and what is written is at least as strict."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pydicom
import pytest
from tests.dicom.conftest import HeldObject
from tests.dicom.deidentification.planting import ROWS

from adcurate.dicom.deidentification.keep_list import KEPT, KEPT_PRIVATE
from adcurate.dicom.deidentification.profile import (
    BASIC_PROFILE,
    CLAIMED,
    CLASS_TITLES,
    OPTIONS,
    allowed,
    annex_e,
    class_of,
    treatment,
)
from adcurate.dicom.received.ingest_object import Prepared, prepare_object
from adcurate.model import Pseudonyms

KEY = Pseudonyms(b"a secret of thirty-two bytes or more")
# Numbers only: how much GE adds to a b-value; and a sequence of Philips, kept without what is not listed.
OURS_ALONE = {(0x0043, "GEMS_PARM_01", 0x7F), (0x2005, "Philips MR Imaging DD 005", 0x0F)}
COLUMNS = (
    *("modified-dates", "patient-characteristics", "clean-descriptors", "full-dates", "device-identity"),
    *("institution-identity", "uids", "safe-private", "clean-structured-content", "clean-graphics"),
)


def concrete(rows) -> list[str]:
    return [row for row in rows if len(row) == 8 and not set(row) - set("0123456789abcdef")]


def test_our_table_is_the_standard_s() -> None:
    ours = {
        tag: [row.basic, *(row.options.get(column, "") for column in COLUMNS)]
        for tag, row in annex_e().items()
    }
    theirs = {tag if len(tag) == 8 else "private": actions for tag, actions in ROWS.items()}
    assert len(theirs) == 621
    assert ours == theirs


def test_every_row_is_treated_as_strictly_as_its_action_asks() -> None:
    lax = {tag: row for tag, row in annex_e().items() if tag in concrete([tag]) and not _is_strict(tag)}
    assert lax == {}
    assert sum(treatment(int(tag, 16)) == "removed" for tag in concrete(annex_e())) > 580


def _is_strict(tag: str) -> bool:
    return treatment(int(tag, 16)) in allowed(annex_e()[tag])


def test_the_check_of_strictness_notices_a_lax_keep_list(monkeypatch) -> None:
    monkeypatch.setitem(KEPT, 0x00100030, KEPT[0x00080060])
    monkeypatch.setitem(KEPT, 0x00081010, KEPT[0x00080060])
    monkeypatch.setitem(KEPT, 0x00200010, KEPT[0x0020000D])
    assert not _is_strict("00081010")
    assert _is_strict("00100030"), "an attribute that is emptied stays empty whatever the list says"


@pytest.mark.parametrize("tag", [0x60003000, 0x601E4000, 0x50002500, 0x501E3000])
def test_overlays_and_curves_are_removed_in_every_group(tag: int) -> None:
    assert treatment(tag) == "removed"
    assert class_of(tag) == "graphics"


def test_every_row_has_a_kind_that_the_receipt_can_name() -> None:
    assert {row.attribute_class for row in annex_e().values()} <= set(CLASS_TITLES)
    assert class_of(0x00100020) == "patient"
    assert class_of(0x00080080) == "institution"
    assert class_of(0x00181000) == "device"
    assert class_of(0x00091001) == "private"
    assert class_of(0x00180091) == "unlisted"


def test_options_that_keep_more_of_a_person_are_off() -> None:
    assert {option.code for option in CLAIMED} == {"113105", "113107", "113108", "113111"}
    assert [option.code for option in OPTIONS] == [str(code) for code in range(113101, 113113)]


def test_the_object_claims_exactly_these_options(make_mr, written) -> None:
    result = prepare_object(HeldObject("file 1", written(make_mr())), KEY)
    assert isinstance(result, Prepared)
    kept = pydicom.dcmread(io.BytesIO(result.content))
    claimed = [(item.CodeValue, item.CodeMeaning) for item in kept.DeidentificationMethodCodeSequence]
    assert claimed == [BASIC_PROFILE, *((option.code, option.meaning) for option in CLAIMED)]
    assert all(item.CodingSchemeDesignator == "DCM" for item in kept.DeidentificationMethodCodeSequence)
    assert kept.PatientIdentityRemoved == "YES"
    assert kept.DeidentificationMethod[0] == "Adcurate keep-list 2"


def test_every_attribute_of_a_newer_table_is_covered() -> None:
    """The 2026c edition, as dicom-anonymizer ships it: what ours lacks is dropped as unknown, or ruled."""
    databases = pytest.importorskip("dicomanonymizer.dicom_anonymization_databases.dicomfields_2026c")
    actions = {
        action: {tag for tag in getattr(databases, action) if len(tag) == 2}
        for action in dir(databases)
        if action.endswith("_TAGS") and action != "ALL_TAGS"
    }
    newer = {f"{group:04x}{element:04x}" for tags in actions.values() for group, element in tags}
    assert len(newer) > 600
    lacking = sorted(newer - set(annex_e()))
    assert lacking, "our edition is as new as theirs: this test can go"
    kept = {tag: treatment(int(tag, 16)) for tag in lacking if treatment(int(tag, 16)) != "removed"}
    assert kept == {}


@pytest.mark.samples
def test_no_private_attribute_is_kept_that_a_second_authority_would_remove(samples: Path) -> None:
    """TCIA's table of private attributes: ours are kept there as well, or named here with the reason."""
    (table,) = (samples / "phi_tcia_private_tag_kb").glob("*.csv")
    theirs: dict[tuple[int, str, int], set[str]] = {}
    pattern = re.compile(r'\(([0-9a-f]{4}),"?([^"]*)"?,([0-9a-f]{2})\)$')
    for row in csv.DictReader(table.open(encoding="utf-8-sig")):
        match = pattern.search(row["element_sig_pattern"])
        if match:
            key = (int(match[1], 16), match[2].strip(), int(match[3], 16))
            theirs.setdefault(key, set()).add(row["private_disposition"])
    known = {key: theirs[key] for key in KEPT_PRIVATE if key in theirs}
    assert len(known) > 20
    removed_there = {key for key, dispositions in known.items() if "k" not in dispositions}
    assert removed_there <= OURS_ALONE, removed_there - OURS_ALONE
