"""What the pages of an application have in common: finding it, how far it has come, and the two
buttons: save and go on, or save for later."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import StepForm, done, fresh
from tenants.forms.applications import PageForm, typed_before, typed_in
from tenants.models import Application, Consent
from tenants.queries.applications import found_on
from tenants.rules.applications import DRAFT, OPEN, STEPS, Step, missing, next_step, step_before
from tenants.services.applications.beginning import keep_typed
from tenants.words.applications import STEP_NAMES, kind_name, refusal

# The economy's page lies above: it looks into the ledger.
_ADDRESSES = {
    Step.HOUSEHOLD: "tenants:application_household",
    Step.NEED: "tenants:application_need",
    Step.ECONOMY: "desk:application_economy",
    Step.SUPPORT: "tenants:application_support",
    Step.CONSENTS: "tenants:application_consents",
    Step.REGISTER: "tenants:application_register",
}

_STATES = {
    "done": gettext_lazy("done"),
    "open": gettext_lazy("not done"),
    "typed": gettext_lazy("saved half-way"),
}


def find_application(user: Any, pk: int) -> Application:
    """An application this user sees by name; 404 for every other."""
    rows = Application.objects.visible_to(user).select_related(
        "office", "owner", "applicant", "lease"
    )
    row = get_object_or_404(rows, pk=pk)
    if row.is_protected and not user.access.is_cleared:
        raise Http404
    return row


def application_page(pk: int, part: str = "") -> str:
    """The address of the application's page, at one of its sections."""
    return reverse("desk:application", args=[pk]) + (f"#{part}" if part else "")


def step_address(pk: int, step: Step) -> str:
    return reverse(_ADDRESSES[step], args=[pk])


def trail(row: Application) -> list[dict[str, Any]]:
    """The breadcrumb of a step: the application it is taken on."""
    label = _("Application %(number)s") % {"number": row.number}
    return [
        {"label": _("Applications"), "url": reverse("desk:applications")},
        {"label": label, "url": application_page(row.pk)},
    ]


def terms(request: HttpRequest, row: Application) -> list[tuple[str, str]]:
    """Which application and whose; writes down who was shown."""
    if row.applicant_id is not None:
        request.saw([row.applicant_id])  # type: ignore[attr-defined]
    return [
        (_("Application"), f"{row.number}, {kind_name(row.kind)}"),
        (_("Applicant"), str(row.applicant or _("nobody is chosen"))),
    ]


def progress(row: Application, now: Step | None = None) -> list[dict[str, Any]]:
    """The pages in order, each with how far it has come. A page that was kept half-way says so."""
    found = found_on(row)
    gone = set(missing(found))
    asked = Consent.objects.filter(application=row).exists()
    shown: list[dict[str, Any]] = []
    for step in STEPS:
        if step is Step.CONSENTS:
            state = "done" if asked else "open"
        elif step is Step.REGISTER:
            state = "done" if row.state != DRAFT else "open"
        else:
            state = "open" if step in gone else "done"
        if step.value in row.typed:
            state = "typed"
        shown.append(
            {
                "number": len(shown) + 1,
                "name": STEP_NAMES[step],
                "href": step_address(row.pk, step),
                "state": state,
                "words": _STATES[state],
                "is_now": step is now,
            }
        )
    return shown


def first_values(
    row: Application, step: Step, form_fields: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any]:
    """What a page starts with: what was kept half-way, or else what is registered."""
    first = {**fresh(row), **values}
    kept = row.typed.get(step.value)
    if kept:
        first |= typed_before(form_fields, kept["fields"])
    return first


def kept_words(row: Application, step: Step) -> str:
    """Who kept the page half-way, and when; empty when nobody has."""
    kept = row.typed.get(step.value)
    if not kept:
        return ""
    told = {"who": kept["by"], "day": format_day(datetime.date.fromisoformat(kept["on"]))}
    return _("Saved half-way by %(who)s, %(day)s. Go on from there.") % told


def page_of(
    request: HttpRequest,
    row: Application,
    step: Step,
    make: Callable[..., PageForm],
    values: Mapping[str, Any],
    save: Callable[[Any], None],
    *,
    fields: Mapping[str, str] | None = None,
    said: str = "",
    onwards: Callable[[], str] | None = None,
    template: str = "tenants/application_step.html",
    more: Callable[[PageForm], dict[str, Any]] | None = None,
    button: str = "",
) -> HttpResponseBase:
    """One page of an application, shown, saved or kept half-way.

    `make(data, initial=…)` gives its form, `save(form)` does what it asks for, `onwards` says where
    to go then (None: the next page of a draft, the application of any other). `more` is what the
    template shows beside the form.
    """
    refused_later = ""
    is_later = request.method == "POST" and "later" in request.POST
    form = make(request.POST or None, initial=fresh(row))
    if is_later:
        later = StepForm(request.POST)
        where = done(request, later, lambda: _kept(request, row, step), refusal=refusal)
        if where:
            messages.success(
                request, _("Saved for later. Anybody at the office can go on from here.")
            )
            return redirect(where)
        refused_later = " ".join(later.non_field_errors())
        typed = typed_before(form.fields, typed_in(request.POST))
        row.refresh_from_db()
        form = make(None, initial=fresh(row) | typed)
    elif request.method != "POST":
        form = make(None, initial=first_values(row, step, form.fields, values))

    def do() -> str:
        save(form)
        if onwards is not None:
            return onwards()
        after = next_step(step)
        if row.state == DRAFT and after is not None:
            return step_address(row.pk, after)
        return application_page(row.pk)

    if not is_later and (where := done(request, form, do, refusal=refusal, fields=fields)):
        if said:
            messages.success(request, said)
        return redirect(where)
    is_draft = row.state == DRAFT
    before = step_before(step)
    context = {
        "title": STEP_NAMES[step],
        "breadcrumb": trail(row),
        "facts": terms(request, row),
        "form": form,
        "groups": form.groups(),
        "steps": progress(row, step) if is_draft else [],
        "kept": "" if form.is_bound else kept_words(row, step),
        "refused_later": refused_later,
        "refused": _ended(request, row),
        "button": button or (_("Save and go on") if is_draft else _("Save")),
        "back": step_address(row.pk, before) if is_draft and before else application_page(row.pk),
        "back_label": _("Back") if is_draft and before else _("Cancel"),
        "may_keep": is_draft,
        **(more(form) if more else {}),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, template, context, status=status)


def _kept(request: HttpRequest, row: Application, step: Step) -> str:
    version = request.POST.get("version", "")
    keep_typed(
        row.pk,
        step,
        typed_in(request.POST),
        by=request.user,
        on=dates.today(),
        version=int(version) if version.isdigit() else None,
    )
    return application_page(row.pk)


def _ended(request: HttpRequest, row: Application) -> str:
    if request.method == "POST" or row.state in OPEN:
        return ""
    return refusal(RuleBroken("application.ended", number=row.number, state=row.state))
