"""What can be done to the directory: load and export the file, edit entries, give accounts and roles."""

from kommunpost.apps.directory.actions.export import export_directory
from kommunpost.apps.directory.actions.load import LoadSummary, load_directory

__all__ = ["LoadSummary", "export_directory", "load_directory"]
