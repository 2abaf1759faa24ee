"""From a complaint to a case, and from a complaint about the dwelling to the ledger."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from arrears.forms.complaints import TakeUpForm
from arrears.queries import cases as case_query
from arrears.queries.complaints import ReducedMonth, reduced_months
from arrears.queries.workers import worker, workers_at
from arrears.services.complaints import reduce_rent, take_up
from arrears.views.case_steps import case_page
from arrears.views.steps import lease_page
from arrears.words.complaints import refusal
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import StepForm, done, fresh, step_page
from boligsak.web import PageRequest, page
from tenants.models import Complaint, ComplaintAbout
from tenants.queries.complaints import in_pattern
from tenants.words.complaints import kind_name


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def complaint_case(request: PageRequest, pk: int) -> HttpResponseBase:
    """A case is opened about the complaint, or it is added to the one that is open."""
    user, day, row = request.user, dates.today(), _find(request.user, pk)
    standing = None
    owners: list[tuple[str, str]] = []
    facts = _terms(row)
    if row.lease is not None:
        request.saw(row.lease.parties.values_list("person_id", flat=True))
        standing = case_query.open_cases_of([row.lease.pk], user).get(row.lease.pk)
        owners = list(workers_at(row.lease.office_id, day))
        others = in_pattern(row.lease, day).filter(on_case__isnull=True).exclude(pk=row.pk)
        numbers = ", ".join(others.order_by("received_on", "pk").values_list("number", flat=True))
        facts += [(_("Comes with it"), numbers)] if numbers else []
    mine = str(user.pk) if str(user.pk) in dict(owners) else ""
    form = TakeUpForm(
        request.POST or None,
        owners=[] if standing else owners,
        initial=fresh(None, owner=mine),
    )

    def do() -> str:
        asked = form.cleaned_data
        owner = worker(asked["owner"]) if asked.get("owner") else None
        opened = take_up(pk, by=user, on=day, owner=owner, note=asked["note"])
        return case_page(opened.case.pk)

    at = {"owner.no_role": "owner"} if "owner" in form.fields else {}
    if where := done(request, form, do, refusal=refusal, fields=at):
        messages.success(request, _("The complaint is taken up in the case."))
        return redirect(where)
    return _step(
        request,
        row,
        form,
        title=_("Take the complaint up in a case"),
        facts=facts,
        about=_(
            "A case gathers everything that is tried so that the tenant keeps the home. The other "
            "complaints of the pattern come with it."
        ),
        warning=_("Case %(number)s is open on this lease. The complaint is added to it.")
        % {"number": standing.number}
        if standing
        else "",
        refused=_not_for_a_case(row) if request.method != "POST" else "",
        button=_("Add to the case") if standing else _("Open the case"),
    )


def _not_for_a_case(row: Complaint) -> str:
    code = ""
    facts: dict[str, Any] = {}
    if row.about != ComplaintAbout.TENANCY or row.lease is None:
        code = "complaint.about_dwelling"
    elif row.state == "withdrawn":
        code, facts = "complaint.withdrawn", {"closed_on": row.closed_on}
    elif row.is_upheld is False:
        code = "complaint.unfounded"
    elif (linked := getattr(row, "on_case", None)) is not None:
        code, facts = "complaint.on_case", {"number": linked.case.number}
    return refusal(RuleBroken(code, **facts)) if code else ""


@require_http_methods(["GET", "POST"])
@page("arrears.correct_ledger")
def complaint_reduce(request: PageRequest, pk: int) -> HttpResponseBase:
    """The reduction that was decided, credited month by month."""
    user, day, row = request.user, dates.today(), _find(request.user, pk)
    if row.lease is not None:
        request.saw(row.lease.parties.values_list("person_id", flat=True))
    form = StepForm(request.POST or None, initial=fresh())
    months = reduced_months(row, day) if row.is_upheld else []
    left = [month for month in months if not month.is_credited and month.ore]

    def do() -> str:
        reduce_rent(pk, by=user, on=day)
        return lease_page(row.lease_id or 0)

    if where := done(request, form, do, refusal=refusal):
        messages.success(request, _("The rent is reduced in the ledger."))
        return redirect(where)
    refused = ""
    if not left and request.method != "POST":
        decided = row.reduction_ore is not None and row.is_upheld
        refused = refusal(RuleBroken("reduction.nothing_left" if decided else "reduction.none"))
    return _step(
        request,
        row,
        form,
        title=_("Reduce the rent"),
        facts=[*_terms(row), *_decided(row), *_months(left)],
        about=_(
            "A credit is added for each month, on the charge it is for and from its due day. "
            "Months that are charged later follow in the night, to the last day of the reduction."
        ),
        refused=refused,
        button=ngettext("Credit %(months)d month", "Credit %(months)d months", len(left))
        % {"months": len(left)},
    )


def _decided(row: Complaint) -> list[tuple[str, str]]:
    if row.reduction_ore is None:
        return []
    days = _("from %(day)s") % {"day": format_day(row.reduction_from)}
    if row.reduction_to is not None:
        days = f"{format_day(row.reduction_from)}–{format_day(row.reduction_to)}"
    return [(_("Reduction a month"), kr(row.reduction_ore)), (_("Period"), days)]


def _months(left: list[ReducedMonth]) -> list[tuple[str, str]]:
    lines = [
        (
            f"{month.month:%m.%Y}",
            _("%(reduction)s of %(rent)s")
            % {"reduction": kr(month.ore), "rent": kr(month.charge_ore)},
        )
        for month in left
    ]
    if lines:
        lines.append((_("In all"), kr(sum(month.ore for month in left))))
    return lines


def _find(user: Any, pk: int) -> Complaint:
    rows = Complaint.objects.visible_to(user)
    return get_object_or_404(rows.select_related("dwelling", "lease", "on_case__case"), pk=pk)


def _terms(row: Complaint) -> list[tuple[str, str]]:
    return [
        (_("Complaint"), row.number),
        (_("What kind"), kind_name(row.kind)),
        (_("Dwelling"), str(row.dwelling)),
        (_("Received"), format_day(row.received_on)),
        (_("Lease"), row.lease.number if row.lease else ""),
    ]


def _step(
    request: PageRequest, row: Complaint, form: forms.Form, *, title: str, button: str, **more: Any
) -> HttpResponseBase:
    page_of = reverse("desk:complaint", args=[row.pk])
    more["facts"] = [(term, value) for term, value in more["facts"] if value]
    return step_page(
        request,
        form,
        title=title,
        breadcrumb=[
            {"label": _("Complaints"), "url": reverse("desk:complaints")},
            {"label": row.number, "url": page_of},
        ],
        button=button,
        back=page_of,
        **more,
    )
