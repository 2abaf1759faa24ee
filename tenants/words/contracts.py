"""Contracts, guarantees and signatures in words, and what the contract's document says."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak.letters import registry
from boligsak.letters.words import documents, outbox, templates
from boligsak.rule import RuleBroken
from boligsak.show import day, kr
from tenants.models import ContractState, Lease, LeaseContract, LeaseKind, Person
from tenants.words import applications, service_agreements
from tenants.words.offers import home_words, offer_refusal

_SENTENCES: dict[str, Promise] = {
    "lease.starts_before_offer": gettext_lazy(
        "The home was held for the applicant on %(reserved)s. The lease cannot begin before that."
    ),
    "lease.not_free_yet": gettext_lazy(
        "The dwelling is free from %(free)s. Choose that day or a later one."
    ),
    "lease.starts_far": gettext_lazy(
        "The lease can begin on %(last)s at the latest. Check the year, or make it nearer the day."
    ),
    "contract.ends_far": gettext_lazy(
        "The term can last until %(last)s at the longest. Check the year, or choose open-ended."
    ),
    "contract.told_ahead": gettext_lazy(
        "That day is yet to come. Choose the day the tenant was told in writing."
    ),
    "contract.old_ends_far": gettext_lazy(
        "The old home can be kept until %(last)s at the latest. Check the year."
    ),
    "contract.tenant_not_in_household": gettext_lazy(
        "Only adults on the application can be tenants. Add the person to the application first."
    ),
    "contract.tenant_dead": gettext_lazy("One of the tenants died %(died)s. Choose others."),
    "contract.no_last_day": gettext_lazy("Write the last day of the term."),
    "contract.no_reason": gettext_lazy(
        "Say why the term is shorter than three years: it stands in the contract (§ 11-1)."
    ),
    "contract.no_old_end": gettext_lazy(
        "Write the last day in the home that the applicant swaps away."
    ),
    "contract.old_ends_early": gettext_lazy(
        "The old home must last until the day before the new one begins, %(starts)s."
    ),
    "contract.changed": gettext_lazy(
        "Somebody else changed this contract while you had it open. Look at what is new and send "
        "again."
    ),
    "contract.not_for_signing": gettext_lazy(
        "The contract is “%(state)s”, so nobody can sign it or drop it now."
    ),
    "contract.not_a_party": gettext_lazy(
        "The person is not one of the tenants who are to sign. Choose one of them."
    ),
    "contract.signed_already": gettext_lazy("This signature is recorded already."),
    "contract.signed_ahead": gettext_lazy("That day is yet to come."),
    "contract.signed_before": gettext_lazy(
        "The contract was written on %(written)s. Nobody can have signed it before that."
    ),
    "contract.nobody": gettext_lazy(
        "Nobody is a tenant of this lease now. Change the parties first, or drop the contract."
    ),
    "contract.not_signed": gettext_lazy(
        "Somebody who is a tenant, or the landlord, has not signed yet. Record their signatures."
    ),
    "contract.not_anew": gettext_lazy(
        "Only the newest contract can be written anew, and only before everybody has signed it. "
        "Change the parties or renew the contract instead."
    ),
    "contract.over": gettext_lazy("The tenancy ended %(moved_out)s: there is nothing to sign."),
    "guarantee.amount": gettext_lazy("Write the amount that is guaranteed, above nought."),
    "guarantee.too_high": gettext_lazy(
        "Deposit and guarantee together can be six months' rent at most, %(most)s (§§ 3-5, 3-6). "
        "Together they would be %(asked)s."
    ),
    "guarantee.no_guarantor": gettext_lazy("Write who guarantees."),
    "guarantee.days": gettext_lazy(
        "The guarantee begins with the lease, %(starts)s, or later, and ends after it begins."
    ),
    "guarantee.far": gettext_lazy("Choose %(last)s or an earlier day. Check the year."),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence for what an offer, a lease or a contract is refused for."""
    if broken.code in _SENTENCES:
        facts = dict(broken.facts)
        if "state" in facts:
            facts["state"] = ContractState(facts["state"]).label
        for name, value in broken.facts.items():
            if isinstance(value, datetime.date):
                facts[name.removesuffix("_on")] = day(value)
            elif name.endswith("_ore"):
                facts[name.removesuffix("_ore")] = kr(value)
        return str(_SENTENCES[broken.code]) % facts
    for words in (
        offer_refusal,
        service_agreements.refusal,
        applications.refusal,
        templates.refusal,
        documents.refusal,
    ):
        try:
            return words(broken)
        except KeyError:
            continue
    return outbox.refusal(broken)


_COLORS = {ContractState.FOR_SIGNING: "warning", ContractState.SIGNED: "success"}
METHODS: dict[str, Promise] = {
    "paper": gettext_lazy("on paper"),
    "digital": gettext_lazy("digitally"),
}
KINDS: dict[str, Promise] = {
    "first": gettext_lazy("First contract"),
    "renewal": gettext_lazy("Renewal"),
    "conversion": gettext_lazy("Made open-ended"),
}


