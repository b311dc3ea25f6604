"""The made-up cohort and the exams prescribed from it."""

from collections import Counter

import numpy as np
import pytest

from adcurate.phantom import load_published, load_reconstructed_cohort, prescribe_exam, simulate_exam

ROWS = load_reconstructed_cohort()


def test_the_cohort_has_the_published_groups() -> None:
    published = load_published()["cohort"]
    assert len(ROWS) == published["n"] == 47
    assert Counter(row.who_grade for row in ROWS) == {"G1": 21, "G2": 17, "G3": 9}
    assert Counter(row.lesion_type for row in ROWS) == {"primary": 28, "metastasis": 19}
    scanners = Counter(
        f"{row.vendor.title() if row.vendor == 'SIEMENS' else row.vendor} {row.field_strength_t:g}T"
        for row in ROWS
    )
    assert scanners == published["scanners"]


@pytest.mark.parametrize("grade", ["G1", "G2", "G3"])
@pytest.mark.parametrize(("marker", "field"), [("avg_adc", "mean_adc"), ("min_adc", "minimum_adc")])
def test_each_grade_has_the_published_mean_sd_and_median(grade: str, marker: str, field: str) -> None:
    values = np.array([getattr(row, field) for row in ROWS if row.who_grade == grade]) * 1e3
    mean, sd = load_published()[marker]["mean_sd"][grade.lower()]
    median, _ = load_published()[marker]["median_iqr"][grade.lower()]
    assert (round(values.mean(), 2), round(values.std(ddof=1), 2)) == (mean, sd)
    assert round(float(np.median(values)), 3) == median


def test_every_row_becomes_an_exam_on_its_scanner_with_its_age() -> None:
    orders = [prescribe_exam(row, 7) for row in ROWS]
    assert Counter(order.dialect for order in orders)["siemens-xa"] >= 3
    for row, order in zip(ROWS, orders, strict=True):
        assert "20171101" <= order.exam_date <= "20190430"
        years = int(order.exam_date[:4]) - int(order.birth_date[:4])
        assert years - (order.exam_date[4:] < order.birth_date[4:]) == row.age
        assert order.patient_name == f"SYNTHETIC^{row.patient}"
        assert order.b_values == row.b_values
        assert {"GE": "ge", "Philips": "philips"}.get(row.vendor, order.dialect) == order.dialect
    assert orders == [prescribe_exam(row, 7) for row in ROWS]
    assert orders != [prescribe_exam(row, 8) for row in ROWS]


def test_every_rows_lesion_can_be_made_exactly() -> None:
    for row in ROWS:
        exam = simulate_exam(prescribe_exam(row, 7))
        (lesion,) = exam.lesions
        values = exam.adc[lesion.slice_index][lesion.voxels].astype(int)
        assert values.sum() == values.size * round(row.mean_adc * 1e6)
        assert values.min() == round(row.minimum_adc * 1e6)


def test_the_readme_says_that_the_rows_are_no_patients() -> None:
    from importlib import resources

    text = resources.files("adcurate.phantom.cohort").joinpath("README.md").read_text("utf-8")
    assert "not patients' data" in text
