"""The search: sent by POST, kept in the session, shown under a random key."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.models import Case
from arrears.queries import cases as case_query
from boligsak import dates
from boligsak.addresses import address
from boligsak.desk.case_rows import CaseLine, case_lines
from boligsak.desk.forms.search import SearchForm
from boligsak.desk.queries import search as query
from boligsak.desk.queries.references import referred_to
from boligsak.desk.queries.search import Asked, By, Hits, Sought
from boligsak.desk.queries.search_people import PersonHit, people
from boligsak.desk.searches import keep_search, kept_search
from boligsak.paging import SIZE, Paging
from boligsak.show import NOTHING, escaped, kr, table_row
from boligsak.show import day as format_day
from boligsak.web import page
from tenants.queries.cards import LeaseCard, lease_cards

PEOPLE, DWELLINGS, LEASES, CASES = "people", "dwellings", "leases", "cases"
_FINDERS: dict[str, Callable[[Sought, Asked], Hits]] = {
    PEOPLE: people,
    DWELLINGS: query.dwellings,
    LEASES: query.leases,
    CASES: query.cases,
}
# Several registers at once: the first rows of each, and a way to the rest.
FIRST_ROWS = 10
# Fewer digits than this are the beginning of a number, however few things begin so.
SHORTEST_WHOLE = 5
# Stands in a row that is kept where the reader's own key goes, to find the way back.
_CAME = "\ue000"
_PAGES = {
    PEOPLE: "desk:person",
    DWELLINGS: "desk:dwelling",
    LEASES: "desk:lease",
    CASES: "desk:case",
}


@require_http_methods(["GET", "POST"])
@page("desk.search")
def search(request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST":
        return _asked(request)
    key = request.GET.get("s", "")
    kept = kept_search(request, key) if key else None
    context: dict[str, Any] = {
        "title": _("Search"),
        "text": kept.text if kept else "",
        "is_forgotten": bool(key) and kept is None,
    }
    if kept is not None:
        context |= _found(request, key, query.read(kept.text))
    return render(request, "desk/search.html", context)


def _asked(request: HttpRequest) -> HttpResponseBase:
    """Keeps the words and goes on to what they find. A number that is only one thing's leads
    straight there, and so does the reference on a letter about an application or a complaint."""
    form = SearchForm(request.POST)
    where = reverse("desk:search")
    if not form.is_valid() or not form.cleaned_data["q"]:
        return redirect(where)
    sought = query.read(form.cleaned_data["q"])
    reference = referred_to(sought.text, request.user)
    if reference is not None:
        return redirect(reverse(reference.page, args=[reference.pk]))
    key = keep_search(request, sought.text, sought.by)
    only = _only_hit(sought, request.user) if sought.by is not By.WORDS else None
    if only is not None:
        return redirect(f"{reverse(_PAGES[only[0]], args=[only[1]])}?s={quote(key)}")
    return redirect(f"{where}?s={quote(key)}")


def _only_hit(sought: Sought, user: Any) -> tuple[str, int] | None:
    """The register and the id of the one thing a number is of; None when it is of several, and
    for a few digits that happen to begin only one."""
    asked = Asked(user, dates.today(), size=1)
    hits = {group: find(sought, asked) for group, find in _FINDERS.items()}
    if sum(found.count for found in hits.values()) != 1:
        return None
    is_whole = sought.phone or len(sought.digits) >= SHORTEST_WHOLE
    if sought.by is not By.IDENTITY and not is_whole:
        return None
    group, row = next((group, found.rows[0]) for group, found in hits.items() if found)
    return group, row if group in (LEASES, CASES) else row.id


def _found(request: HttpRequest, key: str, sought: Sought) -> dict[str, Any]:
    user, day = request.user, dates.today()
    only = request.GET.get("group", "")
    paging = Paging.asked(request.GET)
    if only in _FINDERS:
        asked = Asked(user, day, paging.offset, paging.size)
        hits = {only: _FINDERS[only](sought, asked)}
    else:
        asked = Asked(user, day, size=SIZE)
        hits = {group: find(sought, asked) for group, find in _FINDERS.items()}
    filled = [group for group, found in hits.items() if found]
    most = SIZE if len(filled) < 2 else FIRST_ROWS
    shown = {group: found.rows[:most] for group, found in hits.items()}
    rows = _Rows(user, day, shown, f"?s={quote(key)}")
    request.saw(rows.person_ids, str(query.BY_WORDS[sought.by]))
    return {
        "groups": [
            {
                "key": group,
                "title": _group_title(group),
                "columns": _columns(group),
                "rows": rows.of(group),
                "count": hits[group].count,
                "is_cut": hits[group].is_cut,
                "is_near": hits[group].is_near,
                "all": f"?s={quote(key)}&group={group}"
                if hits[group].count > len(shown[group]) and group != only
                else "",
                "pager": _pager(paging, hits[group]) if group == only else None,
            }
            for group in filled
        ],
        "nothing": not filled,
        "query": request.GET,
        "back": f"?s={quote(key)}" if only else "",
    }


def _pager(paging: Paging, hits: Hits) -> dict[str, Any]:
    last = paging.offset + len(hits.rows)
    return paging.pager(len(hits.rows) + (hits.count > last), hits.count)


def _group_title(group: str) -> str:
    return {
        PEOPLE: _("People"),
        DWELLINGS: _("Dwellings"),
        LEASES: _("Leases"),
        CASES: _("Cases"),
    }[group]


def _columns(group: str) -> list[dict[str, Any]]:
    balance = {"label": _("Balance"), "align": "end"}
    if group == PEOPLE:
        return [
            {"label": _("Name"), "header": True},
            {"label": _("Born")},
            {"label": _("Lives at")},
            {"label": _("Lease")},
            balance,
        ]
    if group == DWELLINGS:
        return [
            {"label": _("Address"), "header": True},
            {"label": _("Number")},
            {"label": _("Building")},
            {"label": _("Tenant")},
            balance,
        ]
    if group == CASES:
        return [
            {"label": _("Case"), "header": True},
            {"label": _("Is about")},
            {"label": _("Tenant")},
            {"label": _("Status")},
            {"label": _("Opened")},
        ]
    return [
        {"label": _("Lease"), "header": True},
        {"label": _("Tenant")},
        {"label": _("Address")},
        {"label": _("Period")},
        balance,
    ]


class _Rows:
    """The rows of all groups. What dwellings and leases have in common is asked for once."""

    def __init__(
        self, user: Any, day: datetime.date, shown: Mapping[str, Sequence[Any]], came: str
    ) -> None:
        self._day, self._came = day, came
        self._people = shown.get(PEOPLE, ())
        self._dwellings = shown.get(DWELLINGS, ())
        self._leases = list(shown.get(LEASES, ()))
        self._cases = _cases(shown.get(CASES, ()), user, day)
        lease_ids = {row.running_lease for row in self._dwellings if row.running_lease}
        lease_ids.update(self._leases)
        self._cards = lease_cards(lease_ids, user, day)
        self._balances = query.balances(list(self._cards))

    @property
    def person_ids(self) -> list[int]:
        """Everybody whose name is on the page."""
        seen = dict.fromkeys(row.id for row in self._people)
        for card in self._cards.values():
            seen.update(dict.fromkeys(card.person_ids))
        for line in self._cases:
            seen.update(dict.fromkeys(line.person_ids))
        return list(seen)

    def of(self, group: str) -> list[SafeString] | list[dict[str, Any]]:
        if group == PEOPLE:
            language, came = get_language() or "", escaped(self._came)
            rows = (came.join(_person_row(row, language)) for row in self._people)
            return [mark_safe(row) for row in rows]  # noqa: S308 - every part is escaped
        if group == DWELLINGS:
            return [{"cells": self._dwelling(row)} for row in self._dwellings]
        if group == CASES:
            return [{"cells": self._case(line)} for line in self._cases]
        return [{"cells": self._lease(pk)} for pk in self._leases if pk in self._cards]

    def _href(self, group: str, pk: int) -> str:
        return address(_PAGES[group], pk) + self._came

    def _balance(self, lease_id: int) -> str:
        ore = self._balances.get(lease_id)
        return kr(ore) if ore is not None else ""

    def _dwelling(self, row: query.DwellingHit) -> list[Any]:
        home = {"text": row.address, "href": self._href(DWELLINGS, row.id), "sub": row.office}
        card = self._cards.get(row.running_lease or 0)
        tenant: Any = {"text": _("Vacant"), "tag": "warning"}
        balance = ""
        if row.running_lease is not None:
            tenant = _("Let")
        if card is not None and not card.is_masked:
            tenant = {"text": card.name, "href": self._href(LEASES, card.lease_id)}
            balance = self._balance(card.lease_id)
        return [home, row.number, row.building, tenant, balance]

    def _case(self, line: CaseLine) -> list[Any]:
        row = line.row
        status = line.status or (_("Open") if row.status == "open" else _("Closed"))
        return [
            {"text": row.number, "href": self._href(CASES, row.case_id)},
            line.about,
            {"text": line.who, "sub": line.where},
            {"text": status, "sub": line.owner},
            format_day(row.opened_on),
        ]

    def _lease(self, pk: int) -> list[Any]:
        card = self._cards[pk]
        number = {"text": card.number, "href": self._href(LEASES, pk)}
        if card.is_masked:
            return [number, _("Protected address"), "", "", self._balance(pk)]
        until = card.moved_out_on
        period = _("from %(day)s") % {"day": format_day(card.starts_on)}
        if until is not None:
            period = f"{format_day(card.starts_on)}–{format_day(until)}"
        tenant: Any = NOTHING
        if card.people:
            tenant = {"text": card.name, "href": self._href(PEOPLE, card.people[0][0])}
        return [
            number,
            tenant,
            {"text": _where(card), "sub": card.office},
            period,
            self._balance(pk),
        ]


@lru_cache(maxsize=2_000)
def _person_row(row: PersonHit, _language: str) -> tuple[str, ...]:
    """The row of somebody who was found, in the parts between which the way back goes."""
    name = {"text": row.name, "href": address(_PAGES[PEOPLE], row.id) + _CAME}
    cells: list[Any] = [name, format_day(row.born_on)]
    if row.homes:
        home = row.homes[0]
        where: Any = _("Protected address") if home.address is None else home.address
        if home.until is not None:
            where = {"text": where, "sub": _("until %(day)s") % {"day": format_day(home.until)}}
        lease = {"text": home.number, "href": address(_PAGES[LEASES], home.lease_id) + _CAME}
        if len(row.homes) > 1:
            lease["sub"] = _("and %(count)d more") % {"count": len(row.homes) - 1}
        balance = "" if home.balance_ore is None else kr(home.balance_ore)
        cells += [where, lease, balance]
    else:
        cells += [NOTHING, "", ""]
    return tuple(table_row({"cells": cells}, _columns(PEOPLE)).split(_CAME))


def _cases(case_ids: Sequence[Any], user: Any, day: datetime.date) -> list[CaseLine]:
    """The lines of the cases that were found, by number."""
    if not case_ids:
        return []
    found = Case.objects.filter(pk__in=list(case_ids))
    rows = case_query.rows(
        case_query.ordered(found, "number", user, day), user, day, 0, len(case_ids)
    )
    return case_lines(rows, user, day)


def _where(card: LeaseCard) -> str:
    return f"{card.address}, {card.unit}" if card.unit else card.address
