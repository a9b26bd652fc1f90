"""Every page that opens without an argument, as every role: nothing of the program's own shows through."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.site.people import TownHall, build_town_hall

from kommunpost.apps.directory.rules import ROLE_TEXTS, Role

pytestmark = pytest.mark.django_db
INNARDS = re.compile(r"&lt;\w[\w.]*[ :]|object at 0x|\[\{&#x27;|\w+\(\w+=|\bNone\b|&lt;bound method|\{\{|\{%")


def plain_addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> list[str]:
    found = []
    for one in patterns:
        address = before + str(one.pattern)
        if isinstance(one, URLResolver):
            found += plain_addresses(one.url_patterns, address)
        elif "<" not in address:
            found.append(address)
    return found


PAGES = plain_addresses(get_resolver().url_patterns)


@pytest.fixture
def hall(settings, tmp_path) -> TownHall:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.BLOB_STORE, settings.DATA_FOLDER = str(tmp_path / "blobs"), tmp_path
    return build_town_hall()


@pytest.mark.parametrize("role", list(Role))
def test_a_page_shows_words_and_the_reader_s_own_roles(hall: TownHall, role: Role) -> None:
    client = Client()
    client.force_login(hall.accounts[role])
    opened = 0
    for address in PAGES:
        answer = client.get(address)
        assert answer.status_code != 500, address  # readyz says 503 where no worker runs
        if answer.status_code != 200 or b'class="kp-who"' not in answer.content:
            continue
        opened += 1
        page = answer.content.decode()
        assert not INNARDS.findall(re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)), address
        who = re.search(r'<a class="kp-who".*?</a>', page, re.DOTALL)
        assert who
        assert str(ROLE_TEXTS[role].name) in who[0], address
    assert opened > 5
