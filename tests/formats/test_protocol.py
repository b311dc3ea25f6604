"""The protocol file: what it may say, and how each fault is named with its line."""

import itertools
import os
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import AdcurateError, InputError, ProtocolError
from adcurate.formats.protocol import parse_protocol, read_protocol
from adcurate.model.protocol import Marker, Protocol

TEMPLATES = resources.files("adcurate.study").joinpath("templates")
NET_GRADE = TEMPLATES.joinpath("net-grade.toml").read_bytes().decode()
SMALLEST = """
title = "ADC and grade"
[outcome]
positive = ["G3"]
negative = ["G1", "G2"]
[[markers]]
name = "mean ADC"
measure = "mean"
direction = "low"
"""


def changed(old, new):
    assert NET_GRADE.count(old) >= 1
    return NET_GRADE.replace(old, new, 1)


def line_of(text, part, nth=1):
    """The line, counted from 1, where `part` stands for the nth time."""
    numbers = [number for number, line in enumerate(text.split("\n"), 1) if part in line]
    return numbers[nth - 1]


def fault_of(text):
    with pytest.raises(ProtocolError) as raised:
        parse_protocol(text if isinstance(text, bytes) else text.encode())
    assert raised.value.remedy
    return raised.value


@pytest.mark.parametrize("name", ["net-grade", "graded-outcome"])
def test_the_templates_are_read(name, tmp_path):
    path = tmp_path / "study.toml"
    path.write_bytes(TEMPLATES.joinpath(f"{name}.toml").read_bytes())
    protocol = read_protocol(path)
    assert protocol.template == name
    assert protocol.outcome.positive == ("G3",)
    assert protocol.grades == ("G1", "G2", "G3")


def test_the_template_of_the_47_tumours_says_what_its_paper_did():
    protocol = parse_protocol(NET_GRADE.encode())
    assert protocol.eligibility.minimum_lesion_size_mm == 10.0
    assert protocol.grading.edition_by_primary_site == {"pancreas": "who-2017"}
    assert protocol.markers == (Marker("avgADC", "mean", "low"), Marker("minADC", "minimum", "low"))
    assert [cutoff.study for cutoff in protocol.published_cutoffs[:2]] == ["Besa 2016", "Guo 2017"]
    assert protocol.published_cutoffs[0].cutoff_mm2_per_s == 1.24e-3
    assert protocol.analysis.auc_interval == "exact-binomial"
    assert protocol.analysis.stated_prevalence == 0.19


def test_what_a_file_leaves_out_is_the_default():
    protocol = parse_protocol(SMALLEST.encode())
    assert protocol == Protocol(protocol.title, protocol.outcome, protocol.markers)
    assert protocol.analysis.stated_prevalence is None


def test_a_byte_order_mark_and_windows_line_ends_change_nothing():
    windows = NET_GRADE.replace("\n", "\r\n").encode("utf-8-sig")
    assert parse_protocol(windows) == parse_protocol(NET_GRADE.encode())


def test_a_whole_number_is_a_number_and_becomes_the_same_protocol():
    text = changed("minimum_lesion_size_mm = 10.0", "minimum_lesion_size_mm = 10")
    size = parse_protocol(text.encode()).eligibility.minimum_lesion_size_mm
    assert (size, type(size)) == (10.0, float)


PARSE = {
    "no TOML": "title: ADC",
    "a bracket left open": "title = [",
    "a tab in a key": "ti\ttle = 1",
    "decimal comma": changed("confidence_level = 0.95", "confidence_level = 0,95"),
    "the same key twice": changed("seed = 20200206", "seed = 1\nseed = 2"),
    "the same table twice": NET_GRADE + "\n[analysis]\nseed = 2\n",
    "1:30 as YAML reads it": changed("seed = 20200206", "seed = 1:30"),
    "yes without quotes": changed("require_mri = true", "require_mri = yes"),
    "not UTF-8": SMALLEST.replace("grade", "größe").encode("cp1252"),
    "UTF-16": NET_GRADE.encode("utf-16"),
    "NUL": b"title = \x00",
    "lists within lists": "title = " + "[" * 20_000,
    "tables within tables": "title = " + "{a=" * 20_000,
    "a number of thousands of digits": "schema_version = " + "9" * 5000,
}


@pytest.mark.parametrize("text", PARSE.values(), ids=PARSE.keys())
def test_what_is_no_toml_is_a_parse_error(text):
    assert fault_of(text).code == "protocol.parse"


def test_a_parse_error_says_the_line_and_a_wrong_encoding_the_byte():
    broken = changed("seed = 20200206", "seed = 0,5")
    assert f"line {line_of(broken, 'seed = 0,5')}" in fault_of(broken).sentence
    assert "byte 2" in fault_of(b"# \xe4").sentence


