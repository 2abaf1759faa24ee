"""Notices in words: why one cannot be sent, what a deadline is called, and what comes of it."""

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arrears.models import NoticeKind
from arrears.rules.clock import Running
from arrears.words.ledger import refusal as ledger_refusal
from boligsak.letters.words import documents as document_words
from boligsak.letters.words import outbox as outbox_words
from boligsak.letters.words import templates as letter_words
from boligsak.rates.words import rate as rate_name
from boligsak.rule import RuleBroken
from boligsak.show import day, kr

_SENTENCES: dict[str, Promise] = {
    # What it names
    "notice.names_nothing": gettext_lazy("Choose at least one charge that the notice is about."),
    "notice.wrong_charge": gettext_lazy(
        "Only rent and electricity, fuel, water and sewage can lead to eviction (§ 13-2 (3) a). "
        "Take the others out."
    ),
    "notice.not_due": gettext_lazy(
        "The charge that falls due %(due)s can be named from %(from)s at the earliest."
    ),
    "notice.rests": gettext_lazy(
        "The charge of %(due)s is paid or deposited as disputed. Take it out."
    ),
    "notice.barred": gettext_lazy(
        "The charge of %(due)s was barred by limitation on %(barred)s. Take it out, or write what "
        "interrupted the limitation."
    ),
    "notice.charge_gone": gettext_lazy(
        "A charge that the notice names is not open any more. Choose the charges again."
    ),
    # What stands in the way
    "notice.tenant_died": gettext_lazy(
        "A tenant died %(died)s. Nothing is sent to the dead: contact the estate, and end or take "
        "over the tenancy for who lives there (husleieloven § 8-2)."
    ),
    "notice.no_tenant": gettext_lazy(
        "Nobody is a tenant on that day. Enter the tenant on the lease first."
    ),
    "notice.lease_not_begun": gettext_lazy("The lease begins %(from)s. Nothing is sent before."),
    "notice.plan_runs": gettext_lazy(
        "A repayment plan signed %(signed)s is running, so reminders and demands rest. End the "
        "plan first if it is not kept."
    ),
    "notice.debt_settlement": gettext_lazy(
        "A debt settlement covers what fell due until %(covers)s. It cannot be demanded; take it "
        "out."
    ),
    "notice.own_notice_over": gettext_lazy(
        "The municipality does not send its own debt collection notice on that day: the law or a "
        "setting has ended it. See the rates in the administration."
    ),
    "notice.not_warned": gettext_lazy(
        "The charge of %(due)s has had no debt collection notice (inkassoloven § 9). Send that "
        "first, or take the charge out."
    ),
    "notice.too_early": gettext_lazy("This can be sent from %(from)s at the earliest (%(law)s)."),
    "notice.no_term": gettext_lazy(
        "The contract has no last day, so it has not run out. To end it, send a termination."
    ),
    "notice.open_ended": gettext_lazy(
        "The last safe day to ask the tenant to move was %(last)s. The contract is open-ended now "
        "(husleieloven § 9-2); to end it, send a termination."
    ),
    "notice.fixed_term": gettext_lazy(
        "The contract runs until %(ends)s and ends by itself. It can be terminated before only "
        "when the contract says so: tick that, if it does."
    ),
    "notice.not_terminated": gettext_lazy("No termination has been sent. Send that first."),
    "notice.no_receipt": gettext_lazy(
        "The termination was sent %(sent)s, but not every tenant's receipt is documented. The "
        "month to protest has not begun: record when each of them received it."
    ),
    "notice.protested": gettext_lazy(
        "The tenant protested %(protest)s. The bailiff cannot be used then: the landlord must go "
        "to court within the deadline (husleieloven § 9-8)."
    ),
    "notice.reserved": gettext_lazy(
        "The tenant reserved against this on %(reserved)s. Nav is not warned (husleieloven § 9-11)."
    ),
    "notice.no_warning": gettext_lazy(
        "Nav is warned of a petition in sight. Send the eviction warning (§ 4-18) first."
    ),
    "notice.not_yours": gettext_lazy("Only the landlord sends this."),
    "notice.content_missing": gettext_lazy(
        "The letter lacks what the law requires (%(law)s): %(missing)s."
    ),
    # Writing and sending
    "notice.dated": gettext_lazy(
        "A letter is dated from %(first)s to %(last)s: today, or when it will be in the post."
    ),
    "notice.dated_otherwise": gettext_lazy(
        "The letter is dated %(dated)s, and its deadlines are counted from then. Write it anew "
        "with the day it is sent."
    ),
    "notice.sent_ahead": gettext_lazy("That day is yet to come."),
    "notice.outdated": gettext_lazy(
        "Something has changed since the letter was written, a payment or a name. Write it anew "
        "before you send it."
    ),
    "notice.not_served": gettext_lazy("Say how it was sent to each of them: %(names)s is missing."),
    "notice.guardian_not_served": gettext_lazy(
        "The guardian of %(names)s gets a copy: say how it was sent."
    ),
    "notice.served_already": gettext_lazy("It has been sent to this person already."),
    "notice.not_concerned": gettext_lazy(
        "On %(sent)s the letter did not concern all of these people. Choose a day on which each "
        "was a tenant, or the guardian of one."
    ),
    "notice.not_written": gettext_lazy(
        "A notice is in writing: by letter, by e-mail, or handed over."
    ),
    "notice.no_proof": gettext_lazy(
        "Write what shows that it was sent: the posting number, the receipt, or who handed it over."
    ),
    "notice.reserved_digital": gettext_lazy(
        "The tenant has reserved against digital contact. Send it on paper."
    ),
    "notice.no_email": gettext_lazy("There is no e-mail address. Send it on paper."),
    "notice.email_not_recent": gettext_lazy(
        "E-mail counts only when the tenant used the address within %(days)s days before "
        "(tvangsfullbyrdelsesloven § 4-18). Write when, or send it on paper."
    ),
    "notice.received_before_sent": gettext_lazy(
        "It was sent %(sent)s. This cannot be before that."
    ),
    "notice.not_a_draft": gettext_lazy("The notice has been sent or withdrawn already."),
    "notice.changed": gettext_lazy(
        "Somebody changed this while you had the page open. Open it again; nothing is saved yet."
    ),
    # Through the outbox
    "notice.date_passed": gettext_lazy(
        "The letter is dated %(dated)s and was to be sent that day. Write it anew with another day."
    ),
    "notice.email_today": gettext_lazy(
        "What goes by e-mail goes at once, but the letter is dated %(dated)s. Write it anew with "
        "today's date, or send it on paper."
    ),
    "notice.queued": gettext_lazy(
        "The letters are in the outbox. Take them back first, or wait until they have gone."
    ),
    "notice.not_queued": gettext_lazy("The letters are not in the outbox any more."),
    "notice.partly_sent": gettext_lazy(
        "One of the letters has gone. Send the others by hand and record it, or withdraw the "
        "notice."
    ),
    "notice.unsaid": gettext_lazy(
        "The template has no place for what the letter is to say: %(missing)s. Somebody with "
        "access to the administration must mend it."
    ),
    # What comes back
    "notice.not_sent": gettext_lazy("The notice is not sent."),
    "notice.no_protest_here": gettext_lazy("Only a termination is protested against (§ 9-8)."),
    "notice.no_reservation_here": gettext_lazy(
        "A reservation against warning Nav is recorded on an eviction warning or the warning to "
        "Nav itself."
    ),
    "notice.guardian_copy": gettext_lazy(
        "This is the guardian's copy. Record the tenant's answer on the tenant's own."
    ),
    "notice.no_reason": gettext_lazy("Say why it is withdrawn."),
    "notice.withdrawn": gettext_lazy("It was withdrawn %(withdrawn)s."),
}

