"""Letters to many in words: states, refusals, the policy."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boligsak.letters.models import BulkLetterState
from boligsak.rates import words
from boligsak.rule import RuleBroken

Text = str | Promise

STATES: dict[str, tuple[Text, str]] = {
    BulkLetterState.PREVIEW: (gettext_lazy("To be looked through"), "info"),
    BulkLetterState.FOR_APPROVAL: (gettext_lazy("Waits for a second person"), "warning"),
    BulkLetterState.ASKED: (gettext_lazy("Waits for its turn"), "info"),
    BulkLetterState.RUNNING: (gettext_lazy("Being written"), "info"),
    BulkLetterState.DONE: (gettext_lazy("Finished"), "success"),
    BulkLetterState.DROPPED: (gettext_lazy("Dropped"), "neutral"),
}

ROW_STATES: dict[str, tuple[Text, str]] = {
    "planned": (pgettext_lazy("row", "To be written"), "info"),
    "done": (pgettext_lazy("row", "Written"), "success"),
    "refused": (pgettext_lazy("row", "Not written"), "danger"),
}

_SENTENCES: dict[str, Text] = {
    "many.nobody": gettext_lazy("Nobody fits what you have chosen. Choose another office."),
    "many.too_many": gettext_lazy(
        "That is %(found)s letters. At most %(most)s can be written at once: choose fewer offices."
    ),
    "many.nobody_chosen": gettext_lazy("No letter is chosen. Choose at least one."),
    "many.not_now": gettext_lazy(
        "This cannot be done with letters that are “%(state)s”. Go back and look again."
    ),
    "many.changed": gettext_lazy(
        "Somebody was here before you, and the letters are changed. Look again, and save once "
        "more if it is still right."
    ),
    "many.not_seen": gettext_lazy(
        "One of the letters is not shown to you, so you cannot choose it. Look again, and choose "
        "among those that stand here."
    ),
    "many.own": gettext_lazy("Somebody else than you has to approve it: two people look at it."),
    "many.no_reason": gettext_lazy("Say why."),
    "many.at_work": gettext_lazy("The letters are being written. Wait until it is finished."),
    "many.over": gettext_lazy("Nothing is left to write."),
    "many.fault": gettext_lazy(
        "Something went wrong on our side with this letter. Try again from the page of the "
        "letters; if it happens once more, tell the administrator."
    ),
    "job.running": gettext_lazy("The letters are being written already."),
    "template.missing": gettext_lazy(
        "No template of this letter is in use. Have one approved in the administration."
    ),
    "template.field_missing": gettext_lazy("The letter would lack something the law asks for."),
    "document.no_recipient": gettext_lazy("Nobody is registered as the recipient."),
    "dispatch.nobody": gettext_lazy("Nobody is registered as the recipient."),
}

_POLICY: dict[str, Promise] = {"bulk_cap": gettext_lazy("Letters one person may send alone")}


def state_name(code: str) -> str:
    return str(STATES[code][0])


def refusal(broken: RuleBroken) -> str:
    """Why not, and what to do instead."""
    sentence = _SENTENCES.get(broken.code)
    if sentence is None:
        return _("It cannot be done (%(code)s).") % {"code": broken.code}
    shown = {name: _shown(name, value) for name, value in broken.facts.items()}
    return str(sentence) % shown


def has_words(code: str) -> bool:
    return code in _SENTENCES


def policy_field(field: str) -> str:
    return words.policy_field(field, _POLICY)


def policy_refusal(broken: RuleBroken) -> str:
    """One sentence for a "policy.…" refusal."""
    return words.policy_refusal(broken, _POLICY)


def _shown(name: str, value: Any) -> str:
    return state_name(value) if name == "state" else str(value)
