"""The reading room as a web application: sessions, rights and routes; each route calls one use case."""
