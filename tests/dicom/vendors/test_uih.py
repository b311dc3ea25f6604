"""United Imaging: what was played out and what was chosen, several percent apart; tiled images."""

from __future__ import annotations

from typing import Any

from tests.dicom.vendors.contract import Habits, WithOwnTag, WithPhantom

HEADER = "Image Private Header"


def said(b: float) -> dict[str, Any]:
    return {"private": [(0x0065, HEADER, 0x09, "FD", b), (0x0065, HEADER, 0x0A, "FD", b)]}


class TestUih(WithOwnTag, WithPhantom):
    habits = Habits(
        vendor="uih",
        manufacturers=("UIH", "United Imaging Healthcare", "Shanghai United Imaging"),
        weighted=said,
        source="(0065,1009)",
        unweighted=said(0.0),
        zero_source="(0065,1009)",
        own_tag=(0x0065, HEADER, 0x09, "FD"),
        direction={"private": [(0x0065, HEADER, 0x37, "FD", [0.6, 0.0, 0.8])]},
        dialects=("uih", "uih-mosaic"),
    )
