"""Siemens: the private b-value of classic images, the CSA header, the sequence's name, enhanced objects."""

from __future__ import annotations

from tests.dicom.vendors.contract import Habits, WithOwnTag, WithPhantom

HEADER = "SIEMENS MR HEADER"


class TestSiemens(WithOwnTag, WithPhantom):
    habits = Habits(
        vendor="siemens",
        manufacturers=("SIEMENS", "Siemens Healthineers", "Siemens HealthCare GmbH"),
        weighted=lambda b: {"private": [(0x0019, HEADER, 0x0C, "IS", round(b))]},
        source="(0019,100C)",
        unweighted={"private": [(0x0019, HEADER, 0x0C, "IS", 0)]},
        zero_source="(0019,100C)",
        own_tag=(0x0019, HEADER, 0x0C, "IS"),
        direction={"private": [(0x0019, HEADER, 0x0E, "FD", [0.6, 0.0, 0.8])]},
        dialects=("siemens-classic", "siemens-xa"),
    )
