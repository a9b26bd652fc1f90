"""Pure rules of mailflow: identity, which deliveries follow, the states of a mail on its way out."""
