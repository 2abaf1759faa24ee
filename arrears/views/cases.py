"""Opening a case by hand, what it is about, closing it and opening it again."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.cases import CloseForm, OpenForm, ReopenForm, TriggerForm, WhyForm
from arrears.models import Case, CaseStatus
from arrears.queries import cases as query
from arrears.queries.workers import worker, workers_at
from arrears.rules.cases import OUTCOMES, TRIGGERS, unanswered
from arrears.services.cases.closing import close_case as close
from arrears.services.cases.closing import ending
from arrears.services.cases.closing import reopen_case as reopen
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.cases.triggers import add_trigger, close_trigger
from arrears.views.case_steps import case_page, done, find_case, refused_when_closed, step
from arrears.views.steps import lease_terms, trail
from arrears.words.cases import refusal, trigger_name
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.step import fresh
from boligsak.web import page
from tenants.models import Lease
from tenants.queries.cards import lease_cards


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def new_case(request: HttpRequest, lease_id: int) -> HttpResponseBase:
    """The lease, what the case is about, and whose it is to be."""
    user, day = request.user, dates.today()
    lease = get_object_or_404(Lease.objects.unmasked(user), pk=lease_id)
    card = lease_cards([lease.pk], user, day)[lease.pk]
    request.saw(card.person_ids)  # type: ignore[attr-defined]
    owners = workers_at(lease.office_id, day)
    mine = str(user.pk) if str(user.pk) in dict(owners) else ""
    standing = query.open_cases_of([lease.pk], user).get(lease.pk)
    form = OpenForm(
        request.POST or None, owners=owners, initial={"submission_id": uuid4(), "owner": mine}
    )

    def do() -> str:
        asked = form.cleaned_data
        new = [NewTrigger(kind, note=asked["note"]) for kind in asked["triggers"]]
        opened = open_case(lease.pk, new, by=user, on=day, owner=worker(asked["owner"]))
        return case_page(opened.case.pk)

    case_id = standing.case_id if standing else 0
    where = done(request, form, do, case_id=case_id, fields={"owner.no_role": "owner"})
    if where:
        messages.success(
            request,
            _("It is added to case %(number)s, which is open on the lease.")
            % {"number": standing.number}
            if standing
            else _("The case is open."),
        )
        return redirect(where)
    context = {
        "title": _("Open a case"),
        "breadcrumb": trail(card),
        "facts": lease_terms(card),
        "about": _(
            "A case gathers everything that is tried so that the tenant keeps the home. There is "
            "one open case on a lease."
        ),
        "warning": _("Case %(number)s is open on this lease. What you write is added to it.")
        % {"number": standing.number}
        if standing
        else "",
        "form": form,
        "button": _("Add to the case") if standing else _("Open the case"),
        "back": reverse("desk:lease", args=[lease.pk]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "step.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def new_trigger(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One more thing the case is about."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    running = set(_running(case))
    kinds = [kind for kind in TRIGGERS if kind not in running]
    form = TriggerForm(request.POST or None, kinds=kinds, initial=fresh(case))

    def do() -> str:
        asked = form.cleaned_data
        add_trigger(
            pk,
            asked["kind"],
            note=asked["note"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return case_page(pk)

    if where := done(request, form, do, case_id=pk):
        messages.success(request, _("It is now a matter of the case."))
        return redirect(where)
    refused = refused_when_closed(request, case)
    if not kinds and not refused:
        refused = _("The case is about everything a case can be about already.")
    return step(
        request,
        case,
        form,
        title=_("What else the case is about"),
        about=_(
            "The measures, letters and conditions that belong to it are asked for from now on."
        ),
        button=_("Add"),
        refused=refused,
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def end_trigger(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """One of several matters is over."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    if kind not in TRIGGERS:
        raise Http404
    form = WhyForm(request.POST or None, initial=fresh(case))

    def do() -> str:
        asked = form.cleaned_data
        close_trigger(pk, kind, reason=asked["reason"], by=user, on=day, version=asked["version"])
        return case_page(pk)

    if where := done(request, form, do, case_id=pk):
        messages.success(request, _("It is no longer a matter of the case."))
        return redirect(where)
    refused, running = refused_when_closed(request, case), _running(case)
    if not refused and request.method != "POST" and kind not in running:
        refused = refusal(RuleBroken("trigger.not_running"))
    elif not refused and request.method != "POST" and len(running) == 1:
        refused = refusal(RuleBroken("trigger.last"))
    return step(
        request,
        case,
        form,
        title=_("No longer a matter of the case"),
        about=_("The case goes on about the rest."),
        facts=[(_("What is over"), capfirst(trigger_name(kind)))],
        button=_("It is over"),
        refused=refused,
        instead={"url": reverse("arrears:case_close", args=[pk]), "label": _("Close the case")}
        if running == [kind]
        else None,
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def close_case(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How the case ended. Only the outcomes that answer everything it is about are offered."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    known = ending(case, day)
    outcomes = [code for code in OUTCOMES if not unanswered(code, known)]
    form = CloseForm(request.POST or None, outcomes=outcomes, initial=fresh(case))

    def do() -> str:
        asked = form.cleaned_data
        close(
            pk,
            asked["outcome"],
            note=asked["note"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return case_page(pk)

    if where := done(request, form, do, case_id=pk, fields=_AT_OUTCOME):
        messages.success(request, _("The case is closed. It can be opened again with a reason."))
        return redirect(where)
    return step(
        request,
        case,
        form,
        title=_("Close the case"),
        about="",
        warning=_(
            "The proposed next step falls away, and the open tasks are dropped. Running plans "
            "and measures stay on file. The case can be opened again."
        ),
        button=_("Close the case"),
        refused=refused_when_closed(request, case),
    )


_AT_OUTCOME = dict.fromkeys(
    (
        "close.owes",
        "close.plan_runs",
        "close.no_kept_plan",
        "close.no_eviction",
        "close.nobody_died",
        "close.unanswered",
    ),
    "outcome",
)


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def reopen_case(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A closed case goes on, with everything that happened in it."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    ended = case.triggers.filter(closed_on=case.closed_on).values_list("kind", flat=True)
    form = ReopenForm(request.POST or None, initial=fresh(case, kinds=list(ended)))

    def do() -> str:
        asked = form.cleaned_data
        reopen(
            pk,
            reason=asked["reason"],
            kinds=asked["kinds"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return case_page(pk)

    if where := done(request, form, do, case_id=pk):
        messages.success(request, _("The case is open again."))
        return redirect(where)
    refused, instead = "", None
    if request.method != "POST" and case.status == CaseStatus.OPEN:
        refused = refusal(RuleBroken("reopen.open", number=case.number))
    elif request.method != "POST":
        other = query.open_cases_of([case.lease_id], user).get(case.lease_id)
        if other is not None:
            refused = refusal(RuleBroken("reopen.another", number=other.number))
            words = _("Go to case %(number)s") % {"number": other.number}
            instead = {"url": case_page(other.case_id), "label": words}
    return step(
        request,
        case,
        form,
        title=_("Open the case again"),
        about=_("It keeps its number, its caseworker and everything that has happened in it."),
        facts=[(_("Closed as"), capfirst(str(case.get_outcome_display())))] if case.outcome else [],
        button=_("Open the case again"),
        refused=refused,
        instead=instead,
    )


def _running(case: Case) -> list[str]:
    return list(case.triggers.filter(closed_on__isnull=True).values_list("kind", flat=True))
