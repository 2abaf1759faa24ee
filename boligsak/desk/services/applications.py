"""Steps on an application that join the floors: its economy rests on the ledger and on the terms of
repayment plans."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from arrears.queries.measures import kinds_of_help
from arrears.queries.person_debts import debts_of
from arrears.services.plans import repayment_policy
from boligsak.rule import RuleBroken
from tenants.models import Application, ApplicationMember, EconomyAssessment, SupportMeasure
from tenants.queries.allowance import ceiling_on
from tenants.rules.economy import Line, People
from tenants.services.applications.assessing import OldDebt, Terms, assess_economy
from tenants.services.applications.base import at_work
from tenants.services.support import NewSupport, change_measure, prepare_measure


def economy_terms(office_id: int, people: int, on: datetime.date) -> Terms:
    """What an economy is reckoned by at an office on a day: the same terms as a repayment plan's.

    Raises `RuleBroken("policy.missing")`.
    """
    policy = repayment_policy(office_id, on)
    ceiling = ceiling_on(people, on)
    return Terms(
        rates=policy.values.living_rates,
        margin_permille=policy.values.margin_permille,
        policy_id=policy.id,
        rate_ids=(ceiling.id,) if ceiling else (),
    )


def old_debts(application: Application, on: datetime.date) -> list[OldDebt]:
    """What those who are to live there owe the municipality from their own tenancies, as the ledger
    says today."""
    people = set(
        ApplicationMember.objects.filter(application=application).values_list(
            "person_id", flat=True
        )
    )
    if application.applicant_id:
        people.add(application.applicant_id)
    return [OldDebt(*debt) for debt in debts_of(people, on)]


@transaction.atomic
def assess(
    application_id: int,
    lines: Sequence[Line],
    people: People,
    *,
    note: str,
    by: Any,
    on: datetime.date,
    version: int | None,
) -> EconomyAssessment:
    """The economy as it is told, with the old debts that stand in the ledger at that moment.

    Raises `RuleBroken` as `assess_economy` and `economy_terms` do.
    """
    row = at_work(application_id, by=by, version=version)
    return assess_economy(
        application_id,
        lines,
        people,
        debts=old_debts(row, on),
        terms=economy_terms(row.office_id, people.adults + people.children, on),
        note=note,
        by=by,
        on=on,
        version=version,
    )


@transaction.atomic
def prepare(
    application_id: int,
    support: NewSupport,
    *,
    by: Any,
    on: datetime.date,
    version: int | None,
) -> SupportMeasure:
    """Help of a kind that stands in the catalogue on that day. Raises `RuleBroken` as
    `prepare_measure` does, or "support.kind"."""
    check_kind(support.kind, on)
    return prepare_measure(application_id, support, by=by, on=on, version=version)


@transaction.atomic
def change(
    measure_id: int,
    support: NewSupport,
    *,
    by: Any,
    on: datetime.date,
    version: int | None,
) -> SupportMeasure:
    """Raises `RuleBroken` as `change_measure` does, or "support.kind" for another kind that is not
    in use."""
    kind = SupportMeasure.objects.values_list("kind", flat=True).get(pk=measure_id)
    if support.kind != kind:
        check_kind(support.kind, on)
    return change_measure(measure_id, support, by=by, on=on, version=version)


def check_kind(code: str, on: datetime.date) -> None:
    """Raises `RuleBroken("support.kind")` for a kind that is not in use, or no help beforehand."""
    if code not in {kind.code for kind in kinds_of_help(on)}:
        raise RuleBroken("support.kind")
