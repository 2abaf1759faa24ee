"""Where a reader came from: the step in the breadcrumb that leads back to the same place."""

from typing import Any
from urllib.parse import quote, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from boligsak.addresses import address
from boligsak.desk.searches import kept_search

_PLACES: dict[str, Promise] = {
    "desk:dashboard": _("Dashboard"),
    "desk:worklist": _("Worklist"),
    "desk:my_work": _("My work"),
    "desk:leases": _("Leases"),
    "desk:search": _("Search"),
    "desk:cases": _("Cases"),
    "desk:case": _("Case"),
    "desk:complaints": _("Complaints"),
    "desk:complaint": _("Complaint"),
    "desk:applications": _("Applications"),
    "desk:application": _("Application"),
    "desk:lease": _("Lease"),
    "desk:person": _("Person"),
    "desk:dwelling": _("Dwelling"),
    "arrears:imports": _("Payment imports"),
    "arrears:unplaced": _("Unplaced payments"),
}


def breadcrumb(
    request: HttpRequest, listed: str = "desk:search", permission: str = "desk.search"
) -> list[dict[str, Any]]:
    """The place named by `back` or by a kept search (`s`); for everybody else the list that the
    page is one of, named by `listed`, where they may open it.

    An address outside this site is never followed.
    """
    back = request.GET.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return [{"label": place_name(back), "url": back}]
    key = request.GET.get("s", "")
    if key and kept_search(request, key):
        return [{"label": _("Search"), "url": f"{address('desk:search')}?s={quote(key)}"}]
    if not request.user.has_perm(permission):
        return []
    return [{"label": _PLACES[listed], "url": address(listed)}]


def here(request: HttpRequest) -> str:
    """The query that leads back to this page, for links on it. Without what led here."""
    return f"?back={quote(request.path)}"


def place_name(address: str) -> Any:
    """What the page at a local address is called."""
    try:
        name = resolve(urlsplit(address).path).view_name
    except Resolver404:
        name = ""
    return _PLACES.get(name, _("Back"))
