"""The meeting: when and where, who is invited, and what is on the agenda."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from arrears.models import Case, DecisionKind, Party
from boligsak import dates
from boligsak.letters import seen
from boligsak.letters.models import FolderKind
from boligsak.letters.queries.documents import in_folder
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import fresh
from boligsak.step import step_page as step
from boligsak.web import PageRequest, page
from meetings.forms.agenda import AddForm, DropForm, MoveItemForm
from meetings.models import AgendaItem, ItemState, Meeting, MeetingState
from meetings.queries.agenda import Topic, agenda
from meetings.services import agenda as service
from meetings.views.steps import calendar_step, done, find_meeting, meeting_page, trail
from meetings.words import agenda as words
from meetings.words.planning import STATE_COLORS, title, when, why_changed

_OPEN = (MeetingState.PLANNED, MeetingState.RUNNING)
_COLORS = {
    ItemState.WAITING: "neutral",
    ItemState.DISCUSSED: "success",
    ItemState.CARRIED: "info",
    ItemState.DROPPED: "warning",
}


@require_GET
@page("meetings.view")
def meeting(request: PageRequest, pk: int) -> HttpResponseBase:
    """What those who are invited need to know before it begins, and what came of it."""
    user, day = request.user, dates.today()
    row = find_meeting(user, pk)
    topics = agenda(row, user, day)
    request.saw(person for topic in topics for person in topic.person_ids)
    may_change = user.has_perm("meetings.hold") and row.state in _OPEN
    may_plan = user.has_perm("meetings.plan") and row.state == MeetingState.PLANNED
    people = row.attendances.select_related("user").order_by("party", "pk")
    parties = {str(value): str(label) for value, label in Party.choices}
    return render(
        request,
        "meetings/meeting.html",
        {
            "title": title(row),
            "breadcrumb": [calendar_step()],
            "status": {
                "text": capfirst(str(row.get_state_display())),
                "color": STATE_COLORS[MeetingState(row.state)],
            },
            "lead": f"{capfirst(when(row))} · {row.place} · {row.office.name}",
            "changed": why_changed(row),
            "action": _action(row, may_change, day),
            "topics": [_line(topic, may_change) for topic in topics],
            "may_change": may_change,
            "fill": reverse("meetings:fill", args=[pk]) if may_change else "",
            "add": reverse("meetings:add_case", args=[pk]) if may_change else "",
            "submission_id": uuid4(),
            "people": [
                {
                    "name": one.guest or str(one.user),
                    "party": parties[one.party],
                    "presence": one.get_presence_display(),
                }
                for one in people
            ],
            "links": [
                (_("Send the summons"), reverse("meetings:summons", args=[pk])),
                (_("Move the meeting"), reverse("meetings:meeting_move", args=[pk])),
                (_("Cancel the meeting"), reverse("meetings:meeting_cancel", args=[pk])),
            ]
            if may_plan
            else [],
            "documents": _documents(row, user),
            "ics": reverse("meetings:meeting_ics", args=[pk]),
        },
    )


def _documents(row: Meeting, user: Any) -> list[tuple[str, str, str]]:
    """What is journaled on the meeting and this reader may open: title, address, number and day."""
    if not user.has_perm("letters.view_document"):
        return []
    sees_social = user.has_perm("tenants.view_social")
    found = in_folder(FolderKind.MEETING, row.pk, sees_social=sees_social).select_related("folder")
    return [
        (one.title, reverse("desk:document", args=[one.pk]), f"{one}, {format_day(one.dated_on)}")
        for one in found
        if seen.may_open(one, user)
    ]


def _action(row: Meeting, may_hold: bool, day: Any) -> dict[str, str] | None:
    """The one thing to do next: hold the meeting, or read what came of it."""
    if row.state == MeetingState.CLOSED:
        return {"label": _("The minutes"), "url": reverse("meetings:minutes", args=[row.pk])}
    if row.state == MeetingState.RUNNING and may_hold:
        return {"label": _("To the meeting"), "url": reverse("meetings:session", args=[row.pk])}
    if row.state == MeetingState.PLANNED and may_hold and row.held_on <= day:
        return {"label": _("Hold the meeting"), "url": reverse("meetings:session", args=[row.pk])}
    return None


def _line(topic: Topic, may_change: bool) -> dict[str, Any]:
    item = topic.item
    is_case = item.case_id is not None
    href = ""
    if is_case and not topic.is_hidden:
        href = reverse("desk:case", args=[item.case_id])
    elif not is_case:
        href = reverse("meetings:issue", args=[item.issue_id])
    said = _("Case %(number)s") % {"number": topic.number} if is_case else topic.who
    decision = str(DecisionKind(item.decision).label) if item.decision else ""
    is_dropped = item.state == ItemState.DROPPED
    may_move = may_change and not is_dropped
    return {
        "id": item.pk,
        "place": "" if is_dropped else topic.place,
        "said": said,
        "href": href,
        "who": topic.who if is_case else "",
        "where": topic.where,
        "is_masked": topic.is_masked,
        "why": "" if topic.is_hidden else words.why(item.reasons, item.facts),
        "state": capfirst(str(item.get_state_display())) if item.state != ItemState.WAITING else "",
        "color": _COLORS[ItemState(item.state)],
        "decision": "" if topic.is_hidden else capfirst(decision),
        "dropped": "" if topic.is_hidden else item.dropped_because,
        "move": reverse("meetings:move_item", args=[item.pk]) if may_move else "",
        "up": topic.place - 1,
        "down": topic.place + 1,
        "drop": reverse("meetings:drop_item", args=[item.pk])
        if may_move and item.state == ItemState.WAITING
        else "",
        "prepare": reverse("desk:prepare", args=[item.pk])
        if is_case and not topic.is_masked
        else "",
    }


@require_POST
@page("meetings.hold")
def fill(request: PageRequest, pk: int) -> HttpResponseBase:
    """Brings the agenda up to date at once, instead of waiting for the night."""
    row = find_meeting(request.user, pk)
    try:
        added = service.fill_agenda(row.pk, by=request.user, on=dates.today())
    except RuleBroken as broken:
        messages.warning(request, words.refusal(broken))
        return redirect(meeting_page(pk))
    if added:
        said = ngettext(
            "%(count)d item came on the agenda.", "%(count)d items came on the agenda.", added
        )
        messages.success(request, said % {"count": added})
    else:
        messages.info(request, _("Nothing new belongs on the agenda."))
    return redirect(meeting_page(pk))


@require_POST
@page("meetings.hold")
def move_item(request: PageRequest, pk: int) -> HttpResponseBase:
    """To another place. Sent by two small buttons, and by a number on the phone."""
    item = _item(request.user, pk)
    form = MoveItemForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Write the number of the place: 1 is the first."))
        return redirect(meeting_page(item.meeting_id))
    try:
        service.move_item(
            pk, to_place=form.cleaned_data["place"], by=request.user, on=dates.today()
        )
    except RuleBroken as broken:
        messages.warning(request, words.refusal(broken))
    return redirect(f"{meeting_page(item.meeting_id)}#t{pk}")


@require_http_methods(["GET", "POST"])
@page("meetings.hold")
def add_case(request: PageRequest, pk: int) -> HttpResponseBase:
    """A case that the agenda did not find by itself."""
    user, day = request.user, dates.today()
    row = find_meeting(user, pk)
    form = AddForm(request.POST or None, initial=fresh())

    def do() -> str:
        number = form.cleaned_data["number"]
        case = Case.objects.visible_to(user).filter(number=number).first()
        if case is None:
            raise RuleBroken("agenda.no_case")
        service.add_case(pk, case.pk, by=user, on=day)
        return meeting_page(pk)

    codes = ("agenda.no_case", "agenda.other_office", "agenda.there_already")
    if where := done(request, form, do, dict.fromkeys(codes, "number"), words.refusal):
        messages.success(request, _("The case stands last on the agenda."))
        return redirect(where)
    return step(
        request,
        form,
        title=_("Add a case to the agenda"),
        breadcrumb=trail(row),
        button=_("Add the case"),
        back=meeting_page(pk),
    )


@require_http_methods(["GET", "POST"])
@page("meetings.hold")
def drop_item(request: PageRequest, pk: int) -> HttpResponseBase:
    """Off the agenda of this meeting, with a reason."""
    user, day = request.user, dates.today()
    item = _item(user, pk)
    form = DropForm(request.POST or None, initial=fresh(version=item.version))

    def do() -> str:
        asked = form.cleaned_data
        service.drop_item(
            pk, reason=asked["reason"], version=asked["version"] or 0, by=user, on=day
        )
        return meeting_page(item.meeting_id)

    if where := done(request, form, do, {"agenda.no_reason": "reason"}, words.refusal):
        messages.success(request, _("It is taken off the agenda."))
        return redirect(where)
    name = item.case.number if item.case else item.issue.title
    return step(
        request,
        form,
        title=_("Take it off the agenda"),
        breadcrumb=trail(item.meeting),
        facts=[(_("Item"), name), (_("Stands there because"), words.why(item.reasons, item.facts))],
        about=_(
            "It stays off in this meeting, also when the agenda is filled again. A case that "
            "still belongs there comes up in the next one."
        ),
        button=_("Take it off"),
        back=meeting_page(item.meeting_id),
    )


def _item(user: Any, pk: int) -> AgendaItem:
    rows = AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(user))
    return get_object_or_404(rows.select_related("meeting__office", "case", "issue"), pk=pk)
