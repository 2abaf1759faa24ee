"""Noting contact, taking it back, and what counts: through the services."""

from typing import Any

import pytest

from arrears.models import Case, CaseAct, ContactAttempt
from arrears.queries.contacts import contact_facts
from arrears.services.contacts import NewContact, correct_contact, note_contact, withdraw_contact
from arrears.services.tenant_views import NewView, record_view
from arrears.services.visits import cancel_visit, plan_visit, recount_visits, report_visit
from boligsak.rule import RuleBroken
from tenants.models import Guardianship
from tenants.services.absences import AwayFromHome, note_absence, withdraw_absence
from tests.arrears.contact_town import DAY, a_case, caseworker, day, noted
from tests.factories import OfficeFactory, PersonFactory

pytestmark = pytest.mark.django_db


def refused(code: str) -> Any:
    return pytest.raises(RuleBroken, match=rf"^{code}$")


def facts(case: Case, on: Any = DAY) -> Any:
    return contact_facts([case.pk], on)[case.pk]


def tell(**fields: Any) -> NewContact:
    return NewContact(**({"channel": "phone", "on": DAY, "result": "talked"} | fields))


def report(visit: ContactAttempt, **fields: Any) -> ContactAttempt:
    on = fields.pop("on", visit.on)
    told = tell(channel="home_visit", on=on, **({"result": "not_reached"} | fields))
    return report_visit(visit.pk, told, version=visit.version, by=caseworker(), on=on)


# --- Noting -------------------------------------------------------------------------------------


def test_a_contact_is_noted_and_is_the_first_one_of_the_case() -> None:
    case = a_case()
    row = noted(case, agreed="Ringer i morgen", minutes=5)
    case.refresh_from_db()
    assert (row.was_reached, row.counts, row.agreed) == (True, True, "Ringer i morgen")
    assert case.first_contact_on == DAY
    assert case.version == 2


def test_an_earlier_contact_noted_later_is_the_first_one() -> None:
    case = a_case()
    noted(case, on=day(3))
    note_contact(case.pk, tell(on=day(1)), by=caseworker(), on=day(4))
    case.refresh_from_db()
    assert case.first_contact_on == day(1)


def test_what_reached_nobody_is_no_first_contact() -> None:
    case = a_case()
    row = noted(case, result="wrong_number")
    case.refresh_from_db()
    assert (row.counts, row.counts_not_because) == (False, "wrong_number")
    assert case.first_contact_on is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"on": day(1)}, "contact.not_yet"),
        ({"on": day(-9000)}, "contact.before_lease"),
        ({"person_id": -1}, "contact.not_a_tenant"),
        ({"channel": "guardian"}, "contact.no_guardian"),
        ({"channel": "letter"}, "contact.result_of_writing"),
        ({"minutes": 0}, "contact.minutes"),
        ({"promised_ore": 1, "promised_on": DAY}, "promise.not_said"),
        ({"result": "promised"}, "promise.no_day"),
        ({"result": "promised", "promised_on": DAY}, "promise.amount"),
        (
            {"result": "promised", "promised_on": day(-1), "promised_ore": 1},
            "promise.day_over",
        ),
        ({"result": "promised", "promised_on": day(93), "promised_ore": 1}, "promise.too_far"),
    ],
)
def test_what_cannot_have_happened_is_refused(fields: dict[str, Any], code: str) -> None:
    case = a_case()
    with refused(code):
        note_contact(case.pk, tell(**fields), by=caseworker(), on=DAY)
    assert not ContactAttempt.objects.exists()


def test_nothing_is_noted_on_a_closed_case() -> None:
    case = a_case(status="closed", closed_on=DAY, outcome="paid")
    with refused("case.closed"):
        noted(case)


def test_who_cannot_see_the_case_notes_nothing_on_it() -> None:
    with refused("case.not_visible"):
        noted(a_case(), by=caseworker(role__offices=[OfficeFactory()]))


# --- Death --------------------------------------------------------------------------------------


