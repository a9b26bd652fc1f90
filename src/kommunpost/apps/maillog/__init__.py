"""The e-mail log and its extracts."""
