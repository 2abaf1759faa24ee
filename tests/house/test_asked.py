"""What a view looked for behind the question mark is known, however it looked."""

from collections.abc import Callable

import pytest
from django.template import Context, Engine
from django.test import RequestFactory

from tests.house.asked import EVERYTHING, noted

SORT = Engine().from_string("{{ get.sort }}")


@pytest.mark.parametrize(
    ("look", "names"),
    [
        (lambda get: get.get("sort"), {"sort"}),
        (lambda get: "sort" in get, {"sort"}),
        (lambda get: get.getlist("sort"), {"sort"}),
        (lambda get: SORT.render(Context({"get": get})), {"sort"}),
        (lambda get: [*get.items()], {EVERYTHING}),
        (lambda get: bool(get), {EVERYTHING}),
        (lambda get: get.urlencode(), {EVERYTHING}),
        (lambda get: get.copy(), {EVERYTHING}),
        (lambda get: get.dict(), {EVERYTHING}),
        (lambda get: None, set()),
    ],
)
def test_a_name_that_is_looked_for_is_noted(
    look: Callable[..., object], names: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = noted(monkeypatch)
    look(RequestFactory().get("/").GET)
    assert asked == names
