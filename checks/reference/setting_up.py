"""Django without anybody's settings: what the pages say must not hang on whose machine makes them."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_OURS = ("KOMMUNPOST_", "DATABASE_", "DJANGO_")


@contextmanager
def offices_loaded() -> Iterator[None]:
    """The offices loaded, on defaults, in Swedish. Where Django is set up already (in tests) only the language."""
    with tempfile.TemporaryDirectory() as folder:
        for name in [name for name in os.environ if name.startswith(_OURS)]:
            del os.environ[name]
        os.environ |= {"KOMMUNPOST_DATA": folder, "DJANGO_SETTINGS_MODULE": "kommunpost.site.settings"}
        import django  # noqa: PLC0415 - only now, when the environment is bare
        from django.utils import translation  # noqa: PLC0415

        django.setup()
        with translation.override("sv"):
            yield
