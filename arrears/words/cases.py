"""Cases in words: refusals, what was done, how a case ended, and what somebody is to do."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from arrears.models.cases import Outcome, SharingBasis, TransferState, TriggerKind
from boligsak.rule import RuleBroken
from boligsak.show import day, kr

Facts = Mapping[str, Any]

_SENTENCES: dict[str, Promise] = {
    # Any step on a case
    "case.not_visible": gettext_lazy(
        "You have no access to this case any more. Ask the coordinator if you should have it."
    ),
    "case.masked": gettext_lazy(
        "Case %(number)s is shown to you without a name. It can be worked on when a basis for "
        "sharing is recorded on it, or by somebody who is cleared for protected addresses."
    ),
    "case.closed": gettext_lazy("Case %(number)s is closed. Open it again first, with a reason."),
    "case.changed": gettext_lazy(
        "Somebody changed case %(number)s while you had this page open. Look at what is new "
        "and send again; what you have written is still here."
    ),
    # Opening
    "case.no_trigger": gettext_lazy("Choose what the case is about."),
    "case.lease_missing": gettext_lazy("You have no access to this lease."),
    "case.nothing_new": gettext_lazy(
        "Case %(number)s is open on this lease already, for the same reason. Go on there."
    ),
    # Triggers
    "trigger.no_reason": gettext_lazy("Say why it is no longer a matter of the case."),
    "trigger.not_running": gettext_lazy("The case is not about this any more."),
    "trigger.last": gettext_lazy(
        "This is the last thing the case is about. Close the case instead, with its outcome."
    ),
    # Owners
    "owner.disqualified": gettext_lazy(
        "%(who)s is disqualified from this case (forvaltningsloven § 6). Choose somebody else."
    ),
    "owner.no_role": gettext_lazy(
        "%(who)s is not a caseworker or coordinator at the case's office. Choose somebody who is, "
        "or offer the case to the office where they work."
    ),
    "owner.not_cleared": gettext_lazy(
        "%(who)s is not cleared for protected addresses. Choose somebody who is."
    ),
    "owner.has_one": gettext_lazy(
        "Only the coordinator can give the case away. Offer it to the one who should have it, or "
        "ask the coordinator."
    ),
    # Offers
    "transfer.no_reason": gettext_lazy("Say why the case should go there."),
    "transfer.no_answer": gettext_lazy("Say why you cannot take the case."),
    "transfer.waits": gettext_lazy(
        "The case is offered to somebody who has not answered yet. Take that offer back first."
    ),
    "transfer.same": gettext_lazy("The case is there already. Choose somebody else."),
    "transfer.office_closed": gettext_lazy(
        "%(office)s has closed. Choose the office that goes on with its work."
    ),
    "transfer.not_visible": gettext_lazy("You have no access to this case."),
    "transfer.not_yours": gettext_lazy(
        "The case is offered to somebody else. They, or the coordinator there, answer."
    ),
    "transfer.answered": gettext_lazy("The offer has had its answer already: %(state)s."),
    # Keeping away
    "disqualify.no_reason": gettext_lazy("Give a reason."),
    "disqualify.others": gettext_lazy(
        "You can say it of yourself. For others, and to let somebody in again, ask the coordinator."
    ),
    "disqualify.already": gettext_lazy("%(who)s is disqualified from this case already."),
    "disqualify.lifted": gettext_lazy("Somebody has let them in again already."),
    # Closing
    "close.outcome": gettext_lazy("Choose how the case ended."),
    "close.transfer_waits": gettext_lazy(
        "The case is offered to somebody who has not answered yet. Take that offer back first."
    ),
    "close.referral_runs": gettext_lazy(
        "A referral is still running. Withdraw or end it before the case is closed."
    ),
    "close.visit_planned": gettext_lazy(
        "A home visit is planned %(visit)s. Cancel it, or wait for it, before the case is closed."
    ),
    "close.unanswered": gettext_lazy(
        "“%(outcome)s” is no answer to this: %(triggers)s. Choose an outcome that is, or end that "
        "matter first."
    ),
    "close.owes": gettext_lazy(
        "%(owed)s is still past due, so the case did not end with everything paid."
    ),
    "close.plan_runs": gettext_lazy(
        "The repayment plan is still running. Wait until it is kept, or choose another outcome."
    ),
    "close.no_kept_plan": gettext_lazy(
        "No repayment plan on this case has been kept. Choose another outcome."
    ),
    "close.no_eviction": gettext_lazy(
        "No eviction is recorded as carried out. Record it on the referral first."
    ),
    "close.nobody_died": gettext_lazy(
        "No tenant is registered as dead. Enter the day on the person's page first."
    ),
    "reopen.open": gettext_lazy("Case %(number)s is open."),
    "reopen.no_reason": gettext_lazy("Say why the case is opened again."),
    "reopen.another": gettext_lazy(
        "Case %(number)s is open on the same lease. Go on in that one instead."
    ),
    # Sharing, meeting, notes
    "sharing.basis": gettext_lazy("Choose a basis."),
    "sharing.no_source": gettext_lazy("Write who consented and how, or which statute it is."),
    "sharing.no_day": gettext_lazy("Write the day it is from."),
    "sharing.later": gettext_lazy("That day is yet to come."),
    "meeting.marked": gettext_lazy("The case was put up for the meeting %(marked)s."),
    "meeting.not_marked": gettext_lazy("The case is not up for any meeting."),
    "meeting.no_reason": gettext_lazy("Say why the meeting need not take it up."),
    "note.empty": gettext_lazy("Write something."),
    "note.social": gettext_lazy("Only the welfare side writes notes that only it can read."),
    "note.minutes": gettext_lazy("Write between 1 and %(most)s minutes."),
    # Tasks
    "task.not_visible": gettext_lazy("You have no access to this task any more."),
    "task.no_place": gettext_lazy("A task belongs to a case, a lease or an office."),
    "task.no_reason": gettext_lazy("Say why it is not to be done."),
    "task.ended": gettext_lazy("The task is over already: %(state)s."),
    "task.changed": gettext_lazy(
        "Somebody changed the task while you had this page open. Look at it as it is now and "
        "send again."
    ),
    # Dated rates
    "rate.missing": gettext_lazy(
        "No rate is entered that is valid on %(on)s. An administrator enters it under rates."
    ),
}

_STATES: dict[str, Promise] = {
    **{str(state): state.label for state in TransferState},
    "done": pgettext_lazy("task", "done"),
    "dropped": pgettext_lazy("task", "dropped"),
    "open": pgettext_lazy("task", "to be done"),
}

_SHOWN: dict[str, Callable[[Any], tuple[str, str]]] = {
    "owed_ore": lambda ore: ("owed", kr(ore)),
    "visit_on": lambda on: ("visit", day(on)),
    "marked_on": lambda on: ("marked", day(on)),
    "triggers": lambda kinds: ("triggers", trigger_names(kinds)),
    "outcome": lambda code: ("outcome", outcome_name(code)),
    "state": lambda state: ("state", str(_STATES[state])),
    "day": lambda on: ("on", day(on)),
}


def knows(code: str) -> bool:
    """Whether a refusal of this code is said here, and not by the words of another noun."""
    return code in _SENTENCES


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and how it is mended. KeyError for another's code."""
    facts = dict(broken.facts)
    facts |= dict(show(facts[name]) for name, show in _SHOWN.items() if name in facts)
    return str(_SENTENCES[broken.code]) % facts


