"""From hand to hand: owners, offers between caseworkers and offices, and who must keep away."""

import pytest
from django.urls import reverse

from arrears.models import Case, CaseTransfer, Disqualification, Task
from arrears.services.cases.base import at_work
from arrears.services.cases.handing import (
    GIVE_CASE,
    accept_transfer,
    ask_transfer,
    assign_owner,
    decline_transfer,
    disqualify,
    lift_disqualification,
    withdraw_transfer,
)
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.tasks import make_task
from boligsak.accounts.models import User
from boligsak.dates import today
from boligsak.rule import RuleBroken
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db
WHY = "Flytter til ny bydel"


class Town:
    """Two offices, a caseworker and a coordinator at each, and a case at the first."""

    def __init__(self) -> None:
        self.here, self.there = OfficeFactory(name="Her"), OfficeFactory(name="Der")
        self.kari = UserFactory(role="caseworker", role__offices=[self.here])
        self.ola = UserFactory(role="caseworker", role__offices=[self.here])
        self.per = UserFactory(role="caseworker", role__offices=[self.there])
        self.boss = UserFactory(role="coordinator", role__offices=[self.here])
        self.chief = UserFactory(role="coordinator", role__offices=[self.there])
        lease = LeaseFactory(dwelling=DwellingFactory(office=self.here))
        new = [NewTrigger("arrears")]
        self.case = open_case(lease.pk, new, by=self.kari, on=today(), owner=self.kari).case

    def now(self) -> Case:
        return Case.objects.get(pk=self.case.pk)

    def ask(self, office=None, owner=None, by=None) -> CaseTransfer:
        return ask_transfer(
            self.case.pk,
            to_office=office or self.there,
            to_owner=owner,
            reason=WHY,
            by=by or self.kari,
            on=today(),
        )


@pytest.fixture
def town():
    return Town()


def code(do, *args, **kwargs) -> str:
    with pytest.raises(RuleBroken) as broken:
        do(*args, **kwargs)
    return broken.value.code


def sees(user, case: Case) -> bool:
    return Case.objects.visible_to(user).filter(pk=case.pk).exists()


# --- Owners -----------------------------------------------------------------------------------


def test_the_coordinator_gives_the_case_and_its_open_tasks_to_another(town) -> None:
    task = make_task(kind="by_hand", case=town.case, due_on=today(), by=town.kari, on=today())
    assert task.owner == town.kari
    assign_owner(town.case.pk, town.ola, by=town.boss, on=today())
    task.refresh_from_db()
    assert (town.now().owner, task.owner) == (town.ola, town.ola)
    assert town.case.acts.get(what="owner").facts == {"from": str(town.kari), "to": str(town.ola)}


def test_a_caseworker_takes_a_case_that_is_nobody_s(town) -> None:
    assign_owner(town.case.pk, None, by=town.boss, on=today())
    assign_owner(town.case.pk, town.ola, by=town.ola, on=today())
    assert town.now().owner == town.ola


@pytest.mark.parametrize("to", ["ola", "boss", None])
def test_a_caseworker_takes_no_case_from_another(to, town) -> None:
    owner = getattr(town, to) if to else None
    assert code(assign_owner, town.case.pk, owner, by=town.ola, on=today()) == "owner.has_one"


def test_a_case_is_not_given_to_who_does_not_work_there(town) -> None:
    assert code(assign_owner, town.case.pk, town.per, by=town.boss, on=today()) == "owner.no_role"


# --- Offers -----------------------------------------------------------------------------------


def test_an_offered_case_stays_where_it_is_until_somebody_says_yes(town) -> None:
    town.ask(owner=town.per)
    assert (town.now().owner, town.now().office) == (town.kari, town.here)


