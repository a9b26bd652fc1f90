"""The submission gateway: SMTP with sign-in (RFC 6409), before the relay. Advice for every mail program.

A mail with a hard finding is refused with the reason. Everything else goes to the relay while the program waits, and
the program gets the relay's answer: nothing is accepted that has not been handed over. Bytes are never changed but for
one ``Received`` field on top, so that signatures (DKIM, S/MIME) hold.
"""
