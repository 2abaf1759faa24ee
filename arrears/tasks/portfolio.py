"""The worker's part of a first load."""

import datetime

from celery import shared_task

from arrears.services.figures import refresh_figures
from arrears.services.portfolio_uploads import load_stored
from boligsak.jobs.models import RunState
from boligsak.rule import RuleBroken


@shared_task(name="arrears.load_portfolio")
def load_portfolio(run_id: int, today: str) -> dict[str, int]:
    """Loads an uploaded file and brings the dashboard's counters along."""
    day = datetime.date.fromisoformat(today)
    try:
        run = load_stored(run_id, today=day)
    except RuleBroken:
        return {"refused": 1}  # another load was at work; the run says so
    if run.state == RunState.DONE:
        refresh_figures(day)
    return {"done": int(run.state == RunState.DONE)}
