"""Print batches: printing what waits, the file, the list inside, and that it was posted."""

from typing import Any

from cryptography.exceptions import InvalidTag
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.letters.forms.outbox import PlainForm, PostedForm, ReasonForm
from boligsak.letters.models import PrintBatch
from boligsak.letters.queries import outbox as query
from boligsak.letters.services.print_batches import (
    MOST_IN_ONE,
    Made,
    content_of_batch,
    drop_batch,
    make_batch,
    post_batch,
)
from boligsak.letters.views.outbox import back_to_outbox
from boligsak.letters.words.outbox import STATES, because, refusal
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.show import grouped, moment
from boligsak.step import done, fresh, step_page
from boligsak.web import PageRequest, page

FIELDS = {
    "dispatch.no_reason": "reason",
    "dispatch.not_yet": "posted_on",
    "dispatch.before_ready": "posted_on",
}


@require_GET
@page("letters.view_outbox")
def batches(request: PageRequest) -> HttpResponseBase:
    """All print batches this reader may see, newest first."""
    paging = Paging.asked(request.GET)
    found = query.batches_visible_to(request.user).select_related("office", "by").order_by("-pk")
    rows = list(found[paging.offset : paging.offset + paging.limit])
    return render(
        request,
        "letters/batches.html",
        {
            "title": _("Print batches"),
            "breadcrumb": [back_to_outbox()],
            "columns": [
                {"label": _("Print batch"), "header": True},
                {"label": _("State")},
                {"label": _("Office")},
                {"label": _("Letters"), "align": "end"},
                {"label": _("Sheets"), "align": "end"},
                {"label": _("Printed"), "class": "nowrap"},
                {"label": _("Posted"), "class": "nowrap"},
            ],
            "rows": [_row(row) for row in rows[: paging.size]],
            "query": request.GET,
            "pager": paging.pager(len(rows), query.count(found)),
        },
    )


@require_http_methods(["GET", "POST"])
@page("letters.work_outbox")
def batch_new(request: PageRequest, office: int) -> HttpResponseBase:
    """Prints what waits of one office."""
    waiting = next((row for row in query.to_print(request.user) if row[0] == office), None)
    if waiting is None and request.method == "GET":
        messages.info(request, _("Nothing waits to be printed there."))
        return redirect("letters:outbox")
    form = PlainForm(request.POST or None, initial=fresh())
    made: list[Made] = []

    def do() -> str:
        choice = query.OutboxChoice(query.PRINT, office_id=office)
        letters = query.chosen(request.user, choice)
        made.append(make_batch(office, letters, by=request.user, on=dates.today()))
        if made[0].batch is None:
            return reverse("letters:outbox")
        return reverse("letters:batch", args=[made[0].batch.pk])

    if where := done(request, form, do, refusal=refusal):
        if made:
            _say(request, made[0])
        return redirect(where)
    name, count = (waiting[1], waiting[2]) if waiting else ("", 0)
    return step_page(
        request,
        form,
        title=_("Print letters"),
        breadcrumb=[back_to_outbox()],
        button=_("Make the file to print"),
        back=reverse("letters:outbox"),
        about=_(
            "The letters are joined to one file for printing on both sides, with a list of what is "
            "in it and a sheet before each letter. When the pile is posted, say so on the batch's "
            "page: then every letter is sent. One file holds %(most)s letters at the most."
        )
        % {"most": MOST_IN_ONE},
        facts=[(_("Office"), name), (_("Letters that wait"), grouped(count))],
    )


