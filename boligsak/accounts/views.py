"""In which roles one works, and the look-up log: the privacy officer's pages, never changed."""

import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from boligsak import dates
from boligsak.accounts import queries, words
from boligsak.accounts.forms import LookUpFilter, PersonSearch
from boligsak.accounts.models import LookUp
from boligsak.accounts.people import Known, directory
from boligsak.accounts.queries import LookUpChoice
from boligsak.administration.lists import one_page
from boligsak.export import FORMATS, Cell, as_file
from boligsak.show import day as format_day
from boligsak.show import moment
from boligsak.web import WORKS_AS, page

VIEW = "accounts.view_lookups"
_MOST_EXPORTED = 100_000
_SESSION_KEY = "lookups"


@require_POST
@page("desk.view_home")
def work_as(request: HttpRequest) -> HttpResponseBase:
    """Goes to work at another of one's places, and to where the day starts there.

    Whatever else is sent chooses nothing: `Access.ways_in` knows the places there are.
    """
    request.session[WORKS_AS] = request.POST.get("place", "")[:200]
    return redirect("desk:home")


@require_http_methods(["GET", "HEAD", "POST"])
@page(VIEW)
def lookups(request: HttpRequest) -> HttpResponseBase:
    """The whole log, newest first; and the search for the person whose log is wanted."""
    if request.method == "POST":
        return _search(request)
    form, choice = _asked(request)
    shown, pager = one_page(queries.look_ups(choice), request.GET)
    searched = request.session.get(_SESSION_KEY, {}).get(request.GET.get("s", ""), "")
    people = directory().found(searched, request.user) if searched else []
    request.saw(one.person_id for one in people)  # type: ignore[attr-defined]
    return render(
        request,
        "accounts/lookups.html",
        {
            "title": _("Look-up log"),
            "lead": _("Who has looked at whom. The log can be read, never changed."),
            "form": form,
            "is_filtered": not choice.is_everything,
            "search": PersonSearch(initial={"words": searched}, use_required_attribute=False),
            "searched": searched,
            "people": [
                (one, reverse("accounts:person_log", args=[one.person_id])) for one in people
            ],
            "columns": _columns(),
            "rows": [_row(entry) for entry in shown],
            "query": request.GET,
            "pager": pager,
            "export": reverse("accounts:lookups_export"),
        },
    )


def _search(request: HttpRequest) -> HttpResponseBase:
    form = PersonSearch(request.POST)
    if not form.is_valid():
        return redirect("accounts:lookups")
    key = secrets.token_urlsafe(9)
    # One at a time: what is searched for is forgotten when the next is.
    request.session[_SESSION_KEY] = {key: form.cleaned_data["words"]}
    return redirect(f"{reverse('accounts:lookups')}?s={key}")


def _asked(request: HttpRequest, person_id: int | None = None) -> tuple[LookUpFilter, LookUpChoice]:
    form = LookUpFilter(request.GET, users=queries.users())
    user_id, first, last = form.choice()
    return form, LookUpChoice(user_id, first, last, person_id)


def _columns() -> list[dict[str, Any]]:
    return [
        {"label": _("When"), "header": True},
        {"label": _("Who looked")},
        {"label": _("Page")},
        {"label": _("People shown"), "align": "end"},
        {"label": _("Why")},
    ]


def _row(entry: LookUp) -> dict[str, Any]:
    return {
        "cells": [
            {"text": moment(entry.at), "href": reverse("accounts:lookup", args=[entry.pk])},
            {"text": str(entry.user), "sub": entry.user.username},
            words.page(entry.page),
            str(len(entry.person_ids)),
            entry.why,
        ]
    }


@require_GET
@page(VIEW)
def lookups_export(request: HttpRequest) -> HttpResponseBase:
    """Exactly the entries that are shown, on all pages. People are numbers here, not names."""
    _form, choice = _asked(request)
    return _file(request, choice, _("look-ups"))


