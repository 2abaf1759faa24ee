"""Documents at rest."""

import hashlib

import pytest
from cryptography.exceptions import InvalidTag
from django.conf import settings

from boligsak.letters import files
from boligsak.letters.files import Sealing, fetch, forget, pieces, store, unsealed


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


# --- Files too big for one go ---------------------------------------------------------------------


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(files, "_CHUNK", 10)


def sealed(content: bytes, context: str = "package", at_once: int = 7) -> files.Stored:
    with Sealing(context) as file:
        for start in range(0, len(content), at_once):
            file.write(content[start : start + at_once])
    assert file.done is not None
    return file.done


def whole(name: str, context: str = "package") -> bytes:
    return b"".join(pieces(name, context))


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 20, 21, 100])
def test_a_file_written_piece_by_piece_comes_out_again(small_pieces, size: int) -> None:
    content = bytes(range(size))
    kept = sealed(content)
    assert whole(kept.name) == content
    assert (kept.size, kept.sha256) == (size, hashlib.sha256(content).hexdigest())


def test_no_piece_of_it_can_be_read_on_the_disk(small_pieces, folder) -> None:
    sealed(b"Ola Hansen bor i Storgata 1 i Trondheim")
    (path,) = (folder / "documents").iterdir()
    assert not any(word in path.read_bytes() for word in (b"Ola", b"Storgata", b"Trondheim"))


@pytest.mark.parametrize("at", [0, 5, 21, 30, 60, -1])
def test_a_changed_byte_anywhere_is_found(small_pieces, folder, at: int) -> None:
    kept = sealed(b"x" * 35)
    path = folder / "documents" / kept.name
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    with pytest.raises(InvalidTag):
        whole(kept.name)


@pytest.mark.parametrize("pieces_left", [0, 1, 2, 3])
def test_a_file_without_its_end_is_not_taken_for_whole(small_pieces, folder, pieces_left) -> None:
    kept = sealed(b"x" * 40)
    path = folder / "documents" / kept.name
    path.write_bytes(path.read_bytes()[: 20 + pieces_left * 26])
    with pytest.raises(InvalidTag):
        whole(kept.name)


def test_pieces_cannot_change_places(small_pieces, folder) -> None:
    kept = sealed(b"a" * 10 + b"b" * 10 + b"c" * 10)
    path = folder / "documents" / kept.name
    content = path.read_bytes()
    path.write_bytes(content[:20] + content[46:72] + content[20:46] + content[72:])
    with pytest.raises(InvalidTag):
        whole(kept.name)


def test_a_file_of_another_kind_is_not_opened_piece_by_piece_either() -> None:
    kept = sealed(b"x")
    with pytest.raises(InvalidTag):
        whole(kept.name, "document")


def test_what_was_cut_off_leaves_nothing(folder) -> None:
    with pytest.raises(ZeroDivisionError), Sealing("package") as file:
        file.write(b"x" * (1 // 0))
    assert list((folder / "documents").iterdir()) == []


def test_an_old_key_still_opens_the_pieces(monkeypatch, small_pieces) -> None:
    kept = sealed(b"x" * 30)
    monkeypatch.setattr(settings, "FIELD_KEYS", ["newer", *settings.FIELD_KEYS])
    assert whole(kept.name) == b"x" * 30


@pytest.mark.parametrize("size", [0, 1, 10, 25, 100])
@pytest.mark.parametrize("at_once", [1, 3, 10, 64])
def test_a_sealed_file_is_read_like_any_other(small_pieces, size: int, at_once: int) -> None:
    kept = sealed(bytes(range(size)))
    with unsealed(kept.name, "package") as file:
        read = iter(lambda: file.read(at_once), b"")
        assert b"".join(read) == bytes(range(size))


def test_its_lines_can_be_read_too(small_pieces) -> None:
    kept = sealed(b"first line\nsecond\n\nlast")
    with unsealed(kept.name, "package") as file:
        assert list(file) == [b"first line\n", b"second\n", b"\n", b"last"]


def test_about_how_big_it_is_is_known_before_it_is_read() -> None:
    kept = sealed(b"x" * 5000)
    with unsealed(kept.name, "package") as file:
        assert file.raw.size == 5000
