"""Function mailboxes and the contact centre: conversations, clocks, answers, knowledge."""
