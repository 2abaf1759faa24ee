"""Packages for the archive: ordering one, following it, fetching it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.jobs.models import RunState
from boligsak.letters.files import pieces
from boligsak.letters.forms.archive import OrderForm
from boligsak.letters.models import ArchiveExport
from boligsak.letters.queries.archive import packages, people_in, waiting
from boligsak.letters.services.archive import SEAL, order
from boligsak.letters.tasks.archive import build_archive
from boligsak.letters.words.archive import refusal, said
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.show import grouped, moment
from boligsak.step import done, fresh, step_page
from boligsak.web import PageRequest, page

_FIELDS = {
    "archive.days": "to_on",
    "archive.not_over": "to_on",
    "archive.not_cleared": "is_protected",
}
_COLORS = {
    RunState.WAITING: "info",
    RunState.RUNNING: "info",
    RunState.DONE: "success",
    RunState.REFUSED: "danger",
    RunState.FAILED: "danger",
}


@require_GET
@page("letters.export_archive")
def archive(request: PageRequest) -> HttpResponseBase:
    """The packages there are, and what waits for one."""
    paging = Paging.asked(request.GET)
    found = packages(request.user.access)
    rows = list(found[paging.offset : paging.offset + paging.limit])
    wait = waiting(dates.today())
    lead = _("Everything that has been journaled until yesterday is in a package.")
    if wait.documents:
        lead = ngettext(
            "%(number)s document waits for a package (journaled from %(first)s to %(last)s).",
            "%(number)s documents wait for a package (journaled from %(first)s to %(last)s).",
            wait.documents,
        ) % {
            "number": grouped(wait.documents),
            "first": format_day(wait.first_on),
            "last": format_day(wait.last_on),
        }
    return render(
        request,
        "letters/archive.html",
        {
            "title": _("Packages for the archive"),
            "lead": lead,
            "breadcrumb": [_journal()],
            "action": {"label": _("Order a package"), "url": reverse("letters:archive_new")},
            "columns": [
                {"key": "days", "label": _("Journaled"), "header": True},
                {"key": "what", "label": _("What")},
                {"key": "documents", "label": _("Documents"), "align": "end"},
                {"key": "state", "label": _("State")},
                {"key": "by", "label": _("Ordered")},
            ],
            "rows": [{"id": f"p{one.pk}", "cells": _cells(one)} for one in rows[: paging.size]],
            "query": request.GET,
            "pager": paging.pager(len(rows), found.count()),
        },
    )


@require_http_methods(["GET", "POST"])
@page("letters.export_archive")
def archive_new(request: PageRequest) -> HttpResponseBase:
    """Ordering a package. The worker makes it; the next page follows how far it has come."""
    user, day = request.user, dates.today()
    wait = waiting(day)
    initial = fresh(from_on=wait.first_on, to_on=wait.last_on)
    form = OrderForm(request.POST or None, initial=initial, is_cleared=user.access.is_cleared)

    def do() -> str:
        given = form.cleaned_data
        row = order(
            given["from_on"],
            given["to_on"],
            is_protected=given.get("is_protected", False),
            is_repeat=given["is_repeat"],
            by=user,
            on=day,
        )
        transaction.on_commit(partial(build_archive.delay, row.pk, day.isoformat()))
        return reverse("letters:archive_package", args=[row.pk])

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The package is ordered."))
        return redirect(where)
    return step_page(
        request,
        form,
        title=_("Order a package for the archive"),
        breadcrumb=[_journal(), _list()],
        about=_(
            "The package holds a Noark 5 message (arkivmelding) and the file of each document. "
            "A document is in one package. What a message says of a document tells nobody's "
            "protected address. The files are as they were made: protected folders are in packages "
            "of their own."
        ),
        button=_("Order"),
        back=reverse("letters:archive"),
    )


@require_GET
@page("letters.export_archive")
def archive_package(request: PageRequest, pk: int) -> HttpResponseBase:
    """How far it has come; afterwards what is in it, and what could not be read."""
    row = _find(request, pk)
    context: dict[str, Any] = {
        "title": _("Package %(number)d") % {"number": row.pk},
        "breadcrumb": [_journal(), _list()],
        "status": _tag(row),
        "row": row,
        "facts": _facts(row),
    }
    if _runs(row):
        context["job"] = _job(row)
    elif row.run and row.run.state != RunState.DONE:
        broken = row.run.refusal
        context["refused"] = (
            said(broken["code"], broken["facts"])
            if broken
            else _("The package could not be made. Tell whoever runs the system, and order again.")
        )
    else:
        context["lost"] = row.run.counts.get("lost", []) if row.run else []
    return render(request, "letters/archive_package.html", context)


@require_GET
@page("letters.export_archive")
def archive_progress(request: PageRequest, pk: int) -> HttpResponseBase:
    """The part of the page that asks every second; when it is over the whole page is fetched."""
    if not request.htmx:  # type: ignore[attr-defined]
        raise BadRequest
    row = _find(request, pk)
    response = render(request, "parts/_progress.html", {"job": _job(row), "status": _tag(row)})
    if not _runs(row):
        response["HX-Refresh"] = "true"
    return response


@never_cache
@require_GET
@page("letters.export_archive")
def archive_file(request: PageRequest, pk: int) -> HttpResponseBase:
    """The package, opened piece by piece on its way out."""
    row = _find(request, pk)
    if not row.stored:
        raise Http404
    request.saw(people_in(row), _("Package for the archive"))
    name = f"arkivpakke-{row.pk}-{row.from_on}-{row.to_on}.zip"
    return StreamingHttpResponse(
        pieces(row.stored, SEAL),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# --- What the pages say ---------------------------------------------------------------------------


def _find(request: HttpRequest, pk: int) -> ArchiveExport:
    found = packages(request.user.access)  # type: ignore[union-attr]
    return get_object_or_404(found, pk=pk)


def _runs(row: ArchiveExport) -> bool:
    return row.run is not None and row.run.state in (RunState.WAITING, RunState.RUNNING)


def _tag(row: ArchiveExport) -> dict[str, str]:
    state = RunState(row.run.state) if row.run else RunState.DONE
    return {"text": capfirst(str(state.label)), "color": _COLORS[state]}


def _what(row: ArchiveExport) -> str:
    words = [_("Protected folders") if row.is_protected else _("Ordinary folders")]
    if row.is_repeat:
        words.append(_("also what was in a package before"))
    return ", ".join(words)


def _cells(row: ArchiveExport) -> list[Any]:
    tag = _tag(row)
    return [
        {
            "text": f"{format_day(row.from_on)}–{format_day(row.to_on)}",
            "href": reverse("letters:archive_package", args=[row.pk]),
        },
        _what(row),
        grouped(row.documents) if row.stored else "",
        {"text": tag["text"], "tag": tag["color"]},
        f"{format_day(row.on)}, {row.by}",
    ]


def _facts(row: ArchiveExport) -> list[tuple[str, str]]:
    counts = row.run.counts if row.run else {}
    facts = [
        (_("Journaled"), f"{format_day(row.from_on)}–{format_day(row.to_on)}"),
        (_("What"), _what(row)),
        (_("Ordered"), f"{format_day(row.on)}, {row.by}"),
    ]
    if row.stored:
        ended_at = row.run.ended_at if row.run else None
        facts += [
            (_("Documents"), grouped(row.documents)),
            (_("Size"), filesizeformat(counts.get("bytes", 0))),
            (_("Package made"), moment(ended_at) if ended_at else ""),
            ("SHA-256", row.sha256),
        ]
    return [(term, value) for term, value in facts if value]


def _job(row: ArchiveExport) -> dict[str, Any]:
    run = row.run
    state = run.state if run else RunState.WAITING
    return {
        "id": row.pk,
        "title": _("Making the package"),
        "state": "failed" if state in (RunState.FAILED, RunState.REFUSED) else state,
        "done": run.done if run else 0,
        "total": run.total if run else None,
        "text": _("Nothing counts as archived before the whole package is made."),
        "url": reverse("letters:archive_progress", args=[row.pk]),
        "page": reverse("letters:archive_package", args=[row.pk]),
    }


def _journal() -> dict[str, Any]:
    return {"label": _("Journal"), "url": reverse("letters:journal")}


def _list() -> dict[str, Any]:
    return {"label": _("Packages for the archive"), "url": reverse("letters:archive")}
