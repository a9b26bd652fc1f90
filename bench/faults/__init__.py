"""What the kills are made of: processes that may die, senders that remember, and the proof. Used by tests as well."""
