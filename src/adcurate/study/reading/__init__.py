"""The reading room's use cases, one verb a file: design, save, measure, lock, amend, adjudicate, seal."""
