"""Repayment plans and other payers on the case page."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from arrears.models import Case, CaseAct, ExpectedPayment, PlanState
from arrears.queries.payers import PayerMissing, missing_payers
from arrears.queries.plan_check import look_at
from arrears.queries.plans import plans_of
from arrears.rules.plans import progress
from arrears.words.plans import ACTS, act, how_often, payer_name, state_tag
from boligsak.desk.case.base import Event, Reader
from boligsak.show import day as format_day
from boligsak.show import kr


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """The plans, the newest first, with how the one that runs goes; and who else pays."""
    plans = plans_of(case)
    looked = look_at([plan for plan in plans if plan.state == PlanState.RUNNING])
    shown: list[dict[str, Any]] = []
    for plan in plans:
        found = looked.get(plan.pk)
        come = progress(found.agreement, found.happened, day) if found else None
        shown.append(
            {
                "href": reverse("arrears:plan", args=[plan.pk]),
                "tag": state_tag(plan.state),
                "terms": _("%(amount)s %(often)s, together %(total)s")
                % {
                    "amount": kr(plan.instalment_ore),
                    "often": how_often(plan.rhythm),
                    "total": kr(plan.total_ore),
                },
                "signed_on": plan.signed_on,
                "broken_on": plan.broken_on,
                "left_ore": come.left_ore if come else None,
                "next_on": come.next.due_on if come and come.next else None,
                "next_ore": come.next_left_ore if come else 0,
            }
        )
    may_work = reader.may_work
    running = next((one for one in shown if one["next_on"]), None)
    found_section: dict[str, Any] = {
        "plans": shown,
        # That Nav or a guardian pays says something of the tenant: for the welfare side.
        "payers": payers_on(case.lease_id, day, case.pk if may_work else None)
        if reader.sees_social
        else [],
        "new_plan": reverse("arrears:new_plan", args=[case.pk]) if may_work else "",
        "new_payer": reverse("arrears:new_payer", args=[case.pk]) if may_work else "",
        "nav_package": reverse("arrears:nav_package", args=[case.pk])
        if reader.may("arrears.work_case")
        else "",
    }
    if running:
        found_section["summary"] = {
            "term": _("Next instalment"),
            "kr": None,
            "text": kr(running["next_ore"]),
            "on": running["next_on"],
        }
    return found_section


def payers_on(
    lease_id: int, day: datetime.date, case_id: int | None = None
) -> list[dict[str, Any]]:
    """Who besides the tenant pays on the lease, and what has not come from them.

    `case_id`: the open case on which a reader who may can end an agreement.
    """
    rows = list(
        ExpectedPayment.objects.filter(lease_id=lease_id).exclude(to_on__lt=day).order_by("pk")
    )
    missing = missing_payers(day, [lease_id]).get(lease_id, []) if rows else []
    return payer_lines(rows, missing, day, case_id)


def payer_lines(
    rows: Iterable[ExpectedPayment],
    missing: Sequence[PayerMissing],
    day: datetime.date,
    case_id: int | None = None,
) -> list[dict[str, Any]]:
    """The same in words, of rows that have been asked for."""
    return [
        {
            "name": payer_name(row.payer, row.name),
            "amount_ore": row.amount_ore,
            "day": row.day,
            "from_on": row.from_on if row.from_on > day else None,
            "to_on": row.to_on,
            "missing": [
                {
                    "month": format_day(one.missing.month)[3:],
                    "ore": one.missing.short_ore,
                    "on": one.missing.expected_on,
                }
                for one in missing
                if one.payment_id == row.pk
            ],
            "stop": reverse("arrears:stop_payer", args=[case_id, row.pk]) if case_id else "",
        }
        for row in rows
    ]


def events(case: Case, reader: Reader) -> list[Event]:
    """Plans signed, broken, restored, kept and ended; payers who came and went."""
    found = []
    seen = [what for what in ACTS if reader.sees_social or not what.startswith("payer_")]
    for row in CaseAct.objects.filter(case=case, what__in=seen).select_related("by"):
        what, tone = act(row.what, row.facts)
        entry = {
            "when": format_day(row.on),
            "what": what,
            "text": row.note,
            "who": str(row.by) if row.by else _("The night's check"),
            "tone": tone,
        }
        if plan_id := row.facts.get("plan"):
            entry["href"] = reverse("arrears:plan", args=[plan_id])
        found.append(Event(row.on, row.entered_at, entry))
    return found
