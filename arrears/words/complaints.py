"""Complaints where they meet the case and the ledger, in words: refusals."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from arrears.words import cases
from boligsak.rule import RuleBroken
from tenants.words import complaints as below

_SENTENCES: dict[str, Promise] = {
    "complaint.about_dwelling": gettext_lazy(
        "A complaint about the dwelling is no matter for a case. Assess it, and reduce the rent "
        "where it was so."
    ),
    "complaint.unfounded": gettext_lazy(
        "The complaint was not found to be so. A case cannot rest on it."
    ),
    "complaint.on_case": gettext_lazy("The complaint is taken up in case %(number)s already."),
    "reduction.none": gettext_lazy(
        "No reduction is decided. Assess the complaint first, with the reduction a month."
    ),
    "reduction.nothing_left": gettext_lazy(
        "Every month that is charged has its reduction already. Months to come follow by "
        "themselves."
    ),
}


def refusal(broken: RuleBroken) -> str:
    if broken.code in _SENTENCES:
        return str(_SENTENCES[broken.code]) % broken.facts
    if broken.code.startswith(("complaint.", "reduction.", "policy.")):
        return below.refusal(broken)
    return cases.refusal(broken)
