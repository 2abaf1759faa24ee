"""Measures of cases: what the gate and lists need of many, and the whole checklist of one."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, F, Max, Min, QuerySet

from arrears.models import Case, CaseAct, ChildrenAssessment, Measure, MeasureKind, Occupant
from arrears.rules.cases import HOUSING_UNIT, LANDLORD, WELFARE
from arrears.rules.measures import (
    NEEDS_A_CASE,
    SHOWN_BY,
    Answer,
    Kind,
    MeasureFacts,
    Shows,
    Tried,
    answer_of,
    facts_of,
    is_asked,
)
from boligsak.accounts import grants as roles
from boligsak.accounts.grants import CASEWORKER, COORDINATOR
from boligsak.dates import add_months
from tenants.models import HeadLandlordAction

_COMES_OF_AGE = 18

# --- The catalogue --------------------------------------------------------------------------------


def rule_kind(row: MeasureKind) -> Kind:
    """A row of the catalogue, as the rules take it."""
    return Kind(
        id=row.pk,
        code=row.code,
        triggers=frozenset(row.triggers),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        is_required=row.is_required,
        needs_children=row.needs_children,
        is_social=row.is_social,
        is_lasting=row.is_lasting,
        party=row.party,
        position=row.position,
    )


def kinds_on(day: datetime.date) -> list[MeasureKind]:
    """What can be proposed on `day`, in the order of the catalogue."""
    return [row for row in MeasureKind.objects.all() if rule_kind(row).is_valid(day)]


def kinds_of_help(day: datetime.date) -> list[MeasureKind]:
    """What can be prepared for a tenancy that has not begun."""
    return [row for row in kinds_on(day) if row.code not in NEEDS_A_CASE]


def used_days(kind_id: int) -> tuple[datetime.date | None, datetime.date | None, int]:
    """The first and the last day cases used a kind, and how many cases."""
    used = Measure.objects.filter(kind_id=kind_id).aggregate(
        first=Min("proposed_on"), last=Max("proposed_on"), cases=Count("case", distinct=True)
    )
    return used["first"], used["last"], used["cases"]


# --- Of many cases --------------------------------------------------------------------------------


class _Around(NamedTuple):
    """What stands around the measures of a case."""

    triggers: frozenset[str]
    has_children: bool
    assessed_on: datetime.date | None
    shown: frozenset[Shows]


# A case whose triggers are all closed is asked what it was asked while they ran.
_AROUND = """
SELECT c.id,
    coalesce(
        (SELECT array_agg(t.kind) FROM arrears_casetrigger AS t
            WHERE t.case_id = c.id AND (t.closed_on IS NULL OR t.closed_on > %(day)s)),
        (SELECT array_agg(t.kind) FROM arrears_casetrigger AS t WHERE t.case_id = c.id),
        ARRAY[]::varchar[]),
    EXISTS (
        SELECT FROM tenants_householdmember AS member
        JOIN tenants_person AS person ON person.id = member.person_id
        WHERE member.household_id = lease.household_id AND member.from_on <= %(day)s
            AND (member.to_on IS NULL OR member.to_on >= %(day)s)
            AND (person.born_on > %(adult_from)s
                OR person.born_on IS NULL AND member.role = 'child')),
    (SELECT max(a."on") FROM arrears_childrenassessment AS a
        WHERE a.case_id = c.id AND a."on" <= %(day)s),
    EXISTS (SELECT FROM arrears_contactattempt AS k
        WHERE k.case_id = c.id AND k.state = 'done' AND k.counts AND k."on" <= %(day)s),
    EXISTS (SELECT FROM arrears_tenantview AS v
        WHERE v.case_id = c.id AND (v.words <> '' OR v.missing_because <> '')),
    EXISTS (SELECT FROM arrears_repaymentplan AS p
        WHERE p.case_id = c.id AND p.signed_on IS NOT NULL),
    EXISTS (SELECT FROM arrears_notice AS n
        WHERE n.case_id = c.id AND n.kind = 'nuisance_warning' AND n.state = 'sent'),
    EXISTS (SELECT FROM arrears_notice AS n
        WHERE n.case_id = c.id AND n.kind = 'nav_warning' AND n.state = 'sent')
