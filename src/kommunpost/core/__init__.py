"""The library: no Django, no database, no clock of its own, no network. Anyone can import it."""
