"""Makes the gazetteer and the model of names that ``core/sensitivity`` ships: ``docs/explanation/names.md``."""
