"""The pages of docs/reference that are made from the code: ``python -m checks docs --write``.

One module a page: ``collect()`` reads the facts out of the code, ``render(facts)`` makes the page of them. What a page
says beyond the facts stands in the code as a docstring or a table, so that it is changed where the fact is.
"""
