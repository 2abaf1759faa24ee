"""Moving out: the word of it, another day, staying after all, the inspection and the keys."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import done, fresh, step_page
from boligsak.web import PageRequest, page
from tenants.forms.move_outs import (
    DayForm,
    InspectionForm,
    KeysForm,
    MoveOutForm,
    StayForm,
    damage_values,
)
from tenants.models import Lease, MoveOut
from tenants.rules.move_out import last_day
from tenants.services import move_outs as service
from tenants.services.move_outs import damages_of
from tenants.views.lease_steps import find_lease, lease_page, lease_terms, lease_trail
from tenants.words.move_outs import refusal

_FIELDS = {
    "move.told_ahead": "told_on",
    "move.told_early": "told_on",
    "move.before_start": "moves_on",
    "move.too_far": "moves_on",
    "move.begun": "moves_on",
    "lease.overlaps": "moves_on",
    "move.secret_address": "new_address",
    "move.no_reason": "reason",
    "move.inspected_ahead": "inspected_on",
    "move.keys_ahead": "keys_on",
}


@require_http_methods(["GET", "POST"])
@page("tenants.change_parties")
def move_out(request: PageRequest, pk: int) -> HttpResponseBase:
    """The tenant is to move. When it is registered already, its own page shows it."""
    user, day = request.user, dates.today()
    lease = find_lease(user, pk)
    standing = MoveOut.objects.filter(lease=lease, withdrawn_on__isnull=True).first()
    if standing is not None and request.method == "GET":
        return redirect(move_out_page(lease.pk))
    form = MoveOutForm(request.POST or None, initial=fresh(lease, told_on=day))

    def do() -> str:
        asked = form.cleaned_data
        service.begin_move_out(
            lease.pk,
            moves_on=asked["moves_on"],
            reason=asked["reason"],
            told_on=asked["told_on"],
            new_address=asked["new_address"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return move_out_page(lease.pk)

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The moving out is registered."))
        return redirect(where)
    over = RuleBroken("move.over", moved_out_on=lease.moved_out_on)
    is_over = lease.moved_out_on is not None and lease.moved_out_on < day
    return step_page(
        request,
        form,
        title=_("Moving out"),
        breadcrumb=lease_trail(lease),
        facts=lease_terms(request, lease),
        facts_title=_("The lease"),
        about=_(
            "The last day ends the rent, and the dwelling stands vacant from the next. Then come "
            "the inspection, the keys and the settlement."
        ),
        refused=refusal(over) if is_over and request.method != "POST" else "",
        button=_("Register the moving out"),
        back=lease_page(lease.pk, "moving"),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.change_parties")
def move_out_day(request: PageRequest, pk: int) -> HttpResponseBase:
    """Another day, agreed on."""
    user, day, row = request.user, dates.today(), _find(request.user, pk)
    form = DayForm(request.POST or None, initial=fresh(row, moves_on=row.moves_on))

    def do() -> str:
        asked = form.cleaned_data
        service.change_day(
            pk,
            moves_on=asked["moves_on"],
            reason=asked["reason"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return move_out_page(row.lease_id)

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The day is changed."))
        return redirect(where)
    return _step(
        request,
        row,
        form,
        title=_("Another last day"),
        about=_("Rent is charged to and with the new day."),
        button=_("Change the day"),
        is_before_keys=True,
    )


@require_http_methods(["GET", "POST"])
@page("tenants.change_parties")
def move_out_withdraw(request: PageRequest, pk: int) -> HttpResponseBase:
    """The tenant stays after all."""
    user, day, row = request.user, dates.today(), _find(request.user, pk)
    form = StayForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        asked = form.cleaned_data
        service.withdraw_move_out(
            pk, reason=asked["reason"], by=user, on=day, version=asked["version"]
        )
        return lease_page(row.lease_id, "moving")

    fields = {"move.no_reason": "reason"}
    if where := done(request, form, do, refusal=refusal, fields=fields):
        messages.success(request, _("The tenancy goes on."))
        return redirect(where)
    return _step(
        request,
        row,
        form,
        title=_("The tenant stays"),
        warning=_(
            "The tenancy has no last day any more, and rent is charged on. It is refused when the "
            "dwelling has been let to somebody else."
        ),
        button=_("The tenant stays"),
        is_before_keys=True,
    )


@require_http_methods(["GET", "POST"])
@page("tenants.settle_move_out")
def move_out_inspect(request: PageRequest, pk: int) -> HttpResponseBase:
    """The dwelling has been looked through."""
    user, day, row = request.user, dates.today(), _find(request.user, pk)
    form = InspectionForm(
        request.POST or None,
        initial=fresh(
            row,
            inspected_on=row.inspected_on or day,
            note=row.note,
            **damage_values(damages_of(row)),
        ),
    )

    def do() -> str:
        asked = form.cleaned_data
        service.inspect(
            pk,
            inspected_on=asked["inspected_on"],
            damages=form.damages(),
            note=asked["note"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return move_out_page(row.lease_id)

    fields = {**_FIELDS, "move.before_start": "inspected_on"}
    if where := done(request, form, do, refusal=refusal, fields=fields):
        messages.success(request, _("The inspection is saved."))
        return redirect(where)
    return _step(
        request,
        row,
        form,
        title=_("Inspection"),
        about=_(
            "What is worn by use is the municipality's. What is damaged is charged with the "
            "settlement; it cannot carry eviction."
        ),
        button=_("Save the inspection"),
        template="tenants/move_out_inspection.html",
    )


@require_http_methods(["GET", "POST"])
@page("tenants.change_parties")
def move_out_keys(request: PageRequest, pk: int) -> HttpResponseBase:
    """The keys are back."""
    user, day, row = request.user, dates.today(), _find(request.user, pk)
    usual = _usual_last(row, day)
    form = KeysForm(
        request.POST or None,
        initial=fresh(row, keys_on=row.keys_on or day, last_on=usual, new_address=row.new_address),
    )

    def do() -> str:
        asked = form.cleaned_data
        service.take_keys(
            pk,
            keys_on=asked["keys_on"],
            last_on=asked["last_on"],
            new_address=asked["new_address"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return move_out_page(row.lease_id)

    on_last = ("move.before_start", "move.too_far", "lease.overlaps")
    fields = {**_FIELDS, **dict.fromkeys(on_last, "last_on")}
    if where := done(request, form, do, refusal=refusal, fields=fields):
        messages.success(request, _("The keys are back, and the last day is set."))
        return redirect(where)
    return _step(
        request,
        row,
        form,
        title=_("Keys given back"),
        about=_("Whoever has the keys has the dwelling: rent is owed until they are back."),
        button=_("Save"),
    )


def _usual_last(row: MoveOut, day: datetime.date) -> datetime.date:
    if row.keys_on is not None and row.lease.moved_out_on is not None:
        return row.lease.moved_out_on
    return last_day(row.moves_on, day)


# --- What they share ----------------------------------------------------------------------------


def move_out_page(lease_id: int) -> str:
    return reverse("desk:move_out", args=[lease_id])


def _find(user: Any, pk: int) -> MoveOut:
    rows = MoveOut.objects.filter(lease__in=Lease.objects.unmasked(user))
    return get_object_or_404(rows.select_related("lease"), pk=pk)


def _step(
    request: PageRequest,
    row: MoveOut,
    form: Any,
    *,
    title: str,
    button: str,
    is_before_keys: bool = False,
    **more: Any,
) -> HttpResponseBase:
    refused = ""
    if request.method != "POST":
        if row.withdrawn_on is not None:
            refused = refusal(RuleBroken("move.withdrawn"))
        elif row.settled_on is not None:
            refused = refusal(RuleBroken("move.settled", settled_on=row.settled_on))
        elif is_before_keys and row.keys_on is not None:
            refused = refusal(RuleBroken("move.keys_back", keys_on=row.keys_on))
    facts = [
        *lease_terms(request, row.lease),
        (_("Told on"), format_day(row.told_on)),
        (_("Last day"), format_day(row.lease.moved_out_on or row.moves_on)),
        (_("Keys back"), format_day(row.keys_on) if row.keys_on else ""),
    ]
    return step_page(
        request,
        form,
        title=title,
        breadcrumb=[
            *lease_trail(row.lease),
            {"label": _("Moving out"), "url": move_out_page(row.lease_id)},
        ],
        facts=[(term, value) for term, value in facts if value],
        facts_title=_("The lease"),
        button=button,
        back=move_out_page(row.lease_id),
        refused=refused,
        **more,
    )
