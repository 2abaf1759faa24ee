"""Notices as they are written and sent: to the day, with proof, and only what may be claimed."""

import datetime as dt

import pytest

from arrears.models import DebtSettlement
from arrears.queries.notices import clock, next_deadlines, notice_facts
from arrears.rules.notices import KINDS, Kind
from arrears.services.ledger import dispute
from arrears.services.notices.drafting import draft_notice, rewrite_notice
from arrears.services.notices.sending import send_notice
from boligsak.rates.models import Rate
from boligsak.rule import RuleBroken
from tenants.models import Person
from tests.arrears.notice_town import DAY, RENT_ORE, build, charge, facts, pay, plan_from
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

D = dt.date


def refused(code):
    return pytest.raises(RuleBroken, match=f"^{code}$")


# --- Writing --------------------------------------------------------------------------------------


def test_a_draft_holds_the_text_and_what_it_is_made_from():
    notice = build().draft("collection_notice", DAY)
    assert notice.state == "draft"
    assert (notice.last_on, notice.allowed_from) == (D(2026, 6, 15), D(2026, 6, 16))
    assert (notice.principal_ore, notice.fee_ore) == (RENT_ORE, 3_750)
    assert "KID 123456782" in notice.body
    assert "Å betale til sammen: 9\u00a0037,50\u00a0kr" in notice.body
    assert "senest 15.06.2026" in notice.body
    kinds = set(Rate.objects.filter(pk__in=notice.rate_ids).values_list("kind", flat=True))
    assert {"collection-rate", "reminder-fee", "collection-notice"} <= kinds


def test_every_kind_of_letter_says_what_the_law_requires():
    town = build(ends_on=D(2026, 5, 31))
    found = [
        town.send("reminder", DAY),
        town.send("collection_notice", DAY),
        town.send("warning_a", DAY),
        town.send("move_request", DAY),
        town.send("nuisance_warning", DAY, grounds="Bråk natt til 30. mai."),
        town.send("warning_b", DAY),
        town.send("nav_warning", DAY),
        town.send("payment_demand", D(2026, 6, 16)),
    ]
    for notice in found:
        assert set(KINDS[Kind(notice.kind)].content) <= set(notice.facts["contents"])
    assert {notice.kind for notice in found} == {kind.value for kind in Kind} - {
        "termination",
        "warning_c",
    }


def test_a_letter_that_asks_for_money_without_an_account_is_refused(settings):
    settings.MUNICIPALITY = {**settings.MUNICIPALITY, "account": ""}
    with refused("notice.content_missing") as broken:
        build().draft("reminder", DAY)
    assert broken.value.facts["items"] == ["pay_to"]


@pytest.mark.parametrize(
    ("kind", "more", "missing"),
    [
        ("nuisance_warning", {"grounds": " "}, "behaviour"),
        ("termination", {"grounds": "", "ground": "breach"}, "reasons"),
        ("termination", {"grounds": "Brudd", "ground": ""}, "reasons"),
    ],
)
def test_a_termination_or_warning_without_reasons_is_refused_9_7_9_9(kind, more, missing):
    with refused("notice.content_missing") as broken:
        build().draft(kind, DAY, **more)
    assert broken.value.facts["items"] == [missing]


@pytest.mark.parametrize("dated_on", [D(2026, 5, 31), D(2026, 6, 9)])
def test_a_letter_is_never_dated_back_or_far_ahead(dated_on):
    town = build()
    with refused("notice.dated"):
        draft_notice(town.case.pk, town.wanted("reminder", dated_on), by=town.landlord, on=DAY)


def test_a_draft_can_be_written_anew():
    town = build()
    notice = town.draft("reminder", DAY)
    pay(town.lease, 400_000, D(2026, 5, 30))
    again = rewrite_notice(
        notice.pk,
        town.wanted("reminder", DAY, own_words="Ring meg."),
        by=town.landlord,
        on=DAY,
        version=notice.version,
    )
    assert again.principal_ore == 500_000
    assert "Ring meg." in again.body
    assert [row.open_ore for row in again.charges.all()] == [500_000]
    with refused("notice.changed"):
        rewrite_notice(
            notice.pk,
            town.wanted("reminder", DAY),
            by=town.landlord,
            on=DAY,
            version=notice.version,
        )


def test_two_who_write_on_one_case_are_told_of_each_other():
    town = build()
    version = town.case.version
    draft_notice(
        town.case.pk, town.wanted("reminder", DAY), by=town.landlord, on=DAY, version=version
    )
    with refused("case.changed"):
        draft_notice(
            town.case.pk, town.wanted("reminder", DAY), by=town.landlord, on=DAY, version=version
        )


# --- Sending --------------------------------------------------------------------------------------


def test_what_is_sent_cannot_be_changed_in_the_database():
    from django.db import connection, transaction
    from django.db.utils import InternalError

    notice = build().send("warning_a", DAY)
    for change in ("body = 'x'", "sent_on = '2026-05-01'", "state = 'draft'", "last_on = NULL"):
        with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE arrears_notice SET {change} WHERE id = %s", [notice.pk])


@pytest.mark.parametrize(
    ("sent_on", "code"),
    [(D(2026, 6, 2), "notice.dated_otherwise"), (D(2026, 6, 20), "notice.sent_ahead")],
)
def test_the_deadline_in_the_letter_is_counted_from_the_day_it_was_sent(sent_on, code):
    town = build()
    notice = town.draft("warning_a", DAY)
    with refused(code):
        send_notice(
            notice.pk,
            town.servings(DAY),
            sent_on=sent_on,
            by=town.landlord,
            on=D(2026, 6, 10),
        )


