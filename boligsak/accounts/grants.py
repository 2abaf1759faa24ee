"""Which role may do what: the whole table on one page. Who holds a role, and where, is data.

A permission that no page names, or a page whose permission is missing here, fails a test.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

CASEWORKER, COORDINATOR, HOUSING_UNIT = "caseworker", "coordinator", "housing_unit"
LANDLORD, MANAGER = "landlord", "manager"
PRIVACY_OFFICER, ADMINISTRATOR = "privacy_officer", "administrator"

_WELFARE = (CASEWORKER, COORDINATOR)
_TENANCY = (CASEWORKER, COORDINATOR, HOUSING_UNIT, LANDLORD)

GRANTS: dict[str, tuple[str, ...]] = {
    # The desk
    "desk.view_home": (*_TENANCY, MANAGER, PRIVACY_OFFICER, ADMINISTRATOR),
    "desk.view_dashboard": (COORDINATOR,),
    "desk.view_worklist": (CASEWORKER, COORDINATOR, HOUSING_UNIT),
    "desk.view_my_work": (CASEWORKER, COORDINATOR),
    "desk.view_figures": (COORDINATOR, MANAGER),
    "desk.search": _TENANCY,
    # People, dwellings and leases
    "tenants.view_person": _TENANCY,
    "tenants.view_social": _WELFARE,
    "tenants.change_person": _WELFARE,
    "tenants.view_identity": (CASEWORKER, COORDINATOR, LANDLORD),
    "tenants.view_dwelling": _TENANCY,
    "tenants.view_lease": _TENANCY,
    "tenants.change_dwelling": (LANDLORD, HOUSING_UNIT),
    "tenants.change_lease": (LANDLORD, HOUSING_UNIT),
    "tenants.import_portfolio": (LANDLORD, ADMINISTRATOR),
    # Applications: the welfare side assesses and decides on help, the housing unit on the home
    "tenants.view_application": (CASEWORKER, COORDINATOR, HOUSING_UNIT),
    "tenants.work_application": _WELFARE,
    "tenants.decide": (CASEWORKER, COORDINATOR, HOUSING_UNIT),
    "tenants.approve_decision": (COORDINATOR, HOUSING_UNIT),
    "tenants.settle_condition": _TENANCY,
    "tenants.allocate": (COORDINATOR, HOUSING_UNIT),
    "tenants.answer_offer": (CASEWORKER, COORDINATOR, HOUSING_UNIT),
    "tenants.make_lease": (HOUSING_UNIT, LANDLORD),
    "tenants.work_contract": _TENANCY,
    # What help a service agreement holds is for the welfare office; the landlord reads that it is
    "tenants.work_service_agreement": (CASEWORKER, COORDINATOR, HOUSING_UNIT),
    "tenants.view_vacancies": (COORDINATOR, HOUSING_UNIT, LANDLORD, MANAGER),
    "tenants.change_criteria": (ADMINISTRATOR,),
    # A lease while it lasts
    "tenants.renew_lease": (CASEWORKER, COORDINATOR, HOUSING_UNIT),
    "tenants.renew_in_bulk": (COORDINATOR, HOUSING_UNIT),
    "tenants.change_rent": (LANDLORD,),
    "tenants.change_parties": (CASEWORKER, COORDINATOR, HOUSING_UNIT, LANDLORD),
    "tenants.settle_move_out": (HOUSING_UNIT, LANDLORD),
    # Complaints about tenancies and about dwellings
    "tenants.view_complaint": _TENANCY,
    "tenants.register_complaint": _TENANCY,
    "tenants.work_complaint": _TENANCY,
    # Letters and documents
    "letters.view_document": _TENANCY,
    "letters.add_document": _TENANCY,
    "letters.send_letter": _TENANCY,
    "letters.view_outbox": (COORDINATOR, HOUSING_UNIT, LANDLORD),
    "letters.work_outbox": (COORDINATOR, HOUSING_UNIT, LANDLORD),
    "letters.send_in_bulk": (COORDINATOR, HOUSING_UNIT, LANDLORD),
    "letters.approve_bulk": (COORDINATOR, HOUSING_UNIT, LANDLORD, MANAGER),
    "letters.view_templates": (*_TENANCY, ADMINISTRATOR),
    "letters.change_templates": (ADMINISTRATOR,),
    "letters.export_archive": (PRIVACY_OFFICER, ADMINISTRATOR),
    # Money and flags
    "arrears.view_ledger": _TENANCY,
    "arrears.correct_ledger": (LANDLORD,),
    "arrears.view_imports": (LANDLORD,),
    "arrears.import_payments": (LANDLORD,),
    "arrears.place_payments": (LANDLORD,),
    "arrears.assign_flag": (COORDINATOR,),
    "arrears.export_worklist": (COORDINATOR,),
    # Cases: every party sees its own and what is shared with it; the welfare side works on them
    "arrears.view_case": _TENANCY,
    "arrears.work_case": _WELFARE,
    "arrears.hand_over_case": (COORDINATOR,),
    "arrears.work_measure": _TENANCY,
    "arrears.send_notice": (CASEWORKER, COORDINATOR, LANDLORD),
    "arrears.record_decision": (COORDINATOR,),
    "arrears.refer": (COORDINATOR, LANDLORD),
    "arrears.act_in_emergency": (MANAGER,),
    "arrears.view_catalogue": (*_TENANCY, MANAGER, ADMINISTRATOR),
    "arrears.change_catalogue": (ADMINISTRATOR,),
    # Coordination meetings: the three parties at one table
    "meetings.view": _TENANCY,
    "meetings.plan": (COORDINATOR,),
    "meetings.hold": _WELFARE,
    "meetings.raise_issue": _TENANCY,
    "meetings.work_issue": _TENANCY,
    # The house
    "rates.view_policies": (*_TENANCY, MANAGER, ADMINISTRATOR),
    "rates.change_policies": (ADMINISTRATOR,),
    "jobs.view_runs": (LANDLORD, ADMINISTRATOR),
    "accounts.use_admin": (LANDLORD, ADMINISTRATOR),
    "accounts.manage_users": (ADMINISTRATOR,),
    "accounts.view_lookups": (PRIVACY_OFFICER,),
}


class Assignment(NamedTuple):
    role: str
    office_id: int | None
    is_cleared: bool


@dataclass(frozen=True, slots=True)
class Access:
    """What one user may do, and where, on one day.

    `office_ids` is None for every office and empty for none. `is_cleared` is true only when every
    assignment is: a clearance at one office must not open another's protected addresses.
    `held` is what it was folded from.
    """

    roles: frozenset[str] = field(default_factory=frozenset)
    permissions: frozenset[str] = field(default_factory=frozenset)
    office_ids: frozenset[int] | None = field(default_factory=frozenset)
    is_cleared: bool = False
    held: tuple[Assignment, ...] = ()

    def covers(self, office_id: int) -> bool:
        return self.office_ids is None or office_id in self.office_ids

    def may(self, permission: str, office_id: int) -> bool:
        """Whether a role held at this office gives the permission."""
        may = GRANTS.get(permission, ())
        return any(row.role in may and row.office_id in (None, office_id) for row in self.held)

    @property
    def key(self) -> str:
        """Its roles in one word, to choose it by."""
        return "+".join(sorted(self.roles))

    def parts(self) -> tuple["Access", ...]:
        """The same, divided into places that are worked at in the same roles, most roles first.

        A role at one office is no role at another. Within a part every permission holds at every
        office, so that what asks for a permission and then for the offices cannot mix two up.
        """
        if len(self.roles) < 2:
            return (self,)
        offices = {row.office_id for row in self.held}
        together = {self._roles_at(office) for office in offices}
        parts = [self._in(roles, offices) for roles in together]
        return tuple(sorted(parts, key=lambda one: (-len(one.roles), one.key)))

    def ways_in(self, permission: str, chosen: str, *, to_a_row: bool) -> tuple["Access", ...]:
        """The parts in which a page may be opened, the one to try first standing first.

        A list is of the place that was chosen. To a row, whoever also has other roles where it
        lies comes with all of them.
        """
        if len(self.roles) < 2:
            return (self,)
        ways = [one for one in self.parts() if permission in one.permissions]
        mine = next((one.roles for one in ways if one.key == chosen), None)
        if mine is not None:
            ways.sort(key=lambda one: not (one.roles >= mine if to_a_row else one.roles == mine))
        return tuple(ways)

    def _roles_at(self, office_id: int | None) -> frozenset[str]:
        return frozenset(row.role for row in self.held if row.office_id in (None, office_id))

    def _in(self, roles: frozenset[str], offices: set[int | None]) -> "Access":
        """With these roles, wherever all of them are held."""
        at = {office for office in offices if roles <= self._roles_at(office)}
        if None in at:
            at = {None}
        touched = [
            row.is_cleared
            for row in self.held
            if row.role in roles and (None in at or row.office_id is None or row.office_id in at)
        ]
        return fold(Assignment(role, office, all(touched)) for role in roles for office in at)


def fold(assignments: Iterable[Assignment]) -> Access:
    """One value of a day's assignments. No assignment: no permission, no office."""
    rows = list(assignments)
    roles = frozenset(row.role for row in rows)
    offices = {row.office_id for row in rows}
    return Access(
        roles=roles,
        permissions=frozenset(name for name, may in GRANTS.items() if roles.intersection(may)),
        office_ids=None if None in offices else frozenset(o for o in offices if o is not None),
        is_cleared=bool(rows) and all(row.is_cleared for row in rows),
        held=tuple(rows),
    )
