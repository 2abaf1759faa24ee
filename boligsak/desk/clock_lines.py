"""Deadlines of applications, offers and complaints, and the meetings of the week, as lines beside
the flags' own."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak.desk.rows import DeadlineLine
from boligsak.together import Question
from meetings.models import Meeting
from meetings.queries.calendar import planned
from tenants.queries import clocks, complaints, offers, terms
from tenants.rules.clocks import APPEAL, PRELIMINARY
from tenants.words.clocks import NAMES

_LEGAL = frozenset({PRELIMINARY, APPEAL})
_ANSWER = "offer_answer"
_OTHERS: dict[str, Promise] = {
    _ANSWER: gettext_lazy("Answer to the offer of a home"),
    complaints.CONTACT: gettext_lazy("Talk with the household about the complaint"),
}


def questions(user: Any, first: datetime.date, last: datetime.date) -> dict[str, Question]:
    """What `clock_lines` is to be told, to be asked for with other things."""
    asked = {"terms": terms.asked(), "applications": clocks.ending(user, first, last)}
    if user.has_perm("tenants.view_complaint"):
        asked["complaints"] = complaints.due(user, first, last)
    if user.has_perm("tenants.view_lease"):
        asked["reviews"] = clocks.reviews(user, first, last)
    if user.has_perm("tenants.answer_offer"):
        asked["offers"] = offers.due(user, first, last)
    if user.has_perm("meetings.view"):
        asked["meetings"] = planned(user, first, last)
    return asked


def clock_lines(
    told: Mapping[str, list[Any]],
    user: Any,
    first: datetime.date,
    last: datetime.date,
    office_id: int | None,
    most: int,
) -> list[DeadlineLine]:
    """At most `most` of them, the law's own first and each part by day. They name rows by number
    and nobody by name. A filter on the office leaves out what is masked.

    `told`: what these days' `questions` have been answered.
    """
    versions = terms.read(told["terms"])
    applied = clocks.of_applications(told["applications"], versions, first, last)
    found: list[tuple[int, bool, DeadlineLine]] = []
    for clock in (*applied, *told.get("reviews", ()), *told.get("complaints", ())):
        line = DeadlineLine(
            clock.on,
            clock.code in _LEGAL,
            str(NAMES.get(clock.code) or _OTHERS[clock.code]),
            clock.number,
            "",
            _address(clock),
        )
        found.append((clock.office_id, clock.is_protected, line))
    for offer in told.get("offers", ()):
        href = reverse("desk:application", args=[offer.application_id])
        line = DeadlineLine(offer.on, False, str(_OTHERS[_ANSWER]), offer.number, "", href)
        found.append((offer.office_id, offer.is_protected, line))
    found += [(meeting.office_id, False, _meeting(meeting)) for meeting in told.get("meetings", ())]
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


def _meeting(row: Meeting) -> DeadlineLine:
    href = reverse("meetings:meeting", args=[row.pk])
    what = _("Coordination meeting")
    return DeadlineLine(row.held_on, False, what, row.office.name, "", href)
