"""What the register may do, and what follows from what: pure, no database, no clock."""
