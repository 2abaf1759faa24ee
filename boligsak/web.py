"""The one decorator of a page: who may open it. Knows permissions by name and no app."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]

WORKS_AS = "works_as"
"""Where the session keeps in which roles somebody works who has others elsewhere."""


class PageRequest(HttpRequest):
    """The request as a page gets it: somebody is signed in, and people shown are written down.

    For annotations only. `user` is any model with permissions; `saw(person_ids, why="")` notes
    whom the answer shows.
    """

    user: Any
    saw: Callable[..., None]


def page(permission: str) -> Callable[[View], View]:
    """Opens the view for users who have `permission`; 403 for others, the log-in page for nobody.

    The view fetches its rows through `visible_to`, so a row that is not this user's is a 404.

    Who has one role at one office and another elsewhere opens the page in one part of that at a
    time (`Access.parts`): the part they have chosen to work in for a list, the one that shows the
    row for a row's page. So nothing on a page can be seen by a role that is held elsewhere.
    """

    def named(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perm(permission):
                raise PermissionDenied(permission)
            *others, last = _ways_in(request, permission, to_a_row=bool(args or kwargs))
            for way in others:
                request.user.access = way  # type: ignore[union-attr]
                try:
                    return view(request, *args, **kwargs)
                except (Http404, PermissionDenied):
                    continue
            request.user.access = last  # type: ignore[union-attr]
            return view(request, *args, **kwargs)

        opened.permission = permission  # type: ignore[attr-defined]
        return opened

    return named


def _ways_in(request: Any, permission: str, *, to_a_row: bool) -> tuple[Any, ...]:
    access = request.user.access
    chosen = request.session.get(WORKS_AS, "") if len(access.roles) > 1 else ""
    return access.ways_in(permission, chosen, to_a_row=to_a_row)


def page_permission(view: View) -> str | None:
    """The permission a view names, or None where it names none."""
    return getattr(view, "permission", None)
