"""Letters to many: whom they go to, who approves them, and that each is written once."""

import datetime
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from boligsak import dates
from boligsak.jobs.models import RunState
from boligsak.letters import bulk_kinds
from boligsak.letters.models import BulkLetter, BulkLetterRow, Dispatch, Document
from boligsak.letters.rules import bulk as rules
from boligsak.letters.rules.bulk import LettersPolicy
from boligsak.letters.services import bulk as service
from boligsak.letters.services.bulk import (
    approve,
    ask_for,
    choose,
    choose_office,
    drop,
    look_again,
    lost,
    prepare,
    start_again,
    take_up,
    write_all,
)
from boligsak.letters.services.journal import content_of
from boligsak.rates.services import enter_policy
from boligsak.rule import RuleBroken
from tests.factories import (
    DwellingFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)
from tests.letters.pdf_text import pages
from tests.letters.posting import ON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(tmp_path, settings):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def office():
    return OfficeFactory()


def tenancies(office, count=3):
    return [LeaseFactory(dwelling=DwellingFactory(office=office)) for _ in range(count)]


def wanted(*offices, text="Vannet blir stengt."):
    return {"offices": [one.pk for one in offices], "about": "Vannet", "text": text}


def prepared(by, *offices, **more) -> BulkLetter:
    given = {"channel": "print", "dated_on": ON, "by": by, "on": ON}
    return prepare("information", "Vann", wanted(*offices, **more), **given)


def written(bulk, by) -> BulkLetter:
    ask_for(bulk.pk, version=bulk.version, by=by, on=ON)
    write_all(bulk.pk, on=ON)
    bulk.refresh_from_db()
    return bulk


