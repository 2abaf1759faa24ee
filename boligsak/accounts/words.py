"""Refusals about users and offices, and what pages are called in the look-up log, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.rule import RuleBroken


def refusal(broken: RuleBroken) -> str:
    return str(_SENTENCES[broken.code]) % broken.facts


_SENTENCES: dict[str, Promise | str] = {
    "user.name_taken": gettext_lazy("Somebody else has this username."),
    "user.password": "%(reasons)s",
    "user.not_yourself": gettext_lazy("You cannot shut yourself out. Ask another administrator."),
    "role.days": gettext_lazy("The last day must be after the first."),
    "role.already": gettext_lazy("The user has this role there already, in some of these days."),
    "role.over": gettext_lazy("The role has ended already."),
    "role.last_administrator": gettext_lazy(
        "Nobody would be left to give roles. Make somebody else an administrator first."
    ),
    "office.code_taken": gettext_lazy("Another office has this code."),
    "office.days": gettext_lazy("The last day must be after the first."),
    "office.own_successor": gettext_lazy("An office cannot go on with its own work."),
}

PAGES: dict[str, Promise] = {
    "desk:dashboard": gettext_lazy("Dashboard"),
    "desk:worklist": gettext_lazy("Worklist"),
    "desk:worklist_export": gettext_lazy("Worklist, downloaded"),
    "desk:my_work": gettext_lazy("My work"),
    "desk:leases": gettext_lazy("List of leases"),
    "desk:leases_export": gettext_lazy("List of leases, downloaded"),
    "desk:assign": gettext_lazy("Giving work to a caseworker"),
    "desk:search": gettext_lazy("Search"),
    "desk:person": gettext_lazy("The person's page"),
    "desk:person_change": gettext_lazy("Changing what is known of a person"),
    "desk:absence_new": gettext_lazy("Noting an absence"),
    "desk:absence_change": gettext_lazy("Changing an absence"),
    "desk:absence_withdraw": gettext_lazy("Withdrawing an absence"),
    "desk:person_death": gettext_lazy("Noting a death and the estate"),
    "desk:lease": gettext_lazy("The lease's page"),
    "desk:dwelling": gettext_lazy("The dwelling's page"),
    "desk:identity": gettext_lazy("The person's identity number"),
    "desk:ledger_export": gettext_lazy("The lease's ledger, downloaded"),
    "arrears:import": gettext_lazy("A payment import"),
    "arrears:unplaced": gettext_lazy("Unplaced payments"),
    "arrears:unplaced_payment": gettext_lazy("An unplaced payment"),
    "arrears:unplaced_place": gettext_lazy("Placing a payment"),
    "arrears:correct_line": gettext_lazy("Correcting a ledger line"),
    "arrears:dispute_charge": gettext_lazy("Noting a disputed charge"),
    "arrears:settle_dispute": gettext_lazy("Settling a dispute"),
    "arrears:new_charge": gettext_lazy("Adding a charge"),
    "arrears:move_payment": gettext_lazy("Moving a payment"),
    "arrears:move_to": gettext_lazy("Moving a payment to a lease"),
    "arrears:new_plan": gettext_lazy("Drawing up a repayment plan"),
    "arrears:plan": gettext_lazy("A repayment plan"),
    "arrears:plan_sign": gettext_lazy("Signing a repayment plan"),
    "arrears:plan_end": gettext_lazy("Ending a repayment plan"),
    "arrears:new_payer": gettext_lazy("Entering another payer"),
    "arrears:stop_payer": gettext_lazy("Ending another payer"),
    "arrears:nav_package": gettext_lazy("Papers for an application to Nav"),
    "arrears:phone_note": gettext_lazy("Noting a phone call"),
    "arrears:contact_new": gettext_lazy("Noting a contact"),
    "arrears:contact_correct": gettext_lazy("Correcting a contact"),
    "arrears:contact_withdraw": gettext_lazy("Withdrawing a contact"),
    "arrears:visits": gettext_lazy("The day's home visits"),
    "arrears:visit_new": gettext_lazy("Planning a home visit"),
    "arrears:visit_report": gettext_lazy("Reporting a home visit"),
    "arrears:visit_cancel": gettext_lazy("Cancelling a home visit"),
    "arrears:tenant_view": gettext_lazy("The tenant's own view"),
    "arrears:notice_new": gettext_lazy("Choosing a letter"),
    "arrears:notice_write": gettext_lazy("Writing a letter"),
    "arrears:notice": gettext_lazy("A letter"),
    "arrears:notice_print": gettext_lazy("A letter, for printing"),
    "arrears:notice_rewrite": gettext_lazy("Writing a letter anew"),
    "arrears:notice_send": gettext_lazy("Recording that a letter is sent"),
    "arrears:notice_withdraw": gettext_lazy("Withdrawing a letter"),
    "arrears:notice_answer": gettext_lazy("Recording what came back on a letter"),
    "accounts:lookups": gettext_lazy("The look-up log"),
    "accounts:lookup": gettext_lazy("An entry in the look-up log"),
    "accounts:person_log": gettext_lazy("The person's own look-up log"),
    "accounts:person_log_export": gettext_lazy("The person's own look-up log, downloaded"),
    "accounts:lookups_export": gettext_lazy("The look-up log, downloaded"),
    "admin:tenants_lease_changelist": gettext_lazy("Administration: leases"),
    "admin:tenants_lease_change": gettext_lazy("Administration: a lease"),
    "admin:tenants_person_changelist": gettext_lazy("Administration: people"),
    "admin:tenants_person_change": gettext_lazy("Administration: a person"),
    "admin:tenants_dwelling_changelist": gettext_lazy("Administration: dwellings"),
    "admin:tenants_dwelling_change": gettext_lazy("Administration: a dwelling"),
    "admin:arrears_ledgerline_changelist": gettext_lazy("Administration: the ledger"),
    "admin:arrears_ledgerline_change": gettext_lazy("Administration: a ledger line"),
}


def page(name: str) -> str:
    """What people call a page; its technical name when it is not in the table."""
    return str(PAGES.get(name, name))
