"""Promises to pay, checked by themselves in the night."""

import datetime as dt
from typing import Any

import pytest

from arrears.models import CaseAct, ContactAttempt, Task
from arrears.services.contacts import withdraw_contact
from arrears.services.ledger import NewLine, move_payment, post
from arrears.services.promises import check_promises
from boligsak.rule import RuleBroken
from tests.arrears.contact_town import DAY, a_case, caseworker, day, noted
from tests.factories import LeaseFactory

pytestmark = pytest.mark.django_db

SUM = 500_000


def promised(case: Any, **fields: Any) -> ContactAttempt:
    fields = {"promised_ore": SUM, "promised_on": day(4)} | fields
    row: ContactAttempt = noted(case, result="promised", **fields)
    return row


def paid(lease: Any, ore: int, on: dt.date, reference: str = "p1") -> Any:
    return post([NewLine(lease.pk, "payment", -ore, on, reference)])[0]


def state(row: ContactAttempt) -> str:
    row.refresh_from_db()
    return row.promise_state


def test_a_promise_is_kept_the_night_after_the_money_came() -> None:
    case = a_case()
    row = promised(case)
    paid(case.lease, SUM, day(2))
    assert check_promises(day(3)) == {"kept": 1, "broken": 0, "open": 0}
    assert state(row) == "kept"
    assert CaseAct.objects.get().what == "promise_kept"
    assert not Task.objects.exists()


def test_a_broken_promise_makes_a_task_for_the_one_who_has_the_case() -> None:
    owner = caseworker()
    case = a_case(owner=owner)
    row = promised(case)
    paid(case.lease, SUM - 1, day(2))
    assert check_promises(day(7))["open"] == 1
    assert check_promises(day(8))["broken"] == 1
    assert state(row) == "broken"
    task = Task.objects.get()
    assert (task.kind, task.owner, task.case, task.due_on) == (
        "promise_broken",
        owner,
        case,
        day(11),
    )
    assert CaseAct.objects.get().facts == {
        "contact": row.pk,
        "ore": SUM,
        "by_on": day(4).isoformat(),
    }


def test_the_night_can_be_run_again() -> None:
    case = a_case()
    promised(case)
    check_promises(day(8))
    assert check_promises(day(8)) == {"kept": 0, "broken": 0, "open": 0}
    assert check_promises(day(5)) == {"kept": 0, "broken": 0, "open": 0}
    assert (Task.objects.count(), CaseAct.objects.count()) == (1, 1)


def test_a_payment_in_time_that_came_late_takes_the_verdict_back() -> None:
    case = a_case()
    row = promised(case)
    check_promises(day(8))
    paid(case.lease, SUM, day(4))
    assert check_promises(day(9))["kept"] == 1
    assert state(row) == "kept"
    assert Task.objects.get().state == "done"
    assert {act.what for act in CaseAct.objects.all()} == {
        "promise_broken",
        "promise_kept_after_all",
    }


def test_a_payment_moved_here_counts_from_its_own_day() -> None:
    case, other = a_case(), LeaseFactory()
    row = promised(case)
    line = paid(other, SUM, day(3))
    move_payment(line.pk, to_lease_id=case.lease_id, by=caseworker(), note="KID")
    check_promises(day(21))
    assert state(row) == "kept"


def test_a_payment_taken_back_keeps_no_promise() -> None:
    case = a_case()
    row = promised(case)
    paid(case.lease, SUM, day(2))
    post([NewLine(case.lease_id, "reversal", SUM, day(3), "r1")])
    check_promises(day(8))
    assert state(row) == "broken"


def test_a_withdrawn_promise_is_not_checked() -> None:
    case = a_case()
    row = promised(case)
    withdraw_contact(row.pk, "Misheard", version=1, by=caseworker(), on=DAY)
    assert check_promises(day(8)) == {"kept": 0, "broken": 0, "open": 0}


def test_a_new_promise_can_be_instead_of_the_one_that_runs() -> None:
    case = a_case()
    old = promised(case)
    new = promised(case, on=day(3), promised_on=day(9), replaces=old.pk)
    assert state(old) == "moved"
    paid(case.lease, SUM, day(4))
    check_promises(day(30))
    assert (state(old), state(new)) == ("moved", "kept")
    with pytest.raises(RuleBroken, match=r"promise\.not_running"):
        promised(case, on=day(10), promised_on=day(12), replaces=new.pk)


def test_two_promises_need_two_payments() -> None:
    case = a_case()
    first = promised(case)
    second = promised(case, promised_on=day(18))
    paid(case.lease, SUM, day(2))
    check_promises(day(40))
    assert (state(first), state(second)) == ("kept", "broken")


def test_no_task_is_made_on_a_case_that_is_closed() -> None:
    case = a_case()
    row = promised(case)
    case.status, case.closed_on, case.outcome = "closed", day(1), "moved_out"
    case.save()
    check_promises(day(8))
    assert state(row) == "broken"
    assert not Task.objects.exists()
