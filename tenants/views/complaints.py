"""Complaints: registered, the household spoken with, and assessed."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import done, fresh, step_page
from boligsak.web import PageRequest, page
from tenants.forms.complaints import (
    AssessForm,
    ComplaintForm,
    ContactForm,
)
from tenants.models import Complaint, ComplaintAbout, Dwelling, Lease, PartyRole
from tenants.queries.cards import lease_cards
from tenants.rules.complaints import DWELLING, OPEN, TENANCY, WITHDRAWN
from tenants.services import complaints as service
from tenants.services.complaints import NewComplaint
from tenants.words.complaints import kind_name, refusal, upheld_name

_FIELDS = {
    "complaint.kind": "kind",
    "complaint.source": "source",
    "complaint.no_text": "text",
    "complaint.received_ahead": "received_on",
    "complaint.received_long_ago": "received_on",
    "complaint.happened_after": "happened_on",
    "complaint.happened_long_ago": "happened_on",
    "complaint.before_lease": "happened_on",
    "complaint.no_lease": "happened_on",
    "complaint.not_a_tenant": "person",
    "complaint.contact_before": "contacted_on",
    "complaint.contact_ahead": "contacted_on",
    "complaint.nothing_said": "says",
    "complaint.no_assessment": "assessed",
    "reduction.amount": "reduction",
    "reduction.not_upheld": "reduction",
    "reduction.days": "reduction_to",
    "reduction.too_long": "reduction_to",
    "reduction.before_lease": "reduction_from",
    "reduction.far": "reduction_from",
}


# --- In -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page("tenants.register_complaint")
def complaint_new(request: PageRequest, pk: int) -> HttpResponseBase:
    """A complaint about a tenancy, or its tenant's own about the dwelling (`?about=dwelling`)."""
    user, day = request.user, dates.today()
    lease = get_object_or_404(Lease.objects.unmasked(user), pk=pk)
    card = lease_cards([lease.pk], user, day)[lease.pk]
    request.saw(card.person_ids)
    parties = lease.parties.filter(role=PartyRole.TENANT).select_related("person")
    tenants = [(one.person_id, str(one.person)) for one in parties.order_by("position", "pk")]
    facts = [
        (_("Lease"), card.number),
        (_("Tenant"), card.name),
        (_("Dwelling"), f"{card.address}, {card.unit}"),
    ]
    return _registered(
        request,
        day,
        back=reverse("desk:lease", args=[lease.pk]) + "#complaints",
        label=_("Lease %(number)s") % {"number": lease.number},
        facts=facts,
        tenants=tenants,
        lease_id=lease.pk,
    )


@require_http_methods(["GET", "POST"])
@page("tenants.register_complaint")
def complaint_new_dwelling(request: PageRequest, pk: int) -> HttpResponseBase:
    """The same of a dwelling: the program finds whose tenancy it is about."""
    user, day = request.user, dates.today()
    dwelling = get_object_or_404(Dwelling.objects.visible_to(user), pk=pk)
    return _registered(
        request,
        day,
        back=reverse("desk:dwelling", args=[dwelling.pk]) + "#complaints",
        label=str(dwelling),
        facts=[(_("Dwelling"), str(dwelling)), (_("Number"), dwelling.number)],
        tenants=[],
        dwelling_id=dwelling.pk,
    )


def _registered(
    request: PageRequest,
    day: datetime.date,
    *,
    back: str,
    label: str,
    facts: list[tuple[str, str]],
    tenants: list[tuple[int, str]],
    lease_id: int | None = None,
    dwelling_id: int | None = None,
) -> HttpResponseBase:
    user = request.user
    about = DWELLING if request.GET.get("about") == DWELLING else TENANCY
    usual = {"received_on": day}
    if about == DWELLING:
        usual["source"] = "tenant"  # type: ignore[assignment]
        if len(tenants) == 1:
            usual["person"] = tenants[0][0]  # type: ignore[assignment]
    form = ComplaintForm(request.POST or None, about=about, tenants=tenants, initial=fresh(**usual))

    def do() -> str:
        asked = form.cleaned_data
        row = service.register(
            NewComplaint(
                about=about,
                kind=asked["kind"],
                source=asked["source"],
                received_on=asked["received_on"],
                text=asked["text"],
                lease_id=lease_id,
                dwelling_id=dwelling_id,
                happened_on=asked["happened_on"],
                from_name=asked["from_name"],
                from_contact=asked["from_contact"],
                person_id=asked.get("person"),
            ),
            by=user,
            on=day,
        )
        if Complaint.objects.visible_to(user).filter(pk=row.pk).exists():
            return complaint_page(row.pk)
        return back

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The complaint is registered, and its clock has started."))
        return redirect(where)
    other = TENANCY if about == DWELLING else DWELLING
    return step_page(
        request,
        form,
        title=_("Complaint about the dwelling")
        if about == DWELLING
        else _("Complaint about the tenancy"),
        breadcrumb=[{"label": label, "url": back}],
        facts=facts,
        facts_title=_("Who and where"),
        about=_(
            "The tenant's own complaint about the dwelling. It is assessed, and may give a reduced "
            "rent (§§ 2-11, 2-15). It stands beside what is owed."
        )
        if about == DWELLING
        else _(
            "From a neighbour or a housing cooperative. Somebody talks with the household within a "
            "few days. Who complained is kept from the tenant."
        ),
        button=_("Register the complaint"),
        back=back,
        other={
            "url": f"{request.path}?about={other}",
            "label": _("It is about the dwelling")
            if other == DWELLING
            else _("It is about the tenancy"),
        },
    )


