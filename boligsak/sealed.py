"""Secrets in columns: sealed with AES-GCM, found again by a keyed hash.

A column sealed here cannot be read from a copy of the database alone. Exact search works
through a second column that holds an HMAC of the same text. Keys come from the environment
(`FIELD_KEYS`, comma separated, newest first): the newest seals, every one of them opens, so
keys can be rotated without stopping. The HMAC has a key of its own (`FIELD_MAC_KEY`), because
changing it means recomputing every hash.
"""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12


@lru_cache(maxsize=8)
def _cipher(key: str) -> AESGCM:
    return AESGCM(hashlib.sha256(key.encode()).digest())


def seal(text: str, context: str) -> bytes:
    """Ciphertext of `text`; `context` (a column's name) is bound to it and must match to open."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(settings.FIELD_KEYS[0]).encrypt(nonce, text.encode(), context.encode())


def unseal(sealed: bytes, context: str) -> str:
    """The text again. Raises `InvalidTag` when no key of ours opens it or the context differs."""
    sealed = bytes(sealed)
    for key in settings.FIELD_KEYS:
        try:
            opened = _cipher(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
        except InvalidTag:
            continue
        return opened.decode()
    raise InvalidTag


def mac(text: str, context: str) -> bytes:
    """The keyed hash by which an exact text is found without being readable (32 bytes)."""
    key = settings.FIELD_MAC_KEY.encode()
    return hmac.new(key, f"{context}:{text}".encode(), hashlib.sha256).digest()
