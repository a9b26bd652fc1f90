"""Static files: a hash in every name, kept for good by the browser, compressed, and whole on disk whoever is first."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from kommunpost.site.static_files import hashed_files, packed_folder

FOR_GOOD = "max-age=315360000, public, immutable"
TEXT = ["kommunpost.css", "rooms.css", "kommunpost.js", "icons.svg", "vendor/designsystemet.css"]
FONT = "vendor/fonts/source-sans-3-latin-wght-normal.woff2"


def body_of(client: Client, name: str, **headers: str) -> tuple[bytes, dict[str, str]]:
    answer = client.get(staticfiles_storage.url(name), headers=headers)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content), dict(answer.headers)


@pytest.mark.parametrize("name", [*TEXT, FONT])
def test_a_file_has_a_hash_in_its_name_and_may_be_kept_for_good(client: Client, name: str) -> None:
    path = Path(name)
    assert re.fullmatch(
        rf"/static/{path.parent / path.stem}\.[0-9a-f]{{12}}{path.suffix}".replace("/./", "/"),
        staticfiles_storage.url(name),
    )
    body, headers = body_of(client, name)
    assert headers["Cache-Control"] == FOR_GOOD
    assert body == hashed_files()[name][1]


@pytest.mark.parametrize("name", TEXT)
def test_text_is_compressed_for_those_who_take_it(client: Client, name: str) -> None:
    plain, headers = body_of(client, name)
    assert "Content-Encoding" not in headers
    assert headers["Vary"] == "Accept-Encoding"
    packed, headers = body_of(client, name, **{"accept-encoding": "gzip, br"})
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 2


def test_a_font_is_not_compressed_twice(client: Client) -> None:
    _body, headers = body_of(client, FONT, **{"accept-encoding": "gzip"})
    assert "Content-Encoding" not in headers


def test_style_sheets_name_fonts_by_their_hashed_names(client: Client) -> None:
    sheet = body_of(client, "kommunpost.css")[0].decode()
    fonts = re.findall(r"url\((vendor/fonts/[^)]+)\)", sheet)
    assert len(fonts) == 2
    for font in fonts:
        assert client.get(f"/static/{font}").status_code == 200
        assert re.search(r"\.[0-9a-f]{12}\.woff2$", font)


@pytest.mark.parametrize("address", ["/static/kommunpost.css", "/static/kommunpost.000000000000.css", "/static/x.css"])
def test_what_has_no_such_name_is_not_kept(client: Client, address: str) -> None:
    assert "immutable" not in client.get(address).headers.get("Cache-Control", "")


def test_a_file_that_is_not_there_is_an_error_when_the_page_is_made() -> None:
    with pytest.raises(KeyError):
        staticfiles_storage.url("no-such.css")


def test_the_folder_is_made_once_and_whole(tmp_path: Path) -> None:
    folder = packed_folder(tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert packed_folder(tmp_path) == folder
    assert {path.name: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.css")} == {
        name for name, _content in hashed_files().values() if name.endswith(".css")
    }


def test_two_processes_that_make_it_at_once_share_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = packed_folder(tmp_path)
    monkeypatch.setattr(Path, "is_dir", lambda path: path != made and path.exists())  # looked before the first was done
    assert packed_folder(tmp_path) == made
    assert [path.name for path in tmp_path.iterdir()] == [made.name]


def test_a_page_names_only_files_that_are_there(client: Client, db: None) -> None:
    page = client.get("/logga-in/").content.decode()
    addresses = {found.partition("#")[0] for found in re.findall(r'(?:href|src)="(/static/[^"]+)"', page)}
    assert len(addresses) >= 6
    for address in addresses:
        assert client.get(address).status_code == 200
    assert settings.STATIC_URL == "/static/"
