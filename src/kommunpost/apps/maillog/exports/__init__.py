"""Extracts of the log, for disclosure: CSV, JSON lines, PDF/A."""

from kommunpost.apps.maillog.exports.extracts import Extract, ExtractRefused, Format, make_extract

__all__ = ["Extract", "ExtractRefused", "Format", "make_extract"]
