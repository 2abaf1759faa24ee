"""The worker's part of a payment import, and of what its worker left behind."""

import datetime

from celery import shared_task

from arrears.models import ImportState
from arrears.services.figures import refresh_figures
from arrears.services.imports import ask_again, import_stored, lost
from arrears.services.portfolio_uploads import lost_portfolios
from arrears.tasks.portfolio import load_portfolio
from boligsak import dates


@shared_task(name="arrears.import_payments")
def import_payments(import_id: int, today: str) -> dict[str, int]:
    """Imports an uploaded file and brings the dashboard's counters along."""
    day = datetime.date.fromisoformat(today)
    row = import_stored(import_id, today=day)
    if row.state == ImportState.DONE:
        refresh_figures(day)
    return {"payments": row.payments, "placed": row.placed}


@shared_task(name="arrears.take_up_imports")
def take_up_imports() -> dict[str, int]:
    """Takes up uploaded files whose worker was lost: payments, and files of a first load, which
    come in the order they were sent. Safe to run twice, and twice at once."""
    today, now = dates.today(), dates.now()
    files, loads = lost(now), lost_portfolios(now)
    for import_id in files:
        ask_again(import_id, today=today)
        import_payments(import_id, today.isoformat())
    for run_id in loads:
        load_portfolio(run_id, today.isoformat())
    return {"files": len(files) + len(loads)}
