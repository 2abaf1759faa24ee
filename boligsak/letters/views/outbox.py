"""The outbox: what is to be sent and how, what came back, and one letter and its history."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from boligsak import dates
from boligsak.export import FORMATS, Cell, as_file
from boligsak.letters.forms.outbox import OutboxFilter
from boligsak.letters.models import Channel, Dispatch, DispatchState, PartyKind
from boligsak.letters.queries import outbox as query
from boligsak.letters.queries.documents import hidden_parties
from boligsak.letters.recipients import RegisterAway, contact_register
from boligsak.letters.rules.outbox import BY_ITSELF
from boligsak.letters.words.documents import kind_name
from boligsak.letters.words.outbox import STATES, act_name, because, channel_name, state_name
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.show import moment
from boligsak.web import PageRequest, page

_MOST_EXPORTED = 20_000
_AT_A_TIME = 500


@require_GET
@page("letters.view_outbox")
def outbox(request: PageRequest) -> HttpResponseBase:
    """The letters under one tab, or the whole of them as a file (?export=xlsx, ?export=csv)."""
    user = request.user
    kinds = [(code, kind_name(code)) for code in query.kinds_there()]
    form = OutboxFilter(request.GET, offices=query.offices_of(user), kinds=kinds)
    choice = form.choice()
    if choice.tab == query.HIDDEN and not user.access.is_cleared:
        choice = query.OutboxChoice()
    asked = request.GET.get("sort", "")
    order = asked if asked in query.ORDERS else query.USUAL.get(choice.tab, "asked")
    found = query.ordered(query.chosen(user, choice), order)
    if request.GET.get("export") in FORMATS:
        return _as_file(request, found)
    paging = Paging.asked(request.GET)
    rows = list(found[paging.offset : paging.offset + paging.limit])
    shown = rows[: paging.size]
    hidden = frozenset() if user.access.is_cleared else _protected_now(shown)
    request.saw(
        row.party.person_id
        for row in shown
        if row.party.person_id is not None and row.party.person_id not in hidden
    )
    counts = query.counts(user)
    may_work = user.has_perm("letters.work_outbox")
    is_print = choice.tab == query.PRINT
    return render(
        request,
        "letters/outbox.html",
        {
            "title": _("Letters out"),
            "action": {"label": _("Write to many"), "url": reverse("letters:bulk_letters")}
            if user.has_perm("letters.send_in_bulk")
            else None,
            "tabs": _tabs(request, choice.tab, counts),
            "about": _about(choice.tab),
            "offices": query.to_print(user) if may_work and is_print else [],
            "batches": [_batch(one) for one in query.open_batches(user)] if is_print else [],
            "form": form,
            "tab": choice.tab,
            "reset": f"{request.path}?tab={choice.tab}",
            "is_filtered": not choice.is_everything or not form.is_valid(),
            "columns": _columns(choice.tab),
            "rows": [_row(row, choice.tab, hidden) for row in shown],
            "empty": _("No letters fit this filter.")
            if not choice.is_everything
            else _empty(choice.tab),
            "sort": order,
            "query": request.GET,
            "pager": paging.pager(len(rows), query.count(found)),
            "may_export": choice.tab != query.HIDDEN,
        },
    )


@require_GET
@page("letters.view_outbox")
def dispatch(request: PageRequest, pk: int) -> HttpResponseBase:
    """One letter to one party: where it is, what can be done, what has happened to it."""
    row = find_dispatch(request.user, pk)
    document, party = row.document, row.party
    if party.person_id is not None:
        request.saw([party.person_id])
    words, color = STATES[row.state]
    facts = [
        (_("Letter"), document.title),
        (_("Journal number"), str(document)),
        (_("Folder"), document.folder.number),
        (_("Copy to") if party.kind == PartyKind.COPY else _("Recipient"), party.name),
        (_("Way"), channel_name(row.channel)),
        (_("E-mail address"), row.to),
        (_("Address"), ", ".join(address_of(row))),
        (_("Office"), str(row.office)),
        (_("Asked for"), _by_and_day(row)),
        (_("Sent"), format_day(row.sent_on) if row.sent_on else ""),
        (_("Proof of sending"), row.proof),
        (_("Tried again"), moment(row.next_try_at) if row.next_try_at else ""),
    ]
    return render(
        request,
        "letters/dispatch.html",
        {
            "title": _("Letter %(number)s to %(name)s")
            % {"number": str(document), "name": party.name},
            "breadcrumb": [back_to_outbox()],
            "status": {"text": str(words), "color": color},
            "facts": [(term, value) for term, value in facts if value],
            "because": because(
                row.code or row.facts.get("because", ""), document.source, row.facts
            ),
            "is_bad": row.state in (DispatchState.FAILED, DispatchState.UNCERTAIN),
            "batch": row.batch,
            "links": _links(row),
            "instead_of": row.instead_of,
            "replaced_by": Dispatch.objects.filter(instead_of=row).first(),
            "document_url": _document_url(row),
            "actions": _actions(row) if request.user.has_perm("letters.work_outbox") else [],
            "row": row,
            "timeline": _timeline(row),
        },
    )


def find_dispatch(user: Any, pk: int) -> Dispatch:
    """The dispatch, when this user may see it. A letter to somebody who has become protected since
    it was written shows where they live: only who is cleared opens it."""
    rows = query.visible_to(user).select_related(
        "document__folder", "party", "office", "batch", "by", "instead_of"
    )
    row: Dispatch = get_object_or_404(rows, pk=pk)
    if not user.access.is_cleared and hidden_parties(row.document):
        raise Http404
    return row


def back_to_outbox(tab: str = "") -> dict[str, str]:
    where = reverse("letters:outbox")
    return {"label": _("Letters out"), "url": f"{where}?tab={tab}" if tab else where}


def address_of(row: Dispatch) -> tuple[str, ...]:
    """Where a letter goes. A protected person's address is looked up now: whoever sees the row is
    cleared for it."""
    if row.channel not in (Channel.PRINT, Channel.HAND):
        return ()
    if row.party.address and "is_protected" not in row.facts:
        return tuple(line for line in row.party.address.split("\n") if line)
    if row.party.person_id is None or row.state not in _BY_HAND:
        return ()
    try:
        return tuple(contact_register().address_of(row.party.person_id, dates.today()))
    except RegisterAway:
        return ()


# --- The list in words ----------------------------------------------------------------------------


def _tabs(request: PageRequest, current: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    names = {
        query.PRINT: _("To be printed"),
        query.HIDDEN: _("Protected address"),
        query.WAITING: _("Waits"),
        query.BACK: _("Came back"),
        query.SENT: _("Sent"),
        query.ENDED: _("Is not sent"),
    }
    if not request.user.access.is_cleared:
        del names[query.HIDDEN]
    return [
        {
            "name": name,
            "url": f"{request.path}?tab={tab}",
            "count": counts.get(tab),
            "is_current": tab == current,
        }
        for tab, name in names.items()
    ]


def _about(tab: str) -> str:
    return {
        query.HIDDEN: _(
            "These letters are printed one by one. The address is looked up when you open the "
            "letter, and that you looked is written down."
        ),
        query.BACK: _(
            "These letters did not go, or nobody knows whether they did. Each needs somebody to "
            "decide what happens."
        ),
    }.get(tab, "")


def _empty(tab: str) -> str:
    return {
        query.PRINT: _("Nothing waits to be printed."),
        query.HIDDEN: _("No letter to a protected address waits."),
        query.WAITING: _("No letter waits to be sent."),
        query.BACK: _("Nothing has come back. Everything that was to go has gone, or waits."),
        query.SENT: _("No letter has been sent yet."),
        query.ENDED: _("No letter has been stopped."),
    }[tab]


def _columns(tab: str) -> list[dict[str, Any]]:
    when = (
        {"label": pgettext("letter", "Sent"), "sort": "sent", "class": "nowrap"}
        if tab == query.SENT
        else {"label": _("Asked for"), "sort": "asked", "class": "nowrap"}
    )
    last = _("Proof of sending") if tab == query.SENT else _("What about it")
    return [
        {"label": _("Letter"), "header": True, "sort": "document"},
        {"label": _("Recipient")},
        {"label": _("Way")},
        {"label": _("State")},
        when,
        {"label": _("Office")},
        {"label": last},
    ]


def _protected_now(rows: Sequence[Dispatch]) -> frozenset[int]:
    """Recipients who have become protected since their letters were written."""
    people = {row.party.person_id for row in rows if row.party.person_id is not None}
    now = contact_register().standing(people) if people else {}
    return frozenset(pk for pk, standing in now.items() if standing.is_protected)


def _row(row: Dispatch, tab: str, hidden: Collection[int]) -> dict[str, Any]:
    words, color = STATES[row.state]
    if row.party.person_id in hidden:
        state = {"text": str(words), "tag": color}
        cells = [row.document.title, _("Protected address"), "", state, "", "", ""]
        return {"id": f"letter-{row.pk}", "cells": cells}
    return {
        "id": f"letter-{row.pk}",
        "cells": [
            {
                "text": row.document.title,
                "href": reverse("letters:dispatch", args=[row.pk]),
                "sub": str(row.document),
            },
            {
                "text": row.party.name,
                "sub": _("copy") if row.party.kind == PartyKind.COPY else "",
            },
            {"text": channel_name(row.channel), "sub": row.batch.number if row.batch else ""},
            {"text": str(words), "tag": color},
            format_day(row.sent_on if tab == query.SENT else row.on),
            str(row.office),
            row.proof if tab == query.SENT and not row.code else _why(row),
        ],
    }


def _why(row: Dispatch) -> str:
    return because(row.code or row.facts.get("because", ""), row.document.source, row.facts)


def _batch(one: Any) -> dict[str, Any]:
    return {
        "url": reverse("letters:batch", args=[one.pk]),
        "number": one.number,
        "letters": one.letters,
        "office": str(one.office or ""),
        "made_on": format_day(one.made_on),
        "who": str(one.by),
    }


def _as_file(request: PageRequest, found: Any) -> HttpResponseBase:
    """Never with a protected person in it."""
    rows = query.for_a_file(found)[:_MOST_EXPORTED]
    people = rows.values_list("party__person_id", flat=True)
    request.saw(pk for pk in people if pk is not None)
    file_format = request.GET["export"]
    name = _("letters-out") + f"-{dates.today().isoformat()}"
    return as_file(file_format, name, _file_columns(), _file_rows(rows))


def _file_columns() -> list[str]:
    return [
        _("Journal number"),
        _("Letter"),
        _("Kind of letter"),
        _("Recipient"),
        _("Copy"),
        _("Way"),
        _("State"),
        _("Asked for"),
        pgettext("letter", "Sent"),
        _("Proof of sending"),
        _("Print batch"),
        _("Office"),
        _("What about it"),
    ]


def _file_rows(rows: Any) -> Iterator[list[Cell]]:
    for row in rows.iterator(chunk_size=_AT_A_TIME):
        yield [
            str(row.document),
            row.document.title,
            kind_name(row.document.kind),
            row.party.name,
            _("yes") if row.party.kind == PartyKind.COPY else "",
            channel_name(row.channel),
            state_name(row.state),
            row.on,
            row.sent_on,
            row.proof,
            row.batch.number if row.batch else "",
            str(row.office),
            _why(row),
        ]


# --- One letter in words --------------------------------------------------------------------------


def _links(row: Dispatch) -> list[dict[str, str]]:
    if row.channel not in (Channel.PRINT, Channel.HAND) or row.batch is not None:
        return []
    if row.state not in (DispatchState.WAITING, DispatchState.FAILED):
        return []
    return [
        {"label": _("Print this letter"), "url": reverse("letters:dispatch_file", args=[row.pk])}
    ]


def _actions(row: Dispatch) -> list[dict[str, str]]:
    """What can be done now, the likeliest first."""
    found: list[tuple[str, str]] = []
    came_back = row.state in _CAME_BACK
    by_wire = row.channel in BY_ITSELF
    if row.state == DispatchState.UNCERTAIN:
        found.append(("dispatch_sent", _("It was sent")))
    if came_back:
        found.append(("dispatch_retry", _("Send it again")))
    if by_wire and row.state in (DispatchState.WAITING, *_CAME_BACK):
        found.append(("dispatch_paper", _("Paper instead")))
    if row.batch is None and row.state in _BY_HAND and not by_wire:
        found.append(("dispatch_sent", _("It has been sent")))
    if row.batch is not None and row.state == DispatchState.WAITING:
        found.append(("dispatch_take_out", _("Take it out of the batch")))
    elif row.state in (DispatchState.WAITING, *_CAME_BACK):
        found.append(("dispatch_cancel", _("It is not to be sent")))
    if row.is_refused:
        found.append(("dispatch_settle", _("I have dealt with it")))
    return [
        {"label": label, "url": reverse(f"letters:{name}", args=[row.pk])} for name, label in found
    ]


_CAME_BACK = (DispatchState.FAILED, DispatchState.UNCERTAIN)
_BY_HAND = (DispatchState.WAITING, DispatchState.FAILED)


def _timeline(row: Dispatch) -> list[dict[str, Any]]:
    """What happened to the letter, newest first."""
    acts = row.acts.select_related("by").order_by("-pk")
    events = []
    for act in acts:
        text = act.note or because(act.facts.get("code") or act.facts.get("because", ""))
        who = str(act.by) if act.by else _("Boligsak")
        events.append(
            {
                "when": moment(act.entered_at),
                "what": act_name(act.what, act.facts),
                "text": text,
                "who": who,
            }
        )
    asked = {"when": moment(row.entered_at), "what": _("Asked for"), "who": str(row.by or "")}
    return [*events, asked]


def _by_and_day(row: Dispatch) -> str:
    day = format_day(row.on)
    return _("%(on)s by %(who)s") % {"on": day, "who": str(row.by)} if row.by else day


def _document_url(row: Dispatch) -> str:
    """The document's own page stands on the top floor."""
    try:
        return reverse("desk:document", args=[row.document_id])
    except NoReverseMatch:
        return ""
