"""Which lesions get a normalized ADC: those with a reference of the same reader, on the same map."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources

import pytest

from adcurate.formats.protocol import parse_protocol
from adcurate.model.cohort import Measurement
from adcurate.model.protocol import Marker
from adcurate.study.normalized import normalize_measurements

TEMPLATE = resources.files("adcurate.study").joinpath("templates/net-grade.toml").read_bytes()
PLAIN = parse_protocol(TEMPLATE)
ASKED = replace(
    PLAIN,
    markers=(*PLAIN.markers, Marker("nADC", "mean_over_reference", "low")),
    region=replace(PLAIN.region, minimum_voxels=5),
)


class NoStore:
    """A store that only counts what is put."""

    def __init__(self):
        self.derived = self
        self.kept = []

    def put(self, derivation, content):
        self.kept.append((derivation.derived_id, derivation.inputs, content))


def measured(lesion, mean, reader="anna", source="scanner", n_voxels=9):
    values = {"mean": mean, "minimum": mean, "median": mean, "n_voxels": n_voxels}
    name = f"{lesion}/{reader}/{source}"
    return Measurement(
        name, "S-1", lesion, reader, source, "map", "digest", "1.2", "1.3", "1.4", 1, 0, values, {}
    )


LESION = measured("1", 0.9e-3)
CASES = {
    "with its reference": (measured("1 reference", 1.2e-3), 0.75, []),
    "none": (None, None, ["region.no-reference"]),
    "another reader's": (measured("1 reference", 1.2e-3, "ben"), None, ["region.no-reference"]),
    "another lesion's": (measured("2 reference", 1.2e-3), None, ["region.no-reference"]),
    "on another map": (measured("1 reference", 1.2e-3, source="refit"), None, ["region.no-reference"]),
    "of too few voxels": (
        measured("1 reference", 1.2e-3, n_voxels=4),
        None,
        ["region.reference-small"],
    ),
    "of nothing": (measured("1 reference", 0.0), None, ["region.reference"]),
    "negative": (measured("1 reference", -1.2e-3), None, ["region.reference"]),
    "tiny": (measured("1 reference", 1e-12), None, ["region.reference"]),
    "not estimated": (measured("1 reference", None), None, ["region.reference"]),
}


@pytest.mark.parametrize(("reference", "ratio", "codes"), CASES.values(), ids=CASES.keys())
def test_a_lesion_has_a_ratio_or_a_finding_by_its_name(reference, ratio, codes):
    store = NoStore()
    found = normalize_measurements(store, [LESION, *([reference] if reference else [])], ASKED)
    values = found.with_ratios(LESION).values
    if ratio is None:
        assert "mean_over_reference" not in values and not store.kept
    else:
        assert values["mean_over_reference"] == pytest.approx(ratio)
        ((_, inputs, _),) = store.kept
        assert inputs == (LESION.measurement_id, reference.measurement_id)
    assert [one.code for one in found.findings] == codes
    assert all(one.where["lesion"] == "1" and one.where["subject"] == "S-1" for one in found.findings)


def test_each_readers_lesion_has_that_readers_reference():
    measured_by = [
        one
        for reader, reference in (("anna", 1.2e-3), ("ben", 1.8e-3))
        for one in (measured("1", 0.9e-3, reader), measured("1 reference", reference, reader))
    ]
    found = normalize_measurements(NoStore(), measured_by, ASKED).by_measurement.values()
    ratios = {one.reader: one.values["mean_over_reference"] for one in found}
    assert ratios == {"anna": pytest.approx(0.75), "ben": pytest.approx(0.5)}


def test_where_no_marker_is_a_ratio_a_missing_reference_is_nothing_to_tell():
    assert normalize_measurements(NoStore(), [LESION], PLAIN).findings == ()
    both = normalize_measurements(NoStore(), [LESION, measured("1 reference", 1.2e-3)], PLAIN)
    assert len(both.by_measurement) == 1
