"""What the gate found, condition by condition, in a sentence."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from arrears.models import Channel, Party
from arrears.rules.gate import Condition
from boligsak.show import day, kr

Facts = Mapping[str, Any]
_Tell = Callable[[Facts, bool], str]


def _made(facts: Facts, is_met: bool) -> str:
    why = facts.get("why")
    if why == "none":
        return _("No meeting has decided it. Take the case up in a coordination meeting.")
    held = {"held": day(facts["held_on"])}
    if why == "withdrawn":
        return _("The decision of %(held)s is withdrawn. A new one is needed.") % held
    if why == "used":
        return _("The decision of %(held)s has been used. A new one is needed.") % held
    if why in ("overtaken", "closed"):
        return _later(why) % (held | {"since": day(facts["since_on"])})
    if why == "ahead":
        return _("The meeting is held %(held)s.") % held
    return _("Decided in the meeting of %(held)s.") % held


def _later(why: str) -> str:
    if why == "overtaken":
        return _(
            "Decided %(held)s, but the meeting of %(since)s decided something else. "
            "A new decision is needed."
        )
    return _(
        "Decided %(held)s, but the case was closed %(since)s and opened again. "
        "A new decision is needed."
    )


def _parties(facts: Facts, is_met: bool) -> str:
    if is_met:
        return _("Landlord and welfare office were there, and the housing unit was invited.")
    parts = [
        _("the %(party)s was not there") % {"party": Party(party).label}
        for party in facts["absent"]
    ]
    if not facts["asked"]:
        parts.append(_("the housing unit was not invited"))
    return capfirst("; ".join(parts)) + "."


def _fresh(facts: Facts, is_met: bool) -> str:
    shown = {"last": day(facts["lasts_to"])}
    if is_met:
        return _("It can be used until %(last)s.") % shown
    return _("It lapsed %(last)s. The meeting must take the case up again.") % shown


def _since(what: Promise) -> _Tell:
    def tell(facts: Facts, is_met: bool) -> str:
        if is_met:
            return _("Nothing since %(held)s.") % {"held": day(facts["held_on"])}
        return str(what) % {"on": day(facts["on"]), "held": day(facts["held_on"])}

    return tell


def _channels(facts: Facts, is_met: bool) -> str:
    if not facts["channels"]:
        return _("Nobody has tried to reach the tenant.")
    names = ", ".join(str(Channel(one).label) for one in facts["channels"])
    return _("Tried by: %(channels)s.") % {"channels": names}


def _visit(facts: Facts, is_met: bool) -> str:
    if facts["on"]:
        return _("Made %(on)s.") % {"on": day(facts["on"])}
    if is_met:
        return _("The reason for no visit is recorded.")
    return _("Make one, or answer for why none can be made.")


def _views(facts: Facts, is_met: bool) -> str:
    shown = {"views": facts["views"], "tenants": facts["tenants"]}
    if is_met:
        return _("%(views)s of %(tenants)s: recorded, or invited without an answer.") % shown
    return (
        _("%(views)s of %(tenants)s tenants have been heard, or invited with the reason.") % shown
    )


def _waiting(facts: Facts, is_met: bool) -> str:
    """ "S2026-00005, received 12 days ago"; of a protected application the number only."""
    if is_met:
        return _("None in the register.")
    told = []
    for one in facts["waiting"]:
        if one["days"] is None:
            told.append(one["number"])
            continue
        shown = {"number": one["number"], "count": one["days"]}
        told.append(
            ngettext(
                "%(number)s, received %(count)s day ago",
                "%(number)s, received %(count)s days ago",
                one["days"],
            )
            % shown
            if one["days"]
            else _("%(number)s, received today") % shown
        )
    return _("Not decided: %(applications)s.") % {"applications": "; ".join(told)}


def _counted(some: Any, none: Promise) -> _Tell:
    def tell(facts: Facts, is_met: bool) -> str:
        count = facts["count"]
        return str(some % {"count": count}) if count else str(none)

    return tell


def _answered(yes: Promise, no: Promise, nobody: Promise) -> _Tell:
    def tell(facts: Facts, is_met: bool) -> str:
        if facts["on"] is None:
            return str(nobody)
        shown = {"on": day(facts["on"])}
        if facts["is_clear"] is False:
            return str(no) % shown
        if not facts["is_fresh"]:
            return _("Answered %(on)s, which is too long ago. Look into it again.") % shown
        return str(yes) % shown

    return tell


def _limitation(facts: Facts, is_met: bool) -> str:
    if not facts["is_old"]:
        if facts["oldest_due_on"] is None:
            return _("Nothing is overdue.")
        shown = {"due": day(facts["oldest_due_on"]), "years": facts["years"]}
        return _("The oldest charge fell due %(due)s, less than %(years)s years ago.") % shown
    tell = _answered(
        gettext_lazy("Looked into %(on)s."),
        gettext_lazy("A part of the debt is time-barred (%(on)s). Take it out of the ledger."),
        gettext_lazy("The oldest charge is too old. Somebody must look into limitation."),
    )
    return tell(facts, is_met)


def _on(yes: Promise, no: Promise) -> _Tell:
    """Two sentences: when it is met and when not; `on` is shown where there is one."""

    def tell(facts: Facts, is_met: bool) -> str:
        found = facts.get("on")
        return str(yes if is_met else no) % {"on": day(found) if isinstance(found, date) else ""}

    return tell


def _clause(facts: Facts, is_met: bool) -> str:
    shown = {"ground": facts["ground"]}
    if is_met:
        return _("The clause for ground (%(ground)s) is in the lease.") % shown
    return _("The lease lacks the clause for ground (%(ground)s). The court must decide.") % shown


def _expired(facts: Facts, is_met: bool) -> str:
    if facts["ends_on"] is None:
        return _("The contract is open-ended.")
    shown = {"ends": day(facts["ends_on"])}
    return (_("It ended %(ends)s.") if is_met else _("It ends %(ends)s.")) % shown


def _open_ended(facts: Facts, is_met: bool) -> str:
    if is_met:
        return _("The tenant was asked in writing to move in time.")
    if facts["state"] == "expired":
        shown = {"last": day(facts["last_safe_on"])}
        return _("The tenant is not asked to move. The last safe day is %(last)s.") % shown
    if facts["state"] == "open_ended":
        return _("Nobody asked the tenant to move in time, so it is open-ended now.")
    return _("The contract does not run out.")


def _sue(facts: Facts, is_met: bool) -> str:
    if facts["sue_by"] is None:
        return _("There is no protest in time that a suit could answer.")
    shown = {"last": day(facts["sue_by"])}
    if is_met:
        return _("The last day is %(last)s.") % shown
    return _("The last day was %(last)s. The termination has lapsed.") % shown


def _nav(facts: Facts, is_met: bool) -> str:
    if facts["reserved_on"]:
        return _("The tenant reserved %(on)s, so Nav is not warned.") % {
            "on": day(facts["reserved_on"])
        }
    if facts["sent_on"] is None:
        return _("Nav is not warned. It is optional.")
    shown = {"sent": day(facts["sent_on"]), "from": day(facts["allowed_from"])}
    if is_met:
        return _("Nav was warned %(sent)s.") % shown
    return _("Nav was warned %(sent)s. The petition can follow from %(from)s.") % shown


def _debt(facts: Facts, is_met: bool) -> str:
    if is_met:
        return _("%(owed)s is overdue.") % {"owed": kr(facts["overdue_ore"])}
    return _("Nothing is overdue outside what is deposited as disputed.")


def _alive(facts: Facts, is_met: bool) -> str:
    if is_met:
        return ""
    shown = {"on": day(facts["on"])}
    return _("A tenant died %(on)s. Contact the estate, and enter who the parties are.") % shown


def _address(facts: Facts, is_met: bool) -> str:
    if facts["is_protected"]:
        return _("The address is protected. The file has nobody's address.")
    return _("The address is not protected.")


def _sent(facts: Facts, is_met: bool) -> str:
    if is_met:
        return _("Sent %(sent)s.") % {"sent": day(facts["sent_on"])}
    return _("It is not sent.")


def _served(facts: Facts, is_met: bool) -> str:
    if is_met:
        return ""
    if facts["sent_on"] is None:
        return _("It is not sent.")
    return _("Each joint tenant and guardian must have it.")


def _carries(facts: Facts, is_met: bool) -> str:
    if is_met:
        return ""
    if facts["sent_on"] is None:
        return _("It is not sent.")
    return _("All it names is paid, or deferred by a plan. A new one is needed.")


def _waited(facts: Facts, is_met: bool) -> str:
    if facts["allowed_from"] is None:
        if facts["sent_on"] is None:
            return _("It is not sent.")
        return _("It is not documented that everybody has received it.")
    shown = {"from": day(facts["allowed_from"])}
    return (_("Allowed from %(from)s.") if is_met else _("Not before %(from)s.")) % shown


_WAITS = gettext_lazy("It is looked at when a meeting has decided.")


def _after_decision(tell: _Tell) -> _Tell:
    return lambda facts, is_met: str(_WAITS) if facts.get("waits") else tell(facts, is_met)


_SAID_OF_NOTICE: dict[str, _Tell] = {
    "sent": _sent,
    "served": _served,
    "carries": _carries,
    "waited": _waited,
}

_SAID: dict[str, _Tell] = {
    "decision.made": _made,
    "decision.parties": _after_decision(_parties),
    "decision.fresh": _after_decision(_fresh),
    "decision.no_payment_since": _after_decision(
        _since(gettext_lazy("A payment of %(on)s came after it. The meeting must look again."))
    ),
    "decision.no_plan_since": _after_decision(
        _since(gettext_lazy("A plan was signed %(on)s. The meeting must look again."))
    ),
    "decision.no_application_since": _after_decision(
        _since(gettext_lazy("An application came %(on)s. The meeting must look again."))
    ),
    "decision.no_household_change_since": _after_decision(
        _since(gettext_lazy("Tenants or household changed after %(held)s. The meeting must look."))
    ),
    "contact.channels": _channels,
    "contact.home_visit": _visit,
    "view.recorded": _views,
    "measures.answered": _counted(
        ngettext_lazy(
            "%(count)s measure has no answer.", "%(count)s measures have no answer.", "count"
        ),
        gettext_lazy("Every measure is tried, or it is said why not."),
    ),
    "measures.decided": _counted(
        ngettext_lazy(
            "%(count)s measure is undecided or on trial.",
            "%(count)s measures are undecided or on trial.",
            "count",
        ),
        gettext_lazy("None is."),
    ),
    "measures.support_insufficient": _counted(
        ngettext_lazy(
            "%(count)s measure goes on. Say why it is not enough.",
            "%(count)s measures go on. Say why they are not enough.",
            "count",
        ),
        gettext_lazy("No support goes on without it."),
    ),
    "application.none_waiting": _waiting,
    "application.decided": _answered(
        gettext_lazy("None waits, as looked into %(on)s."),
        gettext_lazy("One waits for a decision (%(on)s)."),
        gettext_lazy("Look into it: social support, temporary housing, housing allowance."),
    ),
    "objection.assessed": _answered(
        gettext_lazy("None, or assessed in writing, as looked into %(on)s."),
        gettext_lazy("The tenant objects, and nobody has assessed it in writing (%(on)s)."),
        gettext_lazy("Look into it: does the tenant withhold rent for a defect, or object?"),
    ),
    "limitation.checked": _limitation,
    "children.assessed": _on(
        gettext_lazy("Assessed %(on)s."), gettext_lazy("Children live there.")
    ),
    "guardian.informed": _on(
        gettext_lazy("Informed %(on)s."), gettext_lazy("A tenant has a guardian.")
    ),
    "lease.signed": _on(
        gettext_lazy("Signed %(on)s."), gettext_lazy("No signed lease is registered.")
    ),
    "lease.clause": _clause,
    "lease.expired": _expired,
    "lease.not_open_ended": _open_ended,
    "termination.not_protested": _on(
        gettext_lazy("Nobody has."),
        gettext_lazy("There is a protest, or no termination. The court must decide."),
    ),
    "termination.protested": _on(
        gettext_lazy("Protested %(on)s."),
        gettext_lazy("Nobody has. Then it is for the bailiff, ground (c)."),
    ),
    "termination.sued_in_time": _sue,
    "nav.respected": _nav,
    "debt.overdue": _debt,
    "plan.none_running": _on(
        gettext_lazy("None is."), gettext_lazy("One has been running since %(on)s.")
    ),
    "settlement.none": _on(
        gettext_lazy("None is registered."),
        gettext_lazy("One was opened %(on)s. What it covers cannot be claimed."),
    ),
    "occupants.heard": _counted(
        ngettext_lazy(
            "%(count)s adult has not been heard.", "%(count)s adults have not been heard.", "count"
        ),
        gettext_lazy("All are heard."),
    ),
    "tenants.alive": _alive,
    "address.kept_back": _address,
}


def said(condition: Condition) -> str:
    """What was found, in a sentence."""
    part = condition.code.rpartition(".")[2]
    tell = _SAID.get(condition.code) or _SAID_OF_NOTICE.get(part)
    return tell(condition.facts, condition.is_met) if tell else ""
