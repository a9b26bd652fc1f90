"""Committees, units, people, mailboxes, roles."""
