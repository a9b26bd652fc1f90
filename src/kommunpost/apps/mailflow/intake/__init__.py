"""The ways in: SMTP and LMTP, files, and the one writer that they share."""
