"""Which role may do what: the whole table on one page. Who holds a role, and where, is data.

A permission that no page names, or a page whose permission is missing here, fails a test.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
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

    def under(self, permission: str) -> "Access":
        """The same on a page that is opened by a permission: only the offices of the roles that
        give it. A role at one office is no role at another."""
        if len(self.roles) < 2:
            return self
        may = GRANTS.get(permission, ())
        return replace(self, office_ids=_offices(row for row in self.held if row.role in may))


def fold(assignments: Iterable[Assignment]) -> Access:
    """One value of a day's assignments. No assignment: no permission, no office."""
    rows = list(assignments)
    roles = frozenset(row.role for row in rows)
    return Access(
        roles=roles,
        permissions=frozenset(name for name, may in GRANTS.items() if roles.intersection(may)),
        office_ids=_offices(rows),
        is_cleared=bool(rows) and all(row.is_cleared for row in rows),
        held=tuple(rows),
    )


def _offices(rows: Iterable[Assignment]) -> frozenset[int] | None:
    """Where these assignments hold; None for every office."""
    offices = {row.office_id for row in rows}
    return None if None in offices else frozenset(one for one in offices if one is not None)
