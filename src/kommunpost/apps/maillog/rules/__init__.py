"""What is pure in the log: its row ids, its periods, and what it means that a row matches."""
