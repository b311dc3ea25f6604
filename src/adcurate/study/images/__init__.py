"""The images of a study as a person looks at them: what came, what is missing, what each series shows."""
