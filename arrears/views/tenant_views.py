"""The tenant's own view: what they say themselves, or that they were asked."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.contacts import ViewForm
from arrears.queries.contacts import contact_facts, views_of
from arrears.services.tenant_views import record_view
from arrears.views.case_steps import (
    case_page,
    case_terms,
    done,
    find_case,
    refused_when_closed,
    trail,
)
from arrears.words.contacts import refusal, view_lines
from boligsak import dates
from boligsak.web import page
from tenants.queries.reach import reach

PART = "views"

_AT = {
    "view.not_yet": "on",
    "view.says_nothing": "words",
    "view.both": "missing_because",
    "view.invitation": "invited_by",
    "contact.not_a_tenant": "person",
    "contact.dead": "person",
}


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def tenant_view(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Only added to: what stood before stays below the form."""
    case, day = find_case(request.user, pk), dates.today()
    tenants = reach([case.lease_id], day)[case.lease_id]
    heard = contact_facts([pk], day)[pk].tenants
    asked_of = {one.person_id for one in heard}
    choices = [(str(one.person_id), one.name) for one in tenants if one.person_id in asked_of]
    unheard = next((one.person_id for one in heard if one.view_on is None), None)
    meant = next((one for one in tenants if one.person_id == unheard), None)
    initial = {
        "submission_id": uuid4(),
        "version": case.version,
        "on": day,
        "person": unheard,
        "interpreter": meant.needs_interpreter if meant else "",
    }
    form = ViewForm(request.POST or None, people=choices, initial=initial)

    def do() -> str:
        record_view(pk, form.view(), by=request.user, on=day)
        return case_page(pk, PART)

    shown = {field.name for field in form.visible_fields()}
    fields = {code: field for code, field in _AT.items() if field in shown}
    if where := done(request, form, do, case_id=pk, fields=fields, refusal=refusal):
        messages.success(request, _("The tenant's view is recorded."))
        return redirect(where)
    context = {
        "title": _("The tenant's own view"),
        "breadcrumb": trail(case),
        "facts": case_terms(request, case),
        "form": form,
        "refused": refused_when_closed(request, case),
        "earlier": [view_lines(row) for row in views_of(pk)],
        "back": case_page(pk, PART),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "arrears/tenant_view.html", context, status=status)
