"""(b) The municipality's own work is finished: everything else has been tried."""

import datetime as dt
from collections.abc import Iterator

from arrears.rules.gate.facts import Condition, GateFacts, Group, answered

CHANNELS_NEEDED = 2
"""Contact was tried in two ways at least: who does not open letters may answer the phone."""

ANSWERABLE = (
    "contact.home_visit",
    "application.decided",
    "objection.assessed",
    "limitation.checked",
)
"""The conditions that a person answers for, where the system cannot know."""


def work(facts: GateFacts, day: dt.date) -> Iterator[Condition]:
    """«Utkastelse er siste utveg, og alt annet skal være prøvd først.»"""
    group = Group.WORK
    tried = "tiltaksliste"
    yield Condition(
        "contact.channels",
        group,
        tried,
        len(facts.channels) >= CHANNELS_NEEDED,
        {"channels": sorted(facts.channels), "needed": CHANNELS_NEEDED},
        "contact",
    )
    yield Condition(
        "contact.home_visit",
        group,
        tried,
        facts.home_visit_on is not None or facts.has_no_home_visit_reason,
        {"on": facts.home_visit_on},
        "home_visit",
    )
    yield Condition(
        "view.recorded",
        group,
        "medvirkning",
        facts.views >= facts.tenants,
        {"tenants": facts.tenants, "views": facts.views},
        "view",
    )
    yield Condition(
        "measures.answered",
        group,
        tried,
        facts.unanswered == 0,
        {"count": facts.unanswered},
        "checklist",
    )
    yield Condition(
        "measures.decided",
        group,
        tried,
        facts.undecided == 0,
        {"count": facts.undecided},
        "measures",
    )
    yield Condition(
        "measures.support_insufficient",
        group,
        tried,
        facts.support_without_reason == 0,
        {"count": facts.support_without_reason},
        "measures",
    )
    yield Condition(
        "application.none_waiting",
        group,
        "søknader om bolig",
        not facts.waiting,
        {
            "waiting": [
                {
                    "application": one.application_id,
                    "number": one.number,
                    "days": (day - one.received_on).days if one.received_on else None,
                }
                for one in facts.waiting
            ]
        },
        "application",
    )
    yield answered(
        "application.decided", "sosialtjenesteloven §§ 17–19, 27", facts.application, facts, day
    )
    if facts.has_children:
        yield Condition(
            "children.assessed",
            group,
            "barnets beste",
            facts.children_assessed_on is not None,
            {"on": facts.children_assessed_on},
            "children",
        )
    if facts.guardians:
        yield Condition(
            "guardian.informed",
            group,
            "verge",
            facts.guardian_informed_on is not None,
            {"on": facts.guardian_informed_on},
            "contact",
        )
