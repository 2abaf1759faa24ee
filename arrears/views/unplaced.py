"""Payments whose KID matches no lease: the list, and what is decided about one of them."""

from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from arrears.forms.ledger import LeaseSearchForm, ReasonForm, UnplacedFilter
from arrears.models import UnplacedPayment, UnplacedState
from arrears.queries import imports as query
from arrears.queries.near_kids import leases_meant
from arrears.services import unplaced as service
from arrears.views.lease_search import keep, lease_facts, lease_line, lease_search, see
from arrears.words.imports import reason_of
from boligsak import dates
from boligsak.accounts.services import once
from boligsak.export import FORMATS, Cell, Ore, as_file
from boligsak.paging import Paging
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import grouped, kr, moment
from boligsak.step import StepForm
from boligsak.web import page
from tenants.models import Lease
from tenants.queries.cards import LeaseCard, lease_cards

STATE_COLORS = {
    UnplacedState.OPEN: "warning",
    UnplacedState.PLACED: "success",
    UnplacedState.RETURNED: "neutral",
}
_OLDEST = "paid"
_AT_A_TIME = 500


@require_GET
@page("arrears.place_payments")
def unplaced(request: HttpRequest) -> HttpResponseBase:
    """The list, oldest first, or the whole of it as a file (?export=xlsx, ?export=csv)."""
    form = UnplacedFilter(request.GET)
    choice = form.choice()
    asked = request.GET.get("sort", "")
    order = asked if asked in query.UNPLACED_ORDERS else _OLDEST
    found = query.unplaced(choice).order_by(*query.UNPLACED_ORDERS[order])
    if request.GET.get("export") in FORMATS:
        return _as_file(request, found)
    paging = Paging.asked(request.GET)
    rows = list(found[paging.offset : paging.offset + paging.limit])
    shown = rows[: paging.size]
    cards = likely_cards(request, shown)
    back = request.get_full_path()
    return render(
        request,
        "arrears/unplaced.html",
        {
            "title": _("Unplaced payments"),
            "lead": _lead(),
            "form": form,
            "is_filtered": choice != query.UnplacedChoice(),
            "columns": unplaced_columns(),
            "rows": [unplaced_row(payment, cards, back) for payment in shown],
            "sort": order,
            "query": request.GET,
            "pager": paging.pager(len(rows), query.count(found)),
        },
    )


@require_GET
@page("arrears.place_payments")
def unplaced_payment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One payment: what is known of it, the lease it was probably meant for, and the search."""
    payment = _payment(pk)
    context = _about(request, payment) | {"timeline": _timeline(payment)}
    if payment.state == UnplacedState.OPEN:
        meant = leases_meant(payment, request.user)
        cards = lease_cards(meant, request.user, dates.today())
        see(request, cards.values())
        context |= {
            "meant": [lease_line(cards[lease_id]) for lease_id in meant if lease_id in cards],
            "search": lease_search(request),
        }
    elif payment.placed_line:
        leases = [payment.placed_line.lease_id]
        cards = lease_cards(leases, request.user, dates.today())
        see(request, cards.values())
        context["placed_on"] = lease_line(cards[leases[0]]) if cards else None
    return render(request, "arrears/unplaced_payment.html", context)


@require_POST
@page("arrears.place_payments")
def unplaced_search(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Keeps what is searched for, and back to the payment with what was found."""
    where = reverse("arrears:unplaced_payment", args=[_payment(pk).pk])
    return redirect(f"{where}?{_searched(request)}#search")


@require_http_methods(["GET", "POST"])
@page("arrears.place_payments")
def unplaced_place(request: HttpRequest, pk: int, lease_id: int) -> HttpResponseBase:
    """The last look before a payment is booked on a lease."""
    payment = _payment(pk)
    get_object_or_404(Lease.objects.visible_to(request.user), pk=lease_id)
    form = StepForm(request.POST or None, initial=_first(payment))
    refused: RuleBroken | None = None
    if request.method == "POST" and form.is_valid():

        def do() -> str:
            version = form.cleaned_data["version"] or 0
            service.place(payment.pk, lease_id=lease_id, version=version, by=request.user)
            return reverse("arrears:unplaced")

        try:
            where = _once(request, form, do)
        except RuleBroken as broken:
            refused = broken
            payment = _payment(pk)
        else:
            messages.success(request, _("The payment has been placed."))
            return redirect(where)
    cards = lease_cards([lease_id], request.user, dates.today())
    see(request, cards.values())
    waits = payment.state == UnplacedState.OPEN
    context = _about(request, payment) | {
        "title": _("Place the payment"),
        "form": _anew(form, payment, StepForm) if refused else form,
        "refused": reason_of(refused) if refused else "",
        "lease": lease_facts(cards[lease_id], -payment.amount_ore if waits else 0),
    }
    context["breadcrumb"].append(_crumb(payment))
    return render(request, "arrears/unplaced_place.html", context, status=409 if refused else 200)


