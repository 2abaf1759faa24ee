"""The outbox in words: channels, states, why a letter did not go, refusals."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boligsak.letters import sent
from boligsak.letters.models import Channel, DispatchState
from boligsak.rule import RuleBroken
from boligsak.show import day

Text = str | Promise

CHANNELS: dict[str, Text] = {
    Channel.PRINT: gettext_lazy("Paper"),
    Channel.EMAIL: gettext_lazy("E-mail"),
    Channel.DIGITAL: gettext_lazy("Digital post"),
    Channel.HAND: gettext_lazy("Handed over"),
}

STATES: dict[str, tuple[Text, str]] = {
    DispatchState.WAITING: (pgettext_lazy("letter", "Waits"), "info"),
    DispatchState.TAKEN: (pgettext_lazy("letter", "Being sent"), "info"),
    DispatchState.SENT: (pgettext_lazy("letter", "Sent"), "success"),
    DispatchState.FAILED: (pgettext_lazy("letter", "Not sent"), "danger"),
    DispatchState.UNCERTAIN: (pgettext_lazy("letter", "Uncertain"), "warning"),
    DispatchState.CANCELLED: (pgettext_lazy("letter", "Is not sent"), "neutral"),
}

# Why a letter is where it is. Said beside its state, and on its page.
_CODES: dict[str, Text] = {
    "dispatch.no_email": gettext_lazy("No e-mail address is registered: the letter goes on paper."),
    "dispatch.email_not_recent": gettext_lazy(
        "The e-mail address has not been used lately: the letter goes on paper "
        "(tvangsfullbyrdelsesloven § 4-18)."
    ),
    "dispatch.email_changed": gettext_lazy(
        "The e-mail address has been changed since the letter was asked for: the letter goes on "
        "paper."
    ),
    "dispatch.not_by_email": gettext_lazy(
        "A letter of this kind holds what an ordinary e-mail must not (forvaltningsloven § 13): it "
        "goes on paper."
    ),
    "dispatch.protected": gettext_lazy(
        "Protected address: the letter goes on paper, from somebody who is cleared for it."
    ),
    "dispatch.reserved": gettext_lazy(
        "Reserved against digital contact (KRR): the letter goes on paper."
    ),
    "dispatch.rejected": gettext_lazy(
        "The digital post could not deliver it: the letter goes on paper."
    ),
    "dispatch.chosen_paper": gettext_lazy("Somebody chose paper instead."),
    "dispatch.cancelled": gettext_lazy("Somebody decided that it is not to be sent."),
    "dispatch.withdrawn": gettext_lazy("The document has been withdrawn."),
    "dispatch.cut_off": gettext_lazy(
        "The program was stopped while it was sending. Nobody can tell whether the letter went. "
        "Ask the recipient, and say what you found out."
    ),
    "dispatch.fault": gettext_lazy(
        "Something went wrong on our side. Try again; if it happens once more, tell the "
        "administrator or choose paper."
    ),
    "dispatch.document_lost": gettext_lazy(
        "The file of the letter cannot be opened. Tell the administrator before anything else."
    ),
    "dispatch.no_address": gettext_lazy(
        "No address is known. Find out where the recipient is, print the letter by itself, and say "
        "when it was sent."
    ),
    "dispatch.rate_missing": gettext_lazy(
        "Nobody has entered how long ago an e-mail address may have been used. It is entered with "
        "the rates in the administration; until then no e-mail is sent."
    ),
    "dispatch.register_away": gettext_lazy(
        "The register of reservations (KRR) did not answer. It is tried again by itself."
    ),
    "email.away": gettext_lazy("The mail server did not answer. It is tried again by itself."),
    "email.refused": gettext_lazy("The mail server refused the address or the message."),
    "email.cut_off": gettext_lazy(
        "The mail server was cut off before it had answered. Nobody can tell whether the letter "
        "went. Ask the recipient, and say what you found out."
    ),
    "digital.folder": gettext_lazy(
        "The folder of the digital post could not be written to. It is tried again by itself."
    ),
    "digital.no_identity": gettext_lazy(
        "No identity number is registered, so the digital post cannot find the recipient. Choose "
        "paper, or have the number registered and try again."
    ),
}

_REFUSALS: dict[str, Text] = {
    "dispatch.register_away": gettext_lazy(
        "The register of people (KRR) does not answer, so nobody can tell who may get the letter "
        "by e-mail. Try again in a while, or send it on paper."
    ),
    "dispatch.nobody": gettext_lazy("The letter has no recipient."),
    "dispatch.withdrawn": gettext_lazy("The document has been withdrawn and is not sent."),
    "dispatch.changed": gettext_lazy(
        "Somebody was here before you: the letter is now “%(state)s”. Look again, and save once "
        "more if it is still right."
    ),
    "dispatch.not_now": gettext_lazy(
        "This cannot be done with a letter that is “%(state)s”. Go back and see what it needs."
    ),
    "dispatch.is_paper": gettext_lazy("The letter goes on paper already."),
    "dispatch.in_batch": gettext_lazy(
        "The letter lies in print batch %(batch)s. Take it out of the batch first."
    ),
    "dispatch.by_wire": gettext_lazy(
        "The letter sends itself. Wait for it, or choose paper instead."
    ),
    "dispatch.no_reason": gettext_lazy("Say why."),
    "dispatch.no_proof": gettext_lazy("Say how you know that it was sent."),
    "dispatch.not_yet": gettext_lazy("That day is yet to come."),
    "dispatch.before_ready": gettext_lazy(
        "It was not ready before %(ready_on)s. Give that day or a later one."
    ),
    "batch.not_in_one": gettext_lazy("The letter is in no print batch any more."),
    "batch.changed": gettext_lazy(
        "Somebody has changed the batch since you opened it. Look again, and save once more if it "
        "is still right."
    ),
    "batch.posted": gettext_lazy("The batch was posted on %(on)s and cannot be changed."),
    "batch.register_away": gettext_lazy(
        "The register of people does not answer, so nobody can tell who has a protected address. "
        "Try again in a while."
    ),
    "batch.dropped": gettext_lazy("The batch has been dropped. Print the letters again."),
}

ACTS: dict[str, Text] = {
    "attempt_failed": gettext_lazy("Attempt %(attempt)s did not succeed"),
    "not_printed": gettext_lazy("Could not be printed"),
    "cut_off": gettext_lazy("The program was stopped while sending"),
    "uncertain": gettext_lazy("Nobody knows whether it went"),
    "sent": pgettext_lazy("letter", "Sent"),
    "paper": gettext_lazy("Goes on paper instead"),
    "again": gettext_lazy("Is tried again"),
    "cancelled": gettext_lazy("Not to be sent"),
    "printed": gettext_lazy("Printed in batch %(batch)s"),
    "taken_out": gettext_lazy("Taken out of batch %(batch)s"),
    "dropped": gettext_lazy("Batch %(batch)s was dropped"),
    "refused": gettext_lazy("Must not be sent any more"),
    "owner_refused": gettext_lazy("Went out, but was no longer to go"),
    "rejected": gettext_lazy("The digital post could not deliver it"),
    "protected": gettext_lazy("The recipient has a protected address now"),
    "settled": gettext_lazy("Seen and dealt with"),
}


def channel_name(code: str) -> str:
    return str(CHANNELS.get(code, code))


def state_name(code: str) -> str:
    return str(STATES[code][0])


def because(code: str, source: str = "", facts: Mapping[str, Any] | None = None) -> str:
    """Why a letter is where it is: our own reasons, else those of who it was written for."""
    if not code:
        return ""
    if code in _CODES:
        return str(_CODES[code])
    told = sent.sentence(source, RuleBroken(code, **(facts or {})))
    return told or _("The letter is no longer to be sent. What it is about has changed.")


def act_name(what: str, facts: Mapping[str, Any]) -> str:
    """What happened to a letter, for its timeline."""
    known = ACTS.get(what)
    if known is None:
        return what
    try:
        return str(known) % facts
    except KeyError:
        return str(known).partition("%")[0].strip()


def refusal(broken: RuleBroken) -> str:
    """Why not, and what to do instead."""
    sentence = _REFUSALS.get(broken.code)
    if sentence is None:
        return because(broken.code, facts=broken.facts)
    shown = {name: _shown(name, value) for name, value in broken.facts.items()}
    return str(sentence) % shown


def _shown(name: str, value: Any) -> str:
    if isinstance(value, datetime.date):
        return str(day(value))
    return state_name(value) if name == "state" else str(value)
