"""Backups, checks, and subjects who leave."""
