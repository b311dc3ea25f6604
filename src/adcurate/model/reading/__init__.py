"""The nouns of the reading room: people and their roles, what a reader draws, and the log of who did what."""
