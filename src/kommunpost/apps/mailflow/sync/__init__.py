"""Reading real mailboxes: IMAP and Microsoft Graph behind one seam (``contract``), one round for both (``visit``)."""
