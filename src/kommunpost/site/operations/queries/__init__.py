"""Reads for the page of operations. Everything that comes out is frozen; nothing here writes."""
