"""Addresses of pages that are named by numbers, for the pages that hold dozens of them.

`reverse` searches for the pattern, fills it in and tries it, every time: some 30 microseconds.
Where a kind of page stands is the same all day, so only the numbers are put in.
"""

from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse

# Longer than any key, so that none of its digits is another part of the address.
_PLACE = 10**17


def address(url_name: str, *arguments: int | str) -> str:
    """What `reverse` says of the page with these arguments. Raises NoReverseMatch as it does.

    A word has to be one of a few: there is a pattern for each.
    """
    words = tuple(one if isinstance(one, str) else None for one in arguments)
    pattern = _pattern(url_name, words, get_urlconf(), get_script_prefix())
    return pattern % tuple(one for one in arguments if not isinstance(one, str))


@lru_cache(maxsize=512)
def _pattern(
    url_name: str, words: tuple[str | None, ...], _urlconf: str | None, _prefix: str
) -> str:
    places = [_PLACE + place if word is None else word for place, word in enumerate(words)]
    pattern = reverse(url_name, args=places).replace("%", "%%")
    for place in places:
        if isinstance(place, int):
            pattern = pattern.replace(str(place), "%d")
    return pattern
