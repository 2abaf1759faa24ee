"""Sending a notice: to each tenant and guardian, with proof, and what it costs in the ledger."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from arrears.models import (
    Case,
    InterestPart,
    LeaseAccount,
    LedgerLine,
    LineKind,
    Notice,
    NoticeServing,
    NoticeState,
)
from arrears.queries.recipients import guardians_on, tenants_on
from arrears.rules.cases import parties_of
from arrears.rules.notices import Kind
from arrears.rules.sending import Recipient, check_channel, check_sender
from arrears.services.cases.base import at_work, touched
from arrears.services.ledger import NewLine, correct, post
from arrears.services.notices.drafting import draft_at_work
from arrears.services.notices.letters import (
    Key,
    call_off,
    cancel_waiting,
    is_queued,
    key_of,
    live_letters,
    wanted_letters,
    write_letters,
)
from arrears.services.notices.making import Made, make, restored
from boligsak.rates.queries import rate_on
from boligsak.rates.services import cite_rates
from boligsak.rule import RuleBroken
from tenants.models import Lease, Person
from tenants.services.leases import change_lease, note_move_request

_BY_HAND = "Sendt på annen måte"
"""Why its letters in the outbox do not go, as the outbox keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How the notice went to one person: a tenant, or the guardian of one.

    `email_used_on`: the last day the tenant is known to have used the address it was sent to.
    """

    person_id: int
    channel: str
    proof: str
    guardianship_id: int | None = None
    email_used_on: datetime.date | None = None
    received_on: datetime.date | None = None


@transaction.atomic
def send_notice(
    notice_id: int,
    servings: Sequence[Serving],
    *,
    sent_on: datetime.date,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Notice:
    """The notice was sent on `sent_on`: its text is final, its deadline runs, and its fee and
    interest stand in the ledger.

    Raises RuleBroken: what `draft_notice` raises, "notice.not_yours", "notice.sent_ahead" (a day to
    come), "notice.dated_otherwise" (dated_on: the deadlines in the letter are counted from the day
    it says), "notice.outdated" (it would be another letter now: a payment, a plan …),
    "notice.not_served" or "notice.guardian_not_served" (names of tenants: each gets one, and each
    guardian a copy), what `check_channel` raises, or what the writing of its letters raises.
    """
    notice, case = draft_at_work(notice_id, by=by, version=version)
    check_sender(Kind(notice.kind), parties_of(by.access.roles))
    wanted = restored(notice.facts["wanted"])
    if sent_on > on:
        raise RuleBroken("notice.sent_ahead", day=on)
    if sent_on != wanted.dated_on:
        raise RuleBroken("notice.dated_otherwise", dated_on=wanted.dated_on)
    close_account(notice)
    made = still_as_written(case, notice)
    if is_queued(notice):
        # It goes by hand after all: what waits in the outbox does not go as well.
        cancel_waiting(live_letters(notice), _BY_HAND, by=by, on=on)
    return finish(case, notice, made, servings, sent_on=sent_on, by=by, on=on)


def close_account(notice: Notice) -> None:
    """Nothing is paid or charged while the claim is looked at: the account waits too. The lease
    before it, as everywhere: a request to move is noted there at the end."""
    Lease.objects.select_for_update(of=("self",)).get(pk=notice.lease_id)
    list(LeaseAccount.objects.select_for_update(of=("self",)).filter(lease=notice.lease_id))


def still_as_written(case: Case, notice: Notice) -> Made:
    """The notice as it would be now, which is what it says.

    Since it was written, rent may have been paid, a plan signed, somebody died: the letter in the
    envelope would be wrong. Raises RuleBroken "notice.outdated", or what `make` raises.
    """
    wanted = restored(notice.facts["wanted"])
    made = make(case, wanted)
    if made.body != notice.body or set(made.wanted.line_ids) != set(wanted.line_ids):
        raise RuleBroken("notice.outdated")
    return made


def finish(
    case: Case,
    notice: Notice,
    made: Made,
    servings: Sequence[Serving],
    *,
    sent_on: datetime.date,
    by: Any,
    on: datetime.date,
) -> Notice:
    """A notice under lock becomes sent: its servings, its charges, and its letters where none are
    kept yet. Raises what `check_served` and the writing of letters raise."""
    kind = made.kind
    check_served(case, kind, servings, sent_on)
    notice.state, notice.sent_on, notice.sent_by = NoticeState.SENT, sent_on, by
    first = next(one for one in servings if one.guardianship_id is None)
    notice.channel, notice.proof = first.channel, first.proof
    notice.facts = notice.facts | {
        "email_used_on": {
            str(one.person_id): one.email_used_on.isoformat()
            for one in servings
            if one.email_used_on is not None
        }
    }
    _charge(notice, made, by)
    notice.version += 1
    notice.save()
    serve(notice, servings, sent_on)
    cite_rates(made.rate_ids)
    if made.asks_to_move and case.lease.move_requested_on is None:
        note_move_request(case.lease_id, sent_on=sent_on, by=by, today=on)
    touched(case)
    kept = {key_of(letter) for letter in live_letters(notice)}
    keys: list[Key] = [(one.person_id, one.guardianship_id) for one in servings]
    if left := [key for key in wanted_letters(made, keys) if key not in kept]:
        write_letters(case, notice, made, left, by=by, on=on)
    return notice


def check_served(
    case: Case, kind: Kind, servings: Sequence[Serving], sent_on: datetime.date
) -> None:
    """Each joint tenant, and each guardian within the mandate, by a channel that counts."""
    left = still_to_serve(case, sent_on, {(one.person_id, one.guardianship_id) for one in servings})
    if missing := [name for name, guardianship_id in left.values() if guardianship_id is None]:
        raise RuleBroken("notice.not_served", names=missing)
    if missing := [name for name, _ in left.values()]:
        # Whose guardian, not who: that is for the welfare side.
        raise RuleBroken("notice.guardian_not_served", names=missing)
    check_ways(case, kind, servings, sent_on)


def still_to_serve(
    case: Case, on: datetime.date, served: Collection[tuple[int, int | None]]
) -> dict[tuple[int, int | None], tuple[str, int | None]]:
    """Whom a notice concerns on `on` and who has not had it, as (tenant's name, guardianship)."""
    people = {
        party.person_id: party.person for party in tenants_on([case.lease_id], on)[case.lease_id]
    }
    wanted: dict[tuple[int, int | None], tuple[str, int | None]] = {
        (person_id, None): (str(person), None) for person_id, person in people.items()
    }
    for guardian in guardians_on(people, on):
        key = (guardian.person_id, guardian.pk)
        wanted[key] = (str(people[guardian.person_id]), guardian.pk)
    return {key: who for key, who in wanted.items() if key not in served}


def check_ways(case: Case, kind: Kind, servings: Sequence[Serving], sent_on: datetime.date) -> None:
    """That each of these reached somebody it concerns by a channel that counts, with proof.

    Raises RuleBroken "notice.not_concerned" (sent_on: neither a tenant nor a tenant's guardian that
    day), "notice.received_before_sent" (sent_on), or what `check_channel` raises.
    """
    concerned = still_to_serve(case, sent_on, ())
    recent = int(rate_on("email-used-within", sent_on).value)
    emails = {
        guardian.pk: guardian.email
        for guardian in guardians_on({person_id for person_id, _ in concerned}, sent_on)
    }
    people = Person.objects.in_bulk([one.person_id for one in servings])
    for one in servings:
        if (one.person_id, one.guardianship_id) not in concerned:
            raise RuleBroken("notice.not_concerned", sent_on=sent_on)
        if one.received_on is not None and one.received_on < sent_on:
            raise RuleBroken("notice.received_before_sent", sent_on=sent_on)
        if one.guardianship_id is None:
            person = people[one.person_id]
            to = Recipient(person.pk, person.is_reserved, person.email, one.email_used_on)
        else:
            # A copy: the wait hangs on what the tenant got.
            to = Recipient(one.person_id, False, emails[one.guardianship_id], sent_on)
        check_channel(kind, one.channel, to, sent_on, recent_days=recent, proof=one.proof)


def serve(notice: Notice, servings: Sequence[Serving], sent_on: datetime.date) -> None:
    """Writes down how a notice went to these."""
    NoticeServing.objects.bulk_create(
        NoticeServing(
            notice=notice,
            person_id=one.person_id,
            guardianship_id=one.guardianship_id,
            channel=one.channel,
            proof=one.proof.strip(),
            sent_on=sent_on,
            received_on=one.received_on,
        )
        for one in servings
    )


def _charge(notice: Notice, made: Made, by: Any) -> None:
    """The fee and the interest, as charges that fall due with the notice's deadline."""
    sent_on = made.wanted.dated_on
    due_on = made.term.last_on if made.term else sent_on
    lines = [
        NewLine(notice.lease_id, kind, amount_ore, sent_on, f"{kind}:notice:{notice.pk}", due_on)
        for kind, amount_ore in (
            (LineKind.FEE, made.fee.amount_ore),
            (LineKind.INTEREST, made.interest_ore),
        )
        if amount_ore > 0
    ]
    added = {line.kind: line for line in post(lines, by=by)} if lines else {}
    notice.fee_line = added.get(LineKind.FEE)
    if interest := added.get(LineKind.INTEREST):
        InterestPart.objects.bulk_create(
            InterestPart(
                line=interest,
                charge_id=line_id,
                notice=notice,
                from_on=part.from_on,
                to_on=part.to_on,
                base_ore=part.base_ore,
                rate_id=part.rate_id,
            )
            for line_id, part in made.interest
        )


@transaction.atomic
def withdraw_notice(
    notice_id: int, *, because: str, by: Any, on: datetime.date, version: int | None = None
) -> Notice:
    """A draft that will not be sent, or a notice that should not have been.

    What it cost the tenant is taken off again, and nothing rests on it any more. Raises RuleBroken
    "notice.no_reason", "notice.withdrawn", "notice.changed" or what `at_work` raises.
    """
    if not because.strip():
        raise RuleBroken("notice.no_reason")
    case_id = Notice.objects.values_list("case_id", flat=True).get(pk=notice_id)
    case = at_work(case_id, by=by)
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    if notice.state == NoticeState.WITHDRAWN:
        raise RuleBroken("notice.withdrawn", withdrawn_on=notice.withdrawn_on)
    if version is not None and notice.version != version:
        raise RuleBroken("notice.changed")
    was_sent = notice.state == NoticeState.SENT
    if is_queued(notice):
        call_off(notice, because, by=by, on=on)
    if was_sent:
        check_sender(Kind(notice.kind), parties_of(by.access.roles))
    notice.state = NoticeState.WITHDRAWN
    notice.withdrawn_on, notice.withdrawn_by = on, by
    notice.withdrawn_because = because.strip()
    notice.version += 1
    notice.save()
    if was_sent:
        for line in _charged(notice):
            take_off(line, _left(line), on=on, note=notice.withdrawn_because, by=by)
        _unask(case, notice, by, on)
    touched(case)
    return notice


def _charged(notice: Notice) -> list[LedgerLine]:
    """The lines a notice has put in the ledger."""
    references = [f"{kind}:notice:{notice.pk}" for kind in (LineKind.FEE, LineKind.INTEREST)]
    return list(
        LedgerLine.objects.filter(lease=notice.lease_id, reference__in=references).order_by("id")
    )


def _left(line: LedgerLine) -> int:
    taken = LedgerLine.objects.filter(corrects=line).values_list("amount_ore", flat=True)
    return int(line.amount_ore + sum(taken))


def take_off(line: LedgerLine, amount_ore: int, *, on: datetime.date, note: str, by: Any) -> None:
    """Takes so much off a fee or an interest line, and no more than is left of it."""
    amount_ore = min(amount_ore, _left(line))
    if amount_ore > 0:
        correct(line.pk, amount_ore=-amount_ore, on=on, note=note[:200], by=by)


def _unask(case: Case, notice: Notice, by: Any, on: datetime.date) -> None:
    """A request to move that never was leaves the clock of § 9-2 running again."""
    lease = case.lease
    lease.refresh_from_db()
    if notice.facts.get("asks_to_move") and lease.move_requested_on == notice.sent_on:
        others = Notice.objects.filter(
            lease=lease, state=NoticeState.SENT, facts__asks_to_move=True
        )
        earliest = others.order_by("sent_on").values_list("sent_on", flat=True).first()
        change_lease(lease.pk, version=lease.version, by=by, today=on, move_requested_on=earliest)
