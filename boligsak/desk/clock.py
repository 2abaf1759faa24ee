"""The clock of a lease: which term runs, what the law makes of it, and by which day to act."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from boligsak.desk.queries.lease import LeaseRow
from boligsak.show import day as format_day
from boligsak.show import deadline
from tenants.models import LeaseKind
from tenants.rules.leases import (
    Expiry,
    ExpiryState,
    LeaseFacts,
    expiry_state,
    is_short_term,
    open_ended_from,
)
from tenants.rules.service_agreements import is_outside


@dataclass(frozen=True, slots=True)
class Clock:
    """`status` for the tag beside the title, `sentence` for the panel, `facts` as (term, value).

    `deadline` is the day somebody has to act by, None when none runs; `deadline_name` says what
    it is a deadline for.
    """

    status: dict[str, str]
    sentence: str
    facts: list[tuple[str, Any]]
    deadline: datetime.date | None = None
    deadline_name: str = ""


def clock(lease: LeaseRow, day: datetime.date) -> Clock:
    """Where the lease stands on `day` (§ 9-2, § 9-3)."""
    facts = LeaseFacts(
        starts_on=lease.starts_on,
        ends_on=lease.ends_on,
        moved_out_on=lease.moved_out_on,
        move_requested_on=lease.move_requested_on,
        is_service_agreement=lease.kind == LeaseKind.SERVICE_AGREEMENT,
        is_outside_tenancy_act=is_outside(lease.lawyer_on, day),
    )
    state = expiry_state(facts, day)
    rows = _facts(lease, state, day)
    if lease.moved_out_on is not None and lease.moved_out_on < day:
        said = _("The tenancy ended %(day)s.") % {"day": format_day(lease.moved_out_on)}
        return Clock({"text": _("Ended"), "color": "neutral"}, said, rows)
    if lease.starts_on > day:
        said = _("The tenancy begins %(day)s.") % {"day": format_day(lease.starts_on)}
        return Clock({"text": _("Not begun"), "color": "info"}, said, rows)
    return _running(lease, state, rows, day)


def _running(
    lease: LeaseRow, state: ExpiryState, rows: list[tuple[str, Any]], day: datetime.date
) -> Clock:
    ends_on = state.ends_on
    if state.expiry is Expiry.RUNNING and ends_on is not None:
        return Clock(
            {"text": _("Runs until %(day)s") % {"day": format_day(ends_on)}, "color": "success"},
            _("The agreed term is not over."),
            rows,
            ends_on,
            _("Contract runs out"),
        )
    if state.expiry is Expiry.EXPIRED and ends_on is not None:
        return Clock(
            {"text": _("Has run out"), "color": "danger"},
            _(
                "The contract becomes open-ended on %(day)s unless the tenant has been asked in"
                " writing to move before that (§ 9-2)."
            )
            % {"day": format_day(open_ended_from(ends_on))},
            rows,
            state.last_safe_on,
            _("Last safe day, § 9-2"),
        )
    if state.expiry is Expiry.CLOCK_STOPPED and is_outside(lease.lawyer_on, day):
        return Clock(
            {"text": _("Has run out"), "color": "warning"},
            _(
                "A lawyer has put this service agreement outside the Tenancy Act, so the clock of"
                " § 9-2 does not run."
            ),
            rows,
        )
    if state.expiry is Expiry.CLOCK_STOPPED and lease.move_requested_on is not None:
        return Clock(
            {"text": _("Has run out"), "color": "warning"},
            _("The tenant was asked in writing to move %(day)s, so the clock of § 9-2 has stopped.")
            % {"day": format_day(lease.move_requested_on)},
            rows,
        )
    if state.expiry is Expiry.OPEN_ENDED and ends_on is not None:
        return Clock(
            {"text": _("Open-ended"), "color": "warning"},
            _("The agreed term is over. The contract became open-ended %(day)s (§ 9-2).")
            % {"day": format_day(open_ended_from(ends_on))},
            rows,
        )
    if lease.moved_out_on is not None:
        said = _("The tenant moves out %(day)s.") % {"day": format_day(lease.moved_out_on)}
        return Clock({"text": _("Running"), "color": "success"}, said, rows)
    said = _("No term is agreed: the contract runs until somebody ends it.")
    return Clock({"text": _("Open-ended"), "color": "success"}, said, rows)


def _facts(lease: LeaseRow, state: ExpiryState, day: datetime.date) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = [(_("From"), format_day(lease.starts_on))]
    if lease.ends_on is not None:
        words: Any = format_day(lease.ends_on)
        if state.expiry is Expiry.RUNNING:
            words = deadline(lease.ends_on, day)
        rows.append((_("Agreed term ends"), words))
        rows.append(
            (
                _("Length of the term"),
                _("shorter than three years (§ 11-1)")
                if is_short_term(lease.starts_on, lease.ends_on)
                else _("three years or more"),
            )
        )
    if state.expiry is Expiry.EXPIRED and state.last_safe_on is not None:
        rows.append((_("Last safe day, § 9-2"), deadline(state.last_safe_on, day)))
    if lease.ends_on is not None and state.expiry in (Expiry.EXPIRED, Expiry.OPEN_ENDED):
        rows.append((_("Open-ended from"), format_day(open_ended_from(lease.ends_on))))
    if lease.move_requested_on is not None:
        rows.append((_("Asked in writing to move"), format_day(lease.move_requested_on)))
    if lease.moved_out_on is not None:
        rows.append((_("Last day of the tenancy"), format_day(lease.moved_out_on)))
    rows.append((_("Signed"), format_day(lease.signed_on) if lease.signed_on else _("not entered")))
    rows.append((_("Eviction clauses in the contract"), _clauses(lease)))
    if lease.purpose_told_on is not None:
        rows.append((_("Told of the dwelling's purpose"), format_day(lease.purpose_told_on)))
    return rows


def _clauses(lease: LeaseRow) -> str:
    clauses = []
    if lease.has_clause_a:
        clauses.append(_("unpaid rent (a)"))
    if lease.has_clause_b:
        clauses.append(_("expired contract (b)"))
    return ", ".join(clauses) or _("none")


def milestones(lease: LeaseRow, day: datetime.date) -> list[tuple[datetime.date, dict[str, str]]]:
    """What happened to the tenancy itself, for the timeline. Coming days have not happened."""
    ended = lease.ends_on if lease.ends_on and lease.ends_on < day else None
    if ended and lease.moved_out_on and lease.moved_out_on <= ended:
        ended = None
    found = [
        (lease.starts_on, _("The tenancy began")),
        (ended, _("The agreed term ran out")),
        (lease.move_requested_on, _("The tenant was asked in writing to move")),
        (lease.moved_out_on, _("The tenancy ended")),
    ]
    return [
        (on, {"when": format_day(on), "what": what, "tone": "accent"})
        for on, what in found
        if on is not None and on <= day
    ]