def trigger_name(kind: str) -> str:
    return str(TriggerKind(kind).label)


def trigger_names(kinds: Any) -> str:
    """ "restanse og kontrakten løper ut"."""
    names = [trigger_name(kind) for kind in kinds]
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def outcome_name(code: str) -> str:
    return str(Outcome(code).label) if code in Outcome.values else code


# --- What was done ------------------------------------------------------------------------------


def _opened(facts: Facts) -> str:
    words = {"about": trigger_names(facts.get("triggers", []))}
    return _("The case was opened: %(about)s") % words


def _owner(facts: Facts) -> str:
    if not facts.get("to"):
        return _("The case was taken back, nobody has it")
    if facts.get("from"):
        return _("The case went from %(from)s to %(to)s") % facts
    return _("The case was given to %(to)s") % facts


def _asked(facts: Facts) -> str:
    if facts.get("to"):
        return _("The case was offered to %(to)s, %(office)s") % facts
    return _("The case was offered to %(office)s") % facts


def _accepted(facts: Facts) -> str:
    return _("%(to)s, %(office)s, took the case") % facts


def _closed(facts: Facts) -> str:
    outcome = outcome_name(str(facts.get("outcome", "")))
    return _("The case was closed: %(outcome)s") % {"outcome": outcome}


def _reopened(facts: Facts) -> str:
    words = {"outcome": outcome_name(str(facts.get("outcome", "")))}
    return _("The case was opened again; it had been closed: %(outcome)s") % words