# --- Rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("letters", "is_needed"), [(1, False), (50, False), (51, True)])
def test_above_the_cap_a_second_person_looks_and_not_at_it(letters, is_needed):
    assert rules.needs_approval(letters, 50) is is_needed


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "policy.missing_value"),
        ({"bulk_cap": 50, "more": 1}, "policy.unknown_value"),
        ({"bulk_cap": "50"}, "policy.not_a_whole_number"),
        ({"bulk_cap": True}, "policy.not_a_whole_number"),
        ({"bulk_cap": 0}, "policy.out_of_range"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(values, code):
    with pytest.raises(RuleBroken) as broken:
        LettersPolicy.from_values(values)
    assert broken.value.code == code


# --- Whom -----------------------------------------------------------------------------------------


def test_every_tenant_of_the_offices_is_written_to_and_nobody_elses(by, office):
    own = tenancies(office)
    tenancies(OfficeFactory())
    bulk = prepared(by, office)
    expected = {lease.parties.get().pk for lease in own}
    assert set(bulk.rows.values_list("ref_id", flat=True)) == expected


def test_nobody_writes_to_the_tenants_of_another_office(office):
    there = OfficeFactory()
    tenancies(office)
    tenancies(there)
    bulk = prepared(UserFactory(role="landlord", role__offices=[office]), office, there)
    assert set(bulk.rows.values_list("office", flat=True)) == {office.pk}


def test_the_dead_and_those_who_have_moved_are_not_written_to(by, office):
    dead, moved, here = tenancies(office)
    person = dead.parties.get().person
    person.died_on = ON
    person.save()
    type(moved).objects.filter(pk=moved.pk).update(moved_out_on=ON - datetime.timedelta(days=1))
    assert [row.ref_id for row in prepared(by, office).rows.all()] == [here.parties.get().pk]


def test_protected_people_are_written_to_as_well_without_their_address(by, office):
    person = PersonFactory(protection=6)
    LeaseFactory(dwelling=DwellingFactory(office=office), tenant=person, is_protected=True)
    bulk = written(prepared(by, office), by)
    letter = Document.objects.get()
    assert (letter.parties.get().address, letter.parties.get().is_protected) == ("", True)
    assert bulk.rows.get().state == "done"


def test_an_office_without_tenants_is_nobody(by, office):
    with pytest.raises(RuleBroken, match=r"many\.nobody"):
        prepared(by, office)


def hidden_tenancy(office):
    person = PersonFactory(protection=6)
    return LeaseFactory(dwelling=DwellingFactory(office=office), tenant=person, is_protected=True)


@pytest.mark.parametrize("cleared", [False, True])
def test_a_letter_that_is_not_shown_is_chosen_by_the_cleared_alone(by, office, cleared):
    hidden_tenancy(office)
    tenancies(office, 1)
    bulk = prepared(by, office)
    rows = list(bulk.rows.values_list("pk", flat=True))
    reader = UserFactory(role="coordinator", role__cleared=cleared)
    if cleared:
        choose(bulk.pk, [], rows, version=bulk.version, by=reader)
        assert not bulk.rows.filter(is_chosen=True).exists()
        return
    with pytest.raises(RuleBroken, match=r"many\.not_seen"):
        choose(bulk.pk, [], rows, version=bulk.version, by=reader)
    assert bulk.rows.filter(is_chosen=True).count() == 2


def test_nothing_is_chosen_but_among_what_stood_on_the_page(by, office):
    tenancies(office, 2)
    bulk = prepared(by, office)
    first, second = bulk.rows.order_by("pk").values_list("pk", flat=True)
    with pytest.raises(RuleBroken, match=r"many\.not_seen"):
        choose(bulk.pk, [second], [first], version=bulk.version, by=by)


# --- Choosing and approving -----------------------------------------------------------------------


def test_letters_are_switched_off_one_by_one_and_by_office(by, office):
    other = OfficeFactory()
    tenancies(office)
    tenancies(other, 2)
    bulk = prepared(by, office, other)
    rows = list(bulk.rows.filter(office=office).order_by("pk").values_list("pk", flat=True))
    bulk = choose(bulk.pk, rows[:1], rows[:2], version=bulk.version, by=by)
    bulk = choose_office(bulk.pk, other.pk, False, version=bulk.version)
    chosen = set(bulk.rows.filter(is_chosen=True).values_list("pk", flat=True))
    assert chosen == {rows[0], rows[2]}


def test_without_a_letter_chosen_nothing_is_asked_for(by, office):
    tenancies(office)
    bulk = choose_office(prepared(by, office).pk, office.pk, False, version=1)
    with pytest.raises(RuleBroken, match=r"many\.nobody_chosen"):
        ask_for(bulk.pk, version=bulk.version, by=by, on=ON)


def capped(office, cap):
    enter_policy("letters", office_id=office.pk, valid_from=ON, values={"bulk_cap": cap})


def test_above_the_cap_nothing_is_written_before_somebody_else_has_approved(by, office):
    tenancies(office)
    capped(office, 2)
    bulk = ask_for(prepared(by, office).pk, version=1, by=by, on=ON)
    assert (bulk.state, bulk.run) == ("approval", None)
    assert write_all(bulk.pk, on=ON) is None
    with pytest.raises(RuleBroken, match=r"many\.own"):
        approve(bulk.pk, version=bulk.version, by=by, on=ON)
    approve(bulk.pk, version=bulk.version, by=UserFactory(), on=ON)
    write_all(bulk.pk, on=ON)
    assert Document.objects.count() == 3


def test_who_changes_the_choice_asks_anew(by, office):
    tenancies(office)
    capped(office, 2)
    bulk = ask_for(prepared(by, office).pk, version=1, by=by, on=ON)
    bulk = look_again(bulk.pk, version=bulk.version)
    row = bulk.rows.order_by("pk")[0].pk
    bulk = choose(bulk.pk, [], [row], version=bulk.version, by=by)
    assert ask_for(bulk.pk, version=bulk.version, by=by, on=ON).state == "asked"


def test_the_lowest_cap_of_the_offices_holds(by, office):
    other = OfficeFactory()
    tenancies(office, 2)
    tenancies(other, 2)
    capped(office, 3)
    bulk = prepared(by, office, other)
    assert service.cap(bulk, ON) == 3
    choose_office(bulk.pk, office.pk, False, version=1)
    assert service.cap(bulk, ON) == 50


def test_the_database_refuses_one_person_as_two(by, office):
    tenancies(office)
    bulk = prepared(by, office)
    with pytest.raises(IntegrityError), transaction.atomic():
        BulkLetter.objects.filter(pk=bulk.pk).update(approved_by=by)


def test_letters_that_are_dropped_are_not_written(by, office):
    tenancies(office)
    bulk = prepared(by, office)
    with pytest.raises(RuleBroken, match=r"many\.no_reason"):
        drop(bulk.pk, "", version=1, by=by, on=ON)
    drop(bulk.pk, "Feil dato", version=1, by=by, on=ON)
    with pytest.raises(RuleBroken, match=r"many\.not_now"):
        ask_for(bulk.pk, version=2, by=by, on=ON)


def test_the_second_of_two_is_told_that_the_choice_has_changed(by, office):
    tenancies(office)
    bulk = prepared(by, office)
    choose_office(bulk.pk, office.pk, False, version=1)
    with pytest.raises(RuleBroken) as broken:
        choose_office(bulk.pk, office.pk, True, version=1)
    assert (broken.value.code, broken.value.facts["version"]) == ("many.changed", 2)


# --- Writing --------------------------------------------------------------------------------------


def test_each_letter_is_journaled_on_its_lease_and_in_the_outbox_once(by, office):
    leases = tenancies(office)
    bulk = written(prepared(by, office), by)
    assert bulk.state == "done"
    assert bulk.run.counts == {"done": 3, "refused": 0}
    assert {d.folder.ref_id for d in Document.objects.all()} == {lease.pk for lease in leases}
    assert Dispatch.objects.count() == 3
    assert write_all(bulk.pk, on=ON) is None
    assert Document.objects.count() == 3


def test_the_letter_says_what_was_written_and_to_whom(by, office):
    (lease,) = tenancies(office, 1)
    written(prepared(by, office, text="Første.\n\n{lease} **ikke fet** # ikke overskrift"), by)
    said = " ".join(pages(content_of(Document.objects.get())))
    said = " ".join(said.split())
    assert str(lease.parties.get().person) in said
    assert lease.number in said
    assert "{lease} **ikke fet** # ikke overskrift" in said


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("nb", "Informasjon til deg som leier kommunal bolig"),
        ("nn", "Informasjon til deg som leiger kommunal bustad"),
        ("en", "Information for tenants of municipal homes"),
        ("so", "Informasjon til deg som leier kommunal bolig"),
    ],
)
def test_everybody_is_written_to_in_their_language_where_there_is_a_template(
    by, office, language, title
):
    (lease,) = tenancies(office, 1)
    person = lease.parties.get().person
    person.language = language
    person.save()
    written(prepared(by, office), by)
    assert Document.objects.get().title == title


