"""Locking the data and handing them over; files that come back."""
