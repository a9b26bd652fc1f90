"""The demo keeps to its own folder."""

from pathlib import Path

import pytest

from kommunpost.site.demo.folder import MARK, NotADemoFolderError, default_folder, mark_filled, open_folder, use_folder


def test_a_filled_folder_is_kept_between_starts_and_fresh_makes_it_anew(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "demo"
    assert open_folder(folder, fresh=False) is False
    (folder / "kommunpost.sqlite3").write_bytes(b"x")
    mark_filled(folder, says="1 mail")

    assert open_folder(folder, fresh=False) is True
    assert (folder / "kommunpost.sqlite3").exists()
    assert open_folder(folder, fresh=True) is False
    assert [path.name for path in folder.iterdir()] == [MARK]


def test_a_filling_that_was_broken_off_begins_anew(tmp_path: Path) -> None:
    open_folder(tmp_path / "demo", fresh=False)
    (tmp_path / "demo" / "kommunpost.sqlite3").write_bytes(b"half")

    assert open_folder(tmp_path / "demo", fresh=False) is False
    assert not (tmp_path / "demo" / "kommunpost.sqlite3").exists()


@pytest.mark.parametrize("fresh", [True, False])
def test_a_folder_with_other_data_is_refused_and_untouched(tmp_path: Path, fresh: bool) -> None:
    (tmp_path / "kommunpost.sqlite3").write_bytes(b"real")

    with pytest.raises(NotADemoFolderError):
        open_folder(tmp_path, fresh=fresh)

    assert [path.name for path in tmp_path.iterdir()] == ["kommunpost.sqlite3"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("a file")

    with pytest.raises(NotADemoFolderError):
        open_folder(tmp_path / "demo", fresh=True)


def test_the_settings_of_a_real_installation_do_not_reach_the_demo(tmp_path: Path) -> None:
    environment = {
        "DATABASE_URL": "postgresql://real",
        "DATABASE_URL_FILE": "/run/secret",
        "KOMMUNPOST_RELAY": "smtp://real",
        "KOMMUNPOST_BLOBS": "s3://real",
        "KOMMUNPOST_DATA": "/srv/real",
        "PATH": "/bin",
    }

    use_folder(tmp_path, environment, web="127.0.0.1:1", smtp="127.0.0.1:2")

    assert environment == {
        "KOMMUNPOST_DATA": str(tmp_path),
        "KOMMUNPOST_DEMO": "1",
        "KOMMUNPOST_WEB": "127.0.0.1:1",
        "KOMMUNPOST_SMTP": "127.0.0.1:2",
        "KOMMUNPOST_RELAY": "smtp://127.0.0.1:2",
        "KOMMUNPOST_ROOM": f"file://{tmp_path}/samarbetsrum",
        "KOMMUNPOST_ROOM_LINK": "https://samarbete.botkyrka.example/mejl/",
        "PATH": "/bin",
    }


def test_the_default_folder_lies_in_the_data_folder(tmp_path: Path) -> None:
    assert default_folder({"KOMMUNPOST_DATA": str(tmp_path)}) == tmp_path / "demo"
    assert default_folder({}) == Path("var").absolute() / "demo"
