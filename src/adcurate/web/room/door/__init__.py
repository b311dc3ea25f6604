"""Letting people on other computers in to the study that this computer serves."""
