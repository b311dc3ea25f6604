"""The protocol as a form on a page."""
