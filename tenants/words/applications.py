"""Applications in words: refusals, steps, what was done, consents."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from boligsak.rule import RuleBroken
from boligsak.show import day, kr
from tenants.models import ApplicationKind, ApplicationState, SupportState
from tenants.rules.applications import Step
from tenants.words import register

Facts = Mapping[str, Any]

STEP_NAMES: dict[Step, Promise] = {
    Step.HOUSEHOLD: gettext_lazy("Who applies"),
    Step.NEED: gettext_lazy("Housing and need"),
    Step.ECONOMY: gettext_lazy("Economy"),
    Step.SUPPORT: gettext_lazy("Help to manage the tenancy"),
    Step.CONSENTS: gettext_lazy("Consents"),
    Step.REGISTER: gettext_lazy("Look through and register"),
}

CONSENT_NAMES: dict[str, Promise] = {
    "obtain_income": gettext_lazy(
        "The municipality may obtain income and wealth from the tax authorities"
    ),
    "obtain_benefits": gettext_lazy("The municipality may obtain benefits and support from Nav"),
    "share_between_parties": gettext_lazy(
        "The welfare office, the housing unit and the landlord may share what is needed to find "
        "and keep a home"
    ),
    "contact_landlord": gettext_lazy("The municipality may ask the present landlord"),
    "contact_services": gettext_lazy("The municipality may ask those who help the applicant today"),
}

STATE_COLORS: dict[str, str] = {
    ApplicationState.DRAFT: "neutral",
    ApplicationState.RECEIVED: "info",
    ApplicationState.DECIDED: "info",
    ApplicationState.WAITING: "warning",
    ApplicationState.HOUSED: "success",
    ApplicationState.WITHDRAWN: "neutral",
    ApplicationState.CLOSED: "neutral",
}

_SENTENCES: dict[str, Promise] = {
    # Any step on an application
    "application.not_visible": gettext_lazy("You have no access to this application any more."),
    "application.masked": gettext_lazy(
        "Application %(number)s is for those who are cleared for protected addresses."
    ),
    "application.ended": gettext_lazy(
        "Application %(number)s has ended: it is %(state)s. Register a new one instead."
    ),
    "extension.not_one": gettext_lazy(
        "Only an application to stay longer that is still open is closed here."
    ),
    "extension.not_granted": gettext_lazy(
        "No decision grants it. Make the decision first, or withdraw the application."
    ),
    "extension.not_renewed": gettext_lazy(
        "The contract has not been renewed since the decision. Renew it first."
    ),
    "application.changed": gettext_lazy(
        "Somebody changed application %(number)s while you had this page open. Look at what is "
        "new and send again; what you have written is still here."
    ),
    "application.state": gettext_lazy("The application is %(state)s, so this cannot be done now."),
    "application.too_long": gettext_lazy(
        "That is more than can be kept of a page that is not done. Shorten it."
    ),
    # Beginning one
    "application.needs_lease": gettext_lazy(
        "A swap or an extension is about the home the applicant has now. Write the number of the "
        "lease."
    ),
    "application.has_lease": gettext_lazy(
        "An application for a new home has no present lease. Choose swap or extension, or take "
        "the lease away."
    ),
    "application.lease_missing": gettext_lazy("No lease that you may see has this number."),
    "application.lease_over": gettext_lazy(
        "Lease %(number)s ended %(ended_on)s. Register an application for a new home instead."
    ),
    "application.not_tenant": gettext_lazy(
        "The applicant is not a tenant of lease %(number)s. Choose one of its tenants."
    ),
    "application.office": gettext_lazy("Choose an office that you work for."),
    "application.office_closed": gettext_lazy(
        "%(office)s has closed. Choose the office that goes on with its work."
    ),
    "application.no_applicant": gettext_lazy("Say who applies."),
    "application.nobody_named": gettext_lazy(
        "Write an identity number, or the name of somebody who is not registered here yet."
    ),
    "application.applicant_dead": gettext_lazy(
        "The applicant is registered as dead. Choose who applies now, or withdraw the application."
    ),
    "application.protected": gettext_lazy(
        "Applications for this person are registered by somebody who is cleared for protected "
        "addresses. Ask the coordinator."
    ),
    "application.person_alike": gettext_lazy(
        "Somebody with this name and day of birth is registered already. Use that person, or say "
        "that it is somebody else."
    ),
    "application.identity_known": gettext_lazy(
        "This identity number belongs to somebody registered under another name. Check the number; "
        "leave the name empty to use the person who has it."
    ),
    "application.name_missing": gettext_lazy(
        "Nobody here has this identity number. Write the name too, to register the person."
    ),
    # The household
    "member.already": gettext_lazy("The person is in the household already."),
    "member.gone": gettext_lazy("The person is not in the household any more."),
    "member.is_applicant": gettext_lazy(
        "The applicant belongs to the household. Choose another applicant first."
    ),
    "member.dead": gettext_lazy("The person is registered as dead."),
    "member.is_adult": gettext_lazy(
        "The person is %(years)s years old. From 18 one belongs to the household as an adult."
    ),
    "member.is_minor": gettext_lazy("The person is %(years)s years old, and so a child."),
    "member.not_found": gettext_lazy("Nobody that you may see has this number."),
    "application.applicant_minor": gettext_lazy(
        "The applicant is under 18. A guardian applies for somebody who is under age."
    ),
    # Need
    "application.rooms": gettext_lazy("The largest number of rooms is less than the smallest."),
    "application.must_leave": gettext_lazy("That day is too far away. Check the year."),
    "application.wished_office": gettext_lazy("Choose offices that are open."),
    # Economy and support
    "economy.nobody_lives_there": gettext_lazy("At least one adult must live on it."),
    "economy.negative_amount": gettext_lazy("Write amounts without a minus."),
    "economy.nothing_told": gettext_lazy(
        "Fill in at least one income. Somebody with no income at all: write 0 at “Other income” "
        "and say why in the note."
    ),
    "economy.no_living": gettext_lazy(
        "The municipality has entered no rates for what people live on. Write what the household "
        "uses on food, clothes and the like."
    ),
    "policy.missing": gettext_lazy(
        "No terms for what people live on hold on that day. An administrator enters them under "
        "policies."
    ),
    "support.no_reasons": gettext_lazy("Give the reasons."),
    "support.no_view": gettext_lazy(
        "Write what the applicant says, or that the applicant did not want to say anything."
    ),
    "support.not_needed": gettext_lazy(
        "It is concluded that no help is needed. Conclude anew before you prepare help."
    ),
    "support.measures_prepared": gettext_lazy(
        "Help is prepared. Drop what is not needed before you conclude that none is."
    ),
    "support.no_name": gettext_lazy("Say what the help is."),
    "support.kind": gettext_lazy("Choose one of the kinds of help in use."),
    "support.party": gettext_lazy("Choose who is responsible."),
    "support.responsible": gettext_lazy(
        "%(who)s has no work for this party at the application's office. Choose somebody who has."
    ),
    "support.twice": gettext_lazy("This help is prepared already."),
    "support.changed": gettext_lazy(
        "Somebody changed this while you had the page open. Look at it as it is now and send "
        "again; what you have written is still here."
    ),
    "support.not_prepared": gettext_lazy(
        "The help is not waiting to begin any more: it is %(state)s."
    ),
    "support.no_reason": gettext_lazy("Say why it is dropped."),
    "support.starts_before": gettext_lazy("It cannot begin before today."),
    "support.review_before": gettext_lazy("It is looked at again after it has begun, not before."),
    # Consents
    "consent.unknown": gettext_lazy("This is not something to agree to."),
    "consent.person": gettext_lazy("Consents are given by the applicant."),
    "consent.ahead": gettext_lazy("That day is yet to come."),
    # Registering
    "application.received_ahead": gettext_lazy("That day is yet to come."),
    "application.received_long_ago": gettext_lazy(
        "That is more than a year ago. Check the year; the earliest is %(earliest)s."
    ),
    "application.missing": gettext_lazy("This is not done yet: %(steps)s."),
    "application.open_already": gettext_lazy(
        "The applicant has application %(other)s open. Go on there, or say that they are to be "
        "dealt with apart."
    ),
    "application.no_reason": gettext_lazy("Say why."),
    "application.owner_office": gettext_lazy(
        "%(who)s is not a caseworker or coordinator at the application's office. Choose somebody "
        "who is."
    ),
    "application.owner_not_cleared": gettext_lazy(
        "%(who)s is not cleared for protected addresses. Choose somebody who is."
    ),
    "application.has_lease_now": gettext_lazy("The application has become a lease."),
    "application.offer_stands": gettext_lazy(
        "A home is held for the application. Withdraw the offer first."
    ),
}


def knows(code: str) -> bool:
    return code in _SENTENCES or register.knows(code)


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and how it is mended."""
    if broken.code not in _SENTENCES:
        return register.refusal(broken)
    return str(_SENTENCES[broken.code]) % {
        name: _shown(name, fact) for name, fact in broken.facts.items()
    }


