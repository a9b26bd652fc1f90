"""Reads of the inbox. Everything that comes out is frozen; each look at one conversation goes through a door."""
