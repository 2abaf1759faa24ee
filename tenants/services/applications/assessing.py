"""What is found out on an application: its economy, the help that is needed, and consents.

An assessment is never changed: a new look is a new row, and the newest holds.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from boligsak.rates.services import cite_policies, cite_rates
from boligsak.rule import RuleBroken
from tenants.models import (
    Application,
    Consent,
    EconomyAssessment,
    SupportAssessment,
    SupportState,
)
from tenants.rules.applications import CONSENTS, Step
from tenants.rules.economy import (
    Every,
    ExpenseKind,
    IncomeKind,
    Line,
    LivingRates,
    People,
    a_month,
)
from tenants.rules.housing_cost import BeforeRent, reckon
from tenants.services.applications.base import at_work, note_act, touched
from tenants.services.applications.beginning import forget_typed


@dataclass(frozen=True, slots=True)
class Terms:
    """What an economy is reckoned by: the municipality's own rates, and the rows they stand in."""

    rates: LivingRates
    margin_permille: int
    policy_id: int
    rate_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OldDebt:
    """What the ledger says is owed on one lease, as a value from above. Amounts in øre."""

    lease_id: int
    number: str
    balance_ore: int
    overdue_ore: int
    has_plan: bool


@transaction.atomic
def assess_economy(
    application_id: int,
    lines: Sequence[Line],
    people: People,
    *,
    debts: Sequence[OldDebt],
    terms: Terms,
    note: str = "",
    by: Any,
    on: datetime.date,
    version: int | None,
) -> EconomyAssessment:
    """The household's economy as it is told today, with what it comes to and what it rests on.

    Raises `RuleBroken` as `at_work` and `work_out` do; "economy.nothing_told" without a single
    income: none at all is told as nought; or "economy.no_living" when neither the rates nor the
    household say what it lives on: then everything left would look like money for rent.
    """
    row = at_work(application_id, by=by, version=version)
    if not any(isinstance(line.kind, IncomeKind) for line in lines):
        raise RuleBroken("economy.nothing_told")
    economy, before = reckon(lines, people, terms.rates, margin_permille=terms.margin_permille)
    if economy.is_without_rate and not economy.living_ore:
        raise RuleBroken("economy.no_living")
    found = EconomyAssessment.objects.create(
        application=row,
        lines=[[line.kind.value, line.amount_ore, line.every.value] for line in lines],
        adults=people.adults,
        children=people.children,
        debts=[
            {
                "lease": debt.lease_id,
                "number": debt.number,
                "balance_ore": debt.balance_ore,
                "overdue_ore": debt.overdue_ore,
                "has_plan": debt.has_plan,
            }
            for debt in debts
        ],
        debt_ore=sum(debt.balance_ore for debt in debts),
        income_ore=economy.income_ore,
        left_ore=economy.left_ore,
        affordable_ore=economy.affordable_ore,
        result={
            "fixed_ore": economy.fixed_ore,
            "debt_ore": economy.debt_ore,
            "living_ore": economy.living_ore,
            "rate_ore": economy.rate_ore,
            "rent_ore": before.rent_ore,
            "left_before_rent_ore": before.left_ore,
        },
        rate_ids=list(terms.rate_ids),
        policy_id=terms.policy_id,
        note=note.strip(),
        on=on,
        by=by,
    )
    cite_policies([terms.policy_id])
    cite_rates(terms.rate_ids)
    forget_typed(row, Step.ECONOMY)
    facts = {"economy": found.pk, "left_ore": economy.left_ore}
    note_act(row, "economy", facts, by=by, on=on)
    touched(row)
    return found


def before_rent_of(assessment: EconomyAssessment) -> BeforeRent:
    """An assessed economy with no rent in it, for any rent to be set in its place."""
    rent = allowance = 0
    for kind, amount_ore, every in assessment.lines:
        if kind == ExpenseKind.RENT:
            rent += a_month(amount_ore, Every(every))
        elif kind == IncomeKind.HOUSING_ALLOWANCE:
            allowance += a_month(amount_ore, Every(every))
    return BeforeRent(assessment.income_ore, assessment.left_ore + rent, rent, allowance)


@transaction.atomic
def assess_support(
    application_id: int,
    *,
    needs_help: bool,
    reasons: str,
    tenant_says: str,
    by: Any,
    on: datetime.date,
    version: int | None,
) -> SupportAssessment:
    """Whether help is needed to manage the tenancy, concluded with reasons and the applicant's own
    view. It is never left out.

    Raises `RuleBroken` as `at_work` does, "support.no_reasons", "support.no_view", or
    "support.measures_prepared" when none is needed and some is prepared.
    """
    row = at_work(application_id, by=by, version=version)
    if not reasons.strip():
        raise RuleBroken("support.no_reasons")
    if not tenant_says.strip():
        raise RuleBroken("support.no_view")
    if not needs_help and row.measures.filter(state=SupportState.PREPARED).exists():
        raise RuleBroken("support.measures_prepared")
    found = SupportAssessment.objects.create(
        application=row,
        needs_help=needs_help,
        reasons=reasons.strip(),
        tenant_says=tenant_says.strip(),
        on=on,
        by=by,
    )
    forget_typed(row, Step.SUPPORT)
    facts = {"support": found.pk, "needs_help": needs_help}
    note_act(row, "support", facts, by=by, on=on)
    touched(row)
    return found


@transaction.atomic
def consent(
    application_id: int,
    answers: Mapping[str, bool],
    *,
    given_on: datetime.date,
    by: Any,
    on: datetime.date,
    version: int | None,
) -> list[Consent]:
    """What the applicant agrees to on a day, or takes back; what is as before is not written again.

    Raises `RuleBroken` as `at_work` does, "consent.unknown", "consent.ahead" (given_on is to come),
    or "application.no_applicant".
    """
    row = at_work(application_id, by=by, version=version)
    if row.applicant_id is None:
        raise RuleBroken("application.no_applicant")
    if set(answers) - set(CONSENTS):
        raise RuleBroken("consent.unknown")
    if given_on > on:
        raise RuleBroken("consent.ahead")
    now = consents_now(row)
    new = [
        Consent(
            application=row,
            person_id=row.applicant_id,
            what=what,
            is_given=is_given,
            on=given_on,
            by=by,
        )
        for what, is_given in answers.items()
        # Never asked and not given is nothing to write down; taken back is.
        if is_given != now.get(what, False)
    ]
    Consent.objects.bulk_create(new)
    forget_typed(row, Step.CONSENTS)
    if new:
        given = sorted(one.what for one in new if one.is_given)
        taken = sorted(one.what for one in new if not one.is_given)
        note_act(row, "consents", {"given": given, "taken_back": taken}, by=by, on=on)
    touched(row)
    return new


def consents_now(application: Application) -> dict[str, bool]:
    """What the present applicant has answered last, by code."""
    rows = Consent.objects.filter(application=application, person=application.applicant)
    return dict(rows.order_by("pk").values_list("what", "is_given"))