def _shown(name: str, fact: Any) -> Any:
    if name == "state":
        return state_name(fact)
    if name == "steps":
        return ", ".join(str(STEP_NAMES[Step(step)]) for step in fact)
    if isinstance(fact, datetime.date):
        return day(fact)
    return fact


def state_name(state: str) -> str:
    """As inside a sentence. A support measure's states are here too."""
    for choices in (ApplicationState, SupportState):
        if state in choices.values:
            return str(choices(state).label)
    return state


def kind_name(kind: str) -> str:
    return str(ApplicationKind(kind).label)


def state_tag(state: str, kind: str) -> dict[str, str]:
    """What parts/_tag.html takes. Who may stay in the home they have, waits for no other."""
    name = state_name(state)
    if state == ApplicationState.WAITING and kind == ApplicationKind.EXTENSION:
        name = _("granted, to be renewed")
    return {"text": name[:1].upper() + name[1:], "color": STATE_COLORS.get(state, "neutral")}


def household_words(adults: int, children: int, part_time: int = 0) -> str:
    """ "2 adults, 3 children (1 of them part of the time)"."""
    parts = [ngettext("%(count)d adult", "%(count)d adults", adults) % {"count": adults}]
    if children:
        words = ngettext("%(count)d child", "%(count)d children", children) % {"count": children}
        if part_time:
            more = {"count": part_time}
            words += " " + _("(%(count)d of them part of the time)") % more
        parts.append(words)
    return ", ".join(parts)


