"""One repayment plan: what is agreed, how it goes, and what can be done with it."""

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from arrears.models import CaseStatus, PlanState, RepaymentPlan
from arrears.queries.plan_check import look_at
from arrears.rules.plans import Instalment, State, judge, progress
from arrears.services.case_letters import PLAN, preview_plan
from arrears.services.plan_check import CASE_CLOSED
from arrears.views.case_steps import case_terms, find_case, trail
from arrears.views.notices import pdf_response
from arrears.words.plans import how_often, living_words, refusal, state_name, state_tag
from boligsak import dates
from boligsak.letters.models import Document
from boligsak.letters.queries.documents import hidden_parties
from boligsak.letters.services.journal import content_of
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.web import page
from tenants.words.economy import LINE_NAMES


def find_plan(user: Any, pk: int) -> RepaymentPlan:
    """The plan with its case; 404 where this user does not see the case by name."""
    plan = get_object_or_404(RepaymentPlan.objects.select_related("by", "ended_by"), pk=pk)
    plan.case = find_case(user, plan.case_id)
    return plan


@require_GET
@page("arrears.view_case")
def plan_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What is agreed, how it goes, and what can be done with it."""
    user, day, plan = request.user, dates.today(), find_plan(request.user, pk)
    case = plan.case
    may_work = user.has_perm("arrears.work_case") and case.status == CaseStatus.OPEN
    sees_social = user.has_perm("tenants.view_social")
    covered = plan.charges.select_related("line").order_by("line__due_on", "line_id")
    context = {
        "title": _("Repayment plan"),
        "breadcrumb": trail(case),
        "status": state_tag(plan.state),
        "facts": [*case_terms(request, case), *agreed(plan, sees_social=sees_social)],
        "case": case,
        "plan": plan,
        "schedule_columns": schedule_columns(with_state=plan.signed_on is not None),
        "covered": [
            {
                "cells": [
                    capfirst(str(one.line.get_kind_display())),
                    format_day(one.line.due_on),
                    kr(one.open_ore),
                ]
            }
            for one in covered
        ],
        "covered_columns": [
            {"label": _("What"), "header": True},
            {"label": _("Due"), "class": "nowrap"},
            {"label": _("Open when the plan was made"), "align": "end"},
        ],
        "may_work": may_work,
        "economy": economy_terms(plan) if sees_social else None,
        **_how_it_goes(plan, day),
    }
    return render(request, "arrears/plan.html", context)


@require_GET
@page("arrears.view_case")
def plan_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The agreement as PDF: as it was signed, or as it is to be read and signed."""
    user, plan = request.user, find_plan(request.user, pk)
    case_terms(request, plan.case)
    letters = Document.objects.filter(source=PLAN, source_id=pk, withdrawn_on__isnull=True)
    kept = letters.order_by("-pk").first()
    if kept is not None and not user.access.is_cleared and hidden_parties(kept):  # type: ignore[union-attr]
        raise Http404  # somebody has become protected since, and their address stands in it
    try:
        content = (
            content_of(kept)
            if kept is not None
            else preview_plan(plan, plan.case, by=user, on=dates.today())
        )
    except RuleBroken as broken:
        return HttpResponse(refusal(broken), status=409, content_type="text/plain; charset=utf-8")
    return pdf_response(content, f"{plan.case.number}-avtale-{pk}.pdf")


def agreed(plan: RepaymentPlan, *, sees_social: bool = True) -> list[tuple[str, str]]:
    """The terms of the plan as (term, words). Why it is more than the household can afford is for
    the welfare side (`sees_social`)."""
    terms = [
        (_("Together"), kr(plan.total_ore)),
        (_("First sum"), kr(plan.first_ore) if plan.first_ore else ""),
        (_("Instalment"), f"{kr(plan.instalment_ore)} {how_often(plan.rhythm)}"),
        (_("May be late"), _days(plan.tolerance_days)),
        (_("Drawn up"), f"{format_day(plan.made_on)}, {plan.by}"),
        (_("Signed"), format_day(plan.signed_on) if plan.signed_on else _("not yet")),
        (_("Agreed besides"), plan.note),
        (_("More than affordable because"), plan.above_because if sees_social else ""),
        (_("Ended"), _ended(plan)),
    ]
    return [(term, value) for term, value in terms if value]


