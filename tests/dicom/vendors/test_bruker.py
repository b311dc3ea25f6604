"""Bruker: nothing in classic exports, the standard elements elsewhere; a rescale slope on every slice."""

from __future__ import annotations

from tests.dicom.vendors.contract import Habits, WithPhantom


class TestBruker(WithPhantom):
    habits = Habits(
        vendor="bruker",
        manufacturers=("Bruker BioSpin MRI GmbH", "Bruker BioSpin"),
        weighted=lambda b: {"DiffusionBValue": b},
        source="(0018,9087)",
        dialects=("bruker",),
        unit=1.0,
        unit_evidence="plausibility",
        phantom_b=(),
    )
