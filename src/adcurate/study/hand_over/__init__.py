"""The data of a study as they are handed to a statistician or kept, locked, and taken back by id."""
