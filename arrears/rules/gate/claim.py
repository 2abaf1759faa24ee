"""(c) The lease can carry the step, there is something to claim, and nothing stops it."""

import datetime as dt
from collections.abc import Iterator

from arrears.rules.gate.facts import Condition, GateFacts, Group, NoticeState, answered
from arrears.rules.referrals import Ground, ReferralKind, needs_limitation_check
from tenants.rules.leases import Expiry


def lease(
    facts: GateFacts, kind: ReferralKind, ground: Ground, day: dt.date
) -> Iterator[Condition]:
    """The lease itself can carry the step, and the warning to Nav (§ 9-11) is respected."""
    group = Group.LAW
    clause = "tvangsfullbyrdelsesloven § 13-2 tredje ledd"
    if kind == ReferralKind.BAILIFF and ground in (Ground.UNPAID, Ground.EXPIRED):
        yield Condition(
            "lease.signed",
            group,
            clause,
            facts.signed_on is not None and facts.signed_on <= day,
            {"on": facts.signed_on},
            "lease",
        )
        has = facts.has_clause_a if ground == Ground.UNPAID else facts.has_clause_b
        yield Condition("lease.clause", group, clause, has, {"ground": str(ground)}, "lease")
    if ground == Ground.EXPIRED:
        yield Condition(
            "lease.expired",
            group,
            "husleieloven § 9-2",
            facts.ends_on is not None and facts.ends_on < day,
            {"ends_on": facts.ends_on},
        )
        yield Condition(
            "lease.not_open_ended",
            group,
            "husleieloven § 9-2 tredje ledd",
            facts.expiry == Expiry.CLOCK_STOPPED,
            {"last_safe_on": facts.last_safe_on, "state": str(facts.expiry)},
            "notice" if facts.expiry == Expiry.EXPIRED else "",
        )
    ended = facts.notices.get("termination")
    if ground == Ground.TERMINATED and kind == ReferralKind.BAILIFF:
        yield Condition(
            "termination.not_protested",
            group,
            "husleieloven § 9-8, tvangsfullbyrdelsesloven § 13-2 tredje ledd c",
            ended is not None and ended.protest_on is None,
            {"on": ended.protest_on if ended else None},
        )
    elif ground == Ground.TERMINATED:
        yield from _protested(ended, day)
    if kind == ReferralKind.BAILIFF:
        warned = facts.notices.get("nav_warning")
        reserved_on = warned.reservation_on if warned else None
        is_met = (
            warned is None
            or reserved_on is not None
            or (warned.allowed_from is not None and warned.allowed_from <= day)
        )
        yield Condition(
            "nav.respected",
            group,
            "husleieloven § 9-11",
            is_met,
            {
                "sent_on": warned.sent_on if warned else None,
                "reserved_on": reserved_on,
                "allowed_from": warned.allowed_from if warned else None,
            },
        )


def _protested(ended: NoticeState | None, day: dt.date) -> Iterator[Condition]:
    """§ 9-8: after a protest in time the landlord must sue within three months, or the termination
    lapses. It is the landlord's own deadline, so it never moves."""
    source = "husleieloven § 9-8"
    protest_on = ended.protest_on if ended else None
    yield Condition(
        "termination.protested", Group.LAW, source, protest_on is not None, {"on": protest_on}
    )
    sue_by = ended.sue_by_on if ended else None
    yield Condition(
        "termination.sued_in_time",
        Group.LAW,
        source,
        sue_by is not None and day <= sue_by,
        {"sue_by": sue_by},
    )


def claim(
    facts: GateFacts, kind: ReferralKind, ground: Ground, day: dt.date
) -> Iterator[Condition]:
    """There is something to claim, and nothing stands in the way of claiming it."""
    group = Group.LAW
    is_about_money = ground in (Ground.NONE, Ground.UNPAID)
    if is_about_money:
        owed = facts.overdue_rent_ore if ground == Ground.UNPAID else facts.overdue_ore
        source = "husleieloven § 3-8"
        if ground == Ground.UNPAID:
            source = "tvangsfullbyrdelsesloven § 13-2 tredje ledd a"
        yield Condition("debt.overdue", group, source, owed > 0, {"overdue_ore": owed}, "ledger")
        yield Condition(
            "plan.none_running",
            group,
            "nedbetalingsavtale",
            facts.running_plan_on is None,
            {"on": facts.running_plan_on},
            "plan",
        )
        yield Condition(
            "settlement.none",
            group,
            "gjeldsordningsloven",
            facts.settlement_on is None,
            {"on": facts.settlement_on},
            "settlement",
        )
        yield _limitation(facts, day)
        yield answered(
            "objection.assessed",
            "husleieloven §§ 2-15, 3-8",
            facts.objection,
            facts,
            day,
            group,
        )
    if kind == ReferralKind.BAILIFF and facts.occupants:
        yield Condition(
            "occupants.heard",
            group,
            "tvangsfullbyrdelsesloven § 13-6",
            facts.unheard == 0,
            {"count": facts.unheard},
            "occupants",
        )
    yield Condition(
        "tenants.alive",
        group,
        "husleieloven § 8-2",
        facts.died_on is None,
        {"on": facts.died_on},
        "lease",
    )


def _limitation(facts: GateFacts, day: dt.date) -> Condition:
    """Foreldelsesloven § 2: rent older than three years is looked into before any demand."""
    source = "foreldelsesloven § 2"
    oldest = facts.oldest_due_on
    is_old = oldest is not None and needs_limitation_check(oldest, facts.limitation_years, day)
    more = {"oldest_due_on": oldest, "years": facts.limitation_years, "is_old": is_old}
    if is_old:
        return answered("limitation.checked", source, facts.limitation, facts, day, Group.LAW, more)
    return Condition("limitation.checked", Group.LAW, source, True, more)
