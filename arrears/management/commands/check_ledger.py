"""Compares what is kept with the ledger: a sample, or everything with --all."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from arrears.services.check import check_all, check_sample
from boligsak import dates
from boligsak.jobs.services import Counts, Progress, run


class Command(BaseCommand):
    help = "Compares kept accounts and open charges with the ledger. Exit code 1 if any differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="Every lease, not a sample.")

    def handle(self, *args: Any, **options: Any) -> None:
        day = dates.today()

        def work(progress: Progress) -> Counts:
            return check_all(progress=progress) if options["all"] else check_sample(day)

        counts = run("check", work, day=day).counts
        if counts["wrong"]:
            raise CommandError(
                f"{counts['wrong']} of {counts['checked']} leases differ; the first: "
                f"{counts['leases']}. `manage.py rebuild` makes them right."
            )
        self.stdout.write(f"{counts['checked']} leases checked, all as the ledger says.")
