"""One file of the rent system's register, loaded from the browser, with a report row by row."""

from functools import partial
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from arrears.services.portfolio import FILES, JOB
from arrears.services.portfolio_uploads import MOST_REFUSED, receive_portfolio
from arrears.tasks import load_portfolio
from arrears.words import portfolio as words
from boligsak import dates
from boligsak.accounts.services import once
from boligsak.administration.site import crumbs
from boligsak.fields import PlainSelect
from boligsak.jobs.models import JobRun, RunState
from boligsak.show import moment, number
from boligsak.web import page
from tenants.rules.semicolon_file import Refusal

LOAD = "tenants.import_portfolio"
LARGEST = 200 * 1024 * 1024
_SHOWN_RUNS = 20

WHAT = {
    "dwellings.csv": gettext_lazy("Dwellings and buildings"),
    "people.csv": gettext_lazy("People and households"),
    "leases.csv": gettext_lazy("Leases with parties and rent"),
    "charges.csv": gettext_lazy("Charges"),
    "payments.csv": gettext_lazy("Payments"),
}

_COLORS = {
    RunState.DONE: "success",
    RunState.REFUSED: "danger",
    RunState.FAILED: "danger",
    RunState.RUNNING: "info",
    RunState.WAITING: "info",
}


class PortfolioForm(forms.Form):
    what = forms.ChoiceField(label=gettext_lazy("What the file holds"), widget=PlainSelect)
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("UTF-8 with semicolons and a header, as “CSV UTF-8” from Excel."),
        widget=forms.FileInput,
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        choices = [("", _("Choose")), *((name, f"{WHAT[name]} ({name})") for name in FILES)]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(
                _("The file is larger than %(most)s. Load it with the command line instead."),
                params={"most": filesizeformat(LARGEST)},
            )
        return file


@require_http_methods(["GET", "HEAD", "POST"])
@page(LOAD)
def portfolio(request: HttpRequest) -> HttpResponseBase:
    """The loads there have been, and a form for the next. The worker does it."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PortfolioForm(*sent, initial={"submission_id": uuid4()})
    if form.is_bound and form.is_valid():
        day = dates.today()

        def do() -> str:
            values = form.cleaned_data
            run = receive_portfolio(values["file"], values["what"], by=request.user, today=day)
            transaction.on_commit(partial(load_portfolio.delay, run.pk, day.isoformat()))
            return reverse("admin:portfolio_run", args=[run.pk])

        where = once(form.cleaned_data["submission_id"], by=request.user, path=request.path, do=do)
        return redirect(where)
    runs = JobRun.objects.filter(job=JOB).select_related("by").order_by("-asked_at")
    return render(
        request,
        "admin/portfolio.html",
        {
            "title": _("Load a file into the register"),
            "lead": _("The whole file is loaded, or nothing of it. Then you see what to mend."),
            "breadcrumb": crumbs(),
            "form": form,
            "columns": [
                {"label": _("Asked for"), "header": True},
                {"label": _("File")},
                {"label": _("State")},
                {"label": _("By")},
            ],
            "rows": [
                {
                    "cells": [
                        {
                            "text": moment(run.asked_at),
                            "href": reverse("admin:portfolio_run", args=[run.pk]),
                        },
                        run.subject,
                        {"text": run.get_state_display(), "tag": _COLORS[RunState(run.state)]},
                        str(run.by) if run.by else _("the command line"),
                    ]
                }
                for run in runs[:_SHOWN_RUNS]
            ],
        },
        status=422 if form.is_bound else 200,
    )


@require_GET
@page(LOAD)
def portfolio_run(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How far a load has come; afterwards what was added, or every row that was refused and why."""
    run = get_object_or_404(JobRun, pk=pk, job=JOB)
    refused = [Refusal(*row) for row in run.counts.get("refused", [])]
    return render(
        request,
        "admin/portfolio_run.html",
        {
            "title": run.subject,
            "breadcrumb": crumbs((_("Load a file into the register"), "admin:portfolio")),
            "status": _status(run),
            "run": run,
            "job": _job(run) if run.state in (RunState.WAITING, RunState.RUNNING) else None,
            "sentence": _sentence(run),
            "counted": [
                (name, number(run.counts["added"].get(name, 0)), number(there))
                for name, there in run.counts.get("there", {}).items()
            ],
            "columns": [
                {"label": _("Line"), "header": True, "align": "end"},
                {"label": _("Column")},
                {"label": _("Why")},
            ],
            "rows": [
                {"cells": [number(row.line) if row.line else "–", row.column, words.reason(row)]}
                for row in refused
            ],
            "has_more": run.counts.get("refused_rows", 0) > MOST_REFUSED,
            "most": MOST_REFUSED,
        },
    )


@require_GET
@page(LOAD)
def portfolio_progress(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The part of the page that asks every second; when it is over the whole page is fetched."""
    if not request.htmx:  # type: ignore[attr-defined]
        raise BadRequest
    run = get_object_or_404(JobRun, pk=pk, job=JOB)
    response = render(request, "parts/_progress.html", {"job": _job(run), "status": _status(run)})
    if run.state not in (RunState.WAITING, RunState.RUNNING):
        response["HX-Refresh"] = "true"
    return response


def _status(run: JobRun) -> dict[str, Any]:
    return {"text": run.get_state_display(), "color": _COLORS[RunState(run.state)]}


def _job(run: JobRun) -> dict[str, Any]:
    return {
        "id": run.pk,
        "title": _("Loading %(file)s") % {"file": run.subject},
        "state": run.state,
        "done": run.done,
        "total": run.total,
        "text": _("Nothing is stored before the whole file has been read and found in order."),
        "url": reverse("admin:portfolio_progress", args=[run.pk]),
        "page": reverse("admin:portfolio_run", args=[run.pk]),
    }


def _sentence(run: JobRun) -> str:
    """Why nothing was stored; empty when it was, or is being."""
    if run.state == RunState.FAILED:
        return _("Something went wrong in Boligsak. Nothing was stored. Tell the administrator.")
    if run.state != RunState.REFUSED or not run.refusal:
        return ""
    if run.refusal["code"] == "job.running":
        return _("Another load was at work. Send the file in again when it has finished.")
    return words.sentence(run.refusal["code"], run.refusal["facts"])
