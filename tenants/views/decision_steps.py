"""What every step on an application's decisions has in common: the row, and where it stands."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import done, step_page
from tenants.models import Application, Condition, Decision, DecisionKind, DecisionState
from tenants.words.decisions import kind_name


def find_application(user: Any, pk: int) -> Application:
    """An application this user sees by name; 404 for every other."""
    rows = Application.objects.unmasked(user).select_related("office", "applicant", "owner")
    return get_object_or_404(rows, pk=pk)


def find_decision(user: Any, pk: int) -> Decision:
    """A decision of such an application."""
    seen = Application.objects.unmasked(user)
    rows = Decision.objects.select_related(
        "application__office", "application__applicant", "application__owner", "by", "approved_by"
    )
    return get_object_or_404(rows, pk=pk, application__in=seen)


def find_own_decision(user: Any, pk: int) -> Decision:
    """One whose grounds this user may read: those of help are for the welfare side."""
    row = find_decision(user, pk)
    if not may_read(user, row):
        raise Http404
    return row


def may_read(user: Any, row: Decision) -> bool:
    """Whether the grounds of a decision are for this reader."""
    is_help = row.kind == DecisionKind.HOUSING_HELP
    return not is_help or bool(user.has_perm("tenants.view_social"))


def application_page(pk: int, part: str = "decisions") -> str:
    return reverse("desk:application", args=[pk]) + (f"#{part}" if part else "")


def decision_page(pk: int) -> str:
    return reverse("tenants:decision", args=[pk])


def trail(application: Application, decision: Decision | None = None) -> list[dict[str, Any]]:
    """The breadcrumb: the application, and the decision the step is taken on."""
    label = _("Application %(number)s") % {"number": application.number}
    found = [{"label": label, "url": application_page(application.pk)}]
    if decision is not None:
        name = kind_name(decision.kind)
        found.append({"label": name, "url": decision_page(decision.pk)})
    return found


def terms(request: HttpRequest, application: Application) -> list[tuple[str, str]]:
    """Which application, and whose; writes down who was shown."""
    ids = [application.applicant_id] if application.applicant_id else []
    request.saw(ids)  # type: ignore[attr-defined]
    found = [
        (_("Application"), f"{application.number}, {application.get_kind_display()}"),
        (pgettext("an application", "Applicant"), str(application.applicant or "")),
        (_("Received"), format_day(application.received_on) if application.received_on else ""),
    ]
    return [(term, value) for term, value in found if value]


def has_outcome(row: Decision) -> bool:
    """Whether somebody has chosen it: a draft that was never saved only holds a place for it."""
    return row.state != DecisionState.DRAFT or row.version > 1 or row.replaces_id is not None


def decision_terms(
    request: HttpRequest, row: Decision, *, with_outcome: bool = True
) -> list[tuple[str, str]]:
    """The same with the decision. `with_outcome`: not for who may not read a draft."""
    found = terms(request, row.application)
    found.append((pgettext("an application", "Decision"), f"{row.number}, {kind_name(row.kind)}"))
    if with_outcome and has_outcome(row):
        found.append((_("Outcome"), capfirst(str(row.get_outcome_display()))))
    if row.made_on:
        found.append((_("Made"), format_day(row.made_on)))
    return found


def condition_terms(request: HttpRequest, row: Condition) -> list[tuple[str, str]]:
    """Which condition, of whose application."""
    application = row.decision.application
    ids = [application.applicant_id] if application.applicant_id else []
    request.saw(ids)  # type: ignore[attr-defined]
    found = [
        (_("Condition"), row.what),
        (_("Application"), application.number),
        (pgettext("an application", "Applicant"), str(application.applicant or "")),
    ]
    if row.due_on:
        found.append((_("To be met by"), format_day(row.due_on)))
    return found


def step(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[], str],
    *,
    refusal: Callable[[RuleBroken], str],
    said: str,
    fields: Mapping[str, str] | None = None,
    **page: Any,
) -> HttpResponseBase:
    """Takes the step, says that it was taken and goes on; or shows its page."""
    if where := done(request, form, do, refusal=refusal, fields=fields):
        messages.success(request, said)
        return redirect(where)
    return step_page(request, form, **page)
