"""Kommunpost puts a Swedish municipality's e-mail guidelines to work."""

__version__ = "0.1.0"
