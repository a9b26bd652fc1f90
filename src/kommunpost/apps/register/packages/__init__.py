"""Packages for the archive: from the register's tables to ``core.packages``, and back."""
