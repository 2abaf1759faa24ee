"""Help to manage the tenancy, prepared before the day of the keys: new, changed and dropped."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.models import MeasureKind
from arrears.queries.measures import kinds_of_help
from boligsak import dates
from boligsak.desk.forms.applications import DropSupportForm, SupportMeasureForm
from boligsak.desk.services.applications import change, prepare
from boligsak.rule import RuleBroken
from boligsak.step import done, fresh, step_page
from boligsak.web import PageRequest, page
from tenants.models import Application, SupportMeasure, SupportState
from tenants.queries.applications import ROLES_OF_PARTY, handlers_at, newest_support
from tenants.rules.applications import OPEN, Step
from tenants.services.support import drop_measure
from tenants.views.application_steps import find_application, step_address, terms, trail
from tenants.words.applications import PARTY_NAMES, refusal

_AT = {
    "support.kind": "kind",
    "support.no_name": "name",
    "support.twice": "name",
    "support.party": "party",
    "support.responsible": "responsible",
    "support.starts_before": "starts_on",
    "support.review_before": "review_on",
    "support.no_reason": "reason",
}


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def support_new(request: PageRequest, pk: int) -> HttpResponseBase:
    """Help with a party, somebody responsible and a first day."""
    user, day, row = request.user, dates.today(), find_application(request.user, pk)
    form = _form(request, row, day, fresh(row, party="welfare"))

    def do() -> str:
        version = form.cleaned_data["version"]
        prepare(pk, form.as_support(), by=user, on=day, version=version)
        return step_address(pk, Step.SUPPORT)

    if where := done(request, form, do, refusal=refusal, fields=_AT):
        messages.success(request, _("The help is prepared. It begins with the tenancy."))
        return redirect(where)
    newest = newest_support(pk)
    refused = _ended(request, row)
    if not refused and request.method != "POST" and newest is not None and not newest.needs_help:
        refused = refusal(RuleBroken("support.not_needed"))
    return step_page(
        request,
        form,
        title=_("Prepare help"),
        breadcrumb=trail(row),
        facts=terms(request, row),
        facts_title=_("The application"),
        about=_(
            "What is prepared here begins by itself when the home is taken over. Whoever is "
            "responsible sees it on the day of the keys."
        ),
        button=_("Prepare"),
        back=step_address(pk, Step.SUPPORT),
        refused=refused,
        instead={
            "url": step_address(pk, Step.SUPPORT),
            "label": _("See the assessment"),
        },
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def support_change(request: PageRequest, pk: int) -> HttpResponseBase:
    """Another party, person or day, while it waits."""
    user, day = request.user, dates.today()
    measure, row = _find(request, pk)
    first = fresh(
        measure,
        kind=measure.kind,
        name=measure.name,
        party=measure.party,
        responsible=str(measure.responsible_id or ""),
        starts_on=measure.starts_on,
        review_on=measure.review_on,
    )
    form = _form(request, row, day, first, keep=measure.kind)

    def do() -> str:
        version = form.cleaned_data["version"]
        change(pk, form.as_support(), by=user, on=day, version=version)
        return step_address(row.pk, Step.SUPPORT)

    if where := done(request, form, do, refusal=refusal, fields=_AT):
        messages.success(request, _("The help is changed."))
        return redirect(where)
    return step_page(
        request,
        form,
        title=_("Change prepared help"),
        breadcrumb=trail(row),
        facts=terms(request, row),
        facts_title=_("The application"),
        button=_("Save"),
        back=step_address(row.pk, Step.SUPPORT),
        refused=_ended(request, row, measure),
        other={"url": reverse("desk:support_drop", args=[pk]), "label": _("Drop it")},
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def support_drop(request: PageRequest, pk: int) -> HttpResponseBase:
    """It is not wanted after all."""
    user, day = request.user, dates.today()
    measure, row = _find(request, pk)
    form = DropSupportForm(request.POST or None, initial=fresh(measure))

    def do() -> str:
        asked = form.cleaned_data
        drop_measure(pk, asked["reason"], by=user, on=day, version=asked["version"])
        return step_address(row.pk, Step.SUPPORT)

    if where := done(request, form, do, refusal=refusal, fields=_AT):
        messages.success(request, _("The help is dropped."))
        return redirect(where)
    return step_page(
        request,
        form,
        title=_("Drop prepared help"),
        breadcrumb=trail(row),
        facts=[*terms(request, row), (_("Help"), measure.name)],
        facts_title=_("The application"),
        warning=_("It does not begin with the tenancy. It stays to be seen with the reason."),
        button=_("Drop it"),
        back=step_address(row.pk, Step.SUPPORT),
        refused=_ended(request, row, measure),
    )


def _find(request: PageRequest, pk: int) -> tuple[SupportMeasure, Application]:
    """Help of an application; what belongs to a lease alone is found on the lease."""
    rows = SupportMeasure.objects.filter(application__isnull=False)
    measure = get_object_or_404(rows, pk=pk)
    return measure, find_application(request.user, measure.application_id or 0)


def _form(
    request: PageRequest,
    row: Application,
    day: datetime.date,
    first: dict[str, Any],
    *,
    keep: str = "",
) -> SupportMeasureForm:
    """`keep`: a kind that is offered though it may have gone out of use."""
    kinds = [(kind.code, kind_name(kind)) for kind in kinds_of_help(day)]
    if keep and keep not in dict(kinds):
        kinds += [(k.code, kind_name(k)) for k in MeasureKind.objects.filter(code=keep)]
    helpers = [
        (
            str(PARTY_NAMES[party]),
            [
                (str(one.id), one.name)
                for one in handlers_at(row.office_id, day, party, is_protected=row.is_protected)
            ],
        )
        for party in ROLES_OF_PARTY
    ]
    return SupportMeasureForm(
        request.POST or None, kinds=kinds, helpers=[h for h in helpers if h[1]], initial=first
    )


def kind_name(kind: MeasureKind) -> str:
    return kind.name_en if (get_language() or "").startswith("en") else kind.name_nb


def _ended(request: PageRequest, row: Application, measure: SupportMeasure | None = None) -> str:
    """Why the form is not shown at all; one that was sent says itself what is wrong."""
    if request.method == "POST":
        return ""
    if row.state not in OPEN:
        return refusal(RuleBroken("application.ended", number=row.number, state=row.state))
    if measure is not None and measure.state != SupportState.PREPARED:
        return refusal(RuleBroken("support.not_prepared", state=measure.state))
    return ""
