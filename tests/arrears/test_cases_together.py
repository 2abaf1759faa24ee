"""Two people at one case at the same time, on connections of their own."""

from typing import Any
from uuid import uuid4

import pytest

from arrears.models import Case, CaseTransfer, Task
from arrears.services.cases.closing import close_case, reopen_case
from arrears.services.cases.handing import accept_transfer, ask_transfer, disqualify
from arrears.services.cases.notes import add_note
from arrears.services.cases.opening import NewTrigger, open_case, open_cases
from arrears.services.tasks import finish_task, make_task
from boligsak.dates import today
from tests.desk.work import owing, signed_in
from tests.factories import LeaseFactory, OfficeFactory, UserFactory
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def workers() -> tuple[Any, Any]:
    return UserFactory(role="caseworker"), UserFactory(role="caseworker")


def case_of(by: Any, lease: Any = None) -> Case:
    new = [NewTrigger("arrears")]
    return open_case((lease or LeaseFactory()).pk, new, by=by, on=today(), owner=by).case


def test_two_who_open_a_case_on_one_lease_end_in_the_same_case() -> None:
    kari, ola = workers()
    lease = LeaseFactory()
    done = at_once(
        lambda: open_case(lease.pk, [NewTrigger("arrears")], by=kari, on=today()),
        lambda: open_case(lease.pk, [NewTrigger("expiry")], by=ola, on=today()),
    )
    case = Case.objects.get()
    assert done == ["done", "done"]
    assert sorted(case.triggers.values_list("kind", flat=True)) == ["arrears", "expiry"]


def test_two_who_open_the_same_many_flags_open_each_once() -> None:
    kari, ola = workers()
    flags = [owing().pk for _ in range(6)]
    assert at_once(
        lambda: open_cases(flags, by=kari, on=today()),
        lambda: open_cases(flags[::-1], by=ola, on=today()),
    ) == ["done", "done"]
    assert Case.objects.count() == 6
    assert len(set(Case.objects.values_list("number", flat=True))) == 6


def test_two_who_close_a_case_with_different_outcomes_leave_one() -> None:
    kari, ola = workers()
    case = case_of(kari)
    assert at_once(
        lambda: close_case(case.pk, "moved_out", by=kari, on=today(), version=case.version),
        lambda: close_case(case.pk, "moved_home", by=ola, on=today(), version=case.version),
    ) == ["case.changed", "done"]


def test_opening_anew_and_opening_again_do_not_both_happen() -> None:
    kari, ola = workers()
    lease = LeaseFactory()
    case = case_of(kari, lease)
    close_case(case.pk, "paid", by=kari, on=today())
    at_once(
        lambda: reopen_case(case.pk, reason="Igjen", by=kari, on=today()),
        lambda: open_case(lease.pk, [NewTrigger("expiry")], by=ola, on=today()),
    )
    assert Case.objects.open().filter(lease=lease).count() == 1


def test_an_offer_is_accepted_by_one_of_two() -> None:
    kari, _ola = workers()
    there = OfficeFactory()
    per, liv = (UserFactory(role="caseworker", role__offices=[there]) for _ in range(2))
    case = case_of(kari)
    offer = ask_transfer(
        case.pk, to_office=there, to_owner=None, reason="Flytter", by=kari, on=today()
    )
    assert at_once(
        lambda: accept_transfer(offer.pk, by=per, on=today()),
        lambda: accept_transfer(offer.pk, by=liv, on=today()),
    ) == ["done", "transfer.answered"]
    assert Case.objects.get().owner == CaseTransfer.objects.get().answered_by


def test_fvl_6_who_is_shut_out_while_acting_does_not_get_through() -> None:
    kari, ola = workers()
    case = case_of(kari)
    boss = UserFactory(role="coordinator")
    done = at_once(
        lambda: disqualify(case.pk, ola, reason="Nabo", by=boss, on=today()),
        lambda: add_note(case.pk, "Hei", by=ola, on=today()),
    )
    acts = list(case.acts.order_by("pk").values_list("what", flat=True))[1:]
    # Either before, and then it stands, or not at all; never after.
    assert (done, acts) in (
        (["done", "done"], ["note", "disqualified"]),
        (["case.not_visible", "done"], ["disqualified"]),
    )


def test_the_night_and_the_day_make_one_task_of_one_thing() -> None:
    kari, ola = workers()
    case = case_of(kari)

    def make() -> None:
        make_task(
            kind="plan_broken", about="plan:1", case=case, due_on=today(), by=None, on=today()
        )

    assert at_once(make, make, make) == ["done"] * 3
    task = Task.objects.get()
    assert at_once(
        lambda: finish_task(task.pk, result="A", by=kari, on=today()),
        lambda: finish_task(task.pk, result="B", by=ola, on=today()),
    ) == ["done", "task.ended"]


def test_the_second_to_send_is_told_who_did_what_and_loses_nothing() -> None:
    kari = UserFactory(role="caseworker", first_name="Kari", last_name="Haugen")
    ola = UserFactory(role="caseworker")
    case = case_of(ola)
    first, second = signed_in(kari), signed_in(ola)
    version = Case.objects.get().version

    def close(client: Any, outcome: str, note: str, on: int) -> Any:
        form = {"outcome": outcome, "note": note, "version": on, "submission_id": uuid4()}
        return client.post(f"/cases/{case.pk}/close/", form)

    sharing = {
        "basis": "consent",
        "source": "Muntlig",
        "since": "i dag",
        "version": version,
        "submission_id": uuid4(),
    }
    assert first.post(f"/cases/{case.pk}/sharing/", sharing).status_code == 302
    response = close(second, "moved_out", "Nøklene er levert", version)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Kari Haugen" in page
    assert "consent to sharing was recorded" in page
    assert "Nøklene er levert" in page
    # The same form can be sent again: it stands on the case as it is now.
    assert f'name="version" value="{version + 1}"' in page
    assert close(second, "moved_out", "Nøklene er levert", version + 1).status_code == 302
