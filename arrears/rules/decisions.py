"""What a coordination meeting can decide about a case, and what must be true of the meeting."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from arrears.rules.referrals import ReferralKind
from boligsak.rule import RuleBroken

REFERRALS = frozenset(map(str, ReferralKind))
"""The decisions that hand a case to somebody outside: each named like the referral it allows."""

AGAIN = "take_up_again"


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """A meeting as it was held. `present` and `invited` are parties; who came was invited."""

    name: str
    held_on: dt.date
    present: frozenset[str]
    invited: frozenset[str] = frozenset()

    @property
    def asked(self) -> frozenset[str]:
        return self.present | self.invited


def check_decision(
    kind: str,
    meeting: MeetingFacts,
    *,
    reason: str,
    due_on: dt.date | None,
    again_on: dt.date | None,
    opened_on: dt.date,
    on: dt.date,
) -> None:
    """A decision is of a held meeting, has its reasons, and to refer it takes the parties.

    `opened_on`: the case's first day; `on`: today. Raises RuleBroken: "decision.no_meeting",
    "decision.not_held" (held_on), "decision.before_case" (opened_on), "decision.no_reason",
    "decision.parties" (absent, asked) when a referral is decided without landlord and welfare
    office in the room or the housing unit invited, "decision.no_day" / "decision.day_past" for a
    case to be taken up again, "decision.due_before".
    """
    if not meeting.name.strip():
        raise RuleBroken("decision.no_meeting")
    if meeting.held_on > on:
        raise RuleBroken("decision.not_held", held_on=meeting.held_on)
    if meeting.held_on < opened_on:
        raise RuleBroken("decision.before_case", opened_on=opened_on)
    if not reason.strip():
        raise RuleBroken("decision.no_reason")
    if kind in REFERRALS:
        check_parties(meeting.present, meeting.asked)
    if kind == AGAIN:
        if again_on is None:
            raise RuleBroken("decision.no_day")
        if again_on <= meeting.held_on:
            raise RuleBroken("decision.day_past", held_on=meeting.held_on)
    if due_on is not None and due_on < meeting.held_on:
        raise RuleBroken("decision.due_before", held_on=meeting.held_on)


def check_parties(present: Collection[str], asked: Collection[str]) -> None:
    """Raises RuleBroken("decision.parties", absent, housing_unit_asked) unless they were there."""
    absent = sorted({"welfare", "landlord"} - set(present))
    is_asked = "housing_unit" in asked
    if absent or not is_asked:
        raise RuleBroken("decision.parties", absent=absent, is_asked=is_asked)
