"""The service agreement of a lease: what it holds, its reviews, and the lawyer's assessment."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import moment
from boligsak.step import StepForm, done, fresh, step_page
from boligsak.web import page
from tenants.forms.service_agreements import (
    AgreementForm,
    AssessmentForm,
    ReviewForm,
    WithdrawAssessmentForm,
)
from tenants.models import Lease, LeaseKind, ServiceAgreement
from tenants.queries.cards import lease_cards
from tenants.queries.history import changes
from tenants.queries.service_agreements import agreement_of
from tenants.rules.service_agreements import is_outside
from tenants.services import service_agreements as service
from tenants.words.service_agreements import refusal

_FIELDS = {
    "service.no_services": "services",
    "service.no_end": "ends_when",
    "service.no_review": "review_on",
    "service.review_past": "review_on",
    "service.review_far": "review_on",
    "service.before_start": "reviewed_on",
    "service.review_order": "next_on",
    "service.no_note": "note",
    "service.no_lawyer": "lawyer",
}


@require_GET
@page("tenants.view_lease")
def service_agreement(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What the tenant and the municipality have agreed on besides the dwelling, and whether
    husleieloven's clocks run. What the help is, is for the welfare side."""
    user, day = request.user, dates.today()
    lease = find_lease(user, pk)
    row = agreement_of(pk)
    sees_social = user.has_perm("tenants.view_social")
    may_change = _may_change(user)
    context: dict[str, Any] = {
        "title": _("Service agreement"),
        "breadcrumb": _trail(lease),
        "facts": _terms(request, lease),
        "today": day,
        "row": row,
        "sees_social": sees_social,
        "is_outside": row is not None and is_outside(row.lawyer_on, day),
        "links": {
            name: reverse(f"tenants:service_{name}", args=[pk])
            for name in ("write", "review", "assess", "withdraw")
        }
        if may_change
        else {},
        "move_out": reverse("tenants:move_out", args=[pk])
        if lease.moved_out_on is None and user.has_perm("tenants.change_parties")
        else "",
        "timeline": _timeline(row) if row is not None else [],
    }
    return render(request, "tenants/service_agreement.html", context)


