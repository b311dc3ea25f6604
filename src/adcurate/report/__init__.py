"""Figures, tables and documents: the only floor that rounds. Heavy writers are imported by their own modules."""
