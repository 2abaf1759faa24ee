"""Letters about a case that are no notices: the repayment plan, and the package for Nav."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import ngettext

from arrears.letter_kinds import NAV_PACKAGE, REPAYMENT_PLAN
from arrears.models import Case, RepaymentPlan
from arrears.queries.recipients import tenants_on
from arrears.services.case_folder import case_folder, nav_party
from arrears.services.cases.base import at_work, touched
from arrears.words.notice_text import pay_to
from arrears.words.plans import how_often
from boligsak.dates import format_day
from boligsak.letters import registry
from boligsak.letters.models import Document
from boligsak.letters.services import outbox
from boligsak.letters.services.journal import NewParty
from boligsak.letters.services.writing import preview, write
from boligsak.money import format_kr
from boligsak.rule import RuleBroken
from tenants.models import Person
from tenants.queries.addressees import addressees
from tenants.services.letters import party_of

PLAN = "plan"
LANGUAGE = "nb"  # amounts and rhythms are said in one language, as they are agreed


def plan_fields(plan: RepaymentPlan, people: list[Person]) -> dict[str, str]:
    """What a repayment plan says, as its template's fields."""
    lease = plan.lease
    with translation.override(LANGUAGE):
        rhythm = how_often(plan.rhythm)
        days = ngettext("%(count)d day", "%(count)d days", plan.tolerance_days)
    covered = plan.charges.select_related("line").order_by("line__due_on", "line_id")
    instalments = plan.instalments.order_by("number")
    account = settings.MUNICIPALITY["account"]
    return {
        "lease": lease.number,
        "tenants": registry.items(str(person) for person in people),
        "total": format_kr(plan.total_ore),
        "first": format_kr(plan.first_ore) if plan.first_ore else "",
        "instalment": f"{format_kr(plan.instalment_ore)} {rhythm}",
        "tolerance": days % {"count": plan.tolerance_days},
        "schedule": registry.table(
            [
                ("Nr.", "Forfall", "Beløp"),
                *(
                    (str(one.number), format_day(one.due_on), format_kr(one.amount_ore))
                    for one in instalments
                ),
            ]
        ),
        "covered": registry.table(
            [
                ("Krav", "Forfall", "Beløp"),
                *((_kind(one), _due(one), format_kr(one.open_ore)) for one in covered),
            ]
        ),
        "note": plan.note,
        "pay_to": pay_to(account, lease.kid or "", lease.number) if account else "",
    }


def _kind(one: Any) -> str:
    with translation.override(LANGUAGE):
        return capfirst(str(one.line.get_kind_display()))


def _due(one: Any) -> str:
    return format_day(one.line.due_on) if one.line.due_on else ""


def preview_plan(plan: RepaymentPlan, case: Case, *, by: Any, on: datetime.date) -> bytes:
    """The agreement as PDF, to be read and signed; nothing is kept. Raises as `compose`, or
    "plan.nobody_to_sign"."""
    people, parties = _tenants(case, on)
    return preview(
        REPAYMENT_PLAN,
        reference=case.number,
        fields=plan_fields(plan, people),
        to=parties[0],
        office_id=case.office_id,
        language=LANGUAGE,
        by=by,
        on=on,
        dated_on=plan.made_on,
    )


def keep_plan(plan: RepaymentPlan, case: Case, *, by: Any, on: datetime.date) -> Document:
    """The agreement as it was signed, in the journal of the case. In the caller's transaction, and
    last in it. Raises as `preview_plan`."""
    people, parties = _tenants(case, plan.signed_on or on)
    return write(
        REPAYMENT_PLAN,
        folder=case_folder(case, on),
        fields=plan_fields(plan, people),
        to=parties[0],
        copies=parties[1:],
        office_id=case.office_id,
        language=LANGUAGE,
        by=by,
        on=on,
        dated_on=plan.made_on,
        source=PLAN,
        source_id=plan.pk,
    )


def preview_nav(
    case: Case, fields: Mapping[str, str], *, to_nav: bool, by: Any, on: datetime.date
) -> bytes:
    """The package for Nav as PDF; nothing is kept. Raises as `compose`, or
    "plan.nobody_to_sign"."""
    return preview(
        NAV_PACKAGE,
        reference=case.number,
        fields=fields,
        to=nav_party() if to_nav else _tenants(case, on)[1][0],
        office_id=case.office_id,
        language=LANGUAGE,
        by=by,
        on=on,
    )


@transaction.atomic
def send_nav_package(
    case_id: int,
    fields: Mapping[str, str],
    *,
    to_nav: bool,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Document:
    """The package as a letter in the outbox: to the tenant, who hands it in, or to Nav itself.

    It holds the household's budget, so it is for the welfare side alone. Raises as `at_work`,
    `compose` and the outbox do, or "plan.nobody_to_sign".
    """
    case = at_work(case_id, by=by, version=version)
    _people, parties = _tenants(case, on)
    letter = write(
        NAV_PACKAGE,
        folder=case_folder(case, on),
        fields=fields,
        to=nav_party() if to_nav else parties[0],
        office_id=case.office_id,
        language=LANGUAGE,
        by=by,
        on=on,
        is_social=True,
    )
    outbox.send(letter, by=by, on=on)
    touched(case)
    return letter


def _tenants(case: Case, day: datetime.date) -> tuple[list[Person], list[NewParty]]:
    """Those who answer for the lease, and the first of them as recipient, the others by copy."""
    people = [party.person for party in tenants_on([case.lease_id], day)[case.lease_id]]
    if not people:
        raise RuleBroken("plan.nobody_to_sign")
    found = addressees([person.pk for person in people], day)
    kinds = ["recipient", *["copy"] * (len(people) - 1)]
    pairs = zip(people, kinds, strict=True)
    return people, [party_of(found[person.pk], kind) for person, kind in pairs]