def test_one_letter_that_cannot_be_written_stops_no_other(by, office, monkeypatch):
    leases = tenancies(office)
    kind = bulk_kinds.kind("information")
    bad = leases[1].parties.get().pk

    def compose(ref_ids, *more):
        made = dict(kind.compose(ref_ids, *more))
        made[bad] = RuleBroken("information.no_address")
        return made

    replaced = SimpleNamespace(**{n: getattr(kind, n) for n in kind.__slots__})
    replaced.compose = compose
    monkeypatch.setitem(bulk_kinds._kinds, "information", replaced)
    bulk = written(prepared(by, office), by)
    assert dict(bulk.rows.values_list("ref_id", "state"))[bad] == "refused"
    assert bulk.rows.filter(state="done").count() == 2
    assert bulk.rows.get(ref_id=bad).code == "information.no_address"


def test_a_fault_of_ours_is_tried_letter_by_letter_and_can_be_tried_again(by, office, monkeypatch):
    leases = tenancies(office)
    kind = bulk_kinds.kind("information")
    bad = leases[1].parties.get().pk

    def compose(ref_ids, *more):
        if bad in ref_ids:
            raise ZeroDivisionError
        return kind.compose(ref_ids, *more)

    replaced = SimpleNamespace(**{n: getattr(kind, n) for n in kind.__slots__})
    replaced.compose = compose
    with monkeypatch.context() as patch:
        patch.setitem(bulk_kinds._kinds, "information", replaced)
        bulk = written(prepared(by, office), by)
    assert bulk.rows.get(ref_id=bad).code == "many.fault"
    assert Document.objects.count() == 2
    bulk = start_again(bulk.pk, version=bulk.version, on=ON)
    write_all(bulk.pk, on=ON)
    assert Document.objects.count() == 3
    bulk.refresh_from_db()
    with pytest.raises(RuleBroken, match=r"many\.over"):
        start_again(bulk.pk, version=bulk.version, on=ON)


def test_letters_whose_worker_was_lost_are_taken_up_by_the_beat(by, office):
    tenancies(office)
    bulk = ask_for(prepared(by, office).pk, version=1, by=by, on=ON)
    now = dates.now()
    assert lost(now) == []
    later = now + datetime.timedelta(minutes=6)
    assert lost(later) == [bulk.pk]
    first = bulk.run
    run = take_up(bulk.pk, on=ON)
    first.refresh_from_db()
    assert (run.state, first.state) == (RunState.DONE, RunState.FAILED)
    assert Document.objects.count() == 3
    assert lost(later) == []


def test_the_database_has_each_recipient_once(by, office):
    tenancies(office, 1)
    bulk = prepared(by, office)
    row = bulk.rows.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        BulkLetterRow.objects.create(bulk=bulk, ref_id=row.ref_id, office=office)


def test_many_letters_cost_few_queries_each(by, office, django_assert_max_num_queries):
    tenancies(office, 20)
    bulk = ask_for(prepared(by, office).pk, version=1, by=by, on=ON)
    some = list(bulk.rows.values_list("pk", "ref_id"))
    kind = bulk_kinds.kind("information")
    service.write_some(bulk, kind, some[:10], ON)
    with django_assert_max_num_queries(30):
        service.write_some(bulk, kind, some[10:], ON)
