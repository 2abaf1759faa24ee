"""The children's best interest in writing, and adults who live there and are no party."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.measures import ChildrenForm, OccupantChangeForm, OccupantForm
from arrears.models import Case, Occupant
from arrears.queries.measures import assessments, measure_facts
from arrears.services import measures as service
from arrears.services import occupants
from arrears.views.case_steps import (
    case_page,
    case_terms,
    done,
    find_case,
    refused_when_closed,
    step,
    trail,
)
from arrears.words.measures import refusal
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import fresh
from boligsak.web import page

_PART = "measures"
_OCCUPANT = {
    "occupant.nothing_known": "name",
    "occupant.ahead": "seen_on",
    "occupant.heard_before": "heard_on",
    "occupant.left_before": "left_on",
}


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def children(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The assessments there are, the newest first, and a form for a new one."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    form = ChildrenForm(request.POST or None, initial=fresh(case, assessed_on=day))

    def do() -> str:
        asked = form.cleaned_data
        service.assess_children(
            pk, asked["text"], by=user, on=day, assessed_on=asked["assessed_on"]
        )
        return case_page(pk, _PART)

    fields = {"children.empty": "text", "children.ahead": "assessed_on"}
    if where := done(request, form, do, case_id=pk, fields=fields, refusal=refusal):
        messages.success(request, _("The assessment is written."))
        return redirect(where)
    has_children = measure_facts([pk], day)[pk].has_children
    context = {
        "title": _("The children's best interest"),
        "lead": _("Assessed in writing (barnekonvensjonen art. 3, Grunnloven § 104)."),
        "breadcrumb": trail(case),
        "facts": case_terms(request, case),
        "note": ""
        if has_children
        else _(
            "No children are registered in the household today. Write an assessment all the same "
            "when children stay there."
        ),
        "earlier": [
            {"text": row.text, "on": format_day(row.on), "who": str(row.by)}
            for row in assessments(pk)
        ],
        "form": form,
        "refused": refused_when_closed(request, case),
        "back": case_page(pk, _PART),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "arrears/measure_children.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def occupant_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Somebody else lives there."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    form = OccupantForm(request.POST or None, initial=fresh(case, seen_on=day))

    def do() -> str:
        asked = form.cleaned_data
        occupants.add_occupant(
            pk,
            name=asked["name"],
            about=asked["about"],
            seen_on=asked["seen_on"],
            heard_on=asked["heard_on"],
            by=user,
            on=day,
        )
        return case_page(pk, _PART)

    if where := done(request, form, do, case_id=pk, fields=_OCCUPANT, refusal=refusal):
        messages.success(request, _("Entered."))
        return redirect(where)
    return _occupant_step(
        request, case, form, title=_("Somebody else lives there"), button=_("Enter")
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def occupant(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What is known of them now: a name, that they were heard, that they have left."""
    user, day = request.user, dates.today()
    row = get_object_or_404(Occupant.objects.filter(case__in=Case.objects.visible_to(user)), pk=pk)
    case = find_case(user, row.case_id)
    names = ("name", "about", "seen_on", "heard_on", "left_on")
    form = OccupantChangeForm(
        request.POST or None,
        initial=fresh(case, **{name: getattr(row, name) for name in names})
        | {"version": row.version},
    )

    def do() -> str:
        asked = form.cleaned_data
        occupants.change_occupant(
            pk,
            **{name: asked[name] for name in names},
            by=user,
            on=day,
            version=asked["version"] or 0,
        )
        return case_page(case.pk, _PART)

    def said(broken: RuleBroken) -> str:
        if broken.code == "occupant.changed":
            data: Any = form.data.copy()
            data["version"] = str(broken.facts["version"])
            form.data = data
        return refusal(broken)

    if where := done(request, form, do, case_id=case.pk, fields=_OCCUPANT, refusal=said):
        messages.success(request, _("Saved."))
        return redirect(where)
    return _occupant_step(
        request, case, form, title=_("Somebody else who lives there"), button=_("Save")
    )


def _occupant_step(
    request: HttpRequest, case: Case, form: Any, *, title: str, button: str
) -> HttpResponseBase:
    return step(
        request,
        case,
        form,
        title=title,
        about=_(
            "An adult who lives in the dwelling without being a party to the contract must be "
            "heard before an eviction (tvangsfullbyrdelsesloven § 13-6)."
        ),
        button=button,
        refused=refused_when_closed(request, case),
        part=_PART,
    )
