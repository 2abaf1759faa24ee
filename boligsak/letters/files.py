"""Documents at rest: sealed with AES-GCM under a random name, and known by the hash of what is in.

A file here cannot be read from a copy of the disk alone, and none is served but by a view that has
asked who may see it. Keys are those of `boligsak.sealed` and are rotated with them.
"""

import hashlib
import hmac
import io
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12


class Stored(NamedTuple):
    """`name` finds the file, `sha256` (hex) is of its content before it was sealed."""

    name: str
    sha256: str
    size: int


def store(content: bytes, context: str) -> Stored:
    """Seals and keeps `content`. `context` (what kind of document it is) must match to open it.

    Written whole and to the disk before the name is given out: a row in the database never points
    at half a file. A file whose transaction fails is left without a row; `forget` takes it, and
    else the night (`services/sweeping.py`): every column that names one is told to `holders`.
    """
    name = f"{uuid4().hex}.sealed"
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    nonce = os.urandom(_NONCE)
    cipher = AESGCM(_key(settings.FIELD_KEYS[0]))
    sealed = nonce + cipher.encrypt(nonce, content, context.encode())
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Stored(name, hashlib.sha256(content).hexdigest(), len(content))


def fetch(name: str, context: str) -> bytes:
    """The content again.

    Raises `FileNotFoundError`, and `InvalidTag` when it was changed, is of another kind, or no key
    of ours opens it.
    """
    sealed = _path(name).read_bytes()
    for key in settings.FIELD_KEYS:
        try:
            cipher = AESGCM(_key(key))
            return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
        except InvalidTag:
            continue
    raise InvalidTag


def forget(name: str) -> None:
    """Takes a file away that no row points at."""
    _path(name).unlink(missing_ok=True)


# --- Files too big for one go ---------------------------------------------------------------------

_MAGIC = b"BSC1"
_SALT = 16
_CHUNK = 1024 * 1024
_TAG = 16


class Sealing:
    """A file written piece by piece and sealed as it goes: never whole in memory, never in clear
    on the disk. Used with `with`; `done` is what `store` would have returned, once it has ended.

    Every piece is sealed under a key of the file's own, with its place and whether it is the last:
    none can be changed, moved, left out or taken from another file. Left by an exception, the file
    is taken away again.
    """

    def __init__(self, context: str) -> None:
        self.name = f"{uuid4().hex}.sealed"
        self.done: Stored | None = None
        self._context = context.encode()
        self._hash = hashlib.sha256()
        self._size = 0
        self._number = 0
        self._waiting = bytearray()
        path = _path(self.name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._part = path.with_suffix(".part")
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")
        salt = os.urandom(_SALT)
        self._cipher = _file_cipher(settings.FIELD_KEYS[0], salt)
        self._file.write(_MAGIC + salt)

    def write(self, content: bytes) -> int:
        self._hash.update(content)
        self._size += len(content)
        self._waiting += content
        while len(self._waiting) > _CHUNK:
            self._seal(bytes(self._waiting[:_CHUNK]), is_last=False)
            del self._waiting[:_CHUNK]
        return len(content)

    def flush(self) -> None:
        """For writers that ask; pieces are written when they are full."""

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        nonce, told = _place(self._number, self._context, is_last=is_last)
        self._file.write(self._cipher.encrypt(nonce, piece, told))
        self._number += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, fault: type[BaseException] | None, *_more: Any) -> None:
        try:
            if fault is None:
                self._seal(bytes(self._waiting), is_last=True)
                self._file.flush()
                os.fsync(self._file.fileno())
        finally:
            self._file.close()
            if fault is not None:
                self._part.unlink(missing_ok=True)
        if fault is None:
            self._part.rename(_path(self.name))
            self.done = Stored(self.name, self._hash.hexdigest(), self._size)


def pieces(name: str, context: str) -> Generator[bytes, None, None]:
    """The content of a file that `Sealing` wrote, piece by piece.

    Raises as `fetch`; `InvalidTag` also in the middle, where a later piece was changed or the end
    is missing.
    """
    with _path(name).open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise InvalidTag
        salt = file.read(_SALT)
        ciphers = [_file_cipher(key, salt) for key in settings.FIELD_KEYS]
        sealed, number = file.read(_CHUNK + _TAG), 0
        while True:
            after = file.read(_CHUNK + _TAG)
            nonce, told = _place(number, context.encode(), is_last=not after)
            for cipher in ciphers:
                try:
                    piece = cipher.decrypt(nonce, sealed, told)
                except InvalidTag:
                    continue
                ciphers = [cipher]
                break
            else:
                raise InvalidTag
            yield piece
            if not after:
                return
            sealed, number = after, number + 1


class _Unsealed(io.RawIOBase):
    """`size`: about how many bytes there are, from what lies on the disk."""

    def __init__(self, name: str, context: str) -> None:
        super().__init__()
        sealed = _path(name).stat().st_size
        self.size = max(0, sealed - len(_MAGIC) - _SALT - _TAG * (1 + sealed // (_CHUNK + _TAG)))
        self._pieces = pieces(name, context)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        taken = min(len(buffer), len(self._left))
        buffer[:taken] = self._left[:taken]
        self._left = self._left[taken:]
        return taken

    def close(self) -> None:
        self._pieces.close()
        super().close()


def unsealed(name: str, context: str) -> io.BufferedReader:
    """The content of a file that `Sealing` wrote, to be read like any other file, once and from
    the beginning. Raises as `pieces` while it is read."""
    return io.BufferedReader(_Unsealed(name, context))


def _place(number: int, context: bytes, *, is_last: bool) -> tuple[bytes, bytes]:
    """The nonce of a piece (the key is the file's own, so its number will do), and what is bound
    to it."""
    return number.to_bytes(_NONCE, "big"), context + (b":last" if is_last else b":more")


def _file_cipher(key: str, salt: bytes) -> AESGCM:
    return AESGCM(hmac.new(_key(key), b"pieces:" + salt, hashlib.sha256).digest())


def _path(name: str) -> Path:
    if Path(name).name != name or not name.endswith(".sealed"):
        raise ValueError("not the name of a stored document")
    return folder() / name


def folder() -> Path:
    """Where sealed files lie."""
    return Path(settings.FILES_DIR) / "documents"


def _key(key: str) -> bytes:
    # A key of its own, so that a sealed column and a sealed file never share one.
    return hashlib.sha256(f"documents:{key}".encode()).digest()
