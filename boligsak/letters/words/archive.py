"""Packages for the archive in words."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.rule import RuleBroken
from boligsak.show import day


def refusal(broken: RuleBroken) -> str:
    return said(broken.code, broken.facts)


def said(code: str, facts: dict[str, Any]) -> str:
    """The sentence of a refusal, also of one that was kept with a run."""
    shown = {
        name: day(fact) if hasattr(fact, "isoformat") else fact for name, fact in facts.items()
    }
    return str(_SENTENCES[code]) % shown


_SENTENCES: dict[str, str | Promise] = {
    "archive.days": gettext_lazy("The last day must be after the first, or the same."),
    "archive.not_over": gettext_lazy(
        "The last day must be before today, %(today)s: a day that still runs gets more documents."
    ),
    "archive.every_office": gettext_lazy(
        "A package holds the documents of every office. Your role is for single offices."
    ),
    "archive.not_cleared": gettext_lazy(
        "Only who is cleared for protected addresses orders a package of protected folders."
    ),
    "archive.nothing": gettext_lazy(
        "Nothing of these days waits for a package. Choose other days, or ask for what is in a "
        "package already once more."
    ),
    "job.running": gettext_lazy("Another package was being made. Order this one again."),
}
