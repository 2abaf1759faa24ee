"""Contact on cases: the facts of many cases at once, and what stands on one of them."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Q

from arrears.models import ContactAttempt, ContactState, TenantView
from arrears.rules.contacts import (
    GUARDIAN,
    HOME_VISIT,
    NOT_REACHED,
    ContactFacts,
    Heard,
    to_hear,
    together,
)

_CONTACTS = """
SELECT case_id,
    min("on") FILTER (WHERE tried) AS first_on,
    array_agg(DISTINCT channel) FILTER (WHERE tried) AS channels,
    max("on") FILTER (WHERE tried AND channel = %(visit)s) AS home_visit_on,
    max("on") FILTER (WHERE was_done AND was_reached) AS reached_on,
    min("on") FILTER (WHERE state = 'planned') AS planned_visit_on
FROM (
    SELECT *, state = 'done' AND "on" <= %(day)s AS was_done,
        state = 'done' AND "on" <= %(day)s AND counts AS tried
    FROM arrears_contactattempt WHERE case_id = ANY(%(cases)s)
) AS contact
GROUP BY case_id
"""

_LAST = """
SELECT DISTINCT ON (case_id) case_id, "on", channel, result, was_reached
FROM arrears_contactattempt
WHERE case_id = ANY(%(cases)s) AND state = 'done' AND "on" <= %(day)s
ORDER BY case_id, "on" DESC, entered_at DESC, id DESC
"""

_PROMISES = """
SELECT DISTINCT ON (case_id) case_id, promised_on, promised_ore, promise_state
FROM arrears_contactattempt
WHERE case_id = ANY(%(cases)s) AND state = 'done' AND promise_state <> '' AND "on" <= %(day)s
ORDER BY case_id, "on" DESC, entered_at DESC, id DESC
"""

# The tenants of a day are those of the tenancy's first day before it and of its last day after it.
_TENANTS = """
SELECT arrears_case.id, party.person_id,
    CASE WHEN said.missing_because = '' THEN said."on" END AS view_on,
    coalesce(said.missing_because, '') AS missing_because,
    (
        SELECT max(invited_on) FROM arrears_tenantview AS view
        WHERE view.case_id = arrears_case.id AND view.person_id = party.person_id
            AND view.invited_on <= %(day)s
    ) AS invited_on,
    (
        SELECT max(contact."on") FROM arrears_contactattempt AS contact
        WHERE contact.case_id = arrears_case.id AND contact.state = 'done' AND contact.counts
            AND contact."on" <= %(day)s
            AND (contact.person_id = party.person_id OR contact.person_id IS NULL)
    ) AS contacted_on,
    guardian.is_there AS has_guardian,
    CASE WHEN guardian.is_there THEN greatest(
        (
            SELECT max(contact."on") FROM arrears_contactattempt AS contact
            WHERE contact.case_id = arrears_case.id AND contact.channel = %(guardian)s
                AND contact.state = 'done' AND contact.counts AND contact.result <> %(missed)s
                AND contact."on" <= %(day)s
                AND (contact.person_id = party.person_id OR contact.person_id IS NULL)
        ),
        (
            SELECT max(serving.sent_on) FROM arrears_noticeserving AS serving
            JOIN arrears_notice AS notice ON notice.id = serving.notice_id
            WHERE notice.case_id = arrears_case.id AND notice.state = 'sent'
                AND serving.person_id = party.person_id AND serving.guardianship_id IS NOT NULL
                AND serving.sent_on <= %(day)s
        )
    ) END AS guardian_informed_on,
    coalesce(person.died_on <= %(day)s, false) AS is_dead
FROM arrears_case
JOIN tenants_lease AS lease ON lease.id = arrears_case.lease_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN lease.moved_out_on IS NULL THEN greatest(%(day)s, lease.starts_on)
        ELSE least(%(day)s, lease.moved_out_on) END AS day
) AS shown
JOIN tenants_leaseparty AS party ON party.lease_id = lease.id AND party.role = 'tenant'
    AND party.from_on <= shown.day AND (party.to_on IS NULL OR party.to_on >= shown.day)
