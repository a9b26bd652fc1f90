"""The HTTP API for programs. Every client has a token with scopes; nothing here uses a session."""
