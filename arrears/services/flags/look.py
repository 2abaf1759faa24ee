"""Flags raised, changed and resolved by rule, for the leases that moved or whose day has come.

The verdicts come from `arrears.rules.flags`; here the facts are gathered in sets, the verdicts
compared with the open flags, and only what differs is written, with a line of history for each.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence

from django.db import connection, transaction

from arrears.queries import flags as facts
from arrears.queries.flags import LastLook, Looked, OpenFlag, Policies
from arrears.rules.complaint_pattern import decide_complaints
from arrears.rules.flags import FlagKind, Verdict, decide
from arrears.services.flags.changes import (
    Changed,
    Kept,
    Raised,
    lock_flags,
    write_accounts,
    write_changed,
    write_raised,
    write_resolved,
)
from arrears.services.flags.facts import Asking, Gathered
from arrears.services.flags.pasts import read_unread
from arrears.services.settle import resettle
from boligsak.jobs.services import Counts
from boligsak.rates.services import cite_policies
from boligsak.rule import RuleBroken
from tenants.rules.leases import LeaseFacts

CHUNK = 2_000

Tell = Callable[[int, int | None], None]


def bring_flags_up_to_date(day: datetime.date, *, progress: Tell | None = None) -> Counts:
    """Looks at every lease that moved, was edited, or whose day has come, and keeps its flags.

    For a day before the last one nothing is done: flags tell what was known then. Safe to run
    twice; nothing is written for a lease of which only the day has changed.
    """
    last = facts.last_look()
    if last is not None and day < last.day:
        return {"looked": 0}
    changes_until = facts.changes_until()
    policies = _policies(day)
    lookalikes = facts.lookalikes()
    _open_accounts(last)
    edited = facts.every_lease() if last is None else _edited(day, last)
    lacking = facts.leases_lacking_charge(policies, day, last.day if last else None)
    leases = {*facts.due_leases(day), *edited, *lacking}
    leases.update(facts.leases_with_other_lookalike(lookalikes))
    # On the first night `lacking` has answered for everybody.
    asked = lacking if last is None else lacking + edited
    complaint_policies = facts.complaint_policies(day)
    look = _Look(Asking(day, policies, complaint_policies, lookalikes, frozenset(asked)))
    counts = look.at(leases, progress)
    return {**counts, "pasts": read_unread(day, policies), "changes_until": changes_until}


def rebuild(day: datetime.date, *, progress: Tell | None = None) -> Counts:
    """Everything kept anew: accounts and open charges from the ledger, flags from the rules.

    After a restore, or when the check has found a difference. What is right already is not
    written. Raises `RuleBroken("flags.past_day")` for a day before the last night.
    """
    last = facts.last_look()
    if last is not None and day < last.day:
        raise RuleBroken("flags.past_day", day=day, last=last.day)
    policies = _policies(day)
    resettled = resettle()
    lacking = facts.leases_lacking_charge(policies, day, None)
    lookalikes = facts.lookalikes()
    complaint_policies = facts.complaint_policies(day)
    look = _Look(Asking(day, policies, complaint_policies, lookalikes, frozenset(lacking)))
    leases = {*facts.leases_worth_a_look(policies, day), *lacking, *lookalikes}
    return {"resettled": resettled, **look.at(leases, progress)}


def _policies(day: datetime.date) -> Policies:
    """The policies in force, which nobody can correct from now on: by their measure flags are
    raised and pasts are kept, and one that changed meanwhile would stand for what it never said."""
    policies = facts.arrears_policies(day)
    while cite_policies([dated.id for dated in policies.by_office.values()]):
        policies = facts.arrears_policies(day)
    return policies


def _open_accounts(last: LastLook | None) -> None:
    """A lease without a ledger line yet can expire, or lack a charge, like any other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO arrears_leaseaccount (lease_id) SELECT id FROM tenants_lease"
            " WHERE %(since)s::timestamptz IS NULL OR changed_at >= %(since)s::timestamptz"
            " ORDER BY id ON CONFLICT DO NOTHING",
            {"since": last.seen_until if last else None},
        )


def _edited(day: datetime.date, last: LastLook) -> list[int]:
    return [
        *facts.changed_leases(last.seen_until),
        *facts.leases_under_new_policy(day, last),
    ]


