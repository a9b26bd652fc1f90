"""The house looked after: what runs, what waits, what has fallen silent, and the proof that all is as written."""
