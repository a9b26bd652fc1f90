"""Reads of composing. Everything that comes out is frozen."""
