"""The head landlord's own action: a clock on the dwelling, and rehousing begun at once."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from arrears.models import CaseAct, Task
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.cases.sharing import set_sharing
from arrears.services.rehousing import close, receive
from boligsak.dates import format_day, today
from boligsak.rule import RuleBroken
from tenants.models import HeadLandlordAction, Lease
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

ONE = dt.timedelta(days=1)


@pytest.fixture
def landlord() -> Any:
    return UserFactory(role="landlord")


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def received(lease: Lease, by: Any, kind: str = "order_to_sell", **more: Any) -> HeadLandlordAction:
    days = {"received_on": today(), "deadline_on": today() + 100 * ONE} | more
    return receive(lease.dwelling_id, kind, by=by, on=today(), **days)


def test_an_order_to_sell_gives_the_caseworker_a_task_at_once(landlord: Any) -> None:
    worker = UserFactory(role="caseworker")
    lease = LeaseFactory()
    case = open_case(lease.pk, [NewTrigger("complaint")], by=worker, on=today(), owner=worker).case
    row = received(lease, landlord)
    task = Task.objects.get(kind="rehouse")
    assert (task.case, task.owner, task.party) == (case, worker, "welfare")
    assert task.due_on == today() + 3 * ONE
    assert task.facts["action"] == row.pk
    assert CaseAct.objects.filter(case=case, what="head_action").count() == 1


def test_without_a_case_the_task_is_on_the_lease(landlord: Any) -> None:
    lease = LeaseFactory()
    received(lease, landlord, "eviction", deadline_on=None)
    task = Task.objects.get(kind="rehouse")
    assert (task.case, task.lease, task.office) == (None, lease, lease.office)


def test_a_warning_or_an_empty_dwelling_gives_no_task(landlord: Any) -> None:
    received(LeaseFactory(), landlord, "warning", deadline_on=None)
    left = LeaseFactory(moved_out_on=today() - ONE)
    received(left, landlord)
    assert not Task.objects.exists()
    assert HeadLandlordAction.objects.count() == 2


def test_a_letter_that_came_long_ago_asks_for_rehousing_today(landlord: Any) -> None:
    received(LeaseFactory(), landlord, received_on=today() - 60 * ONE)
    assert Task.objects.get().due_on == today()


def test_the_same_letter_twice_is_one_action(landlord: Any) -> None:
    lease = LeaseFactory()
    received(lease, landlord)
    with pytest.raises(RuleBroken, match=r"head\.open_already"), transaction.atomic():
        received(lease, landlord)
    received(lease, landlord, "eviction")
    assert HeadLandlordAction.objects.count() == 2


def test_closing_it_ends_the_task_and_stands_in_the_case(landlord: Any) -> None:
    worker = UserFactory(role="caseworker")
    lease = LeaseFactory()
    case = open_case(lease.pk, [NewTrigger("complaint")], by=worker, on=today()).case
    row = received(lease, landlord)
    close(row.pk, closed_on=today(), result="Trukket", by=landlord, on=today(), version=1)
    task = Task.objects.get(kind="rehouse")
    assert (task.state, task.result, task.ended_by) == ("done", "Trukket", landlord)
    assert CaseAct.objects.filter(case=case, what="head_action_closed").exists()
    with pytest.raises(RuleBroken, match=r"head\.closed"), transaction.atomic():
        close(row.pk, closed_on=today(), result="x", by=landlord, on=today(), version=2)


def test_a_dwelling_one_may_not_see_takes_nothing(landlord: Any) -> None:
    elsewhere = UserFactory(role="landlord", role__offices=[OfficeFactory()])
    with pytest.raises(RuleBroken, match=r"dwelling\.not_visible"), transaction.atomic():
        received(LeaseFactory(), elsewhere)
    assert not Task.objects.exists()


# --- Pages ----------------------------------------------------------------------------------------


def form(**more: Any) -> dict[str, Any]:
    return {"submission_id": uuid4(), **more}


def test_the_dwelling_shows_the_clock_and_objects_to_one_that_is_too_short(
    landlord: Any,
) -> None:
    lease = LeaseFactory()
    client = signed_in(landlord)
    where = reverse("desk:head_action_new", args=[lease.dwelling_id])
    deadline = today() + 30 * ONE
    sent = form(
        kind="order_to_sell", received_on="i dag", deadline_on=format_day(deadline), note="Bråk"
    )
    answers = [client.post(where, sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert HeadLandlordAction.objects.count() == 1
    page = client.get(reverse("desk:dwelling", args=[lease.dwelling_id])).content.decode()
    assert format_day(deadline) in page
    assert "in 30 days" in page
    assert "burettslagslova § 5-22" in page


def test_the_open_case_shows_the_clock_too(landlord: Any) -> None:
    worker = UserFactory(role="caseworker")
    lease = LeaseFactory()
    case = open_case(lease.pk, [NewTrigger("complaint")], by=worker, on=today()).case
    set_sharing(case.pk, "consent", by=worker, on=today(), source="Muntlig", since=today())
    row = received(lease, landlord)
    client = signed_in(worker)
    address = reverse("desk:case", args=[case.pk])
    page = client.get(address).content.decode()
    assert "Order to sell" in page
    assert "in 100 days" in page
    assert "Order to sell from the cooperative or head landlord" in page
    assert "No legal deadline runs" not in page
    close(row.pk, closed_on=today(), result="Trukket", by=landlord, on=today(), version=1)
    page = client.get(address).content.decode()
    assert "in 100 days" not in page
    assert "No legal deadline runs" in page
    assert "Closed, from the cooperative" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"deadline_on": ""}, "An order to sell has a deadline"),
        ({"received_on": "i morgen"}, "yet to come"),
        ({"kind": ""}, "Choose what has come in"),
        ({"deadline_on": "1.1.2020"}, "cannot be before that"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_lost(
    landlord: Any, wrong: dict[str, str], said: str
) -> None:
    where = reverse("desk:head_action_new", args=[DwellingFactory().pk])
    deadline = format_day(today() + 100 * ONE)
    sent = form(kind="order_to_sell", received_on="i dag", deadline_on=deadline, note="Bråk")
    answer = signed_in(landlord).post(where, sent | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Bråk" in answer.content.decode()
    assert not HeadLandlordAction.objects.exists()


def test_it_is_changed_and_closed_on_pages_of_their_own(landlord: Any) -> None:
    row = received(LeaseFactory(), landlord)
    client = signed_in(landlord)
    where = reverse("desk:head_action", args=[row.pk])
    longer = format_day(today() + 200 * ONE)
    assert client.post(where, form(version=1, deadline_on=longer, note="")).status_code == 302
    stale = client.post(where, form(version=1, deadline_on=longer, note="mitt"))
    assert stale.status_code == 422
    assert "mitt" in stale.content.decode()
    where = reverse("desk:head_action_close", args=[row.pk])
    sent = form(version=2, closed_on="i dag", result="Solgt")
    assert client.post(where, sent).status_code == 302
    assert "It was closed" in client.get(where).content.decode()
    assert Task.objects.get().state == "done"


# --- All of them ----------------------------------------------------------------------------------


def test_all_actions_are_listed_by_deadline_and_counted_apart() -> None:
    user = UserFactory(role="coordinator")
    late, soon = LeaseFactory(), LeaseFactory()
    received(late, user, deadline_on=today() + 200 * ONE)
    received(soon, user, deadline_on=today() + 95 * ONE)
    over = received(LeaseFactory(), user, "warning", deadline_on=None)
    close(over.pk, closed_on=today(), result="Roet seg", by=user, on=today(), version=1)
    client = signed_in(user)
    page = client.get(reverse("desk:head_actions"))
    text = page.content.decode()
    assert text.index(str(soon.dwelling)) < text.index(str(late.dwelling))
    assert page.context["pager"]["hits"] == 2
    closed = client.get(reverse("desk:head_actions"), {"state": "closed"})
    assert closed.context["pager"]["hits"] == 1
    assert "Roet seg" in closed.content.decode()
    sold = client.get(reverse("desk:head_actions"), {"state": "all", "kind": "order_to_sell"})
    assert sold.context["pager"]["hits"] == 2


def test_the_list_is_a_file_for_the_coordinator_and_for_nobody_else(landlord: Any) -> None:
    lease = LeaseFactory()
    received(lease, landlord)
    address = reverse("desk:head_actions_export") + "?export=csv"
    answer = signed_in(UserFactory(role="coordinator")).get(address)
    assert str(lease.dwelling) in b"".join(answer).decode("utf-8-sig")
    assert signed_in(landlord).get(address).status_code == 403


def test_the_list_holds_the_reader_s_own_offices_only(landlord: Any) -> None:
    lease = LeaseFactory()
    received(lease, landlord)
    elsewhere = UserFactory(role="landlord", role__offices=[OfficeFactory()])
    page = signed_in(elsewhere).get(reverse("desk:head_actions"))
    assert page.context["pager"]["hits"] == 0


def test_fifty_actions_cost_the_queries_of_one(
    landlord: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(landlord)
    received(LeaseFactory(), landlord)
    counts = []
    for _round in range(2):
        client.get(reverse("desk:head_actions"))
        with django_assert_max_num_queries(12) as queries:
            client.get(reverse("desk:head_actions"))
        counts.append(len(queries))
        for _number in range(49):
            received(LeaseFactory(), landlord)
    assert counts[0] == counts[1]