CONTENT: dict[str, Promise] = {
    "charges": gettext_lazy("the charges"),
    "total": gettext_lazy("the sum"),
    "pay_to": gettext_lazy(
        "where to pay (an administrator sets the municipality's account number)"
    ),
    "deadline": gettext_lazy("the deadline"),
    "collection_follows": gettext_lazy("that debt collection can follow"),
    "objections": gettext_lazy("the right to object"),
    "basis": gettext_lazy("what the claim rests on"),
    "costs_follow": gettext_lazy("the costs that can follow"),
    "eviction_follows": gettext_lazy("that eviction can follow"),
    "avoid_eviction": gettext_lazy("how eviction is avoided"),
    "nav_reservation": gettext_lazy("the right to reserve against warning Nav"),
    "term_ended": gettext_lazy("when the contract ran out"),
    "move_out": gettext_lazy("the request to move"),
    "terminated": gettext_lazy("the termination"),
    "reasons": gettext_lazy("the ground and the reasons"),
    "notice_period": gettext_lazy("the notice period"),
    "protest_right": gettext_lazy("the right to protest"),
    "protest_consequence": gettext_lazy("what it means not to protest"),
    "behaviour": gettext_lazy("what has happened"),
    "must_end": gettext_lazy("that it must end"),
    "may_be_cancelled": gettext_lazy("that the lease can be cancelled"),
    "nav_told": gettext_lazy("whom it is about"),
    "petition_reason": gettext_lazy("the reason for the petition"),
    "copy_to_tenant": gettext_lazy("that the tenant gets a copy"),
}

_DAYS = {
    "due_on": "due", "from_on": "from", "barred_on": "barred", "died_on": "died",
    "signed_on": "signed", "covers_to": "covers", "last_on": "last", "first_on": "first",
    "ends_on": "ends", "sent_on": "sent", "protest_on": "protest", "reserved_on": "reserved",
    "dated_on": "dated", "withdrawn_on": "withdrawn",
}  # fmt: skip


_HYPHEN = re.compile(r"(?<=\d)-(?=\d)")


