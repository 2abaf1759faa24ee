"""Beginning an application: what it is about, and who applies."""

import datetime
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.show import day as format_day
from boligsak.step import done, fresh
from boligsak.web import PageRequest, page
from tenants.forms.applications import (
    NewApplicationForm,
    SomebodyForm,
)
from tenants.models import Lease, Person
from tenants.queries.applications import open_offices
from tenants.rules.applications import NEEDS_LEASE, Step
from tenants.services.applications.beginning import begin
from tenants.services.applications.people import (
    people_alike,
)
from tenants.views.application_steps import (
    step_address,
)
from tenants.words.applications import refusal

AT = {
    "application.office": "office",
    "application.office_closed": "office",
    "application.needs_lease": "lease",
    "application.has_lease": "lease",
    "application.lease_missing": "lease",
    "application.lease_over": "lease",
    "application.not_tenant": "number",
    "application.identity_known": "number",
    "application.applicant_dead": "number",
    "application.applicant_minor": "number",
    "application.protected": "number",
    "application.nobody_named": "number",
    "application.name_missing": "given_name",
    "member.not_found": "number",
    "member.already": "number",
    "member.dead": "number",
    "member.is_adult": "role",
    "member.is_minor": "role",
    "identity.digits": "number",
    "identity.length": "number",
    "identity.no_such_day": "number",
    "identity.check_digits": "number",
    "identity.not_born": "number",
    "person.born_on_differs": "born_on",
    "person.not_born": "born_on",
}


# --- Beginning ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def application_new(request: PageRequest) -> HttpResponseBase:
    """What is applied for, at which office, and by whom; the rest has pages of its own."""
    user, day = request.user, dates.today()
    offices = open_offices(user, day)
    form = NewApplicationForm(
        request.POST or None, offices=offices, initial=fresh(**_named(request, day))
    )

    def do() -> str:
        asked = form.cleaned_data
        row = begin(
            asked["kind"],
            asked["office"],
            form.somebody(),
            lease_number=asked["lease"] if asked["kind"] in NEEDS_LEASE else "",
            by=user,
            on=day,
        )
        return step_address(row.pk, Step.HOUSEHOLD)

    if where := done(request, form, do, refusal=refusal, fields=AT):
        return redirect(where)
    return somebody_page(
        request,
        form,
        title=_("New application"),
        breadcrumb=[{"label": _("Applications"), "url": reverse("desk:applications")}],
        about=form.about(),
        about_title=_("What it is about"),
        who_title=_("The applicant"),
        button=_("Begin the application"),
        back=reverse("desk:applications"),
    )


def _named(request: PageRequest, day: datetime.date) -> dict[str, Any]:
    """What the address says: a person, or a kind and the present lease."""
    first: dict[str, Any] = {}
    kind, lease_id, person_id = (request.GET.get(name, "") for name in ("kind", "lease", "person"))
    if kind in NEEDS_LEASE:
        first["kind"] = kind
    if lease_id.isdigit() and len(lease_id) < 16:
        lease = get_object_or_404(Lease.objects.unmasked(request.user), pk=int(lease_id))
        first |= {"lease": lease.number, "office": str(lease.office_id)}
        tenants = lease.parties.filter(role="tenant", from_on__lte=day).exclude(to_on__lt=day)
        tenant = tenants.filter(person__died_on__isnull=True).order_by("position", "pk").first()
        if tenant is not None:
            first["number"] = str(tenant.person_id)
    if person_id.isdigit() and len(person_id) < 16:
        person = get_object_or_404(Person.objects.visible_to(request.user), pk=int(person_id))
        first["number"] = str(person.pk)
    return first


def somebody_page(
    request: PageRequest, form: SomebodyForm, *, title: str, **more: Any
) -> HttpResponseBase:
    """A person named or registered; when somebody is alike, who they are."""
    context = {
        "title": title,
        "form": form,
        "alike": _alike(request, form),
        **more,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "tenants/application_new.html", context, status=status)


def _alike(request: PageRequest, form: SomebodyForm) -> list[dict[str, str]]:
    """Those the reader may see by name and number; of others, that there is somebody."""
    if not form.is_bound or not hasattr(form, "cleaned_data") or not form.errors:
        return []
    if not set(SomebodyForm.base_fields) <= set(form.cleaned_data):
        return []
    found = people_alike(form.somebody()) if form.cleaned_data["given_name"] else []
    if not found:
        return []
    seen = Person.objects.visible_to(request.user).filter(pk__in=[one.person_id for one in found])
    visible = set(seen.values_list("pk", flat=True))
    request.saw(visible)
    is_cleared = request.user.access.is_cleared
    shown = []
    for one in found:
        if one.person_id not in visible or (one.is_protected and not is_cleared):
            words = _("registered, but not shown to you; ask for the identity number")
            shown.append({"name": one.name, "words": words, "href": ""})
            continue
        born = _("born %(day)s") % {"day": format_day(one.born_on)} if one.born_on else ""
        number = _("number %(number)d") % {"number": one.person_id}
        shown.append(
            {
                "name": one.name,
                "words": ", ".join(part for part in (number, born) if part),
                "href": reverse("desk:person", args=[one.person_id]),
            }
        )
    return shown
