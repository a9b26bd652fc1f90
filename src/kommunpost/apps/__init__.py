"""The offices of the town hall: Django apps, each owning its tables."""
