"""Notices as they are written and sent: to the day, with proof, and with what they cost."""

import datetime as dt

import pytest

from arrears.models import (
    Channel,
    DebtSettlement,
    InterestPart,
    LedgerLine,
    Notice,
    NoticeServing,
    PlanCharge,
    RepaymentPlan,
    Task,
)
from arrears.queries.notices import clock, next_deadlines, notice_facts
from arrears.rules.notices import KINDS, Kind
from arrears.services.ledger import dispute
from arrears.services.notices.correcting import correct_costs, correct_late
from arrears.services.notices.drafting import draft_notice, rewrite_notice
from arrears.services.notices.sending import Serving, send_notice, withdraw_notice
from arrears.services.notices.serving import note_answer, serve_also
from arrears.words.tasks import task_title
from boligsak import dates
from boligsak.rates.models import Rate
from boligsak.rule import RuleBroken
from tenants.models import Guardianship, Lease, LeaseParty, Person
from tests.arrears.notice_town import RENT_ORE, Town, build, charge, pay
from tests.factories import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

D = dt.date
DAY = D(2026, 6, 1)


def refused(code):
    return pytest.raises(RuleBroken, match=f"^{code}$")


def facts(town: Town, day=DAY):
    return notice_facts([town.case.pk], day)[town.case.pk]


# --- Writing ------------------------------------------------------------------------------------


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


# --- Sending ------------------------------------------------------------------------------------


def test_what_is_sent_cannot_be_changed_in_the_database():
    from django.db import connection, transaction
    from django.db.utils import InternalError

    notice = build().send("warning_a", DAY)
    for change in ("body = 'x'", "sent_on = '2026-05-01'", "state = 'draft'", "last_on = NULL"):
        with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE arrears_notice SET {change} WHERE id = %s", [notice.pk])


def test_the_fee_stands_in_the_ledger_and_falls_due_with_the_deadline():
    town = build()
    notice = town.send("collection_notice", DAY)
    assert notice.fee_line.kind == "fee"
    assert (notice.fee_line.amount_ore, notice.fee_line.due_on) == (3_750, D(2026, 6, 15))
    town.lease.account.refresh_from_db()
    assert town.lease.account.balance_ore == RENT_ORE + 3_750


def test_at_most_two_fees_are_taken_on_a_claim():
    town = build()
    fees = [town.send("reminder", DAY + dt.timedelta(days=days)).fee_ore for days in (0, 1, 2)]
    assert fees == [3_750, 3_750, 0]


def test_no_fee_before_fourteen_days_after_the_due_day():
    town = build(due_on=D(2026, 5, 20))
    assert town.send("reminder", D(2026, 6, 2)).fee_ore == 0
    assert town.send("reminder", D(2026, 6, 3)).fee_ore == 3_750


def test_interest_is_split_at_the_change_of_rate_and_taken_once_for_each_day():
    town = build(due_on=D(2025, 12, 20))
    notice = town.send("collection_notice", D(2026, 1, 10), with_interest=True, with_fee=False)
    parts = list(notice.interest_parts.order_by("from_on"))
    assert [(part.from_on, part.to_on) for part in parts] == [
        (D(2025, 12, 21), D(2025, 12, 31)),
        (D(2026, 1, 1), D(2026, 1, 10)),
    ]
    # 9000 kr: 11 days at 12.25 % and 10 at 12 % of 365.
    assert notice.interest_ore == round(900_000 * (11 * 12.25 + 10 * 12) / 36_500)
    later = town.send("payment_demand", D(2026, 1, 26), with_interest=True, with_fee=False)
    assert later.interest_parts.get().from_on == D(2026, 1, 11)


def test_without_a_rate_interest_is_refused_and_the_notice_can_go_without():
    town = build(due_on=D(2026, 6, 20))
    on = D(2026, 7, 10)
    with refused("rate.missing"):
        town.draft("collection_notice", on, with_interest=True)
    assert town.send("collection_notice", on).interest_ore == 0


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


