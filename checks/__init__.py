"""What ``./run check`` holds against the whole project: format, lint, types, imports, documents, size, forbidden words.

A check is a function from the project's root to a list of complaints, each one line: ``path:line: what is wrong``.
"""
