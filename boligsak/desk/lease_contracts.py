"""The contracts and the rent of a lease: what was agreed, what waits, and what may be done."""

import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from boligsak.addresses import address
from boligsak.desk.queries.lease import LeaseRow
from boligsak.desk.queries.lease_file import LeaseFile
from boligsak.show import day as format_day
from boligsak.show import kr
from tenants.models import ContractState, LeaseContract
from tenants.queries.renewals import may_be_renewed
from tenants.queries.rents import HistoryLine, history
from tenants.rules.indexation import last_notice_day
from tenants.words import indexation, renewals

_COLORS = {
    ContractState.DRAFT: "info",
    ContractState.FOR_SIGNING: "warning",
    ContractState.SIGNED: "success",
    ContractState.DROPPED: "neutral",
}


def contracts_section(
    row: LeaseRow, file: LeaseFile, user: Any, day: datetime.date, here: str
) -> dict[str, Any] | None:
    """For desk/_contracts.html; None where there is nothing to show or do."""
    found = [_contract(one, user) for one in file.contracts]
    agreed = {
        (one.starts_on, one.terms.get("rent_ore"))
        for one in file.contracts
        if one.state != ContractState.DROPPED
    }
    rents = [_rent(line, agreed, day) for line in history(file.rents, file.rent_changes)]
    links = _links(row, user, day, here)
    if not (found or rents or links):
        return None
    columns = [
        {"label": _("From"), "header": True},
        {"label": _("A month"), "align": "end"},
        {"label": _("Why")},
    ]
    return {"contracts": found, "rents": rents, "rent_columns": columns, "links": links}


def _contract(one: LeaseContract, user: Any) -> dict[str, Any]:
    state = ContractState(one.state)
    ends = str(format_day(one.ends_on)) if one.ends_on else _("open-ended")
    is_open = state in (ContractState.DRAFT, ContractState.FOR_SIGNING)
    why = renewals.why("law") if one.terms.get("why") == "law" else ""
    if one.is_short:
        told = {"ground": renewals.GROUNDS[one.ground], "reason": one.reason}
        why = _("%(ground)s (§ 11-1): %(reason)s") % told
    if dropped := one.terms.get("dropped_because"):
        why = dropped
    return {
        "what": renewals.kind(one.kind),
        "href": address("tenants:contract", one.pk) if user.has_perm("tenants.view_lease") else "",
        "period": f"{format_day(one.starts_on)}–{ends}",
        "state": {"text": capfirst(str(state.label)), "color": _COLORS[state]},
        "made": _("%(day)s, %(who)s") % {"day": format_day(one.on), "who": one.by},
        "why": why,
        "drop": address("tenants:term_drop", one.pk)
        if is_open and one.kind != "first" and user.has_perm("tenants.renew_lease")
        else "",
    }


def _rent(
    line: HistoryLine, agreed: set[tuple[datetime.date, Any]], day: datetime.date
) -> dict[str, Any]:
    """`agreed`: the first day and the rent, in øre a month, of each contract there is."""
    change = line.change
    is_agreed = (line.valid_from, line.amount_ore) in agreed
    why, sub = _("agreed in the contract") if is_agreed else _("set in the register"), ""
    if change is not None:
        why, sub = capfirst(indexation.kind(change.kind)), change.reason
        if change.from_index and change.to_index:
            figures = (change.from_index, change.to_index)
            sub = " → ".join(indexation.decimal(figure) for figure in figures)
        if not line.is_in_force:
            is_late = last_notice_day(change.valid_from) < day
            sub = _("the notice was not sent in time") if is_late else _("waits for its notice")
    why_cell = {"text": why, "sub": sub}
    return {"cells": [format_day(line.valid_from), kr(line.amount_ore), why_cell]}


def _links(row: LeaseRow, user: Any, day: datetime.date, here: str) -> list[dict[str, str]]:
    """What this reader may do with the contract and the rent."""
    if row.moved_out_on is not None:
        return []
    found = []
    if row.ends_on is not None and user.has_perm("tenants.renew_lease"):
        if may_be_renewed(row.office_id, row.ends_on, day):
            renew = address("tenants:renew", row.id)
            found.append({"url": renew + here, "label": _("Renew")})
        convert = address("tenants:convert", row.id)
        found.append({"url": convert + here, "label": _("Make open-ended")})
    if user.has_perm("tenants.change_rent"):
        found.append({"url": address("tenants:rent", row.id), "label": _("Change the rent")})
    return found
