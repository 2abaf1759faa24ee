"""Dwellings without a tenant: how long they have been empty, what holds them, and who has them."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from tenants.models import DwellingHold
from tenants.rules.matching import Home
from tenants.rules.vacancies import Length, days_empty, empty_since, lengths

FREE, COMING, RESERVED, HELD = "free", "coming", "reserved", "held"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a dwelling cannot be offered now."""

    hold_id: int
    kind: str
    note: str
    from_on: datetime.date
    to_on: datetime.date | None


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A dwelling that nobody rents, or that somebody moves out of.

    `since` is the first day without a tenant, None where the reader may not know when the last one
    moved. `offer_number` is the application it is held for, "" where that is not to be told.
    """

    dwelling_id: int
    number: str
    address: str
    unit: str
    building: str
    building_kind: str
    office_id: int
    office: str
    rooms: int
    area_m2: int
    floor: int
    is_accessible: bool
    rent_ore: int
    free_on: datetime.date
    since: datetime.date | None
    hold: Hold | None
    offer_id: int | None
    offer_state: str
    application_id: int | None
    offer_number: str
    is_for_protected: bool

    @property
    def home(self) -> Home:
        return Home(self.rooms, self.is_accessible, self.office_id, self.rent_ore)

    @property
    def where(self) -> str:
        return f"{self.address}, {self.unit}" if self.unit else self.address

    def state(self, day: datetime.date) -> str:
        """Whether it can be offered: held for somebody, held back, free, or coming free."""
        if self.offer_id is not None:
            return RESERVED
        if self.hold is not None:
            return HELD
        return COMING if self.free_on > day else FREE

    def days(self, day: datetime.date) -> int | None:
        """Days it has been empty; None while it is not, or where that is not to be told."""
        if self.since is None or self.free_on > day:
            return None
        return days_empty(self.since, day)


# Dwellings whose last tenancy is over or has its last day: at most one tenancy is the newest.
_VACANT = """
SELECT dwelling.id, dwelling.number, dwelling.street || ' ' || dwelling.house_no, dwelling.unit,
    building.name, building.kind, dwelling.office_id, office.name, dwelling.rooms,
    dwelling.area_m2, dwelling.floor, dwelling.is_accessible, dwelling.rent_ore,
    dwelling.in_use_from, last.moved_out_on, coalesce(last.is_protected, false),
    hold.id, hold.kind, hold.note, hold.from_on, hold.to_on,
    offer.id, offer.state, offer.application_id, application.number, application.is_protected,
    application.office_id
FROM tenants_dwelling AS dwelling
JOIN tenants_building AS building ON building.id = dwelling.building_id
JOIN accounts_office AS office ON office.id = dwelling.office_id
LEFT JOIN LATERAL (
    SELECT lease.moved_out_on, lease.is_protected FROM tenants_lease AS lease
    WHERE lease.dwelling_id = dwelling.id ORDER BY lease.starts_on DESC LIMIT 1
) AS last ON true
LEFT JOIN LATERAL (
    SELECT id, kind, note, from_on, to_on FROM tenants_dwellinghold
    WHERE dwelling_id = dwelling.id AND from_on <= %(day)s AND (to_on IS NULL OR to_on >= %(day)s)
    ORDER BY from_on, id LIMIT 1
) AS hold ON true
LEFT JOIN tenants_offer AS offer ON offer.dwelling_id = dwelling.id
    AND offer.state IN ('reserved', 'offered', 'accepted')
LEFT JOIN tenants_application AS application ON application.id = offer.application_id
WHERE dwelling.in_use_from <= %(until)s
    AND (dwelling.in_use_to IS NULL OR dwelling.in_use_to >= %(day)s)
    AND NOT EXISTS (
        SELECT FROM tenants_lease AS lease WHERE lease.dwelling_id = dwelling.id
            AND (lease.moved_out_on IS NULL OR lease.moved_out_on > %(until)s))
"""


def vacancies(
    user: Any,
    day: datetime.date,
    *,
    coming_days: int = 0,
    dwelling_ids: Collection[int] | None = None,
) -> list[Vacancy]:
    """Dwellings at the reader's offices that are empty on `day`, the longest first, and those
    that come free within `coming_days`. One query."""
    until = day + datetime.timedelta(days=coming_days)
    statement = _VACANT
    parameters: dict[str, Any] = {"day": day, "until": until}
    if user is not None and user.access.office_ids is not None:
        statement += " AND dwelling.office_id = ANY(%(offices)s)"
        parameters["offices"] = sorted(user.access.office_ids)
    if dwelling_ids is not None:
        statement += " AND dwelling.id = ANY(%(dwellings)s)"
        parameters["dwellings"] = list(dwelling_ids)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found = [_vacancy(row, user) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (one.free_on, one.number))


def empty_lengths(found: Sequence[Vacancy], day: datetime.date) -> Length:
    """How long the empty ones among them have been so, on average and at the longest."""
    return lengths(days for one in found if (days := one.days(day)) is not None)


def holds_of(dwelling_id: int, day: datetime.date) -> list[DwellingHold]:
    """Holds on a dwelling that run or are to come."""
    rows = DwellingHold.objects.filter(dwelling=dwelling_id)
    return list(rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=day)).order_by("from_on", "pk"))


def _vacancy(row: tuple[Any, ...], user: Any) -> Vacancy:
    (pk, number, address, unit, building, building_kind, office_id, office, rooms) = row[:9]
    (area, floor, is_accessible, rent_ore, in_use_from, moved_out_on, was_protected) = row[9:16]
    hold_id, hold_kind, note, from_on, to_on = row[16:21]
    offer_id, offer_state, application_id, application, is_protected, served_by = row[21:]
    is_cleared = user is None or user.access.is_cleared
    free_on = empty_since(in_use_from, moved_out_on)
    # Who is to live here is told to those who may know; when a protected tenant moved is not told.
    tells_offer = is_cleared or not is_protected
    may_open = user is None or (served_by is not None and user.access.covers(served_by))
    return Vacancy(
        dwelling_id=pk,
        number=number,
        address=address,
        unit=unit,
        building=building,
        building_kind=building_kind,
        office_id=office_id,
        office=office,
        rooms=rooms,
        area_m2=area,
        floor=floor,
        is_accessible=is_accessible,
        rent_ore=rent_ore,
        free_on=free_on,
        since=free_on if is_cleared or not was_protected else None,
        hold=Hold(hold_id, hold_kind, note, from_on, to_on) if hold_id else None,
        offer_id=offer_id,
        offer_state=offer_state or "",
        application_id=application_id if tells_offer and may_open else None,
        offer_number=(application or "") if tells_offer else "",
        is_for_protected=bool(is_protected),
    )
