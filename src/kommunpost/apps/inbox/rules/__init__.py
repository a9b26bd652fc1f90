"""Pure rules of the inbox: states, the clock, where a mail belongs."""
