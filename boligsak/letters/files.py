"""Documents at rest: sealed with AES-GCM under a random name, and known by the hash of what is in.

A file here cannot be read from a copy of the disk alone, and none is served but by a view that has
asked who may see it. Keys are those of `boligsak.sealed` and are rotated with them.
"""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple
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
    at half a file. A file whose transaction fails is left without a row, and `forget` takes it.
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


def _path(name: str) -> Path:
    if Path(name).name != name or not name.endswith(".sealed"):
        raise ValueError("not the name of a stored document")
    return Path(settings.FILES_DIR) / "documents" / name


def _key(key: str) -> bytes:
    # A key of its own, so that a sealed column and a sealed file never share one.
    return hashlib.sha256(f"documents:{key}".encode()).digest()
