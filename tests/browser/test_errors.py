"""What a reader meets when something is wrong: a page that says what to do now."""

from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError

FIGURES = "boligsak.desk.views.figures.render"


def test_somebody_elses_page_says_who_gives_access(visit: Any) -> None:
    visitor = visit("leder")
    assert visitor.go("/worklist/").status == 403
    assert visitor.faults() == []


def test_a_page_that_is_not_there_leads_on(visit: Any) -> None:
    visitor = visit("koordinator")
    assert visitor.go("/leases/99999999/").status == 404
    assert visitor.page.get_by_role("main").get_by_role("link").count() > 0
    assert visitor.faults() == []


@pytest.mark.parametrize(
    ("broken", "status"), [(ValueError("broken"), 500), (OperationalError("gone"), 503)]
)
def test_a_fault_of_ours_has_a_page_of_its_own(visit: Any, broken: Exception, status: int) -> None:
    visitor = visit("leder")
    with mock.patch(FIGURES, side_effect=broken):
        response = visitor.go("/figures/")
    assert response.status == status
    assert "broken" not in visitor.page.content()
    assert visitor.faults() == []


def test_a_form_from_an_old_page_is_explained(visit: Any) -> None:
    visitor = visit("koordinator")
    visitor.go("/search/")
    visitor.context.clear_cookies(name="boligsak_csrf")
    field = visitor.page.get_by_role("main").get_by_role("searchbox").first
    field.fill("Hansen")
    with visitor.page.expect_navigation() as answer:
        field.press("Enter")
    assert answer.value.status == 403
    assert visitor.faults() == []
