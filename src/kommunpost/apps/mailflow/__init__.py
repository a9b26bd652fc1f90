"""Intake (SMTP, LMTP, files), the blob store, messages, the outbox."""
