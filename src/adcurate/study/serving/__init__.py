"""Giving the study's research objects out to other programs."""
