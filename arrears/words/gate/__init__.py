"""The gate in words: what each condition asks, what was found, and where it is mended."""

from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, pgettext_lazy

from arrears.models import NoticeKind
from arrears.rules.gate import Condition, Group
from arrears.words.gate.found import said

GROUPS: dict[str, Promise] = {
    Group.DECISION: gettext_lazy("The coordination meeting"),
    Group.WORK: gettext_lazy("Everything else is tried"),
    Group.LAW: gettext_lazy("The law"),
    Group.PRIVACY: gettext_lazy("Privacy"),
}

MENDS: dict[str, Promise] = {
    "decide": gettext_lazy("Put it up for the meeting"),
    "application": gettext_lazy("Go to the application"),
    "contact": gettext_lazy("Note a contact"),
    "home_visit": gettext_lazy("Plan a home visit"),
    "view": gettext_lazy("Record the tenant's view"),
    "checklist": gettext_lazy("Answer the checklist"),
    "measures": gettext_lazy("Go to the measures"),
    "children": gettext_lazy("Assess the children's best interest"),
    "occupants": gettext_lazy("Note that they are heard"),
    "answers": gettext_lazy("Answer for it"),
    "notice": gettext_lazy("Make the notice"),
    "notices": gettext_lazy("Note who has been served"),
    "plan": gettext_lazy("Go to the repayment plan"),
    "settlement": gettext_lazy("Go to the debt settlement"),
    "ledger": gettext_lazy("Go to the ledger"),
    "lease": gettext_lazy("Go to the lease"),
}
"""What the link that meets a condition says."""

_NAMES: dict[str, Promise] = {
    "decision.made": gettext_lazy("A meeting has decided this referral"),
    "decision.parties": gettext_lazy("The parties took part in the decision"),
    "decision.fresh": gettext_lazy("The decision is fresh"),
    "decision.no_payment_since": gettext_lazy("No payment since the decision"),
    "decision.no_plan_since": gettext_lazy("No repayment plan since the decision"),
    "decision.no_application_since": gettext_lazy("No application since the decision"),
    "decision.no_household_change_since": gettext_lazy(
        "The same people live there as when it was decided"
    ),
    "contact.channels": gettext_lazy("Contact is tried in at least two ways"),
    "contact.home_visit": gettext_lazy("A home visit is made, or there is a reason for none"),
    "view.recorded": gettext_lazy("Every tenant's own view is recorded"),
    "measures.answered": gettext_lazy("The checklist of measures is answered"),
    "measures.decided": gettext_lazy("No measure is undecided or on trial"),
    "measures.support_insufficient": gettext_lazy("It is said why running support is not enough"),
    "application.none_waiting": gettext_lazy("No application for a home waits for a decision"),
    "application.decided": gettext_lazy("No application elsewhere waits for a decision"),
    "children.assessed": gettext_lazy("The children's best interest is assessed"),
    "guardian.informed": gettext_lazy("The guardian is informed"),
    "lease.signed": gettext_lazy("The lease is signed"),
    "lease.clause": gettext_lazy("The lease has the clause that is needed"),
    "lease.expired": gettext_lazy("The contract has expired"),
    "lease.not_open_ended": gettext_lazy("The contract has not become open-ended"),
    "termination.not_protested": gettext_lazy("Nobody has protested against the termination"),
    "termination.protested": gettext_lazy("The tenant has protested against the termination"),
    "termination.sued_in_time": gettext_lazy("The deadline to sue is not over"),
    "nav.respected": gettext_lazy("The warning to Nav is respected"),
    "debt.overdue": gettext_lazy("Something is overdue that can be claimed"),
    "plan.none_running": gettext_lazy("No repayment plan is running"),
    "settlement.none": gettext_lazy("No debt settlement covers the debt"),
    "limitation.checked": gettext_lazy("Limitation is checked"),
    "objection.assessed": gettext_lazy("Objections to the rent are assessed"),
    "occupants.heard": gettext_lazy("Others who live there are heard"),
    "tenants.alive": gettext_lazy("No tenant has died"),
    "address.kept_back": gettext_lazy("No protected address goes to the collector"),
}

_OF_NOTICE: dict[str, Promise] = {
    "sent": pgettext_lazy("gate", "%(notice)s: sent"),
    "served": pgettext_lazy("gate", "%(notice)s: served on everybody, with proof"),
    "carries": pgettext_lazy("gate", "%(notice)s: a charge it names is still open"),
    "waited": pgettext_lazy("gate", "%(notice)s: the deadline is over"),
}


class Told(NamedTuple):
    """One condition as a page shows it. `source` is the law it comes from, empty for a routine of
    the municipality's own; `mend` the label of its link, empty where none helps."""

    code: str
    name: str
    said: str
    source: str
    is_met: bool
    mend: str


def told(condition: Condition) -> Told:
    """A condition in words."""
    return Told(
        condition.code,
        name_of(condition.code),
        said(condition),
        condition.source if "§" in condition.source or "loven" in condition.source else "",
        condition.is_met,
        str(MENDS[condition.mend]) if condition.mend and not condition.is_met else "",
    )


def name_of(code: str) -> str:
    """What a condition asks for, as the heading of its row."""
    if code in _NAMES:
        return str(_NAMES[code])
    notice, _dot, part = code.rpartition(".")
    return str(_OF_NOTICE[part]) % {"notice": capfirst(str(NoticeKind(notice).label))}


def names_of(codes: Any) -> str:
    """Several conditions in one line, for a refusal. Without a decision, nothing of what would
    follow from one is named."""
    if "decision.made" in codes:
        after = "decision."
        codes = [code for code in codes if code == "decision.made" or not code.startswith(after)]
    return "; ".join(name_of(code) for code in codes)
