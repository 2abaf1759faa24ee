"""The gate: what must be done and served before a case may be handed to anybody outside.

Nobody passes it by. Each condition is met or not on a day, with what it looked at, so that a page
can show it and lead to where it is mended; it says nothing that only the welfare side may know.
Facts come from the nouns of the case as values. `conditions` is the only place that knows.
"""

import datetime as dt
from collections.abc import Iterator

from arrears.rules.gate.claim import claim, lease
from arrears.rules.gate.facts import (
    Answer,
    Condition,
    DecisionFacts,
    Gate,
    GateFacts,
    Group,
    NoticeState,
    Waiting,
)
from arrears.rules.gate.meeting import decision
from arrears.rules.gate.notices import NEEDED, SOURCES, notices
from arrears.rules.gate.work import ANSWERABLE, CHANNELS_NEEDED, work
from arrears.rules.referrals import Ground, ReferralKind, check_ground

__all__ = [
    "ANSWERABLE",
    "CHANNELS_NEEDED",
    "NEEDED",
    "SOURCES",
    "Answer",
    "Condition",
    "DecisionFacts",
    "Gate",
    "GateFacts",
    "Group",
    "NoticeState",
    "Waiting",
    "conditions",
]


def conditions(
    facts: GateFacts, kind: ReferralKind, ground: Ground, day: dt.date
) -> tuple[Condition, ...]:
    """Every condition for handing the case over in this way on `day`, in order of the groups.

    Raises RuleBroken("referral.ground", …) for a ground that the kind has not.
    """
    check_ground(kind, ground)
    return (
        *decision(facts, day),
        *work(facts, day),
        *notices(facts, kind, ground, day),
        *lease(facts, kind, ground, day),
        *claim(facts, kind, ground, day),
        *_privacy(facts, kind),
    )


def _privacy(facts: GateFacts, kind: ReferralKind) -> Iterator[Condition]:
    """Code 6 and 7: no protected address goes to a collector. The file has no place for one."""
    if kind == ReferralKind.COLLECTION:
        yield Condition(
            "address.kept_back",
            Group.PRIVACY,
            "adressesperre, kode 6 og 7",
            True,
            {"is_protected": facts.is_protected},
        )
