"""What leaves the house: the petition for print, and the file for a debt collector.

Both are written in Norwegian whatever the reader has chosen, for they are read by others.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from arrears.models import LineKind, Referral, ReferralState
from arrears.queries.enclosures import candidates
from arrears.queries.petition import petition_parts
from arrears.queries.referrals import Claimed, Respondent, claim_of, respondents
from arrears.rules.referrals import ADDITIONAL_KINDS, ReferralKind
from arrears.services.referrals.petition_file import petition_file
from arrears.views.case_steps import trail
from arrears.views.referrals import find_referral
from arrears.words.petition import asked_for
from arrears.words.referrals import refusal, way
from boligsak import dates
from boligsak.export import Ore, as_file
from boligsak.rule import RuleBroken
from boligsak.web import page


@never_cache
@require_http_methods(["GET", "POST"])
@page("arrears.refer")
def petition(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The petition with all that tvangsfullbyrdelsesloven § 5-2 asks for.

    The identity numbers are shown by POST only, to who may see them, and that is written down.
    """
    user = request.user
    row = find_referral(user, pk)
    if row.kind == ReferralKind.COLLECTION:
        raise Http404
    reveals = request.method == "POST"
    if reveals and not user.has_perm("tenants.view_identity"):
        raise PermissionDenied("tenants.view_identity")
    day = row.filed_on or dates.today()
    against = respondents(row.case, day, with_numbers=reveals, keeps_addresses=False)
    claim = claim_of(row, day)
    with translation.override(settings.LANGUAGE_CODE):
        why = _("Identity number: %(why)s") % {"why": way(row.kind, row.ground)} if reveals else ""
        parts = petition_parts(row, against, claim, day, reveals=reveals)
        heading = capfirst(asked_for(row.kind, row.ground))
    request.saw([one.person_id for one in against], why)  # type: ignore[attr-defined]
    context = {
        "title": _("Petition"),
        "breadcrumb": trail(row.case),
        "heading": heading,
        "parts": parts,
        "number": row.case.number,
        "reveals": reveals,
        "lacks_number": reveals and not all(one.number for one in against),
        "may_reveal": user.has_perm("tenants.view_identity"),
        "is_draft": row.state == ReferralState.PREPARED,
        "pk": row.pk,
    }
    return render(request, "arrears/petition.html", context)


@never_cache
@require_GET
@page("arrears.refer")
def petition_draft(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The petition and its usual enclosures as one file, as it would be today: to look it through.

    Without identity numbers. What was sent stands among the case's documents.
    """
    row = find_referral(request.user, pk)
    if row.kind == ReferralKind.COLLECTION or row.state != ReferralState.PREPARED:
        raise Http404
    day = dates.today()
    usual = {
        name: [one.document.pk for one in offered if one.is_usual]
        for name, offered in candidates(row).items()
    }
    try:
        content = petition_file(row, usual, day, reveals=False)
    except RuleBroken as broken:
        messages.error(request, refusal(broken))
        return redirect("arrears:referral", pk)
    people = respondents(row.case, day, with_numbers=False, keeps_addresses=True)
    request.saw([one.person_id for one in people])  # type: ignore[attr-defined]
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="utkast-{row.case.number}.pdf"'},
    )


# --- The collector's file -------------------------------------------------------------------------


@never_cache
@require_GET
@page("arrears.refer")
def collector_file(request: HttpRequest, pk: int, file_format: str) -> HttpResponseBase:
    """The claim for a debt collector, when it has been sent: the gate was open then.

    There is no identity number in it. Where somebody in the household has a protected address,
    there is no address and no birthday either, for anybody.
    """
    row = find_referral(request.user, pk)
    is_sent = row.filed_on is not None and row.state != ReferralState.WITHDRAWN
    if row.kind != ReferralKind.COLLECTION or not is_sent or file_format not in ("csv", "json"):
        raise Http404
    day = row.filed_on or dates.today()
    against = respondents(row.case, dates.today(), with_numbers=False, keeps_addresses=True)
    claim = claim_of(row, day)
    request.saw([one.person_id for one in against])  # type: ignore[attr-defined]
    name = f"inkasso-{row.case.number}"
    with translation.override(settings.LANGUAGE_CODE):
        if file_format == "csv":
            return _csv(name, row, against, claim)
        answer = HttpResponse(
            json.dumps(_as_json(row, against, claim), ensure_ascii=False, indent=2),
            content_type="application/json; charset=utf-8",
        )
    answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return answer


_COLUMNS = (
    "Type",
    "Sak",
    "Navn",
    "Født",
    "Adresse",
    "Postnummer",
    "Sted",
    "Krav",
    "Forfall",
    "Hovedstol",
    "Tilleggskrav",
)
_KEPT_BACK = "Sperret: all kontakt går gjennom kommunen"


def _csv(
    name: str, row: Referral, against: Sequence[Respondent], claim: Claimed
) -> HttpResponseBase:
    """A line for each debtor and one for each charge: joint debtors owe the same sum, once."""
    number = row.case.number
    lines: list[list[Any]] = [
        [
            "Skyldner",
            number,
            one.name,
            one.born_on if one.address else None,
            one.address or _KEPT_BACK,
            one.postcode,
            one.place,
            "",
            None,
            None,
            None,
        ]
        for one in against
    ]
    for charge in claim.lines:
        is_additional = charge.kind in ADDITIONAL_KINDS
        lines.append(
            [
                "Krav",
                number,
                "",
                None,
                "",
                "",
                "",
                capfirst(str(LineKind(charge.kind).label)),
                charge.due_on,
                None if is_additional else Ore(charge.open_ore),
                Ore(charge.open_ore) if is_additional else None,
            ]
        )
    return as_file("csv", name, _COLUMNS, lines)


def _as_json(row: Referral, against: Sequence[Respondent], claim: Claimed) -> dict[str, Any]:
    return {
        "sak": row.case.number,
        "sendt": row.filed_on.isoformat() if row.filed_on else None,
        "kreditor": f"{settings.MUNICIPALITY['name']} kommune",
        "skyldnere": [
            {
                "navn": one.name,
                "født": one.born_on.isoformat() if one.born_on and one.address else None,
                "adresse": one.address or None,
                "postnummer": one.postcode or None,
                "sted": one.place or None,
                "merknad": "" if one.address else _KEPT_BACK,
            }
            for one in against
        ],
        "krav": [
            {
                "art": str(LineKind(charge.kind).label),
                "forfall": charge.due_on.isoformat(),
                "beløp_øre": charge.open_ore,
                "er_tilleggskrav": charge.kind in ADDITIONAL_KINDS,
            }
            for charge in claim.lines
        ],
        "hovedstol_øre": row.principal_ore,
        "tilleggskrav_øre": row.additional_ore,
    }
