"""The list of screened subjects and their exams, on a page."""
