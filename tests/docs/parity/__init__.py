"""Every frozen answer of another program, put to our own functions."""
