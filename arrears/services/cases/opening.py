"""Opening a case: from one flag, from many at once, or by hand. One stands open on a lease."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Min

from arrears.models import Case, CaseTrigger, Flag, OpenCharge
from arrears.models.cases import CaseStatus
from arrears.queries.worklist import TRIGGERS as FLAG_TRIGGERS
from arrears.rules.cases import (
    ARREARS,
    COMPLAINT,
    EXPIRY,
    TRIGGERS,
    case_number,
    parties_of,
    place_in_year,
)
from arrears.services.cases.base import at_work, note_act, touched
from arrears.services.cases.complaints import link_complaints
from arrears.services.cases.owners import check_owner_of
from arrears.services.next_steps import refresh
from boligsak.rule import RuleBroken
from tenants.models import Lease

# Advisory lock: numbers are given one after the other, and two who open a case on one lease meet.
_OPENING = 7_305_010


@dataclass(frozen=True, slots=True)
class NewTrigger:
    """What puts the tenancy at risk: a kind, where it came from a flag that one, and a note."""

    kind: str
    flag_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """The case, whether it is new, and the kinds of trigger it did not have before."""

    case: Case
    is_new: bool
    added: tuple[str, ...] = field(default=())


@transaction.atomic
def open_case(
    lease_id: int,
    triggers: Sequence[NewTrigger],
    *,
    by: Any,
    on: datetime.date,
    office_id: int | None = None,
    owner: Any | None = None,
) -> Opened:
    """Opens a case on the lease, or adds the triggers to the one that is open there.

    `office_id`: whose case it is (None: the lease's office). A case that is open already keeps its
    office and its owner. Raises `RuleBroken` "case.no_trigger", "case.lease_missing" (`by` may not
    see the lease, or not whole), "case.nothing_new" (number: it has these triggers already), what
    `at_work` raises, or what `arrears.rules.cases.check_owner` raises.
    """
    wanted = _checked(triggers)
    begin_opening()
    lease = _lease(lease_id, by)
    case = Case.objects.open().filter(lease_id=lease_id).first()
    if case is not None:
        return add_to_open(at_work(case.pk, by=by), list(wanted.values()), by=by, on=on)
    office = lease.office_id if office_id is None else office_id
    if owner is not None:
        check_owner_of(owner, office, lease.is_protected, on)
    case = Case.objects.create(
        number=next_number(on.year),
        lease=lease,
        office_id=office,
        party=_party(by),
        owner=owner,
        opened_on=on,
        first_due_on=_first_due(lease_id, on) if ARREARS in wanted else None,
    )
    _add(case, wanted.values(), by, on)
    note_act(
        case,
        "opened",
        on=on,
        by=by,
        facts={"triggers": sorted(wanted), "owner": str(owner) if owner else ""},
        note=" ".join(trigger.note for trigger in wanted.values() if trigger.note),
    )
    refresh(case.pk, on)
    return Opened(case, is_new=True, added=tuple(sorted(wanted)))


def _checked(triggers: Sequence[NewTrigger]) -> dict[str, NewTrigger]:
    """By kind; of several of a kind the first."""
    wanted: dict[str, NewTrigger] = {}
    for trigger in triggers:
        if trigger.kind not in TRIGGERS:
            raise RuleBroken("case.no_trigger")
        wanted.setdefault(trigger.kind, trigger)
    if not wanted:
        raise RuleBroken("case.no_trigger")
    return wanted


def _lease(lease_id: int, by: Any) -> Lease:
    """Somebody who sees a lease by its number only has nothing to open a case on."""
    lease = Lease.objects.unmasked(by).filter(pk=lease_id).first()
    if lease is None:
        raise RuleBroken("case.lease_missing")
    return lease


def _party(by: Any) -> str:
    """The party of who opens it; for somebody of several the welfare office, and for somebody of
    none too: a case without one would be anonymous to everybody."""
    parties = parties_of(by.access.roles)
    return "welfare" if "welfare" in parties or not parties else min(parties)


def _first_due(lease_id: int, on: datetime.date) -> datetime.date | None:
    """The oldest due day of what is past due: from it the days to the first contact are counted."""
    charges = OpenCharge.objects.filter(lease_id=lease_id, due_on__lt=on)
    first: datetime.date | None = charges.aggregate(first=Min("due_on"))["first"]
    return first


def add_to_open(
    case: Case, triggers: Sequence[NewTrigger], *, by: Any, on: datetime.date
) -> Opened:
    """Adds to a locked, open case the triggers that do not run on it yet.

    Raises `RuleBroken` "case.no_trigger" or "case.nothing_new" (number).
    """
    wanted = _checked(triggers)
    has = set(case.triggers.filter(closed_on__isnull=True).values_list("kind", flat=True))
    new = [trigger for kind, trigger in wanted.items() if kind not in has]
    if not new:
        raise RuleBroken("case.nothing_new", number=case.number)
    kinds = tuple(sorted(trigger.kind for trigger in new))
    _add(case, new, by, on)
    if ARREARS in kinds and case.first_due_on is None:
        case.first_due_on = _first_due(case.lease_id, on)
        case.save(update_fields=["first_due_on"])
    note_act(
        case,
        "trigger_added",
        on=on,
        by=by,
        facts={"triggers": list(kinds)},
        note=" ".join(trigger.note for trigger in new if trigger.note),
    )
    touched(case)
    refresh(case.pk, on)
    return Opened(case, is_new=False, added=kinds)


def _add(case: Case, triggers: Collection[NewTrigger], by: Any, on: datetime.date) -> None:
    CaseTrigger.objects.bulk_create(
        CaseTrigger(
            case=case,
            kind=trigger.kind,
            flag_id=trigger.flag_id,
            note=trigger.note,
            opened_on=on,
            by=by,
        )
        for trigger in triggers
    )
    if any(trigger.kind == COMPLAINT for trigger in triggers):
        link_complaints(case, by=by, on=on)


def begin_opening() -> None:
    """One at a time until the transaction ends: whoever opens or reopens waits here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_OPENING])


