"""Steps on help in a running tenancy: looked at again, and ended."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.step import StepForm, done, fresh, step_page
from boligsak.web import page
from tenants.forms.running_support import EndForm, ReviewForm
from tenants.models import Lease, SupportMeasure, SupportState
from tenants.queries.cards import lease_cards
from tenants.services.running_support import end_measure, review_measure
from tenants.words.running_support import refusal

_FIELDS = {
    "running_support.next_past": "next_on",
    "running_support.not_yet": "ended_on",
    "running_support.before_start": "ended_on",
}


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def support_review(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Is the help right, and is it still needed?"""
    user, day, row = request.user, dates.today(), _find(request.user, pk)
    form = ReviewForm(request.POST or None, initial=fresh(row))

    def do(asked: dict[str, Any]) -> None:
        review_measure(
            pk,
            found=asked["found"],
            next_on=asked["next_on"],
            version=asked["version"],
            by=user,
            on=day,
        )

    return _step(
        request,
        row,
        form,
        do,
        title=_("The help is looked at again"),
        about=_("Talk with the tenant: is the help right, and is it still needed?"),
        button=_("Save the review"),
        said=_("The review is noted."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def support_end(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The help is over."""
    user, day, row = request.user, dates.today(), _find(request.user, pk)
    form = EndForm(request.POST or None, initial=fresh(row, ended_on=day))

    def do(asked: dict[str, Any]) -> None:
        end_measure(
            pk,
            ended_on=asked["ended_on"],
            result=asked["result"],
            version=asked["version"],
            by=user,
            on=day,
        )

    return _step(
        request,
        row,
        form,
        do,
        title=_("End the help"),
        about=_("What came of it stands on the lease, for who works with the tenant later."),
        button=_("End the help"),
        said=_("The help has ended."),
    )


def _find(user: Any, pk: int) -> SupportMeasure:
    """Help in a tenancy this user sees whole; 404 for every other."""
    rows = SupportMeasure.objects.filter(lease__in=Lease.objects.unmasked(user))
    return get_object_or_404(rows.select_related("lease", "responsible"), pk=pk)


def _step(
    request: HttpRequest,
    row: SupportMeasure,
    form: StepForm,
    do: Any,
    *,
    title: str,
    about: str,
    button: str,
    said: str,
) -> HttpResponseBase:
    lease = row.lease
    assert lease is not None  # noqa: S101 - it is found by its lease
    back = reverse("desk:lease", args=[lease.pk]) + "#support"

    def taken() -> str:
        do(form.cleaned_data)
        return back

    if where := done(request, form, taken, refusal=refusal, fields=_FIELDS):
        messages.success(request, said)
        return redirect(where)
    card = lease_cards([lease.pk], request.user, dates.today(), also=[lease.pk]).get(lease.pk)
    facts = [(_("Help"), row.name), (_("Lease"), lease.number)]
    if card is not None and not card.is_masked:
        request.saw(card.person_ids)  # type: ignore[attr-defined]
        facts.append((_("Tenant"), card.name))
    over = row.state != SupportState.RUNNING and request.method != "POST"
    return step_page(
        request,
        form,
        title=title,
        breadcrumb=[{"label": _("Lease %(number)s") % {"number": lease.number}, "url": back}],
        facts=facts,
        facts_title=_("The help"),
        about=about,
        button=button,
        refused=refusal(RuleBroken("running_support.over")) if over else "",
        back=back,
    )
