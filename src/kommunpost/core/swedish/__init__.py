"""Swedish language and calendar: what the offices need to know of both."""