def test_the_dead_are_not_contacted_but_their_estate_is() -> None:
    person = PersonFactory(died_on=day(-3))
    case = a_case(person)
    with refused("contact.dead"):
        noted(case, person_id=person.pk)
    assert noted(case, agreed="Talked with the daughter").person_id is None


def test_a_contact_before_the_death_can_still_be_noted() -> None:
    person = PersonFactory(died_on=day(2))
    case = a_case(person)
    told = tell(person_id=person.pk, on=DAY)
    assert note_contact(case.pk, told, by=caseworker(), on=day(5)).person_id == person.pk


def test_nobody_plans_a_visit_to_the_dead() -> None:
    person = PersonFactory(died_on=day(-3))
    case = a_case(person)
    with refused("contact.dead"):
        plan_visit(case.pk, day(1), who_goes="Kari", person_id=person.pk, by=caseworker(), on=DAY)


# --- Taking back --------------------------------------------------------------------------------


def test_a_withdrawn_contact_stays_but_counts_no_more() -> None:
    case = a_case()
    first, _second = noted(case), noted(case, channel="letter", result="message_left", on=day(2))
    withdraw_contact(first.pk, "Another tenant", version=1, by=caseworker(), on=day(2))
    case.refresh_from_db()
    first.refresh_from_db()
    assert (first.state, first.withdrawn_because) == ("withdrawn", "Another tenant")
    assert facts(case, day(2)).channels == {"letter"}
    assert case.first_contact_on == day(2)
    assert CaseAct.objects.get(what="contact_withdrawn").note == "Another tenant"


def test_a_correction_is_a_withdrawal_and_a_new_note() -> None:
    case = a_case()
    old = noted(case, agreed="Kommer på mandag")
    new = correct_contact(
        old.pk,
        tell(agreed="Kommer på tirsdag"),
        reason="Wrong day",
        version=1,
        by=caseworker(),
        on=DAY,
    )
    old.refresh_from_db()
    assert (old.state, old.agreed) == ("withdrawn", "Kommer på mandag")
    assert (new.state, new.agreed) == ("done", "Kommer på tirsdag")
    assert CaseAct.objects.get().facts["instead"] == new.pk


def test_taking_back_needs_a_reason_and_what_was_seen() -> None:
    row = noted(a_case())
    with refused("contact.no_reason"):
        withdraw_contact(row.pk, " ", version=1, by=caseworker(), on=DAY)
    with refused("contact.changed"):
        withdraw_contact(row.pk, "No", version=9, by=caseworker(), on=DAY)
    withdraw_contact(row.pk, "No", version=1, by=caseworker(), on=DAY)
    with refused("contact.not_done"):
        withdraw_contact(row.pk, "No", version=2, by=caseworker(), on=DAY)


# --- Home visits --------------------------------------------------------------------------------


def test_a_planned_visit_counts_when_it_is_reported() -> None:
    case = a_case()
    visit = plan_visit(case.pk, day(2), at_time="13.30", who_goes="Kari", by=caseworker(), on=DAY)
    assert facts(case).planned_visit_on == day(2)
    assert facts(case).channels == frozenset()
    done = report(visit)
    assert (done.state, done.counts, done.at_time) == ("done", True, "13.30")
    assert done.reported_by is not None
    after = facts(case, day(2))
    assert (after.home_visit_on, after.planned_visit_on) == (day(2), None)


def test_a_visit_is_planned_for_a_day_to_come_and_for_somebody_to_go() -> None:
    case, by = a_case(), caseworker()
    with refused("visit.in_the_past"):
        plan_visit(case.pk, day(-1), who_goes="Kari", by=by, on=DAY)
    with refused("visit.nobody_goes"):
        plan_visit(case.pk, day(1), who_goes=" ", by=by, on=DAY)
    plan_visit(case.pk, day(1), who_goes="Kari", by=by, on=DAY)
    with refused("visit.planned_already"):
        plan_visit(case.pk, day(1), who_goes="Ola", by=by, on=DAY)


