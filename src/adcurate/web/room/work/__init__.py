"""Long work that a page asked for: it outlives the page, tells how far it is, and can be stopped."""