class _Look:
    """One look at some leases on one day."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.day = asking.day
        self.policies = asking.policies
        self.cited: set[int] = set()
        self.counts = dict.fromkeys(("looked", "raised", "changed", "resolved", "accounts"), 0)

    def at(self, lease_ids: Iterable[int], progress: Tell | None) -> Counts:
        """Looks at these leases, some thousands at a time, each lot in a transaction of its own."""
        ids = sorted(lease_ids)
        for start in range(0, len(ids), CHUNK):
            with transaction.atomic():
                self._at_chunk(ids[start : start + CHUNK])
            if progress is not None:
                progress(min(start + CHUNK, len(ids)), len(ids))
        return dict(self.counts)

    def _at_chunk(self, ids: Sequence[int]) -> None:
        rows = facts.lock_and_read(ids, self.day)
        gathered = Gathered(self.asking, rows)
        raised: list[Raised] = []
        changed: list[Changed] = []
        resolved: list[int] = []
        accounts: list[Kept] = []
        no_flags: dict[str, OpenFlag] = {}
        for row in rows:
            policy = self.policies.of(row.office_id)
            lease = LeaseFacts(*row[2:8])
            verdicts, arrears_look_on, expiry_look_on = decide(
                lease, gathered.account(row, policy.values), policy.values, self.day
            )
            if (asks_on := gathered.asks_on.get(row.lease_id)) is not None and (
                arrears_look_on is None or asks_on < arrears_look_on
            ):
                arrears_look_on = asks_on
            if told := gathered.complaints.get(row.lease_id):
                terms = self.asking.complaint_policies.of(row.office_id)
                pattern, pattern_look_on = decide_complaints(
                    told, terms.values, self.day, moved_out_on=row.moved_out_on
                )
                verdicts += pattern
                if pattern_look_on is not None and (
                    arrears_look_on is None or pattern_look_on < arrears_look_on
                ):
                    arrears_look_on = pattern_look_on
            if verdicts or row.has_flag:
                standing = gathered.flags.get(row.lease_id, no_flags)
                for verdict in verdicts:
                    flag = standing.get(verdict.kind)
                    if flag is None:
                        raised.append(Raised(row.lease_id, verdict, self._cited(row, verdict)))
                    elif (
                        flag.level != verdict.level
                        or flag.anchor_on != verdict.anchor_on
                        or flag.move_requested_on != verdict.facts.get("move_requested_on")
                        or flag.last_safe_on != verdict.facts.get("last_safe_on")
                        or flag.complaints != _complaints(verdict)
                    ):
                        changed.append(Changed(flag, verdict, self._cited(row, verdict)))
                if len(standing) > 0:
                    kinds = {verdict.kind for verdict in verdicts}
                    resolved += [flag.id for kind, flag in standing.items() if kind not in kinds]
            past = gathered.pasts.get(row.lease_id)
            if (
                past is not None
                or row.arrears_look_on != arrears_look_on
                or row.expiry_look_on != expiry_look_on
                or row.has_flag != bool(verdicts)
            ):
                accounts.append(
                    Kept(
                        row.lease_id,
                        bool(verdicts),
                        arrears_look_on,
                        expiry_look_on,
                        past or row.past,
                    )
                )
        lock_flags([*(row.flag.id for row in changed), *resolved])
        write_raised(raised, self.day)
        write_changed(changed, self.day)
        write_resolved(resolved, self.day)
        write_accounts(accounts)
        for name, what in (
            ("looked", rows),
            ("raised", raised),
            ("changed", changed),
            ("resolved", resolved),
            ("accounts", accounts),
        ):
            self.counts[name] += len(what)

    def _cited(self, row: Looked, verdict: Verdict) -> int:
        """The policy this verdict rests on."""
        if verdict.kind is not FlagKind.COMPLAINTS:
            return self.policies.of(row.office_id).id
        policy_id = self.asking.complaint_policies.of(row.office_id).id
        if policy_id not in self.cited:
            self.cited.add(policy_id)
            cite_policies([policy_id])
        return policy_id


def _complaints(verdict: Verdict) -> str | None:
    """As `OpenFlag.complaints` reads it from the flag."""
    if verdict.kind is not FlagKind.COMPLAINTS:
        return None
    return f"{verdict.facts['count']}{verdict.facts['contact_by'] or ''}"
