"""Who the people in the look-up log are, for whoever may read it."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from boligsak import sealed
from boligsak.accounts.people import Directory, Known
from boligsak.dates import format_day
from tenants.models import Person
from tenants.rules import identity
from tenants.services.people import IDENTITY

MOST_FOUND = 50
_FEWEST_LETTERS = 2


def _known(person: Person, user: Any) -> Known:
    number = _("Number %(number)d") % {"number": person.pk}
    if person.is_protected and not user.access.is_cleared:
        return Known(person.pk, number, _("Protected address"))
    born = _("born %(day)s") % {"day": format_day(person.born_on)} if person.born_on else ""
    return Known(person.pk, str(person), ", ".join(filter(None, [number.lower(), born])))


def named(ids: Collection[int], user: Any) -> dict[int, Known]:
    rows = Person.objects.visible_to(user).filter(pk__in=ids)
    return {person.pk: _known(person, user) for person in rows}


def found(words: str, user: Any) -> list[Known]:
    """By a whole identity number, a number in Boligsak, or the beginnings of names. A protected
    person is found by number only, unless the reader is cleared."""
    rows = Person.objects.visible_to(user)
    digits = identity.compact(words)
    if digits.isdigit() and len(digits) == 11:
        rows = rows.filter(identity__number_mac=sealed.mac(digits, IDENTITY))
    elif digits.isdigit():
        rows = rows.filter(pk=int(digits)) if len(digits) < 16 else rows.none()
    elif len(words.strip()) < _FEWEST_LETTERS:
        return []
    else:
        for word in words.lower().split():
            rows = rows.filter(search_name__contains=word)
        if not user.access.is_cleared:
            rows = rows.filter(protection=0)
    return [_known(person, user) for person in rows.order_by("sort_name", "pk")[:MOST_FOUND]]


DIRECTORY = Directory(named=named, found=found)