def rooms_words(rooms_from: int | None, rooms_to: int | None) -> str:
    """ "2–3 rooms"; empty when nothing is said."""
    if rooms_from is None and rooms_to is None:
        return ""
    if rooms_from is None:
        return _("at most %(rooms)d rooms") % {"rooms": rooms_to}
    if rooms_to is None:
        return _("at least %(rooms)d rooms") % {"rooms": rooms_from}
    if rooms_from == rooms_to:
        return ngettext("%(rooms)d room", "%(rooms)d rooms", rooms_to) % {"rooms": rooms_to}
    return _("%(first)d–%(last)d rooms") % {"first": rooms_from, "last": rooms_to}


# --- What was done --------------------------------------------------------------------------------


ACTS: dict[str, Promise] = {
    "begun": gettext_lazy("Application begun"),
    "applicant": gettext_lazy("Applicant chosen"),
    "household": gettext_lazy("Household changed"),
    "need": gettext_lazy("Housing and need described"),
    "economy": gettext_lazy("Economy assessed"),
    "support": gettext_lazy("Need for help assessed"),
    "consents": gettext_lazy("Consents changed"),
    "registered": gettext_lazy("Application registered as received"),
    "owner": gettext_lazy("Case handler changed"),
    "withdrawn": gettext_lazy("Application withdrawn"),
    "measure_prepared": gettext_lazy("Help prepared"),
    "measure_changed": gettext_lazy("Prepared help changed"),
    "measure_dropped": gettext_lazy("Prepared help dropped"),
}

_TONES = {"registered": "accent", "withdrawn": "warning"}


def act(what: str, facts: Facts, *, sees_social: bool) -> tuple[str, str, str]:
    """What was done, the line below it, and its tone. Names and reasons are the welfare side's."""
    text = _TEXTS[what](facts, sees_social) if what in _TEXTS else ""
    return str(ACTS[what]), text, _TONES.get(what, "")


def _registered(facts: Facts, sees_social: bool) -> str:
    return _("Received %(day)s") % {"day": day(_date(facts.get("received_on")))}


def _owner(facts: Facts, sees_social: bool) -> str:
    return str(facts.get("who") or _("Nobody"))


def _withdrawn(facts: Facts, sees_social: bool) -> str:
    return str(facts.get("because", "")) if sees_social else ""


def _economy(facts: Facts, sees_social: bool) -> str:
    if not sees_social or "left_ore" not in facts:
        return ""
    return _("Left a month: %(amount)s") % {"amount": kr(facts["left_ore"])}


def _support(facts: Facts, sees_social: bool) -> str:
    return _("Help is needed") if facts.get("needs_help") else _("No help is needed")


def _measure(facts: Facts, sees_social: bool) -> str:
    return str(facts.get("name", "")) if sees_social else ""


_TEXTS: dict[str, Callable[[Facts, bool], str]] = {
    "registered": _registered,
    "owner": _owner,
    "withdrawn": _withdrawn,
    "economy": _economy,
    "support": _support,
    "measure_prepared": _measure,
    "measure_changed": _measure,
    "measure_dropped": _measure,
}


def _date(text: Any) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


PARTY_NAMES: dict[str, Promise] = {
    "welfare": pgettext_lazy("party", "The welfare office"),
    "housing_unit": pgettext_lazy("party", "The housing unit"),
    "landlord": pgettext_lazy("party", "The landlord"),
    "other": pgettext_lazy("party", "Somebody else"),
}
