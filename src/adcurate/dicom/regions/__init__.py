"""Regions that other tools saved as DICOM: SEG, RTSTRUCT, SR, presentation state; not yet tied to images."""

from adcurate.dicom.regions.reading import is_region_object, read_region_object

__all__ = ["is_region_object", "read_region_object"]