def _sharing(facts: Facts) -> str:
    basis = str(facts.get("basis", SharingBasis.NONE))
    if basis == SharingBasis.NONE:
        return _("The basis for sharing was taken away: the case is anonymous to the others")
    since = facts.get("since")
    when = day(date.fromisoformat(str(since))) if since else "–"
    if basis == SharingBasis.CONSENT:
        return _("The tenant's consent to sharing was recorded, given %(day)s") % {"day": when}
    return _("A statute was recorded as the basis for sharing, from %(day)s") % {"day": when}


def _triggers(sentence: Promise) -> Callable[[Facts], str]:
    return lambda facts: str(sentence) % {"about": trigger_names(facts.get("triggers", []))}


def _plain(sentence: Promise) -> Callable[[Facts], str]:
    return lambda _facts: str(sentence)


def _who(sentence: Promise) -> Callable[[Facts], str]:
    return lambda facts: str(sentence) % {"who": facts.get("who", "")}


def _linked(facts: Facts) -> str:
    numbers = facts.get("numbers", [])
    return ngettext(
        "Complaint %(numbers)s taken up", "Complaints %(numbers)s taken up", len(numbers)
    ) % {"numbers": ", ".join(numbers)}


_ACTS: dict[str, Callable[[Facts], str]] = {
    "opened": _opened,
    "trigger_added": _triggers(gettext_lazy("The case is now also about this: %(about)s")),
    "complaints_linked": _linked,
    "trigger_closed": _triggers(gettext_lazy("No longer a matter of the case: %(about)s")),
    "owner": _owner,
    "transfer_asked": _asked,
    "transfer_accepted": _accepted,
    "transfer_declined": _plain(gettext_lazy("The one who was offered the case said no")),
    "transfer_withdrawn": _plain(gettext_lazy("The offer of the case was taken back")),
    "disqualified": _who(gettext_lazy("%(who)s is disqualified and shut out of the case")),
    "disqualification_lifted": _who(gettext_lazy("%(who)s has access to the case again")),
    "closed": _closed,
    "reopened": _reopened,
    "sharing": _sharing,
    "for_meeting": _plain(gettext_lazy("Put up for the coordination meeting")),
    "not_for_meeting": _plain(gettext_lazy("Taken off the list for the meeting")),
    "note": _plain(gettext_lazy("Note on the case")),
}

_TONES: dict[str, str] = {
    "opened": "warning",
    "trigger_added": "warning",
    "closed": "success",
    "reopened": "warning",
    "transfer_accepted": "success",
    "transfer_declined": "danger",
}


def is_act(what: str) -> bool:
    """Whether this act is of the case itself; what other nouns note is in their words."""
    return what in _ACTS


def act_title(what: str, facts: Facts) -> str:
    """What was done to the case, in one line without full stop."""
    return _ACTS[what](facts)


def act_tone(what: str) -> str:
    return _TONES.get(what, "")
