"""How a table of personal data is told of; the tables themselves stand in ``personal_data``."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TableText:
    """``personal``: column -> what it may say of somebody. ``plain``: columns of text that say nothing of anybody.

    ``purpose`` only for tables of others, whose classes do not say it.
    """

    kept: str
    written_by: str
    personal: Mapping[str, str] = field(default_factory=dict)
    plain: tuple[str, ...] = ()
    purpose: str = ""