JOIN tenants_person AS person ON person.id = party.person_id
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM tenants_guardianship
        WHERE person_id = party.person_id AND from_on <= %(day)s
            AND (to_on IS NULL OR to_on >= %(day)s)
    ) AS is_there
) AS guardian
LEFT JOIN LATERAL (
    SELECT view."on", view.missing_because FROM arrears_tenantview AS view
    WHERE view.case_id = arrears_case.id AND view.person_id = party.person_id
        AND view."on" <= %(day)s AND (view.words <> '' OR view.missing_because <> '')
    ORDER BY view.entered_at DESC, view.id DESC LIMIT 1
) AS said ON true
WHERE arrears_case.id = ANY(%(cases)s)
ORDER BY arrears_case.id, party.position, party.id
"""


def contact_facts(case_ids: Collection[int], day: datetime.date) -> dict[int, ContactFacts]:
    """What has been tried on each case until `day`, by case id. Four queries, however many."""
    if not case_ids:
        return {}
    asked = {
        "cases": list(case_ids),
        "day": day,
        "visit": HOME_VISIT,
        "guardian": GUARDIAN,
        "missed": NOT_REACHED,
    }
    found: dict[int, dict[str, Any]] = {case_id: {} for case_id in case_ids}
    with connection.cursor() as cursor:
        cursor.execute(_CONTACTS, asked)
        for case_id, first_on, channels, home_visit_on, reached_on, planned_on in cursor.fetchall():
            found[case_id] |= {
                "first_on": first_on,
                "channels": frozenset(channels or ()),
                "home_visit_on": home_visit_on,
                "reached_on": reached_on,
                "planned_visit_on": planned_on,
            }
        cursor.execute(_LAST, asked)
        last = ("last_on", "last_channel", "last_result", "last_reached")
        for case_id, *values in cursor.fetchall():
            found[case_id] |= dict(zip(last, values, strict=True))
        cursor.execute(_PROMISES, asked)
        promise = ("promise_on", "promise_ore", "promise_state")
        for case_id, *values in cursor.fetchall():
            found[case_id] |= dict(zip(promise, values, strict=True))
        cursor.execute(_TENANTS, asked)
        tenants: dict[int, list[Heard]] = defaultdict(list)
        for case_id, *values in cursor.fetchall():
            tenants[case_id].append(Heard(*values))
    facts = {}
    for case_id, known in found.items():
        heard = to_hear(tenants[case_id])
        facts[case_id] = ContactFacts(**known, **together(heard)._asdict(), tenants=heard)
    return facts


def contacts_of(case_id: int) -> list[ContactAttempt]:
    """Everything tried on a case, and what is planned; the newest first, withdrawn ones too."""
    rows = ContactAttempt.objects.filter(case_id=case_id)
    rows = rows.select_related("person", "by", "reported_by")
    return list(rows.order_by("-on", "-entered_at", "-id"))


def views_of(case_id: int) -> list[TenantView]:
    """All that was recorded of the tenants' own views, the newest first."""
    rows = TenantView.objects.filter(case_id=case_id).select_related("person", "by")
    return list(rows.order_by("-entered_at", "-id"))


def last_promise(case_id: int) -> ContactAttempt | None:
    """The newest promise to pay on a case, whatever came of it."""
    rows = ContactAttempt.objects.filter(case_id=case_id, state=ContactState.DONE)
    return rows.exclude(promise_state="").order_by("-on", "-entered_at", "-id").first()


def planned_visits(case_ids: Collection[int]) -> dict[int, list[ContactAttempt]]:
    """Home visits that are planned and not reported yet, by case id, the first one first."""
    found: dict[int, list[ContactAttempt]] = defaultdict(list)
    planned = Q(case__in=case_ids, channel=HOME_VISIT, state=ContactState.PLANNED)
    for row in ContactAttempt.objects.filter(planned).order_by("on", "id"):
        found[row.case_id].append(row)
    return found
