"""The answer where a register outside does not answer: nothing of ours is broken."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from boligsak.letters.recipients import RegisterAway

RETRY_SECONDS = 60


class RegisterAwayMiddleware:
    """Nobody can tell who is protected, so nothing is shown and nothing is done: a plain page says
    so, and how to try again. What a step had begun has been rolled back with its transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if not isinstance(fault, RegisterAway):
            return None
        answer = render(
            request,
            "register_away.html",
            {"again": request.get_full_path() if request.method == "GET" else ""},
            status=503,
        )
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
