"""Background work: a queue in the database with retries, a schedule, and one that takes over from those that died."""
