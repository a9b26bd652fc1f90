"""The HTTP API for programs: advice, so far. Every client has a token with scopes; nothing here uses a session."""
