"""Values typed from a PACS beside those measured here, and what explains the difference."""
