"""The example municipality of ``kommunpost demo``: invented people, real ways. See docs/tutorial.md."""