@require_http_methods(["GET", "POST"])
@page("arrears.place_payments")
def unplaced_return(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Noting that a payment goes back to whoever paid it."""
    payment = _payment(pk)
    form = ReasonForm(request.POST or None, initial=_first(payment))
    refused: RuleBroken | None = None
    if request.method == "POST" and form.is_valid():

        def do() -> str:
            service.send_back(
                payment.pk,
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"] or 0,
                by=request.user,
            )
            return reverse("arrears:unplaced")

        try:
            where = _once(request, form, do)
        except RuleBroken as broken:
            refused = broken
            payment = _payment(pk)
        else:
            messages.success(request, _("The payment is noted as returned."))
            return redirect(where)
    context = _about(request, payment) | {
        "title": _("Return the payment"),
        "form": _anew(form, payment, ReasonForm) if refused else form,
        "refused": reason_of(refused) if refused else "",
    }
    context["breadcrumb"].append(_crumb(payment))
    status = 409 if refused else 422 if form.is_bound else 200
    return render(request, "arrears/unplaced_return.html", context, status=status)


def _lead() -> str:
    number, ore = query.waiting_sum()
    if not number:
        return _("No payment waits to be placed.")
    words = ngettext(
        "%(number)s payment waits to be placed, %(sum)s in all.",
        "%(number)s payments wait to be placed, %(sum)s in all.",
        number,
    )
    return words % {"number": grouped(number), "sum": kr(ore)}


# --- What the pages share ---------------------------------------------------------------------


def likely_cards(
    request: HttpRequest, payments: Collection[UnplacedPayment]
) -> dict[int, LeaseCard]:
    """Cards of the leases these payments were placed on or probably meant for, by lease id."""
    ids = {
        payment.placed_line.lease_id if payment.placed_line else payment.likely_lease_id
        for payment in payments
    }
    cards = lease_cards(list(ids - {None}), request.user, dates.today())
    see(request, cards.values())
    return cards


def unplaced_columns(*, of_one_file: bool = False) -> list[dict[str, Any]]:
    """The columns of a list of unplaced payments; those of one file are not sorted."""
    columns: list[dict[str, Any]] = [
        {"label": _("Paid"), "sort": "paid", "class": "nowrap"},
        {"label": _("Amount"), "align": "end", "sort": "amount"},
        {"label": _("KID"), "header": True},
        {"label": _("Text")},
        {"label": _("Lease")},
        {"label": _("State")},
        {"label": _("File")},
    ]
    if not of_one_file:
        return columns
    return [*({**column, "sort": None} for column in columns[:-1]), {"label": _("Line")}]


def unplaced_row(
    payment: UnplacedPayment,
    cards: dict[int, LeaseCard],
    back: str,
    *,
    of_one_file: bool = False,
) -> dict[str, Any]:
    """One payment as a row. `back`: the list it stands in, to come back to."""
    state = UnplacedState(payment.state)
    file = payment.payment_import.filename if payment.payment_import else ""
    line = grouped(payment.file_line) if payment.file_line else ""
    return {
        "id": f"payment-{payment.pk}",
        "cells": [
            format_day(payment.effective_on),
            kr(payment.amount_ore),
            {
                "text": payment.kid or _("no KID"),
                "href": f"{reverse('arrears:unplaced_payment', args=[payment.pk])}"
                f"?back={quote(back)}",
            },
            payment.note,
            _lease_cell(payment, cards),
            {"text": state.label, "tag": STATE_COLORS[state]},
            line
            if of_one_file
            else {"text": file, "sub": _("line %(line)s") % {"line": line} if line else ""},
        ],
    }


def _lease_cell(payment: UnplacedPayment, cards: dict[int, LeaseCard]) -> Any:
    placed = payment.placed_line
    card = cards.get(placed.lease_id if placed else payment.likely_lease_id or 0)
    if card is None:
        return ""
    text = card.number if placed else _("probably %(number)s") % {"number": card.number}
    return {"text": text, "sub": card.name}


def _payment(pk: int) -> UnplacedPayment:
    return get_object_or_404(query.unplaced(query.UnplacedChoice(state="")), pk=pk)


def _about(request: HttpRequest, payment: UnplacedPayment) -> dict[str, Any]:
    """What every page about one payment shows."""
    state = UnplacedState(payment.state)
    return {
        "title": _("Payment of %(amount)s") % {"amount": kr(payment.amount_ore)},
        "breadcrumb": [{"label": _("Unplaced payments"), "url": _list(request)}],
        "status": {"text": state.label, "color": STATE_COLORS[state]},
        "payment": payment,
    }


def _crumb(payment: UnplacedPayment) -> dict[str, str]:
    return {
        "label": _("Payment of %(amount)s") % {"amount": kr(payment.amount_ore)},
        "url": reverse("arrears:unplaced_payment", args=[payment.pk]),
    }


def _list(request: HttpRequest) -> str:
    """The list the reader came from; never an address outside this site."""
    back = request.GET.get("back", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return back
    return reverse("arrears:unplaced")


def _timeline(payment: UnplacedPayment) -> list[dict[str, Any]]:
    events = []
    if payment.decided_at:
        events.append(
            {
                "when": moment(payment.decided_at),
                "what": UnplacedState(payment.state).label.capitalize(),
                "who": str(payment.decided_by),
                "text": payment.reason,
            }
        )
    if payment.payment_import:
        file = payment.payment_import
        events.append(
            {
                "when": moment(file.received_at),
                "what": _("Came with %(file)s") % {"file": file.filename},
                "href": reverse("arrears:import", args=[file.pk]),
            }
        )
    return events


def _first(payment: UnplacedPayment) -> dict[str, Any]:
    return {"submission_id": uuid4(), "version": payment.version}


def _anew(form: Any, payment: UnplacedPayment, kind: type[StepForm]) -> StepForm:
    """The form once more after a refusal, on the payment as it is now, with what was typed."""
    return kind(initial={**form.cleaned_data, **_first(payment)})


def _once(request: HttpRequest, form: StepForm, do: Any) -> str:
    return once(form.cleaned_data["submission_id"], by=request.user, path=request.path, do=do)


def _searched(request: HttpRequest) -> str:
    form = LeaseSearchForm(request.POST)
    return f"s={keep(request, form.cleaned_data['q'])}" if form.is_valid() else "s="


def _as_file(request: HttpRequest, found: Any) -> HttpResponseBase:
    """Whoever gets the file has seen everybody in it: written down before it is sent."""
    rows = list(found)
    cards: dict[int, LeaseCard] = {}
    for start in range(0, len(rows), _AT_A_TIME):
        cards |= likely_cards(request, rows[start : start + _AT_A_TIME])
    columns = [
        _("Paid"),
        _("Amount"),
        _("KID"),
        _("Text"),
        _("The bank's reference"),
        _("Likely lease"),
        _("Placed on"),
        _("Tenant"),
        _("State"),
        _("Reason"),
        _("File"),
        _("Line"),
    ]
    name = _("unplaced-payments") + f"-{dates.today().isoformat()}"
    return as_file(request.GET["export"], name, columns, _file_rows(rows, cards))


def _file_rows(
    payments: Collection[UnplacedPayment], cards: dict[int, LeaseCard]
) -> Iterator[list[Cell]]:
    for payment in payments:
        placed = payment.placed_line
        likely = cards.get(payment.likely_lease_id or 0) if not placed else None
        on = cards.get(placed.lease_id) if placed else None
        shown = on or likely
        yield [
            payment.effective_on,
            Ore(payment.amount_ore),
            payment.kid,
            payment.note,
            payment.bank_reference,
            likely.number if likely else "",
            on.number if on else "",
            shown.name if shown else "",
            str(UnplacedState(payment.state).label),
            payment.reason,
            payment.payment_import.filename if payment.payment_import else "",
            payment.file_line,
        ]