def test_a_file_of_many_megabytes_is_not_parsed(tmp_path):
    big = b"#" * 1_000_001
    assert fault_of(big).code == "protocol.too-big"
    (tmp_path / "study.toml").write_bytes(big)
    with pytest.raises(ProtocolError) as raised:
        read_protocol(tmp_path / "study.toml")
    assert raised.value.code == "protocol.too-big"
    assert parse_protocol(NET_GRADE.encode() + b"#" * (1_000_000 - len(NET_GRADE.encode())))


UNKNOWN = {
    "at the top": (changed('title = "', 'tittle = "'), "tittle =", "tittle", "title"),
    "in a table": (changed("seed = 20200206", "sead = 1"), "sead =", "analysis.sead", "seed"),
    "a table": (changed("[analysis]", "[analyses]"), "[analyses]", "analyses", "analysis"),
    "in the first marker": (
        changed('measure = "mean"', 'meassure = "mean"'),
        "meassure",
        "markers[1].meassure",
        "measure",
    ),
    "in the second marker": (
        changed('measure = "minimum"', 'measure = "minimum"\nunit = "mm2/s"'),
        "unit =",
        "markers[2].unit",
        None,
    ),
    "a key that is known elsewhere": (
        changed('map_of_record = "scanner"', 'map_of_record = "scanner"\nchoice = "first"'),
        'choice = "first"',
        "adc.choice",
        None,
    ),
    "with a dot": (
        "lesion.fallbak = 'first'" + SMALLEST,
        "lesion.fallbak",
        "lesion.fallbak",
        "fallback",
    ),
    "in quotes": (changed("seed = 20200206", '"se ed" = 1'), '"se ed"', "analysis.se ed", "seed"),
}