@require_GET
@page("letters.view_outbox")
def batch_page(request: PageRequest, pk: int) -> HttpResponseBase:
    """What is in a batch, and what has become of it."""
    batch = _find(request.user, pk)
    inside = batch.dispatches.select_related("document", "party").order_by("on", "pk")
    letters = list(inside)
    request.saw(row.party.person_id for row in letters if row.party.person_id is not None)
    pages = {line["dispatch"]: line["pages"] for line in batch.manifest}
    is_open = batch.posted_on is None and not batch.dropped_because
    words, color = _state(batch)
    may_work = request.user.has_perm("letters.work_outbox")
    return render(
        request,
        "letters/batch.html",
        {
            "title": _("Print batch %(number)s") % {"number": batch.number},
            "breadcrumb": [back_to_outbox(), _back_to_batches()],
            "status": {"text": words, "color": color},
            "batch": batch,
            "facts": [
                (_("Office"), str(batch.office or "")),
                (_("Letters"), grouped(batch.letters)),
                (_("Sheets, printed on both sides"), grouped(batch.sheets)),
                (_("Printed"), f"{format_day(batch.made_on)}, {batch.by}"),
            ],
            "is_open": is_open,
            "may_work": may_work,
            "has_file": not batch.dropped_because,
            "columns": [
                {"label": _("No."), "align": "end"},
                {"label": _("Letter"), "header": True},
                {"label": _("Recipient")},
                {"label": _("Pages"), "align": "end"},
                {"label": _("State")},
            ],
            "rows": [_line(place, row, pages.get(row.pk)) for place, row in enumerate(letters, 1)],
            "timeline": _timeline(batch),
        },
    )


@require_GET
@page("letters.work_outbox")
def batch_file(request: PageRequest, pk: int) -> HttpResponseBase:
    """The file to print."""
    batch = _find(request.user, pk)
    if batch.dropped_because:
        raise Http404
    people = batch.dispatches.values_list("party__person_id", flat=True)
    try:
        content = content_of_batch(batch)
    except (FileNotFoundError, InvalidTag):
        messages.error(request, because("dispatch.document_lost"))
        return redirect("letters:batch", pk)
    request.saw(person for person in people if person is not None)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{batch.number}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
@page("letters.work_outbox")
def batch_post(request: PageRequest, pk: int) -> HttpResponseBase:
    """The pile was posted: every letter in it is sent."""
    batch = _find(request.user, pk)
    form = PostedForm(request.POST or None, initial=fresh(batch, posted_on=dates.today()))
    back = reverse("letters:batch", args=[pk])
    refused: list[str] = []

    def do() -> str:
        told = form.cleaned_data
        posted = post_batch(
            pk, told["posted_on"], version=told["version"], by=request.user, on=dates.today()
        )
        refused.extend(str(row.document) for row in posted.refused)
        return back

    if where := done(request, form, do, refusal=refusal, fields=FIELDS):
        messages.success(request, _("The letters are sent."))
        if refused:
            messages.warning(
                request,
                _(
                    "These must not go any more. Take them out of the pile: %(letters)s. They "
                    "stand under “Came back”, with the reason."
                )
                % {"letters": ", ".join(refused)},
            )
        return redirect(where)
    return _batch_step(
        request,
        batch,
        form,
        title=_("The batch is posted"),
        button=_("Write down that it is posted"),
        about=_("Every letter in the batch counts as sent on that day. It cannot be taken back."),
    )


@require_http_methods(["GET", "POST"])
@page("letters.work_outbox")
def batch_drop(request: PageRequest, pk: int) -> HttpResponseBase:
    """Gives a batch up; its letters wait again."""
    batch = _find(request.user, pk)
    form = ReasonForm(request.POST or None, initial=fresh(batch))

    def do() -> str:
        told = form.cleaned_data
        drop_batch(pk, told["reason"], version=told["version"], by=request.user, on=dates.today())
        return reverse("letters:outbox")

    if where := done(request, form, do, refusal=refusal, fields=FIELDS):
        messages.success(request, _("The batch is dropped. Its letters wait to be printed again."))
        return redirect(where)
    return _batch_step(
        request,
        batch,
        form,
        title=_("Drop the batch"),
        button=_("Drop the batch"),
        warning=_("The letters wait to be printed again. Throw away what is printed already."),
    )