def test_each_joint_tenant_is_served():
    town = build()
    other = PersonFactory(given_name="Mona")
    LeaseParty.objects.create(
        lease=town.lease, person=other, position=2, from_on=town.lease.starts_on
    )
    notice = town.draft("warning_a", DAY)
    first = town.servings(DAY)[:1]
    with refused("notice.not_served") as broken:
        send_notice(notice.pk, first, sent_on=DAY, by=town.landlord, on=DAY)
    assert broken.value.facts["names"] == [str(other)]
    send_notice(notice.pk, town.servings(DAY), sent_on=DAY, by=town.landlord, on=DAY)
    assert facts(town).served_to_all
    # Somebody who comes later has not had it.
    LeaseParty.objects.create(lease=town.lease, person=PersonFactory(), position=3, from_on=DAY)
    assert not facts(town).served_to_all


def test_a_tenant_who_comes_later_gets_the_letter_and_the_wait_is_counted_from_then_4_18():
    town = build()
    notice = town.send("warning_a", DAY)
    late = PersonFactory()
    LeaseParty.objects.create(lease=town.lease, person=late, position=2, from_on=D(2026, 6, 8))
    serving = Serving(person_id=late.pk, channel="letter", proof="Postlagt")

    def serve(sent_on):
        serve_also(notice.pk, [serving], sent_on=sent_on, by=town.landlord, on=D(2026, 6, 10))

    with refused("notice.sent_ahead"):
        serve(D(2026, 6, 11))
    serve(D(2026, 6, 10))
    standing = facts(town, D(2026, 6, 20)).of("warning_a")
    assert standing.served_to_all
    assert standing.allowed_from == D(2026, 6, 25)
    with refused("notice.served_already"):
        serve(D(2026, 6, 10))


@pytest.mark.parametrize(
    ("sent_on", "dies_on", "code"),
    [
        (D(2026, 6, 7), None, "notice.not_concerned"),  # the day before the tenant came
        (D(2026, 6, 9), D(2026, 6, 9), "notice.tenant_died"),
    ],
)
def test_the_letter_is_not_sent_to_more_before_it_concerns_them_or_after_a_death(
    sent_on, dies_on, code
):
    town = build()
    notice = town.send("warning_a", DAY)
    late = PersonFactory()
    LeaseParty.objects.create(lease=town.lease, person=late, position=2, from_on=D(2026, 6, 8))
    person = town.lease.parties.get(position=1).person
    person.died_on = dies_on
    person.save()
    serving = Serving(person_id=late.pk, channel="letter", proof="Postlagt")
    with refused(code):
        serve_also(notice.pk, [serving], sent_on=sent_on, by=town.landlord, on=D(2026, 6, 10))


def test_a_demand_is_not_sent_to_more_while_a_plan_runs():
    town = build()
    notice = town.send("warning_a", DAY)
    late = PersonFactory()
    LeaseParty.objects.create(lease=town.lease, person=late, position=2, from_on=D(2026, 6, 8))
    _plan(town, D(2026, 6, 9))
    serving = Serving(person_id=late.pk, channel="letter", proof="Postlagt")
    with refused("notice.plan_runs"):
        serve_also(
            notice.pk, [serving], sent_on=D(2026, 6, 10), by=town.landlord, on=D(2026, 6, 10)
        )


def test_a_copy_to_a_guardian_who_came_later_does_not_move_the_wait():
    town = build()
    notice = town.send("warning_a", DAY)
    person = town.lease.parties.get().person
    guardian = Guardianship.objects.create(
        person=person, guardian_name="Vera Verge", mandate="økonomi", from_on=D(2026, 6, 5)
    )
    assert not facts(town, D(2026, 6, 6)).served_to_all
    copy = Serving(
        person_id=person.pk, guardianship_id=guardian.pk, channel="letter", proof="Kopi postlagt"
    )
    serve_also(notice.pk, [copy], sent_on=D(2026, 6, 8), by=town.landlord, on=D(2026, 6, 8))
    standing = facts(town, D(2026, 6, 20)).of("warning_a")
    assert standing.served_to_all
    assert standing.allowed_from == D(2026, 6, 16)


