"""The list of screened subjects as it is filled in, and the exams that arrive for it."""
