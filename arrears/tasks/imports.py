"""The worker's part of a payment import."""

import datetime

from celery import shared_task

from arrears.models import ImportState
from arrears.services.figures import refresh_figures
from arrears.services.imports import import_stored


@shared_task(name="arrears.import_payments")
def import_payments(import_id: int, today: str) -> dict[str, int]:
    """Imports an uploaded file and brings the dashboard's counters along."""
    day = datetime.date.fromisoformat(today)
    row = import_stored(import_id, today=day)
    if row.state == ImportState.DONE:
        refresh_figures(day)
    return {"payments": row.payments, "placed": row.placed}
