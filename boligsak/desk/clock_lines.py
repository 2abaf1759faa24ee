"""Deadlines of applications, offers and complaints, and the meetings of the week, as lines beside
the flags' own."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak.desk.rows import DeadlineLine
from meetings.models import Meeting, MeetingState
from tenants.queries import clocks, complaints, offers
from tenants.rules.clocks import APPEAL, PRELIMINARY
from tenants.words.clocks import NAMES

_LEGAL = frozenset({PRELIMINARY, APPEAL})
_ANSWER = "offer_answer"
_OTHERS: dict[str, Promise] = {
    _ANSWER: gettext_lazy("Answer to the offer of a home"),
    complaints.CONTACT: gettext_lazy("Talk with the household about the complaint"),
}


def clock_lines(
    user: Any, first: datetime.date, last: datetime.date, office_id: int | None, most: int
) -> list[DeadlineLine]:
    """At most `most` of them, the law's own first and each part by day. They name rows by number
    and nobody by name. A filter on the office leaves out what is masked.

    Nine queries, however much there is.
    """
    found: list[tuple[int, bool, DeadlineLine]] = []
    for clock in (*clocks.deadlines(user, first, last), *complaints.deadlines(user, first, last)):
        line = DeadlineLine(
            clock.on,
            clock.code in _LEGAL,
            str(NAMES.get(clock.code) or _OTHERS[clock.code]),
            clock.number,
            "",
            _address(clock),
        )
        found.append((clock.office_id, clock.is_protected, line))
    if user.has_perm("tenants.answer_offer"):
        for offer in offers.deadlines(user, first, last):
            href = reverse("desk:application", args=[offer.application_id])
            line = DeadlineLine(offer.on, False, str(_OTHERS[_ANSWER]), offer.number, "", href)
            found.append((offer.office_id, offer.is_protected, line))
    found += _meetings(user, first, last)
    return in_order(
        line
        for office, is_protected, line in found
        if office_id is None
        or (office == office_id and (user.access.is_cleared or not is_protected))
    )[:most]


def in_order(lines: Iterable[DeadlineLine]) -> list[DeadlineLine]:
    """The law's own first, each part by day."""
    return sorted(lines, key=lambda line: (not line.is_legal, line.on, line.who))


def _address(clock: Any) -> str:
    if clock.complaint_id is not None:
        return reverse("desk:complaint", args=[clock.complaint_id])
    if clock.application_id is not None:
        return reverse("desk:application", args=[clock.application_id])
    return reverse("desk:lease", args=[clock.lease_id])


def _meetings(
    user: Any, first: datetime.date, last: datetime.date
) -> list[tuple[int, bool, DeadlineLine]]:
    """The coordination meetings of these days."""
    if not user.has_perm("meetings.view"):
        return []
    rows = Meeting.objects.visible_to(user).filter(
        state=MeetingState.PLANNED, held_on__range=(first, last)
    )
    return [
        (
            row.office_id,
            False,
            DeadlineLine(
                row.held_on,
                False,
                _("Coordination meeting"),
                row.office.name,
                "",
                reverse("meetings:meeting", args=[row.pk]),
            ),
        )
        for row in rows.select_related("office")
    ]
