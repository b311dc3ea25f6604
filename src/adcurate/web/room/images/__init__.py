"""The images' page: what came, what is missing, what each series shows; and the way in for more."""