def knows(code: str) -> bool:
    return code in _SENTENCES or code == "rate.missing"


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is in the way, and how or from when it is mended."""
    facts = dict(broken.facts)
    if broken.code == "rate.missing":
        return _(
            "There is no rate for “%(rate)s” on %(day)s, and none is guessed. Enter it in the "
            "administration, or send the notice without it."
        ) % {"rate": rate_name(facts["kind"]), "day": day(facts["day"])}
    if broken.code not in _SENTENCES:
        return of_the_letter(broken)
    facts |= {word: day(facts[name]) for name, word in _DAYS.items() if name in facts}
    if "items" in facts:
        facts["missing"] = listed(str(CONTENT.get(item, item)) for item in facts["items"])
    if "names" in facts:
        facts["names"] = listed(facts["names"])
    return str(_SENTENCES[broken.code]) % facts


def kept_refusal(broken: RuleBroken) -> str:
    """The same of a refusal that was kept with its days as text."""
    facts = dict(broken.facts)
    for name in _DAYS:
        if isinstance(facts.get(name), str):
            facts[name] = datetime.date.fromisoformat(facts[name])
    return refusal(RuleBroken(broken.code, **facts))


def of_the_letter(broken: RuleBroken) -> str:
    """A refusal of the floor that writes and sends letters, else of the ledger."""
    if letter_words.knows(broken.code):
        return letter_words.refusal(broken)
    if document_words.knows(broken.code):
        return document_words.refusal(broken)
    if broken.code.startswith(("dispatch.", "batch.")):
        return outbox_words.refusal(broken)
    return ledger_refusal(broken)


def listed(words: Iterable[str]) -> str:
    """ "a, b and c"."""
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    told = {"first": ", ".join(found[:-1]), "last": found[-1]}
    return _("%(first)s and %(last)s") % told


def kind_name(kind: str) -> str:
    return capfirst(str(NoticeKind(kind).label))


def law_name(law: str) -> str:
    """The source as a page shows it: the longest name in Norwegian law may be broken over two
    lines, a paragraph's number not."""
    shown = law.replace("tvangsfullbyrdelsesloven", "tvangs\u00adfullbyrdelses\u00adloven")
    return _HYPHEN.sub("\u2060-\u2060", shown.replace("§ ", "§\u00a0"))


# --- The clock --------------------------------------------------------------------------------

WHAT: dict[str, Promise] = {
    "reminder": gettext_lazy("Reminder, time to pay"),
    "collection_notice": gettext_lazy("Debt collection notice, time to pay"),
    "payment_demand": gettext_lazy("Payment demand, time to pay"),
    "warning_a": gettext_lazy("Eviction warning, unpaid rent"),
    "warning_b": gettext_lazy("Eviction warning, expired contract"),
    "warning_c": gettext_lazy("Eviction warning, termination"),
    "nav_warning": gettext_lazy("Warning to Nav"),
    "move_request": gettext_lazy("Last safe day to ask the tenant to move"),
    "term": gettext_lazy("The agreed term ends"),
    "receipt": gettext_lazy("Receipt of the termination is not documented"),
    "protest": gettext_lazy("The tenant's month to protest"),
    "suit": gettext_lazy("The landlord's last day to go to court"),
    "notice_period": gettext_lazy("The notice period"),
    "limitation": gettext_lazy("Limitation of the oldest rent"),
    "estate": gettext_lazy("The tenant has died: ask the estate and the household"),
}

_THEN: dict[str, Promise] = {
    "collection_notice": gettext_lazy("A debt collection notice can follow from %(from)s."),
    "payment_demand": gettext_lazy(
        "A payment demand can be sent, or the claim referred, from %(from)s."
    ),
    "collection": gettext_lazy("The claim can be taken further from %(from)s."),
    "petition": gettext_lazy("A petition to the bailiff is lawful from %(from)s."),
    "open_ended": gettext_lazy("If nobody asks, the contract is open-ended from %(from)s."),
    "expired": gettext_lazy("After that three months run to ask the tenant to move."),
    "protest": gettext_lazy("Until it is, the month to protest does not begin."),
    "warning_c": gettext_lazy("Without a protest an eviction warning can be sent from %(from)s."),
    "void": gettext_lazy("Otherwise the termination is void from %(from)s."),
    "move_out": gettext_lazy("The tenant is to have moved by then."),
    "barred": gettext_lazy("From %(from)s it cannot be claimed any more."),
}


def what(running: Running) -> str:
    """What a deadline is called."""
    return str(WHAT.get(running.what, running.what))


def then(running: Running) -> str:
    """What comes of it, and from which day; empty when nothing does."""
    sentence = _THEN.get(running.then)
    if sentence is None:
        return ""
    return str(sentence) % {"from": day(running.then_from)}


# --- Sums -------------------------------------------------------------------------------------


def sums(notice: Any) -> list[tuple[str, str]]:
    """What a notice claims, as (term, amount)."""
    rows: Mapping[str, int] = {
        _("Charges"): notice.principal_ore,
        _("Fee"): notice.fee_ore,
        _("Late interest"): notice.interest_ore,
    }
    found = [(term, kr(ore)) for term, ore in rows.items() if ore]
    if len(found) > 1:
        found.append((_("Altogether"), kr(sum(rows.values()))))
    return found
