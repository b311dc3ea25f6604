"""The protocol as a person fills it in: its form, a change of it, and the document that is signed."""
