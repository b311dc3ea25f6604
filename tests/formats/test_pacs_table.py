"""Tables typed from a PACS: units are said, digits are counted, faults are named."""

import pytest

from adcurate.errors import PacsTableError
from adcurate.formats.pacs_table import read_pacs_table


def table(tmp_path, *lines):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("10-3 mm2/s", 1e-3), ("10⁻³ mm²/s", 1e-3), ("x10^-3 mm²/s", 1e-3), ("1e-6 mm2/s", 1e-6),
     ("µm²/s", 1e-6), ("mm²/s", 1.0), ("10-3mm2/s", 1e-3)],
)  # fmt: skip
def test_a_unit_is_read_from_the_header_in_many_spellings(tmp_path, unit, factor):
    found = read_pacs_table(table(tmp_path, f"subject,lesion,mean [{unit}]", "A,1,1.20"))
    value = found.rows[0].values["mean"]
    assert (value.value, value.half_step) == (pytest.approx(1.2 * factor), pytest.approx(0.005 * factor))


def test_units_may_be_given_beside_and_areas_in_cm2(tmp_path):
    path = table(tmp_path, "Patient;Lesion;Reader;Mean ADC;Min;Area (cm²)", "A;1;R1;1,20;;3,4")
    found = read_pacs_table(path, unit="10-3 mm2/s", decimal=",")
    assert found.rows[0].reader == "R1"
    assert set(found.rows[0].values) == {"mean", "area"}
    assert found.rows[0].values["area"].value == pytest.approx(340.0)


@pytest.mark.parametrize(
    ("lines", "code", "word"),
    [
        (["subject,lesion,mean", "A,1,1"], "pacs.columns", "unit"),
        (["subject,lesion,mean [furlong]", "A,1,1"], "pacs.columns", "unit"),
        (["subject,lesion,mean [10-3 mm2/s],min [10-6 mm2/s]", "A,1,1,1"], "pacs.columns", "two ways"),
        (["subject,lesion,note", "A,1,1"], "pacs.columns", "mean"),
        (["lesion,mean [mm2/s]", "1,1"], "pacs.columns", "subject"),
        (["subject,lesion,mean [mm2/s],adc [mm2/s]", "A,1,1,1"], "pacs.columns", "Two columns"),
        (["subject,lesion,mean [mm2/s]", "A,1,x", ",1,1"], "pacs.value", "2 cells"),
        (["subject,lesion,mean [mm2/s]", "A,1,1", "A,1,2"], "pacs.value", "repeats"),
        (["subject,lesion,mean [mm2/s]", "A,1,-1"], "pacs.value", "no number"),
        (["subject,lesion,mean [mm2/s]", 'A,1,"1,2"'], "pacs.value", "no number"),
    ],
)
def test_a_faulty_table_is_refused_by_name(tmp_path, lines, code, word):
    with pytest.raises(PacsTableError) as caught:
        read_pacs_table(table(tmp_path, *lines))
    assert caught.value.code == code
    assert word in caught.value.sentence