def contract_tag(state: str) -> dict[str, str]:
    """A contract's state as a tag."""
    return {
        "text": capfirst(str(ContractState(state).label)),
        "color": _COLORS.get(ContractState(state), "neutral"),
    }


def kind_words(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def term_words(starts_on: datetime.date, ends_on: datetime.date | None) -> str:
    """ "01.12.2026–30.11.2029", or "from 01.12.2026, open-ended"."""
    if ends_on is None:
        return _("from %(day)s, open-ended") % {"day": day(starts_on)}
    return f"{day(starts_on)}–{day(ends_on)}"


# --- The document ---------------------------------------------------------------------------------


def letter_code(kind: str) -> str:
    """Which kind of document a lease's contract is."""
    return "service-agreement" if kind == LeaseKind.SERVICE_AGREEMENT else "lease-contract"


def letter_fields(
    contract: LeaseContract, people: Sequence[Person], language: str, due_day: int
) -> dict[str, str]:
    """The fields of "lease-contract" and "service-agreement", in the language it is written in."""
    lease, terms = contract.lease, contract.terms
    with translation.override(language):
        found = {
            "lease": lease.number,
            "dwelling": home_words(lease.dwelling),
            "tenants": registry.items([_tenant(person) for person in people]),
            "landlord": _landlord(),
            "starts_on": day(contract.starts_on),
            "term": _term(contract),
            "ends_on": day(contract.ends_on) if contract.ends_on else "",
            "rent": _rent(terms),
            "due_day": str(due_day),
            "account": _account(settings.MUNICIPALITY["account"]),
            "kid": lease.kid or "",
            "security": _security(terms),
            "term_reason": _reason(contract),
        }
        if letter_code(lease.kind) == "service-agreement":
            return found | _service(lease)
        return found | {
            "purpose": _purpose(contract),
            "clause_a": _(
                "The tenant accepts that eviction may be enforced when the rent is not "
                "paid within 14 days after a written warning under the Enforcement Act § 4-18 "
                "was sent (§ 13-2 third paragraph a)."
            )
            if terms.get("clause_a", lease.has_clause_a)
            else "",
            "clause_b": _(
                "The tenant accepts that eviction may be enforced when the term has run "
                "out (the Enforcement Act § 13-2 third paragraph b)."
            )
            if terms.get("clause_b", lease.has_clause_b) and contract.ends_on
            else "",
        }


def _tenant(person: Person) -> str:
    name = f"{person.given_name} {person.family_name}"
    if person.born_on is None:
        return name
    return _("%(name)s, born %(day)s") % {"name": name, "day": day(person.born_on)}


def _landlord() -> str:
    return _("%(name)s municipality") % {"name": settings.MUNICIPALITY["name"]}


def _account(number: str) -> str:
    """ "1234 56 78903"."""
    return f"{number[:4]} {number[4:6]} {number[6:]}" if len(number) == 11 else number


def _term(contract: LeaseContract) -> str:
    if contract.ends_on is None:
        return _("The contract is open-ended: it runs until one of the parties ends it.")
    return _("The contract is for a fixed term and runs out without notice.")


def _rent(terms: Mapping[str, Any]) -> str:
    rent = kr(terms["rent_ore"])
    if not terms.get("utilities_ore"):
        return rent
    return _("%(rent)s, and %(utilities)s for electricity, fuel, water and sewage (§ 3-4)") % {
        "rent": rent,
        "utilities": kr(terms["utilities_ore"]),
    }


def _security(terms: Mapping[str, Any]) -> str:
    if not terms.get("guarantee_ore"):
        return _("The municipality asks for no deposit.")
    return _("No deposit is paid. %(who)s guarantees up to %(amount)s.") % {
        "who": terms["guarantor"],
        "amount": kr(terms["guarantee_ore"]),
    }


def _reason(contract: LeaseContract) -> str:
    if not contract.is_short:
        return ""
    said = _("The term is shorter than three years (the Tenancy Act § 11-1). The reason: %(why)s")
    return said % {"why": contract.reason}


def _purpose(contract: LeaseContract) -> str:
    said = _(
        "The home is a municipal home for people who need help to get one (the Tenancy Act § 11-1)."
    )
    if contract.ends_on is None:
        return said
    return (
        said
        + " "
        + _(
            "It is let for a term, so that it can be offered to others when the need is over. The "
            "municipality may agree on one term shorter than three years with the same tenant in "
            "the same home."
        )
    )


def _service(lease: Lease) -> dict[str, str]:
    agreement = getattr(lease, "service_agreement", None)
    if agreement is None:
        return {"services": "", "ends_when": "", "review_on": ""}
    return {
        "services": agreement.services,
        "ends_when": agreement.ends_when,
        "review_on": day(agreement.review_on) if agreement.review_on else "",
    }
