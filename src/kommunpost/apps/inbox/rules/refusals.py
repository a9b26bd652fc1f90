"""Why the inbox says no. The screen turns each code into Swedish."""


class InboxRefused(Exception):  # noqa: N818 - named as the refusal that it is
    """``code`` is stable: ``stale``, ``no_such_step``, ``same_text``, ``not_visible`` … ``news``: events since the
    writer looked (``stale`` only).
    """

    def __init__(self, code: str, *, news: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.news = news
