"""Every page of the program, for whoever sees little, uses a keyboard, a phone or the dark."""

from typing import Any

import pytest

from tests.browser.places import NOT_PAGES, VISITS, Visit, all_names

MISSING = {400, 403, 404, 500, 503}


@pytest.mark.parametrize("place", VISITS, ids=str)
def test_a_page_has_no_fault(visit: Any, place: Visit) -> None:
    visitor = visit(place.user)
    response = visitor.go(place.path())
    assert response.status not in MISSING
    assert visitor.page.get_by_role("heading", level=1).count() == 1
    assert visitor.faults() == []


def test_every_page_is_visited() -> None:
    assert all_names() - NOT_PAGES == {place.page for place in VISITS}
