"""Reads of the register. Everything that comes out is frozen; each look at one thing goes through a door."""