def next_number(year: int) -> str:
    """The next case number of a year. Call `begin_opening` before."""
    numbers = Case.objects.filter(number__startswith=f"{year}-")
    last = numbers.order_by("-number").values_list("number", flat=True).first()
    return case_number(year, place_in_year(last) + 1 if last else 1)


# --- From flags ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opening:
    """What comes of the flags of one lease.

    `code` is "new", "added" (to the open case `case_number`), or why not: "missing", "changed",
    "resolved", "data" (nothing is wrong with the tenancy), "masked", "nothing_new", "shut_out".
    """

    lease_id: int
    lease_number: str
    code: str
    kinds: tuple[str, ...] = ()
    flag_ids: tuple[int, ...] = ()
    case_id: int | None = None
    case_number: str = ""

    @property
    def is_refused(self) -> bool:
        return self.code not in ("new", "added")


def openings(
    flag_ids: Collection[int], by: Any, *, versions: Mapping[int, int] | None = None
) -> list[Opening]:
    """What opening cases from these flags would do, lease by lease in the order of the flags.

    Flags that `by` may not see the row of are left out. A constant number of queries.
    """
    wanted = list(dict.fromkeys(flag_ids))
    flags = {
        flag.pk: flag
        for flag in Flag.objects.visible_to(by).filter(pk__in=wanted).select_related("lease")
    }
    leases: dict[int, list[Flag]] = {}
    for flag_id in wanted:
        if flag_id in flags:
            leases.setdefault(flags[flag_id].lease_id, []).append(flags[flag_id])
    has, shut_out = _open_cases(leases, by)
    unmasked = set(
        Lease.objects.unmasked(by).filter(pk__in=list(leases)).values_list("pk", flat=True)
    )
    found = []
    for lease_id, own in leases.items():
        number = own[0].lease.number
        kinds = tuple(sorted({kind for flag in own if (kind := trigger_of(flag.kind))}))
        case = has.get(lease_id)
        code = "new" if case is None else "added"
        if versions is not None and any(versions.get(f.pk) != f.version for f in own):
            code = "changed"
        elif all(flag.resolved_on is not None for flag in own):
            code = "resolved"
        elif lease_id not in unmasked:
            code, case = "masked", None
        elif not kinds:
            code = "data"
        elif lease_id in shut_out:
            code, case = "shut_out", None
        elif case is not None and set(kinds) <= case[2]:
            code = "nothing_new"
        found.append(
            Opening(
                lease_id,
                number,
                code,
                kinds,
                tuple(flag.pk for flag in own if flag.resolved_on is None),
                case_id=case[0] if case else None,
                case_number=case[1] if case else "",
            )
        )
    return found


