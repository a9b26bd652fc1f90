"""Papers of the register, print-ready as PDF/A: the printout of a mail, and the protocol of a removal."""
