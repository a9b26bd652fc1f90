"""The SMTP process that the mail intake starts: ``python -m kommunpost.site.serving.front`` (ADR 0016)."""

from datetime import UTC, datetime

from kommunpost.apps.mailflow.intake.front import serve

if __name__ == "__main__":
    serve(clock=lambda: datetime.now(UTC))
