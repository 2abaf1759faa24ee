"""The ledger, to read. A wrong line is mended by a new one beside it, on a page of its own."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arrears.models import CHARGE_KINDS, LedgerLine, LineKind
from boligsak import dates
from boligsak.administration.lists import Column, Filter, Rows
from boligsak.administration.register import Register
from boligsak.administration.site import MONEY
from boligsak.administration.steps import Panel
from boligsak.show import day, kr, moment
from tenants.models import Lease
from tenants.queries.cards import LeaseCard, lease_cards

# Kinds are looked for among the newest lines only: ten years of a whole country are some 26
# million, and nobody pages through them. With a lease chosen its whole ledger is looked through.
NEWEST = 200_000


def _of_kind(rows: Rows, word: str) -> Rows:
    if word == "charges":
        return rows.filter(kind__in=CHARGE_KINDS)
    return rows.filter(kind=word)


def _is_masked(row: LedgerLine) -> bool:
    return row.card.is_masked  # type: ignore[attr-defined, no-any-return]


@admin.register(LedgerLine)
class LedgerRegister(Register):
    to_view = "arrears.view_ledger"
    group, title = MONEY, gettext_lazy("The ledger")
    about = gettext_lazy("Charges, payments and corrections, newest first. No line is changed.")
    columns = (
        Column(gettext_lazy("Line"), lambda row: str(row.pk), header=True),
        Column(gettext_lazy("Lease number"), lambda row: row.lease.number),
        Column(gettext_lazy("Kind"), lambda row: capfirst(row.get_kind_display())),
        Column(gettext_lazy("Due on"), lambda row: day(row.due_on) if row.due_on else ""),
        Column(gettext_lazy("Effective on"), lambda row: day(row.effective_on)),
        Column(gettext_lazy("Amount"), lambda row: kr(row.amount_ore), align="end"),
        Column(gettext_lazy("Note"), lambda row: "" if _is_masked(row) else row.note),
    )
    filters = (
        Filter(
            "kind",
            gettext_lazy("Kind"),
            gettext_lazy("All kinds"),
            lambda _user: [("charges", _("every charge")), *LineKind.choices],
            _of_kind,
        ),
    )
    usual_order = ("-pk",)
    search_label = gettext_lazy("Find a lease's ledger by lease number or KID")
    empty = gettext_lazy("No line has been written yet.")

    def seen_by(self, user: Any) -> Rows:
        rows = LedgerLine.objects.select_related("lease")
        if user.access.office_ids is None:
            return rows
        return rows.filter(lease__in=Lease.objects.visible_to(user))

    def asked_for(self, rows: Rows, request: HttpRequest, words: str) -> tuple[Rows, bool]:
        word = request.GET.get("lease", "")
        if word.isdigit() and len(word) < 16:
            return rows.filter(lease=int(word)), True
        if not words and request.GET.get("kind"):
            newest = LedgerLine.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            return rows.filter(pk__gt=newest - NEWEST), True
        return rows, False

    def found(self, rows: Rows, words: str, user: Any) -> Rows:
        number = words.replace(" ", "")
        leases = Lease.objects.visible_to(user)
        named = leases.filter(number=number) | leases.filter(kid=number)
        return rows.filter(lease__in=list(named.values_list("pk", flat=True)[:2]))

    def enriched(self, rows: list[LedgerLine], user: Any) -> list[LedgerLine]:
        cards = lease_cards({row.lease_id for row in rows}, user, dates.today())
        for row in rows:
            row.card = cards[row.lease_id]  # type: ignore[attr-defined]
        return rows

    def people(self, rows: Sequence[LedgerLine]) -> Iterable[int]:
        """The list shows numbers and money; a line's own page names the tenant."""
        return rows[0].card.person_ids if len(rows) == 1 else ()  # type: ignore[attr-defined]

    def heading(self, row: LedgerLine) -> str:
        return f"{row.get_kind_display().capitalize()} {kr(row.amount_ore)}"

    def lead(self, row: LedgerLine) -> str:
        return _("Line %(line)d on lease %(number)s") % {"line": row.pk, "number": row.lease.number}

    def facts(self, row: LedgerLine, user: Any) -> Any:
        card: LeaseCard = row.card  # type: ignore[attr-defined]
        if not card.is_masked:
            yield _("Tenant"), card.name
            yield _("Dwelling"), f"{card.address}, {card.unit}"
        yield _("Amount"), kr(row.amount_ore)
        if row.due_on:
            yield _("Due on"), day(row.due_on)
        yield _("Effective on"), day(row.effective_on)
        yield _("Reference"), row.reference
        if not card.is_masked:
            yield _("Payer"), row.payer
            yield _("Note"), row.note
        if row.file_line:
            yield _("Line in the file"), row.file_line
        yield _("Entered"), moment(row.entered_at)
        yield _("By"), str(row.by) if row.by else _("the system itself")

    def panels(self, row: LedgerLine, user: Any) -> Any:
        if user.has_perm("arrears.correct_ledger"):
            yield Panel(
                _("Is it wrong?"),
                text=_("The line stays. A new line beside it says what was wrong, and why."),
                links=self._ways_to_mend(row),
            )
        related = self.seen_by(user).filter(
            Q(corrects=row) | Q(names=row) | Q(pk__in=[row.corrects_id, row.names_id])
        )
        yield Panel(
            _("Lines that belong together with this one"),
            columns=(
                {"label": _("Kind"), "header": True},
                {"label": _("Lease number")},
                {"label": _("Effective on")},
                {"label": _("Amount"), "align": "end"},
            ),
            rows=tuple(
                {
                    "cells": [
                        {
                            "text": capfirst(other.get_kind_display()),
                            "href": self.row_address(other.pk),
                        },
                        other.lease.number,
                        day(other.effective_on),
                        kr(other.amount_ore),
                    ]
                }
                for other in related.order_by("pk")
            ),
            empty=_("None."),
        )

    def _ways_to_mend(self, row: LedgerLine) -> tuple[dict[str, Any], ...]:
        if row.kind in (LineKind.PAYMENT, LineKind.MOVE_IN):
            address = reverse("arrears:move_payment", args=[row.pk])
            return ({"label": _("Move it to another lease"), "url": address},)
        if row.kind in CHARGE_KINDS or row.kind == LineKind.CREDIT:
            address = reverse("arrears:correct_line", args=[row.pk])
            return ({"label": _("Write a correcting line"), "url": address},)
        return ()
