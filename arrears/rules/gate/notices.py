"""(c) The legal notices are served, and their deadlines are over."""

import datetime as dt
from collections.abc import Iterator

from arrears.rules.gate.facts import Condition, GateFacts, Group
from arrears.rules.referrals import Ground, ReferralKind

_SECTION_4_18 = "tvangsfullbyrdelsesloven § 4-18"

SOURCES: dict[str, str] = {
    "collection_notice": "inkassoloven § 9",
    "payment_demand": "inkassoloven § 10",
    "warning_a": _SECTION_4_18,
    "warning_b": _SECTION_4_18,
    "warning_c": _SECTION_4_18,
    "move_request": "husleieloven § 9-2",
    "termination": "husleieloven § 9-7",
    "nuisance_warning": "husleieloven § 9-9",
}

_K, _G = ReferralKind, Ground

NEEDED: dict[tuple[ReferralKind, Ground], tuple[str, ...]] = {
    (_K.COLLECTION, _G.NONE): ("collection_notice",),
    (_K.DISTRAINT, _G.NONE): ("collection_notice", "payment_demand"),
    (_K.TRIBUNAL, _G.NONE): ("collection_notice",),
    (_K.TRIBUNAL, _G.TERMINATED): ("termination",),
    (_K.TRIBUNAL, _G.NUISANCE): ("nuisance_warning",),
    (_K.BAILIFF, _G.UNPAID): ("warning_a",),
    (_K.BAILIFF, _G.EXPIRED): ("move_request", "warning_b"),
    (_K.BAILIFF, _G.TERMINATED): ("termination", "warning_c"),
    (_K.COURT, _G.NUISANCE): ("nuisance_warning",),
    (_K.COURT, _G.TERMINATED): ("termination",),
}
"""Which notices must have been served, and their deadlines be over, by kind and ground."""

NAME_CHARGES = ("collection_notice", "payment_demand", "warning_a")
"""Those that name charges, and carry only while one of them is partly open."""


def notices(
    facts: GateFacts, kind: ReferralKind, ground: Ground, day: dt.date
) -> Iterator[Condition]:
    """The notices the law asks for are sent with proof to everybody, still carry, and are over."""
    for name in NEEDED[kind, ground]:
        source, group = SOURCES[name], Group.LAW
        sent = facts.notices.get(name)
        seen = {"notice": name, "sent_on": sent.sent_on if sent else None}
        is_sent = sent is not None and sent.sent_on <= day
        yield Condition(f"{name}.sent", group, source, is_sent, seen, "notice")
        yield Condition(
            f"{name}.served",
            group,
            source,
            sent is not None and is_sent and sent.is_served_to_all,
            seen,
            "notices" if is_sent else "notice",
        )
        if name in NAME_CHARGES:
            yield Condition(
                f"{name}.carries",
                group,
                source,
                sent is not None and is_sent and sent.is_carrying,
                seen,
                "notice",
            )
        if name == "termination" and kind != ReferralKind.BAILIFF:
            # A protest is answered by going to court: nobody waits for the notice to run out.
            continue
        allowed_from = sent.allowed_from if sent else None
        yield Condition(
            f"{name}.waited",
            group,
            source,
            is_sent and allowed_from is not None and allowed_from <= day,
            seen | {"allowed_from": allowed_from},
            "" if is_sent else "notice",
        )
