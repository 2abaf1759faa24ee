"""Steps on many leases: looked through, started, followed and found again; with what was refused.

Two kinds have pages of their own, because other people take them: renewals and indexations.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from boligsak import dates
from boligsak.export import FORMATS, as_file
from boligsak.jobs.models import JobRun, RunState
from boligsak.paging import Paging
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import number
from boligsak.step import done, fresh
from boligsak.web import PageRequest, page
from tenants.forms.renewals import BulkTermForm, ExpiringFilter, StartForm, StartRenewalsForm
from tenants.models import BulkKind, BulkState, BulkStep
from tenants.queries import expiring as expiring_query
from tenants.queries.bulk import counted, rows_of
from tenants.queries.cards import lease_cards
from tenants.queries.offices import offices
from tenants.queries.renewals import policy_of, renewal_policies
from tenants.rules.indexation import last_notice_day
from tenants.services import bulk as service
from tenants.services.bulk import FAULT, PLANNED, Kind
from tenants.services.bulk_indexation import INDEXATION, valid_from_of
from tenants.services.bulk_renewal import MOST, RENEWALS, prepare_renewals
from tenants.tasks import index_rents, renew_leases
from tenants.views.bulk_rows import (
    BulkLine,
    cells,
    columns,
    file_columns,
    file_row,
    lines,
    status,
    sums,
)
from tenants.words import bulk as words

AT_WORK = (BulkState.ASKED, BulkState.RUNNING)


@dataclass(frozen=True, slots=True)
class Look:
    """What the pages of one kind look like."""

    kind: Kind
    page: str
    progress: str
    export: str
    title: str | Promise
    at_work: str | Promise
    consequence: str | Promise
    button: Callable[[int], str]
    parent: tuple[str | Promise, str]
    task: Any
    form: type[StartForm] = StartForm


def _renew_button(count: int) -> str:
    return ngettext("Renew %(count)s contract", "Renew %(count)s contracts", count) % {
        "count": number(count)
    }


def _index_button(count: int) -> str:
    return ngettext(
        "Index %(count)s rent and write the notice",
        "Index %(count)s rents and write the notices",
        count,
    ) % {"count": number(count)}


RENEWAL_LOOK = Look(
    kind=RENEWALS,
    page="tenants:bulk",
    progress="tenants:bulk_progress",
    export="tenants:bulk_export",
    title=gettext_lazy("Renew many contracts"),
    at_work=gettext_lazy("Renewing contracts"),
    consequence=gettext_lazy(
        "Each contract gets its new last day, and each tenant a letter in the outbox."
    ),
    button=_renew_button,
    parent=(gettext_lazy("Contracts that run out"), "tenants:expiring"),
    task=renew_leases,
    form=StartRenewalsForm,
)

INDEX_LOOK = Look(
    kind=INDEXATION,
    page="tenants:index_run",
    progress="tenants:index_progress",
    export="tenants:index_export",
    title=gettext_lazy("Index many rents"),
    at_work=gettext_lazy("Indexing rents"),
    consequence=gettext_lazy(
        "Each tenant gets a notice in the outbox. A rent changes when its notice has been sent in"
        " time, and not before."
    ),
    button=_index_button,
    parent=(gettext_lazy("Indexation of rents"), "tenants:indexation"),
    task=index_rents,
)


# --- From the list ----------------------------------------------------------------------------


@require_POST
@page("tenants.renew_in_bulk")
def bulk_new(request: PageRequest) -> HttpResponseBase:
    """The ticked leases, or all that the list holds, to be looked through."""
    user, day = request.user, dates.today()
    form = _TickForm(request.POST)
    back = reverse("tenants:expiring")
    if not form.is_valid():
        messages.error(request, words.refusal(RuleBroken("bulk.none")))
        return redirect(back)
    chosen = form.cleaned_data["chosen"]
    back += f"?{chosen}" if chosen else ""
    leases = [int(pk) for pk in request.POST.getlist("lease") if pk.isdigit() and len(pk) < 18]
    if form.cleaned_data["take"] == "all":
        leases = _all_of(chosen, user)

    def do() -> str:
        step = prepare_renewals(leases, by=user, on=day)
        return reverse("tenants:bulk", args=[step.pk])

    where = done(request, form, do, refusal=words.refusal)
    if not where:
        for error in form.non_field_errors():
            messages.error(request, str(error))
    return redirect(where or back)


class _TickForm(StartForm):
    """What stands below the list; `chosen` is the list's own filter."""

    seen = None  # type: ignore[assignment]
    take = forms.ChoiceField(choices=[("ticked", ""), ("all", "")])
    chosen = forms.CharField(required=False, max_length=400)


def _all_of(chosen: str, user: Any) -> list[int]:
    """Every lease that a list with this filter holds; one more than can be taken is enough."""
    from django.http import QueryDict

    choice = ExpiringFilter(QueryDict(chosen), offices=offices(user)).choice()
    found = expiring_query.chosen(user, choice, dates.today())
    return list(found.unmasked(user).order_by("pk").values_list("pk", flat=True)[: MOST + 1])


