"""What the letters about decisions say that nobody has typed: in the language that is active."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak.show import day as format_day
from tenants.models import Decision, DecisionAnswer
from tenants.rules.decisions import ON_THE_MERITS, Outcome

_OUTCOMES: dict[tuple[str, str], Promise] = {
    ("housing_help", "granted"): gettext_lazy("You get help with housing."),
    ("housing_help", "refused"): gettext_lazy("You do not get help with housing."),
    ("allocation", "granted"): gettext_lazy("You get a municipal home."),
    ("allocation", "refused"): gettext_lazy("You do not get a municipal home."),
    ("housing_help", "withdrawn"): gettext_lazy("The application is closed: it was withdrawn."),
    ("allocation", "withdrawn"): gettext_lazy("The application is closed: it was withdrawn."),
    ("housing_help", "dismissed"): gettext_lazy("The application is dismissed."),
    ("allocation", "dismissed"): gettext_lazy("The application is dismissed."),
}

_CONTENT: dict[str, Promise] = {
    "refused": gettext_lazy("The application is refused."),
    "withdrawn": gettext_lazy("We do nothing more with the application."),
    "dismissed": gettext_lazy("We have not looked at whether you meet the criteria."),
}


def outcome(kind: str, which: str) -> str:
    """The outcome in one sentence to the applicant."""
    return str(_OUTCOMES[kind, which])


def content_of(which: str) -> str:
    """What is decided, where nobody has to write it."""
    return str(_CONTENT.get(which, ""))


def criteria(answers: Sequence[DecisionAnswer], which: str) -> list[str]:
    """Each criterion with its legal source, whether it is met, and why."""
    if which not in ON_THE_MERITS:
        return [_("The criteria have not been tried.")]
    found = []
    for one in answers:
        facts = {
            "text": one.criterion.text.rstrip("."),
            "section": one.criterion.section,
            "answer": _("met") if one.is_met else _("not met"),
        }
        line = _("%(text)s (%(section)s): %(answer)s.") % facts
        found.append(f"{line} {one.reason}".strip())
    return found


def reasons(row: Decision) -> str:
    """The reasons, with the other ground where a home is refused on one."""
    other = str(row.facts.get("other_ground", ""))
    if row.outcome == Outcome.REFUSED and other:
        return f"{row.reasons}\n\n{other}"
    return row.reasons


def no_participation(which: str) -> str:
    return _("The application was closed before we talked about the help.") if which else ""


def condition(one: Any) -> str:
    """A condition with its last day."""
    if one.due_on is None:
        return str(one.what)
    return _("%(what)s Last day: %(day)s.") % {
        "what": one.what if one.what.endswith(".") else f"{one.what}.",
        "day": format_day(one.due_on),
    }
