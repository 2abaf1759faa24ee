"""Refusals of the desk's steps, and languages, in words."""

from collections.abc import Mapping

from babel import Locale
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from boligsak.rule import RuleBroken

_WHY_NOT_GIVEN: dict[str, Promise] = {
    "missing": _("A flag is no longer there."),
    "not_visible": _("One of the flags is on a lease you may not see."),
    "resolved": _("%(number)s: the flag has been solved meanwhile."),
    "changed": _("%(number)s: %(who)s has changed the flag since you opened the list."),
    "no_role": _("%(number)s: the one you chose is not a caseworker at this lease's office."),
    "owner_not_cleared": _("%(number)s: the one you chose is not cleared for this lease."),
}
_BY_THE_NIGHT = _("the night's check")
_WHY_NOT_OPENED: dict[str, Promise] = {
    "changed": _("The flag has changed since you ticked it. Look at it again"),
    "resolved": _("The flag has been solved meanwhile"),
    "data": _("Only asks to check the data"),
    "masked": _("Needs clearance for protected addresses"),
    "nothing_new": _("Has an open case already"),
    "shut_out": _("You are disqualified from the lease's case"),
}


def assign_refusals(broken: RuleBroken, last_hands: Mapping[int, str]) -> list[str]:
    """Why flags could not be given away, one sentence for each of them.

    `last_hands`: who changed a flag last, by its id; the night did where nobody is named.
    """
    return [
        str(_WHY_NOT_GIVEN[code])
        % {"number": number, "who": last_hands.get(flag_id) or str(_BY_THE_NIGHT)}
        for flag_id, number, code in broken.facts["rows"]
    ]


def opening_refusal(code: str) -> str:
    """Why a flag opens no case."""
    return str(_WHY_NOT_OPENED[code])


def language_name(code: str) -> str:
    """What a language is called in the reader's own; its code when nobody has a name for it."""
    reader = Locale.parse(get_language() or settings.LANGUAGE_CODE, sep="-")
    name: str = reader.languages.get(code.split("-")[0], code)
    return name.capitalize()
