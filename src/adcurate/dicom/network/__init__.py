"""DICOM over a wire: what comes in, and what is fetched."""