def _batch_step(
    request: PageRequest,
    batch: PrintBatch,
    form: Any,
    *,
    title: str,
    button: str,
    about: str = "",
    warning: str = "",
) -> HttpResponseBase:
    back = reverse("letters:batch", args=[batch.pk])
    return step_page(
        request,
        form,
        title=title,
        breadcrumb=[back_to_outbox(), {"label": batch.number, "url": back}],
        button=button,
        back=back,
        about=about,
        warning=warning,
        facts=[
            (_("Print batch"), batch.number),
            (_("Office"), str(batch.office or "")),
            (_("Letters"), grouped(batch.letters)),
        ],
        refused="" if batch.posted_on is None and not batch.dropped_because else _over(batch),
    )


def _over(batch: PrintBatch) -> str:
    if batch.posted_on is None:
        return _("The batch has been dropped. Print the letters again.")
    return _("The batch was posted on %(on)s and cannot be changed.") % {
        "on": format_day(batch.posted_on)
    }


def _find(user: Any, pk: int) -> PrintBatch:
    rows = query.batches_visible_to(user).select_related("office", "by", "posted_by", "dropped_by")
    batch = get_object_or_404(rows, pk=pk)
    if not user.access.is_cleared and query.holds_protected(batch):
        raise Http404
    return batch


def _back_to_batches() -> dict[str, str]:
    return {"label": _("Print batches"), "url": reverse("letters:batches")}


def _state(batch: PrintBatch) -> tuple[str, str]:
    if batch.posted_on is not None:
        return _("Posted"), "success"
    if batch.dropped_because:
        return _("Dropped"), "neutral"
    return _("To be posted"), "info"


def _row(batch: PrintBatch) -> dict[str, Any]:
    words, color = _state(batch)
    return {
        "id": f"batch-{batch.pk}",
        "cells": [
            {"text": batch.number, "href": reverse("letters:batch", args=[batch.pk])},
            {"text": words, "tag": color},
            str(batch.office or ""),
            grouped(batch.letters),
            grouped(batch.sheets),
            {"text": format_day(batch.made_on), "sub": str(batch.by)},
            format_day(batch.posted_on) if batch.posted_on else "",
        ],
    }


def _line(place: int, row: Any, pages: int | None) -> dict[str, Any]:
    words, color = STATES[row.state]
    return {
        "id": f"letter-{row.pk}",
        "cells": [
            str(place),
            {
                "text": row.document.title,
                "href": reverse("letters:dispatch", args=[row.pk]),
                "sub": str(row.document),
            },
            row.party.name,
            "" if pages is None else str(pages),
            {"text": str(words), "tag": color},
        ],
    }


def _timeline(batch: PrintBatch) -> list[dict[str, Any]]:
    events = [{"when": moment(batch.entered_at), "what": _("Printed"), "who": str(batch.by)}]
    if batch.posted_on is not None:
        events.append(
            {
                "when": format_day(batch.posted_on),
                "what": _("Posted"),
                "who": str(batch.posted_by),
            }
        )
    if batch.dropped_because and batch.dropped_on is not None:
        events.append(
            {
                "when": format_day(batch.dropped_on),
                "what": _("Dropped"),
                "who": str(batch.dropped_by),
                "text": batch.dropped_because,
            }
        )
    return events[::-1]


def _say(request: PageRequest, made: Made) -> None:
    """What came of printing, in words."""
    if made.batch is not None:
        count = made.batch.letters
        said = ngettext(
            "%(count)s letter is ready to print.", "%(count)s letters are ready to print.", count
        )
        messages.success(request, said % {"count": count})
    else:
        messages.warning(request, _("No letter could be printed."))
    if made.refused:
        messages.warning(
            request,
            _("Some letters must not go any more. They stand under “Came back”, with the reason."),
        )
    if made.protected:
        messages.warning(
            request,
            _(
                "Some recipients have a protected address now. Somebody who is cleared prints "
                "their letters."
            ),
        )
    if made.left:
        messages.info(request, _("More letters wait. Print a second batch when this one is made."))
