"""Bytes from anywhere: found, walked, checked, refused or made ready for the store."""
