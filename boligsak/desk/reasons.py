"""Why a flag is there, as it stands now and as it stood when it was changed."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from arrears.queries.worklist import TRIGGERS, Owed
from arrears.rules.flags import FlagKind
from arrears.words.flags import kind_name, why

_BY_MONEY = frozenset({FlagKind.ARREARS, FlagKind.FIRST_ARREARS, FlagKind.FORMER_TENANT})

Facts = Mapping[str, Any]


def why_now(
    kind: str, level: int, facts: Facts, owed: Owed | None, children: int, day: datetime.date
) -> str:
    """An open flag's sentence, with the money as it is on `day` and not as it was at night.

    `owed`: what is past due, None when nothing is. `children`: how many live there; 0 also for a
    reader who is not to know.
    """
    live = dict(facts)
    if children:
        live["children"] = children
    if kind in TRIGGERS["arrears"]:
        if owed is None:
            return _("Has paid what was overdue; the flag is taken down tonight")
        if kind in _BY_MONEY:
            live["owed_ore"] = owed.overdue_ore
            live["months_permille"] = owed.months_permille
        if "oldest_due_on" in live:
            # What the flag was raised for may have been paid since; what is left is younger.
            live["oldest_due_on"] = max(str(live["oldest_due_on"]), owed.oldest_due_on.isoformat())
    return why_then(kind, level, live, day)


def why_then(kind: str, level: int, facts: Facts, day: datetime.date) -> str:
    """The sentence of a past day. Facts kept by an earlier version of a rule may lack what today's
    sentence needs: then the flag's name is all there is to say."""
    try:
        return why(kind, level, facts, day)
    except KeyError:
        return kind_name(kind)
