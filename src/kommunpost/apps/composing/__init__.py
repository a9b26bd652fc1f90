"""Drafts, advice on screen, canned texts, reminders: everything from the first word to the outbox."""
