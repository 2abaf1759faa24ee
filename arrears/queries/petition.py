"""What a petition says, part by part, for the page and for the file that is sent.

Written in Norwegian whatever the reader has chosen: the caller sees to that.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import LineKind, Referral
from arrears.queries.notices import notice_facts
from arrears.queries.referrals import Claimed, Respondent
from arrears.rules.gate import NEEDED
from arrears.rules.notices import OpenCharge
from arrears.rules.referrals import ADDITIONAL_KINDS, ATTACHMENTS, Ground, ReferralKind
from arrears.words.petition import enforcement, grounds, notice_line
from arrears.words.referrals import ENCLOSURES
from boligsak.show import day as format_day
from boligsak.show import kr


def petition_parts(
    row: Referral,
    against: Sequence[Respondent],
    claim: Claimed,
    day: datetime.date,
    *,
    reveals: bool,
) -> list[dict[str, Any]]:
    """The petition's parts in order, each a heading with terms, lines of text or a table."""
    return [
        {
            "heading": _("What is asked for"),
            "terms": [(_("Enforcement"), enforcement(row.kind, row.ground))],
        },
        {"heading": _("Applicant"), "terms": _applicant()},
        *(
            {"heading": _("Respondent"), "terms": _respondent(one, reveals=reveals)}
            for one in against
        ),
        {"heading": _("The ground"), "text": _grounds(row, day)},
        *_claim(claim),
        {
            "heading": _("Enclosures"),
            "points": [
                capfirst(str(ENCLOSURES[name]))
                for name in ATTACHMENTS[ReferralKind(row.kind), Ground(row.ground)]
            ],
        },
        {"heading": _("Date and signature"), "terms": [(_("Day"), format_day(day))], "signs": True},
    ]


def _applicant() -> list[tuple[str, str]]:
    about = settings.MUNICIPALITY
    foot = [part.strip() for part in str(about.get("foot", "")).split(";") if part.strip()]
    terms = [(_("Name"), f"{about['name']} kommune")]
    missing = _("Not entered in the settings: write it by hand.")
    terms.append((_("Address and organisation number"), ", ".join(foot) or missing))
    if account := about.get("account"):
        terms.append((_("Account for payment"), str(account)))
    return terms


def _respondent(one: Respondent, *, reveals: bool) -> list[tuple[str, str]]:
    number = ""
    if reveals:
        number = f"{one.number[:6]} {one.number[6:]}" if one.number else _("Not registered")
    elif one.born_on:
        number = _("Born %(on)s") % {"on": format_day(one.born_on)}
    terms = [
        (_("Name"), one.name),
        (_("Identity number"), number),
        (_("Address"), f"{one.address}, {one.postcode} {one.place}".strip(", ")),
    ]
    return [(term, value) for term, value in terms if value]


def _grounds(row: Referral, day: datetime.date) -> list[str]:
    """What the petition rests on, sentence by sentence, from the facts of the case."""
    case = row.case
    latest = notice_facts([case.pk], day)[case.pk].latest
    kind, ground = ReferralKind(row.kind), Ground(row.ground)
    told = [grounds(row.kind, row.ground, case.lease)]
    for name in NEEDED[kind, ground]:
        if (sent := latest.get(name)) is not None:
            told.append(notice_line(name, sent.sent_on, sent.allowed_from))
    return told


def _claim(claim: Claimed) -> list[dict[str, Any]]:
    """Principal and additional claims, each by itself, and the specification of the arrears."""
    parts: list[dict[str, Any]] = []
    if claim.lines:
        split = claim.split
        parts.append(
            {
                "heading": _("The claim"),
                "terms": [
                    (_("Principal"), kr(split.principal_ore)),
                    (_("Additional claims (fees and interest)"), kr(split.additional_ore)),
                    (_("Together"), kr(split.principal_ore + split.additional_ore)),
                ],
            }
        )
        parts.append(_table(_("Specification of the arrears"), claim.lines))
    if claim.later:
        parts.append(_table(_("Fallen due besides, not part of the claim"), claim.later))
    return parts


def _table(heading: str, lines: Sequence[OpenCharge]) -> dict[str, Any]:
    return {
        "heading": heading,
        "columns": [_("Due"), _("What"), _("Principal or additional"), _("Unpaid")],
        "rows": [
            [
                format_day(one.due_on),
                capfirst(str(LineKind(one.kind).label)),
                _("Additional") if one.kind in ADDITIONAL_KINDS else _("Principal"),
                kr(one.open_ore),
            ]
            for one in lines
        ],
    }
