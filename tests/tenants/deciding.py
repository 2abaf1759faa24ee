"""An application that is ready to be decided on, and the steps of deciding in one line each."""

import datetime
from typing import Any

from tenants.models import Application, Decision, EconomyAssessment, SupportAssessment
from tenants.queries.decisions import answers_of
from tenants.services.decisions import Draft, make_decision, save_draft, start_decision
from tests.factories import ApplicationFactory

DAY = datetime.date(2026, 11, 23)


def assess(application: Application) -> Application:
    """Economy and the need for help, concluded."""
    EconomyAssessment.objects.create(
        application=application,
        adults=1,
        children=0,
        income_ore=2_000_000,
        left_ore=900_000,
        affordable_ore=700_000,
        result={
            "fixed_ore": 1_100_000,
            "debt_ore": 0,
            "living_ore": 0,
            "rate_ore": 0,
            "rent_ore": 900_000,
            "allowance_ore": 0,
            "left_before_rent_ore": 1_800_000,
        },
        on=DAY,
        by=application.by,
    )
    SupportAssessment.objects.create(
        application=application, needs_help=False, reasons="Klarer seg.", on=DAY, by=application.by
    )
    return application


def ready(**more: Any) -> Application:
    more.setdefault("received_on", datetime.date(2026, 11, 2))
    return assess(ApplicationFactory(**more))


def draft_of(decision: Decision, outcome: str = "granted", **more: Any) -> Draft:
    """A whole draft: every criterion met, unless `answers` says otherwise."""
    answers = {one.criterion_id: (outcome == "granted", "") for one in answers_of(decision.pk)}
    if outcome == "refused":
        answers = dict.fromkeys(answers, (False, "Har egnet bolig."))
    values: dict[str, Any] = {
        "outcome": outcome,
        "content": "Kommunal bolig med to rom." if outcome == "granted" else "",
        "reasons": "Søkeren er uten egnet bolig.",
        "participation": "Samtale 12. november.",
        "answers": answers,
        **more,
    }
    return Draft(**values)


def made(
    application: Application,
    by: Any,
    kind: str = "allocation",
    on: datetime.date = DAY,
    **more: Any,
) -> Decision:
    """A decision made through the services."""
    row = start_decision(application.pk, kind, by=by, on=on)
    row = save_draft(row.pk, draft_of(row, **more), version=row.version, by=by, on=on)
    return make_decision(row.pk, version=row.version, by=by, on=on)