def _ended(plan: RepaymentPlan) -> str:
    if plan.ended_on is None or plan.state == PlanState.KEPT:
        return ""
    if plan.ended_because == "replaced":
        return _("%(day)s, replaced by a new plan") % {"day": format_day(plan.ended_on)}
    if plan.ended_because == CASE_CLOSED:
        return _("%(day)s, because the case was closed") % {"day": format_day(plan.ended_on)}
    who = f", {plan.ended_by}" if plan.ended_by else ""
    return f"{format_day(plan.ended_on)}{who}. {plan.ended_because}".strip()


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def schedule_columns(*, with_state: bool) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = [
        {"label": _("No."), "header": True},
        {"label": _("Due"), "class": "nowrap"},
        {"label": _("Amount"), "align": "end"},
    ]
    return [*columns, {"label": _("State")}] if with_state else columns


def economy_terms(plan: RepaymentPlan) -> dict[str, Any] | None:
    """The household's economy the plan was made with, for the welfare side; None when not told."""
    kept = plan.economy
    if "lines" not in kept:
        return None
    return {
        "lines": [(str(LINE_NAMES[kind]), kr(ore)) for kind, ore, _every in kept["lines"] if ore],
        "sums": [
            (_("Income"), kr(kept["income_ore"])),
            (_("Fixed expenses"), kr(kept["fixed_ore"])),
            (_("Debts"), kr(kept["debt_ore"])),
            (_("To live on"), living_words(kept["living_ore"], kept["rate_ore"])),
            (_("Left a month"), kr(kept["left_ore"])),
            (_("Affordable a month"), kr(plan.affordable_ore)),
        ],
    }


def _how_it_goes(plan: RepaymentPlan, day: datetime.date) -> dict[str, Any]:
    """The schedule with what is paid, and what the ledger says today when it is not recorded."""
    looked = look_at([plan]).get(plan.pk)
    if looked is None:
        rows = [Instalment(*row) for row in _rows(plan)]
        return {
            "schedule": [
                {"cells": [str(one.number), format_day(one.due_on), kr(one.amount_ore)]}
                for one in rows
            ]
        }
    come = progress(looked.agreement, looked.happened, day)
    last_day = datetime.timedelta(days=plan.tolerance_days)
    rows_shown = [
        {
            "cells": [
                str(one.number),
                format_day(one.due_on),
                kr(one.amount_ore),
                _instalment_state(plan, one, come.last_paid_number, last_day, day),
            ]
        }
        for one in looked.agreement.instalments
    ]
    found: dict[str, Any] = {"schedule": rows_shown, "paid_ore": come.paid_ore}
    found["left_ore"] = come.left_ore
    if come.next is not None and plan.state == PlanState.RUNNING:
        found |= {"next_on": come.next.due_on, "next_ore": come.next_left_ore}
    verdict = judge(looked.agreement, looked.happened, day)
    if plan.state in (PlanState.RUNNING, PlanState.BROKEN, PlanState.KEPT):
        found["tonight"] = "" if verdict.state == plan.state else _tonight(verdict.state)
    if plan.state == PlanState.BROKEN and plan.broken_facts.get("due_on"):
        due_on = datetime.date.fromisoformat(plan.broken_facts["due_on"])
        found["broken"] = _("%(amount)s was missing of what was due %(day)s.") % {
            "amount": kr(plan.broken_facts["short_ore"]),
            "day": format_day(due_on),
        }
        if paid_on := plan.broken_facts.get("paid_on"):
            found["paid_since"] = datetime.date.fromisoformat(paid_on)
    return found


def _rows(plan: RepaymentPlan) -> Any:
    return plan.instalments.order_by("number").values_list("number", "due_on", "amount_ore")


def _instalment_state(
    plan: RepaymentPlan,
    one: Instalment,
    paid_until: int,
    tolerance: datetime.timedelta,
    day: datetime.date,
) -> dict[str, str]:
    if one.number <= paid_until:
        return {"text": _("paid"), "tag": "success"}
    if one.due_on + tolerance < day:
        return {"text": _("not paid in time"), "tag": "danger"}
    if one.due_on < day:
        return {"text": _("late, still in time"), "tag": "warning"}
    return {"text": _("to come"), "tag": "neutral"}


def _tonight(state: State) -> str:
    return _("As the ledger stands today the plan is %(state)s. The night records it.") % {
        "state": state_name(state)
    }
