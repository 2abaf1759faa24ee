"""Makes everything kept anew from the ledger: accounts, open charges, flags and figures."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from arrears.services.figures import refresh_figures
from arrears.services.flags import rebuild
from boligsak import dates
from boligsak.jobs.services import Counts, Progress, run
from boligsak.rule import RuleBroken


class Command(BaseCommand):
    help = "Rebuilds accounts, open charges, flags and figures from the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", help="The day to decide flags for (today when left out).")

    def handle(self, *args: Any, **options: Any) -> None:
        def work(progress: Progress) -> Counts:
            return {**rebuild(day, progress=progress), **refresh_figures(day, anew=True)}

        try:
            today = dates.today()
            day = dates.parse(options["today"], today) if options["today"] else today
            counts = run("rebuild", work, day=day).counts
        except RuleBroken as broken:
            raise CommandError(f"{broken.code} {broken.facts}") from None
        for name, value in counts.items():
            self.stdout.write(f"{name:13} {value}")