def test_an_accepted_case_changes_office_owner_and_hands(town) -> None:
    task = make_task(kind="by_hand", case=town.case, due_on=today(), by=town.kari, on=today())
    offer = town.ask(owner=town.per)
    assert not sees(town.per, town.case)
    accept_transfer(offer.pk, by=town.per, on=today())
    task.refresh_from_db()
    assert (town.now().owner, town.now().office) == (town.per, town.there)
    assert (task.owner, task.office) == (town.per, town.there)
    assert sees(town.per, town.case)
    offer.refresh_from_db()
    assert (offer.state, offer.answered_by) == ("accepted", town.per)


def test_offered_to_an_office_the_case_is_whose_accepts_it(town) -> None:
    accept_transfer(town.ask().pk, by=town.per, on=today())
    assert town.now().owner == town.per


def test_the_coordinator_there_answers_for_the_one_who_was_asked(town) -> None:
    accept_transfer(town.ask(owner=town.per).pk, by=town.chief, on=today())
    assert town.now().owner == town.per


@pytest.mark.parametrize("who", ["kari", "ola", "boss"])
def test_nobody_accepts_a_case_on_another_s_behalf(who, town) -> None:
    offer = town.ask(owner=town.per)
    assert code(accept_transfer, offer.pk, by=getattr(town, who), on=today()) == (
        "transfer.not_yours"
    )


def test_a_coordinator_elsewhere_answers_for_nobody_where_they_are_a_caseworker(
    town, client
) -> None:
    town.boss.role_assignments.create(role="caseworker", office=town.there, valid_from=today())
    both = User.objects.get(pk=town.boss.pk)
    offer = town.ask(owner=town.per)
    assert code(accept_transfer, offer.pk, by=both, on=today()) == "transfer.not_yours"
    client.force_login(both)
    page = client.get(reverse("arrears:case_transfer_answer", args=[offer.pk]))
    assert 'name="answer"' not in page.content.decode()


def test_a_no_has_a_reason_and_changes_nothing_else(town) -> None:
    offer = town.ask(owner=town.per)
    assert code(decline_transfer, offer.pk, reason="", by=town.per, on=today()) == (
        "transfer.no_answer"
    )
    decline_transfer(offer.pk, reason="Har for mange saker", by=town.per, on=today())
    assert (town.now().owner, town.now().office) == (town.kari, town.here)
    assert town.case.acts.get(what="transfer_declined").note == "Har for mange saker"


def test_an_offer_that_is_taken_back_cannot_be_accepted(town) -> None:
    offer = town.ask(owner=town.per)
    withdraw_transfer(offer.pk, by=town.kari, on=today())
    assert code(accept_transfer, offer.pk, by=town.per, on=today()) == "transfer.answered"


def test_one_offer_waits_at_a_time_and_holds_the_case(town) -> None:
    town.ask()
    assert code(town.ask, owner=town.per) == "transfer.waits"
    assert code(assign_owner, town.case.pk, town.ola, by=town.boss, on=today()) == "transfer.waits"


def test_a_case_is_not_offered_to_where_it_is(town) -> None:
    assert code(town.ask, office=town.here) == "transfer.same"
    assert code(town.ask, office=town.here, owner=town.kari) == "transfer.same"


def test_a_case_is_not_offered_to_an_office_that_has_closed(town) -> None:
    town.there.closed_on = today().replace(day=1).replace(year=today().year - 1)
    town.there.save()
    assert code(town.ask) == "transfer.office_closed"


def test_a_protected_case_is_offered_only_to_the_cleared() -> None:
    kari = UserFactory(role="caseworker", role__cleared=True)
    lease = LeaseFactory(is_protected=True)
    case = open_case(lease.pk, [NewTrigger("arrears")], by=kari, on=today()).case
    ola = UserFactory(role="caseworker")
    more = {"to_office": OfficeFactory(), "reason": WHY, "by": kari, "on": today()}
    assert code(ask_transfer, case.pk, to_owner=ola, **more) == "owner.not_cleared"
    offer = ask_transfer(case.pk, to_owner=None, **more)
    assert code(accept_transfer, offer.pk, by=ola, on=today()) == "owner.not_cleared"


