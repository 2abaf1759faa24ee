"""Giving flags to a caseworker, one or many, from whatever list they were ticked on."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from arrears.models import Flag, FlagChange
from arrears.queries import worklist as query
from arrears.services import flags as service
from boligsak import dates
from boligsak.accounts.models import User
from boligsak.accounts.services import once
from boligsak.desk.forms.worklist import AssignForm
from boligsak.desk.queries.caseworkers import caseworkers
from boligsak.desk.rows import work_lines
from boligsak.desk.trail import place_name
from boligsak.desk.words import assign_refusals
from boligsak.rule import RuleBroken
from boligsak.web import PageRequest, page


@require_POST
@page("arrears.assign_flag")
def assign(request: PageRequest) -> HttpResponseBase:
    """All of the ticked flags or none: when one has changed meanwhile, the page says which."""
    user, day = request.user, dates.today()
    form = AssignForm(request.POST, workers=caseworkers(user, day))
    back = _back(request)
    ticked = form.flags()
    seen = Flag.objects.unmasked(user).filter(pk__in=ticked).values_list("pk", flat=True)
    chosen = {flag_id: ticked[flag_id] for flag_id in sorted(seen)}
    if not chosen:
        messages.warning(request, _("No flags were ticked, so nobody was given any."))
        return redirect(back)
    refused: RuleBroken | None = None
    if form.is_valid():
        owner_id = form.cleaned_data["owner"]
        owner = None if owner_id == query.NOBODY else get_object_or_404(User, pk=owner_id)

        def do() -> str:
            service.assign(list(chosen), owner, by=user, on=day, versions=chosen)
            return back

        try:
            where = once(form.cleaned_data["submission_id"], by=user, path=request.path, do=do)
        except RuleBroken as broken:
            refused = broken
        else:
            messages.success(request, _said(len(chosen), owner))
            return redirect(where)
    return _ask_again(request, form, chosen, refused, back)


def _ask_again(
    request: PageRequest,
    form: AssignForm,
    chosen: dict[int, int],
    refused: RuleBroken | None,
    back: str,
) -> HttpResponseBase:
    """The same form on a page of its own, with the flags as they are now."""
    user, day = request.user, dates.today()
    rows = query.rows_by_id(list(chosen))
    lines = work_lines(rows, user, day, back=back)
    request.saw(person for line in lines for person in line.person_ids)
    context: dict[str, Any] = {
        "title": _("Give flags to a caseworker"),
        "breadcrumb": [{"label": place_name(back), "url": back}],
        "form": form,
        "lines": lines,
        "today": day,
        "back": back,
        "refused": assign_refusals(refused, _last_hands(refused)) if refused else [],
        "submission_id": uuid4(),
    }
    return render(request, "desk/assign.html", context, status=409 if refused else 422)


def _last_hands(refused: RuleBroken) -> dict[int, str]:
    """Who changed each of these flags last, where a person did."""
    ids = [flag_id for flag_id, _number, _code in refused.facts["rows"]]
    changes = (
        FlagChange.objects.filter(flag_id__in=ids, by__isnull=False)
        .order_by("flag_id", "-id")
        .distinct("flag_id")
        .select_related("by")
    )
    return {change.flag_id: str(change.by) for change in changes}


def _said(count: int, owner: User | None) -> str:
    if owner is None:
        words = ngettext(
            "%(count)d flag has nobody on it now.",
            "%(count)d flags have nobody on them now.",
            count,
        )
        return words % {"count": count}
    words = ngettext(
        "%(count)d flag given to %(name)s.", "%(count)d flags given to %(name)s.", count
    )
    return words % {"count": count, "name": str(owner)}


def _back(request: PageRequest) -> str:
    """The address of the list; never one outside this site."""
    asked = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure()):
        return asked
    return reverse("desk:worklist")
