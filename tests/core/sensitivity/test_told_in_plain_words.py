"""Health and social matters told without the words of the trade, and words that only look like them."""

import pytest

from kommunpost.core.sensitivity.model import Label
from kommunpost.core.sensitivity.sensitive import find_sensitive


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Han har tagit min telefon så ring inte hem.", Label.SOCIAL),
        ("Kylen är tom och vi ligger efter med hyran.", Label.SOCIAL),
        ("Pappa spelar bort pensionen varje månad.", Label.SOCIAL),
        ("Min son blir retad varje dag av de andra.", Label.SOCIAL),
        ("Hon känner inte igen mig längre.", Label.HEALTH),
        ("Ines har fått en adrenalinpenna.", Label.HEALTH),
        ("Far har brutit lårbenshalsen.", Label.HEALTH),
    ],
)
def test_plain_words_are_seen(text: str, label: Label) -> None:
    assert label in {span.label for span in find_sensitive(text.lower(), people=())}


@pytest.mark.parametrize(
    "text",
    ["Vad har vårdcentralen för öppettider?", "Jag bor på Sjukhusvägen.", "Var lämnar man kol till grillen?"],
)
def test_a_name_of_a_place_or_a_thing_is_not_health(text: str) -> None:
    assert Label.HEALTH not in {span.label for span in find_sensitive(text, people=())}