def test_a_guardian_within_the_mandate_gets_a_copy():
    town = build()
    person = town.lease.parties.get().person
    Guardianship.objects.create(
        person=person, guardian_name="Vera Verge", mandate="økonomi", from_on=D(2025, 1, 1)
    )
    Guardianship.objects.create(
        person=person,
        guardian_name="Gammel Verge",
        mandate="økonomi",
        from_on=D(2020, 1, 1),
        to_on=D(2024, 12, 31),
    )
    notice = town.draft("warning_a", DAY)
    tenant = Serving(person_id=person.pk, channel="letter", proof="Postlagt")
    with refused("notice.guardian_not_served") as broken:
        send_notice(notice.pk, [tenant], sent_on=DAY, by=town.landlord, on=DAY)
    assert broken.value.facts["names"] == [str(person)]


@pytest.mark.parametrize(
    ("used_on", "is_reserved", "code"),
    [
        (D(2026, 5, 1), False, None),
        (D(2025, 5, 1), False, "notice.email_not_recent"),
        (None, False, "notice.email_not_recent"),
        (D(2026, 5, 1), True, "notice.reserved_digital"),
    ],
)
def test_email_counts_only_to_an_address_used_lately_4_18(used_on, is_reserved, code):
    town = build()
    Person.objects.update(email="leietaker@example.org", is_reserved=is_reserved)
    notice = town.draft("warning_a", DAY)
    servings = town.servings(DAY, channel="email", email_used_on=used_on)

    def send():
        return send_notice(notice.pk, servings, sent_on=DAY, by=town.landlord, on=DAY)

    if code is None:
        assert send().channel == Channel.EMAIL
    else:
        with refused(code):
            send()


def test_a_death_stops_every_letter_that_day():
    town = build()
    notice = town.draft("warning_a", DAY)
    Person.objects.filter(lease_parties__lease=town.lease).update(died_on=D(2026, 5, 31))
    with refused("notice.tenant_died"):
        send_notice(notice.pk, town.servings(DAY), sent_on=DAY, by=town.landlord, on=DAY)
    assert [one.what for one in clock(town.case.pk, DAY)] == ["estate"]


def _plan(town: Town, signed_on, **more) -> RepaymentPlan:
    plan = RepaymentPlan.objects.create(
        case=town.case,
        lease=town.lease,
        state=more.pop("state", "running"),
        total_ore=RENT_ORE,
        instalment_ore=100_000,
        rhythm="monthly",
        first_due_on=D(2026, 7, 20),
        made_on=signed_on,
        signed_on=signed_on,
        by=town.coordinator,
        **more,
    )
    line = town.lease.ledger_lines.filter(kind="rent").first()
    PlanCharge.objects.create(plan=plan, line=line, open_ore=RENT_ORE)
    return plan


@pytest.mark.parametrize("kind", ["reminder", "collection_notice", "warning_a"])
def test_dunning_rests_while_a_plan_runs(kind):
    town = build()
    _plan(town, D(2026, 5, 1))
    with refused("notice.plan_runs"):
        town.draft(kind, DAY)


def test_a_warning_does_not_carry_rent_that_a_plan_has_deferred_since_4_18():
    town = build()
    town.send("warning_a", DAY)
    assert facts(town, D(2026, 6, 20)).carrying("warning_a") is not None
    plan = _plan(town, D(2026, 6, 10))
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


# --- Expired contracts and terminations ---------------------------------------------------------


def test_a_sent_request_to_move_stops_the_clock_of_9_2():
    town = build(due_on=None, ends_on=D(2026, 5, 31))
    assert [one.what for one in clock(town.case.pk, DAY)] == ["move_request"]
    town.send("move_request", D(2026, 8, 31))
    town.lease.refresh_from_db()
    assert town.lease.move_requested_on == D(2026, 8, 31)
    assert clock(town.case.pk, D(2026, 9, 1)) == []


def test_one_letter_after_expiry_both_asks_to_move_and_warns_4_18():
    town = build(due_on=None, ends_on=D(2026, 5, 31))
    notice = town.send("warning_b", DAY)
    town.lease.refresh_from_db()
    assert town.lease.move_requested_on == DAY
    found = facts(town, D(2026, 6, 16))
    assert found.carrying("move_request").notice_id == notice.pk
    assert found.carrying("warning_b").allowed_from == D(2026, 6, 16)


def test_a_request_to_move_recorded_by_mistake_lets_the_clock_run_again():
    town = build(due_on=None, ends_on=D(2026, 5, 31))
    notice = town.send("move_request", DAY)
    withdraw_notice(notice.pk, because="Feil leieforhold", by=town.landlord, on=DAY)
    town.lease.refresh_from_db()
    assert town.lease.move_requested_on is None


