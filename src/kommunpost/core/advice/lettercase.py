"""Lower case that keeps places."""


def lower(text: str) -> str:
    """In lower case without a change of length, which ``str.lower`` does not promise (İ)."""
    lowered = text.lower()
    return (
        lowered if len(lowered) == len(text) else "".join(one if len(one.lower()) > 1 else one.lower() for one in text)
    )
