"""The night by hand: `manage.py run_night --today 2026-11-20`."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext_lazy

from boligsak import dates
from boligsak.night import NightFailed, run_night
from boligsak.rule import RuleBroken

_REFUSALS = {
    "date.unreadable": gettext_lazy(
        "“%(text)s” is not a date. Write for instance 20.11.2026 or “i går”."
    ),
    "job.running": gettext_lazy("Another night is running. Nothing was done."),
}


class Command(BaseCommand):
    help = "Charges rent, imports waiting files, brings flags and figures up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", help="The day to run the night for (today when left out).")
        parser.add_argument(
            "--only",
            action="store_true",
            help="Only this night, not those missed before it.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            today = dates.today()
            day = dates.parse(options["today"], today) if options["today"] else today
            if settings.PRODUCTION and day > today:
                raise CommandError("That day is yet to come: rent charged cannot be taken back.")
            row = run_night(day, fill_gaps=not options["only"])
        except RuleBroken as broken:
            if broken.code not in _REFUSALS:
                raise
            raise CommandError(_REFUSALS[broken.code] % broken.facts) from None
        except NightFailed as failed:
            raise CommandError(f"These steps failed, see their job runs: {failed}") from None
        for step, counts in row.counts.items():
            self.stdout.write(f"{row.day}  {step:13} {json.dumps(counts, ensure_ascii=False)}")
