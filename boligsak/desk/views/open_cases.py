"""Opening cases from ticked flags: first what will come of each, then doing it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from arrears.queries.workers import worker
from arrears.services.cases.opening import Opening, open_cases, openings
from arrears.words.cases import refusal, trigger_names
from boligsak import dates
from boligsak.accounts.services import once
from boligsak.desk.forms.cases import OpenCasesForm
from boligsak.desk.queries.caseworkers import caseworkers
from boligsak.desk.trail import place_name
from boligsak.desk.words import opening_refusal
from boligsak.rule import RuleBroken
from boligsak.web import PageRequest, page
from tenants.queries.cards import LeaseCard, lease_cards

CONFIRM = "confirm"


@require_POST
@page("arrears.work_case")
def ask_open(request: PageRequest) -> HttpResponseBase:
    """What opening cases from the ticked flags will do, lease by lease, and the button to do it.

    Sent with `confirm`, it is done: each lease by itself, so that one that is refused holds up
    none of the others. It ends with what was opened and what was refused and why.
    """
    user, day = request.user, dates.today()
    workers = caseworkers(user, day)
    is_sent = CONFIRM in request.POST
    form = OpenCasesForm(
        request.POST if is_sent else None,
        workers=workers,
        user_id=user.pk,
        initial={"owner": str(user.pk), "submission_id": uuid4(), "next": _back(request)},
    )
    ticked = OpenCasesForm(request.POST, workers=workers, user_id=user.pk).flags()
    back = _back(request)
    if not ticked:
        messages.warning(request, _("No flags were ticked, so no case was opened."))
        return redirect(back)
    if is_sent and form.is_valid():
        done: list[Opening] = []

        def do() -> str:
            asked = form.cleaned_data
            done.extend(
                open_cases(
                    list(ticked),
                    by=user,
                    on=day,
                    owner=worker(asked["owner"]),
                    versions=ticked,
                    note=asked["note"],
                )
            )
            return back

        try:
            where = once(form.cleaned_data["submission_id"], by=user, path=request.path, do=do)
        except RuleBroken as broken:
            form.add_error("owner", refusal(broken))
        else:
            if len(done) == 1 and done[0].case_id and not done[0].is_refused:
                messages.success(request, _said(done))
                return redirect(reverse("desk:case", args=[done[0].case_id]))
            if not done:
                return redirect(where)
            return _shown(request, form, done, ticked, is_done=True)
    planned = openings(list(ticked), user, versions=ticked)
    if not planned:
        messages.warning(request, _("No flags were ticked, so no case was opened."))
        return redirect(back)
    return _shown(request, form, planned, ticked, is_done=False)


def _shown(
    request: PageRequest,
    form: OpenCasesForm,
    found: list[Opening],
    ticked: dict[int, int],
    *,
    is_done: bool,
) -> HttpResponseBase:
    user, day, back = request.user, dates.today(), _back(request)
    cards = lease_cards([one.lease_id for one in found], user, day)
    request.saw(person for card in cards.values() for person in card.person_ids)
    may_do = any(not one.is_refused for one in found)
    is_wrong = form.is_bound and not form.is_valid()
    context: dict[str, Any] = {
        "title": _("Cases opened") if is_done else _("Open cases"),
        "breadcrumb": [{"label": place_name(back), "url": back}],
        "lead": _said(found) if is_done else _foretold(found),
        "form": form if may_do and not is_done else None,
        "ticks": [
            f"{flag_id}.{ticked[flag_id]}"
            for one in found
            if not one.is_refused
            for flag_id in one.flag_ids
        ],
        "columns": _columns(),
        "rows": [_row(one, cards.get(one.lease_id), is_done=is_done) for one in found],
        "back": back,
    }
    return render(request, "desk/open_cases.html", context, status=422 if is_wrong else 200)


def _columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Tenant"), "header": True, "class": "who"},
        {"label": _("Lease number")},
        {"label": _("Is about")},
        {"label": _("What comes of it"), "class": "why"},
    ]


def _row(one: Opening, card: LeaseCard | None, *, is_done: bool) -> dict[str, Any]:
    who: Any = _("Protected address")
    if card is not None and not card.is_masked:
        where = f"{card.address}, {card.unit}" if card.unit else card.address
        who = {"text": card.name or card.number, "sub": where}
    if one.is_refused:
        what: dict[str, Any] = {
            "text": opening_refusal(one.code),
            "tag": "warning",
            "sub": one.case_number,
        }
    else:
        words = _("New case") if one.code == "new" else _("Added to an open case")
        if is_done:
            words = _("Opened") if one.code == "new" else _("Added to the case")
        what = {"text": words, "tag": "success" if is_done else "info", "sub": one.case_number}
    if one.case_id is not None:
        what["href"] = reverse("desk:case", args=[one.case_id])
    return {"cells": [who, one.lease_number, capfirst(trigger_names(one.kinds)), what]}


def _foretold(found: list[Opening]) -> str:
    new = sum(one.code == "new" for one in found)
    added = sum(one.code == "added" for one in found)
    refused = sum(one.is_refused for one in found)
    parts = [
        ngettext("%(count)d new case", "%(count)d new cases", new) % {"count": new},
        ngettext("%(count)d open case gets more", "%(count)d open cases get more", added)
        % {"count": added},
        ngettext(
            "%(count)d lease is left as it is", "%(count)d leases are left as they are", refused
        )
        % {"count": refused},
    ]
    counts = (new, added, refused)
    return ", ".join(part for part, count in zip(parts, counts, strict=True) if count) + "."


def _said(done: list[Opening]) -> str:
    new = sum(one.code == "new" for one in done)
    added = sum(one.code == "added" for one in done)
    refused = sum(one.is_refused for one in done)
    parts = [
        ngettext("%(count)d case opened", "%(count)d cases opened", new) % {"count": new},
        ngettext("%(count)d added to an open case", "%(count)d added to open cases", added)
        % {"count": added},
        ngettext("%(count)d refused", "%(count)d refused", refused) % {"count": refused},
    ]
    counts = (new, added, refused)
    return ", ".join(part for part, count in zip(parts, counts, strict=True) if count) + "."


def _back(request: PageRequest) -> str:
    """The address of the list; never one outside this site."""
    asked = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure()):
        return asked
    return reverse("desk:worklist")
