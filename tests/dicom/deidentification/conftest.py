"""Received objects for the tests of de-identification: those of the tests of receiving."""

from __future__ import annotations

from tests.dicom.received.conftest import make_mr, written

__all__ = ["make_mr", "written"]
