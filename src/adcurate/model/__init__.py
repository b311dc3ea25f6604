"""Frozen records in the field's words. Rooms above speak to each other through these."""

from adcurate.findings import Finding
from adcurate.model.b_value import BValue, BValueGroup, group_b_values
from adcurate.model.exam import (
    Directionality,
    Exam,
    Frame,
    ObjectSource,
    RealWorldMapping,
    Series,
    SeriesKind,
    SeriesKindChoice,
    Vendor,
)
from adcurate.model.identity import PatientIdentity
from adcurate.model.image import (
    AdcUnit,
    DiffusionStack,
    ImageStack,
    ParameterMap,
    SliceOrigin,
    UnitEvidence,
)
from adcurate.model.provenance import Derivation, canonical_json, content_digest
from adcurate.model.pseudonym import Pseudonyms

__all__ = [
    "AdcUnit",
    "BValue",
    "BValueGroup",
    "Derivation",
    "DiffusionStack",
    "Directionality",
    "Exam",
    "Finding",
    "Frame",
    "ImageStack",
    "ObjectSource",
    "ParameterMap",
    "PatientIdentity",
    "Pseudonyms",
    "RealWorldMapping",
    "Series",
    "SeriesKind",
    "SeriesKindChoice",
    "SliceOrigin",
    "UnitEvidence",
    "Vendor",
    "canonical_json",
    "content_digest",
    "group_b_values",
]
