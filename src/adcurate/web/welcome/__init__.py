"""The page before any study: which to open, a new one, the demo. It knows no study's inside."""
