"""Changes of parties in words: their names, their refusals, and what was done."""

import datetime
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak.rule import RuleBroken
from boligsak.show import day
from tenants.models import PartyChangeKind
from tenants.rules.party_changes import DEATH, MOVES_OUT, NEW_MEMBER, SEPARATION, TAKES_OVER
from tenants.words import register

_SENTENCES: dict[str, Promise] = {
    "lease.not_visible": gettext_lazy(
        "You have no access to this lease any more. Ask the coordinator if you should have it."
    ),
    "lease.changed": gettext_lazy(
        "Somebody changed this lease while you had the page open. Look at what is new and send "
        "again; what you have written is still here."
    ),
    "party.changed": gettext_lazy(
        "Somebody changed this while you had the page open. Look at it as it is now and send "
        "again; what you have written is still here."
    ),
    "party.kind": gettext_lazy("Choose what has happened."),
    "party.before_lease": gettext_lazy(
        "The tenancy began %(starts_on)s. The change must come after that."
    ),
    "party.lease_over": gettext_lazy(
        "The tenancy ended %(moved_out_on)s. Its parties do not change after that."
    ),
    "party.nobody_out": gettext_lazy("Choose who leaves the lease."),
    "party.nobody_in": gettext_lazy("Choose who takes the lease over."),
    "party.somebody_in": gettext_lazy(
        "Nobody comes in when a joint tenant moves out. Choose “takes the lease over” instead."
    ),
    "party.not_tenant": gettext_lazy("The one who leaves is not a tenant on that day."),
    "party.is_tenant": gettext_lazy("The one who comes in is a tenant already."),
    "party.in_dead": gettext_lazy("The one who comes in is noted as dead."),
    "party.not_dead": gettext_lazy(
        "No day of death is noted. Note it on the person's page first, and come back."
    ),
    "party.before_death": gettext_lazy(
        "The person died %(died_on)s. The lease passes on the day after at the earliest."
    ),
    "party.nobody_left": gettext_lazy(
        "Nobody would be left on the lease. Choose who takes it over, or register that the tenancy "
        "ends under “moving out”."
    ),
    "member.nobody": gettext_lazy("Write the name of who is to move in."),
    "member.lives_there": gettext_lazy("The person is in the household already."),
    "member.asked_already": gettext_lazy(
        "The tenant asked for the same person %(asked_on)s. Answer that request."
    ),
    "member.asked_ahead": gettext_lazy("That day is yet to come."),
    "member.answered": gettext_lazy("The request has had its answer already."),
    "member.silence": gettext_lazy(
        "The month to answer ended %(answer_by)s. Nobody answered, so it counts as a yes (§ 7-6)."
    ),
    "member.gone_over": gettext_lazy(
        "The tenancy ended before the month to answer was over, so nobody moves in."
    ),
    "member.gone_dead": gettext_lazy("The one who was to move in is noted as dead."),
    "member.no_reason": gettext_lazy(
        "A no needs its reasons: the person's own circumstances, or that the home gets overcrowded."
    ),
    "member.no_day": gettext_lazy("Write the day the person moves in."),
    "member.day": gettext_lazy(
        "The tenant asked %(asked_on)s. Nobody moves in with permission before that."
    ),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong, and how it is mended."""
    if broken.code not in _SENTENCES:
        return register.refusal(broken)
    return str(_SENTENCES[broken.code]) % {
        name: day(value) if isinstance(value, datetime.date) else value
        for name, value in broken.facts.items()
    }


_ABOUT: Mapping[str, Promise] = {
    SEPARATION: gettext_lazy(
        "One of those who live there keeps the home. Who leaves answers for what fell due before, "
        "and for nothing that falls due from the day of the change (§§ 8-3, 8-5)."
    ),
    DEATH: gettext_lazy(
        "Somebody of the household may take the lease over from the day after the death (§ 8-2), "
        "and does not inherit what was owed: that is the estate's. Where nobody does, the tenancy "
        "is ended (§ 9-10) as a moving out."
    ),
    NEW_MEMBER: gettext_lazy(
        "The tenant asks before somebody moves in. There is one month to answer; after that the "
        "silence is a yes (§ 7-6). A new member of the household is no party to the lease."
    ),
    MOVES_OUT: gettext_lazy(
        "A joint tenant leaves, and the others keep the lease. Who leaves answers for what fell "
        "due before, and for nothing that falls due from the day of the change."
    ),
    TAKES_OVER: gettext_lazy(
        "Somebody of the household becomes the tenant instead. The terms of the lease stay as they "
        "are; a default from before does not pass on."
    ),
}


def about(kind: str) -> str:
    """What the change means."""
    return str(_ABOUT[kind])


def kind_name(kind: str) -> str:
    return str(PartyChangeKind(kind).label)


def change_words(kind: str, out: str, into: str, from_on: datetime.date | None, answer: str) -> str:
    """A change in one line: "Separation: Kari Nordmann leaves, Ola Nordmann comes in"."""
    if kind == NEW_MEMBER:
        answers = {
            "": _("%(who)s is to move in: waits for an answer"),
            "yes": _("%(who)s may move in"),
            "no": _("%(who)s may not move in"),
            "silence": _("%(who)s may move in: nobody answered within the month (§ 7-6)"),
            "over": _("%(who)s does not move in: the tenancy ended first"),
            "dead": _("%(who)s was to move in, and has died"),
        }
        return answers[answer] % {"who": into}
    if out and into:
        return _("%(out)s leaves, %(in)s comes in") % {"out": out, "in": into}
    return _("%(out)s leaves") % {"out": out} if out else _("%(in)s comes in") % {"in": into}
