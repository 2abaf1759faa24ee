"""Whether who complained may be somebody with a protected address.

A complainant is written down as they told it: a name, a number to call. Nothing links it to a row,
so a name that may be a protected person's is kept back from readers who are not cleared. To keep
back one too many costs a question to a colleague; one too few can cost somebody their safety.
"""

import re
from dataclasses import dataclass

_PHONE_DIGITS = 8
"""A Norwegian number without its country code."""


@dataclass(frozen=True, slots=True)
class Known:
    """A person with a protected address, as the register knows them."""

    person_id: int
    given_name: str
    family_name: str
    phone: str = ""
    email: str = ""


def may_be(told_name: str, told_contact: str, known: Known) -> bool:
    """Whether a name or a contact may be this person's.

    - The given name and the family name are both among what was told ("Fru Kari Nordmann");
    - or all that was told is theirs: a part of the name alone, or with initials ("Kari", "K. N.
      Nordmann");
    - or the telephone number or e-mail address is.
    """
    return _is_name(told_name, known) or _is_contact(f"{told_name} {told_contact}", known)


def _is_name(told: str, known: Known) -> bool:
    words = _words(told)
    given, family = _words(known.given_name), _words(known.family_name)
    theirs = {*given, *family}
    said = theirs & words
    if not said:
        return False
    initials = {word[0] for word in theirs}
    is_all_theirs = all(word in theirs or word in initials for word in words)
    return is_all_theirs or bool(given & words and family & words)


def _is_contact(told: str, known: Known) -> bool:
    number = _digits(known.phone)[-_PHONE_DIGITS:]
    if len(number) == _PHONE_DIGITS and number in _digits(told):
        return True
    return bool(known.email) and known.email.casefold() in told.casefold()


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
