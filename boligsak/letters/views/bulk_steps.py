"""The steps on letters to many: write them, approve them, look again, drop them, try again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.letters.bulk_kinds import BulkLetterKind
from boligsak.letters.forms.outbox import PlainForm, ReasonForm
from boligsak.letters.models import BulkLetter, BulkLetterState
from boligsak.letters.queries import bulk as query
from boligsak.letters.rules.bulk import check_second
from boligsak.letters.services import bulk as service
from boligsak.letters.views.bulk import find, start_after_commit, trail
from boligsak.letters.words.bulk import refusal
from boligsak.letters.words.outbox import channel_name
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import grouped
from boligsak.step import StepForm, done, fresh, step_page
from boligsak.web import PageRequest, page

Work = Callable[[Any, dict[str, Any]], BulkLetter]


@require_http_methods(["GET", "POST"])
@page("letters.send_in_bulk")
def ask(request: PageRequest, pk: int) -> HttpResponseBase:
    """The letters are to be written."""
    return _step(
        request,
        pk,
        PlainForm,
        lambda form, given: service.ask_for(pk, **given),
        title=_("Write the letters"),
        button=_("Write the letters"),
        warning=_(
            "The letters are journaled and put with the letters out. What has been journaled stays "
            "in the journal."
        ),
    )


@require_http_methods(["GET", "POST"])
@page("letters.approve_bulk")
def approve(request: PageRequest, pk: int) -> HttpResponseBase:
    """A second person has looked."""
    return _step(
        request,
        pk,
        PlainForm,
        lambda form, given: service.approve(pk, **given),
        title=_("Approve the letters"),
        button=_("Approve, and write them"),
        warning=_(
            "You say that you have looked at the letter and at the choice of recipients. The "
            "letters are written at once."
        ),
        check=lambda row: check_second(row.by_id, request.user.pk),
    )


@require_http_methods(["GET", "POST"])
@page("letters.send_in_bulk")
def look_again(request: PageRequest, pk: int) -> HttpResponseBase:
    """Back from waiting for a second person."""
    return _step(
        request,
        pk,
        PlainForm,
        lambda form, given: service.look_again(pk, version=given["version"]),
        title=_("Change the choice"),
        button=_("Take it back and change it"),
        about=_("Nobody can approve the letters before you have asked for them again."),
    )


@require_http_methods(["GET", "POST"])
@page("letters.send_in_bulk")
def drop(request: PageRequest, pk: int) -> HttpResponseBase:
    """The letters are not to be written."""
    return _step(
        request,
        pk,
        ReasonForm,
        lambda form, given: service.drop(pk, form.cleaned_data["reason"], **given),
        title=_("Drop the letters"),
        button=_("Drop the letters"),
        about=_("Nothing has been written, and nothing will be."),
    )


@require_http_methods(["GET", "POST"])
@page("letters.send_in_bulk")
def again(request: PageRequest, pk: int) -> HttpResponseBase:
    """Once more for the letters in which something broke."""
    return _step(
        request,
        pk,
        PlainForm,
        lambda form, given: service.start_again(pk, version=given["version"], on=given["on"]),
        title=_("Try again"),
        button=_("Try again"),
        about=_("Only the letters in which something went wrong on our side are tried again."),
    )


def _step(
    request: PageRequest,
    pk: int,
    form_class: type[StepForm],
    work: Work,
    *,
    title: str,
    button: str,
    about: str = "",
    warning: str = "",
    check: Callable[[BulkLetter], None] = lambda row: None,
) -> HttpResponseBase:
    """`check(row)` raises `RuleBroken` where this reader cannot take the step at all."""
    row, kind = find(request.user, pk)
    back = reverse("letters:bulk", args=[pk])
    form = form_class(request.POST or None, initial=fresh(row))
    left: list[BulkLetter] = []

    def do() -> str:
        version = form.cleaned_data["version"]
        version = row.version if version is None else version
        left.append(work(form, {"version": version, "by": request.user, "on": dates.today()}))
        start_after_commit(left[0])
        return back

    fields = {"many.no_reason": "reason"}
    if where := done(request, form, do, refusal=refusal, fields=fields):
        if left:
            messages.success(request, _said(left[0], _count(left[0], kind, request.user)))
        return redirect(where)
    letters = _count(row, kind, request.user)
    refused = ""
    try:
        check(row)
    except RuleBroken as broken:
        refused = "" if form.is_bound else refusal(broken)
    return step_page(
        request,
        form,
        title=title,
        breadcrumb=[*trail(request.user), {"label": row.label, "url": back}],
        button=button,
        back=back,
        about=about,
        warning=warning,
        refused=refused,
        facts=[
            (_("Kind of letter"), str(kind.label)),
            *kind.told(row.wanted),
            (_("Letters"), grouped(letters)),
            (_("Way"), channel_name(row.channel)),
            (_("Date on the letter"), format_day(row.dated_on)),
            (_("Asked for by"), str(row.by)),
        ],
        facts_title=_("The letters"),
    )


def _count(row: BulkLetter, kind: BulkLetterKind, user: Any) -> int:
    """The chosen letters that the reader is told of."""
    return sum(query.fates(row, kind.counted(user)).values())


def _said(row: BulkLetter, letters: int) -> str:
    told = {"count": grouped(letters)}
    if row.state == BulkLetterState.FOR_APPROVAL:
        return (
            ngettext(
                "%(count)s letter waits for a second person to approve it.",
                "%(count)s letters wait for a second person to approve them.",
                letters,
            )
            % told
        )
    return {
        BulkLetterState.DROPPED: _("The letters are dropped."),
        BulkLetterState.PREVIEW: _("You can change the choice."),
    }.get(BulkLetterState(row.state), _("The letters are being written."))
