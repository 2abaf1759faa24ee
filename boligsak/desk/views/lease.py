"""One lease: who and where, the money, the clock, the flags, and the ledger they rest on."""

import datetime
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.models import Case, CaseStatus, ChargeDispute
from arrears.queries import ledger as query
from arrears.queries.payers import missing_of
from arrears.queries.portfolio import state_of
from boligsak import dates
from boligsak.addresses import address
from boligsak.dates import add_months
from boligsak.desk.case.plans import payer_lines
from boligsak.desk.clock import clock, milestones
from boligsak.desk.documents import section_of
from boligsak.desk.flag_lines import flag_events, flag_lines, newest_first, owed_now
from boligsak.desk.forms.search import AsOfForm
from boligsak.desk.giving import for_reader
from boligsak.desk.lease_contracts import contracts_section
from boligsak.desk.lease_life import complaints_of, life_events, life_of
from boligsak.desk.lease_support import support_lines
from boligsak.desk.ledger_rows import (
    CHARGE_COLUMNS,
    CURVE_MONTHS,
    LINES_SHOWN,
    charge_rows,
    curve,
    kind_words,
    ledger_columns,
    ledger_file_columns,
    ledger_file_rows,
    ledger_rows,
    money_table,
)
from boligsak.desk.own_applications import of_lease
from boligsak.desk.queries import lease as lease_query
from boligsak.desk.queries.lease import LeaseRow
from boligsak.desk.queries.lease_file import LeaseFile, lease_file
from boligsak.desk.trail import breadcrumb, here
from boligsak.desk.who import member_facts, who_and_where
from boligsak.export import FORMATS, as_file
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.web import page
from tenants.models import LeaseKind

MOST_EVENTS = 40
# What an address says besides the day it asks for.
_KEPT = ("back", "s", "months")


