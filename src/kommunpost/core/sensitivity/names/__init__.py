"""Names of people: a small classifier of our own, a gazetteer, and rules for names that are known beforehand."""
