"""What the shipped model of ``core/judgement`` is made of: mails written for it, and the script that makes it."""
