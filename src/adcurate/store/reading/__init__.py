"""What the reading room keeps: people, sessions, drafts and locks, and the log that each write enters."""
