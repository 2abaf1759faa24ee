"""Letters that came back, in the day of whoever sent them."""

from typing import Any

import pytest
from django.urls import reverse

from boligsak.letters.models import Dispatch, DispatchState
from tests.desk.work import signed_in
from tests.factories import LeaseFactory, UserFactory
from tests.letters.posting import HIDDEN, OLA, waiting

pytestmark = pytest.mark.django_db

HEADING = "Letters of yours that came back"


def refused(by: Any, *parties: Any, lease: Any = None, **more: Any) -> Dispatch:
    """The mail server would not have it."""
    lease = lease or LeaseFactory()
    row = waiting(
        "email", *(parties or (OLA,)), by=by, folder_kind="lease", ref_id=lease.pk, **more
    )
    Dispatch.objects.filter(pk=row.pk).update(state=DispatchState.FAILED, code="email.refused")
    return row


def my_work(user: Any) -> str:
    return signed_in(user).get(reverse("desk:my_work")).content.decode()


@pytest.mark.parametrize(
    ("role", "leads_to"), [("caseworker", "desk:document"), ("coordinator", "letters:dispatch")]
)
def test_who_sent_a_letter_that_came_back_is_told_why_and_led_on(role: str, leads_to: str) -> None:
    user = UserFactory(role=role)
    row = refused(user)
    page = my_work(user)
    assert HEADING in page
    assert "The mail server refused the address or the message" in page
    pk = row.pk if leads_to == "letters:dispatch" else row.document_id
    where = reverse(leads_to, args=[pk])
    assert f'href="{where}"' in page
    assert signed_in(user).get(where).status_code == 200


def test_the_letters_of_others_and_those_on_their_way_are_not_mine_to_mend() -> None:
    user = UserFactory(role="caseworker")
    refused(UserFactory(role="caseworker"))
    waiting("email", by=user, folder_kind="lease", ref_id=LeaseFactory().pk)
    assert HEADING not in my_work(user)


def test_a_letter_to_somebody_protected_is_told_of_to_who_is_cleared_alone() -> None:
    for is_cleared in (True, False):
        user = UserFactory(role="caseworker", role__cleared=is_cleared)
        refused(user, HIDDEN, lease=LeaseFactory(is_protected=True), is_protected=True)
        assert (HEADING in my_work(user)) is is_cleared


def test_many_letters_that_came_back_are_asked_for_as_one(
    django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    user = UserFactory(role="caseworker")
    refused(user)
    client = signed_in(user)
    client.get("/my-work/")
    with django_assert_max_num_queries(15) as asked:
        client.get("/my-work/")
    for _number in range(7):
        refused(user)
    with django_assert_num_queries(len(asked)):
        assert "There are more. These are the oldest." in client.get("/my-work/").content.decode()
