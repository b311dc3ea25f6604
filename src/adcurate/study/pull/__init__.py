"""Adcurate asks a PACS: whom it awaits, which series, what came, what to ask again."""
