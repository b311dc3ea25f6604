"""HTTP on this computer: a route parses, calls one use case, answers."""
