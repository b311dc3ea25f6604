"""DICOM objects as exams, series and frames: kinds, b-values, units, pixels."""
