"""The main navigation: one table, asked with the reader's permissions for every page."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """A line of the navigation: its words, where it leads and the permission it takes."""

    label: str | Promise
    url_name: str
    permission: str


@dataclass(frozen=True)
class Link:
    """An entry this reader may follow. `current`: the page shown is this one or lies below it."""

    label: str | Promise
    href: str
    current: bool


NAVIGATION = (
    Entry(_("Dashboard"), "desk:dashboard", "desk.view_dashboard"),
    Entry(_("Worklist"), "desk:worklist", "desk.view_worklist"),
    Entry(_("My work"), "desk:my_work", "desk.view_my_work"),
    Entry(_("Cases"), "desk:cases", "arrears.view_case"),
    Entry(_("Meetings"), "meetings:calendar", "meetings.view"),
    Entry(_("Applications"), "desk:applications", "tenants.view_application"),
    Entry(_("Homes"), "tenants:homes", "tenants.view_vacancies"),
    Entry(_("Contracts"), "tenants:expiring", "tenants.renew_lease"),
    Entry(_("Rents"), "tenants:indexation", "tenants.change_rent"),
    Entry(_("Complaints"), "desk:complaints", "tenants.view_complaint"),
    Entry(_("Letters"), "letters:outbox", "letters.view_outbox"),
    Entry(_("Letters to many"), "letters:bulk_letters", "letters.approve_bulk"),
    Entry(_("Search"), "desk:search", "desk.search"),
    Entry(_("Payment imports"), "arrears:imports", "arrears.view_imports"),
    Entry(_("Unplaced payments"), "arrears:unplaced", "arrears.place_payments"),
    Entry(_("Figures"), "desk:figures", "desk.view_figures"),
    Entry(_("Emergency act"), "arrears:emergency", "arrears.act_in_emergency"),
    Entry(_("Journal"), "letters:journal", "letters.export_archive"),
    Entry(_("Look-up log"), "accounts:lookups", "accounts.view_lookups"),
    Entry(_("Administration"), "admin:index", "accounts.use_admin"),
)
SEARCH = next(entry for entry in NAVIGATION if entry.url_name == "desk:search")


def address(url_name: str) -> str | None:
    """Where a named page stands, or None when this installation does not have it."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def links(user: Any, path: str) -> list[Link]:
    """The entries `user` may follow, the one that `path` lies under marked as current."""
    reachable = [
        (entry, href)
        for entry in NAVIGATION
        if user.may_somewhere(entry.permission) and (href := address(entry.url_name)) is not None
    ]
    # The dashboard may stand at "/", under which every page lies: the longest match is the place.
    under = [href for _entry, href in reachable if path == href or _below(path, href)]
    here = max(under, key=len, default=None)
    return [Link(entry.label, href, current=href == here) for entry, href in reachable]


def _below(path: str, href: str) -> bool:
    return href != "/" and path.startswith(href)


def of(request: HttpRequest | None) -> tuple[list[Link], str | None]:
    """The links of this request's reader, and where the search stands for those who may search."""
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return [], None
    search = address(SEARCH.url_name) if user.may_somewhere(SEARCH.permission) else None
    return links(user, request.path), search