def _answer(town: Town, notice: Notice, on=None, **more):
    serving = notice.servings.get()
    values = {"received_on": None, "protest_on": None, "reserved_on": None, "note": "", **more}
    return note_answer(serving.pk, by=town.landlord, on=on or D(2026, 12, 1), **values)


def test_a_termination_from_receipt_to_suit_9_8():
    town = build(due_on=None)
    notice = town.send("termination", D(2026, 1, 8), ground="breach", grounds="Mislighold.")
    assert notice.end_on == D(2026, 4, 30)
    assert "senest 30.04.2026" in notice.body
    _answer(town, notice, received_on=D(2026, 1, 10))
    standing = facts(town, D(2026, 1, 15)).of("termination")
    assert (standing.deadline_on, standing.allowed_from) == (D(2026, 2, 10), D(2026, 5, 1))
    with refused("notice.too_early") as broken:
        town.draft("warning_c", D(2026, 4, 30))
    assert broken.value.facts["from_on"] == D(2026, 5, 1)
    warned = town.send("warning_c", D(2026, 5, 1))
    assert warned.allowed_from == D(2026, 5, 16)


def test_a_protest_in_time_closes_the_way_to_the_bailiff_and_starts_the_landlords_months_9_8():
    town = build(due_on=None)
    notice = town.send("termination", D(2026, 1, 8), ground="breach", grounds="Mislighold.")
    _answer(town, notice, received_on=D(2026, 1, 10), protest_on=D(2026, 2, 10))
    found = facts(town, D(2026, 2, 11))
    assert found.protest_on == D(2026, 2, 10)
    assert found.of("termination").sue_by_on == D(2026, 5, 10)
    assert next_deadlines([town.case.pk], D(2026, 5, 1))[town.case.pk].what == "suit"
    with refused("notice.protested"):
        town.draft("warning_c", D(2026, 6, 1))
    assert facts(town, D(2026, 5, 11)).carrying("termination") is None


def test_a_protest_gives_the_landlord_a_task_with_the_last_day_to_sue_9_8():
    town = build(due_on=None)
    notice = town.send("termination", D(2026, 1, 8), ground="breach", grounds="Mislighold.")
    _answer(town, notice, received_on=D(2026, 1, 10), protest_on=D(2026, 2, 1))
    task = Task.objects.get(kind="protested")
    assert (task.due_on, task.party) == (D(2026, 5, 10), "landlord")
    assert "10.05.2026" in task_title(task.kind, task.title, task.facts)


def test_a_protest_without_documented_receipt_starts_the_landlords_months_too_9_8():
    town = build(due_on=None)
    notice = town.send("termination", D(2026, 1, 8), ground="breach", grounds="Mislighold.")
    _answer(town, notice, protest_on=D(2026, 2, 1))
    assert Task.objects.get(kind="protested").due_on == D(2026, 5, 8)
    found = facts(town, D(2026, 2, 2)).of("termination")
    assert (found.protest_on, found.sue_by_on) == (D(2026, 2, 1), D(2026, 5, 8))


@pytest.mark.parametrize(
    ("kind", "answer", "code"),
    [
        ("reminder", {"protest_on": D(2026, 6, 5)}, "notice.no_protest_here"),
        ("reminder", {"reserved_on": D(2026, 6, 5)}, "notice.no_reservation_here"),
        ("reminder", {"received_on": D(2026, 5, 31)}, "notice.received_before_sent"),
        ("reminder", {"received_on": D(2027, 1, 1)}, "notice.sent_ahead"),
    ],
)
def test_an_answer_fits_the_notice(kind, answer, code):
    town = build()
    with refused(code):
        _answer(town, town.send(kind, DAY), **answer)


# --- Nav ----------------------------------------------------------------------------------------


def test_nav_is_not_warned_when_the_tenant_has_reserved_9_11():
    town = build()
    warning = town.send("warning_a", DAY)
    _answer(town, warning, reserved_on=D(2026, 6, 3))
    assert facts(town, D(2026, 6, 4)).reservation_on == D(2026, 6, 3)
    with refused("notice.reserved"):
        town.draft("nav_warning", D(2026, 6, 4))


