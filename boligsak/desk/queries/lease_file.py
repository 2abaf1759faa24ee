"""Who is in one lease, its flags, and what a dozen small tables hold of it, in one question.

The lease's page is opened all day, and most of these have a row or none. What the reader has no
right to is not asked for.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

from arrears.models import Case, ChargeDispute, ExpectedPayment, UnplacedPayment
from arrears.queries.case_access import is_named_to
from arrears.queries.ledger import ChargeRow, LedgerRow, charges_asked
from boligsak.desk.queries.caseworkers import Caseworker, caseworkers_of
from boligsak.desk.queries.lease import (
    Flags,
    LeaseRow,
    People,
    flags_asked,
    people_asked,
)
from boligsak.letters.models import Document
from boligsak.together import Part, Question, answered
from tenants.models import (
    Application,
    Complaint,
    LeaseAct,
    LeaseContract,
    MoveOut,
    PartyChange,
    RentChange,
    RentTerm,
    SupportMeasure,
)
from tenants.queries.visibility import Condition, complaint_is_seen, row_is_seen

_HAND = ("first_name", "last_name", "username")
_NAME = ("given_name", "family_name")
_OF_LEASE = "row.lease_id = %(lease)s"


@dataclass(frozen=True, slots=True)
class LeaseFile:
    """The rows of one lease that one reader may see; with the fields its page shows, no others.

    `charges`: the open ones, oldest due first. `lines`: of the ledger, those that were asked for.
    `people`: with the household for the welfare side. `workers`: to whom the reader may give the
    lease's flags.
    Newest first, but for `acts`, `payers` and `lookalikes`, which come as they were entered, and
    `disputes` and `support`, of which those that last come first.
    """

    charges: list[ChargeRow]
    lines: list[LedgerRow]
    people: People
    flags: Flags
    workers: list[Caseworker] = field(default_factory=list)
    disputes: list[ChargeDispute] = field(default_factory=list)
    lookalikes: list[UnplacedPayment] = field(default_factory=list)
    acts: list[LeaseAct] = field(default_factory=list)
    contracts: list[LeaseContract] = field(default_factory=list)
    rents: list[RentTerm] = field(default_factory=list)
    rent_changes: list[RentChange] = field(default_factory=list)
    support: list[SupportMeasure] = field(default_factory=list)
    move_outs: list[MoveOut] = field(default_factory=list)
    party_changes: list[PartyChange] = field(default_factory=list)
    payers: list[ExpectedPayment] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)


_MONEY = {
    "disputes": Part(
        ChargeDispute,
        ("line", "deposited_ore", "opened_on", "closed_on", "note", "outcome"),
        "line.lease_id = %(lease)s",
        "row.closed_on IS NOT NULL, row.opened_on DESC, row.id DESC",
        (("line", ("kind", "due_on", "amount_ore")),),
    ),
    "lookalikes": Part(
        UnplacedPayment,
        ("effective_on", "amount_ore", "kid", "payer"),
        "row.likely_lease_id = %(lease)s AND row.state = 'open'",
        "row.effective_on, row.id",
    ),
}

_OPEN = {
    "acts": Part(LeaseAct, ("what", "facts", "on", "by"), _OF_LEASE, related=(("by", _HAND),)),
    "contracts": Part(
        LeaseContract,
        (
            *("kind", "starts_on", "ends_on", "is_short", "ground", "reason"),
            *("terms", "state", "on", "by"),
        ),
        _OF_LEASE,
        "row.id DESC",
        (("by", _HAND),),
    ),
    "rents": Part(
        RentTerm,
        ("valid_from", "amount_ore"),
        f"{_OF_LEASE} AND row.kind = 'rent'",
        "row.valid_from DESC",
    ),
    "rent_changes": Part(
        RentChange,
        ("kind", "valid_from", "to_ore", "from_index", "to_index", "reason"),
        _OF_LEASE,
        "row.valid_from DESC",
    ),
    "support": Part(
        SupportMeasure,
        (
            *("name", "party", "responsible", "state", "started_on", "review_on"),
            *("ended_on", "result"),
        ),
        _OF_LEASE,
        "row.ended_on NULLS FIRST, row.id",
        (("responsible", _HAND),),
    ),
    "move_outs": Part(
        MoveOut, ("lease", "moves_on", "keys_on", "settled_on", "withdrawn_on"), _OF_LEASE
    ),
    "party_changes": Part(
        PartyChange,
        (
            *("kind", "person_out", "person_in", "from_on", "answer_by", "answer"),
            *("reason", "on", "by"),
        ),
        _OF_LEASE,
        '"row"."on" DESC, row.id DESC',
        (("person_out", _NAME), ("person_in", _NAME), ("by", _HAND)),
    ),
}

_PAYERS = Part(
    ExpectedPayment,
    ("lease", "payer", "name", "amount_ore", "day", "from_on", "to_on"),
    f"{_OF_LEASE} AND (row.to_on IS NULL OR row.to_on >= %(day)s)",
)

_CASES = Part(
    Case,
    ("number", "status", "opened_on"),
    """row.id IN (
        SELECT c.id FROM arrears_case AS c JOIN tenants_lease AS lease ON lease.id = c.lease_id
        WHERE c.lease_id = %(lease)s AND {seen}
    )""",
    "row.opened_on DESC, row.id DESC",
)

_APPLICATIONS = Part(
    Application,
    ("number", "kind", "state", "received_on", "is_protected"),
    _OF_LEASE,
    "row.id DESC",
)

_COMPLAINTS = Part(
    Complaint,
    (
        *("number", "about", "kind", "source", "received_on", "text", "state", "contact_by"),
        *("contacted_on", "is_upheld", "reduction_ore", "reduction_from", "reduction_to"),
        "outcome",
    ),
    _OF_LEASE,
    "row.received_on DESC, row.id DESC",
)

_DOCUMENTS = Part(
    Document,
    ("direction", "kind", "title", "dated_on", "is_social", "year", "serial", "withdrawn_on"),
    """row.folder_id = (
        SELECT id FROM letters_folder WHERE kind = 'lease' AND ref_id = %(lease)s
    ) AND (%(social)s OR NOT row.is_social)""",
    "row.id DESC",
)


def lease_file(
    lease: LeaseRow, user: Any, day: datetime.date, *, is_masked: bool, lines: Question
) -> LeaseFile:
    """Of a lease whose row the reader sees; masked, what is said of the money alone. One query.

    `lines`: which of the ledger (`arrears.queries.ledger.lines_asked`).
    The parties are in it for the look-up log also where they are not shown.
    """
    parts = dict(_MONEY)
    parameters: dict[str, Any] = {"lease": lease.id}
    sees_social = user.has_perm("tenants.view_social")
    if not is_masked:
        parameters |= {"day": day, "social": sees_social}
        parts |= _OPEN
        if sees_social:
            # That Nav or a guardian pays says something of the tenant: for the welfare side.
            parts["payers"] = _PAYERS
        seen: list[tuple[str, str, Part, Condition | None]] = [
            (
                "tenants.view_application",
                "applications",
                _APPLICATIONS,
                row_is_seen(user, "row"),
            ),
            ("tenants.view_complaint", "complaints", _COMPLAINTS, complaint_is_seen(user, "row")),
            ("letters.view_document", "documents", _DOCUMENTS, None),
        ]
        for permission, name, part, condition in seen:
            if not user.has_perm(permission):
                continue
            if condition is not None:
                part = part._replace(where=f"{part.where} AND {condition.sql}")
                parameters |= condition.parameters
            parts[name] = part
        if user.has_perm("arrears.view_case"):
            named = is_named_to(user)
            parts["cases"] = _CASES._replace(where=_CASES.where.replace("{seen}", named.sql))
            parameters |= named.parameters
    asked = {name: Question(part, parameters, list) for name, part in parts.items()}
    asked |= {
        "charges": charges_asked(lease.id),
        "lines": lines,
        "people": people_asked(lease, day, household=sees_social and not is_masked),
        "flags": flags_asked([lease.id]),
    }
    if user.has_perm("arrears.assign_flag") and not is_masked:
        asked["workers"] = caseworkers_of(user, day)
    found = answered(asked)
    (people,), (flags,) = found.pop("people"), found.pop("flags")
    return LeaseFile(people=people, flags=flags, **found)