@require_GET
@page("tenants.view_lease")
def lease(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Masked, for a reader who is not cleared, it is the number, the money and the flags."""
    user, day = request.user, dates.today()
    row = _find(user, pk, day)
    is_masked = lease_query.is_masked(row, user)
    shown = _Shown.asked(request.GET, day)
    lines = query.lines_asked(row.id, *shown.window, shown.since)
    file = lease_file(row, user, day, is_masked=is_masked, lines=lines)
    (parties, members), flags = file.people, file.flags
    request.saw(person.person_id for person in (*parties, *members))
    may_correct = user.has_perm("arrears.correct_ledger")
    rent_ore = row.monthly_rent_ore
    owed = owed_now([(charge.due_on, charge.open_ore) for charge in file.charges], rent_ore, day)
    context = {
        "title": _("Lease %(number)s") % {"number": row.number},
        "breadcrumb": breadcrumb(request, "desk:leases", "tenants.view_lease"),
        "lease": row,
        "is_masked": is_masked,
        "today": day,
        "query": request.GET,
        "flags": flag_lines(
            flags,
            {row.id: owed} if owed else {},
            day,
            children={row.id: sum(member.is_child for member in members)},
            masked=frozenset({row.id} if is_masked else ()),
        ),
        "charges": charge_rows(
            file.charges,
            day,
            may_dispute=may_correct,
            disputed={one.line_id for one in file.disputes if one.closed_on is None},
        ),
        "charge_columns": CHARGE_COLUMNS,
        "new_charge": address("arrears:new_charge", row.id) if may_correct else "",
        "disputes": [_dispute(one, is_masked, may_settle=may_correct) for one in file.disputes],
        "lookalikes": file.lookalikes,
        "may_place": user.has_perm("arrears.place_payments"),
        **_money(request, row, file.charges, rent_ore, day),
        **_ledger(user, row, file.lines, shown, is_masked, day),
    }
    events = flag_events(flags, masked=frozenset({row.id} if is_masked else ()))
    if is_masked:
        context["status"] = {"text": _("Protected address"), "color": "warning"}
        context["lead"] = _("Who lives there, and where, is shown to those who are cleared for it.")
    else:
        told = clock(row, day)
        events += milestones(row, day)
        events += life_events(file)
        context |= who_and_where(row, parties, user)
        context |= _cases(row, file.cases, user)
        context["documents"] = section_of(file.documents, "lease", row.id, user)
        context["payers"] = _payers(row, file, day)
        context |= {
            "status": told.status,
            "clock": told,
            "members": [member_facts(member, day) for member in members],
            "children": sum(member.is_child for member in members),
            "here": here(request),
            "contracts": contracts_section(row, file, user, day, here(request)),
            "applications": of_lease(
                row.id,
                file.applications,
                user,
                here(request),
                is_over=_is_over(row.moved_out_on, day),
            ),
            "complaints": complaints_of(row.id, file, user, day, here(request)),
            "support": support_lines(file.support, user),
            "life": life_of(row, file, user, day),
            "kind": "" if row.kind == LeaseKind.LEASE else capfirst(LeaseKind(row.kind).label),
            "service_agreement": address("tenants:service_agreement", row.id)
            if row.kind == LeaseKind.SERVICE_AGREEMENT
            else "",
        }
    if flags.open and not is_masked:
        back = request.get_full_path()
        context["assign"] = for_reader(user, file.workers, back=back)
    context["timeline"] = newest_first(sorted(events, key=lambda event: event[0]), MOST_EVENTS)
    return render(request, "desk/lease.html", context)


def _is_over(moved_out_on: datetime.date | None, day: datetime.date) -> bool:
    return moved_out_on is not None and moved_out_on < day


def _payers(row: LeaseRow, file: LeaseFile, day: datetime.date) -> list[dict[str, Any]]:
    """Who else pays a part, and what has not come from them while the tenancy lasts."""
    begun = [one for one in file.payers if one.from_on <= day]
    if _is_over(row.moved_out_on, day):
        begun = []
    missing = missing_of(begun, {row.id: row.office_id}, day).get(row.id, [])
    return payer_lines(file.payers, missing, day)


def _cases(row: LeaseRow, found: list[Case], user: Any) -> dict[str, Any]:
    """The cases there have been on the lease, and the way to a new one while none is open."""
    if not user.has_perm("arrears.view_case"):
        return {}
    may_open = user.has_perm("arrears.work_case")
    return {
        "cases": [
            {
                "href": address("desk:case", case.pk),
                "number": case.number,
                "since": format_day(case.opened_on),
                "is_open": case.status == CaseStatus.OPEN,
            }
            for case in found
        ],
        "new_case": address("arrears:case_new", row.id)
        if may_open and not any(case.status == CaseStatus.OPEN for case in found)
        else "",
    }


@require_GET
@page("arrears.view_ledger")
def ledger_export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The whole ledger of the lease as a file."""
    user, day = request.user, dates.today()
    row = _find(user, pk, day)
    parties, _members = lease_query.people(row, day, household=False)
    request.saw((party.person_id for party in parties), _("ledger as a file"))
    file_format = request.GET.get("export")
    return as_file(
        file_format if file_format in FORMATS else "csv",
        _("ledger") + f"-{row.number}-{day.isoformat()}",
        ledger_file_columns(),
        ledger_file_rows(query.lines(row.id), is_masked=lease_query.is_masked(row, user)),
    )


def _find(user: Any, pk: int, day: datetime.date) -> LeaseRow:
    row = lease_query.one(user, pk, day)
    if row is None:
        raise Http404
    return row


def _money(
    request: HttpRequest,
    row: LeaseRow,
    charges: list[query.ChargeRow],
    rent_ore: int,
    day: datetime.date,
) -> dict[str, Any]:
    """The sums of today, and beside them those of the day that is asked for."""
    now = query.money_now(
        charges,
        balance_ore=row.balance_ore,
        disputed_ore=row.disputed_ore,
        unallocated_ore=row.unallocated_ore,
        monthly_rent_ore=rent_ore,
        day=day,
    )
    then, then_on = None, None
    form = AsOfForm(request.GET, auto_id="as-of-%s") if request.GET.get("on") else None
    if form is not None and form.is_valid():
        then_on = form.cleaned_data["on"]
        then = query.money_on(state_of(row.id, then_on))
    return {
        "now": now,
        "rent_ore": rent_ore,
        "as_of": request.GET.get("on", "") if then_on is None else format_day(then_on),
        "as_of_errors": form.errors.get("on", []) if form is not None else [],
        "as_of_kept": [(name, value) for name in _KEPT if (value := request.GET.get(name))],
        "sums": money_table(now, then, day, then_on),
    }


class _Shown(NamedTuple):
    """Which part of the ledger an address asks for, and how many months of the curve."""

    paging: Paging
    is_whole: bool
    months: int
    since: datetime.date

    @classmethod
    def asked(cls, query: Any, day: datetime.date) -> "_Shown":
        months = query.get("months", "")
        span = int(months) if months in map(str, CURVE_MONTHS) else CURVE_MONTHS[0]
        paging = Paging.asked(query, LINES_SHOWN)
        return cls(paging, query.get("lines") == "all", span, add_months(day, -span))

    @property
    def window(self) -> tuple[int, int | None]:
        """After how many lines it begins, and how many there are; None: all."""
        return (0, None) if self.is_whole else (self.paging.offset, self.paging.size)

    def of(self, found: list[query.LedgerRow]) -> list[query.LedgerRow]:
        """The lines without those that only the curve needs."""
        first, size = self.window
        return (
            found if size is None else [row for row in found if first < row.place <= first + size]
        )


def _ledger(
    user: Any,
    row: LeaseRow,
    found: list[query.LedgerRow],
    asked: _Shown,
    is_masked: bool,
    day: datetime.date,
) -> dict[str, Any]:
    may_correct = user.has_perm("arrears.correct_ledger")
    shown, paging = asked.of(found), asked.paging
    lines = found[0].lines if found else 0
    are_linked = any(line.is_corrected or line.corrects_id for line in shown)
    return {
        "ledger_columns": ledger_columns(may_correct=may_correct),
        "ledger_rows": ledger_rows(
            shown,
            query.linked(shown) if are_linked else [],
            user,
            is_masked=is_masked,
            may_correct=may_correct,
        ),
        "lines": lines,
        "pager": None
        if asked.is_whole
        else paging.pager(min(max(lines - paging.offset, 0), paging.limit), lines),
        "is_whole": asked.is_whole,
        "export": address("desk:ledger_export", row.id),
        "chart": curve(query.balance_points(found, asked.since), day, asked.months),
        "spans": [
            {
                "months": months,
                "words": _("%(months)d months") % {"months": months},
                "current": months == asked.months,
            }
            for months in CURVE_MONTHS
        ],
    }


def _dispute(row: ChargeDispute, is_masked: bool, *, may_settle: bool) -> dict[str, Any]:
    words = kind_words()
    is_open = row.closed_on is None
    return {
        "settle": address("arrears:settle_dispute", row.pk) if may_settle and is_open else "",
        "what": words.get(row.line.kind, row.line.kind),
        "due": format_day(row.line.due_on),
        "deposited": kr(row.deposited_ore),
        "charge": kr(row.line.amount_ore),
        "opened": format_day(row.opened_on),
        "closed": format_day(row.closed_on) if row.closed_on else "",
        "note": "" if is_masked else row.note,
        "outcome": "" if is_masked else row.outcome,
    }
