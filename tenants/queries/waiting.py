"""The waiting list: everybody who has been granted a municipal home and has none yet, in order.

Who was granted to stay longer in the home they have waits for no other: their contract is renewed.

The place is one on the whole list, whoever asks: what a reader may not see takes its place all the
same, and is left out when it is shown.
"""

import datetime
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from boligsak.rates.queries import policies_on
from tenants.models import PresentHousing
from tenants.ranking_policy import MATCHING, RANKING
from tenants.rules.economy import Every, ExpenseKind, a_month
from tenants.rules.matching import Household, MatchPolicy
from tenants.rules.ranking import Housing, Rank, RankFacts, RankPolicy, place, rank

WAITS, HAS_OFFER, RUN_OUT = "waits", "offer", "run_out"

_HOUSING = {
    PresentHousing.HOMELESS: Housing.NONE,
    PresentHousing.TEMPORARY: Housing.TEMPORARY,
    PresentHousing.INSTITUTION: Housing.TEMPORARY,
    PresentHousing.PRISON: Housing.TEMPORARY,
}


@dataclass(frozen=True, slots=True)
class Place:
    """One application on the list. `place` 1 is the first; None where the decision has run out.

    `offer_id` and `offer_state` are those of the offer it has now. `people` counts everybody who is
    to live there. `is_seen`: the reader sees the row, `is_masked`: its number alone.
    """

    application_id: int
    number: str
    kind: str
    office_id: int
    office: str
    applicant_id: int
    applicant: str
    received_on: datetime.date
    decided_on: datetime.date
    lasts_to: datetime.date | None
    people: int
    rank: Rank
    household: Household
    place: int | None
    offer_id: int | None
    offer_state: str
    is_seen: bool
    is_masked: bool
    is_protected: bool
    open_conditions: int

    @property
    def state(self) -> str:
        """Whether it waits, has an offer, or stands there with a decision that has run out."""
        if self.offer_id is not None:
            return HAS_OFFER
        return RUN_OUT if self.place is None else WAITS


# The decision is the newest that grants a home; one that was changed on appeal is "replaced".
_WAITING = """
SELECT application.id, application.number, application.kind, application.office_id, office.name,
    application.applicant_id, person.given_name || ' ' || person.family_name,
    application.received_on, decision.made_on, decision.lasts_to,
    application.present_housing, application.must_leave_on, application.needs_accessible,
    coalesce(dwelling.is_accessible, false), application.rooms_from, application.rooms_to,
    application.wished_offices, application.is_protected,
    1 + coalesce(members.others, 0), coalesce(members.children, 0),
    economy.income_ore, economy.left_ore, economy.lines, offer.id, offer.state,
    (SELECT count(*) FROM tenants_condition AS condition
        JOIN tenants_decision AS of_it ON of_it.id = condition.decision_id
        WHERE of_it.application_id = application.id AND of_it.state = 'final'
            AND condition.state = 'open')
FROM tenants_application AS application
JOIN accounts_office AS office ON office.id = application.office_id
JOIN tenants_person AS person ON person.id = application.applicant_id
JOIN LATERAL (
    SELECT made_on, lasts_to FROM tenants_decision
    WHERE application_id = application.id AND kind = 'allocation' AND state = 'final'
        AND outcome = 'granted'
    ORDER BY made_on DESC, id DESC LIMIT 1
) AS decision ON true
LEFT JOIN tenants_lease AS lease ON lease.id = application.lease_id AND application.kind = 'swap'
LEFT JOIN tenants_dwelling AS dwelling ON dwelling.id = lease.dwelling_id
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE person_id <> application.applicant_id) AS others,
        count(*) FILTER (WHERE role = 'child') AS children
    FROM tenants_applicationmember WHERE application_id = application.id
) AS members ON true
LEFT JOIN LATERAL (
    SELECT income_ore, left_ore, lines FROM tenants_economyassessment
    WHERE application_id = application.id ORDER BY id DESC LIMIT 1
) AS economy ON true
LEFT JOIN tenants_offer AS offer ON offer.application_id = application.id
    AND offer.state IN ('reserved', 'offered', 'accepted')
WHERE application.state IN ('received', 'decided', 'waiting') AND application.kind <> 'extension'
"""


