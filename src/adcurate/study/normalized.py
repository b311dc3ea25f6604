"""Normalized ADC of a study: each measured lesion beside the reference tissue of the same reader and map.

Made from measurements that are there, and kept in the derivation graph under an id of its own, which leads to
both regions. How a ratio is formed stands in `adcurate.region.normalized`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from adcurate.errors import RegionError
from adcurate.findings import Finding
from adcurate.model import Derivation
from adcurate.model.cohort import Measurement, NormalizedMeasurement
from adcurate.model.contour_record import REFERENCE
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Protocol
from adcurate.region import normalize_numbers
from adcurate.store import StudyStore

KIND: Final = "normalized"
_METHOD: Final = "over-reference/1"


@dataclass(frozen=True, slots=True)
class NormalizedReadings:
    """`by_measurement` holds a lesion's ratios by the id of its measurement."""

    by_measurement: Mapping[str, NormalizedMeasurement]
    findings: tuple[Finding, ...]

    def with_ratios(self, one: Measurement) -> Measurement:
        """A lesion's measurement with its ratios among its values; as it is where there are none."""
        ratios = self.by_measurement.get(one.measurement_id)
        return one if ratios is None else replace(one, values={**one.values, **ratios.values})


def normalize_measurements(
    store: StudyStore, measured: Sequence[Measurement], protocol: Protocol
) -> NormalizedReadings:
    """Divide every lesion by its reference tissue, where one was drawn.

    A lesion without one is a finding where a marker of the protocol is a ratio. A reference that has fewer
    voxels than a region of the protocol needs, or that no tissue can be, is a finding; the lesion then has no
    ratio.
    """
    asked = any(marker.is_ratio for marker in protocol.markers)
    references = {
        (one.subject, one.lesion, one.reader, one.map_source): one
        for one in measured
        if one.lesion.endswith(REFERENCE)
    }
    found: dict[str, NormalizedMeasurement] = {}
    findings = []
    for one in measured:
        if one.lesion.endswith(REFERENCE):
            continue
        where = {"subject": one.subject, "lesion": one.lesion, "reader": one.reader, "map": one.map_source}
        reference = references.get((one.subject, one.lesion + REFERENCE, one.reader, one.map_source))
        if reference is None:
            if asked and one.map_source == protocol.adc.map_of_record:
                sentence = "No reference tissue was measured with this lesion: it has no normalized ADC."
                findings.append(Finding("region.no-reference", sentence, "warning", where))
            continue
        n_voxels = int(reference.values.get("n_voxels") or 0)
        if not protocol.region.has_enough(n_voxels):
            sentence = (
                f"The reference tissue has {n_voxels} voxels, and a region needs "
                f"{protocol.region.minimum_voxels}: the lesion has no normalized ADC."
            )
            findings.append(Finding("region.reference-small", sentence, "warning", where))
            continue
        try:
            made = _normalized(one, reference, n_voxels)
        except RegionError as error:
            findings.append(Finding(error.code, error.sentence, "serious", where))
            continue
        store.derived.put(_derivation(one, reference), as_jsonable(made))
        found[one.measurement_id] = made
    return NormalizedReadings(found, tuple(findings))


def normalized_measurement(record: Mapping[str, Any]) -> NormalizedMeasurement:
    """A stored one as a record."""
    return NormalizedMeasurement(**record)


def _normalized(one: Measurement, reference: Measurement, n_voxels: int) -> NormalizedMeasurement:
    reference_mean = _number(reference, "mean")
    ratios = normalize_numbers(
        mean=_number(one, "mean"),
        minimum=_number(one, "minimum"),
        median=_number(one, "median"),
        reference_mean=reference_mean,
    )
    return NormalizedMeasurement(
        measurement_id=_derivation(one, reference).derived_id,
        subject=one.subject,
        lesion=one.lesion,
        reader=one.reader,
        map_source=one.map_source,
        of_lesion=one.measurement_id,
        of_reference=reference.measurement_id,
        reference_mean_mm2_per_s=reference_mean,
        n_reference_voxels=n_voxels,
        values=asdict(ratios),
    )


def _derivation(one: Measurement, reference: Measurement) -> Derivation:
    return Derivation(KIND, _METHOD, {}, (one.measurement_id, reference.measurement_id))


def _number(one: Measurement, name: str) -> float:
    value = one.values.get(name)
    return float("nan") if value is None else float(value)
