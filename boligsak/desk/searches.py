"""What somebody has searched for, kept in their session under a random key.

Names and numbers are personal: they are sent by POST and never stand in an address, where logs,
histories and neighbours at the screen would read them. The address holds the key.
"""

import secrets
from typing import NamedTuple

from django.http import HttpRequest

_SESSION_KEY = "searches"
MOST_KEPT = 20


class Search(NamedTuple):
    """The words, and what kind of words they were (a `boligsak.desk.queries.search.By`)."""

    text: str
    by: str


def keep_search(request: HttpRequest, text: str, by: str) -> str:
    """Keeps a search and returns its key. The oldest are forgotten."""
    kept = request.session.get(_SESSION_KEY, {})
    for key, (known, _by) in kept.items():
        if known == text:
            return str(key)
    key = secrets.token_urlsafe(9)
    rest = list(kept.items())[-(MOST_KEPT - 1) :]
    request.session[_SESSION_KEY] = dict([*rest, (key, (text, by))])
    return key


def kept_search(request: HttpRequest, key: str) -> Search | None:
    """The search kept under `key`; None when it is not this session's, or is forgotten."""
    found = request.session.get(_SESSION_KEY, {}).get(key)
    return None if found is None else Search(*found)
