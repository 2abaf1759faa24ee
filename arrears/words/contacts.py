"""Contact, visits, promises and the tenant's view in words."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arrears.models import (
    Channel,
    ContactAttempt,
    ContactResult,
    ContactState,
    PromiseState,
    TenantView,
)
from arrears.rules.contacts import ContactFacts
from arrears.words.cases import refusal as case_refusal
from boligsak.rule import RuleBroken
from boligsak.show import day, kr
from tenants.models import AbsenceKind
from tenants.queries.reach import Reach, Through

_SENTENCES: dict[str, Any] = {
    "contact.not_yet": gettext_lazy(
        "That day is yet to come. A home visit to come is planned, not noted."
    ),
    "contact.before_lease": gettext_lazy("The lease began %(starts)s. Check the day."),
    "contact.not_a_tenant": gettext_lazy(
        "The person is no tenant here on that day. Choose another, or all together."
    ),
    "contact.dead": gettext_lazy(
        "The person died %(died)s. Contact the estate: choose all together and say whom you talked "
        "with."
    ),
    "contact.no_guardian": gettext_lazy(
        "No guardian with a mandate on that day is entered. Choose another channel, or have the "
        "guardian entered on the person first."
    ),
    "contact.result_of_writing": gettext_lazy(
        "A letter, an SMS or an e-mail is a message left, or goes astray. Note the answer as a "
        "contact of its own when it comes."
    ),
    "contact.minutes": gettext_lazy("Write the minutes as a whole number from 1 to %(most)s."),
    "contact.no_reason": gettext_lazy("Say why."),
    "contact.changed": gettext_lazy(
        "%(who)s changed this contact while you had it open: now it is “%(state)s”. What you have "
        "written is still here."
    ),
    "contact.not_done": gettext_lazy(
        "Only a contact that took place can be withdrawn. This one is withdrawn already, or still "
        "planned: then cancel the visit."
    ),
    "promise.no_day": gettext_lazy("Write the day the tenant promised to pay by."),
    "promise.amount": gettext_lazy("Write the amount the tenant promised to pay."),
    "promise.day_over": gettext_lazy(
        "The tenant cannot promise to pay before the day of the contact, %(said)s."
    ),
    "promise.too_far": gettext_lazy(
        "A promise can be for %(last)s at the latest. Make a repayment plan for what is to be paid "
        "later."
    ),
    "promise.not_said": gettext_lazy(
        "Choose “promised to pay” as the result, or leave the amount and the day empty."
    ),
    "promise.not_running": gettext_lazy(
        "The earlier promise is settled already. Take away the mark and save again."
    ),
    "visit.in_the_past": gettext_lazy(
        "A visit is planned for today or later. Note a visit that has been made as a contact."
    ),
    "visit.nobody_goes": gettext_lazy("Say who goes."),
    "visit.planned_already": gettext_lazy(
        "A visit is planned for %(visit)s at that time already. Report or cancel that one first."
    ),
    "visit.not_planned": gettext_lazy("The visit has been reported or cancelled already."),
    "view.not_yet": gettext_lazy("That day is yet to come."),
    "view.says_nothing": gettext_lazy(
        "Write what the tenant says, or why the view is missing, or how the tenant was invited."
    ),
    "view.both": gettext_lazy("Write either the tenant's words or why they are missing, not both."),
    "view.invitation": gettext_lazy("An invitation needs both a day and how it was given."),
}

_SHOWN: dict[str, Callable[[Any], tuple[str, str]]] = {
    "state": lambda state: ("state", str(ContactState(state).label)),
    "starts_on": lambda on: ("starts", day(on)),
    "died_on": lambda on: ("died", day(on)),
    "said_on": lambda on: ("said", day(on)),
    "last_on": lambda on: ("last", day(on)),
    "visit_on": lambda on: ("visit", day(on)),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and how to mend it."""
    if broken.code not in _SENTENCES:
        return case_refusal(broken)
    facts = dict(broken.facts)
    facts |= dict(show(facts[name]) for name, show in _SHOWN.items() if name in facts)
    return str(_SENTENCES[broken.code]) % facts


_NOT_COUNTED: dict[str, Promise] = {
    "away": gettext_lazy("does not count: the person was away from home"),
    "wrong_number": gettext_lazy("does not count: it reached nobody"),
}


def not_counted(because: str) -> str:
    """Why a contact does not count, in a few words; "" where it does."""
    return str(_NOT_COUNTED[because]) if because else ""


# Made by hand and not by the labels of the choices, which are all in small letters.
_DONE: dict[str, Promise] = {
    Channel.LETTER: gettext_lazy("Letter"),
    Channel.PHONE: gettext_lazy("Phone call"),
    Channel.SMS: gettext_lazy("SMS"),
    Channel.EMAIL: gettext_lazy("E-mail"),
    Channel.HOME_VISIT: gettext_lazy("Home visit"),
    Channel.MEETING: gettext_lazy("Meeting"),
    Channel.GUARDIAN: gettext_lazy("Contact through the guardian"),
}


def channel_name(channel: str) -> str:
    """The channel as the beginning of a line."""
    return str(_DONE[Channel(channel)])


def result_words(row: ContactAttempt) -> str:
    """What came of a contact, with the promise where one was given."""
    if row.result != ContactResult.PROMISED or row.promised_on is None:
        return str(ContactResult(row.result).label) if row.result else ""
    return promise_words(row)


def promise_words(row: ContactAttempt) -> str:
    """ "promised to pay 5 000,00 kr by 20.11.2026 (kept)"."""
    facts = {"amount": kr(row.promised_ore), "day": day(row.promised_on)}
    said = _("promised to pay %(amount)s by %(day)s") % facts
    return f"{said} ({row.get_promise_state_display()})"


