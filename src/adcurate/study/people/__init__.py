"""Accounts of the reading room: the first administrator, invitations, roles, passwords and signing in."""
