"""Decisions, the criteria they answer, and the appeals against them, as pages ask for them."""

import datetime
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from tenants.models import (
    Appeal,
    Application,
    ApplicationMember,
    ApplicationState,
    Condition,
    Criterion,
    Decision,
    DecisionAnswer,
    DecisionState,
)
from tenants.rules.decisions import HOME


def criteria_on(kind: str, day: datetime.date) -> list[Criterion]:
    """The criteria in force on `day` for a kind of decision, in their order: the newest version of
    each code, unless it has ended."""
    rows = (
        Criterion.objects.filter(decision=kind, valid_from__lte=day)
        .order_by("code", "-valid_from")
        .distinct("code")
    )
    found = [row for row in rows if row.valid_to is None or row.valid_to >= day]
    return sorted(found, key=lambda row: (row.position, row.code))


def used_days(criterion_id: int) -> tuple[datetime.date | None, datetime.date | None, int]:
    """The first and last day on which a made decision answered the criterion, and how many did."""
    days = list(
        DecisionAnswer.objects.filter(criterion=criterion_id, decision__made_on__isnull=False)
        .order_by("decision__made_on")
        .values_list("decision__made_on", flat=True)
    )
    return (days[0], days[-1], len(days)) if days else (None, None, 0)


def answers_of(decision_id: int) -> list[DecisionAnswer]:
    """With their criteria, in the order of these."""
    rows = DecisionAnswer.objects.filter(decision=decision_id).select_related("criterion")
    return list(rows.order_by("criterion__position", "criterion__code"))


def decisions_of(application_id: int) -> list[Decision]:
    """All of them with conditions and appeals, the oldest first. Three queries."""
    appeals = Appeal.objects.order_by("received_on", "pk")
    conditions = Condition.objects.select_related("responsible", "settled_by").order_by("pk")
    rows = Decision.objects.filter(application=application_id).select_related(
        "by", "approved_by", "document"
    )
    return list(
        rows.prefetch_related(
            Prefetch("appeals", queryset=appeals), Prefetch("conditions", queryset=conditions)
        ).order_by("pk")
    )


def standing(application_id: int, kind: str = "") -> list[Decision]:
    """The decisions that have been made and hold, the newest first."""
    rows = Decision.objects.filter(application=application_id, state=DecisionState.FINAL)
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.order_by("-made_on", "-pk"))


def is_granted_home(application_id: int) -> bool:
    """Whether a decision that holds grants a municipal home."""
    return Decision.objects.filter(
        Q(application=application_id, kind="allocation"),
        state=DecisionState.FINAL,
        outcome="granted",
    ).exists()


def handed_in_by(person_ids: Collection[int], lease_id: int) -> QuerySet[Application]:
    """Registered applications that concern some tenants: they apply, alone or with others, or it is
    about this lease. What was withdrawn asks for nothing any more."""
    joined = ApplicationMember.objects.filter(application=OuterRef("pk"), person__in=person_ids)
    return Application.objects.exclude(
        state__in=(ApplicationState.DRAFT, ApplicationState.WITHDRAWN)
    ).filter(Q(applicant__in=person_ids) | Q(lease=lease_id) | Exists(joined))


def undecided(person_ids: Collection[int], lease_id: int, day: datetime.date) -> list[Application]:
    """Those of them received by `day` on which nobody has decided about a home, the oldest first.
    Help that has been decided on answers no application for a home."""
    decided = Decision.objects.filter(
        application=OuterRef("pk"), kind=HOME, state=DecisionState.FINAL
    )
    rows = handed_in_by(person_ids, lease_id).filter(
        ~Exists(decided),
        state__in=(ApplicationState.RECEIVED, ApplicationState.DECIDED),
        received_on__lte=day,
    )
    return list(rows.order_by("received_on", "pk"))
