"""What is this mail? Suggestions with reasons: public record or not, to register or not, secret or not, a request or
not, whose it is. People decide.

``judge(from_parsed(mail, domains=world.domains), world)`` -> ``Judgement``. A ``World`` is the municipality's data;
``example_world()`` is the invented one.
"""

from kommunpost.core.judgement.brain import Brain, ModelFileError, default_brain, from_bytes, to_bytes
from kommunpost.core.judgement.facts import (
    FileFacts,
    Kind,
    MailFacts,
    MailRecordError,
    from_parsed,
    from_record,
)
from kommunpost.core.judgement.judge import judge
from kommunpost.core.judgement.model import (
    Disposal,
    Judgement,
    Reason,
    Record,
    RecordGround,
    Registration,
    Secrecy,
    Suggestion,
)
from kommunpost.core.judgement.world import (
    AuthorityFacts,
    PersonFacts,
    Question,
    UnitFacts,
    World,
    WorldError,
    example_world,
    world_from,
    world_from_directory_file,
)

__all__ = [
    "AuthorityFacts",
    "Brain",
    "Disposal",
    "FileFacts",
    "Judgement",
    "Kind",
    "MailFacts",
    "MailRecordError",
    "ModelFileError",
    "PersonFacts",
    "Question",
    "Reason",
    "Record",
    "RecordGround",
    "Registration",
    "Secrecy",
    "Suggestion",
    "UnitFacts",
    "World",
    "WorldError",
    "default_brain",
    "example_world",
    "from_bytes",
    "from_parsed",
    "from_record",
    "judge",
    "to_bytes",
    "world_from",
    "world_from_directory_file",
]