def trigger_of(flag_kind: str) -> str:
    """The trigger a flag of this kind stands for; empty for one that asks to check the data."""
    keys = (ARREARS, EXPIRY, COMPLAINT)
    return next((key for key in keys if flag_kind in FLAG_TRIGGERS[key]), "")


_OpenCase = tuple[int, str, frozenset[str]]


def _open_cases(lease_ids: Collection[int], by: Any) -> tuple[dict[int, _OpenCase], frozenset[int]]:
    """(id, number, running triggers) of the open case on each of the leases, and the leases whose
    case `by` is shut out of."""
    rows = Case.objects.open().filter(lease_id__in=list(lease_ids))
    seen = set(rows.visible_to(by).values_list("pk", flat=True))
    running: dict[int, set[str]] = {}
    triggers = CaseTrigger.objects.filter(case__in=rows, closed_on__isnull=True)
    for case_id, kind in triggers.values_list("case_id", "kind"):
        running.setdefault(case_id, set()).add(kind)
    found, shut_out = {}, set()
    for case_id, number, lease_id in rows.values_list("pk", "number", "lease_id"):
        if case_id in seen:
            found[lease_id] = (case_id, number, frozenset(running.get(case_id, ())))
        else:
            shut_out.add(lease_id)
    return found, frozenset(shut_out)


@transaction.atomic
def open_cases(
    flag_ids: Collection[int],
    *,
    by: Any,
    on: datetime.date,
    owner: Any | None = None,
    versions: Mapping[int, int] | None = None,
    note: str = "",
) -> list[Opening]:
    """Opens or adds to a case for each lease of the flags, and says of each what came of it.

    A lease that is refused holds up none of the others. Raises what `check_owner` raises for an
    owner who cannot have one of the new cases; then nothing is opened.
    """
    begin_opening()
    flags = {
        flag.pk: flag
        for flag in Flag.objects.select_for_update(of=("self",))
        .filter(pk__in=list(flag_ids))
        .order_by("pk")
    }
    found = openings(flag_ids, by, versions=versions)
    done = []
    for one in found:
        if one.is_refused:
            done.append(one)
            continue
        triggers = _gravest(flags[flag_id] for flag_id in one.flag_ids)
        opened = open_case(
            one.lease_id,
            [NewTrigger(kind, flag_id, note) for kind, flag_id in triggers.items()],
            by=by,
            on=on,
            owner=owner,
        )
        done.append(
            Opening(
                one.lease_id,
                one.lease_number,
                "new" if opened.is_new else "added",
                opened.added,
                one.flag_ids,
                opened.case.pk,
                opened.case.number,
            )
        )
    return done


def _gravest(flags: Iterable[Flag]) -> dict[str, int]:
    """The gravest flag of each trigger, of two alike the one that has stood longest."""
    found: dict[str, int] = {}
    for flag in sorted(flags, key=lambda flag: (-flag.level, flag.anchor_on, flag.pk)):
        if kind := trigger_of(flag.kind):
            found.setdefault(kind, flag.pk)
    return found


# --- Again --------------------------------------------------------------------------------------


def has_open_case(lease_id: int, but: int) -> str:
    """The number of another open case on the lease; empty when there is none."""
    rows = Case.objects.filter(lease_id=lease_id, status=CaseStatus.OPEN).exclude(pk=but)
    return rows.values_list("number", flat=True).first() or ""
