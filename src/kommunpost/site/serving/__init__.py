"""``serve``: web, mail intake and worker in one process, or each in its own.

A start that checks, a stop that loses nothing.
"""