class Policies(NamedTuple):
    """The policies that a look rests on, by office (None: every other)."""

    ranking: dict[int | None, Any]
    matching: dict[int | None, Any]

    def ranking_of(self, office_id: int) -> RankPolicy:
        found: RankPolicy = self.ranking.get(office_id, self.ranking[None]).values
        return found

    def matching_of(self, office_id: int | None) -> MatchPolicy:
        found: MatchPolicy = self.matching.get(office_id, self.matching[None]).values
        return found

    def ids_of(self, office_id: int) -> list[int]:
        """The rows a rank and a match at an office rest on."""
        both = (self.ranking, self.matching)
        return [kind.get(office_id, kind[None]).id for kind in both]


def policies(day: datetime.date) -> Policies:
    """Raises `RuleBroken("policy.missing")`."""
    return Policies(policies_on(RANKING, day), policies_on(MATCHING, day))


def waiting(user: Any, day: datetime.date, *, terms: Policies | None = None) -> list[Place]:
    """The whole list in order, those with a decision that has run out last. One query besides the
    policies. `user` None (the night, a service) sees every row."""
    terms = terms or policies(day)
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        rows = cursor.fetchall()
    found = sorted((_ranked(row, user, day, terms) for row in rows), key=_order)
    placed, number = [], 0
    for one in found:
        if one.lasts_to is not None and one.lasts_to < day:
            placed.append(one)
            continue
        number += 1
        placed.append(_at(one, number))
    return placed


def seen(places: Sequence[Place]) -> list[Place]:
    """Those whose row the reader sees."""
    return [one for one in places if one.is_seen]


def one_of(places: Collection[Place], application_id: int) -> Place | None:
    return next((one for one in places if one.application_id == application_id), None)


def _order(one: Place) -> tuple[Any, ...]:
    facts = RankFacts(one.number, one.received_on)
    return one.place is None, *place(facts, one.rank)


def _at(one: Place, number: int) -> Place:
    return Place(**{name: getattr(one, name) for name in Place.__slots__} | {"place": number})


def _ranked(row: tuple[Any, ...], user: Any, day: datetime.date, terms: Policies) -> Place:
    (pk, number, kind, office_id, office, applicant_id, applicant, received_on, made_on) = row[:9]
    (lasts_to, housing, must_leave_on, needs_accessible, has_accessible, rooms_from) = row[9:15]
    (rooms_to, wished, is_protected, people, children, income, left, lines) = row[15:23]
    offer_id, offer_state, open_conditions = row[23:]
    facts = RankFacts(
        number=number,
        received_on=received_on,
        housing=_HOUSING.get(housing, Housing.LASTING),
        must_leave_on=must_leave_on,
        children=children,
        needs_accessible=needs_accessible,
        frees_accessible=has_accessible and not needs_accessible,
    )
    is_seen = user is None or user.access.covers(office_id)
    is_masked = user is not None and is_protected and not user.access.is_cleared
    if is_masked and user.access.office_ids is not None:
        is_seen = False
    return Place(
        application_id=pk,
        number=number,
        kind=kind,
        office_id=office_id,
        office=office,
        applicant_id=applicant_id,
        applicant=applicant,
        received_on=received_on,
        decided_on=made_on,
        lasts_to=lasts_to,
        people=people,
        rank=rank(facts, terms.ranking_of(office_id), day),
        household=Household(
            people=people,
            rooms_from=rooms_from,
            rooms_to=rooms_to,
            needs_accessible=needs_accessible,
            wished_offices=tuple(wished),
            income_ore=income,
            left_ore=None if left is None else left + _rent_in(lines),
        ),
        place=None if lasts_to is not None and lasts_to < day else 0,
        offer_id=offer_id,
        offer_state=offer_state or "",
        is_seen=is_seen,
        is_masked=is_masked,
        is_protected=is_protected,
        open_conditions=open_conditions,
    )


def _rent_in(lines: str) -> int:
    """What the present rent takes of what was reckoned: a new home takes its own instead."""
    return sum(
        a_month(ore, Every(every))
        for kind, ore, every in json.loads(lines)
        if kind == ExpenseKind.RENT
    )
