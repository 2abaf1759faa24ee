"""One complaint: what it is about, the talk with the household, what was found, and what to do."""

import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from arrears.queries import cases as case_query
from arrears.services import rehousing
from boligsak import dates
from boligsak.desk.complaint_lines import (
    complaint_line,
    complaint_tag,
    named_cases,
    reduction_words,
)
from boligsak.desk.forms.head_actions import HeadActionForm
from boligsak.desk.head_actions import action_line
from boligsak.desk.trail import breadcrumb, here
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import done, fresh, step_page
from boligsak.web import PageRequest, page
from tenants.models import Complaint
from tenants.queries.cards import LeaseCard, lease_cards
from tenants.queries.complaints import in_pattern, protected_complainants
from tenants.rules.complaints import OPEN, TENANCY, is_open_ended
from tenants.services.complaints import name_head_action
from tenants.words import complaints as words
from tenants.words import register

_FIELDS = {
    "head.kind": "kind",
    "head.open_already": "kind",
    "head.received_ahead": "received_on",
    "head.no_deadline": "deadline_on",
    "head.deadline_before": "deadline_on",
    "head.deadline_far": "deadline_on",
}


@require_GET
@page("tenants.view_complaint")
def complaint(request: PageRequest, pk: int) -> HttpResponseBase:
    """The complaint on one page, with its history."""
    user, day, row = request.user, dates.today(), _find(request.user, pk)
    card = None
    if row.lease_id is not None:
        card = lease_cards([row.lease_id], user, day).get(row.lease_id)
    people = list(card.person_ids) if card is not None else []
    complainant, complained = _complainant(row, user)
    request.saw([*people, *complained])
    may_work = row.state == OPEN and user.has_perm("tenants.work_complaint")
    case = _case(row, user)
    return render(
        request,
        "desk/complaint.html",
        {
            "title": _("Complaint %(number)s") % {"number": row.number},
            "lead": f"{words.kind_name(row.kind)} · {row.dwelling}",
            "breadcrumb": breadcrumb(request, "desk:complaints", "tenants.view_complaint"),
            "status": complaint_tag(row, day),
            "complaint": row,
            "today": day,
            "primary": _primary(row, user),
            "steps": _steps(row, user) if may_work else {},
            "waits": row.state == OPEN and row.contacted_on is None and row.contact_by is not None,
            "facts": _facts(row, card, here(request)),
            "who": _who(row, card, here(request)),
            "complainant": complainant,
            "reduction": reduction_words(row),
            "end_reduction": _end_reduction(row, user),
            "reduce": _reduce(row, user),
            "case": case,
            "take_up": _take_up(row, user, case),
            "warn": _warn(row, user, day),
            "pattern": _pattern(row, user, day, here(request)),
            "head_action": action_line(row.head_action, user, day) if row.head_action else None,
            "new_head_action": reverse("desk:complaint_head_action", args=[row.pk])
            if may_work and row.head_action is None and user.has_perm("arrears.work_measure")
            else "",
            "timeline": _timeline(row, names_case=case is not None),
        },
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_measure")
def complaint_head_action(request: PageRequest, pk: int) -> HttpResponseBase:
    """What the cooperative or head landlord itself does came with the complaint."""
    user, day, row = request.user, dates.today(), _find(request.user, pk)
    form = HeadActionForm(request.POST or None, initial=fresh(received_on=row.received_on))

    def do() -> str:
        asked = form.cleaned_data
        with transaction.atomic():
            action = rehousing.receive(
                row.dwelling_id,
                asked["kind"],
                received_on=asked["received_on"],
                deadline_on=asked["deadline_on"],
                note=asked["note"],
                by=user,
                on=day,
            )
            name_head_action(row.pk, action, by=user, on=day)
        return _page_of(row)

    if where := done(request, form, do, refusal=_refusal, fields=_FIELDS):
        messages.success(request, _("It is entered, and its deadline is on the dwelling."))
        return redirect(where)
    closed = RuleBroken("complaint.closed", closed_on=row.closed_on)
    return step_page(
        request,
        form,
        title=_("From the cooperative or head landlord"),
        breadcrumb=[
            {"label": _("Complaints"), "url": reverse("desk:complaints")},
            {"label": row.number, "url": _page_of(row)},
        ],
        facts=[
            (_("Complaint"), row.number),
            (_("Dwelling"), str(row.dwelling)),
            (_("Received"), format_day(row.received_on)),
        ],
        about=_(
            "A warning, an order to sell or an eviction may cost the municipality the flat. It "
            "gets a clock of its own on the dwelling, and whoever works with the tenant the task "
            "of finding another home when it is needed."
        ),
        refused=words.refusal(closed) if row.state != OPEN and request.method != "POST" else "",
        button=_("Enter it"),
        back=_page_of(row),
    )


def _refusal(broken: RuleBroken) -> str:
    if broken.code.startswith("complaint."):
        return words.refusal(broken)
    return register.refusal(broken)


def _find(user: Any, pk: int) -> Complaint:
    rows = Complaint.objects.visible_to(user).select_related(
        "dwelling__building",
        "dwelling__office",
        "lease",
        "person",
        "head_action",
        "on_case__case",
        "by",
    )
    return get_object_or_404(rows, pk=pk)


def _page_of(row: Complaint) -> str:
    return reverse("desk:complaint", args=[row.pk])


# --- What may be done ---------------------------------------------------------------------------


def _steps(row: Complaint, user: Any) -> dict[str, str]:
    names = ("contact", "assess", "close", "withdraw")
    return {name: reverse(f"tenants:complaint_{name}", args=[row.pk]) for name in names}


def _primary(row: Complaint, user: Any) -> dict[str, str] | None:
    """The one thing to do next."""
    if row.state != OPEN or not user.has_perm("tenants.work_complaint"):
        return None
    if row.contacted_on is None and row.about == TENANCY:
        name, label = "contact", _("Note a talk with the household")
    elif row.is_upheld is None:
        name, label = "assess", _("Assess the complaint")
    else:
        name, label = "close", _("Close the complaint")
    return {"href": reverse(f"tenants:complaint_{name}", args=[row.pk]), "label": label}


def _end_reduction(row: Complaint, user: Any) -> str:
    """The step that gives a reduction its last day; also of a complaint that is closed."""
    may = user.has_perm("tenants.work_complaint")
    if not may or not is_open_ended(row.reduction_ore, row.reduction_to, row.state):
        return ""
    return reverse("tenants:complaint_reduction_end", args=[row.pk])


def _case(row: Complaint, user: Any) -> dict[str, str] | None:
    linked = getattr(row, "on_case", None)
    if linked is None or linked.case_id not in named_cases([row], user):
        return None
    return {"number": linked.case.number, "href": reverse("desk:case", args=[linked.case_id])}


def _take_up(row: Complaint, user: Any, case: Any) -> str:
    counts = row.state != "withdrawn" and row.is_upheld is not False
    if (
        case
        or hasattr(row, "on_case")
        or not counts
        or row.about != TENANCY
        or not user.has_perm("arrears.work_case")
    ):
        return ""
    return reverse("arrears:complaint_case", args=[row.pk])


def _warn(row: Complaint, user: Any, day: datetime.date) -> str:
    """Where the written warning of § 9-9 is written: on the open case of the tenancy."""
    if row.about != TENANCY or row.lease_id is None or not row.is_upheld:
        return ""
    if not user.has_perm("arrears.send_notice"):
        return ""
    standing = case_query.open_cases_of([row.lease_id], user).get(row.lease_id)
    if standing is None:
        return ""
    return reverse("arrears:notice_write", args=[standing.case_id, "nuisance_warning"])


def _reduce(row: Complaint, user: Any) -> str:
    if row.reduction_ore is None or not user.has_perm("arrears.correct_ledger"):
        return ""
    return reverse("arrears:complaint_reduce", args=[row.pk])


# --- What is said -------------------------------------------------------------------------------


def _facts(row: Complaint, card: LeaseCard | None, back: str) -> list[tuple[str, Any]]:
    facts = [
        (_("Is about"), capfirst(words.about_name(row.about))),
        (_("What kind"), words.kind_name(row.kind)),
        (_("From"), capfirst(words.source_name(row.source))),
        (_("Happened"), format_day(row.happened_on) if row.happened_on else ""),
        (_("Received"), format_day(row.received_on)),
        (_("Registered by"), str(row.by)),
        (_("Office"), row.dwelling.office.name),
    ]
    return [(term, value) for term, value in facts if value]


def _who(row: Complaint, card: LeaseCard | None, back: str) -> dict[str, Any]:
    return {
        "dwelling": str(row.dwelling),
        "building": row.dwelling.building.name,
        "dwelling_href": reverse("desk:dwelling", args=[row.dwelling_id]) + back,
        "lease": row.lease.number if row.lease else "",
        "lease_href": reverse("desk:lease", args=[row.lease_id]) + back if row.lease_id else "",
        "people": [
            {"name": name, "href": reverse("desk:person", args=[pk]) + back}
            for pk, name in (card.people if card is not None else ())
        ],
    }


def _complainant(row: Complaint, user: Any) -> tuple[dict[str, Any] | None, list[int]]:
    """Who complained, for those who work on complaints; they are asked to keep it to themselves.
    With the ids of those it shows. One who may have a protected address is shown to the cleared."""
    told = str(row.person) if row.person is not None else row.from_name
    if not user.has_perm("tenants.work_complaint") or not (told or row.from_contact):
        return None, []
    protected = protected_complainants(row)
    if protected and not user.access.is_cleared:
        return {"is_masked": True}, []
    people = [row.person_id] if row.person_id else protected
    return {"name": told, "contact": row.from_contact}, people


def _pattern(row: Complaint, user: Any, day: datetime.date, back: str) -> dict[str, Any] | None:
    """The other complaints about the tenancy that count today."""
    if row.about != TENANCY or row.lease is None:
        return None
    rows = list(in_pattern(row.lease, day).order_by("-received_on", "-pk"))
    others = [complaint_line(one, user, day, back) for one in rows if one.pk != row.pk]
    words_of = ngettext(
        "%(count)d complaint about this tenancy counts today.",
        "%(count)d complaints about this tenancy count today.",
        len(rows),
    ) % {"count": len(rows)}
    return {"others": others, "words": words_of if rows else ""}


def _timeline(row: Complaint, *, names_case: bool) -> list[dict[str, str]]:
    acts = row.acts.select_related("by").order_by("-on", "-pk")
    return [
        {
            "when": format_day(act.on),
            "what": words.act_words(
                act.what, act.facts if names_case or act.what != "case" else {}
            ),
            "who": str(act.by) if act.by else "",
            "text": "",
            "tone": words.TONES.get(act.what, ""),
        }
        for act in acts
    ]
