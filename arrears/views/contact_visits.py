"""Home visits: planned, on the day's list, reported from the doorstep, or cancelled."""

import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from arrears.forms.contacts import ReportForm, VisitForm, VisitsFilter, WhyForm
from arrears.letter_kinds import CALLING_CARD
from arrears.models import ContactAttempt, ContactState
from arrears.queries.visits import Visit, visits_on
from arrears.services.visits import cancel_visit, plan_visit, report_visit
from arrears.views.case_steps import case_page, done, find_case, refused_when_closed, step
from arrears.views.contacts import (
    PART,
    at,
    contact_page,
    find_contact,
    people,
    told,
)
from arrears.words.contacts import reach_lines, refusal, result_words, running_promise
from boligsak import dates
from boligsak.accounts.models import Office
from boligsak.letters import registry
from boligsak.letters.markup import filled, text_of
from boligsak.letters.queries.templates import in_force
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.web import page
from tenants.queries.reach import reach

_ONE_DAY = datetime.timedelta(days=1)

_AT = {
    "visit.in_the_past": "on",
    "visit.nobody_goes": "who_goes",
    "visit.planned_already": "on",
    "contact.not_a_tenant": "person",
    "contact.dead": "person",
    "contact.no_reason": "reason",
}


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def visit_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Plans a visit, and says so where it will not count because the tenant is away."""
    case = find_case(request.user, pk)
    day = dates.today()
    tenants = reach([case.lease_id], day)[case.lease_id]
    initial = {
        "submission_id": uuid4(),
        "version": case.version,
        "on": day + _ONE_DAY,
        "who_goes": str(request.user),
    }
    form = VisitForm(request.POST or None, people=people(tenants), initial=initial)

    def do() -> str:
        asked = form.cleaned_data
        plan_visit(
            pk,
            asked["on"],
            at_time=asked["at_time"],
            who_goes=asked["who_goes"],
            person_id=asked["person"],
            by=request.user,
            on=day,
        )
        return case_page(pk, PART)

    shown = {field.name for field in form.visible_fields()}
    fields = {code: field for code, field in _AT.items() if field in shown}
    if where := done(request, form, do, case_id=pk, fields=fields, refusal=refusal):
        messages.success(request, _("The visit is planned."))
        return redirect(where)
    known = [
        (line["name"], " ".join([line["safety"], *line["lines"]]).strip())
        for line in (reach_lines(one, day) for one in tenants)
    ]
    away = [one.name for one in tenants if one.away is not None]
    return step(
        request,
        case,
        form,
        title=_("Plan a home visit"),
        about=_(
            "The visit is put on the list of its day. Report it from there, from the doorstep if "
            "you like."
        ),
        warning=_(
            "%(who)s is away from home now. A visit to the home while they are away does not "
            "count as an attempt."
        )
        % {"who": ", ".join(away)}
        if away
        else "",
        button=_("Plan the visit"),
        refused=refused_when_closed(request, case),
        facts=[(name, told_) for name, told_ in known if told_],
        part=PART,
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def visit_report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What came of the visit; made for a phone and a cold thumb."""
    row = find_contact(request.user, pk)
    case, day = row.case, dates.today()
    tenants = reach([case.lease_id], min(row.on, day))[case.lease_id]
    first = {
        "on": min(row.on, day),
        "person": row.person_id or "",
        "version": row.version,
    }
    form = ReportForm(request.POST or None, **told(case, tenants, first))

    def do() -> str:
        version = form.cleaned_data["version"] or 0
        report_visit(pk, form.as_told(), version=version, by=request.user, on=day)
        return case_page(case.pk, PART)

    if where := done(request, form, do, case_id=case.pk, fields=at(form), refusal=refusal):
        messages.success(request, _("The visit is reported."))
        return redirect(where)
    about = _("Planned for %(day)s. Goes: %(who)s.") % {
        "day": " ".join(part for part in (format_day(row.on), row.at_time) if part),
        "who": row.who_goes,
    }
    return contact_page(
        request,
        case,
        form,
        tenants,
        _("Report a home visit"),
        _("Save the report"),
        refused=_not_planned(request, row),
        about=about,
        is_visit=True,
        cancel_url=reverse("arrears:visit_cancel", args=[pk]),
        is_away=any(one.away for one in tenants),
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def visit_cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The visit is not made, and why."""
    row = find_contact(request.user, pk)
    case, day = row.case, dates.today()
    form = WhyForm(request.POST or None, initial={"submission_id": uuid4(), "version": row.version})

    def do() -> str:
        asked = form.cleaned_data
        version = asked["version"] or 0
        cancel_visit(pk, asked["reason"], version=version, by=request.user, on=day)
        return case_page(case.pk, PART)

    if where := done(request, form, do, case_id=case.pk, fields=at(form), refusal=refusal):
        messages.success(request, _("The visit is cancelled."))
        return redirect(where)
    facts = [
        (_("Day"), format_day(row.on)),
        (_("Time of day"), row.at_time),
        (_("Who goes"), row.who_goes),
    ]
    return step(
        request,
        case,
        form,
        title=_("Cancel a home visit"),
        about=_("The visit is taken off the day's list. Plan another when you know the day."),
        button=_("Cancel the visit"),
        refused=_not_planned(request, row),
        facts=[(term, value) for term, value in facts if value],
        part=PART,
    )


@require_GET
@page("arrears.work_case")
def visits(request: HttpRequest) -> HttpResponseBase:
    """The day's home visits, to take along on paper or on a phone."""
    user, today = request.user, dates.today()
    asked = request.GET.copy()
    asked.setdefault("on", format_day(today))
    form = VisitsFilter(asked, offices=_offices(user))
    day = form.day(today)
    found, late = visits_on(user, day, today, form.office_id())
    request.saw(  # type: ignore[attr-defined]
        one.person_id for visit in (*found, *late) for one in visit.tenants
    )
    context = {
        "title": _("Home visits %(day)s") % {"day": format_day(day)},
        "filter": form,
        "reset": reverse("arrears:visits"),
        "visits": [_shown(visit, today) for visit in found],
        "late": [_shown(visit, today) for visit in late],
        "before": format_day(day - _ONE_DAY),
        "after": format_day(day + _ONE_DAY),
        "today": today,
    }
    return render(request, "arrears/visits.html", context)


@require_GET
@page("arrears.work_case")
def visit_card(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A card to leave in the letter box. It says who was there and how to answer, and nothing of
    the matter: neighbours and children read it too, and it carries no tenant's name either."""
    row = find_contact(request.user, pk)
    values = {one.name: "" for one in registry.COMMON}
    values |= {"day": format_day(row.on), "who": row.who_goes}
    cards = []
    for language in (settings.LANGUAGE_CODE, "en"):
        template = in_force(CALLING_CARD, language, row.case.office_id, row.on)
        if template.language == language:
            shapes = registry.shapes(registry.kind(CALLING_CARD))
            said = text_of(filled(template.body, values, shapes))
            with translation.override(language):
                phone = _("Phone")
            cards.append(
                {
                    "language": language,
                    "heading": template.title,
                    "paragraphs": said.split("\n\n"),
                    "phone": phone,
                }
            )
    context = {
        "title": _("Calling card"),
        "breadcrumb": [
            {
                "label": _("Home visits %(day)s") % {"day": format_day(row.on)},
                "url": f"{reverse('arrears:visits')}?on={format_day(row.on)}",
            }
        ],
        "cards": cards,
    }
    return render(request, "arrears/visit_card.html", context)


def _offices(user: Any) -> list[tuple[str, Any]]:
    offices = Office.objects.order_by("name")
    if user.access.office_ids is not None:
        offices = offices.filter(pk__in=user.access.office_ids)
    return [(str(pk), name) for pk, name in offices.values_list("pk", "name")]


def _not_planned(request: HttpRequest, row: ContactAttempt) -> str:
    if request.method != "POST" and row.state != ContactState.PLANNED:
        return refusal(RuleBroken("visit.not_planned"))
    return refused_when_closed(request, row.case)


def _shown(visit: Visit, today: datetime.date) -> dict[str, Any]:
    row, facts = visit.row, visit.facts
    meant = [one for one in visit.tenants if row.person_id in (None, one.person_id)]
    return {
        "pk": row.pk,
        "case_pk": row.case_id,
        "number": row.case.number,
        "on": row.on,
        "at_time": row.at_time,
        "who_goes": row.who_goes,
        "address": visit.address,
        "postplace": f"{row.case.lease.dwelling.postcode} {row.case.lease.dwelling.place}",
        "people": [reach_lines(one, today) for one in meant or visit.tenants],
        "due_ore": visit.owing.due_ore,
        "promise": running_promise(facts),
        "is_planned": row.state == ContactState.PLANNED,
        "result": result_words(row),
    }