@require_http_methods(["GET", "POST"])
@page("tenants.work_service_agreement")
def service_write(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What the agreement holds, written down or changed. Who does not see what the help is, can
    write it once, and leaves it as it stands when the rest is changed."""
    user, day, lease = request.user, dates.today(), find_lease(request.user, pk)
    row = agreement_of(pk)
    first = fresh(row)
    if row is not None:
        first |= {
            "services": row.services,
            "ends_when": row.ends_when,
            "review_on": row.review_on,
        }
    form = AgreementForm(request.POST or None, initial=first)
    kept = row.services if row is not None and not user.has_perm("tenants.view_social") else ""
    if kept:
        del form.fields["services"]

    def do(asked: dict[str, Any]) -> None:
        service.write_agreement(
            pk,
            services=kept or asked["services"],
            ends_when=asked["ends_when"],
            review_on=asked["review_on"],
            version=asked["version"],
            by=user,
            on=day,
        )

    return _step(
        request,
        lease,
        form,
        do,
        needs_row=False,
        title=_("What the agreement holds"),
        about=_("The contract is written from it, and it is looked at again on the day you set."),
        button=_("Save the agreement"),
        said=_("The agreement is saved."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_service_agreement")
def service_review(request: HttpRequest, pk: int) -> HttpResponseBase:
    """It has been looked at again."""
    user, day, lease = request.user, dates.today(), find_lease(request.user, pk)
    form = ReviewForm(request.POST or None, initial=fresh(agreement_of(pk), reviewed_on=day))

    def do(asked: dict[str, Any]) -> None:
        service.note_review(
            pk,
            reviewed_on=asked["reviewed_on"],
            note=asked["note"],
            next_on=asked["next_on"],
            version=asked["version"],
            by=user,
            on=day,
        )

    return _step(
        request,
        lease,
        form,
        do,
        title=_("The agreement is looked at again"),
        about=_("Talk with the tenant: is the help right, and is the agreement still needed?"),
        button=_("Save the review"),
        said=_("The review is noted."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_service_agreement")
def service_assess(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A lawyer's assessment that stops husleieloven's clocks."""
    user, day, lease = request.user, dates.today(), find_lease(request.user, pk)
    form = AssessmentForm(request.POST or None, initial=fresh(agreement_of(pk), assessed_on=day))

    def do(asked: dict[str, Any]) -> None:
        service.record_assessment(
            pk,
            lawyer=asked["lawyer"],
            reasons=asked["reasons"],
            assessed_on=asked["assessed_on"],
            version=asked["version"],
            by=user,
            on=day,
        )

    return _step(
        request,
        lease,
        form,
        do,
        title=_("The lawyer's assessment"),
        about="",
        warning=_(
            "From the day of the assessment no clock of the Tenancy Act runs for this lease: no "
            "flag tells of its term, and § 9-2 does not make it open-ended. Record only what a "
            "lawyer has assessed in writing (§§ 1-1, 1-2)."
        ),
        button=_("Record the assessment"),
        said=_("The assessment is recorded. The clocks of the Tenancy Act stand."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_service_agreement")
def service_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The assessment no longer holds, and the clocks run again."""
    user, day, lease = request.user, dates.today(), find_lease(request.user, pk)
    row = agreement_of(pk)
    form = WithdrawAssessmentForm(request.POST or None, initial=fresh(row))

    def do(asked: dict[str, Any]) -> None:
        service.withdraw_assessment(
            pk, because=asked["because"], version=asked["version"], by=user, on=day
        )

    refused = ""
    if row is not None and row.lawyer_on is None:
        refused = refusal(RuleBroken("service.not_assessed"))
    return _step(
        request,
        lease,
        form,
        do,
        refused=refused,
        title=_("Take the assessment back"),
        about=_("The clocks of the Tenancy Act run again at once."),
        button=_("Take it back"),
        said=_("The assessment is taken back. The clocks run again."),
    )


def find_lease(user: Any, pk: int) -> Lease:
    """A service agreement's lease this user sees whole; 404 for every other."""
    rows = Lease.objects.unmasked(user).filter(kind=LeaseKind.SERVICE_AGREEMENT)
    return get_object_or_404(rows.select_related("office"), pk=pk)


def _may_change(user: Any) -> bool:
    return bool(user.has_perm("tenants.work_service_agreement"))


def _page(pk: int) -> str:
    return reverse("tenants:service_agreement", args=[pk])


def _trail(lease: Lease) -> list[dict[str, Any]]:
    label = _("Lease %(number)s") % {"number": lease.number}
    return [{"label": label, "url": reverse("desk:lease", args=[lease.pk])}]


def _terms(request: HttpRequest, lease: Lease) -> list[tuple[str, str]]:
    """Which lease, and whose; writes down who was shown."""
    found = [(_("Lease"), lease.number)]
    card = lease_cards([lease.pk], request.user, dates.today(), also=[lease.pk]).get(lease.pk)
    if card is not None and not card.is_masked:
        request.saw(card.person_ids)  # type: ignore[attr-defined]
        where = f"{card.address}, {card.unit}" if card.unit else card.address
        found += [(_("Tenant"), card.name), (_("Address"), where)]
    return [(term, value) for term, value in found if value]


def _timeline(row: ServiceAgreement) -> list[dict[str, Any]]:
    """Who changed what of it, newest first."""
    labels = {field.attname: str(field.verbose_name) for field in row._meta.concrete_fields}
    labels["reviewed_on"] = _("Looked at on").lower()
    return [
        {
            "when": moment(change.at),
            "who": change.who,
            "what": _("Changed: %(fields)s")
            % {"fields": ", ".join(labels.get(name, name) for name in change.fields)},
        }
        for change in changes(row)
    ]


def _step(
    request: HttpRequest,
    lease: Lease,
    form: StepForm,
    do: Callable[[dict[str, Any]], None],
    *,
    title: str,
    about: str,
    button: str,
    said: str,
    warning: str = "",
    refused: str = "",
    needs_row: bool = True,
) -> HttpResponseBase:
    def taken() -> str:
        do(form.cleaned_data)
        return _page(lease.pk)

    # The day of the next time is called otherwise where it is set after a review.
    at = {code: "next_on" if name == "review_on" else name for code, name in _FIELDS.items()}
    fields = at if "next_on" in form.fields else _FIELDS
    if where := done(request, form, taken, refusal=refusal, fields=fields):
        messages.success(request, said)
        return redirect(where)
    if needs_row and agreement_of(lease.pk) is None:
        refused = refusal(RuleBroken("service.not_written"))
    return step_page(
        request,
        form,
        title=title,
        breadcrumb=[*_trail(lease), {"label": _("Service agreement"), "url": _page(lease.pk)}],
        facts=_terms(request, lease),
        facts_title=_("The lease"),
        about=about,
        warning=warning,
        button=button,
        refused=refused if request.method != "POST" else "",
        back=_page(lease.pk),
    )
