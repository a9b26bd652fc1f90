"""The verbs of the inbox. Each is one transaction with its audit event and its line in the conversation's history."""
