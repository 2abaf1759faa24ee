"""Help to manage a tenancy: prepared with the application, so that it is ready on the day of the
keys."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from boligsak.accounts.models import User
from boligsak.rule import RuleBroken
from tenants.models import Application, SupportAssessment, SupportMeasure, SupportState
from tenants.queries.applications import ROLES_OF_PARTY, handlers_at
from tenants.services.applications.base import at_work, note_act, touched
from tenants.services.history import signed

OTHER = "other"
"""A party outside the three: somebody there is nobody's user here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSupport:
    """Help as it is prepared. `kind` is a code of the catalogue of measures, looked up above.

    `name` says what it is; `starts_on` None: on the first day of the lease. `responsible_id` is a
    user of the party; None where nobody is chosen yet.
    """

    kind: str
    name: str
    party: str
    responsible_id: int | None = None
    starts_on: datetime.date | None = None
    review_on: datetime.date | None = None


@transaction.atomic
def prepare_measure(
    application_id: int,
    support: NewSupport,
    *,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> SupportMeasure:
    """Help with a party, somebody responsible and a first day, waiting for the keys.

    Raises `RuleBroken` as `at_work` and `check_support` do, "support.not_needed" when it is
    concluded that none is needed, or "support.twice".
    """
    row = at_work(application_id, by=by, version=version)
    newest = SupportAssessment.objects.filter(application=row).order_by("-pk").first()
    if newest is not None and not newest.needs_help:
        raise RuleBroken("support.not_needed")
    check_support(row, support, on)
    same = row.measures.filter(
        kind=support.kind, name=support.name.strip(), state=SupportState.PREPARED
    )
    if same.exists():
        raise RuleBroken("support.twice")
    with signed(by):
        measure = SupportMeasure.objects.create(
            application=row, by=by, made_on=on, **_values(support)
        )
    facts = {"measure": measure.pk, "name": measure.name}
    note_act(row, "measure_prepared", facts, by=by, on=on)
    touched(row)
    return measure


@transaction.atomic
def change_measure(
    measure_id: int,
    support: NewSupport,
    *,
    by: Any,
    on: datetime.date,
    version: int | None,
) -> SupportMeasure:
    """Another party, person or day while it waits. Raises `RuleBroken` as `lock_prepared` and
    `check_support` do."""
    measure, row = lock_prepared(measure_id, by=by, version=version)
    check_support(row, support, on)
    with signed(by):
        for name, value in _values(support).items():
            setattr(measure, name, value)
        measure.version += 1
        measure.save()
    facts = {"measure": measure.pk, "name": measure.name}
    note_act(row, "measure_changed", facts, by=by, on=on)
    return measure


@transaction.atomic
def drop_measure(
    measure_id: int, reason: str, *, by: Any, on: datetime.date, version: int | None
) -> SupportMeasure:
    """It is not wanted after all. Raises `RuleBroken` as `lock_prepared` does, or
    "support.no_reason"."""
    if not reason.strip():
        raise RuleBroken("support.no_reason")
    measure, row = lock_prepared(measure_id, by=by, version=version)
    with signed(by):
        measure.state, measure.ended_on = SupportState.DROPPED, on
        measure.result = reason.strip()
        measure.version += 1
        measure.save(update_fields=["state", "ended_on", "result", "version"])
    facts = {"measure": measure.pk, "name": measure.name}
    note_act(row, "measure_dropped", facts, by=by, on=on)
    return measure


# --- What the steps have in common ----------------------------------------------------------------


def lock_prepared(
    measure_id: int, *, by: Any, version: int | None
) -> tuple[SupportMeasure, Application]:
    """Help that waits, and its application, both locked: the application first.

    Raises `RuleBroken` as `at_work` does, "support.changed" (version) when somebody else was first,
    or "support.not_prepared" (state).
    """
    application_id = SupportMeasure.objects.values_list("application_id", flat=True).get(
        pk=measure_id
    )
    if application_id is None:
        raise RuleBroken("support.not_prepared", state=SupportState.RUNNING)
    row = at_work(application_id, by=by)
    measure = SupportMeasure.objects.select_for_update(of=("self",)).get(pk=measure_id)
    if version is not None and measure.version != version:
        raise RuleBroken("support.changed", version=measure.version)
    if measure.state != SupportState.PREPARED:
        raise RuleBroken("support.not_prepared", state=measure.state)
    return measure, row


def check_support(application: Application, support: NewSupport, on: datetime.date) -> None:
    """Raises `RuleBroken` "support.kind", "support.no_name", "support.party", "support.responsible"
    (who: does not work for that party at the office, or may not see whose it is),
    "support.starts_before" or "support.review_before"."""
    if not support.kind:
        raise RuleBroken("support.kind")
    if not support.name.strip():
        raise RuleBroken("support.no_name")
    if support.party not in (*ROLES_OF_PARTY, OTHER):
        raise RuleBroken("support.party")
    if support.responsible_id is not None:
        able = handlers_at(
            application.office_id, on, support.party, is_protected=application.is_protected
        )
        if support.responsible_id not in {one.id for one in able}:
            who = User.objects.filter(pk=support.responsible_id).first()
            raise RuleBroken("support.responsible", who=str(who or ""))
    if support.starts_on is not None and support.starts_on < on:
        raise RuleBroken("support.starts_before")
    if support.review_on is not None and support.review_on <= (support.starts_on or on):
        raise RuleBroken("support.review_before")


def _values(support: NewSupport) -> dict[str, Any]:
    return {
        "kind": support.kind,
        "name": support.name.strip(),
        "party": support.party,
        "responsible_id": support.responsible_id,
        "starts_on": support.starts_on,
        "review_on": support.review_on,
    }