@pytest.mark.parametrize(("text", "part", "key", "nearest"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_an_unknown_key_is_named_with_its_line_and_the_nearest_known_key(text, part, key, nearest):
    fault = fault_of(text)
    assert fault.code == "protocol.unknown-key"
    assert fault.facts["line"] == line_of(text, part)
    assert fault.sentence.startswith(f"Line {line_of(text, part)}: '{key}'")
    assert fault.facts["key"] == key
    if nearest is not None:
        assert fault.facts["nearest"] == nearest


def test_a_key_of_an_inline_table_is_given_the_line_of_the_table():
    text = SMALLEST.replace("[outcome]", "lesion = { chioce = 'first' }\n[outcome]")
    fault = fault_of(text)
    assert (fault.code, fault.facts["key"]) == ("protocol.unknown-key", "lesion.chioce")
    assert fault.facts["line"] == line_of(text, "chioce")


TYPE = {
    "a decimal comma in quotes": ("confidence_level = 0.95", 'confidence_level = "0,5"'),
    "a number in quotes": ("confidence_level = 0.95", 'confidence_level = "0.95"'),
    "a boolean as a number": ("confidence_level = 0.95", "confidence_level = true"),
    "a boolean as a whole number": ("seed = 20200206", "seed = false"),
    "a fraction as a whole number": ("bootstrap_resamples = 10000", "bootstrap_resamples = 1e4"),
    "a number as a boolean": ("require_mri = true", "require_mri = 1"),
    "text as a boolean": ("require_mri = true", 'require_mri = "no"'),
    "a number as text": ('positive_label = "high grade"', "positive_label = 3"),
    "text of two lines": ('positive_label = "high grade"', 'positive_label = "high\\ngrade"'),
    "text as a list": ('positive = ["G3"]', 'positive = "G3"'),
    "a list of numbers as one of texts": ('positive = ["G3"]', "positive = [3]"),
    "texts as numbers": ("b_values = []", 'b_values = ["0", "1000"]'),
    "a date as a number": ("seed = 20200206", "seed = 2020-02-06"),
    "a list as a number": ("confidence_level = 0.95", "confidence_level = [0.95]"),
    "a fraction as the version": ("schema_version = 1", "schema_version = 1.0"),
    "true as the version": ("schema_version = 1", "schema_version = true"),
    "a number as an edition": ('pancreas = "who-2017"', "pancreas = 2017"),
}


@pytest.mark.parametrize(("old", "new"), TYPE.values(), ids=TYPE.keys())
def test_a_value_of_the_wrong_type_is_named_with_its_line(old, new):
    text = changed(old, new)
    fault = fault_of(text)
    assert fault.code == "protocol.type"
    assert fault.facts["line"] == line_of(text, new)


@pytest.mark.parametrize("table", ["[adc]", "[[adc]]"])
def test_a_table_and_a_list_of_tables_are_not_confused(table):
    text = NET_GRADE.replace("[adc]", table)
    if table == "[adc]":
        parse_protocol(text.encode())
    else:
        assert fault_of(text).code == "protocol.type"
    assert fault_of(SMALLEST.replace("[[markers]]", "[markers]")).code == "protocol.type"
    assert fault_of("markers = [1]\n" + SMALLEST.partition("[[markers]]")[0]).code == "protocol.type"


VALUE = {
    "not a number": ("confidence_level = 0.95", "confidence_level = nan"),
    "infinite": ("resolution_mm2_per_s = 1e-6", "resolution_mm2_per_s = inf"),
    "too big for a number": ("resolution_mm2_per_s = 1e-6", "resolution_mm2_per_s = 1e999"),
    "a whole number of 400 digits": (
        "minimum_lesion_size_mm = 10.0",
        f"minimum_lesion_size_mm = 1{'0' * 400}",
    ),
    "a level in percent": ("confidence_level = 0.95", "confidence_level = 95"),
    "a level of one": ("confidence_level = 0.95", "confidence_level = 1.0"),
    "a prevalence of zero": ("stated_prevalence = 0.19", "stated_prevalence = 0"),
    "a prevalence in percent": ("stated_prevalence = 0.19", "stated_prevalence = 19"),
    "a sensitivity in percent": ("sensitivity = 1.0", "sensitivity = 100"),
    "no resolution": ("resolution_mm2_per_s = 1e-6", "resolution_mm2_per_s = 0.0"),
    "no resamples": ("bootstrap_resamples = 10000", "bootstrap_resamples = 0"),
    "a negative seed": ("seed = 20200206", "seed = -1"),
    "a negative size": ("minimum_lesion_size_mm = 10.0", "minimum_lesion_size_mm = -1"),
    "a negative b-value": ("b_values = []", "b_values = [-1, 1000]"),
    "b-values in 10⁶": ("b_values = []", "b_values = [nan, 1000]"),
    "a region without voxels": ("minimum_voxels = 1", "minimum_voxels = 0"),
    "an unknown fit": ('fit = "loglinear"', 'fit = "biexponential"'),
    "a choice as a boolean": ("percentile_type = 6", "percentile_type = true"),
    "a choice as a fraction": ("percentile_type = 6", "percentile_type = 6.0"),
    "another percentile rule": ("percentile_type = 6", "percentile_type = 8"),
    "a choice in capitals": ('direction = "low"', 'direction = "LOW"'),
    "a size that nobody measures": ('lesion_size = "worksheet"', 'lesion_size = "guess"'),
    "a choice as a list": ('direction = "low"', 'direction = ["low"]'),
}


@pytest.mark.parametrize(("old", "new"), VALUE.values(), ids=VALUE.keys())
def test_a_value_that_cannot_be_is_named_with_its_line(old, new):
    text = changed(old, new)
    fault = fault_of(text)
    assert fault.code == "protocol.value"
    assert fault.facts["line"] == line_of(text, new)


def test_the_line_is_that_of_the_list_item_at_fault_and_not_of_the_first():
    for nth in (1, 2):
        lines = NET_GRADE.split("\n")
        number = line_of(NET_GRADE, 'direction = "low"', nth)
        lines[number - 1] = 'direction = "down"'
        fault = fault_of("\n".join(lines))
        assert (fault.facts["line"], fault.facts["key"]) == (number, f"markers[{nth}].direction")


def test_a_comment_or_a_text_that_looks_like_a_key_is_not_its_line():
    text = '# seed = 1\ntemplate = "seed = 2"\n' + SMALLEST + "[analysis]\nseed = -3\n"
    assert fault_of(text).facts["line"] == line_of(text, "seed = -3")


WHOLE = {
    "nothing positive": ('positive = ["G3"]', "positive = []"),
    "a grade on both sides": ('negative = ["G1", "G2"]', 'negative = ["G1", "G3"]'),
    "a grade twice": ('negative = ["G1", "G2"]', 'negative = ["G1", "G1"]'),
    "a grade that is none": ('negative = ["G1", "G2"]', 'negative = ["G1", "G4"]'),
    "two markers of one name": ('name = "minADC"', 'name = "avgADC"'),
    "a cut-off of no marker": ('marker = "avgADC"', 'marker = "meanADC"'),
    "one label for both sides": ('negative_label = "low grade"', 'negative_label = "high grade"'),
    "a side labelled as one of its grades": ('negative_label = "low grade"', 'negative_label = "G1"'),
    "one b-value": ("b_values = []", "b_values = [1000]"),
    "a b-value twice": ("b_values = []", "b_values = [0, 1000, 1000]"),
    "b-values that fall": ("b_values = []", "b_values = [1000, 0]"),
    "an edition that nobody wrote": ('other = "who-2010"', 'other = "who-2001"'),
    "such an edition for an organ": ('pancreas = "who-2017"', 'pancreas = "who-2071"'),
    "no title": ('title = "ADC and WHO grade of neuroendocrine tumours"', ""),
    "a marker without direction": ('direction = "low"', ""),
}


@pytest.mark.parametrize(("old", "new"), WHOLE.values(), ids=WHOLE.keys())
def test_what_does_not_fit_together_is_refused(old, new):
    assert fault_of(changed(old, new)).code == "protocol.value"


def test_a_key_that_is_missing_is_named_with_its_table():
    fault = fault_of(changed('direction = "low"\n\n[analysis]', "\n[analysis]"))
    assert (fault.code, fault.facts["key"]) == ("protocol.value", "markers[2].direction")
    assert "[markers[2]]" in fault.sentence
    assert "at the top level" in fault_of("").sentence


@pytest.mark.parametrize("version", ["0", "2", '"1"', '"' + "x" * 9000 + '"', '"\\u001b[2J"'])
def test_another_schema_version_is_said_before_anything_else(version):
    text = changed("schema_version = 1", f"schema_version = {version}\nnot_a_key = 1")
    fault = fault_of(text)
    assert fault.code == "protocol.version"
    assert fault.sentence.isprintable() and len(fault.sentence) < 200


def test_a_site_may_have_the_name_of_a_key_and_control_characters_are_not_printed():
    text = changed('pancreas = "who-2017"', 'pancreas = "who-2017"\nseed = "who-2010"')
    assert parse_protocol(text.encode()).grading.edition_by_primary_site["seed"] == "who-2010"
    fault = fault_of(changed('pancreas = "who-2017"', '"\\u001b[2J" = 5'))
    assert fault.code == "protocol.type"
    assert fault.sentence.isprintable()


def test_a_file_that_is_not_there_is_an_input_error(tmp_path):
    for path, code in ((tmp_path / "none.toml", "input.missing"), (tmp_path, "input.is-a-directory")):
        with pytest.raises(InputError) as raised:
            read_protocol(path)
        assert raised.value.code == code
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(InputError, match="no plain file"):
        read_protocol(tmp_path / "pipe.toml")


def _as_toml(table):
    scalars = {key: value for key, value in table.items() if not isinstance(value, dict)}
    lines = [f"{key} = {_value(value)}" for key, value in scalars.items() if value is not None]
    for key, value in table.items():
        if isinstance(value, dict):
            lines.append(f"[{key}]")
            lines += [f"{name} = {_value(item)}" for name, item in value.items() if item is not None]
    return "\n".join(lines)


def _value(value):
    if isinstance(value, dict):
        known = {key: item for key, item in value.items() if item is not None}
        return "{" + ", ".join(f'"{key}" = {_value(item)}' for key, item in known.items()) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


@pytest.mark.parametrize("name", ["net-grade", "graded-outcome"])
def test_a_protocol_that_is_written_out_in_full_is_read_back_the_same(name):
    protocol = parse_protocol(TEMPLATES.joinpath(f"{name}.toml").read_bytes())
    assert parse_protocol(_as_toml(protocol.as_json()).encode()) == protocol


@given(
    st.integers(0, len(NET_GRADE) - 1),
    st.sampled_from(["", "=", '"', "[", "]", "\n", "é", "-", "0", "#", "\x00"]),
)
@settings(max_examples=60, deadline=None)
def test_no_slip_of_the_keyboard_ends_in_anything_but_a_protocol_or_a_named_error(position, typed):
    text = NET_GRADE[:position] + typed + NET_GRADE[position + 1 :]
    try:
        assert isinstance(parse_protocol(text.encode()), Protocol)
    except AdcurateError as error:
        assert error.code.startswith("protocol.")


def test_every_key_of_the_template_that_is_misspelt_is_found_on_its_line():
    lines = NET_GRADE.split("\n")
    keys = [number for number, line in enumerate(lines) if line and line[0].isalpha() and "=" in line]
    assert len(keys) > 40
    for number in keys:
        if lines[number].startswith(("pancreas", "schema_version", "kind")):
            continue
        wrong = "\n".join(itertools.chain(lines[:number], ["x" + lines[number]], lines[number + 1 :]))
        fault = fault_of(wrong)
        assert (fault.code, fault.facts["line"]) == ("protocol.unknown-key", number + 1)
