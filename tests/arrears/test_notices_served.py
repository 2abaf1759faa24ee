"""Notices served on everybody they concern: joint tenants, latecomers and guardians."""

import datetime as dt

import pytest

from arrears.models import Channel
from arrears.services.notices.sending import Serving, send_notice
from arrears.services.notices.serving import serve_also
from boligsak.rule import RuleBroken
from tenants.models import Guardianship, LeaseParty, Person
from tests.arrears.notice_town import DAY, build, facts, plan_from
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

D = dt.date


def refused(code):
    return pytest.raises(RuleBroken, match=f"^{code}$")


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
    plan_from(town, D(2026, 6, 9))
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
