"""The pure part of composing: who a mail goes to, what its states are, what is put into it."""
