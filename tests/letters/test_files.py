"""Documents at rest."""

import pytest
from cryptography.exceptions import InvalidTag
from django.conf import settings

from boligsak.letters.files import fetch, forget, store


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES_DIR = tmp_path
    return tmp_path


def test_what_was_stored_comes_out_again() -> None:
    kept = store("Æøå".encode(), "minutes")
    assert fetch(kept.name, "minutes").decode() == "Æøå"
    assert kept.size == 6


def test_nothing_of_it_can_be_read_on_the_disk(folder) -> None:
    store(b"Ola Hansen bor her", "minutes")
    (path,) = (folder / "documents").iterdir()
    assert b"Hansen" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_a_document_of_another_kind_is_not_opened() -> None:
    kept = store(b"x", "minutes")
    with pytest.raises(InvalidTag):
        fetch(kept.name, "letter")


def test_a_changed_file_is_not_opened(folder) -> None:
    kept = store(b"vedtak", "minutes")
    path = folder / "documents" / kept.name
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(InvalidTag):
        fetch(kept.name, "minutes")


def test_an_old_key_still_opens(monkeypatch) -> None:
    kept = store(b"vedtak", "minutes")
    monkeypatch.setattr(settings, "FIELD_KEYS", ["newer", *settings.FIELD_KEYS])
    assert fetch(kept.name, "minutes") == b"vedtak"


def test_a_forgotten_file_is_gone() -> None:
    kept = store(b"x", "minutes")
    forget(kept.name)
    with pytest.raises(FileNotFoundError):
        fetch(kept.name, "minutes")


@pytest.mark.parametrize("name", ["../secret.sealed", "a/b.sealed", "x.pdf", ""])
def test_only_names_of_our_own_are_looked_up(name: str) -> None:
    with pytest.raises(ValueError, match="stored document"):
        fetch(name, "minutes")
