"""Writes down who was looked at: one insert for each response that showed people."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponseBase

from boligsak.prepared import ask

_ADD = """
INSERT INTO accounts_lookup (user_id, page, person_ids, why)
VALUES (%(user)s, %(page)s, %(people)s, %(why)s)
"""


class LookUpMiddleware:
    """Gives the request `saw(person_ids, why="")`; what was seen is written after the view.

    Only answers that were given count: an error page shows nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        seen: dict[int, None] = {}
        reasons: list[str] = []

        def saw(person_ids: Iterable[int], why: str = "") -> None:
            seen.update(dict.fromkeys(person_ids))
            if why:
                reasons.append(why)

        request.saw = saw  # type: ignore[attr-defined]
        response = self.get_response(request)
        if seen and response.status_code < 400:
            match = request.resolver_match
            # On every page that shows people: the ORM's way costs three times the statement.
            ask(
                _ADD,
                {
                    "user": request.user.pk,
                    "page": (match.view_name if match else "")[:60],
                    "people": list(seen),
                    "why": "; ".join(reasons)[:200],
                },
            )
        return response
