"""Figures, tables and documents: the only floor that rounds.

Start at `write.write_report`. Modules are imported by name, so that what only shows a number
(`numbers`) does not wait for plotting and document writers.
"""