SOCIAL_ACTS = frozenset({"tenant_away", "tenant_away_changed", "tenant_away_withdrawn"})
"""That somebody is away, and where, is for the welfare side alone."""

ACTS: dict[str, Promise] = {
    "contact_withdrawn": gettext_lazy("%(channel)s of %(on)s withdrawn"),
    "contact_corrected": gettext_lazy("%(channel)s of %(on)s corrected"),
    "visit_cancelled": gettext_lazy("Home visit of %(on)s cancelled"),
    "visit_recounted": gettext_lazy("Home visit of %(on)s counts"),
    "tenant_away": gettext_lazy("A tenant is away from home from %(on)s"),
    "tenant_away_changed": gettext_lazy("An absence from %(on)s was changed"),
    "tenant_away_withdrawn": gettext_lazy("An absence from %(on)s was entered by mistake"),
    "tenant_died": gettext_lazy(
        "A tenant died %(on)s: letters and dunning stop, and contact goes to the estate"
    ),
    "estate_noted": gettext_lazy("Who speaks for the estate was noted"),
    "promise_kept": gettext_lazy("Promise kept: %(amount)s by %(by_on)s"),
    "promise_kept_after_all": gettext_lazy(
        "Promise kept after all: %(amount)s by %(by_on)s was paid in time and came late"
    ),
    "promise_broken": gettext_lazy("Promise not kept: %(amount)s by %(by_on)s"),
}


def act_words(what: str, facts: Mapping[str, Any], *, sees_why: bool = True) -> str:
    """One of `ACTS` in one line. `sees_why`: where somebody was is for the welfare side."""
    shown = {
        "on": _day(facts.get("on")),
        "by_on": _day(facts.get("by_on")),
        "amount": kr(facts.get("ore")),
        "channel": channel_name(facts["channel"]) if facts.get("channel") else "",
    }
    if what == "visit_recounted" and facts.get("because"):
        if sees_why:
            return _("Home visit of %(on)s does not count: the person was away from home") % shown
        return _("Home visit of %(on)s does not count") % shown
    return str(ACTS[what]) % shown


def _day(text: Any) -> str:
    return day(datetime.date.fromisoformat(text)) if text else ""


# --- How somebody is reached ----------------------------------------------------------------------


def away_words(kind: str, to_on: datetime.date | None) -> str:
    """ "in prison until 20.11.2026"."""
    words = {"where": str(_AWAY[AbsenceKind(kind)]), "day": day(to_on)}
    if to_on is None:
        return _("%(where)s until further notice") % words
    return _("%(where)s until %(day)s") % words


_AWAY: dict[str, Promise] = {
    AbsenceKind.PRISON: gettext_lazy("in prison"),
    AbsenceKind.HOSPITAL: gettext_lazy("in hospital"),
    AbsenceKind.TREATMENT: gettext_lazy("in treatment"),
    AbsenceKind.OTHER: gettext_lazy("away"),
}


def reach_lines(one: Reach, today: datetime.date) -> dict[str, Any]:
    """A tenant as a call or a visit needs them: the number to call, and what to know first."""
    lines = []
    if one.away is not None:
        said = _("Is %(away)s. A visit to the home does not count.")
        lines.append(said % {"away": away_words(one.away.kind, one.away.to_on)})
        if one.away.through.name:
            lines.append(_("Reached there through %(who)s") % {"who": _who(one.away.through)})
    if one.guardian is not None:
        lines.append(_("Guardian: %(who)s") % {"who": _who(one.guardian)})
    if one.died_on is not None:
        lines.append(_("Died %(day)s. Contact the estate.") % {"day": day(one.died_on)})
        lines.append(
            _("Speaks for the estate: %(who)s") % {"who": _who(one.estate)}
            if one.estate
            else _("Nobody is entered who speaks for the estate.")
        )
    elif one.is_reserved:
        lines.append(_("Reserved against digital contact: write on paper"))
    if one.needs_interpreter:
        lines.append(_("Needs an interpreter: %(language)s") % {"language": one.needs_interpreter})
    return {
        "name": one.name,
        "call": _call(one),
        "phone": "" if one.died_on is not None else one.phone,
        "tel": one.tel,
        "email": "" if one.died_on is not None else one.email,
        "safety": one.safety_note,
        "lines": lines,
        "is_away": one.away is not None,
    }


def _call(one: Reach) -> dict[str, str] | None:
    """Whom to call about this tenant: themselves, or who speaks for the estate."""
    if one.died_on is not None and one.estate is not None and one.estate.phone:
        return {"name": one.estate.name, "tel": one.estate.phone.replace(" ", "")}
    return {"name": one.name, "tel": one.tel} if one.tel else None


def _who(through: Through) -> str:
    return ", ".join(part for part in through if part)


def running_promise(facts: ContactFacts) -> str:
    """The newest promise on a case, in words; "" where there is none."""
    if facts.promise_on is None or not facts.promise_state:
        return ""
    shown = {"amount": kr(facts.promise_ore), "day": day(facts.promise_on)}
    said = _("promised to pay %(amount)s by %(day)s") % shown
    return f"{said} ({PromiseState(facts.promise_state).label})"


# --- The tenant's own view ------------------------------------------------------------------------


def view_lines(row: TenantView) -> dict[str, str]:
    """One entry of a tenant's view: whose, when, and what was said or why not."""
    invited = ""
    if row.invited_on is not None:
        told = {"day": day(row.invited_on), "how": str(Channel(row.invited_by).label)}
        invited = _("Invited to take part %(day)s, by %(how)s") % told
    return {
        "who": str(row.person),
        "when": day(row.on),
        "by": str(row.by),
        "words": row.words,
        "missing": row.missing_because,
        "invited": invited,
        "interpreter": row.interpreter,
    }