@require_GET
@page(VIEW)
def lookup(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One entry, with the people it showed."""
    entry = get_object_or_404(LookUp.objects.select_related("user"), pk=pk)
    known = directory().named(entry.person_ids, request.user)
    request.saw(known)  # type: ignore[attr-defined]
    return render(
        request,
        "accounts/lookup.html",
        {
            "title": _("Look-up %(when)s") % {"when": moment(entry.at)},
            "breadcrumb": _crumbs(),
            "facts": [
                (_("Who looked"), f"{entry.user} ({entry.user.username})"),
                (_("Page"), words.page(entry.page)),
                (_("Why"), entry.why or "–"),
            ],
            "columns": [{"label": _("Name"), "header": True}, {"label": _("About")}],
            "rows": [
                {
                    "cells": [
                        {
                            "text": one.name,
                            "href": reverse("accounts:person_log", args=[one.person_id]),
                        },
                        one.about,
                    ]
                }
                for one in _in_order(entry.person_ids, known)
            ],
        },
    )


def _in_order(ids: Iterable[int], known: dict[int, Known]) -> Iterator[Known]:
    for person_id in ids:
        number = _("Number %(number)d") % {"number": person_id}
        yield known.get(person_id) or Known(person_id, number)


@require_GET
@page(VIEW)
def person_log(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everybody who has looked at one person: what the person may ask to see, ready to print."""
    person = directory().named([pk], request.user).get(pk)
    if person is None:
        raise Http404
    request.saw([pk])  # type: ignore[attr-defined]
    form, choice = _asked(request, pk)
    shown, pager = one_page(queries.look_ups(choice), request.GET)
    return render(
        request,
        "accounts/person_log.html",
        {
            "title": _("Who has looked at %(name)s") % {"name": person.name},
            "lead": person.about,
            "breadcrumb": _crumbs(),
            "form": form,
            "is_filtered": choice != LookUpChoice(person_id=pk),
            "reset": reverse("accounts:person_log", args=[pk]),
            "printed_on": format_day(dates.today()),
            "columns": _columns(),
            "rows": [_row(entry) for entry in shown],
            "query": request.GET,
            "pager": pager,
            "export": reverse("accounts:person_log_export", args=[pk]),
        },
    )


@require_GET
@page(VIEW)
def person_log_export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One person's log as a file, on all its pages."""
    if pk not in directory().named([pk], request.user):
        raise Http404
    request.saw([pk])  # type: ignore[attr-defined]
    _form, choice = _asked(request, pk)
    return _file(request, choice, _("look-ups"))


def _file(request: HttpRequest, choice: LookUpChoice, name: str) -> HttpResponseBase:
    file_format = request.GET.get("export")
    heads = [
        _("Day"),
        _("Time"),
        _("Who looked"),
        _("Username"),
        _("Page"),
        _("People shown"),
        _("Numbers in Boligsak"),
        _("Why"),
    ]
    if choice.person_id is not None:
        name += f"-{choice.person_id}"
    entries = queries.in_parts(queries.look_ups(choice), _MOST_EXPORTED)
    return as_file(
        file_format if file_format in FORMATS else "xlsx",
        f"{name}-{dates.today().isoformat()}",
        heads,
        _file_rows(entries, choice),
    )


def _file_rows(entries: Iterable[LookUp], choice: LookUpChoice) -> Iterator[list[Cell]]:
    for entry in entries:
        at = entry.at.astimezone(dates.OSLO)
        # In one person's log the others who stood on the page are nobody's business.
        ids = entry.person_ids if choice.person_id is None else [choice.person_id]
        yield [
            at.date(),
            f"{at:%H.%M.%S}",
            str(entry.user),
            entry.user.username,
            words.page(entry.page),
            len(entry.person_ids),
            ", ".join(map(str, ids)),
            entry.why,
        ]


def _crumbs() -> list[dict[str, Any]]:
    return [{"label": _("Look-up log"), "url": reverse("accounts:lookups")}]
