"""How many there are of what a list holds: "1 lease", "1 204 leases". A template builtin."""

from collections.abc import Callable

from django import template
from django.utils.translation import npgettext

from boligsak.show import hits

register = template.Library()

# Written out one by one, so that each is found by whoever gathers the texts.
NOUNS: dict[str, Callable[[int], str]] = {
    "applications": lambda n: npgettext("counted", "application", "applications", n),
    "cases": lambda n: npgettext("counted", "case", "cases", n),
    "complaints": lambda n: npgettext("counted", "complaint", "complaints", n),
    "conditions": lambda n: npgettext("counted", "condition", "conditions", n),
    "contracts": lambda n: npgettext("counted", "contract", "contracts", n),
    "decisions": lambda n: npgettext("counted", "decision", "decisions", n),
    "documents": lambda n: npgettext("counted", "document", "documents", n),
    "dwellings": lambda n: npgettext("counted", "dwelling", "dwellings", n),
    "flags": lambda n: npgettext("counted", "flag", "flags", n),
    "hits": lambda n: npgettext("counted", "hit", "hits", n),
    "imports": lambda n: npgettext("counted", "import", "imports", n),
    "issues": lambda n: npgettext("counted", "issue", "issues", n),
    "leases": lambda n: npgettext("counted", "lease", "leases", n),
    "letters": lambda n: npgettext("counted", "letter", "letters", n),
    "lines": lambda n: npgettext("counted", "line", "lines", n),
    "look-ups": lambda n: npgettext("counted", "look-up", "look-ups", n),
    "meetings": lambda n: npgettext("counted", "meeting", "meetings", n),
    "offers": lambda n: npgettext("counted", "offer", "offers", n),
    "packages": lambda n: npgettext("counted", "package", "packages", n),
    "payments": lambda n: npgettext("counted", "payment", "payments", n),
    "print batches": lambda n: npgettext("counted", "print batch", "print batches", n),
    "rows": lambda n: npgettext("counted", "row", "rows", n),
    "templates": lambda n: npgettext("counted", "template", "templates", n),
    "times": lambda n: npgettext("counted", "time", "times", n),
}


@register.filter
def counted(count: int, noun: str) -> str:
    """The number as a list has counted it, with its noun. Raises KeyError for an unknown noun."""
    return f"{hits(count)} {NOUNS[noun or 'hits'](count)}"