# --- The pages --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page("tenants.renew_in_bulk")
def bulk(request: PageRequest, pk: int) -> HttpResponseBase:
    """Many renewals: what would be done, what is being done, or what was."""
    return _page(request, pk, RENEWAL_LOOK)


@require_GET
@page("tenants.renew_in_bulk")
def bulk_progress(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How far many renewals have come."""
    return _progress(request, pk, RENEWAL_LOOK)


@require_GET
@page("tenants.renew_in_bulk")
def bulk_export(request: PageRequest, pk: int) -> HttpResponseBase:
    """Every row of many renewals as a file."""
    return _export(request, pk, RENEWAL_LOOK)


@require_http_methods(["GET", "POST"])
@page("tenants.change_rent")
def index_run(request: PageRequest, pk: int) -> HttpResponseBase:
    """An indexation: what would be done, what is being done, or what was."""
    return _page(request, pk, INDEX_LOOK)


@require_GET
@page("tenants.change_rent")
def index_progress(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How far an indexation has come."""
    return _progress(request, pk, INDEX_LOOK)


@require_GET
@page("tenants.change_rent")
def index_export(request: PageRequest, pk: int) -> HttpResponseBase:
    """Every row of an indexation as a file."""
    return _export(request, pk, INDEX_LOOK)


def _page(request: PageRequest, pk: int, look: Look) -> HttpResponseBase:
    step = _find(pk, look)
    if request.method == "POST" and (act := request.POST.get("do", "start")) != "start":
        return _act(request, step, look, act)
    return _start(request, step, look)


def _act(request: PageRequest, step: BulkStep, look: Look, act: str) -> HttpResponseBase:
    """What is done without a form of its own; then back to the same page of the list."""
    user, day = request.user, dates.today()
    asked = request.POST.get("version", "")
    version = int(asked) if asked.isdigit() and len(asked) < 10 else 0
    try:
        if act in ("leave_out", "take_in"):
            rows = [int(pk) for pk in request.POST.getlist("row") if pk.isdigit() and len(pk) < 18]
            service.choose(step.pk, rows, is_chosen=act == "take_in", version=version, by=user)
        elif act == "drop":
            service.drop(step.pk, version=version, by=user, on=day)
            messages.success(request, _("It is dropped. Nothing was done."))
            return redirect(look.parent[1])
        elif act == "again":
            with transaction.atomic():
                service.start_again(look.kind, step.pk, by=user, on=day)
                _run_later(look, step.pk)
        else:
            raise BadRequest
    except RuleBroken as broken:
        messages.error(request, words.refusal(broken))
    return redirect(request.get_full_path())


def _start(request: PageRequest, step: BulkStep, look: Look) -> HttpResponseBase:
    user = request.user
    is_preview = step.state == BulkState.PREVIEW
    chooser = _chooser(request, step, look) if is_preview else None
    if isinstance(chooser, BulkTermForm):
        step.wanted = step.wanted | chooser.wanted()
    found, seen = _lines(step, user, look, is_preview=is_preview)
    will = sum(line.row.is_chosen and not line.is_refused for line in found)
    first = fresh(step, seen=seen, term=step.wanted.get("term", ""))
    form = look.form(request.POST or None, initial=first) if is_preview else None

    if form is not None:
        do = partial(_started, form, step.pk, look, user)
        if where := done(request, form, do, refusal=words.refusal):
            return redirect(where)
    if form is not None and form.is_bound:
        # Whoever looks at the list as it is now can start it as it is now.
        data: Any = form.data.copy()
        data.update({"seen": seen})
        form.data = data
    paging = Paging.asked(request.GET)
    shown = found[paging.offset : paging.offset + paging.size]
    request.saw(person for line in shown for person in line.card.person_ids)
    back = f"?back={quote(request.get_full_path())}"
    refused = sum(line.row.is_chosen and line.is_refused for line in found)
    context = {
        "title": look.title,
        "breadcrumb": [{"label": look.parent[0], "url": reverse(look.parent[1])}],
        "status": status(step),
        "facts": _facts(step, look),
        "form": form,
        "chooser": chooser,
        "consequence": look.consequence,
        "button": look.button(will) if will else "",
        "will": will,
        "refused": refused,
        "sentence": _sentence(step, will, refused),
        "columns": columns(BulkKind(step.kind)),
        "rows": [
            {
                "id": f"r{line.row.pk}",
                "cells": cells(line, BulkKind(step.kind), back),
                **({"value": str(line.row.pk), "name": line.card.number} if is_preview else {}),
            }
            for line in shown
        ],
        "select": "row" if is_preview else "",
        "version": step.version,
        "query": request.GET,
        "pager": paging.pager(len(found) - paging.offset, len(found)),
        "export": reverse(look.export, args=[step.pk]),
        "job": _job(step, look) if step.state in AT_WORK else None,
        "may_go_on": _may_go_on(step, found),
        "is_over": step.state == BulkState.DONE,
    }
    status_code = 422 if form is not None and form.is_bound else 200
    return render(request, "tenants/bulk.html", context, status=status_code)


def _started(form: StartForm, pk: int, look: Look, user: Any) -> str:
    asked = form.cleaned_data
    service.start(
        look.kind,
        pk,
        form.wanted(),
        seen=asked["seen"],
        version=asked["version"] or 0,
        by=user,
        on=dates.today(),
    )
    _run_later(look, pk)
    return reverse(look.page, args=[pk])


def _progress(request: HttpRequest, pk: int, look: Look) -> HttpResponseBase:
    """The part of the page that asks every second; when it is over the whole page is fetched."""
    if not request.htmx:  # type: ignore[attr-defined]
        raise BadRequest
    step = _find(pk, look)
    response = render(
        request, "parts/_progress.html", {"job": _job(step, look), "status": status(step)}
    )
    is_waiting = step.run is not None and step.run.state in (RunState.WAITING, RunState.RUNNING)
    if step.state not in AT_WORK or not is_waiting:
        response["HX-Refresh"] = "true"
    return response


def _export(request: PageRequest, pk: int, look: Look) -> HttpResponseBase:
    user, step = request.user, _find(pk, look)
    is_preview = step.state == BulkState.PREVIEW
    found, _seen = _lines(step, user, look, is_preview=is_preview, to_file=True)
    request.saw(person for line in found for person in line.card.person_ids)
    kind, asked = BulkKind(step.kind), request.GET.get("export")
    return as_file(
        asked if asked in FORMATS else "csv",
        f"{kind}-{step.pk}-{step.on.isoformat()}",
        file_columns(kind),
        (file_row(line, kind) for line in found),
    )


def _find(pk: int, look: Look) -> BulkStep:
    steps = BulkStep.objects.filter(kind=look.kind.name)
    return get_object_or_404(counted(steps), pk=pk)


def _lines(
    step: BulkStep, user: Any, look: Look, *, is_preview: bool, to_file: bool = False
) -> tuple[list[BulkLine], str]:
    """The rows this user sees, and the digest of what would be done to the chosen ones."""
    rows, day = rows_of(step, user), dates.today()
    leases = [row.lease_id for row in rows]
    plans = look.kind.plan(step, leases, day) if is_preview else {}
    chosen = {row.lease_id for row in rows if row.is_chosen}
    seen = service.digest({pk: plan for pk, plan in plans.items() if pk in chosen})
    return lines(rows, lease_cards(leases, user, day, to_file=to_file), plans), seen


def _chooser(request: PageRequest, step: BulkStep, look: Look) -> BulkTermForm | None:
    if look.kind.name != BulkKind.RENEWAL:
        return None
    asked: Any = request.GET
    if request.method == "POST":
        asked = {"term": request.POST.get("term", "").replace("usual", "")}
    policies = renewal_policies(dates.today())
    held = request.user.access.office_ids
    office = next(iter(held)) if held is not None and len(held) == 1 else 0
    return BulkTermForm(asked, policy=policy_of(policies, office).values)


def _facts(step: BulkStep, look: Look) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [(_("Chosen by"), str(step.by)), (_("Leases"), sums(step))]
    if look.kind.name == BulkKind.INDEXATION:
        valid_from = valid_from_of(step)
        facts.append((_("New rent from"), format_day(valid_from)))
        facts.append((_("Notices must be sent by"), format_day(last_notice_day(valid_from))))
    return facts


def _sentence(step: BulkStep, will: int, refused: int) -> str:
    if step.state == BulkState.PREVIEW:
        told = {"will": number(will), "refused": number(refused)}
        return _("%(will)s will be done. %(refused)s cannot, and stay as they are.") % told
    if step.state == BulkState.DONE:
        return sums(step)
    return ""


def _job(step: BulkStep, look: Look) -> dict[str, Any]:
    run = step.run
    return {
        "id": step.pk,
        "title": look.at_work,
        "state": run.state if run else RunState.WAITING,
        "done": run.done if run else 0,
        "total": run.total if run else None,
        "text": _("You find it again under “%(place)s”.") % {"place": look.parent[0]},
        "url": reverse(look.progress, args=[step.pk]),
        "page": reverse(look.page, args=[step.pk]),
    }


def _may_go_on(step: BulkStep, found: list[BulkLine]) -> bool:
    """Whether there is something left that somebody may want to start again."""
    run: JobRun | None = step.run
    if step.state in AT_WORK:
        return True
    left = any(line.row.is_chosen and line.state == PLANNED for line in found)
    return (
        run is not None
        and step.state == BulkState.DONE
        and (left or any(line.code == FAULT for line in found))
    )


def _run_later(look: Look, pk: int) -> None:
    transaction.on_commit(partial(look.task.delay, pk, dates.today().isoformat()))
