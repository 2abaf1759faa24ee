"""Random acts on one case, by whoever tries: what must hold, holds after each of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.models import Case, CaseTransfer, Disqualification, Task
from arrears.queries.cases import CaseChoice, chosen, named_to, ordered, rows
from arrears.rules.cases import TRIGGERS
from arrears.services.cases.base import at_work
from arrears.services.cases.closing import close_case, reopen_case
from arrears.services.cases.handing import (
    accept_transfer,
    ask_transfer,
    assign_owner,
    decline_transfer,
    disqualify,
    lift_disqualification,
    withdraw_transfer,
)
from arrears.services.cases.notes import add_note
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.cases.owners import worker
from arrears.services.cases.sharing import mark_for_meeting, set_sharing, unmark
from arrears.services.cases.triggers import add_trigger, close_trigger
from arrears.services.tasks import make_task
from boligsak.dates import today
from boligsak.rule import RuleBroken
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = today()
ACTS = (
    "open",
    "give",
    "give",
    "offer",
    "offer",
    "yes",
    "yes",
    "no",
    "back",
    "shut out",
    "let in",
    "close",
    "again",
    "add",
    "end",
    "share",
    "unshare",
    "mark",
    "unmark",
    "note",
    "task",
)
steps = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.integers(0, 5), st.integers(0, 2)),
    min_size=4,
    max_size=14,
)


class Town:
    """Two offices with a caseworker each, a coordinator each, one everywhere, and a landlord."""

    def __init__(self) -> None:
        self.offices = [OfficeFactory(), OfficeFactory()]
        self.people = [
            *(UserFactory(role="caseworker", role__offices=[office]) for office in self.offices),
            *(UserFactory(role="coordinator", role__offices=[office]) for office in self.offices),
            UserFactory(role="coordinator"),
            UserFactory(role="landlord"),
        ]
        self.lease = LeaseFactory(dwelling=DwellingFactory(office=self.offices[0]))
        new = [NewTrigger("arrears")]
        self.case = open_case(self.lease.pk, new, by=self.people[0], on=DAY).case

    def act(self, name: str, by: Any, whom: Any, which: int) -> Callable[[], Any]:
        pk, common = self.case.pk, {"by": by, "on": DAY}
        offers = CaseTransfer.objects.order_by("-pk").values_list("pk", flat=True)
        offer = offers.first() or 0
        shut = Disqualification.objects.order_by("-pk").values_list("pk", flat=True).first()
        kind, office = TRIGGERS[which], self.offices[which % 2]
        outcome = ("moved_out", "paid", "calm")[which]
        acts: dict[str, Callable[[], Any]] = {
            "open": lambda: open_case(self.lease.pk, [NewTrigger(kind)], **common),
            "give": lambda: assign_owner(pk, whom, **common),
            "offer": lambda: ask_transfer(
                pk,
                to_office=office,
                to_owner=whom if which else None,
                reason="Fordi",
                **common,
            ),
            "yes": lambda: accept_transfer(offer, **common),
            "no": lambda: decline_transfer(offer, reason="Nei", **common),
            "back": lambda: withdraw_transfer(offer, **common) if offer else None,
            "shut out": lambda: disqualify(pk, whom, reason="Slekt", **common),
            "let in": lambda: (
                lift_disqualification(shut, reason="Feil", **common) if shut else None
            ),
            "close": lambda: close_case(pk, outcome, **common),
            "again": lambda: reopen_case(pk, reason="Likevel", **common),
            "add": lambda: add_trigger(pk, kind, **common),
            "end": lambda: close_trigger(pk, kind, reason="Løst", **common),
            "share": lambda: set_sharing(pk, "consent", source="Muntlig", since=DAY, **common),
            "unshare": lambda: set_sharing(pk, "none", **common),
            "mark": lambda: mark_for_meeting(pk, **common),
            "unmark": lambda: unmark(pk, reason="Løst", **common),
            "note": lambda: add_note(pk, "Hei", **common),
            "task": lambda: self._task(by),
        }
        return acts[name]

    def _task(self, by: Any) -> Task:
        case = at_work(self.case.pk, by=by)
        return make_task(kind="by_hand", title="x", case=case, due_on=DAY, by=by, on=DAY)

    def holds(self) -> None:
        for case in Case.objects.all():
            running = case.triggers.filter(closed_on__isnull=True).count()
            shut_out = set(
                case.disqualifications.filter(lifted_on=None).values_list("user_id", flat=True)
            )
            if case.status == "open":
                assert running
            else:
                assert not running
                assert case.outcome
                assert case.for_meeting_on is None
                assert not Task.objects.open().filter(case=case).exists()
                assert not case.transfers.filter(state="waiting").exists()
            if case.owner is not None:
                assert case.owner_id not in shut_out
                assert worker(case.owner, DAY).works_at(case.office_id)
            open_tasks = Task.objects.open().filter(case=case, owner__isnull=False)
            assert not open_tasks.filter(owner_id__in=shut_out).exists()
            assert not case.transfers.filter(state="waiting", to_owner_id__in=shut_out).exists()
        assert Case.objects.open().filter(lease=self.lease).count() <= 1
        for user in self.people:
            self._sees_what_it_should(user)

    def _sees_what_it_should(self, user: Any) -> None:
        """The list, the sight of one case and the names that may be said agree with one another."""
        found = ordered(chosen(user, CaseChoice(status="all"), DAY), "number", user, DAY)
        listed = {row.case_id: row.is_anonymous for row in rows(found, user, DAY, 0, 50)}
        named = set(named_to(user).values_list("pk", flat=True))
        assert named == {pk for pk, is_anonymous in listed.items() if not is_anonymous}
        for case in Case.objects.all():
            is_out = case.disqualifications.filter(user=user, lifted_on=None).exists()
            assert not (is_out and case.pk in listed)
            try:
                at_work(case.pk, by=user, must_be_open=False)
            except RuleBroken:
                assert case.pk not in named
            else:
                assert case.pk in named


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_whoever_does_whatever_the_case_stays_whole(db, walk) -> None:
    with transaction.atomic():
        town = Town()
        for name, by, whom, which in walk:
            try:
                with transaction.atomic():
                    town.act(name, town.people[by], town.people[whom], which)()
            except RuleBroken:
                pass
            town.holds()
        transaction.set_rollback(True)
