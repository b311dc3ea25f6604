"""One file for each kind of question: from the table of cases to its answer, the same for study and table."""
