"""The way back from a page: to where the reader came from, or to the list it is one of."""

from typing import Any

import pytest
from django.urls import reverse

from boligsak.dates import today
from tests.desk.work import signed_in
from tests.factories import ApplicationFactory, CaseFactory, LeaseFactory, UserFactory
from tests.tenants.test_complaints import complain

pytestmark = pytest.mark.django_db


def _page(noun: str) -> str:
    makers: dict[str, Any] = {
        "case": CaseFactory,
        "complaint": lambda: complain(LeaseFactory(), UserFactory()),
        "application": lambda: ApplicationFactory(state="received", received_on=today()),
    }
    return reverse(f"desk:{noun}", args=[makers[noun]().pk])


LISTS = [("case", "Cases"), ("complaint", "Complaints"), ("application", "Applications")]


@pytest.mark.parametrize(("noun", "name"), LISTS)
def test_a_page_that_is_opened_directly_leads_to_its_list(noun: str, name: str) -> None:
    (step,) = signed_in(UserFactory()).get(_page(noun)).context["breadcrumb"]
    assert (str(step["label"]), step["url"]) == (name, reverse(f"desk:{noun}s"))


@pytest.mark.parametrize(("noun", "_name"), LISTS)
def test_a_page_that_was_come_to_leads_back(noun: str, _name: str) -> None:
    back = reverse("desk:worklist") + "?level=3"
    page = signed_in(UserFactory()).get(_page(noun), {"back": back})
    (step,) = page.context["breadcrumb"]
    assert (str(step["label"]), step["url"]) == ("Worklist", back)


@pytest.mark.parametrize(("noun", "name"), LISTS)
def test_a_search_that_is_forgotten_leads_to_the_list(noun: str, name: str) -> None:
    (step,) = signed_in(UserFactory()).get(_page(noun), {"s": "gone"}).context["breadcrumb"]
    assert str(step["label"]) == name
