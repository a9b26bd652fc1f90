"""The e-mail log: one row for every delivery in and out, append-only (guideline ``log-is-public-record``, ``log-fields``)."""