FROM arrears_case AS c JOIN tenants_lease AS lease ON lease.id = c.lease_id
WHERE c.id = ANY(%(cases)s)
"""


def _around(case_ids: Collection[int], day: datetime.date) -> dict[int, _Around]:
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _AROUND,
            {
                "cases": list(case_ids),
                "day": day,
                "adult_from": add_months(day, -12 * _COMES_OF_AGE),
            },
        )
        for row in cursor.fetchall():
            case_id, triggers, has_children, assessed_on, contact, view, plan, nuisance, nav = row
            shown = {
                Shows.CONTACT: contact,
                Shows.VIEW: view,
                Shows.PLAN: plan,
                Shows.CHILDREN: assessed_on is not None,
                Shows.NUISANCE_WARNING: nuisance,
                Shows.NAV_WARNING: nav,
            }
            found[case_id] = _Around(
                frozenset(triggers),
                has_children,
                assessed_on,
                frozenset(what for what, is_there in shown.items() if is_there),
            )
    return found


def measure_facts(case_ids: Collection[int], day: datetime.date) -> dict[int, MeasureFacts]:
    """By case id, for every case there is. Three queries, however many cases."""
    if not case_ids:
        return {}
    kinds = [rule_kind(row) for row in MeasureKind.objects.all()]
    tried: dict[int, list[Tried]] = {}
    rows = Measure.objects.filter(case_id__in=list(case_ids)).order_by("pk")
    for case_id, *values in rows.values_list(
        "case_id", "pk", "kind_id", "state", "started_on", "trial_to", "insufficient_because"
    ):
        tried.setdefault(case_id, []).append(Tried(*values))
    return {
        case_id: facts_of(
            kinds,
            tried.get(case_id, ()),
            around.triggers,
            around.shown,
            day,
            has_children=around.has_children,
            children_assessed_on=around.assessed_on,
        )
        for case_id, around in _around(case_ids, day).items()
    }


# --- Of one case ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the checklist: what is asked for, how it stands, and the measures behind it, the
    newest first. `is_asked` is false for a kind that is only there to choose."""

    row: MeasureKind
    kind: Kind
    answer: Answer
    shown: Shows | None
    measures: tuple[Measure, ...]
    is_asked: bool

    @property
    def seen(self) -> str:
        """What a form was opened on: nobody answers over an answer they have not seen."""
        return ",".join(f"{one.pk}.{one.version}" for one in self.measures)


@dataclass(frozen=True, slots=True)
class Checklist:
    """Everything there is to try on a case, and what has been."""

    facts: MeasureFacts
    lines: tuple[Line, ...]
    triggers: frozenset[str]

    @property
    def asked(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_asked)

    @property
    def measures(self) -> list[Measure]:
        """All measures of the case, the newest first."""
        found = [one for line in self.lines for one in line.measures]
        return sorted(found, key=lambda one: -one.pk)


def checklist(case_id: int, day: datetime.date) -> Checklist:
    """The whole checklist of one case. Three queries."""
    rows = list(MeasureKind.objects.all())
    kinds = {row.pk: rule_kind(row) for row in rows}
    by_kind: dict[int, list[Measure]] = {}
    tried = []
    for measure in measures_of(case_id):
        by_kind.setdefault(measure.kind_id, []).append(measure)
        tried.append(_tried(measure))
    around = _around([case_id], day)[case_id]
    facts = facts_of(
        list(kinds.values()),
        tried,
        around.triggers,
        around.shown,
        day,
        has_children=around.has_children,
        children_assessed_on=around.assessed_on,
    )
    lines = []
    for row in rows:
        kind = kinds[row.pk]
        asked = is_asked(kind, around.triggers, day, has_children=around.has_children)
        if not asked and row.pk not in by_kind:
            continue
        shown = SHOWN_BY.get(kind.code)
        lines.append(
            Line(
                row,
                kind,
                answer_of(kind, tried, around.shown),
                shown if shown in around.shown else None,
                tuple(by_kind.get(row.pk, ())),
                asked,
            )
        )
    return Checklist(facts, tuple(lines), around.triggers)


def _tried(row: Measure) -> Tried:
    return Tried(
        row.pk, row.kind_id, row.state, row.started_on, row.trial_to, row.insufficient_because
    )