# --- Keeping away -----------------------------------------------------------------------------


def test_fvl_6_the_disqualified_sees_the_case_no_more_and_cannot_act(town) -> None:
    disqualify(town.case.pk, town.ola, reason="Nabo", by=town.ola, on=today())
    assert not sees(town.ola, town.case)
    assert code(at_work, town.case.pk, by=town.ola) == "case.not_visible"
    assert sees(town.kari, town.case)


def test_fvl_6_the_disqualified_owner_loses_the_case_and_the_coordinator_gets_a_task(town) -> None:
    own = make_task(kind="by_hand", case=town.case, due_on=today(), by=town.kari, on=today())
    disqualify(town.case.pk, town.kari, reason="Søster", by=town.kari, on=today())
    own.refresh_from_db()
    task = Task.objects.get(kind=GIVE_CASE)
    assert (town.now().owner, own.owner, task.owner) == (None, None, None)
    assert task in Task.objects.visible_to(town.boss)
    assert task not in Task.objects.visible_to(town.kari)


def test_giving_the_case_to_another_does_the_coordinator_s_task(town) -> None:
    disqualify(town.case.pk, town.kari, reason="Søster", by=town.kari, on=today())
    assign_owner(town.case.pk, town.ola, by=town.boss, on=today())
    assert Task.objects.get(kind=GIVE_CASE).state == "done"


def test_fvl_6_the_disqualified_gets_the_case_by_no_way(town) -> None:
    disqualify(town.case.pk, town.ola, reason="Nabo", by=town.boss, on=today())
    assert code(assign_owner, town.case.pk, town.ola, by=town.boss, on=today()) == (
        "owner.disqualified"
    )
    disqualify(town.case.pk, town.per, reason="Bror", by=town.boss, on=today())
    assert code(town.ask, owner=town.per) == "owner.disqualified"
    offer = town.ask()
    assert code(accept_transfer, offer.pk, by=town.per, on=today()) == "transfer.not_visible"


def test_an_offer_to_who_is_disqualified_meanwhile_is_taken_back(town) -> None:
    offer = town.ask(owner=town.per)
    disqualify(town.case.pk, town.per, reason="Bror", by=town.boss, on=today())
    offer.refresh_from_db()
    assert offer.state == "withdrawn"


def test_only_the_coordinator_says_it_of_others(town) -> None:
    more = {"reason": "Nabo", "on": today()}
    assert code(disqualify, town.case.pk, town.ola, by=town.kari, **more) == "disqualify.others"
    disqualify(town.case.pk, town.ola, by=town.boss, **more)
    assert code(disqualify, town.case.pk, town.ola, by=town.boss, **more) == "disqualify.already"


def test_the_reason_stays_off_the_timeline(town) -> None:
    disqualify(town.case.pk, town.ola, reason="Samlivspartner", by=town.ola, on=today())
    act = town.case.acts.get(what="disqualified")
    assert "Samlivspartner" not in f"{act.facts} {act.note}"


def test_the_coordinator_lets_somebody_in_again(town) -> None:
    row = disqualify(town.case.pk, town.ola, reason="Nabo", by=town.ola, on=today())
    more = {"reason": "Feil person", "on": today()}
    assert code(lift_disqualification, row.pk, by=town.kari, **more) == "disqualify.others"
    lift_disqualification(row.pk, by=town.boss, **more)
    assert sees(town.ola, town.case)
    assert code(lift_disqualification, row.pk, by=town.boss, **more) == "disqualify.lifted"
    assert Disqualification.objects.get().lifted_because == "Feil person"


def test_nobody_lets_themselves_in(town) -> None:
    row = disqualify(town.case.pk, town.boss, reason="Nabo", by=town.boss, on=today())
    more = {"reason": "Likevel", "by": town.boss, "on": today()}
    assert code(lift_disqualification, row.pk, **more) == "case.not_visible"
