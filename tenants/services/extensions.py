"""Applications to stay longer: over when the contract that carries them out is signed."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from boligsak.jobs.services import Counts
from boligsak.rule import RuleBroken
from tenants.models import (
    Application,
    ApplicationKind,
    ApplicationState,
    ContractState,
    Decision,
    LeaseContract,
)
from tenants.services.applications.base import at_work, note_act, touched
from tenants.services.history import signed

WAITS = (ApplicationState.RECEIVED, ApplicationState.DECIDED, ApplicationState.WAITING)
CARRIES_OUT = ("renewal", "conversion")
"""The kinds of contract that let somebody stay longer."""


def close_extensions(day: datetime.date) -> Counts:
    """The night's step, a net below the signatures: an application to stay longer is over when the
    contract has been renewed or made open-ended after the decision that granted it, and signed.
    Safe to run twice and for a past day."""
    renewed = LeaseContract.objects.filter(
        lease=OuterRef("lease"), kind__in=CARRIES_OUT, on__lte=day, state=ContractState.SIGNED
    )
    rows = _granted(Application.objects.all())
    due = rows.filter(Exists(renewed.filter(on__gte=OuterRef("granted_on"))))
    closed = 0
    for application_id in list(due.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            application = at_work(application_id, by=None, must_be_open=False)
            if application.state in WAITS:
                _close(application, by=None, on=day)
                closed += 1
    return {"extensions": closed}


def lock_extensions(lease_id: int) -> list[Application]:
    """The applications to stay longer in this home that wait, locked: they come before the lease in
    the order of locks. Inside the transaction that signs a contract."""
    rows = Application.objects.filter(
        lease=lease_id, kind=ApplicationKind.EXTENSION, state__in=WAITS
    )
    return [
        at_work(pk, by=None, must_be_open=False)
        for pk in rows.order_by("pk").values_list("pk", flat=True)
    ]


def carried_out(
    applications: Iterable[Application], contract: LeaseContract, *, by: Any, on: datetime.date
) -> int:
    """The contract is signed: those of the locked applications that had been granted when it was
    made are over. Returns how many."""
    if contract.kind not in CARRIES_OUT or contract.state != ContractState.SIGNED:
        return 0
    found = _granted(Application.objects.filter(pk__in=[one.pk for one in applications]))
    due = set(found.filter(granted_on__lte=contract.on).values_list("pk", flat=True))
    for application in applications:
        if application.pk in due:
            _close(application, by=by, on=on)
    return len(due)


@transaction.atomic
def close_extension(
    application_id: int, *, by: Any, on: datetime.date, version: int | None = None
) -> Application:
    """By hand, when nobody waits for a signature any more.

    Raises `RuleBroken` as `at_work` does, "extension.not_one", "extension.not_granted" or
    "extension.not_renewed".
    """
    application = at_work(application_id, by=by, version=version)
    if (code := why_not(application)) is not None:
        raise RuleBroken(code)
    _close(application, by=by, on=on)
    return application


def why_not(application: Application) -> str | None:
    """The code of what is in the way of closing it by hand; None: nothing is."""
    if application.kind != ApplicationKind.EXTENSION or application.state not in WAITS:
        return "extension.not_one"
    granted = _granted(Application.objects.filter(pk=application.pk)).first()
    if granted is None:
        return "extension.not_granted"
    rows = LeaseContract.objects.filter(
        lease=application.lease_id, kind__in=CARRIES_OUT, on__gte=granted.granted_on
    )
    is_renewed = rows.exclude(state=ContractState.DROPPED).exists()
    lease = application.lease
    return None if is_renewed or lease is None or lease.ends_on is None else "extension.not_renewed"


def _granted(rows: QuerySet[Application]) -> QuerySet[Any]:
    """Of these, the applications to stay longer that wait and were granted, with `granted_on`."""
    decisions = Decision.objects.filter(
        application=OuterRef("pk"), kind="allocation", state="final", outcome="granted"
    )
    return rows.filter(Exists(decisions), kind=ApplicationKind.EXTENSION, state__in=WAITS).annotate(
        granted_on=Subquery(decisions.order_by("made_on").values("made_on")[:1])
    )


def _close(application: Application, *, by: Any, on: datetime.date) -> None:
    application.state, application.ended_on = ApplicationState.HOUSED, on
    with signed(by):
        application.save(update_fields=["state", "ended_on"])
    note_act(application, "lease_extended", {"lease": application.lease_id}, by=by, on=on)
    touched(application)
