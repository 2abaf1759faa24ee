"""The whole night, in order. Celery's beat table is at the end of the page.

Every step is a job of its own, with a row that says how it went, and is safe to run again. A step
that fails does not stop the others; the night counts as done when all of them are, and a night
that is not done is done again by the next one, day by day.
"""

import datetime
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

import structlog
from celery import shared_task
from celery.schedules import crontab

from arrears.services.charges import charge_due
from arrears.services.check import check_sample
from arrears.services.complaints import reduce_newly_charged
from arrears.services.expected import check_payers
from arrears.services.figures import refresh_figures
from arrears.services.flags import bring_flags_up_to_date
from arrears.services.imports import import_inbox
from arrears.services.next_steps import propose
from arrears.services.notices.correcting import correct_late
from arrears.services.plan_check import check_plans
from arrears.services.promises import check_promises
from boligsak import dates
from boligsak.accounts.services import forget_old
from boligsak.jobs.models import JobRun, RunState
from boligsak.jobs.services import Counts, Progress, run
from boligsak.letters.services.sweeping import sweep_files
from meetings.services.agenda import fill_agendas
from meetings.services.planning import plan_meetings
from tenants.services.conditions import review_every_condition
from tenants.services.extensions import close_extensions
from tenants.services.kept_cards import forget_card_changes
from tenants.services.offers import expire_offers
from tenants.services.party_changes import let_silence_answer

log = structlog.get_logger(__name__)

JOB = "night"
_ONE_DAY = datetime.timedelta(days=1)
_SUNDAY = 6

Step = Callable[[datetime.date, Progress], Counts]

STEPS: dict[str, Step] = {
    # The rent that falls due today
    "charges": lambda day, progress: charge_due(day),
    # What a defect takes off the rent that has just been charged (§ 2-11)
    "reductions": lambda day, progress: reduce_newly_charged(day),
    # Payment files that wait in the inbox
    "inbox": lambda day, progress: import_inbox(day),
    # Fees and interest on rent that, as it turns out, was not owed
    "costs": lambda day, progress: correct_late(day),
    # Repayment plans against what came in: before the flags, for a broken plan is one
    "plans": lambda day, progress: check_plans(day),
    # Flags raised, changed and resolved, for the leases that moved or whose day has come
    "flags": lambda day, progress: bring_flags_up_to_date(day, progress=progress),
    # What Nav and others were to pay, and what tenants promised
    "payers": lambda day, progress: check_payers(day),
    "promises": lambda day, progress: check_promises(day),
    # What to do next on each case, when everything else of the day is known
    "next_steps": lambda day, progress: propose(day),
    # Conditions of a new home, met by a plan that is broken since or by people who owe again
    "conditions": lambda day, progress: review_every_condition(day),
    # Homes that were offered and not answered in time go to others; who stays waits for no other
    "offers": lambda day, progress: {**expire_offers(day), **close_extensions(day)},
    # New members of a household whom nobody has answered about within the month (§ 7-6)
    "members": lambda day, progress: let_silence_answer(day),
    # The meetings of the coming quarter, and the agendas of the coming week
    "meetings": lambda day, progress: plan_meetings(day),
    "agendas": lambda day, progress: fill_agendas(day),
    # The dashboard's counters
    "figures": lambda day, progress: refresh_figures(day),
    # A sample of what is kept, against the ledger
    "check": lambda day, progress: check_sample(day),
    # Sent forms, sessions and notes of changes that nobody needs; on Sundays also sealed files that
    # no row names, for then every file is looked at
    "housekeeping": lambda day, progress: {
        **forget_old(day),
        **forget_card_changes(day),
        **(sweep_files(day) if day.weekday() == _SUNDAY else {}),
    },
}

# What is done for a day before the last night: its charges are filled in, flags stay as they were.
STEPS_FOR_THE_PAST = ("charges",)


class NightFailed(RuntimeError):
    """Some steps did not end well; their own rows say why."""


def run_night(day: datetime.date, *, by: Any = None, fill_gaps: bool = True) -> JobRun:
    """Runs the night of `day`, and before it every night missed since the last one done.

    For a day before the last night only the charges are filled in. `fill_gaps=False` leaves
    missed nights out (for building a demo's past). Returns the last night's row. Raises
    `NightFailed` after the last when a step has failed, and `RuleBroken("job.running")` when
    another night is at work.
    """
    last = last_night()
    first = last + _ONE_DAY if last and fill_gaps and last < day else day
    rows: list[JobRun] = []
    failed: list[NightFailed] = []
    for number in range((day - first).days + 1):
        on = first + number * _ONE_DAY
        names = STEPS if last is None or on >= last else STEPS_FOR_THE_PAST
        try:
            rows.append(run(JOB, partial(_take, names, on), day=on, by=by, total=len(names)))
        except NightFailed as fault:
            failed.append(fault)
    if failed:
        raise failed[-1]
    return rows[-1]


def last_night() -> datetime.date | None:
    """The day of the newest night that is done."""
    nights = JobRun.objects.filter(job=JOB, state=RunState.DONE, day__isnull=False)
    return nights.order_by("-day").values_list("day", flat=True).first()


def _take(names: Collection[str], day: datetime.date, progress: Progress) -> Counts:
    counts: Counts = {}
    failed: list[str] = []
    for number, name in enumerate(names):
        progress(number, len(names))
        try:
            counts[name] = run(name, partial(STEPS[name], day), day=day, is_step=True).counts
        except Exception:
            failed.append(name)  # its own row says why, and says it without anybody's data
    if failed:
        log.error("night_failed", day=day.isoformat(), steps=failed)
        raise NightFailed(", ".join(failed))
    return counts


@shared_task(name="boligsak.night")
def night(day: str | None = None) -> Counts:
    """The night of `day` (as 2026-11-20), or of today when the beat calls."""
    row = run_night(datetime.date.fromisoformat(day) if day else dates.today())
    return row.counts


# Oslo time. Nothing between 02 and 03: on two days of the year that hour is there twice or not.
BEAT = {
    "night": {"task": "boligsak.night", "schedule": crontab(hour=4, minute=10)},
    # Letters that go by wire, and bulk letters whose worker was lost. Looks, and mostly leaves.
    "outbox": {
        "task": "letters.deliver_outbox",
        "schedule": crontab(minute="*/2", hour="0,1,3-23"),
    },
    # Files that were sent in and whose worker was lost. Looks, and mostly leaves.
    "imports": {
        "task": "arrears.take_up_imports",
        "schedule": crontab(minute="1-59/2", hour="0,1,3-23"),
    },
}
