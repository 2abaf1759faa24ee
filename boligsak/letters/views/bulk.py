"""Letters to many: asked for, looked through, approved, followed while they are written."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from boligsak import dates
from boligsak.jobs.models import JobRun, RunState
from boligsak.letters import bulk_kinds
from boligsak.letters.bulk_kinds import BulkLetterKind
from boligsak.letters.forms.bulk import ChooseForm, OfficeForm
from boligsak.letters.models import BulkLetter, BulkLetterState
from boligsak.letters.queries import bulk as query
from boligsak.letters.services import bulk as service
from boligsak.letters.tasks import write_many
from boligsak.letters.views.outbox import back_to_outbox
from boligsak.letters.words.bulk import ROW_STATES, STATES, refusal
from boligsak.letters.words.outbox import channel_name
from boligsak.paging import Paging
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import grouped, moment
from boligsak.step import done, fresh, step_page
from boligsak.web import PageRequest, page

OPEN = (BulkLetterState.PREVIEW, BulkLetterState.FOR_APPROVAL)
AT_WORK = (BulkLetterState.ASKED, BulkLetterState.RUNNING)


@require_GET
@page("letters.approve_bulk")
def letters(request: PageRequest) -> HttpResponseBase:
    """All letters to many that this reader may see, newest first."""
    paging = Paging.asked(request.GET)
    found = query.listed(request.user)
    rows = list(found[paging.offset : paging.offset + paging.limit])
    may_send = request.user.has_perm("letters.send_in_bulk")
    shown = rows[: paging.size]
    counted = {kind.code: kind.counted(request.user) for kind in bulk_kinds.kinds()}
    fates = query.fates_of(shown, counted)
    return render(
        request,
        "letters/bulk_letters.html",
        {
            "title": _("Letters to many"),
            "breadcrumb": trail(request.user)[:-1],
            "kinds": bulk_kinds.kinds() if may_send else [],
            "columns": [
                {"label": _("What the letters are for"), "header": True},
                {"label": _("State")},
                {"label": _("Letters"), "align": "end"},
                {"label": _("Written"), "align": "end"},
                {"label": _("Not written"), "align": "end"},
                {"label": _("Asked for"), "class": "nowrap"},
                {"label": _("Approved by")},
            ],
            "rows": [_listed(row, fates[row.pk]) for row in shown],
            "query": request.GET,
            "pager": paging.pager(len(rows), query.count(query.visible_to(request.user))),
        },
    )


@require_http_methods(["GET", "POST"])
@page("letters.send_in_bulk")
def new(request: PageRequest, code: str) -> HttpResponseBase:
    """What the letters say and to whom. They are looked through on the next page."""
    try:
        kind = bulk_kinds.kind(code)
    except KeyError:
        raise Http404 from None
    day = dates.today()
    form = kind.form(request.POST or None, user=request.user, initial=fresh(dated_on=day))

    def do() -> str:
        told = form.cleaned_data
        bulk = service.prepare(
            code,
            told["label"],
            form.wanted(),
            channel=told["channel"],
            dated_on=told["dated_on"],
            by=request.user,
            on=day,
        )
        return reverse("letters:bulk", args=[bulk.pk])

    if where := done(request, form, do, refusal=partial(_words, kind)):
        return redirect(where)
    return step_page(
        request,
        form,
        title=str(kind.label),
        breadcrumb=trail(request.user),
        button=_("Find the recipients"),
        back=reverse("letters:bulk_letters"),
        about=_("Nothing is written yet. On the next page you look through who gets the letter."),
    )


@require_GET
@page("letters.approve_bulk")
def bulk(request: PageRequest, pk: int) -> HttpResponseBase:
    """The letters: looked through while they are open, followed while they are written."""
    row, kind = find(request.user, pk)
    user, paging = request.user, Paging.asked(request.GET)
    only = request.GET.get("only", "")
    seen = kind.seen(user)
    found = query.seen_rows(row, seen)
    if only in ROW_STATES:
        found = found.filter(state=only, is_chosen=True)
    rows = list(found[paging.offset : paging.offset + paging.limit])
    shown = kind.shown([one.ref_id for one in rows[: paging.size]])
    request.saw(person for one in shown.values() for person in one.person_ids)
    is_preview = row.state == BulkLetterState.PREVIEW
    may_send = user.has_perm("letters.send_in_bulk")
    fates = query.fates(row, kind.counted(user))
    total = sum(fates.values())
    context: dict[str, Any] = {
        "title": row.label,
        "breadcrumb": trail(request.user),
        "status": _status(row),
        "row": row,
        "facts": _facts(row, kind, total),
        "fates": _fates(row, fates, only),
        "offices": query.offices_of(row, seen),
        "may_choose": is_preview and may_send,
        "may_approve": row.state == BulkLetterState.FOR_APPROVAL
        and user.has_perm("letters.approve_bulk")
        and user.pk != row.by_id,
        "is_own": row.state == BulkLetterState.FOR_APPROVAL and user.pk == row.by_id,
        "is_open": row.state in OPEN and may_send,
        "may_retry": may_send
        and row.state == BulkLetterState.DONE
        and row.rows.filter(state=query.REFUSED, code=service.FAULT).exists(),
        "cap": _cap(row) if row.state in OPEN else "",
        "may_see_one": bool(total and rows),
        "hidden": _hidden(row, user, seen),
        "columns": _columns(),
        "rows": [_row(one, shown.get(one.ref_id), kind) for one in rows[: paging.size]],
        "ticked": [one.pk for one in rows[: paging.size] if one.is_chosen],
        "on_page": [one.pk for one in rows[: paging.size]],
        "query": request.GET,
        "pager": paging.pager(len(rows), query.count(found)),
        "job": _job(row, fates) if row.state in AT_WORK else None,
        "timeline": _timeline(row),
    }
    return render(request, "letters/bulk.html", context)


@require_POST
@page("letters.send_in_bulk")
def choose(request: PageRequest, pk: int) -> HttpResponseBase:
    """The ticked letters of the page that was open are written, and the others on it are not."""
    find(request.user, pk)
    form = ChooseForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    try:
        service.choose(
            pk,
            form.rows("row"),
            form.rows("shown"),
            version=form.cleaned_data["version"],
            by=request.user,
        )
        messages.success(request, _("Your choice is saved."))
    except RuleBroken as broken:
        messages.error(request, refusal(broken))
    return redirect(_back_to(request, pk))


@require_POST
@page("letters.send_in_bulk")
def choose_office(request: PageRequest, pk: int) -> HttpResponseBase:
    """All the letters of an office, or none of them."""
    find(request.user, pk)
    form = OfficeForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    told = form.cleaned_data
    try:
        service.choose_office(pk, told["office"], told["is_chosen"], version=told["version"])
        messages.success(request, _("Your choice is saved."))
    except RuleBroken as broken:
        messages.error(request, refusal(broken))
    return redirect("letters:bulk", pk)


@require_GET
@page("letters.approve_bulk")
def letter(request: PageRequest, pk: int) -> HttpResponseBase:
    """One of the letters as it will be, as PDF. Nothing is written."""
    row, kind = find(request.user, pk)
    asked = request.GET.get("row", "")
    rows = query.seen_rows(row, kind.seen(request.user)).filter(is_chosen=True)
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        rows = rows.filter(pk=int(asked))
    one = rows.first()
    if one is None:
        messages.warning(request, _("No letter is chosen that you may see."))
        return redirect("letters:bulk", pk)
    try:
        made = kind.preview([one.ref_id], row, row.by, dates.today())[one.ref_id]
    except RuleBroken as broken:
        made = broken
    if isinstance(made, RuleBroken):
        messages.error(request, _words(kind, made))
        return redirect("letters:bulk", pk)
    request.saw(kind.shown([one.ref_id])[one.ref_id].person_ids)
    answer = HttpResponse(made.content, content_type=made.media_type)
    answer["Content-Disposition"] = 'inline; filename="letter.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
@page("letters.approve_bulk")
def progress(request: PageRequest, pk: int) -> HttpResponseBase:
    """The part of the page that asks every second; when it is over the whole page is fetched."""
    if not request.htmx:  # type: ignore[attr-defined]
        raise BadRequest
    row, kind = find(request.user, pk)
    fates = query.fates(row, kind.counted(request.user))
    part = {"job": _job(row, fates), "status": _status(row)}
    response = render(request, "parts/_progress.html", part)
    if row.state not in AT_WORK:
        response["HX-Refresh"] = "true"
    return response


# --- In words -------------------------------------------------------------------------------------


def find(user: Any, pk: int) -> tuple[BulkLetter, BulkLetterKind]:
    """The letters with their kind, when this user may see them."""
    rows = query.visible_to(user).select_related("by", "approved_by", "dropped_by", "run")
    row = get_object_or_404(rows, pk=pk)
    try:
        return row, bulk_kinds.kind(row.kind)
    except KeyError:
        raise Http404 from None


def start_after_commit(row: BulkLetter) -> None:
    """The worker begins when what says so is committed."""
    if row.state == BulkLetterState.ASKED:
        transaction.on_commit(partial(write_many.delay, row.pk, dates.today().isoformat()))


def _words(kind: BulkLetterKind, broken: RuleBroken) -> str:
    return kind.refusal(broken) or refusal(broken)


def trail(user: Any) -> list[dict[str, str]]:
    """Where these pages stand; who only approves has no list of letters out."""
    here = {"label": _("Letters to many"), "url": reverse("letters:bulk_letters")}
    return [back_to_outbox(), here] if user.has_perm("letters.view_outbox") else [here]


def _back_to(request: PageRequest, pk: int) -> str:
    number = request.POST.get("page", "")
    where = reverse("letters:bulk", args=[pk])
    return f"{where}?page={number}" if number.isascii() and number.isdigit() else where


def _listed(row: Any, fates: dict[str, int]) -> dict[str, Any]:
    words, color = STATES[row.state]
    return {
        "id": f"bulk-{row.pk}",
        "cells": [
            {"text": row.label, "href": reverse("letters:bulk", args=[row.pk])},
            {"text": str(words), "tag": color},
            grouped(sum(fates.values())),
            grouped(fates[query.DONE]),
            grouped(fates[query.REFUSED]),
            {"text": format_day(row.on), "sub": str(row.by)},
            str(row.approved_by or ""),
        ],
    }


def _facts(row: BulkLetter, kind: BulkLetterKind, total: int) -> list[tuple[str, str]]:
    return [
        (_("Kind of letter"), str(kind.label)),
        *kind.told(row.wanted),
        (_("Way"), channel_name(row.channel)),
        (_("Date on the letter"), format_day(row.dated_on)),
        (_("Letters"), grouped(total)),
    ]


def _fates(row: BulkLetter, fates: dict[str, int], only: str) -> list[dict[str, Any]]:
    """What has become of the letters, each a way to see those alone."""
    if row.state in OPEN or row.state == BulkLetterState.DROPPED:
        return []
    where = reverse("letters:bulk", args=[row.pk])
    return [
        {
            "label": str(words),
            "count": fates[state],
            "color": color,
            "url": f"{where}?only={state}",
            "is_current": only == state,
        }
        for state, (words, color) in ROW_STATES.items()
        if fates[state]
    ]


def _cap(row: BulkLetter) -> str:
    try:
        cap = service.cap(row, dates.today())
    except RuleBroken as broken:
        return refusal(broken)
    return _("More than %(cap)s letters need a second person to approve them.") % {
        "cap": grouped(cap)
    }


def _hidden(row: BulkLetter, user: Any, seen: Any) -> str:
    """What is said of the letters that have no line here."""
    sees_names, is_cleared = user.has_perm(query.NAMES), user.access.is_cleared
    nobody = _("You see the letter and how many get it. Who they are is not shown to you.")
    if is_cleared:
        return "" if sees_names else nobody
    count = query.hidden_count(row, seen) if sees_names else 0
    if not count:
        uncounted = _(
            "People with a protected address get the letter too, where there are any. They are "
            "neither shown nor counted here; somebody who is cleared prints theirs."
        )
        return uncounted if sees_names else f"{nobody} {uncounted}"
    return ngettext(
        "%(count)s more letter goes to somebody with a protected address. It is not shown here; "
        "somebody who is cleared prints it.",
        "%(count)s more letters go to people with a protected address. They are not shown here; "
        "somebody who is cleared prints them.",
        count,
    ) % {"count": grouped(count)}


def _columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Recipient"), "header": True},
        {"label": _("Number")},
        {"label": _("Office")},
        {"label": _("State")},
        {"label": _("What about it")},
    ]


def _row(one: Any, shown: Any, kind: BulkLetterKind) -> dict[str, Any]:
    words, color = ROW_STATES[one.state]
    name = shown.name if shown else _("Not there any more")
    why = _words(kind, RuleBroken(one.code, **one.facts)) if one.code else ""
    state: dict[str, Any] = {"text": str(words), "tag": color}
    if not one.is_chosen:
        state = {"text": _("Left out"), "tag": "neutral"}
    return {
        "id": f"row-{one.pk}",
        "value": str(one.pk),
        "name": name,
        "is_chosen": one.is_chosen,
        "cells": [
            {"text": name, "href": shown.url if shown else ""},
            shown.number if shown else "",
            str(one.office),
            state,
            {"text": str(one.document), "href": _document_url(one)} if one.document_id else why,
        ],
    }


def _document_url(one: Any) -> str:
    return reverse("desk:document", args=[one.document_id])


def _status(row: BulkLetter) -> dict[str, Any]:
    words, color = STATES[row.state]
    return {"text": str(words), "color": color}


def _job(row: BulkLetter, fates: dict[str, int]) -> dict[str, Any]:
    """How far the writing has come, in the letters this reader is told of."""
    run: JobRun | None = row.run
    state = run.state if run else RunState.WAITING
    return {
        "id": row.pk,
        "title": _("Writing the letters"),
        "state": "failed" if state in (RunState.FAILED, RunState.REFUSED) else state,
        "done": fates[query.DONE] + fates[query.REFUSED],
        "total": sum(fates.values()) or None,
        "text": _("Each letter waits in the list of letters out as soon as it is written."),
        "url": reverse("letters:bulk_progress", args=[row.pk]),
        "page": reverse("letters:bulk", args=[row.pk]),
    }


def _timeline(row: BulkLetter) -> list[dict[str, Any]]:
    """What happened to the letters, newest first."""
    events = [{"when": moment(row.entered_at), "what": _("Asked for"), "who": str(row.by)}]
    if row.approved_on is not None:
        events.append(
            {
                "when": format_day(row.approved_on),
                "what": _("Approved by a second person"),
                "who": str(row.approved_by),
            }
        )
    run = row.run
    if run is not None and run.started_at:
        events.append({"when": moment(run.started_at), "what": _("Writing began")})
    if run is not None and run.ended_at:
        events.append({"when": moment(run.ended_at), "what": _("Writing ended")})
    if row.dropped_on is not None:
        events.append(
            {
                "when": format_day(row.dropped_on),
                "what": _("Dropped"),
                "who": str(row.dropped_by),
                "text": row.dropped_because,
            }
        )
    return events[::-1]
