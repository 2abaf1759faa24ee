"""Renewals in words: what is proposed and why, what has changed, and why one was refused."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from boligsak.rates import words
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from tenants.rules.leases import Expiry
from tenants.rules.renewal import Renewal
from tenants.words import bulk

_POLICY: dict[str, Promise] = {
    "months": gettext_lazy("Months of the usual new term (36 or more, § 9-3)"),
    "months_children": gettext_lazy("Months of the longer term where children live"),
    "days_before": gettext_lazy("Days before it runs out that a contract may be renewed"),
}


def policy_field(field: str) -> str:
    return words.policy_field(field, _POLICY)


def policy_refusal(broken: RuleBroken) -> str:
    """One sentence for a "policy.…" refusal."""
    return words.policy_refusal(broken, _POLICY)


STATES: dict[str, Promise] = {
    Expiry.RUNNING: gettext_lazy("Runs out"),
    Expiry.EXPIRED: gettext_lazy("Has run out"),
    Expiry.CLOCK_STOPPED: gettext_lazy("Asked to move"),
    Expiry.OPEN_ENDED: gettext_lazy("Has become open-ended"),
}

STATE_COLORS: dict[str, str] = {
    Expiry.RUNNING: "info",
    Expiry.EXPIRED: "danger",
    Expiry.CLOCK_STOPPED: "warning",
    Expiry.OPEN_ENDED: "warning",
}


def state(expiry: str, *, outside_the_act: bool = False) -> str:
    if expiry == Expiry.CLOCK_STOPPED and outside_the_act:
        return _("Outside the tenancy act")
    return str(STATES.get(expiry, expiry))


_WHY: dict[str, Promise] = {
    "law_term": gettext_lazy("three years, the least the law allows (§ 9-3)"),
    "usual": gettext_lazy("the municipality's usual term"),
    "children": gettext_lazy("the longer term, for children live there"),
    "open_ended": gettext_lazy("made open-ended"),
    "chosen": gettext_lazy("the day that was chosen"),
    "law": gettext_lazy("open-ended by law (§ 9-2)"),
}


def why(code: str) -> str:
    """What a new term rests on."""
    return str(_WHY.get(code, code))


_CHANGED: dict[str, Promise] = {
    "joined": gettext_lazy("somebody has joined the household"),
    "left": gettext_lazy("somebody has left the household"),
    "parties": gettext_lazy("the parties to the contract are others"),
    "protected": gettext_lazy("the address has become protected"),
    "head_landlord": gettext_lazy("the head landlord acts against the dwelling"),
    "complaint": gettext_lazy("a complaint about the tenancy is open"),
}


def changes(codes: Iterable[str]) -> str:
    """What has changed since the contract was made, in one line."""
    return ", ".join(str(_CHANGED.get(code, code)) for code in codes)


GROUNDS: dict[str, Promise] = {
    "": gettext_lazy("three years or more, or open-ended"),
    "special": gettext_lazy("special grounds"),
    "weighty": gettext_lazy("weighty grounds"),
}

KINDS: dict[str, Promise] = {
    "first": gettext_lazy("First contract"),
    "renewal": gettext_lazy("Renewal"),
    "conversion": gettext_lazy("Made open-ended"),
}


def kind(code: str) -> str:
    """What a contract is called."""
    return str(KINDS.get(code, code))


def length(months: int) -> str:
    """36 → "3 years"; 30 → "30 months"."""
    if months % 12 == 0:
        years = months // 12
        return ngettext("%(years)d year", "%(years)d years", years) % {"years": years}
    return ngettext("%(months)d month", "%(months)d months", months) % {"months": months}


def agreed(plan: Renewal) -> str:
    """What a new contract says of its term, as its letter says it."""
    if plan.why == "law":
        return _("By law your contract has been open-ended since %(day)s (§ 9-2).") % {
            "day": format_day(plan.starts_on)
        }
    if plan.ends_on is None:
        return _("Your contract is now open-ended.")
    return _("Your contract is renewed until %(day)s.") % {"day": format_day(plan.ends_on)}


def term(plan: Renewal) -> str:
    """A proposed term in a cell: until when."""
    if plan.ends_on is None:
        return _("open-ended")
    return _("to %(day)s") % {"day": format_day(plan.ends_on)}


_SENTENCES: dict[str, Promise] = {
    "renewal.over": gettext_lazy(
        "The tenant moved out %(moved_out_on)s: there is nothing to renew."
    ),
    "renewal.moving": gettext_lazy(
        "The tenant moves out %(moves_on)s. Change the moving out first if that is no longer so."
    ),
    "renewal.not_begun": gettext_lazy(
        "The tenancy begins %(starts_on)s: there is nothing to renew."
    ),
    "renewal.no_tenant": gettext_lazy(
        "Nobody is a tenant of this lease today. Enter the parties to it first."
    ),
    "renewal.tenant_dead": gettext_lazy(
        "A tenant is dead. Change the parties to the lease first: who goes on with it, if anybody"
        " (§ 8-2)."
    ),
    "renewal.no_term": gettext_lazy(
        "The contract is open-ended already: it has no term that runs out."
    ),
    "renewal.open_ended": gettext_lazy(
        "By law the contract has been open-ended since %(from_on)s (§ 9-2), so no new term can be"
        " agreed on. Note that it is open-ended instead."
    ),
    "renewal.asked_to_move": gettext_lazy(
        "The tenant was asked in writing to move %(asked_on)s. Tick that the request is taken back"
        " if the tenant is to stay."
    ),
    "renewal.too_early": gettext_lazy(
        "The contract runs until %(ends_on)s. It can be renewed from %(from_on)s; the policy for"
        " renewals sets the day."
    ),
    "renewal.has_changed": gettext_lazy(
        "Something has changed since the contract was made: %(what)s. Look at it by itself, and"
        " tick that you have."
    ),
    "renewal.dwelling_leaves": gettext_lazy(
        "The municipality has the dwelling until %(in_use_to)s. Choose that day or an earlier one,"
        " or correct the dwelling."
    ),
    "renewal.no_end": gettext_lazy("Say which day the new term ends."),
    "renewal.too_far": gettext_lazy(
        "The term can last until %(last_on)s at the longest. Check the year, or choose open-ended."
    ),
    "renewal.no_reason": gettext_lazy("Say why the term is to be this short (§ 11-1)."),
    "renewal.over_already": gettext_lazy(
        "%(ends_on)s is past. Choose a later day, or end the tenancy."
    ),
    "renewal.changed": gettext_lazy(
        "Somebody has changed this lease since you opened the page. What is proposed now stands"
        " here: look at it once more."
    ),
    "renewal.no_reason_to_drop": gettext_lazy("Say why the new term is dropped."),
    "renewal.drop_opens": gettext_lazy(
        "Without the new term the contract has been open-ended since %(from_on)s (§ 9-2). Open the"
        " page anew, and tick that this is meant."
    ),
    "renewal.dropped": gettext_lazy("The contract has been dropped, so its letter is not sent."),
    "renewal.newer_term": gettext_lazy(
        "The lease has got another last day since. Drop the newest contract first."
    ),
    "contract.signed": gettext_lazy(
        "The contract is signed, so it cannot be dropped. End the tenancy instead."
    ),
    "contract.changed": gettext_lazy(
        "Somebody has changed this contract since you opened the page. Look at it once more."
    ),
    "letter.nobody": gettext_lazy("There is no living tenant to write to."),
    "renewal.minutes": gettext_lazy("Write the minutes as a whole number, at most %(most)s."),
    "term.ends_before_start": gettext_lazy(
        "The new term begins %(starts_on)s. Choose a last day after it."
    ),
    "term.not_told_in_writing": gettext_lazy(
        "A term below three years can be agreed on only with a tenant who has been told in writing"
        " of the dwelling's purpose (§ 11-1). That day is not entered on the lease. Choose three"
        " years, or have the landlord enter the day."
    ),
    "term.no_special_grounds": gettext_lazy(
        "A term below three years needs special grounds (§ 11-1). Choose three years, or say which"
        " the grounds are."
    ),
    "term.no_weighty_grounds": gettext_lazy(
        "There has been a short term in this dwelling already. Another one needs weighty grounds"
        " (§ 11-1), else the contract is open-ended by law. Choose three years, or say which the"
        " weighty grounds are."
    ),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and how it is mended."""
    return sentence(broken.code, broken.facts)


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """The same from a stored code; days in `facts` may be ISO texts there."""
    if code not in _SENTENCES:
        return bulk.sentence(code, facts)
    told = bulk.shown(facts)
    if "what" in told:
        told["what"] = changes(facts["what"])
    return str(_SENTENCES[code]) % told


def day(value: Any) -> str:
    """A day as people read it."""
    return str(format_day(value))
