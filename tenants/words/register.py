"""Refusals of tenants' rules, and of what people type, in words."""

import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.rule import RuleBroken
from boligsak.show import day


def knows(code: str) -> bool:
    return code in _SENTENCES


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and what is missing. Raises KeyError for a code that
    is not ours."""
    facts = {
        name: day(value) if isinstance(value, datetime.date) else value
        for name, value in broken.facts.items()
    }
    return str(_SENTENCES[broken.code]) % facts


_SENTENCES: dict[str, Promise] = {
    "money.unreadable": gettext_lazy("Write the amount as 12345,50."),
    "date.unreadable": gettext_lazy("Write the date as 20.11.2026."),
    "identity.length": gettext_lazy(
        "An identity number has eleven digits; this one has %(found)d."
    ),
    "identity.digits": gettext_lazy("An identity number has digits only."),
    "identity.no_such_day": gettext_lazy(
        "The identity number begins with a day that does not exist. Check the first six digits."
    ),
    "identity.check_digits": gettext_lazy(
        "The identity number has a mistyped digit. Check it against the source."
    ),
    "identity.not_born": gettext_lazy(
        "The identity number belongs to somebody who is not born yet."
    ),
    "term.ends_before_start": gettext_lazy("The contract must end after it starts."),
    "term.not_told_in_writing": gettext_lazy(
        "A contract for less than three years needs that the tenant has been told in writing of "
        "the dwelling's purpose and of the exceptions agreed (§ 11-1)."
    ),
    "term.no_special_grounds": gettext_lazy(
        "A contract for less than three years needs special grounds (§ 11-1). Write them down."
    ),
    "term.no_weighty_grounds": gettext_lazy(
        "This tenant has had a short contract for this dwelling before. A second one needs "
        "weighty grounds (§ 11-1); otherwise it is open-ended."
    ),
    # The register's own rules
    "building.orgnr": gettext_lazy("The organisation number has a mistyped digit."),
    "building.name_taken": gettext_lazy("There is a building with this name already."),
    "dwelling.number_taken": gettext_lazy("There is a dwelling with this number already."),
    "dwelling.ends_before_start": gettext_lazy("The last day must be after the first."),
    "household.days": gettext_lazy("The last day must be after the first."),
    "household.member_already": gettext_lazy("The person is in this household already."),
    "guardian.days": gettext_lazy("The last day must be after the first."),
    "person.identity_taken": gettext_lazy("Somebody else has this identity number."),
    "person.born_on_differs": gettext_lazy("The identity number says another day of birth."),
    "person.not_born": gettext_lazy("The day of birth has not come."),
    "person.death_day": gettext_lazy("The day of death is before the birth or has not come."),
    "person.no_email": gettext_lazy(
        "No e-mail address is registered on the person. Enter the address first."
    ),
    "person.email_used_ahead": gettext_lazy(
        "The address cannot have been used on a day that is yet to come. Today is %(today)s."
    ),
    "person.not_cleared": gettext_lazy(
        "Only somebody who is cleared for protected addresses can take the protection away or "
        "make it weaker."
    ),
    "lease.number_taken": gettext_lazy("There is a lease with this number already."),
    "lease.kid_check_digit": gettext_lazy("The KID's check digit is wrong."),
    "lease.kid_taken": gettext_lazy("Another lease has this KID."),
    "lease.no_tenant": gettext_lazy("A lease needs a tenant."),
    "lease.party_twice": gettext_lazy("The same person is named twice."),
    "lease.rent_before_start": gettext_lazy("The rent cannot begin before the lease."),
    "lease.rent_negative": gettext_lazy("The rent is less than zero."),
    "lease.moved_out_before_start": gettext_lazy("The tenant moved out before the lease began."),
    "lease.asked_before_start": gettext_lazy(
        "The request to move was sent before the lease began."
    ),
    "lease.dwelling_held": gettext_lazy(
        "The dwelling is held for an applicant. Make the lease from the offer, or have the offer "
        "withdrawn first."
    ),
    "lease.overlaps": gettext_lazy(
        "The dwelling is let to somebody else in the same days, by lease %(other)s."
    ),
    "dwelling.still_occupied": gettext_lazy(
        "Somebody still lives there. Register the tenant's last day first."
    ),
    "party.days": gettext_lazy("The day is before the contract or the party's own first day."),
    # The cooperative's or the head landlord's own action
    "dwelling.not_visible": gettext_lazy("You have no access to this dwelling any more."),
    "head.kind": gettext_lazy("Choose what has come in."),
    "head.received_ahead": gettext_lazy("That day is yet to come."),
    "head.no_deadline": gettext_lazy(
        "An order to sell has a deadline. Write the day that the letter says."
    ),
    "head.deadline_before": gettext_lazy(
        "It was received %(received_on)s. The deadline cannot be before that."
    ),
    "head.deadline_far": gettext_lazy(
        "The deadline can be %(last_on)s at the latest. Check the year."
    ),
    "head.open_already": gettext_lazy(
        "One of this kind, received %(received_on)s, is open on the dwelling already. Change that "
        "one, or close it first."
    ),
    "head.closed": gettext_lazy("It was closed %(closed_on)s."),
    "head.closed_before": gettext_lazy(
        "It was received %(received_on)s. It cannot have ended before that."
    ),
    "head.closed_ahead": gettext_lazy("That day is yet to come."),
    "head.no_result": gettext_lazy("Say how it ended."),
    "head.changed": gettext_lazy(
        "Somebody changed this while you had the page open. Look at it as it is now and send "
        "again; what you have written is still here."
    ),
    "absence.days": gettext_lazy("The last day must be after the first."),
    "absence.overlaps": gettext_lazy(
        "The person is noted as away from %(from_on)s already. Change that absence instead."
    ),
    "absence.dead": gettext_lazy("The person died %(died_on)s, before that day."),
    "absence.no_reason": gettext_lazy("Say why."),
    "absence.withdrawn": gettext_lazy("The absence is withdrawn already."),
    "version.changed": gettext_lazy("Somebody has changed this since you opened it."),
}
