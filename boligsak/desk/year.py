"""The year so far against the targets, in one line of the dashboard and in a manager's figures.

What is drawn is kept in the process for as long as the numbers are the same.
"""

from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, npgettext
from django.utils.translation import gettext as _

from arrears.queries.cases import EVERY
from arrears.queries.targets import TARGETS, YearSoFar
from arrears.rules.targets import Most
from boligsak.show import number


class _Line(NamedTuple):
    value: str
    label: str
    against: str
    is_over: bool
    href: str


def line(user: Any, counted: YearSoFar, most: Most, office_id: int | None) -> SafeString:
    """`counted` and `most`: see `arrears.queries.targets`."""
    may_set = user.has_perm("rates.change_policies")
    return _line(get_language() or "", counted, most, office_id, may_set)


@lru_cache(maxsize=128)
def _line(
    _language: str,
    counted: YearSoFar,
    most: Most,
    office_id: int | None,
    may_set: bool,
) -> SafeString:
    is_set = most.petitions is not None and most.evictions is not None
    policies = f"{reverse('admin:rates_policy_changelist')}?{urlencode({'kind': TARGETS})}"
    return render_to_string(
        "desk/_year.html",
        {
            "lines": [
                _Line(
                    number(counted.petitions),
                    npgettext("so many", "petition", "petitions", counted.petitions),
                    against(counted.petitions, most.petitions),
                    is_over(counted.petitions, most.petitions),
                    _rows("petition", office_id),
                ),
                _Line(
                    number(counted.evictions),
                    npgettext("so many", "eviction", "evictions", counted.evictions),
                    against(counted.evictions, most.evictions),
                    is_over(counted.evictions, most.evictions),
                    _rows("eviction", office_id),
                ),
            ],
            "is_set": is_set,
            "policies": policies if may_set else "",
        },
    )


def against(count: int, most: int | None) -> str:
    """ "mål: høyst 12", "over målet: høyst 12"; nothing where there is no target."""
    if most is None:
        return ""
    if is_over(count, most):
        return _("over the target: at most %(most)s") % {"most": number(most)}
    return _("target: at most %(most)s") % {"most": number(most)}


def is_over(count: int, most: int | None) -> bool:
    return most is not None and count > most


def _rows(only: str, office_id: int | None) -> str:
    chosen: dict[str, Any] = {} if office_id is None else {"office": office_id}
    return f"{reverse('desk:cases')}?{urlencode({**chosen, 'status': EVERY, 'only': only})}"
