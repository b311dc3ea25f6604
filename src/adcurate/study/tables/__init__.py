"""A plain table analysed, without images."""