# --- What follows -------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page("tenants.work_complaint")
def complaint_contact(request: PageRequest, pk: int) -> HttpResponseBase:
    """Somebody has talked with the household."""
    user, day, row = request.user, dates.today(), find_complaint(request.user, pk)
    form = ContactForm(request.POST or None, initial=fresh(row, contacted_on=day))

    def do() -> str:
        asked = form.cleaned_data
        service.note_contact(
            pk,
            contacted_on=asked["contacted_on"],
            says=asked["says"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return complaint_page(pk)

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The talk is noted."))
        return redirect(where)
    return complaint_step(
        request,
        row,
        form,
        title=_("Talk with the household"),
        about=_(
            "The household is heard before anything is concluded. What they say stands beside the "
            "complaint."
        ),
        button=_("Note the talk"),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_complaint")
def complaint_assess(request: PageRequest, pk: int) -> HttpResponseBase:
    """Whether it was so."""
    user, day, row = request.user, dates.today(), find_complaint(request.user, pk)
    may_reduce = row.about == ComplaintAbout.DWELLING and row.lease_id is not None
    form = AssessForm(
        request.POST or None,
        may_reduce=may_reduce,
        initial=fresh(
            row,
            is_upheld={True: "yes", False: "no", None: None}[row.is_upheld],
            assessed=row.assessed,
            reduction=row.reduction_ore,
            reduction_from=row.reduction_from,
            reduction_to=row.reduction_to,
        ),
    )

    def do() -> str:
        asked = form.cleaned_data
        service.assess(
            pk,
            is_upheld=form.was_so(),
            assessed=asked["assessed"],
            reduction=form.asked_reduction(),
            by=user,
            on=day,
            version=asked["version"],
        )
        return complaint_page(pk)

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The assessment is saved."))
        return redirect(where)
    return complaint_step(
        request,
        row,
        form,
        title=_("Assess the complaint"),
        about=_(
            "A reduction is decided here and credited by the landlord, month by month, in the "
            "ledger. Interest and fees on rent that was not owed are taken off by themselves."
        )
        if may_reduce
        else _("One that was not so counts in no pattern."),
        button=_("Save the assessment"),
    )


# --- What they share ----------------------------------------------------------------------------


def complaint_page(pk: int) -> str:
    return reverse("desk:complaint", args=[pk])


def find_complaint(user: Any, pk: int) -> Complaint:
    rows = Complaint.objects.visible_to(user).select_related("dwelling", "lease")
    return get_object_or_404(rows, pk=pk)


def complaint_step(
    request: PageRequest,
    row: Complaint,
    form: Any,
    *,
    title: str,
    button: str,
    refused: str | None = None,
    **more: Any,
) -> HttpResponseBase:
    """`refused` None: the step is for open complaints."""
    request.saw(_people(row))
    if request.method == "POST":
        refused = ""
    elif refused is None:
        refused = _not_open(row)
    return step_page(
        request,
        form,
        title=title,
        breadcrumb=[
            {"label": _("Complaints"), "url": reverse("desk:complaints")},
            {"label": row.number, "url": complaint_page(row.pk)},
        ],
        facts=complaint_terms(row),
        button=button,
        back=complaint_page(row.pk),
        refused=refused,
        **more,
    )


def _not_open(row: Complaint) -> str:
    if row.state == OPEN:
        return ""
    code = "complaint.withdrawn" if row.state == WITHDRAWN else "complaint.closed"
    return refusal(RuleBroken(code, closed_on=row.closed_on))


def _people(row: Complaint) -> list[int]:
    if row.lease is None:
        return []
    return list(row.lease.parties.values_list("person_id", flat=True))


def complaint_terms(row: Complaint) -> list[tuple[str, str]]:
    """What it is about, for a step on it. Not who complained."""
    facts = [
        (_("Complaint"), row.number),
        (_("What kind"), kind_name(row.kind)),
        (_("Dwelling"), str(row.dwelling)),
        (_("Received"), format_day(row.received_on)),
        (_("What is complained of"), row.text),
        (_("The household says"), row.tenant_says),
        (_("Assessed"), upheld_name(row.is_upheld)),
        (_("Rent reduced by"), kr(row.reduction_ore) if row.reduction_ore else ""),
    ]
    return [(term, value) for term, value in facts if value]
