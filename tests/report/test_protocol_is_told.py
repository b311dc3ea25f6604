"""Each choice of the protocol stands in the dated document; the methods stand in the report's Methods."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Any

import pytest

from adcurate.model.protocol import Protocol, Reading
from adcurate.model.protocol_document import DocumentFacts
from adcurate.report.methods import write_methods
from adcurate.report.protocol_document import render_protocol_document

OTHERWISE: dict[str, dict[str, Any]] = {
    "eligibility": {
        "minimum_lesion_size_mm": 15.0,
        "lesion_size": "ruler",
        "require_mri": False,
        "require_grade": False,
        "exam_within_days": 30,
    },
    "lesion": {"choice": "first", "fallback": "first"},
    "grading": {"edition_by_primary_site": {"lung": "who-2017"}, "other": "who-2017", "scale": "isup"},
    "adc": {
        "map_of_record": "refit",
        "fit": "weighted",
        "b_values": (50.0, 800.0),
        "registration": "rigid",
        "highest_b_value": 1000.0,
    },
    "region": {"rule": "half", "minimum_voxels": 12, "extent": "volume"},
    "analysis": {
        "resolution_mm2_per_s": 1e-5,
        "confidence_level": 0.9,
        "seed": 5,
        "bootstrap_resamples": 77,
        "percentile_type": 7,
        "mann_whitney": "exact",
        "pairwise_adjustment": "none",
        "spearman_interval": "bonett-wright",
        "auc_interval": "bca-bootstrap",
        "cutoff_interval": "percentile-bootstrap",
        "proportion_interval": "wilson",
        "stated_prevalence": 0.33,
    },
    "plan": {
        "date": "2026-02-03",
        "value": "mean",
        "unit": "lesion",
        "cannot_assess": "worst-case",
        "multiplicity": "none",
    },
    "reading": {
        "show_numbers": "never",
        "sessions": 2,
        "washout_days": 29,
        "repeat_fraction": 0.25,
        "training_cases": 3,
        "adjudicate_over": 50.0,
        "selection": "free",
    },
}
# What a reader's page shows, and what is said where the plan analyses the consensus.
NOT_A_METHOD = {"layout", "wants_confidence", "wants_ruler", "wants_reference", "where_agreed", "questions"}
CHOICES = [(table, key, value) for table, keys in OTHERWISE.items() for key, value in keys.items()]


def changed(protocol: Protocol, table: str, **values: Any) -> Protocol:
    own = getattr(protocol, table) or Reading()
    return replace(protocol, **{table: replace(own, **values)})


@pytest.fixture
def protocol(results: Any) -> Protocol:
    """One that reads in the room, on several b-values, some lesions again."""
    base = changed(results.protocol, "reading", sessions=3, repeat_fraction=0.5, washout_days=14)
    return changed(base, "eligibility", minimum_lesion_size_mm=10.0)


def document(protocol: Protocol) -> str:
    facts = DocumentFacts("", "", "", "", 0, 0)
    return render_protocol_document(protocol, facts, variables=(), sample_sizes=(), kept="", version="0")


@pytest.mark.parametrize("table", OTHERWISE)
def test_every_key_of_a_table_is_asked_about(protocol: Protocol, table: str) -> None:
    own = getattr(protocol, table)
    assert {one.name for one in dataclasses.fields(own)} - NOT_A_METHOD == set(OTHERWISE[table])


@pytest.mark.parametrize(("table", "key", "value"), CHOICES)
def test_each_choice_changes_the_document(protocol: Protocol, table: str, key: str, value: Any) -> None:
    assert getattr(getattr(protocol, table), key) != value
    assert document(changed(protocol, table, **{key: value})) != document(protocol)


METHODS = [one for one in CHOICES if one[0] not in ("plan", "reading")]


@pytest.mark.parametrize(("table", "key", "value"), METHODS)
def test_each_choice_that_is_a_method_changes_the_methods(
    results: Any, protocol: Protocol, table: str, key: str, value: Any
) -> None:
    told = [
        write_methods(replace(results, protocol=one))
        for one in (protocol, changed(protocol, table, **{key: value}))
    ]
    assert told[0] != told[1]