def test_a_cancelled_visit_is_not_reported_any_more() -> None:
    case, by = a_case(), caseworker()
    visit = plan_visit(case.pk, day(1), who_goes="Kari", by=by, on=DAY)
    cancel_visit(visit.pk, "Ill", version=1, by=by, on=DAY)
    visit.refresh_from_db()
    with refused("visit.not_planned"):
        report(visit)
    assert CaseAct.objects.get(what="visit_cancelled").note == "Ill"


def test_a_visit_is_not_reported_before_it_is_made() -> None:
    case, by = a_case(), caseworker()
    visit = plan_visit(case.pk, day(2), who_goes="Kari", by=by, on=DAY)
    told = tell(channel="home_visit", on=day(2), result="not_reached")
    with refused("contact.not_yet"):
        report_visit(visit.pk, told, version=1, by=by, on=day(1))


def test_a_visit_to_the_home_of_a_prisoner_does_not_count() -> None:
    person = PersonFactory()
    case = a_case(person)
    note_absence(person.pk, AwayFromHome(kind="prison", from_on=DAY, to_on=day(30)), by=None)
    row = noted(case, "home_visit", "not_reached", on=day(3))
    assert (row.counts, row.counts_not_because) == (False, "away")
    assert facts(case, day(3)).home_visit_on is None
    assert noted(case, "home_visit", "not_reached", on=day(31)).counts


def test_a_visit_counts_when_one_of_two_tenants_can_have_been_at_home() -> None:
    one, two = PersonFactory(), PersonFactory()
    case = a_case(one, two)
    note_absence(one.pk, AwayFromHome(kind="hospital", from_on=DAY), by=None)
    assert noted(case, "home_visit", "not_reached").counts
    assert not noted(case, "home_visit", "not_reached", person_id=one.pk).counts


def test_a_visit_is_counted_anew_when_an_absence_becomes_known() -> None:
    person = PersonFactory()
    case = a_case(person)
    row = noted(case, "home_visit", "not_reached", on=day(3))
    away = note_absence(person.pk, AwayFromHome(kind="prison", from_on=day(1)), by=None)
    assert recount_visits(person.pk, by=None, on=day(5)) == 1
    row.refresh_from_db()
    case.refresh_from_db()
    assert (row.counts, case.first_contact_on) == (False, None)
    withdraw_absence(away.pk, "Another person", version=1, by=None)
    assert recount_visits(person.pk, by=None, on=day(5)) == 1
    row.refresh_from_db()
    case.refresh_from_db()
    assert (row.counts, row.counts_not_because) == (True, "")
    assert case.first_contact_on == day(3)


# --- Facts for many cases -----------------------------------------------------------------------


def test_the_facts_tell_the_last_contact_whatever_came_of_it() -> None:
    case = a_case()
    noted(case, on=day(1))
    noted(case, result="wrong_number", on=day(4))
    found = facts(case, day(5))
    assert (found.last_on, found.last_channel, found.last_result) == (
        day(4),
        "phone",
        "wrong_number",
    )
    assert (found.last_reached, found.reached_on, found.first_on) == (False, day(1), day(1))


def test_the_facts_are_those_of_the_day_that_is_asked_for() -> None:
    case = a_case()
    noted(case, on=day(1))
    noted(case, "letter", "message_left", on=day(4))
    assert facts(case, day(2)).channels == {"phone"}
    assert facts(case, day(4)).channels == {"phone", "letter"}


def test_the_facts_of_many_cases_take_as_many_queries_as_those_of_one(
    django_assert_num_queries: Any,
) -> None:
    cases = [a_case() for _ in range(4)]
    for case in cases:
        noted(case)
    with django_assert_num_queries(4):
        contact_facts([cases[0].pk], DAY)
    with django_assert_num_queries(4):
        found = contact_facts([case.pk for case in cases], DAY)
    assert all(one.channels == {"phone"} for one in found.values())


def test_a_case_without_any_contact_has_facts_too() -> None:
    found = facts(a_case())
    assert (found.last_on, found.channels, found.view_recorded_on) == (None, frozenset(), None)
    assert len(found.unheard) == 1


