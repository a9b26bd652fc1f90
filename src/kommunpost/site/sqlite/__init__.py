"""Django's backend for SQLite, with what the writer of mail needs (ADR 0016)."""
