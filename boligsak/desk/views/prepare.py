"""A case on one page, made for the room where it is taken up."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.models import Case
from boligsak import dates
from boligsak.desk.case.base import reader_of
from boligsak.desk.case.page import MAIN, SIDE
from boligsak.desk.queries import lease as lease_query
from boligsak.desk.who import member_facts, who_and_where
from boligsak.web import page
from meetings.models import AgendaItem, Meeting
from meetings.words.agenda import why
from meetings.words.planning import title, when

_SHOWN = ("clock", "contacts", "money", "measures", "plans", "gate")


@require_GET
@page("meetings.view")
def prepare(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What each party may know before the meeting: the reader's own eyes, as on the case page."""
    user, day = request.user, dates.today()
    meetings = Meeting.objects.visible_to(user)
    items = AgendaItem.objects.filter(meeting__in=meetings, case__isnull=False)
    item = get_object_or_404(items.select_related("meeting__office"), pk=pk)
    cases = Case.objects.visible_to(user).select_related("lease", "office", "owner")
    case = get_object_or_404(cases, pk=item.case_id)
    reader = reader_of(case, user)
    by_name = {one.name: one for one in (*MAIN, *SIDE)}
    sections = [
        {"template": f"desk/case/_{name}.html", "section": shown}
        for name in _SHOWN
        if (shown := by_name[name].shown(case, reader, day)) is not None
    ]
    meeting = reverse("meetings:meeting", args=[item.meeting_id])
    context = {
        "title": _("Case %(number)s") % {"number": case.number},
        "breadcrumb": [
            {"label": _("Meetings"), "url": reverse("meetings:calendar")},
            {"label": title(item.meeting), "url": meeting},
        ],
        "today": day,
        "is_masked": reader.is_masked,
        "sections": sections,
        "facts": [
            (_("Meeting"), f"{title(item.meeting)}, {when(item.meeting)}"),
            (_("On the agenda because"), why(item.reasons, item.facts)),
            (_("Decided before"), _before(case)),
        ],
        "case_page": reverse("desk:case", args=[case.pk]),
        "here": f"?back={request.path}",
    }
    if reader.is_masked:
        request.saw([])  # type: ignore[attr-defined]
    else:
        lease = lease_query.of_case(case.lease_id, day)
        parties, members = lease_query.people(lease, day, household=reader.sees_social)
        request.saw(person.person_id for person in (*parties, *members))  # type: ignore[attr-defined]
        context |= who_and_where(lease, parties, user)
        context |= {"lease": lease, "members": [member_facts(one, day) for one in members]}
    return render(request, "desk/prepare.html", context)


def _before(case: Case) -> str:
    """The newest decision of an earlier meeting."""
    last = case.decisions.filter(withdrawn_on__isnull=True).order_by("-held_on", "-pk").first()
    if last is None:
        return _("nothing yet")
    return f"{last.get_kind_display()} ({last.meeting})"
