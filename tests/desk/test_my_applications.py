"""Applications in the day of the caseworker who has them."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from boligsak.accounts.models import LookUp
from boligsak.dates import today
from tests.desk.work import signed_in
from tests.factories import ApplicationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

HEADING = "My applications"


def my_work(user: Any) -> str:
    page: str = signed_in(user).get(reverse("desk:my_work")).content.decode()
    return page


def test_a_caseworker_finds_the_applications_they_have_with_the_next_deadline() -> None:
    user = UserFactory(role="caseworker")
    received = today() - dt.timedelta(days=40)
    mine = ApplicationFactory(owner=user, received_on=received)
    draft = ApplicationFactory(owner=user, state="draft", received_on=None, made_on=today())
    page = my_work(user)
    part = page[page.index(HEADING) :].split("</section>")[0]
    assert part.index(mine.number) < part.index(draft.number)
    assert reverse("desk:application", args=[draft.pk]) in part
    assert "days past the deadline" in part
    seen = LookUp.objects.latest("pk")
    assert {mine.applicant_id, draft.applicant_id} <= set(seen.person_ids)


def test_what_others_have_and_what_is_over_is_not_mine_to_do() -> None:
    user = UserFactory(role="caseworker")
    ApplicationFactory(owner=UserFactory(role="caseworker"))
    ApplicationFactory(owner=user, state="withdrawn")
    assert HEADING not in my_work(user)


@pytest.mark.parametrize("is_cleared", [True, False])
def test_an_application_of_somebody_protected_is_mine_only_while_i_am_cleared(
    *, is_cleared: bool
) -> None:
    user = UserFactory(role="caseworker", role__cleared=is_cleared)
    row = ApplicationFactory(owner=user, applicant=PersonFactory(protection=6), is_protected=True)
    assert (row.number in my_work(user)) is is_cleared


def test_many_applications_are_asked_for_as_one(
    django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    user = UserFactory(role="caseworker")
    ApplicationFactory(owner=user)
    client = signed_in(user)
    client.get("/my-work/")
    with django_assert_max_num_queries(20) as asked:
        client.get("/my-work/")
    for _number in range(13):
        ApplicationFactory(owner=user)
    with django_assert_num_queries(len(asked)):
        assert "There are more. These are the oldest." in client.get("/my-work/").content.decode()
