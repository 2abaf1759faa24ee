"""The locked minutes: read, fetched as PDF, and corrected by additions that stand beside them."""

import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from arrears.models import Case, DecisionKind, Party
from arrears.queries.case_access import sight
from boligsak import dates
from boligsak.letters.services.journal import DocumentLost
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import moment
from boligsak.step import fresh
from boligsak.step import step_page as step
from boligsak.web import page
from meetings.forms.session import AdditionForm
from meetings.models import ItemState, Meeting, MeetingState, Minutes, Presence
from meetings.queries.minutes import named_people
from meetings.queries.session import may_have_file, shut_out
from meetings.services.minutes import add_to_minutes, minutes_file
from meetings.views.steps import done, find_meeting, trail
from meetings.words import session as words
from meetings.words.planning import title, when
from tenants.models import LeaseParty

VERSIONS = {"with-names": True, "without-names": False}


def minutes_page(pk: int) -> str:
    return reverse("meetings:minutes", args=[pk])


def _minutes(meeting: Meeting) -> Minutes:
    found = Minutes.objects.filter(meeting=meeting).first()
    if found is None:
        raise Http404
    return found


@require_GET
@page("meetings.view")
def minutes(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What was decided, for this reader, with the additions made since."""
    user = request.user
    meeting = find_meeting(user, pk)
    row = _minutes(meeting)
    content = row.content
    items = _items(request, row)
    parties = {str(value): str(label) for value, label in Party.choices}
    presence = {str(value): str(label) for value, label in Presence.choices}
    presence[str(Presence.INVITED)] = presence[str(Presence.ABSENT)]
    return render(
        request,
        "meetings/minutes.html",
        {
            "title": _("Minutes of coordination meeting %(number)s") % {"number": meeting.number},
            "breadcrumb": trail(meeting),
            "lead": f"{capfirst(when(meeting))} · {meeting.place} · {meeting.office.name}",
            "status": {"text": _("Locked"), "color": "neutral"},
            "closed": _("Closed %(at)s by %(who)s")
            % {
                "at": moment(meeting.closed_at),
                "who": str(meeting.closed_by),
            },
            "people": [
                (f"{one['name']} ({parties[one['party']]})", presence[one["presence"]])
                for one in content["people"]
            ],
            "taken_up": [one for one in items if one["state"] == ItemState.DISCUSSED],
            "carried": [one for one in items if one["state"] == ItemState.CARRIED],
            "dropped": [one for one in items if one["state"] == ItemState.DROPPED],
            "additions": _additions(meeting, items),
            "files": _files(row, user),
            "add": reverse("meetings:addition", args=[pk]),
        },
    )


def _files(row: Minutes, user: Any) -> list[tuple[str, str]]:
    labels = {"with-names": _("PDF with names"), "without-names": _("PDF without names")}
    return [
        (labels[name], reverse("meetings:minutes_pdf", args=[row.meeting_id, name]))
        for name, with_names in VERSIONS.items()
        if may_have_file(row, user, with_names=with_names)
    ]


def _items(request: HttpRequest, row: Minutes) -> list[dict[str, Any]]:
    """The items as this reader may see them today: a name is left out when the case is no longer
    theirs to see by name, and of a case they are disqualified from only the number stands."""
    user = request.user
    numbers = [one["case"] for one in row.content["items"] if one["case"]]
    cases = Case.objects.filter(number__in=numbers)
    hidden = shut_out(cases, user)
    known = {case.number: case for case in cases.select_related("lease")}
    seen = set(
        Case.objects.visible_to(user).filter(number__in=numbers).values_list("pk", flat=True)
    )
    shown, named = [], []
    for one in row.content["items"]:
        case = known.get(one["case"])
        is_named = bool(one["name"]) and case is not None and not sight(case, user).is_masked
        if is_named and case is not None and one["case"] not in hidden:
            named.append(case.lease_id)
        may_open = case is not None and case.pk in seen
        shown.append(_shown(one, case if may_open else None, is_named, one["case"] in hidden))
    people = LeaseParty.objects.filter(lease__in=named).values_list("person", flat=True)
    request.saw(people.distinct())  # type: ignore[attr-defined]
    return shown


def _shown(
    one: dict[str, Any], case: Case | None, is_named: bool, is_hidden: bool
) -> dict[str, Any]:
    name = one["issue"] or _("Case %(number)s") % {"number": one["case"]}
    shown = {
        "item": one["item"],
        "state": one["state"],
        "name": name,
        "is_hidden": is_hidden,
        "href": reverse("desk:case", args=[case.pk]) if case is not None else "",
    }
    if is_hidden:
        return shown
    party = str(Party(one["party"]).label) if one["party"] else ""
    facts = [
        (_("Decision"), capfirst(str(DecisionKind(one["decision"]).label)))
        if one["decision"]
        else ("", ""),
        (_("Reasons"), one["reason"]),
        (_("Responsible"), one["owner"] or capfirst(party)),
        (_("Deadline"), _day(one["due_on"])),
        (_("Taken up again"), _day(one["again_on"])),
    ]
    return shown | {
        "who": one["name"] if is_named else "",
        "note": one["note"],
        "because": one["dropped_because"],
        "facts": [(term, value) for term, value in facts if value],
    }


def _day(text: str) -> str:
    return str(format_day(datetime.date.fromisoformat(text))) if text else ""


def _additions(meeting: Meeting, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = {one["item"]: one for one in items}
    found = []
    for row in meeting.additions.select_related("by").order_by("entered_at", "pk"):
        about = names.get(row.item_id) if row.item_id else None
        if about is not None and about["is_hidden"]:
            continue
        found.append(
            {
                "about": about["name"] if about else "",
                "text": row.text,
                "reason": row.reason,
                "who": str(row.by),
                "when": moment(row.entered_at),
            }
        )
    return found


@require_GET
@page("meetings.view")
def minutes_pdf(request: HttpRequest, pk: int, version: str) -> HttpResponseBase:
    """The file as it was made when the meeting was closed; never made anew."""
    user = request.user
    meeting = find_meeting(user, pk)
    row = _minutes(meeting)
    if version not in VERSIONS or not may_have_file(row, user, with_names=VERSIONS[version]):
        raise Http404
    try:
        content = minutes_file(row, with_names=VERSIONS[version])
    except (DocumentLost, FileNotFoundError, InvalidTag) as broken:
        raise RuntimeError(f"the minutes of {meeting.number} cannot be opened") from broken
    if VERSIONS[version]:
        request.saw(named_people(row.content))  # type: ignore[attr-defined]
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"{meeting.number}-{'med' if VERSIONS[version] else 'uten'}-navn.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(["GET", "POST"])
@page("meetings.view")
def addition(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Corrects locked minutes: what was written stays, and this stands beside it."""
    user, day = request.user, dates.today()
    meeting = find_meeting(user, pk)
    row = Minutes.objects.filter(meeting=meeting).first()
    content = row.content["items"] if row is not None else []
    numbers = [one["case"] for one in content if one["case"]]
    hidden = shut_out(Case.objects.filter(number__in=numbers), user)
    items = [
        (str(one["item"]), one["issue"] or _("Case %(number)s") % {"number": one["case"]})
        for one in content
        if one["state"] != ItemState.DROPPED and one["case"] not in hidden
    ]
    form = AdditionForm(
        request.POST or None, items=items, initial=fresh(item=request.GET.get("item", ""))
    )

    def do() -> str:
        asked = form.cleaned_data
        add_to_minutes(
            pk,
            text=asked["text"],
            reason=asked["reason"],
            item_id=int(asked["item"]) if asked["item"] else None,
            by=user,
            on=day,
        )
        return minutes_page(pk)

    if where := done(request, form, do, refusal=words.refusal):
        messages.success(request, _("The addition stands with the minutes."))
        return redirect(where)
    return step(
        request,
        form,
        title=_("Add to the minutes"),
        breadcrumb=trail(meeting),
        facts=[(_("Meeting"), title(meeting)), (_("Held"), when(meeting))],
        about=_(
            "The minutes are locked. What you write stands beside them with your name and the "
            "reason, and cannot be taken back. It changes no decision on a case: withdraw the "
            "decision on the case for that."
        ),
        button=_("Add"),
        back=minutes_page(pk),
        refused=""
        if meeting.state == MeetingState.CLOSED or form.is_bound
        else words.refusal(RuleBroken("minutes.not_closed")),
    )
