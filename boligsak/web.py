"""The one decorator of a page: who may open it. Knows permissions by name and no app."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


class PageRequest(HttpRequest):
    """The request as a page gets it: somebody is signed in, and people shown are written down.

    For annotations only. `user` is any model with permissions; `saw(person_ids, why="")` notes
    whom the answer shows.
    """

    user: Any
    saw: Callable[..., None]


def page(permission: str) -> Callable[[View], View]:
    """Opens the view for users who have `permission`; 403 for others, the log-in page for nobody.

    The view fetches its rows through `visible_to`, so a row that is not this user's is a 404, and
    so is one at an office where the user's role does not give the permission.
    """

    def named(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perm(permission):
                raise PermissionDenied(permission)
            request.user.act_under(permission)  # type: ignore[union-attr]
            return view(request, *args, **kwargs)

        opened.permission = permission  # type: ignore[attr-defined]
        return opened

    return named


def page_permission(view: View) -> str | None:
    """The permission a view names, or None where it names none."""
    return getattr(view, "permission", None)