def test_a_letter_that_a_payment_has_overtaken_is_not_sent():
    town = build()
    notice = town.draft("warning_a", DAY)
    pay(town.lease, 400_000, DAY)
    with refused("notice.outdated"):
        send_notice(notice.pk, town.servings(DAY), sent_on=DAY, by=town.landlord, on=DAY)
    pay(town.lease, 500_000, DAY)
    with refused("notice.charge_gone"):
        send_notice(notice.pk, town.servings(DAY), sent_on=DAY, by=town.landlord, on=DAY)


def test_a_death_stops_every_letter_that_day():
    town = build()
    notice = town.draft("warning_a", DAY)
    Person.objects.filter(lease_parties__lease=town.lease).update(died_on=D(2026, 5, 31))
    with refused("notice.tenant_died"):
        send_notice(notice.pk, town.servings(DAY), sent_on=DAY, by=town.landlord, on=DAY)
    assert [one.what for one in clock(town.case.pk, DAY)] == ["estate"]


@pytest.mark.parametrize("kind", ["reminder", "collection_notice", "warning_a"])
def test_dunning_rests_while_a_plan_runs(kind):
    town = build()
    plan_from(town, D(2026, 5, 1))
    with refused("notice.plan_runs"):
        town.draft(kind, DAY)


def test_a_warning_does_not_carry_rent_that_a_plan_has_deferred_since_4_18():
    town = build()
    town.send("warning_a", DAY)
    assert facts(town, D(2026, 6, 20)).carrying("warning_a") is not None
    plan = plan_from(town, D(2026, 6, 10))
    assert facts(town, D(2026, 6, 20)).carrying("warning_a") is None
    plan.state, plan.broken_on = "broken", D(2026, 8, 1)
    plan.save()
    later = facts(town, D(2026, 8, 5))
    assert later.of("warning_a") is not None
    assert later.carrying("warning_a") is None
    town.send("warning_a", D(2026, 8, 5))
    assert facts(town, D(2026, 8, 20)).carrying("warning_a").allowed_from == D(2026, 8, 20)


def test_a_warning_does_not_carry_when_what_it_named_is_paid_and_other_rent_is_not_4_18():
    town = build()
    town.send("warning_a", DAY)
    charge(town.lease, D(2026, 6, 20))
    pay(town.lease, RENT_ORE, D(2026, 6, 21))
    assert town.lease.open_charges.filter(kind="rent").exists()
    assert facts(town, D(2026, 6, 25)).carrying("warning_a") is None


def test_a_debt_settlement_stops_a_demand_for_what_it_covers():
    town = build()
    person = town.lease.parties.get().person
    DebtSettlement.objects.create(
        person=person, opened_on=D(2026, 5, 1), covers_to=D(2026, 4, 30), by=town.coordinator
    )
    with refused("notice.debt_settlement"):
        town.draft("reminder", DAY)


def test_the_deposited_part_of_a_charge_is_not_claimed_3_8():
    town = build()
    line = town.lease.ledger_lines.get(kind="rent")
    dispute(line.pk, 300_000, on=D(2026, 5, 1), note="Fukt", by=town.landlord)
    assert town.draft("reminder", DAY).principal_ore == 600_000


def test_rent_older_than_three_years_is_named_only_with_a_word_foreldelsesloven_2():
    town = build(due_on=D(2023, 4, 20))
    with refused("notice.barred"):
        town.draft("reminder", DAY)
    assert town.draft("reminder", DAY, interrupted="Erkjent 1.2.2025").principal_ore == RENT_ORE


def test_our_own_inkassovarsel_can_be_turned_off_from_a_day():
    Rate.objects.create(
        kind="own-collection-notice", valid_from=DAY, value=0, unit="number", source="ny lov"
    )
    town = build()
    with refused("notice.own_notice_over"):
        town.draft("collection_notice", DAY)
    assert town.draft("reminder", DAY).principal_ore == RENT_ORE


def test_only_the_landlord_ends_a_tenancy():
    town = build()
    town.case.sharing_basis, town.case.sharing_source, town.case.sharing_on = (
        "consent", "Skriftlig", DAY,
    )  # fmt: skip
    town.case.save()
    notice = town.draft("termination", DAY, ground="breach", grounds="Mislighold.")
    with refused("notice.not_yours"):
        send_notice(notice.pk, town.servings(DAY), sent_on=DAY, by=town.coordinator, on=DAY)


# --- In sets --------------------------------------------------------------------------------------


def test_facts_and_clocks_of_many_cases_cost_as_many_queries_as_of_one(
    django_assert_max_num_queries,
):
    towns = [build(kid=None) for _ in range(3)]
    for town in towns:
        town.send("warning_a", DAY)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(work):
        with CaptureQueriesContext(
            connection,
        ) as one:
            work([towns[0].case.pk])
        with CaptureQueriesContext(connection) as many:
            work([town.case.pk for town in towns])
        return len(one), len(many)

    for work in (notice_facts, next_deadlines):
        one, many = cost(lambda ids, work=work: work(ids, D(2026, 6, 20)))
        assert one == many


def test_who_may_not_see_the_case_sends_nothing():
    town = build()
    elsewhere = UserFactory(role="housing_unit")
    with refused("case.masked"):
        draft_notice(town.case.pk, town.wanted("reminder", DAY), by=elsewhere, on=DAY)