def test_the_tenant_has_a_copy_of_what_nav_gets_on_the_same_day_9_11():
    town = build()
    town.send("warning_a", DAY)
    notice = town.send("nav_warning", D(2026, 6, 2))
    assert NoticeServing.objects.get(notice=notice).sent_on == D(2026, 6, 2)
    assert facts(town, D(2026, 6, 20)).nav_warned_on == D(2026, 6, 2)
    assert facts(town).of("nav_warning") is None


def test_nav_does_not_get_a_protected_address():
    town = build()
    town.send("warning_a", DAY)
    street = town.lease.dwelling.street
    assert street in town.draft("nav_warning", DAY).body
    Person.objects.update(protection=7)
    Lease.objects.update(is_protected=True)
    cleared = UserFactory(role="landlord", role__cleared=True)
    wanted = town.wanted("nav_warning", DAY)
    hidden = draft_notice(town.case.pk, wanted, by=cleared, on=DAY)
    assert street not in hidden.body
    assert str(town.lease.parties.get().person) in hidden.body


# --- Taking back --------------------------------------------------------------------------------


def test_a_notice_that_should_not_have_been_sent_costs_nothing_and_carries_nothing():
    town = build(due_on=D(2025, 12, 20))
    notice = town.send("collection_notice", D(2026, 1, 10), with_interest=True)
    town.lease.account.refresh_from_db()
    assert town.lease.account.balance_ore == RENT_ORE + 3_750 + notice.interest_ore
    withdraw_notice(notice.pk, because="Sendt feil person", by=town.landlord, on=D(2026, 1, 12))
    town.lease.account.refresh_from_db()
    assert town.lease.account.balance_ore == RENT_ORE
    assert facts(town, D(2026, 1, 30)).latest == {}
    again = town.send("collection_notice", D(2026, 1, 12), with_interest=True)
    assert again.interest_parts.order_by("from_on").first().from_on == D(2025, 12, 21)
    assert again.fee_ore == 3_750


def test_a_notice_is_taken_back_once_and_with_a_reason():
    town = build()
    notice = town.draft("reminder", DAY)
    with refused("notice.no_reason"):
        withdraw_notice(notice.pk, because=" ", by=town.landlord, on=DAY)
    withdraw_notice(notice.pk, because="Betalt i dag", by=town.landlord, on=DAY)
    with refused("notice.withdrawn"):
        withdraw_notice(notice.pk, because="Betalt", by=town.landlord, on=DAY)


# --- When the ledger turns out to have been otherwise -------------------------------------------


def test_a_payment_with_a_wrong_kid_takes_fee_and_interest_with_it():
    town = build(due_on=D(2025, 12, 20))
    town.send("collection_notice", D(2026, 1, 10), with_interest=True)
    pay(town.lease, RENT_ORE, D(2025, 12, 20))  # came late, with its own value date
    taken = correct_costs([town.lease.pk], on=D(2026, 1, 20), by=town.landlord)
    assert taken == 3_750 + 6_282  # 62,815 … kr
    town.lease.account.refresh_from_db()
    assert town.lease.account.balance_ore == 0
    assert correct_costs([town.lease.pk], on=D(2026, 1, 21), by=town.landlord) == 0


def test_the_night_finds_what_came_late_and_no_other():
    town = build(due_on=D(2025, 12, 20))
    town.send("collection_notice", D(2026, 1, 10))
    pay(town.lease, 100_000, D(2026, 1, 15))
    assert correct_late(dates.today())["leases"] == 0
    pay(town.lease, RENT_ORE, D(2025, 12, 20))
    assert correct_late(dates.today()) == {"leases": 1, "taken_off_ore": 3_750}
    assert correct_late(dates.today())["taken_off_ore"] == 0


def test_interest_that_was_right_stays():
    town = build(due_on=D(2025, 12, 20))
    town.send("collection_notice", D(2026, 1, 10), with_interest=True)
    assert correct_costs([town.lease.pk], on=D(2026, 1, 20), by=town.landlord) == 0
    assert InterestPart.objects.count() == 2
    assert not LedgerLine.objects.filter(kind="correction").exists()


# --- In sets ------------------------------------------------------------------------------------


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
