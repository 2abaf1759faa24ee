"""Old arrears as a condition of a new home, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from arrears.words import cases
from boligsak.rule import RuleBroken
from tenants.words import conditions

_SENTENCES: dict[str, Promise] = {
    "old_arrears.not_owed": gettext_lazy(
        "Nothing is owed on this lease any more. Look at what is owed now."
    ),
    "old_arrears.no_plan": gettext_lazy(
        "No signed plan runs on lease %(leases)s. Make one and have it signed first."
    ),
    "old_arrears.not_covered": gettext_lazy(
        "On lease %(leases)s there is more that has fallen due than the running plan covers. It is "
        "paid, or the plan is ended and a new one made for everything."
    ),
    "case.lease_missing": gettext_lazy(
        "You have no access to the lease that is owed on. Ask its office to make the plan."
    ),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and how to mend it."""
    if broken.code in _SENTENCES:
        facts = dict(broken.facts)
        if "leases" in facts:
            facts["leases"] = ", ".join(facts["leases"])
        return str(_SENTENCES[broken.code]) % facts
    if cases.knows(broken.code):
        return cases.refusal(broken)
    return conditions.refusal(broken)
