"""Adcurate takes a quantitative diffusion-MRI study from the PACS to the paper. Research use only."""

__version__ = "0.1.0"