# --- Guardians ----------------------------------------------------------------------------------


def test_a_guardian_is_informed_when_talked_with() -> None:
    person = PersonFactory()
    case = a_case(person)
    assert facts(case).has_guardian is False
    Guardianship.objects.create(
        person=person, guardian_name="Vera", mandate="økonomi", from_on=day(-100)
    )
    assert (facts(case).has_guardian, facts(case).guardian_informed_on) == (True, None)
    noted(case, "guardian", "not_reached")
    assert facts(case).guardian_informed_on is None
    noted(case, "guardian", "talked", on=day(1))
    assert facts(case, day(1)).guardian_informed_on == day(1)


def test_a_guardian_whose_mandate_is_over_is_not_to_be_informed() -> None:
    person = PersonFactory()
    case = a_case(person)
    Guardianship.objects.create(
        person=person, guardian_name="Vera", mandate="økonomi", from_on=day(-100), to_on=day(-1)
    )
    assert facts(case).has_guardian is False
    with refused("contact.no_guardian"):
        noted(case, "guardian")


# --- The tenant's own view ----------------------------------------------------------------------


def say(case: Case, person: Any, **fields: Any) -> Any:
    on = fields.pop("today", DAY)
    view = NewView(person_id=person.pk, **({"on": DAY} | fields))
    return record_view(case.pk, view, by=caseworker(), on=on)


def test_each_joint_tenant_has_a_view_of_their_own() -> None:
    one, two = PersonFactory(), PersonFactory()
    case = a_case(one, two)
    say(case, one, words="Jeg vil bli boende")
    assert facts(case).view_recorded_on is None
    assert facts(case).unheard == (two.pk,)
    say(case, two, words="Jeg også", on=day(2), today=day(2))
    assert facts(case, day(2)).view_recorded_on == day(2)


def test_a_view_can_be_missing_only_with_a_reason() -> None:
    person = PersonFactory()
    case = a_case(person)
    say(case, person, invited_on=day(-2), invited_by="letter")
    assert (facts(case).invited_on, facts(case).unaccounted) == (day(-2), (person.pk,))
    say(case, person, missing_because="Svarte ikke på innkallingen")
    found = facts(case)
    assert found.view_missing_reason == "Svarte ikke på innkallingen"
    assert (found.invited_on, found.unaccounted) == (day(-2), ())


def test_what_was_entered_last_of_a_view_counts() -> None:
    person = PersonFactory()
    case = a_case(person)
    say(case, person, missing_because="Ikke fått tak i")
    say(case, person, words="Jeg betaler fra nå av")
    found = facts(case)
    assert (found.view_recorded_on, found.view_missing_reason) == (DAY, "")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "view.says_nothing"),
        ({"words": " "}, "view.says_nothing"),
        ({"words": "Ja", "missing_because": "Nei"}, "view.both"),
        ({"words": "Ja", "invited_on": DAY}, "view.invitation"),
        ({"words": "Ja", "invited_by": "sms"}, "view.invitation"),
        ({"words": "Ja", "on": day(1)}, "view.not_yet"),
        ({"invited_on": day(1), "invited_by": "sms"}, "view.not_yet"),
    ],
)
def test_a_view_says_one_thing(fields: dict[str, Any], code: str) -> None:
    person = PersonFactory()
    case = a_case(person)
    with refused(code):
        say(case, person, **fields)


def test_the_dead_are_not_asked_while_another_tenant_lives_and_then_the_estate_is() -> None:
    dead, alive = PersonFactory(died_on=day(-9)), PersonFactory()
    case = a_case(dead, alive)
    with refused("contact.dead"):
        say(case, dead, words="–")
    assert [one.person_id for one in facts(case).tenants] == [alive.pk]
    alone = a_case(PersonFactory(died_on=day(-9)))
    assert facts(alone).unheard != ()
    say(alone, alone.lease.parties.get().person, words="Boet vil si opp")
    assert facts(alone).view_recorded_on == DAY
