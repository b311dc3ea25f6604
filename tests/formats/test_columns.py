"""Headers and words in four languages."""

from collections import defaultdict

import pytest

from adcurate.formats.columns import match_header, match_word, nearest_header, plain
from adcurate.formats.vocabulary import COLUMN_BY_NAME, COLUMNS, EXCLUSION_REASONS, LANGUAGES, PLACES
from adcurate.model.worksheet import WorksheetRow

ALL_WORDS = {column.name: column.words for column in COLUMNS} | {
    "place": PLACES,
    "exclusion_reason": EXCLUSION_REASONS,
}


def test_every_header_of_every_language_names_its_column():
    for column in COLUMNS:
        for language in LANGUAGES:
            for header in column.headers[language]:
                match = match_header(header)
                assert match.column == column.name, header
                assert language in match.languages


def test_every_word_of_every_language_names_its_canonical_word():
    for words in ALL_WORDS.values():
        for word, by_language in words.items():
            assert match_word(word, words) == word
            for names in by_language.values():
                for name in names:
                    assert match_word(name.upper(), words) == word, name


def test_no_header_or_word_means_two_things():
    headers = defaultdict(set)
    for column in COLUMNS:
        for names in column.headers.values():
            for name in names:
                headers[plain(name)].add(column.name)
    assert all(len(columns) == 1 for columns in headers.values())


def test_the_columns_are_the_fields_of_a_row():
    assert {*COLUMN_BY_NAME, "row_number"} == set(WorksheetRow.__dataclass_fields__)


@pytest.mark.parametrize(
    ("header", "column", "unit"),
    [
        ("Ki67", "ki67", None),
        ("KI-67 (%)", "ki67", None),
        ("ki67", "ki67", None),
        ("Lesion size (cm)", "lesion_size_mm", "cm"),
        ("Größe in cm", "lesion_size_mm", "cm"),
        ("Taille (MM)", "lesion_size_mm", None),
        ("lesion_size_mm", "lesion_size_mm", None),
        ("Mitoses / 10 HPF", "mitoses", "per-10-hpf"),
        ("Mitosen pro 2 mm²", "mitoses", "per-2-mm2"),
        ("mitoses par 10 HPF", "mitoses", "per-10-hpf"),
        (" LEEFTIJD ", "age", None),
        ("Age (cm)", None, None),
        ("surname", None, None),
        ("", None, None),
    ],
)
def test_a_header_is_known_whatever_its_case_accents_and_unit(header, column, unit):
    match = match_header(header)
    assert (match.column if match else None, match.unit if match else None) == (column, unit)


def test_the_nearest_known_header_is_offered():
    assert nearest_header("Lesion sizes") == "lesion size"
    assert nearest_header("zzzzzz") is None