def measures_of(case_id: int) -> QuerySet[Measure]:
    """The newest first, with kind and people at hand."""
    rows = Measure.objects.filter(case_id=case_id)
    return rows.select_related("kind", "owner", "by", "ended_by").order_by("-pk")


def seen_measures(user: Any) -> QuerySet[Measure]:
    """Measures on cases whose row this user may see."""
    rows = Measure.objects.filter(case__in=Case.objects.visible_to(user))
    return rows.select_related("kind", "case__lease", "owner", "by", "ended_by")


def acts_on(measure: Measure) -> Sequence[CaseAct]:
    """What was done to this measure, the newest first."""
    rows = CaseAct.objects.filter(case_id=measure.case_id, what__startswith="measure_")
    return list(rows.filter(facts__measure=measure.pk).select_related("by").order_by("-pk"))


def assessments(case_id: int) -> Sequence[ChildrenAssessment]:
    """The newest first: that one counts."""
    rows = ChildrenAssessment.objects.filter(case_id=case_id).select_related("by")
    return list(rows.order_by("-on", "-pk"))


def occupants(case_id: int) -> Sequence[Occupant]:
    """Those who are still there first."""
    rows = Occupant.objects.filter(case_id=case_id).select_related("by")
    return list(rows.order_by(F("left_on").desc(nulls_first=True), "seen_on", "pk"))


def head_actions(dwelling_id: int) -> Sequence[HeadLandlordAction]:
    """Those that are not closed first, by deadline."""
    rows = HeadLandlordAction.objects.filter(dwelling_id=dwelling_id)
    return list(
        rows.select_related("by", "closed_by").order_by(
            F("closed_on").desc(nulls_first=True), F("deadline_on").asc(nulls_last=True), "pk"
        )
    )


# --- Of one worker --------------------------------------------------------------------------------


class Helper(NamedTuple):
    """Somebody who can be given a measure, for one of the parties they work for."""

    user_id: int
    name: str
    party: str


_ROLES = {
    WELFARE: (CASEWORKER, COORDINATOR),
    HOUSING_UNIT: (roles.HOUSING_UNIT,),
    LANDLORD: (roles.LANDLORD,),
}

# Somebody is cleared when every role they hold that day is (grants.fold).
_HELPERS = """
SELECT worker.id, worker.first_name, worker.last_name, worker.username, party.name
FROM accounts_user AS worker
JOIN accounts_roleassignment AS held ON held.user_id = worker.id
JOIN unnest(%(parties)s, %(roles)s) AS party(name, role) ON party.role = held.role
WHERE worker.is_active AND held.valid_from <= %(day)s
    AND (held.valid_to IS NULL OR held.valid_to >= %(day)s)
    AND (held.office_id IS NULL OR held.office_id = %(office)s)
    AND (NOT %(protected)s OR NOT EXISTS (
        SELECT FROM accounts_roleassignment AS other
        WHERE other.user_id = worker.id AND NOT other.is_cleared
            AND other.valid_from <= %(day)s
            AND (other.valid_to IS NULL OR other.valid_to >= %(day)s)))
    AND NOT EXISTS (
        SELECT FROM arrears_disqualification AS d
        WHERE d.case_id = %(case)s AND d.user_id = worker.id AND d.lifted_on IS NULL)
GROUP BY worker.id, party.name
ORDER BY worker.first_name, worker.last_name, worker.id, party.name
"""


def helpers(case: Case, day: datetime.date) -> list[Helper]:
    """Who can be given a measure on this case: they hold a role of a party at its office on
    `day`, may see the address if it is protected, and are not disqualified. By name."""
    pairs = [(party, role) for party, held in _ROLES.items() for role in held]
    with connection.cursor() as cursor:
        cursor.execute(
            _HELPERS,
            {
                "parties": [party for party, _role in pairs],
                "roles": [role for _party, role in pairs],
                "day": day,
                "office": case.office_id,
                "protected": case.lease.is_protected,
                "case": case.pk,
            },
        )
        return [
            Helper(pk, f"{given} {family}".strip() or username, party)
            for pk, given, family, username, party in cursor.fetchall()
        ]
