"""What an application is assessed by: the economy, the need for help, and consents."""

import datetime
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest

from boligsak.rule import RuleBroken
from tenants.models import Consent, EconomyAssessment, SupportAssessment
from tenants.rules.economy import ExpenseKind, IncomeKind, Line, LivingRates, People
from tenants.services.applications.assessing import (
    OldDebt,
    assess_economy,
    assess_support,
    before_rent_of,
    consent,
    consents_now,
)
from tests.tenants.applied import LINES, TODAY, begun, received, terms

pytestmark = pytest.mark.django_db


def refused(code: str) -> Any:
    return pytest.raises(RuleBroken, match=f"^{code}$")


def test_an_economy_is_kept_with_what_it_came_to_and_rested_on() -> None:
    row = begun()
    debt = OldDebt(7, "2019-00001", 450_000, 400_000, has_plan=False)
    found = assess_economy(
        row.pk, LINES, People(), debts=[debt], terms=terms(), by=row.by, on=TODAY, version=None
    )
    assert (found.income_ore, found.debt_ore) == (2_000_000, 450_000)
    assert found.left_ore == 2_000_000 - 900_000 - 80_000 - 780_000
    assert before_rent_of(found).left_ore == found.left_ore + 900_000
    assert found.debts[0]["number"] == "2019-00001"
    assert found.policy is not None
    found.policy.refresh_from_db()
    assert found.policy.cited_at is not None


def test_a_new_look_is_a_new_row_also_after_it_was_received() -> None:
    row = received()
    assess_economy(
        row.pk, LINES, People(2), debts=[], terms=terms(), by=row.by, on=TODAY, version=None
    )
    assert EconomyAssessment.objects.filter(application=row).count() == 2


def test_no_income_at_all_is_told_as_nought() -> None:
    row = begun()
    none = [Line(ExpenseKind.RENT, 100)]
    with refused("economy.nothing_told"):
        assess_economy(
            row.pk, none, People(), debts=[], terms=terms(), by=row.by, on=TODAY, version=None
        )
    told = [*none, Line(IncomeKind.OTHER_INCOME, 0)]
    assert assess_economy(
        row.pk, told, People(), debts=[], terms=terms(), by=row.by, on=TODAY, version=None
    )


@pytest.mark.parametrize(
    ("told", "rates", "is_kept"),
    [
        (None, LivingRates(), False),
        (0, LivingRates(), False),
        (700_000, LivingRates(), True),
        (None, LivingRates(single_ore=780_000), True),
    ],
)
def test_nobody_is_reckoned_to_live_on_nothing(
    told: int | None, rates: LivingRates, is_kept: bool
) -> None:
    row = begun()
    lines = LINES if told is None else (*LINES, Line(ExpenseKind.LIVING, told))
    with nullcontext() if is_kept else refused("economy.no_living"):
        assess_economy(
            row.pk,
            lines,
            People(),
            debts=[],
            terms=replace(terms(), rates=rates),
            by=row.by,
            on=TODAY,
            version=None,
        )
    assert EconomyAssessment.objects.filter(application=row).exists() is is_kept


@pytest.mark.parametrize(
    ("reasons", "says", "code"),
    [(" ", "Jeg vil", "support.no_reasons"), ("Trygt", " ", "support.no_view")],
)
def test_help_is_concluded_with_reasons_and_the_applicants_own_view(
    reasons: str, says: str, code: str
) -> None:
    row = begun()
    with refused(code):
        assess_support(
            row.pk,
            needs_help=True,
            reasons=reasons,
            tenant_says=says,
            by=row.by,
            on=TODAY,
            version=None,
        )
    assert not SupportAssessment.objects.exists()


def test_a_consent_is_written_when_it_changes_and_never_over() -> None:
    row = begun()

    def answer(**answers: bool) -> int:
        return len(consent(row.pk, answers, given_on=TODAY, by=row.by, on=TODAY, version=None))

    assert answer(obtain_income=True, obtain_benefits=False) == 1
    assert answer(obtain_income=True) == 0
    assert answer(obtain_income=False) == 1
    assert consents_now(row) == {"obtain_income": False}
    assert Consent.objects.count() == 2


def test_a_consent_of_tomorrow_or_to_something_unknown_is_none() -> None:
    row = begun()
    with refused("consent.ahead"):
        consent(
            row.pk,
            {"obtain_income": True},
            given_on=TODAY + datetime.timedelta(days=1),
            by=row.by,
            on=TODAY,
            version=None,
        )
    with refused("consent.unknown"):
        consent(row.pk, {"sell": True}, given_on=TODAY, by=row.by, on=TODAY, version=None)
