"""Regions that other tools saved in formats other than DICOM, parsed within bounds, not yet on images."""
