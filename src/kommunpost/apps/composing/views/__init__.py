"""The screens of composing."""
